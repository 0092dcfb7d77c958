"""Rows of a table, read in parts: so others have their turn, and not all are in memory at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Generic, TypeAlias, TypeGuard, TypeVar

import attrs

from julep.types._json import is_object

R = TypeVar("R")
S = TypeVar("S")

_ALL = 2**62
_ROWS_AT_ONCE = 100
_BYTES_AT_ONCE = 500_000
"""A part that has so many is given out; with the last row it may have that row's more."""


@attrs.frozen
class Rows(Generic[R]):
    """A page of a table, read while it is walked through.

    Attributes:
        limit: How many rows it has at most.
        offset: How many rows stand before it.
        wanted: Tells by its JSON whether a row is one of those that the page is a part of.
    """

    _connection: sqlite3.Connection
    _table: str
    _numbers: Callable[[int, int], Sequence[int]]
    limit: int
    offset: int
    wanted: Callable[[bytes], bool] | None = None

    def __iter__(self) -> Iterator[R]:
        """Return the values of the rows."""
        return chain.from_iterable(self.values())

    def values(self) -> Iterator[list[R]]:
        """Return the values of the rows, in the same parts; one text is parsed faster than many."""
        return (json.loads(b"[%b]" % b",".join(part)) for part in self.parts())

    def parts(self) -> Iterator[list[bytes]]:
        """Return the rows' JSON, as much at once as others may wait for; of some parts nothing is wanted."""
        if self.wanted is None:
            return self._parts(self.limit, self.offset, self.limit)
        return self._wanted_parts(self.wanted)

    def _wanted_parts(self, wanted: Callable[[bytes], bool]) -> Iterator[list[bytes]]:
        before, left = self.offset, self.limit
        at_once = max(_ROWS_AT_ONCE, min(left + before, _ALL))
        for part in self._parts(_ALL if left else 0, 0, at_once):
            passing = [body for body in part if wanted(body)]
            kept = passing[before:][:left]
            yield kept
            before = max(0, before - len(passing))
            left -= len(kept)
            if not left:
                return

    def _parts(self, limit: int, offset: int, at_once: int) -> Iterator[list[bytes]]:
        """Return rows, of which so many are looked for at first and then twice as many each time."""
        while limit > 0:
            asked = min(limit, at_once)
            numbers = self._numbers(asked, offset)
            found = 0
            for part in self._read(numbers):
                found += len(part)
                yield part
            if len(numbers) < asked:
                return
            # Rows that were deleted meanwhile made others move up, and who gets a page that isn't
            # full takes it for the last one.
            limit, offset, at_once = limit - found, offset + found, 2 * at_once

    def _read(self, numbers: Sequence[int]) -> Iterator[list[bytes]]:
        done = 0
        while done < len(numbers):
            part, taken = self._part(numbers[done : done + _ROWS_AT_ONCE])
            done += taken
            if part:
                yield part

    def _part(self, numbers: Sequence[int]) -> tuple[list[bytes], int]:
        """Return the first of these rows, and how many of the numbers are done with that."""
        sql = f"""SELECT wanted.key, CAST(found.body AS BLOB) FROM json_each(?) AS wanted
                  CROSS JOIN {self._table} AS found ON found.rowid = wanted.value"""  # noqa: S608 - our own names
        part: list[bytes] = []
        left = _BYTES_AT_ONCE
        for at, body in self._connection.execute(sql, (json.dumps(numbers),)):
            part.append(body)
            left -= len(body)
            if left < 0:
                return part, at + 1
        return part, len(numbers)


@attrs.frozen
class Shown(Generic[R, S]):
    """A page of what is shown otherwise than it is stored, also read while it is walked through."""

    rows: Rows[R]
    show: Callable[[R], S]

    def __iter__(self) -> Iterator[S]:
        """Return what is shown of the rows."""
        return map(self.show, self.rows)

    def parts(self) -> Iterator[Iterator[S]]:
        """Return what is shown, in parts as those of the rows."""
        return (map(self.show, part) for part in self.rows.values())


Made: TypeAlias = Rows[object] | Shown[object, object] | Iterator[object]
"""A list that is read or made on the way."""


def is_made_on_the_way(value: object) -> TypeGuard[Made]:
    """Tell whether a value is a list that is read or made while it is walked through."""
    return isinstance(value, Rows | Shown | Iterator)


def read_all(value: object) -> object:
    """Return an answer with all that is read or made on the way in it."""
    if is_made_on_the_way(value):
        return [read_all(item) for item in value]
    if is_object(value):
        return {key: _read(member) for key, member in value.items()}
    return value


def _read(member: object) -> object:
    return read_all(member) if is_made_on_the_way(member) else member
