"""What is said of texts that servers read otherwise than they were meant."""

from __future__ import annotations

import pytest

from julep.local.sandbox.expressions import parse
from julep.local.workflow.misread import misread, syntax_error

NAMES = {"_"}


@pytest.mark.parametrize(
    ("text", "strict", "severity"),
    [
        ("$ 1 +", False, "error"),
        ("{_.who} {", False, "warning"),
        ("{_.who} {", True, "error"),
        ("{{ _.who }", False, "error"),
    ],
)
def test_plain_text_may_be_meant_as_it_is(text: str, strict: bool, severity: str) -> None:
    """Then it fails only if its step is reached, and is a warning; code and Jinja are wrong anywhere."""
    found = syntax_error(text, SyntaxError("invalid syntax"), NAMES, strict=strict)
    assert (found["type"], found["severity"]) == ("syntax_error", severity)


@pytest.mark.parametrize(
    ("text", "code", "types"),
    [
        (
            "{_.items} {1} {'{'}",
            "f'''{_.items} {1} {'{'}'''",
            ["uncalled_method", "literal_in_braces"],
        ),
        ("$ _.items", "_.items", ["uncalled_method"]),
        ("{inputs[0].who}", "{inputs[0].who}", ["text_as_code"]),
        ("$ {inputs[0].who}", "{inputs[0].who}", []),
        ("for {_.who}", "f'''for {_.who}'''", []),
    ],
)
def test_what_can_be_parsed_may_be_another_thing_than_it_looks(
    text: str, code: str, types: list[str]
) -> None:
    """A method that is not called, braces that only hold a literal, and text that is read as code."""
    assert [one["type"] for one in misread(text, parse(code), NAMES)] == types
