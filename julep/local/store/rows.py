"""Rows of a table, read in parts: so others have their turn, and not all are in memory at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

import attrs

from julep.types._json import is_object

R = TypeVar("R")

_ROWS_AT_ONCE = 100
_BYTES_AT_ONCE = 500_000
"""A part that has so many is given out; with the last row it may have that row's more."""


@attrs.frozen
class Rows(Generic[R]):
    """A page of a table, read while it is walked through.

    Attributes:
        limit: How many rows it has at most.
        offset: How many rows stand before it.
    """

    _connection: sqlite3.Connection
    _table: str
    _numbers: Callable[[int, int], Sequence[int]]
    limit: int
    offset: int

    def __iter__(self) -> Iterator[R]:
        """Return the values of the rows, each part parsed as one text: that is faster than many."""
        for part in self.parts():
            yield from json.loads(b"[%b]" % b",".join(part))

    def parts(self) -> Iterator[list[bytes]]:
        """Return the rows' JSON, as much at once as others may wait for."""
        limit, offset = self.limit, self.offset
        while limit > 0:
            numbers = self._numbers(limit, offset)
            found = 0
            for part in self._read(numbers):
                found += len(part)
                yield part
            if len(numbers) < limit:
                return
            # Rows that were deleted meanwhile made others move up, and who gets a page that isn't
            # full takes it for the last one.
            limit, offset = limit - found, offset + found

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


def read_all(value: object) -> object:
    """Return an answer with all that is read or made on the way in it."""
    if isinstance(value, Rows | Iterator):
        return [read_all(item) for item in value]
    if is_object(value):
        return {key: _read(member) for key, member in value.items()}
    return value


def _read(member: object) -> object:
    return read_all(member) if isinstance(member, Rows | Iterator) else member
