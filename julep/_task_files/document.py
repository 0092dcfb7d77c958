"""A parsed text and the places of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from julep.types._json import is_array, is_object
from julep.types._plain import wire_name

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

_PART: Final = re.compile(r"\[?([^.\[\]]*)\]?")


class Place(NamedTuple):
    """Where something stands in a text; both numbers from 1."""

    line: int
    column: int


class Unreadable(Exception):
    """A text can't be parsed; where, if that is known."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.place = place or Place(1, 1)


@attrs.define
class Document:
    """What a text holds.

    Attributes:
        value: The parsed value, as JSON has it.
        values: Where each value begins.
        keys: Where the key of each value in a mapping begins.
        repeated: The paths of keys that their mapping has twice, and where they stand again.
    """

    value: Any = None
    values: dict[Path, Place] = attrs.field(factory=dict[Path, Place])
    keys: dict[Path, Place] = attrs.field(factory=dict[Path, Place])
    repeated: list[tuple[Path, Place]] = attrs.field(factory=list[tuple[Path, Place]])

    def place(self, path: Path) -> Place:
        """Tell where a value begins, or else the nearest one around it that the text has."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))

    def path(self, location: str) -> Path:
        """Return the keys and indexes that a server's location names, as far as they exist.

        Names between them that the text doesn't have, such as the kind of a step, are passed over.
        """
        found: list[str | int] = []
        value = self.value
        while location:
            key, location = _next(value, location.removeprefix("."))
            if key is not None:
                found.append(key)
                value = value[key]
        return tuple(found)

    def place_of(self, text: str, within: Path) -> Path | None:
        """Return where in a value a text stands first, if it does."""
        value = self.value
        for part in within:
            value = value[part]
        return next((within + path for path, found in _texts(value) if found == text), None)


def _texts(value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield (), value
    items = value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
    for part, item in items:
        yield from (((part, *path), text) for path, text in _texts(item))


def _next(value: Any, location: str) -> tuple[str | int | None, str]:
    """Return the key or index that a location begins with, if the value has it, and the rest."""
    if is_object(value):
        names = {name: key for key in value for name in (wire_name(key), key) if name}
        if fits := [name for name in names if _begins_with(location, name)]:
            name = max(fits, key=len)  # a key may hold dots
            return names[name], location.removeprefix(name)
    match = _PART.match(location)
    assert match is not None  # it matches nothing, too
    part, rest = match[1], location[max(match.end(), 1) :]
    if is_array(value) and part.isdecimal() and int(part) < len(value):
        return int(part), rest
    return None, rest


def _begins_with(location: str, key: str) -> bool:
    return location.startswith(key) and location[len(key) :][:1] in {"", ".", "["}


def written(path: Path, within: str = "") -> str:
    """Return a path, or what of it is within another place, as messages have it: `main[2].then`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join([within, *parts]).removeprefix(".")
