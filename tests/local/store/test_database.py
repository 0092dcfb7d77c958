"""Opening a database, and who has it."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from julep.local.durability import read_durability
from julep.local.store import holder
from julep.local.store.database import StoreUnusable, make_file, open_database


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """One that is there keeps its content."""
    path = tmp_path / "agents.db"
    make_file(path)
    assert (mode(path), path.read_bytes()) == (0o600, b"")
    path.write_text("kept")
    make_file(path)
    assert path.read_text() == "kept"


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(StoreUnusable, match=r"agents.db can't be opened as a database: No such"):
        make_file(tmp_path / "nowhere" / "agents.db")


def test_a_database_is_opened_up_to_date(tmp_path: Path) -> None:
    """Also in memory; a file that others could read is closed to them."""
    path = tmp_path / "agents.db"
    path.touch(0o644)
    for place in (path, None):
        connection = open_database(place)
        assert connection.execute("SELECT count(*) FROM agents").fetchone() == (0,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        connection.close()
    assert mode(path) == 0o600


def test_durability_decides_when_the_disk_has_it(tmp_path: Path) -> None:
    """With each change, or with the next checkpoint (SQLite's 2 and 1)."""
    for number, durability in ((1, "normal"), (2, "full")):
        connection = open_database(tmp_path / durability, read_durability(durability))
        assert connection.execute("PRAGMA synchronous").fetchone() == (number,)
        connection.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no database at all, but text" * 50, "can't be opened as a database"),
        ("CREATE TABLE other (a)", "is a database of another program"),
        ("PRAGMA application_id = 1246512464; PRAGMA user_version = 99", "by a newer version"),
    ],
)
def test_what_is_no_file_of_ours_stays_as_it_is(
    tmp_path: Path, content: bytes | str, words: str
) -> None:
    """And is told apart."""
    path = tmp_path / "agents.db"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        connection = sqlite3.connect(path)
        connection.executescript(content)
        connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match=words):
        open_database(path)
    assert path.read_bytes() == before


def test_a_file_that_is_held_says_by_whom(tmp_path: Path) -> None:
    """As the holder noted it; one that noted nothing is another program."""
    path = tmp_path / "agents.db"
    connection = open_database(path)
    connection.execute("INSERT INTO facts VALUES ('a', 'b')")
    with pytest.raises(StoreUnusable, match="is in use by another program; stop that one"):
        open_database(path)
    holder.note(path, "http://127.0.0.1:1")
    with pytest.raises(StoreUnusable, match=r"by another server \(process \d+ at http://127"):
        open_database(path)
    connection.close()


def test_a_note_is_removed_by_whoever_wrote_it(tmp_path: Path) -> None:
    """It is for its owner alone, and a new one takes the place of an old one."""
    path = tmp_path / "agents.db"
    holder.forget(path)
    for address in ("http://one", "http://two"):
        holder.note(path, address)
        assert holder.who(path).endswith(f"at {address})")
    place = path.with_name("agents.db-server")
    assert mode(place) == 0o600
    place.write_text("process 1 at http://other")
    holder.forget(path)
    assert holder.who(path) == "another server (process 1 at http://other)"
    place.write_bytes(b"\xff")
    assert holder.who(path) == "another program"
    holder.note(path, "x")
    holder.forget(path)
    assert not place.exists()
