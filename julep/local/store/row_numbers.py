"""Numbers of new rows, none of which is used again while the database is open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import count


def unused_numbers(connection: sqlite3.Connection, table: str) -> Iterator[int]:
    """Return numbers for the rows that a table gets from now on.

    SQLite gives those of deleted rows to new ones. Whoever noted a number and waits, for a reader
    or for a model, would come back to another row. Nobody keeps numbers longer than the database
    is open, so files need no counter.
    """
    sql = f"SELECT coalesce(max(rowid), 0) FROM {table}"  # noqa: S608 - our own names
    (last,) = connection.execute(sql).fetchone()
    return count(last + 1)
