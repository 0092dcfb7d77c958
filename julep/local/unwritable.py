"""Writes that fail because of the disk, and succeed once that is put right."""

from __future__ import annotations

import sqlite3
from typing import Final

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


def why_unwritable(error: BaseException) -> str | None:
    """Return why a write failed and what to do about it, or None if the disk isn't the reason."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_FULL:
        return (
            f"The disk of this server is full: nothing was kept ({error}). Make room on it, then "
            "send this again"
        )
    if code & _PRIMARY == sqlite3.SQLITE_READONLY:
        return (
            f"The data of this server is read-only: nothing was kept ({error}). Make the file and "
            "its folder writable, then send this again"
        )
    if code in _FAILS:
        return (
            f"This server can't write to its disk: nothing was kept ({error}). It has turned "
            "read-only, fails or is at a limit, such as a quota; the log of the system says which. "
            "Put that right, then send this again"
        )
    return None
