"""Mistakes in a script are reported where it is written, not where the server would meet them."""

from __future__ import annotations

import json
from typing import Any


def check(name: str, value: object, kind: Any, words: str) -> None:
    """Refuse a value of another type.

    Raises:
        TypeError: It is; `words` say what it must be.
    """
    if isinstance(value, bool) or not isinstance(value, kind):
        raise TypeError(f"{name} must be {words}, not {type(value).__name__}")


def check_number(
    name: str, value: float | None, kind: Any, least: int, most: int | None = None
) -> None:
    """Refuse what is not a number within these bounds.

    Raises:
        TypeError: It is not a number.
        ValueError: It is out of the bounds.
    """
    check(name, value, kind, "a number")
    if value is not None and not (least <= value and (most is None or value <= most)):
        bounds = f"{least} or more" if most is None else f"between {least} and {most}"
        raise ValueError(f"{name} must be {bounds}")


def as_json(name: str, value: Any) -> str:
    """Return the JSON of a value.

    Raises:
        TypeError: It has none.
    """
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{name} must be something that JSON can hold: {error}") from None
