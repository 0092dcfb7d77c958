"""A thing with all its fields, as lines that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, cast

from julep.types._repr import Shown, iso, shown

_DEEPEST: Final = 20
"""Levels; deeper ones would be off the screen."""


def record(value: object, indent: int = 0) -> Iterator[str]:
    """Yield lines with the fields of a value, those that are empty left out.

    Nested values stand below their names, as in YAML; texts of several lines too.
    """
    for before, part in _parts(value):
        margin = "  " * indent
        if _is_nested(part):
            is_too_deep = indent == _DEEPEST
            yield f"{margin}{before}{'…' if is_too_deep else ''}".rstrip()
            yield from () if is_too_deep else record(part, indent + 1)
        elif isinstance(part, str) and "\n" in part:
            yield f"{margin}{before}|"
            yield from (f"{margin}  {line}" for line in part.splitlines())
        else:
            yield f"{margin}{before}{_word(part)}"


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Shown):
        value = shown(value)
    if isinstance(value, Mapping):
        for name, part in cast("Mapping[object, object]", value).items():
            yield f"{name}: ", part
    elif isinstance(value, list | tuple):
        yield from (("- ", part) for part in cast("list[object]", value))


def _is_nested(value: object) -> bool:
    return next(_parts(value), None) is not None


def _word(value: Any) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)
