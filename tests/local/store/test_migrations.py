"""Bringing a file up to date, step by step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from julep.local.store.migrations import APPLICATION_ID, STEPS, is_newer, is_ours, migrate
from julep.local.store.released_tables import METADATA, RUNS_OF_LETTERS, SCHEMA


@pytest.fixture
def empty() -> Iterator[sqlite3.Connection]:
    """An empty database."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield connection
    connection.close()


def version(connection: sqlite3.Connection) -> int:
    """The number of the last step that was taken."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def described(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """All tables, indexes and triggers."""
    return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def taken(connection: sqlite3.Connection, steps: int) -> None:
    """Take the first steps alone, as an earlier version did."""
    for number, step in enumerate(STEPS[:steps], 1):
        connection.executescript(f"{step}; PRAGMA user_version = {number}")


def test_an_empty_file_takes_all_steps(empty: sqlite3.Connection) -> None:
    """Once: to migrate again changes nothing."""
    assert is_ours(empty)
    migrate(empty)
    assert version(empty) == len(STEPS)
    tables = described(empty)
    migrate(empty)
    assert described(empty) == tables


@pytest.mark.parametrize("steps", range(1, len(STEPS)))
def test_an_older_file_takes_those_that_are_missing(empty: sqlite3.Connection, steps: int) -> None:
    """It ends up as a new one, with what was in it."""
    taken(empty, steps)
    empty.execute("INSERT INTO facts VALUES ('kept', 'value')")
    assert is_ours(empty)
    assert not is_newer(empty)
    migrate(empty)
    new = sqlite3.connect(":memory:", isolation_level=None)
    migrate(new)
    assert described(empty) == described(new)
    assert version(empty) == version(new)
    assert empty.execute("SELECT value FROM facts").fetchall() == [("value",)]
    new.close()


def test_a_step_is_taken_whole_or_not_at_all(empty: sqlite3.Connection) -> None:
    """A file on which one fails in its last statement is as it was before."""
    taken(empty, STEPS.index(RUNS_OF_LETTERS))
    in_the_way = "CREATE TRIGGER snippets_runs_removed AFTER DELETE ON snippets BEGIN SELECT 1; END"
    empty.execute(in_the_way)
    before = described(empty), version(empty)
    with pytest.raises(sqlite3.OperationalError, match="snippets_runs_removed"):
        migrate(empty)
    empty.rollback()
    assert (described(empty), version(empty)) == before


def test_a_file_of_a_newer_version_is_told_apart(empty: sqlite3.Connection) -> None:
    """It took steps that aren't known here."""
    migrate(empty)
    assert not is_newer(empty)
    empty.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    assert is_newer(empty)
    assert is_ours(empty)


@pytest.mark.parametrize(
    ("script", "ours"),
    [
        ("", True),
        (f"PRAGMA application_id = {APPLICATION_ID}", True),
        ("PRAGMA application_id = 1", False),
        ("PRAGMA application_id = 1; PRAGMA user_version = 1", False),
        ("CREATE TABLE agents (id)", False),
        ("CREATE TABLE agents (id); PRAGMA user_version = 1", False),
        (f"{SCHEMA}; PRAGMA user_version = 1", True),
        (f"{SCHEMA}; PRAGMA user_version = 2", False),
        (SCHEMA, False),
    ],
)
def test_files_of_other_programs_are_told_apart(
    empty: sqlite3.Connection, script: str, ours: bool
) -> None:
    """By the number in their header, or by their tables where the first version had none."""
    empty.executescript(script)
    assert is_ours(empty) is ours


def test_what_is_misspelt_is_found_in_an_older_file(empty: sqlite3.Connection) -> None:
    """The step that adds an index fills it, and later snippets are in it too."""
    taken(empty, STEPS.index(RUNS_OF_LETTERS))
    empty.execute("INSERT INTO docs (id, body) VALUES ('d', '{}')")
    add = "INSERT INTO snippets (doc_id, owner_id, position, title, content) VALUES ('d', 'o', ?, '', ?)"
    empty.execute(add, (0, "library"))
    migrate(empty)
    empty.execute(add, (1, "libraries"))
    find = "SELECT rowid FROM snippets_runs WHERE snippets_runs MATCH '\"rar\"' ORDER BY rowid"
    assert empty.execute(find).fetchall() == [(1,), (2,)]
    empty.execute("DELETE FROM snippets WHERE position = 0")
    assert empty.execute(find).fetchall() == [(2,)]


def test_what_has_metadata_is_found_in_an_older_file(empty: sqlite3.Connection) -> None:
    """The step that adds an index of it fills it."""
    taken(empty, STEPS.index(METADATA))
    body = '{"created_at": "then", "owner_id": "o", "metadata": {"user": 7, "deep": {"ok": true}}}'
    for table in ("agents", "users", "sessions", "docs"):
        empty.execute(f"INSERT INTO {table} (id, body) VALUES (?, ?)", (table, body))
    migrate(empty)
    for table, parent in {"agents": "", "users": "", "sessions": "", "docs": "o"}.items():
        rows = empty.execute(f"SELECT * FROM {table}_metadata").fetchall()
        assert rows == [
            (parent, "ok", "true", "then", table),
            (parent, "user", "7", "then", table),
        ]
