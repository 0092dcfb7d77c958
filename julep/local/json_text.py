"""JSON text that can be stored and sent, whatever the values in it are."""

from __future__ import annotations

import json
from typing import TypeVar

T = TypeVar("T")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def well_formed(text: str) -> str:
    """Return the text in a form that UTF-8 can hold.

    JSON may spell a character in two halves, such as D83D and DE00, and models cut texts anywhere.
    Halves that stand together become one character; one that stands alone becomes U+FFFD.
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_well_formed(value: object) -> bool:
    """Tell whether no text in a JSON value, keys included, has half of a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def mended(value: T) -> T:
    """Return a JSON value with all its text well formed."""
    if is_well_formed(value):
        return value
    made: T = json.loads(to_json(value))
    return made


def to_json(value: object) -> str:
    """Write a value as compact JSON, with all its text well formed."""
    return well_formed(_encode(value))
