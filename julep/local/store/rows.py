"""Rows of a table, read in parts: so others have their turn, and not all are in memory at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Generic, TypeAlias, TypeGuard, TypeVar, cast

import attrs

from julep.types._json import is_object

from .verdicts import Verdicts

R = TypeVar("R")
S = TypeVar("S")

ALL = 2**62
_ROWS_AT_ONCE = 100
_BYTES_AT_ONCE = 500_000
"""A part that has so many is given out; with the last row it may have that row's more."""
_PER_ROW = _BYTES_AT_ONCE // _ROWS_AT_ONCE
"""Looking at a row takes as long as so many bytes."""


@attrs.frozen
class Rows(Generic[R]):
    """A page of a table, read while it is walked through. What is deleted meanwhile is left out.

    Attributes:
        keys: What the rows have; one that has been given to another owner is left out too.
        limit: How many rows it has at most.
        offset: How many of those that are wanted stand before it.
        wanted: Tells by its JSON whether a row is one of those that the page is a part of.
        verdicts: What it said of rows when other pages were read.
        ended: Is told the number of the last row, when the page is full.
        is_one_by_one: Whether each row is read when it has its turn.
    """

    _connection: sqlite3.Connection
    _table: str
    keys: Mapping[str, str]
    _rounds: Callable[[], Iterable[Sequence[int]]]
    """Tells the numbers of rows, each once; of those behind the page only when they are asked for."""
    limit: int = ALL
    offset: int = 0
    wanted: Callable[[bytes], bool] | None = None
    verdicts: Verdicts = attrs.field(factory=Verdicts)
    ended: Callable[[int], object] | None = None
    is_one_by_one: bool = False

    def __iter__(self) -> Iterator[R]:
        """Return the values of the rows."""
        return chain.from_iterable(self.values())

    def one_by_one(self) -> Rows[R]:
        """Return the same page, of which each row is read when it has its turn.

        What is read for it elsewhere is there then: nobody deletes it between the two.
        """
        return attrs.evolve(self, is_one_by_one=True)

    def values(self) -> Iterator[list[R]]:
        """Return the values of the rows, in the same parts; one text is parsed faster than many."""
        return (json.loads(b"[%b]" % b",".join(part)) for part in self.parts())

    def parts(self) -> Iterator[list[bytes]]:
        """Return the rows' JSON, as much at once as others may wait for; of some parts nothing is wanted."""
        before, left, idle = self.offset, self.limit, 0
        # Rows that are deleted make room for others: who gets a page that isn't full takes it for
        # the last one.
        for numbers in self._slices() if left else ():
            if len(numbers) <= before and self.verdicts.all_pass(numbers):
                before -= len(numbers)
                continue
            for part in self._read(numbers):
                passing = [row for row in part if self._passes(*row)]
                idle += sum(_PER_ROW + len(body) for _, body in part)
                for turn in self._turns(passing[before:]):
                    if self.ended and len(turn) >= left:
                        self.ended(turn[left - 1][0])
                    yield [body for _, body in turn[:left]]
                    idle, left = 0, max(0, left - len(turn))
                    if not left:
                        return
                before = max(0, before - len(passing))
                if idle >= _BYTES_AT_ONCE:
                    yield []
                    idle = 0

    def _passes(self, number: int, body: bytes) -> bool:
        if self.wanted is None:
            return True
        passes = self.wanted(body)
        # What is written in a transaction may be taken back.
        if not self._connection.in_transaction:
            self.verdicts.note(number, passes=passes)
        return passes

    def _turns(self, rows: Sequence[tuple[int, bytes]]) -> Iterator[Sequence[tuple[int, bytes]]]:
        """Divide rows into what is given out at once; what waits for its turn is looked at again then."""
        if self.is_one_by_one and self.wanted is not None:
            for number, _ in rows:
                again, _ = self._part([number])
                yield from ([row] for row in again if self._passes(*row))
        elif rows:
            yield rows

    def _slices(self) -> Iterator[Sequence[int]]:
        # To look for what passes one by one would take most of the time.
        at_once = 1 if self.is_one_by_one and self.wanted is None else _ROWS_AT_ONCE
        for found in self._rounds():
            numbers = found if self.wanted is None else self.verdicts.not_failing(found)
            yield from (numbers[at : at + at_once] for at in range(0, len(numbers), at_once))

    def _read(self, numbers: Sequence[int]) -> Iterator[list[tuple[int, bytes]]]:
        while numbers:
            part, taken = self._part(numbers)
            numbers = numbers[taken:]
            if part:
                yield part

    def _part(self, numbers: Sequence[int]) -> tuple[list[tuple[int, bytes]], int]:
        """Return the first of these rows with their numbers, and how many of these are done with that."""
        owned = "".join(f" AND found.{key} = ?" for key in self.keys)
        sql = f"""SELECT wanted.key, CAST(found.body AS BLOB) FROM json_each(?) AS wanted
                  CROSS JOIN {self._table} AS found ON found.rowid = wanted.value{owned}"""  # noqa: S608 - our own names
        part: list[tuple[int, bytes]] = []
        left = _BYTES_AT_ONCE
        values = (json.dumps(numbers), *self.keys.values())
        rows = self._connection.execute(sql, values)
        for at, body in cast("Iterable[tuple[int, bytes]]", rows):
            part.append((numbers[at], body))
            left -= len(body)
            if left < 0:
                return part, at + 1
        return part, len(numbers)


@attrs.frozen
class Stored(Generic[R]):
    """One row of a table, which is sent as it is stored.

    Attributes:
        body: Its JSON.
    """

    body: bytes

    def value(self) -> R:
        """Parse it."""
        value: R = json.loads(self.body)
        return value


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
    if isinstance(value, Stored):
        return cast("object", value.value())
    if is_made_on_the_way(value):
        return [read_all(item) for item in value]
    if is_object(value):
        return {key: _read(member) for key, member in value.items()}
    return value


def _read(member: object) -> object:
    return read_all(member) if is_made_on_the_way(member) else member
