"""Which listings with a metadata filter can be read out of an index, and by which of its rows.

The index finds what may pass, and a bit more: whoever reads it has the filter decide.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping

from julep.types._json import is_object

from .metadata_filter import MetadataFilter

_PARENTS: Mapping[str, str | None] = {
    "agents": None,
    "users": None,
    "sessions": None,
    "docs": "owner_id",
    "tasks": "agent_id",
}
"""The tables whose metadata has an index, and the key that narrows it."""
_LONGEST = 64  # characters of a key or a value that the index keeps
_EXACT = 2**53  # greater numbers are not the same to SQLite and Python
_NOT_INDEXED = ("", "")  # is what a resource has there whose metadata is too large for the index
_MANY = 1000  # rows; which of two pairs is rarer matters little beyond


class MetadataLookup:
    """Finds the rows of one table's index that a listing is to be read by."""

    def __init__(self, connection: sqlite3.Connection, resources: str) -> None:
        self._execute = connection.execute
        self._has_index = resources in _PARENTS
        self._parent = _PARENTS.get(resources)
        self.table: str = f"{resources}_metadata"

    def rarest(
        self, wanted: MetadataFilter, keys: Mapping[str, str], *, in_order: bool
    ) -> tuple[str, ...] | None:
        """Return parent, key and value that fewest resources have, or None if none is of use.

        Args:
            wanted: What the metadata of all resources in the listing has.
            keys: By what the listing is narrowed.
            in_order: Whether it has the order of the index. In another one all that the index finds
                has to be sorted for each page, so what very many have is of no use.
        """
        parent = keys.get(self._parent) if self._parent else ""
        if not self._has_index or parent is None:
            return None
        found = [(parent, *pair) for pair in pairs(wanted)]
        if not found or self._count((parent, *_NOT_INDEXED)):
            return None
        if len(found) == 1 and in_order:
            return found[0]
        count, pair = min((self._count(pair), pair) for pair in found)
        return pair if in_order or count < _MANY else None

    def few(self, wanted: MetadataFilter, keys: Mapping[str, str]) -> list[str] | None:
        """Return the ids of all that may pass, or None if those are many or all have to be looked at.

        Args:
            wanted: As above.
            keys: By what those are narrowed.
        """
        if (pair := self.rarest(wanted, keys, in_order=False)) is None:
            return None
        sql = f"SELECT id FROM {self.table} WHERE parent = ? AND key = ? AND value = ?"  # noqa: S608 - our own names
        return [id for (id,) in self._execute(sql, pair)]

    def _count(self, pair: tuple[str, ...]) -> int:
        sql = f"""SELECT count(*) FROM (SELECT 1 FROM {self.table}
                  WHERE parent = ? AND key = ? AND value = ? LIMIT {_MANY})"""  # noqa: S608 - our own names
        (count,) = self._execute(sql, pair).fetchone()
        return int(count)


def pairs(wanted: MetadataFilter) -> list[tuple[str, str]]:
    """Return keys with their values, each of which all that passes has in the index."""
    found = [*_in_object(wanted.contained), *_in_texts(wanted.texts)]
    # SQLite ends a text of JSON at a zero character.
    kept = [pair for pair in found if "\0" not in "".join(pair)]
    return [(key[:_LONGEST], value[:_LONGEST]) for key, value in kept]


def _in_object(contained: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    objects = [contained]
    while objects:
        for key, value in objects.pop().items():
            if is_object(value):
                objects.append(value)
            elif (kept := _kept(value)) is not None:
                yield key, kept


def _in_texts(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, text in texts.items():
        # One with a dot may be in several places; "7.0" is a text, or the number that is kept as 7.
        if "." not in key and _may_be(text) <= {text}:
            yield key, text


def _may_be(text: str) -> set[str | None]:
    try:
        return {text, _kept(json.loads(text))}
    except (ValueError, RecursionError):
        return {text}


def _kept(value: object) -> str | None:
    """Write a value as the index has it, or return None if it isn't there, or not surely so."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and abs(value) < _EXACT and value == int(value):
        return str(int(value))
    return None
