"""Readings of the database that take too long."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from julep.local.store.bounded import BoundedConnection, took_too_long

_COUNTED = (
    "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT {}) SELECT n FROM c)"
)


class Hurried(BoundedConnection):
    """A connection that waits a twentieth of a second."""

    seconds = 0.05


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """A hurried connection to an empty database."""
    connection = sqlite3.connect(":memory:", factory=Hurried)
    yield connection
    connection.close()


def test_a_reading_without_end_is_interrupted(connection: sqlite3.Connection) -> None:
    """It fails in time, is told apart from other failures, and the connection goes on."""
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute(f"SELECT count(*) FROM {_COUNTED.format(-1)}").fetchone()
    assert took_too_long(caught.value)
    assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("SELECT * FROM nowhere")
    assert not took_too_long(caught.value)


def test_writing_may_take_long(connection: sqlite3.Connection) -> None:
    """What has to be written is written, whole."""
    connection.execute("CREATE TABLE numbers (n)")
    connection.execute(f"INSERT INTO numbers SELECT n FROM {_COUNTED.format(1_000_000)}")
    assert connection.execute("SELECT max(rowid) FROM numbers").fetchone() == (1_000_000,)
