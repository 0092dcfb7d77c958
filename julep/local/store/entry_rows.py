"""The entries of sessions as chats read them, and news of what changes in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

# Triggers also see what goes because its session went. New entries are found by their numbers.
_WATCH = """
    CREATE TEMP TRIGGER entry_replaced AFTER UPDATE ON main.entries BEGIN
        SELECT entries_changed(old.session_id);
    END;
    CREATE TEMP TRIGGER entry_removed AFTER DELETE ON main.entries BEGIN
        SELECT entries_changed(old.session_id);
    END;
"""


class EntryRows:
    """The table of entries, read for the model."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._on_change: Callable[[str], object] = str  # does nothing
        connection.create_function("entries_changed", 1, self._changed)
        connection.executescript(_WATCH)

    def watch(self, on_change: Callable[[str], object]) -> None:
        """Register a callback for the id of each session whose entries are changed or removed."""
        self._on_change = on_change

    def _changed(self, session_id: str) -> None:
        self._on_change(session_id)

    def behind(self, number: int, session_id: str, most: int) -> list[tuple[int, str]]:
        """Return number and JSON of a session's entries behind that number, oldest first.

        Those that a summary replaces are left out, and of very many the oldest.

        Args:
            number: Of the last entry that is known; 0 for all.
            session_id: Whose entries.
            most: How many characters are read.
        """
        sql = """SELECT rowid, body FROM entries
                 WHERE session_id = ? AND rowid > ? AND body ->> '$.summary_id' IS NULL
                 ORDER BY rowid DESC"""
        found: list[tuple[int, str]] = []
        for row in self._connection.execute(sql, (session_id, number)):
            most -= len(row[1])
            if most < 0:
                break
            found.append(row)
        return found[::-1]
