"""The order of a listing: which rows of a table come when, found in its indexes."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator, Mapping, Sequence

import attrs

from .metadata_lookup import MetadataLookup
from .page import Page
from .rows import ALL
from .verdicts import End, Verdicts


@attrs.frozen
class Listing:
    """Tells the numbers of the rows that a page is a part of.

    Attributes:
        page: Which part of it is wanted, and in which order.
        keys: What all of its rows have.
    """

    _connection: sqlite3.Connection
    _table: str
    _shown: str
    _metadata: MetadataLookup
    page: Page
    keys: Mapping[str, str]

    def state(self) -> Hashable:
        """Return what is the same as long as the listing is."""
        changes = self._connection.total_changes
        return self.page.sort_by, self.page.direction, tuple(self.keys.items()), changes

    def note_end(self, verdicts: Verdicts, state: Hashable, number: int) -> None:
        """Keep where the page ended, if the listing is still in the state in which it was begun."""
        # What is written in a transaction may be taken back, and its changes stay counted.
        if state == self.state() and not self._connection.in_transaction:
            end = self.page.offset + self.page.limit
            verdicts.end = End(state, end, self._place(number))

    def rounds(
        self, last: tuple[object, ...], at_once: int, offset: int = 0
    ) -> Iterator[Sequence[int]]:
        """Tell numbers in the order of the page, so many at first and then twice as many each time.

        Args:
            last: The place that they come behind; none is the start.
            at_once: So many at first.
            offset: How many behind that place are passed over.
        """
        told: set[int] = set()
        if changing := self.page.sort_by == "updated_at":
            # The order changes between two rounds. A page without a filter needs a second one only
            # if half of these are deleted while it is read.
            at_once = ALL if self.page.metadata else min(2 * at_once, ALL)
        numbers = self._sorted(last, at_once, offset)
        while len(numbers) == at_once:
            # That row may be gone, and others be before it, when it is looked for what is behind it.
            last = self._place(numbers[-1])
            yield [number for number in numbers if number not in told]
            told.update(numbers if changing else ())
            at_once = min(2 * at_once, ALL)
            numbers = self._sorted(last, at_once)
        yield [number for number in numbers if number not in told]

    def _place(self, number: int) -> tuple[object, ...]:
        sql = f"SELECT {self.page.sort_by}, rowid FROM {self._table} WHERE rowid = ?"  # noqa: S608 - our own names
        return tuple(self._connection.execute(sql, (number,)).fetchone())

    def _sorted(self, last: tuple[object, ...], limit: int, offset: int = 0) -> list[int]:
        where, values = conditions(self.keys, self._shown)
        source, sort_by = f"{self._table} AS found", f"found.{self.page.sort_by}"
        in_order = self.page.sort_by == "created_at"
        if pair := self._metadata.rarest(self.page.metadata, self.keys, in_order=in_order):
            source = f"{self._metadata.table} AS looked_up CROSS JOIN {source} USING (id)"
            where += " AND parent = ? AND key = ? AND value = ?"
            values += pair
            # Both have it: what comes after the page isn't read, and no table for the order.
            sort_by = "looked_up.created_at" if in_order else sort_by
        if last:
            behind = ">" if self.page.direction == "asc" else "<"
            where += f" AND ({sort_by}, found.rowid) {behind} (?, ?)"
        order = f"{sort_by} {self.page.direction}, found.rowid {self.page.direction}"
        sql = f"SELECT found.rowid FROM {source} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - our own names
        rows = self._connection.execute(sql, (*values, *last, limit, offset))
        return [number for (number,) in rows]


def conditions(keys: Mapping[str, str], shown: str = "1") -> tuple[str, list[str]]:
    """Return what rows must have as SQL, and the values that belong to it."""
    return " AND ".join([shown, *(f"{key} = ?" for key in keys)]), list(keys.values())
