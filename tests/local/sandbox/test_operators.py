"""The operators, attributes, functions and regular expressions of the sandbox, with their bounds."""

from __future__ import annotations

import ast
import io
import re
from typing import Any

import pytest

from julep.local.sandbox import frames, regex
from julep.local.sandbox.attributes import Function, Namespace, changes, get_attribute
from julep.local.sandbox.budget import Budget, InvalidExpression, LimitExceeded, spending
from julep.local.sandbox.fstrings import has_fstrings
from julep.local.sandbox.functions import text, watched
from julep.local.sandbox.operators import BINARY, COMPARE, UNARY, add, check_width, formatted
from julep.local.sandbox.syntax import parse_module
from julep.local.sandbox.system_template import DEFAULT_SYSTEM_TEMPLATE


@pytest.mark.parametrize(
    ("code", "left", "right", "result"),
    [
        ("+", [1], [2], [1, 2]),
        ("+", "a", "b", "ab"),
        ("-", 5, 2, 3),
        ("-", {1, 2}, {2}, {1}),
        ("*", "ab", 2, "abab"),
        ("*", 2, [1], [1, 1]),
        ("*", "a", -1, ""),
        ("/", 1, 2, 0.5),
        ("//", 7, 2, 3),
        ("%", 7, 4, 3),
        ("%", "%s-%3d", ("a", 7), "a-  7"),
        ("**", 2, 10, 1024),
        ("**", 2, -1, 0.5),
        ("<<", 1, 4, 16),
        (">>", 16, 4, 1),
        ("|", {"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ("&", 6, 3, 2),
        ("^", 6, 3, 5),
    ],
)
def test_an_operator_does_what_pythons_does(code: str, left: Any, right: Any, result: Any) -> None:
    """Within its bounds."""
    tree: Any = ast.parse(f"a {code} b", mode="eval").body
    assert BINARY[type(tree.op)](left, right) == result


_BITS = 1 << 1_000_000


@pytest.mark.parametrize(
    ("code", "left", "right"),
    [
        ("**", 2, 1_000_001),
        ("**", 10, 10**9),
        ("*", 1 << 600_000, 1 << 600_000),
        ("*", "a", 10**9),
        ("*", 10**9, [1]),
        ("/", _BITS, 3),
        ("//", 3, _BITS),
        ("%", _BITS, 3),
        ("<<", 1, 10_001),
        ("<<", 1 << 10_000, 1),
        (">>", 1, -10_001),
        ("%", "%99999d", 1),
        ("%", "%*d", (9, 1)),
        ("%", b"%d", 1),
        ("%", "%(a)99999d", {"a": 1}),
        ("%", "%.99999f", 1.0),
    ],
    ids=range(16),
)
def test_an_operator_refuses_what_grows_too_big(code: str, left: Any, right: Any) -> None:
    """Before it is built."""
    tree: Any = ast.parse(f"a {code} b", mode="eval").body
    with pytest.raises(LimitExceeded), spending():
        BINARY[type(tree.op)](left, right)


def test_bounds_themselves_are_allowed() -> None:
    """Of shifts, of powers and of widths."""
    assert BINARY[ast.LShift](1, 10_000) == 1 << 10_000
    assert BINARY[ast.Pow](2, 500_000) == 1 << 500_000
    assert len(formatted(1, "10000d")) == 10_000
    check_width("12.34")
    for spec in ("10001d", ".10001f", "9" * 21):
        with pytest.raises(LimitExceeded):
            formatted(1, spec)


def test_what_is_built_is_paid_for() -> None:
    """By characters, and by items at more for each."""
    with pytest.raises(LimitExceeded), spending(Budget(size=100)):
        add([1] * 4, [1] * 4)
    with spending(Budget(size=100)):
        assert add("a" * 50, "b" * 50) == "a" * 50 + "b" * 50
    with pytest.raises(LimitExceeded), spending(Budget(size=100)):
        add("a" * 51, "b" * 50)


@pytest.mark.parametrize(
    ("code", "left", "right", "result"),
    [
        ("==", [1], [1], True),
        ("!=", 1, 2, True),
        ("<", 1, 2, True),
        ("<=", 2, 2, True),
        (">", 2, 2, False),
        (">=", 2, 2, True),
        ("in", 1, [0, 1], True),
        ("in", 1.0, [1], True),
        ("in", "a", "cat", True),
        ("in", "a", {"a": 1}, True),
        ("not in", 3, [0, 1], True),
        ("is", None, None, True),
        ("is not", None, 1, True),
    ],
)
def test_a_comparison_does_what_pythons_does(
    code: str, left: Any, right: Any, result: bool
) -> None:
    """Lists are looked through item by item."""
    tree: Any = ast.parse(f"a {code} b", mode="eval").body
    assert COMPARE[type(tree.ops[0])](left, right) is result


def test_single_operators_are_pythons() -> None:
    """Each of the four."""
    values = [UNARY[kind](5) for kind in (ast.Not, ast.USub, ast.UAdd, ast.Invert)]
    assert values == [False, -5, 5, -6]


@pytest.mark.parametrize(
    ("value", "name", "is_open"),
    [
        ("a", "upper", True),
        ("a", "__class__", False),
        ("a", "format_map", False),
        ([], "append", True),
        ([], "__add__", False),
        ({"key": 7}, "key", True),
        ({"key": 7}, "keys", True),
        ({}, "missing", False),
        (5, "bit_length", True),
        (5, "__init__", False),
        (object(), "__class__", False),
    ],
)
def test_few_attributes_are_open(value: Any, name: str, is_open: bool) -> None:
    """Nothing leads out of the sandbox; keys of dicts are attributes too."""
    if is_open:
        found = get_attribute(value, name)
        assert found == 7 or isinstance(found, Function)
        return
    with pytest.raises(AttributeError):
        get_attribute(value, name)


def test_methods_that_change_their_value_are_known() -> None:
    """Templates may call no such."""
    changing: list[tuple[Any, str]] = [([], "append"), ({}, "pop"), (set[int](), "add")]
    others: list[tuple[Any, str]] = [([], "index"), ({}, "get"), ("", "append")]
    assert [changes(*pair) for pair in changing] == [True] * 3
    assert [changes(*pair) for pair in others] == [False] * 3


def test_a_module_is_what_it_holds() -> None:
    """It can be called only where it stands for a function too."""
    module = Namespace("m", {"a": 1})
    assert get_attribute(module, "a") == 1
    assert repr(module) == "<module m>"
    with pytest.raises(AttributeError):
        get_attribute(module, "members")
    with pytest.raises(InvalidExpression, match="'m' is a module, not a function"):
        module()
    assert Namespace("m", {}, max)(1, 2) == 2


def test_what_a_function_builds_is_paid_for() -> None:
    """Where it builds."""
    with spending(Budget(size=100)):
        assert watched(lambda: "a" * 100, builds=True)() == "a" * 100
    with pytest.raises(LimitExceeded), spending(Budget(size=100)):
        watched(lambda: [1] * 7, builds=True)()
    with spending(Budget(size=100)):
        assert len(watched(lambda: [1] * 700)()) == 700  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - the list
    with pytest.raises(LimitExceeded), spending(Budget(seconds=0)):
        watched(lambda: 1)()
    assert (text(), text(5), text(b"a", "utf-8")) == ("", "5", "a")


@pytest.mark.parametrize(
    ("call", "result"),
    [
        (lambda: regex.findall("a(b)?", "ab a"), ["b", ""]),
        (lambda: regex.findall("a.", "ab ac"), ["ab", "ac"]),
        (lambda: regex.findall("(a)(.)", "ab"), [("a", "b")]),
        (lambda: regex.findall("x", "ab"), []),
        (lambda: regex.split("-", "a-b-c"), ["a", "b", "c"]),
        (lambda: regex.split("(-)", "a-b"), ["a", "-", "b"]),
        (lambda: regex.split("-", "a-b-c", 1), ["a", "b-c"]),
        (lambda: regex.sub("a", "x", "aab"), "xxb"),
        (lambda: regex.sub("a", "x", "aab", 1), "xab"),
        (lambda: regex.subn("(a)", r"<\1>", "aab"), ("<a><a>b", 2)),
        (lambda: [each.group() for each in regex.finditer("a|b", "abc")], ["a", "b"]),
        (lambda: bool(regex.match("b", "ab")), False),
        (lambda: bool(regex.search("b", "ab")), True),
        (lambda: bool(regex.fullmatch("a", "ab")), False),
    ],
)
def test_regular_expressions_find_what_pythons_do(call: Any, result: Any) -> None:
    """As far as linear time goes."""
    assert call() == result


def test_a_pattern_that_is_too_big_for_its_text_is_refused() -> None:
    """Or no pattern at all."""
    with pytest.raises(LimitExceeded):
        regex.search("(?:abcdef){500}", "a" * 200_000)
    with pytest.raises(regex.error):
        regex.search("(", "a")


def test_messages_cross_a_pipe_whole() -> None:
    """One after the other; what is cut off is nothing, and what is no length is refused."""
    pipe = io.BytesIO()
    for message in (b"", b"one", b"two" * 1000):
        frames.write(pipe, message)
    sent = pipe.getvalue()
    pipe = io.BytesIO(sent)
    assert [frames.read(pipe) for _ in range(4)] == [b"", b"one", b"two" * 1000, None]
    assert frames.read(io.BytesIO(sent[8:-1][:10])) is None
    assert frames.read(io.BytesIO(b"\0" * 7)) is None
    assert frames.read(io.BytesIO((1 << 28).to_bytes(8, "big"))) is None
    with pytest.raises(ValueError, match="A message of 268435457 bytes"):
        frames.read(io.BytesIO(((1 << 28) + 1).to_bytes(8, "big")))


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("f'{a}'", "f'{a}'"),
        ("f'{x!r:>{x}}'", "f'{x!r:>{x}}'"),
        ("'\\d' + '1'", "'\\\\d' + '1'"),
        ("1if 2else 3", "1 if 2 else 3"),
    ],
)
def test_python_is_read_the_same_on_every_host(source: str, read: str) -> None:
    """And without warnings."""
    assert ast.unparse(parse_module(source)) == read


@pytest.mark.parametrize(
    ("source", "has"), [("f'a'", True), ("rf'a'", True), ("'a'", False), ("f", False)]
)
def test_f_strings_are_told_from_others(source: str, has: bool) -> None:
    """By their prefix."""
    assert has_fstrings(source) is has


def test_code_that_is_none_is_refused() -> None:
    """As Python does."""
    for source in ("a b", "f'{'", "f'{a!x}'"):
        with pytest.raises(SyntaxError):
            parse_module(source)


def test_the_default_system_message_mentions_all_that_it_may() -> None:
    """An agent, a user, a situation, instructions and documents."""
    names = set(re.findall(r"[a-z]+\.[a-z]+", DEFAULT_SYSTEM_TEMPLATE))
    assert names >= {"agent.name", "agent.about", "user.name", "session.situation", "doc.content"}
