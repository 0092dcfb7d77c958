"""Writes that fail because of the disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from julep.local.unwritable import why_unwritable
from tests.local.full_disk import full_disk


def test_a_full_disk_is_told_from_other_failures() -> None:
    """By SQLite's code, with what to do."""
    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as other:
        connection.execute("SELECT nonsense")
    connection.close()
    assert "is full: nothing was kept" in str(why_unwritable(full_disk()))
    assert "Make room on it" in str(why_unwritable(full_disk()))
    assert why_unwritable(other.value) is None
    assert why_unwritable(ValueError()) is None


def test_a_disk_that_fails_is_not_called_full() -> None:
    """SQLite doesn't know what is the matter with it, so the system's log has to be asked."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    told = str(why_unwritable(error))
    assert told.startswith("This server can't write to its disk: nothing was kept (disk I/O error)")
    assert "read-only" in told
    assert "Make room" not in told


def test_a_read_only_file_is_told(tmp_path: Path) -> None:
    """It may have become so while the server runs."""
    path = tmp_path / "agents.db"
    sqlite3.connect(path).close()
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    assert "is read-only: nothing was kept" in str(why_unwritable(caught.value))
    assert "writable" in str(why_unwritable(caught.value))
