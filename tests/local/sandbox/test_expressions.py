"""What strings in tasks mean, and how they fail."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from julep.local.sandbox.expressions import EvaluateError, evaluate, evaluate_code, rewritten
from julep.local.sandbox.modules import CONSTANTS, MODULES
from julep.local.sandbox.values import NotJson, as_json

_VALUES: dict[str, Any] = {
    "n": 3,
    "text": " Hello ",
    "items": [1, 2],
    "rows": [{"v": 1}, {"v": 2}],
    "nested": {"a": {"b": "deep"}},
}
NAMES: dict[str, Any] = {**CONSTANTS, **MODULES, "_": _VALUES, "inputs": {0: _VALUES}}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" $ _.n ", "$ _.n"),
        ("_", "$ _"),
        ("_.n", "$ _.n"),
        ("_['n']", "$ _['n']"),
        ("[1, 2]", "$ [1, 2]"),
        ("f(inputs[0])", "$ f(inputs[0])"),
        ("1 + outputs[1]", "$ 1 + outputs[1]"),
        ("hi {{_.n}}", "$ f'''hi {_.n}'''"),
        ("hi {_.n}", "hi {_.n}"),
        ("1 + 2", "1 + 2"),
        ("$x", "$x"),
        ("_n", "_n"),
    ],
)
def test_older_ways_of_marking_code_are_rewritten(text: str, form: str) -> None:
    """What older servers took for code becomes `$ ` code; all else stays as it is."""
    assert rewritten(text) == form


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$ _.n + 1", 4),
        ("{_.n} of {len(_.rows)}", "3 of 2"),
        ("1 + 2", "1 + 2"),
        ("False", "False"),
        ("$ [10000000**2, 4**1.5, 10**-2, 1**9]", [100000000000000, 8.0, 0.01, 1]),
        ("$ 'Order 123456: %5.1f' % 1", "Order 123456:   1.0"),
        ("$ dict(self=1)", {"self": 1}),
        ("$x", "$x"),
        ("  padded  ", "padded"),
        (r"a\tb", "a\tb"),
        ("$ f'''{{\"n\": {_.n}}}'''", '{"n": 3}'),
        ({"a": ["$ _.n", "n", 1, None, {"b": "{_.n}"}]}, {"a": [3, "n", 1, None, {"b": "3"}]}),
        (7, 7),
        (True, True),
        ("$ _.nested.a.b", "deep"),
        ("$ _['nested']['a']['b']", "deep"),
        ("$ _['items']", [1, 2]),
        ("$ [k for k, v in _.items() if k != 'rows'][0]", "n"),
        ("$ sum([r.v for r in _.rows])", 3),
        ("$ {r['v']: r for r in _.rows if r.v > 1}", {2: {"v": 2}}),
        ("$ [x + y for x in [1, 2] for y in [10, 20] if y > x]", [11, 21, 12, 22]),
        ("$ {**_.nested, 'c': 1}", {"a": {"b": "deep"}, "c": 1}),
        ("$ 1 < _.n <= 3 and not False", True),
        ("$ 'b' if _.n > 5 else None", None),
        ("$ _['items'][::-1]", [2, 1]),
        ("$ f'{3.14159:.2f}|{_.text.strip():>7}'", "3.14|  Hello"),
        ("$ null is None and true and not false", True),
        ("$ 'a' + NEWLINE", "a\n"),
        ("$ reduce(max, [1, 5, 2])", 5),
        ("$ list(map(str.upper, ['a', 'b']))", ["A", "B"]),
        ("$ list(zip([1, 2], 'ab'))", [(1, "a"), (2, "b")]),
        ("$ list(enumerate('ab'))", [(0, "a"), (1, "b")]),
        ("$ _.rows.append(1) or len(_.rows)", 3),
        ("$ extract_json('Sure: ```json\\n{\"a\": 1}\\n``` done')", {"a": 1}),
        ("$ extract_json('```\\n[1]\\n```')", [1]),
        ("$ extract_json(' {\"a\": 2} ')", {"a": 2}),
        ("$ load_yaml('a: [1, 2]')", {"a": [1, 2]}),
        ("$ dump_json({'a': 1})", '{"a": 1}'),
        ("$ dump_yaml({'a': 1})", "a: 1\n"),
        ("$ json.loads('[1]') + yaml.safe_load('- 2')", [1, 2]),
        ("$ match_regex('a+', 'aaa') and not match_regex('a+', 'aab')", True),
        ("$ search_regex('b(c)', 'abcd').group(1)", "c"),
        ("$ re.sub('[aeiou]', '', 'education')", "dctn"),
        ("$ re.findall('a(.)', 'abac') + re.split(',', 'x,y')", ["b", "c", "x", "y"]),
        ("$ [m.start() for m in re.finditer('a', 'banana')]", [1, 3, 5]),
        ("$ math.floor(math.sqrt(17)) + math.ceil(0.5)", 5),
        ("$ statistics.mean([1, 2, 3])", 2),
        ("$ base64.b64decode(base64.b64encode('hé'))", "hé"),
        ("$ urllib.parse.urlparse('http://h/p?q=1').netloc", "h"),
        ("$ urllib.parse.quote('a b')", "a%20b"),
        ("$ string.digits", "0123456789"),
        ("$ csv.reader('a,b\\nc,d')", [["a", "b"], ["c", "d"]]),
        ("$ csv.reader('a\\tb', dialect=csv.excel_tab)", [["a", "b"]]),
        ("$ time.strftime('%Y', time.strptime('2020', '%Y'))", "2020"),
        ("$ (datetime.datetime.now() - datetime.timedelta(days=1)).day > 0", True),
        ("$ _.text.translate({72: 'J', 111: None})", " Jell "),
        ("$ sum([0.1] * 10)", 1.0),
        ("$ sum([1e16, 1.0, -1e16, 2])", 3.0),
        ("$ sum([[1], [2]], [])", [1, 2]),
        ("$ sum([1e308, 1e308])", float("inf")),
        ("$ _.nested.to_dict()", {"a": {"b": "deep"}}),
        ("$ _.nested.to_json()", '{"a": {"b": "deep"}}'),
        ("$ _.rows.to_list()", [{"v": 1}, {"v": 2}]),
        ("$ 5 % 3 ** 2 << 1 | 1", 11),
    ],
)
def test_expressions_evaluate(written: Any, value: Any) -> None:
    """Code, f-strings and data give what Python would, wherever they stand in a value."""
    names = {**NAMES, "_": {**_VALUES, "rows": [*_VALUES["rows"]]}}
    assert evaluate(written, names) == value


def test_now_is_a_datetime() -> None:
    """`datetime.datetime.now()` is the present, in the zone that is asked for."""
    now = evaluate("$ datetime.datetime.now(datetime.timezone.utc)", NAMES)
    assert isinstance(now, dt.datetime)
    assert abs(dt.datetime.now(dt.UTC) - now) < dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("$ _.missing + 1", "Attribute 'missing' does not exist in expression '_.missing + 1'"),
        ("$ nope + 1", "'nope' is not defined for expression 'nope + 1'"),
        ("{_.gone}", "Attribute 'gone' does not exist in expression 'f'''{_.gone}''''"),
        (
            "$ input + 1",
            """'input' is not defined for expression 'input + 1'
Did you mean 'inputs' instead of 'input'?""",
        ),
        ("$ 1 / 0", "division by zero"),
        ("$ print(1)", "Function 'print' not defined, for expression 'print(1)'."),
        ("$ (lambda: 1)", "Sorry, Lambda is not available in this evaluator"),
        ("$ {x for x in [1]}", "Sorry, SetComp is not available in this evaluator"),
        ("$ (x := 1)", "Sorry, NamedExpr is not available in this evaluator"),
        ("$ min(*[1])", "Sorry, Starred is not available in this evaluator"),
        ("$ 'a'.format(1)", "Sorry, this method is not available. (format)"),
        ("$ import os", "Sorry, 'import' is not allowed."),
        ("$ _['none']", "'none'"),
        ("$ _['items'][9]", "list index out of range"),
        ("$ 1 +", "invalid syntax (<unknown>, line 1)"),
        ("$ # c", "Sorry, cannot evaluate empty string"),
        ("$ _.text.translate([1])", "translate takes a dict of characters' numbers"),
        (
            "$ datetime.datetime.strptime('1', '%d')",
            (
                "Attribute 'strptime' does not exist in expression "
                "'datetime.datetime.strptime('1', '%d')'"
            ),
        ),
        ("$ datetime.datetime.date(2024, 1, 1)", "'date' is a module, not a function"),
        ("$ [i for i in range(10001)]", "Comprehension generates too many elements"),
    ],
)
def test_errors_say_what_the_reference_says(written: str, error: str) -> None:
    """A failing expression gives the wording of the servers it comes from."""
    with pytest.raises(EvaluateError) as caught:
        evaluate(written, NAMES)
    assert str(caught.value) == error


@pytest.mark.parametrize("empty", [{}, []])
def test_nothing_to_evaluate_is_an_error(empty: Any) -> None:
    """An empty object or list has no expressions, which is refused as servers refuse it."""
    with pytest.raises(AssertionError, match="exprs must be a non-empty string"):
        evaluate(empty, NAMES)


@pytest.mark.parametrize("code", ["results + [_]", "$ results + [_]", " $  results + [_] "])
def test_code_needs_no_mark_where_only_code_can_stand(code: str) -> None:
    """A reduce expression is code with the dollar sign and without."""
    assert evaluate_code(code, {"results": [1], "_": 2}) == [1, 2]


@pytest.mark.parametrize(
    ("value", "json"),
    [
        ((1, [2.5, None]), [1, [2.5, None]]),
        ({1: "a", None: "b"}, {"1": "a", "null": "b"}),
        ("é", "é"),
        (2**64 - 1, 2**64 - 1),
        (10**100, 1e100),
    ],
)
def test_outputs_are_kept_as_json_has_them(value: Any, json: Any) -> None:
    """Tuples become lists and keys become text, at once and not only after a restart."""
    assert as_json(value) == json


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        range(3),
        float("nan"),
        1j,
        b"x",
        "\ud800",
        {(1, 2): 3},
        dt.date(2024, 1, 1),
        len,
        10**400,
    ],
)
def test_what_json_lacks_is_named(value: Any) -> None:
    """An output that JSON can't carry is refused, with its place and what to do."""
    with pytest.raises(NotJson, match=r"JSON"):
        as_json({"a": [value]})
