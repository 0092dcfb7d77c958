"""What to write instead of plain text that is none to servers."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from julep.local.sandbox.expressions import evaluate
from julep.local.workflow.text_as_code import text_as_code
from julep.local.workflow.validation import validate

NAMES: Any = {"_": {"who": "Ann", "price": 3, "odd": {"it's": "x", 'a"b': "y"}}, "steps": {0: "s"}}


def issues(text: str) -> list[tuple[str, str]]:
    """Types and messages of what is wrong with a text that is evaluated."""
    found = validate({"main": [{"evaluate": {"a": text}}]}, strict=True)
    return [(issue.type, issue.sentence) for issue in found]


def hinted(text: str) -> str:
    """What the first message says to write, read as YAML if it is fit to stand behind a key."""
    ((_, sentence), *_) = issues(text)
    before, _, code = sentence.partition(": $ ")
    code = f"$ {code}"
    if "in YAML on a line of its own" in before:
        return str(yaml.safe_load(f"a: |\n  {code}")["a"])
    return str(yaml.safe_load(f"a: {code}")["a"])


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
    assert hinted(text) == text_as_code(text, NAMES)


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
