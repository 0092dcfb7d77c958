"""JSON values that don't have the form they should have, and how that is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType

JSON_NAMES: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    NoneType: "null",
    list: "an array",
    dict: "an object",
}

NOTHING = "no such field"
"""What there is instead of a required field."""


def named(value: object) -> str:
    """Say what kind of JSON value this is."""
    return JSON_NAMES.get(type(value), type(value).__name__)


def text_of(error: Exception) -> str:
    """Return the text of an exception, whose class may fail at that."""
    try:
        return str(error)
    except Exception as failure:  # noqa: BLE001 - any code of the user's
        return f"its text can't be had, for {type(failure).__name__}"


class Mismatch(Exception):
    """A JSON value doesn't have the form that it should have.

    Attributes:
        path: Where, such as `items[3].created_at`; empty for the value itself.
        expected: What belongs there, in words.
        got: What is there, in words.
    """

    path: str
    expected: str
    got: str

    def __init__(self, path: str, expected: str, got: str) -> None:
        super().__init__(path, expected, got)
        self.path = path
        self.expected = expected
        self.got = got

    def __str__(self) -> str:
        return f"{self.path or 'the answer'}: expected {self.expected}, got {self.got}"

    def under(self, place: str) -> Mismatch:
        """Return the same, seen from the value that holds this one at `place`: `items`, `[3]`."""
        dot = "." if self.path and not self.path.startswith("[") else ""
        return Mismatch(f"{place}{dot}{self.path}", self.expected, self.got)


def refused_by(name: str, why: str, got: str) -> Mismatch:
    """Return the mismatch of a value that a class refuses.

    Args:
        name: The class.
        why: What it says of that, in words of its own.
        got: What the value is, in words.
    """
    return Mismatch("", f"what {name} accepts ({why})", got)
