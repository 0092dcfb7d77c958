"""Room on the disk: what is new is refused while deleting still works.

A delete is written to SQLite's write-ahead log before it frees anything, and that log is moved into the
database now and then. A database that filled its disk to the last byte could do neither.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path
from sys import maxsize
from typing import Final

FREES: Final[ContextVar[bool]] = ContextVar("FREES", default=False)
"""Whether what is done here deletes, and so may take what is left of the room."""
_PLENTY: Final = 16_000_000
"""Bytes: more than the log and what grows besides usually take."""
_FOR_DELETES: Final = 1_000_000
"""Bytes that the log can take at any time."""
_OVERHEAD: Final = 100_000
"""Bytes of indexes and of pages that are partly empty."""
_ADDS: Final = ("INSERT", "UPDATE", "COMMIT")
_WRITES: Final = (*_ADDS, "DELETE", "BEGIN ")
"""The first six letters of statements that matter here."""


class Room:
    """Looks whether there is room for what is about to be written.

    Args:
        path: The database.
        execute: Runs a statement on it.
    """

    def __init__(self, path: Path, execute: Callable[[str], sqlite3.Cursor]) -> None:
        self._file = path.resolve()
        self._log = self._file.with_name(f"{self._file.name}-wal")
        self._execute = execute
        self._pending = 0

    def look(self, sql: str, parameters: Iterable[object], *, begins: bool) -> None:
        """Refuse a statement that adds what there is no room for.

        Args:
            sql: The statement.
            parameters: Its values.
            begins: Whether it is the first of its transaction.

        Raises:
            sqlite3.OperationalError: There is no room.
        """
        verb = sql.lstrip()[:6].upper()
        if verb not in _WRITES:
            return
        before = 0 if begins else self._pending
        self._pending = before + _size(parameters)
        if self._free() - 2 * self._pending >= _PLENTY:
            return
        if begins:
            self._move_log()
        more = 0 if verb == "COMMIT" else self._pending - before + _OVERHEAD
        if verb in _ADDS and not FREES.get() and self._free() < self._needed(before, more):
            raise _full()

    def measure(self, rows: Iterable[Iterable[object]]) -> Iterator[Iterable[object]]:
        """Count rows that are written while they are."""
        for row in rows:
            self._pending += _size(row)
            yield row

    def _free(self) -> int:
        """Return how many bytes are free, or very many where that isn't known."""
        try:
            usage = shutil.disk_usage(self._file.parent)
        except OSError:
            return maxsize
        return usage.free if usage.total else maxsize

    def _move_log(self) -> None:
        # Where others have filled the disk it may fail: then the statement itself will.
        with contextlib.suppress(sqlite3.OperationalError):
            self._execute("PRAGMA wal_checkpoint(RESTART)").fetchall()

    def _needed(self, before: int, more: int) -> int:
        """Return how much longer the database and its log may get with so many bytes more."""
        page = self._number("page_size")
        # The file itself grows when the log is moved.
        grown = max(self._number("page_count") * page - _length(self._file), 0)
        grows = grown + max(more - self._number("freelist_count") * page, 0)
        # What takes the place of deleted rows goes through the log, which is used again and again.
        spare = _FOR_DELETES if grows else 0
        return grows + max(before + grown + more + spare - _length(self._log), 0)

    def _number(self, pragma: str) -> int:
        number: int = self._execute(f"PRAGMA {pragma}").fetchone()[0]
        return number


def _length(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _size(parameters: Iterable[object]) -> int:
    return sum(len(value) for value in parameters if isinstance(value, (str, bytes)))


def _full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what is left is for deletes")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error
