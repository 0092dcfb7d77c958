"""JSON that a stranger's server sent, as values that can be kept."""

from __future__ import annotations

import json

from julep.local.json_limits import DEEPEST, MOST_CONTAINERS, MOST_VALUES, is_too_deep
from julep.local.json_text import mended
from julep.types._json import finite_or_null


def parse(content: bytes) -> object:
    """Return the value, or null for what is not JSON.

    It is null as well where the value is deeper than 200 levels, or might have more than 100,000
    lists and objects or 500,000 values.

    What some servers send and JSON doesn't know is mended: NaN, Infinity and numbers too great for
    a float are null, and half of a surrogate pair is U+FFFD.
    """
    try:
        text = content.decode(json.detect_encoding(content))
        containers = text.count("[") + text.count("{")
        if containers > MOST_CONTAINERS or text.count(",") > MOST_VALUES:
            return None
        value = json.loads(text, parse_constant=_null, parse_float=finite_or_null)
        value = mended(value) if "\\u" in text else value
    except (ValueError, RecursionError):
        return None
    return value if containers <= DEEPEST or not is_too_deep(value) else None


def _null(_name: str) -> None:
    return None
