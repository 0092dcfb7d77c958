"""Writes that fail because of the disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from julep.local.unwritable import why_unwritable


def test_a_full_disk_is_told_from_other_failures() -> None:
    """By SQLite's code, with what to do."""
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("CREATE TABLE a AS SELECT zeroblob(100000)")
    with pytest.raises(sqlite3.OperationalError) as other:
        connection.execute("SELECT nonsense")
    connection.close()
    assert "is full: nothing was kept" in str(why_unwritable(full.value))
    assert "Make room on it" in str(why_unwritable(full.value))
    assert why_unwritable(other.value) is None
    assert why_unwritable(ValueError()) is None


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
