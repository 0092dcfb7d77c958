"""What to write instead of plain text that is none to servers."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import yaml

from julep.local.sandbox.expressions import evaluate
from julep.local.workflow.text_as_code import text_as_code
from julep.local.workflow.validation import validate
from tests.local.workflow.driver import result, run

NAMES: Any = {"_": {"who": "Ann", "price": 3, "odd": {"it's": "x", 'a"b': "y"}}, "steps": {0: "s"}}


def issues(text: str) -> list[tuple[str, str]]:
    """Types and messages of what is wrong with a text that is evaluated."""
    found = validate({"main": [{"evaluate": {"a": text}}]}, strict=True)
    return [(issue.type, issue.sentence) for issue in found]


def hinted(text: str) -> str:
    """What the first message says to write, as YAML has it where the message says."""
    ((_, sentence), *_) = issues(text)
    before, _, code = sentence.partition(": $ ")
    assert before.endswith('(in YAML on a line of its own, below "|")')
    return str(yaml.safe_load(f"a: |\n  $ {code}\n")["a"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("call '{_.who}'", "call 'Ann'"),
        ("say \"hi\" to '{_.who}'", "say \"hi\" to 'Ann'"),
        ("'{_['who']}' \"{_['who']}\" '", "'Ann' \"Ann\" '"),
        ("""{_.odd["it's"]} {_.odd['a"b']}'""", "x y'"),
        ('Answer with JSON like {"a": 1} for {_.who}', 'Answer with JSON like {"a": 1} for Ann'),
        ('{"a": {"b": [1, 2]}} for {_.who}', '{"a": {"b": [1, 2]}} for Ann'),
        ('{{"a": {{"b": 1}}}} for {{_.who}}', '{"a": {"b": 1}} for Ann'),
        ('Fill in {"name": "{_.who}", "n": 1}', 'Fill in {"name": "Ann", "n": 1}'),
        ("C:\\users\\{_.who}", "C:\\users\\Ann"),
        ('{"a": 1}\nfor {_.who} # 1', '{"a": 1}\nfor Ann # 1'),
        ("{_.price:>5} is '{_.who:>6}'", "    3 is '   Ann'"),
        ("{len(_.who)} of {steps[0]} } {'", "3 of s } {'"),
        ("{time} is {len('ab')} '", "{time} is 2 '"),
        ("{'Dear ' + _.who}'", "Dear Ann'"),
        ("no '{name}'", "no '{name}'"),
        ("f'{_.who}'", "Ann"),
        ('Answer {"a": 1}', 'Answer {"a": 1}'),
        ("é '''ü''' {_.who}", "é '''ü''' Ann"),
    ],
)
def test_what_is_hinted_gives_what_was_meant(text: str, meant: str) -> None:
    """Placeholders are filled in, all else is as it was written, and the hint has no issue of its own."""
    code = text_as_code(text, NAMES)
    assert evaluate(code, NAMES) == meant
    assert issues(code) == []


@pytest.mark.parametrize("text", ["call '{_.who}'", 'JSON like {"a": 1} for {_.who} # 1'])
def test_the_message_holds_what_to_write(text: str) -> None:
    """It works as typed, in YAML too."""
    assert hinted(text).strip() == text_as_code(text, NAMES)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("{_.who} '" + "x" * 1000 + "'", "$ f'…'"),
        ("{" + "x" * 1000, "$ '…'"),
        ("{" * 90_000, "$ '…'"),
    ],
    ids=["filled", "plain", "braces"],
)
def test_of_a_long_text_the_form_is_shown(text: str, form: str) -> None:
    """And not the text."""
    code = text_as_code(text, NAMES)
    assert code.startswith(form)
    assert len(code) < 80


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("$ len(_.items)", "uncalled_method", "write _['items']"),
        ("$ [x for x in _.values]", "uncalled_method", "write _['values']"),
        ("$ _.a.keys[0]", "uncalled_method", "write _['keys']"),
        ("it is {_.get}", "uncalled_method", "write _['get']"),
        (
            "Hi {inputs[0].who}",
            "syntax_error",
            "contains `inputs[`, so it is read as an expression",
        ),
        ("Hi {inputs[0].who}", "syntax_error", '$ f"Hi {inputs[0].who}"'),
        ("{outputs[0].a} = 1", "syntax_error", '$ f"{outputs[0].a} = 1"'),
        ("{inputs[0].who}", "text_as_code", '$ f"{inputs[0].who}"'),
        ("{inputs[0].a} and {inputs[0].b}", "text_as_code", '$ f"{inputs[0].a} and {inputs[0].b}"'),
        ("_.who was here", "syntax_error", "$ '_.who was here'"),
        ("[Note] see [1]", "syntax_error", "$ '[Note] see [1]'"),
        ('As {"a":1} about {_.who}', "literal_in_braces", """$ f'As {{"a":1}} about {_.who}'"""),
        ("Explain x = {1: 2}", "literal_in_braces", "$ 'Explain x = {1: 2}'"),
        ('{{"a"}} for {{_.who}}', "literal_in_braces", """$ f'{{"a"}} for {_.who}'"""),
        ("$ max(_.x", "syntax_error", "In YAML's {…} a comma or a brace ends a value"),
        ("$ f'granted", "syntax_error", "In YAML's {…} a comma or a brace ends a value"),
    ],
)
def test_what_is_read_otherwise_is_told(text: str, kind: str, said: str) -> None:
    """With what to write instead."""
    ((found, sentence),) = issues(text)
    assert found == kind
    assert said in sentence


@pytest.mark.parametrize(
    "text",
    [
        "$ _.items()",
        "$ _['items']",
        "$ map(_.get, ['a'])",
        "$ f'{1}'",
        "{'{'} {_.who}",
        "{'Dear ' + _.who}",
        "{2 * _.price}",
        "$ {inputs[0].who}",
        "{'a': inputs[0].who}",
        "inputs[0].who",
    ],
)
def test_what_is_read_as_it_is_meant_is_not_told(text: str) -> None:
    """There is nothing to change about it."""
    assert issues(text) == []


def test_each_brace_that_holds_a_literal_is_told() -> None:
    """And no other."""
    assert [kind for kind, _ in issues('{"a":1} {_.who} {2}')] == ["literal_in_braces"] * 2


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"evaluate": {"a": "$ len(_.items)"}}, "write _['items']"),
        ({"evaluate": {"a": "$ [x for x in _.values]"}}, "write _['values']"),
        ({"evaluate": {"a": "$ _.items"}}, "write _['items']"),
        ({"over": "$ _.items", "map": {"log": "x"}}, "write _['items']"),
        ({"foreach": {"in": "$ _.items", "do": {"log": "x"}}}, "write _['items']"),
        ({"evaluate": {"a": "{inputs[0]['who']}"}}, "$ f'…'"),
    ],
    ids=str,
)
def test_a_run_that_fails_by_it_says_what_to_write(step: Any, said: str) -> None:
    """As the check does."""
    status, error = result(run([step], {"items": [1], "who": "Ann"}))
    assert status == "failed"
    assert said in str(error)


def test_a_value_that_a_comma_cut_off_is_told() -> None:
    """Where YAML made a key of the rest of it, and null of its value."""
    task: Any = {"main": yaml.safe_load("- evaluate: {a: $ max(_.x, 2), b: $ 1}")}
    messages = [issue.message for issue in validate(task, strict=True)]
    assert [message for message in messages if "on a line of its own" in message] == messages


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("{a: {b: {_.who}}}", ["main[0].evaluate.a.b"]),
        ("{a: {b: [{_.who, _.x}, {_}]}}", ["main[0].evaluate.a.b[0]", "main[0].evaluate.a.b[1]"]),
        ("{a: {b: {_.who: 1}, c: {who: null}, d: '{_.who}'}}", []),
    ],
)
def test_braces_that_lack_quotes_are_told(written: str, places: list[str]) -> None:
    """YAML makes an object of them, with a key and no value."""
    task: Any = {"main": yaml.safe_load(f"- evaluate: {written}")}
    found = validate(task, strict=True)
    assert [issue.location for issue in found] == places
    assert all("Write the text in quotes" in issue.message for issue in found)


@pytest.mark.parametrize("text", ["f'for {_.who}'", 'f"for {_.who}"'])
def test_an_f_string_that_lacks_its_sign_is_told(text: str) -> None:
    """Whether or not it is a text to servers."""
    assert ("plain_text", f"$ {text}") in [
        (kind, ast.literal_eval(said.split("did you mean ")[-1].rstrip("?")))
        for kind, said in issues(text)
        if "did you mean " in said
    ]
