"""Expressions that try to get out, to fill the memory or never to end."""

from __future__ import annotations

import re
from functools import reduce
from typing import Any

import pytest
import yaml

from julep.local.sandbox.budget import Budget, LimitExceeded, spending
from julep.local.sandbox.evaluator import Evaluator
from julep.local.sandbox.expressions import EvaluateError, evaluate, parse
from julep.local.sandbox.json_yaml import load_yaml
from julep.local.sandbox.modules import MODULES
from julep.local.sandbox.values import NotJson, as_json

ESCAPES = [
    "().__class__.__bases__",
    "_.x.__class__",
    "_.to_json(filename='x')",
    "_.from_json(filename='x')",
    "'{0.__class__}'.format(1)",
    "str.format('{}', 1)",
    "''.format_map(_)",
    "_.func_globals",
    "[x.__class__ for x in [1]]",
    "f'{().__class__}'",
    "len.__self__",
    "str.mro()",
    "re.__loader__",
    "re.compile('a')",
    "re.search('a', 'a').re",
    "math.__builtins__",
    "string.Formatter().format('{0.__class__}', 1)",
    "string.Template",
    "datetime.sys",
    "datetime.datetime.__subclasses__()",
    "random.Random",
    "random._os",
    "statistics.sys",
    "base64.binascii",
    "urllib.parse.urlparse('http://é').encode('punycode')",
    "urllib.request",
    "urllib.parse.sys",
    "csv.io",
    "json.decoder",
    "yaml.unsafe_load('a')",
    "load_yaml('!!python/object/apply:os.getcwd []')",
    "time.sleep(1)",
    "(1).to_bytes(9, 'big')",
    "'a'.maketrans('a', 'b')",
    "__import__('os')",
    "eval('1')",
    "getattr(_, 'x')",
    "type(1)",
    "open('x')",
    "f'{1:{\"}{0.__class__\"}}'",
]
BOMBS = [
    "[0] * 10**9",
    "'a' * 10**9",
    "b'a' * 10**9",
    "[[0] * 2000000 for _ in range(10000)]",
    "['a' * 2000000 for _ in range(10000)]",
    "10**10**8",
    "4000000**4000000",
    "10**300000 * 10**300000",
    "1 << 10**9",
    "1 << 9999 << 9999 << 9999",
    "('é' * 90000).translate({233: 'x' * 90000})",
    "range(10**7)",
    "range(10**30)",
    "[x for x in range(10**6)]",
    "[y for x in range(101) for y in range(101)]",
    "[[y for y in range(200)] for x in range(200)]",
    "sum([sum(range(10**6)) for x in range(10000)])",
    "sum([[0] * 100000] * 100000, [])",
    "('a' * 2000000).replace('a', 'b' * 2000000)",
    "'b'.join(['a' * 1000000] * 100000)",
    "'%999999999d' % 1",
    "'%*d' % (10**9, 1)",
    "'%s' * 100000 % tuple(['a' * 1000000] * 100000)",
    "b'%999999999d' % 1",
    "'%000000000999999999d' % 1",
    "f'{1:000000000999999999d}'",
    "f'{1:.999999999f}'",
    "[f'{1:9999}' for _ in range(9999)]",
    "{x: 1 for x in [_.pairs]}",
    "{_.pairs: 1}",
    "[{_.pairs}]",
    "_.get(_.pairs)",
    "set([_.pairs])",
    "dict([(_.pairs, 1)])",
    "[[1]].count(_.pairs)",
    "re.sub('a', '\\\\g<0>' * 10000, 'a' * 10000)",
    "f'{1:999999999}'",
    "f'{1:{10**9}}'",
    "'a'.ljust(10**10) + 'a'.center(10**10) + 'a'.zfill(10**10)",
    "'\\t'.expandtabs(10**10)",
    "round(5, -10**9)",
    "int('9' * 100000)",
    "str(10**100000)",
    "list(map(list, [range(10**6)] * 10000))",
    "str([[a] * 2000 for a in [[b] * 2000 for b in [[0] * 2000]]])",
    "dump_json([[a] * 2000 for a in [[b] * 2000 for b in [[0] * 2000]]])",
    "[[a] * 2000 for a in [[0] * 2000]] == [[[a] * 2000] * 900 for a in [[0] * 2000]][0]",
    "_.update({'self': _}) or str(_)",
    "[_.x.extend(_.x) for i in range(64)]",
    "[_.x.extend(range(10**6)) for i in range(64)]",
    "[m.update({'a' * i: i}) for m in [{}] for i in range(9999)]",
    "load_yaml('[' * 100000)",
    "load_json('[' * 100000)",
    "load_json('1' * 1000001)",
    "re.sub('', 'b' * 1000000, 'a' * 1000000)",
    "re.sub('(a*)', '\\\\1' * 100000, 'a' * 1000000)",
    "re.search('(a{900}){900}', 'a')",
    "statistics.quantiles([1, 2], n=10**9)",
    "int('f' * 2000000, 16) // int('f' * 1000000, 16)",
    "int('f' * 2000000, 16) % 3 + int('f' * 2000000, 16) / 3",
    "'é'.encode('punycode')",
    "'a'.encode().decode('idna')",
    "str('a'.encode(), 'punycode')",
    "dump_yaml(list(range(400000)))",
    "load_yaml(':'.join(['1'] * 300000))",
    "yaml.load(':'.join(['1'] * 300000) + '.5')",
    "time.strptime('1', ' %%' * 400000)",
    "datetime.datetime.strptime(' ' * 1000000, ' %Y')",
    "datetime.datetime.now().strptime('1', ' %%' * 400000)",
    "-" * 90000 + "1",
    "(" * 5000 + ")" * 5000,
    "1 + " * 90000 + "1",
]
_NO_PAIR: Any = ()
_PAIRS = reduce(lambda pair, _: (pair, pair), range(60), _NO_PAIR)
_ALIASES = "\n".join(
    ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
)
_MERGES = "\n".join(
    ["a0: &a0 {k: v}"]
    + [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 12)]
)
_MERGE_CHAIN = "\n".join(
    ["a0: &a0 {k0: v}"] + [f"a{i}: &a{i} {{<<: *a{i - 1}, k{i}: v}}" for i in range(1, 2500)]
)
_WIDE_MERGE = f"a: &a {{{', '.join(f'k{i}: 0' for i in range(5000))}}}\nb: {{<<: [{', '.join(['*a'] * 5000)}]}}"
_YAML_BOMBS = {
    "aliases": _ALIASES,
    "merges": _MERGES,
    "merge chain": _MERGE_CHAIN,
    "wide merge": _WIDE_MERGE,
}


@pytest.mark.parametrize("code", ESCAPES)
def test_nothing_outside_the_language_can_be_reached(code: str) -> None:
    """Attributes, members and functions that are not listed are closed."""
    with pytest.raises(EvaluateError):
        evaluate(f"$ {code}", {**MODULES, "_": {"x": [1]}})


@pytest.mark.parametrize("code", BOMBS, ids=lambda code: code[:40])
def test_what_grows_or_lasts_too_much_is_an_error(code: str) -> None:
    """Whatever would take gigabytes or minutes ends in an error of that expression."""
    with pytest.raises(EvaluateError):
        evaluate(f"$ {code}", {**MODULES, "_": {"x": [1, 2], "pairs": _PAIRS}})


@pytest.mark.parametrize("text", _YAML_BOMBS.values(), ids=_YAML_BOMBS.keys())
def test_yaml_that_refers_to_itself_does_not_explode(text: str) -> None:
    """A few lines of YAML aliases that stand for billions of values are refused."""
    with pytest.raises(LimitExceeded):
        load_yaml(text)


def test_merged_keys_keep_their_order_of_precedence() -> None:
    """A mapping's own keys win, then those of the first mapping that it merges."""
    first, second = "&first {name: 1, one: 1}", "&second {name: 2, two: 2}"
    text = f"[{first}, {second}, {{<<: [*first, *second], one: 3}}, &self {{<<: *self, a: 1}}]"
    assert load_yaml(text)[2:] == [{"name": 1, "one": 3, "two": 2}, {"a": 1}]


@pytest.mark.parametrize(
    "text",
    [
        "!!int ''",
        "!!int '-'",
        "!!bool x",
        "!!float ''",
        "!!timestamp x",
        "!!binary é",
        "{<<: 1}",
        "{<<: [1]}",
        "!!set [1]",
        "!!omap {a: 1}",
        "!!pairs 1",
        "? [1]",
        "2020-99-99",
    ],
)
def test_yaml_values_that_do_not_fit_their_tag_are_mistakes(text: str) -> None:
    """Whatever PyYAML raises for them, callers see an error of the text."""
    with pytest.raises((ValueError, yaml.YAMLError)) as told:
        load_yaml(text)
    assert not re.search("Error|NoneType|index", str(told.value))  # Python's own words


def test_a_yaml_value_that_does_not_fit_its_tag_is_shown() -> None:
    """The error has the value, its line and the tag."""
    with pytest.raises(yaml.YAMLError, match="'foo' in line 2 does not fit the tag timestamp"):
        load_yaml("- 1\n- !!timestamp foo")


def test_a_set_in_yaml_is_a_list_in_its_order() -> None:
    """JSON has no sets."""
    assert load_yaml("!!set {b, a, c}") == ["b", "a", "c"]


@pytest.mark.parametrize(
    "code", ["search_regex('(a+)+$', 'a' * 50000 + 'b')", "match_regex('(x+x+)+y', 'x' * 50000)"]
)
def test_patterns_take_linear_time(code: str) -> None:
    """Patterns on which a backtracking engine never ends simply don't match."""
    assert not evaluate(f"$ {code}", {})


def test_results_too_big_to_keep_are_refused() -> None:
    """A value that is small in memory and enormous as text is no output."""
    value: list[object] = [0] * 100
    for _ in range(8):
        value = [value] * 100
    with pytest.raises(NotJson, match="too big"):
        as_json(value)
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(NotJson):
        as_json(circle)


def test_what_holds_others_counts_for_more() -> None:
    """As many lists as numbers take the server far longer to read and to write."""
    assert as_json([0] * 100_000)
    lists: list[list[object]] = [[] for _ in range(100_000)]
    with pytest.raises(NotJson, match="too big"):
        as_json(lists)


def test_a_budget_ends_a_long_evaluation() -> None:
    """The clock is looked at while an expression runs, not only before and after."""
    code = "[x for x in range(9999)]"
    with spending(Budget(seconds=-1.0)), pytest.raises(LimitExceeded, match="too long"):
        Evaluator(code, {}).evaluate(parse(code))


def test_an_expression_does_not_change_what_it_is_given() -> None:
    """A second evaluation finds the same functions and modules, whatever the first one did."""
    assert evaluate("$ string.digits", MODULES) == "0123456789"
    with pytest.raises(EvaluateError):
        evaluate("$ re.update({'digits': 1})", MODULES)
