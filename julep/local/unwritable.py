"""Writes that fail because of the disk, and succeed once that is put right."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

_PRIMARY: Final = 0xFF  # of a code of SQLite; the other bits say more
_FAILS: Final = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    }
)
"""SQLite takes only what the system calls a lack of space for a full disk. Quotas, disks that have
turned read-only and those that break all look like this."""


class Fault(NamedTuple):
    """What is wrong with the disk.

    Attributes:
        problem: A sentence without its end.
        remedy: What to do about it, likewise.
    """

    problem: str
    remedy: str


_FULL: Final = Fault("The disk of this server is full", "Make room on it")
_READ_ONLY: Final = Fault(
    "The data of this server is read-only", "Make the file and its folder writable"
)
_FAILING: Final = Fault(
    "This server can't write to its disk",
    "It has turned read-only, fails or is at a limit, such as a quota; the log of the system says "
    "which. Put that right",
)


def find_fault(error: BaseException) -> Fault | None:
    """Return what is wrong with the disk, or None if it isn't the reason of the error."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_FULL:
        return _FULL
    if code & _PRIMARY == sqlite3.SQLITE_READONLY:
        return _READ_ONLY
    return _FAILING if code in _FAILS else None


def why_unwritable(error: BaseException) -> str | None:
    """Return why a write failed and what to do about it, or None if the disk isn't the reason."""
    if (fault := find_fault(error)) is None:
        return None
    return f"{fault.problem}: nothing was kept ({error}). {fault.remedy}, then send this again"
