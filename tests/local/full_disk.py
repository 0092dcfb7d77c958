"""What SQLite raises when there is no room."""

from __future__ import annotations

import sqlite3
from contextlib import closing


def full_disk() -> sqlite3.OperationalError:
    """Return the error of a write to a full disk."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        try:
            connection.execute("CREATE TABLE a AS SELECT zeroblob(100000)")
        except sqlite3.OperationalError as error:
            return error
    raise AssertionError("there was room")
