"""A connection whose readings end in time, whatever is searched for."""

from __future__ import annotations

import sqlite3
from time import monotonic
from typing import Any

from .outage import Outage
from .room import Room

_STEPS_BETWEEN_LOOKS = 10_000


class BoundedConnection(sqlite3.Connection):
    """Interrupts a reading that takes too long.

    Writing isn't bounded: to delete what has very much below it must be possible.

    Attributes:
        seconds: How long a reading may take.
        outage: Is told what becomes of writes.
        room: Looks before writes whether there is room for them.
    """

    seconds: float = 5.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outage: Outage = Outage()
        self.room: Room | None = None
        self._changes = 0
        self._deadline = 0.0
        self.set_progress_handler(self._is_late, _STEPS_BETWEEN_LOOKS)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run one statement."""
        reads = sql.lstrip()[:6].upper() == "SELECT"
        self._deadline = monotonic() + self.seconds if reads else float("inf")
        try:
            if self.room and not reads:
                self.room.look(sql, parameters, begins=not self.in_transaction)
            cursor = super().execute(sql, parameters)
        except sqlite3.Error as error:
            self.outage.failed(error)
            raise
        if not (reads or self.in_transaction):
            self._note_changes(sql)
        return cursor

    def _note_changes(self, sql: str) -> None:
        before, self._changes = self._changes, self.total_changes
        if self._changes > before and sql != "ROLLBACK":
            self.outage.worked()

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        """Run one statement again and again."""
        self._deadline = float("inf")
        if self.room:
            parameters = self.room.measure(parameters)
        try:
            return super().executemany(sql, parameters)
        except sqlite3.Error as error:
            self.outage.failed(error)
            raise

    def executescript(self, sql_script: str, /) -> sqlite3.Cursor:
        """Run several statements."""
        self._deadline = float("inf")
        return super().executescript(sql_script)

    def _is_late(self) -> bool:
        return monotonic() > self._deadline


def took_too_long(error: BaseException) -> bool:
    """Tell whether a reading was interrupted."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
