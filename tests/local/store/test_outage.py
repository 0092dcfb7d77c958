"""What the log is told of a disk that takes no more."""

from __future__ import annotations

import sqlite3
from time import monotonic

import pytest

from julep.local.store.database import StoreUnusable
from julep.local.store.outage import LOGGER, Outage
from julep.local.store.store import Store
from tests.local.full_disk import full_disk

_LATER = 6.0
"""Seconds after which a disk that takes what is written counts as mended."""


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    told = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    caplog.clear()
    return told


def _insert_both(store: Store) -> None:
    with store.transaction():
        store._connection.execute("INSERT INTO t VALUES (1)")
        store._connection.execute("INSERT INTO t VALUES (zeroblob(100000))")


def test_it_is_told_when_it_begins_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    """However much fails between, and not before something has been kept for a while."""
    outage = Outage()
    for _ in range(50):
        outage.failed(full_disk())
    (told,) = _told(caplog)
    assert told.startswith("The disk of this server is full (database or disk is full). Make room")
    outage.look(monotonic() + _LATER)
    outage.worked()
    outage.look(monotonic())
    assert _told(caplog) == []
    outage.look(monotonic() + _LATER)
    assert _told(caplog) == [
        "This server can write to its disk again: executions that waited go on"
    ]
    outage.failed(full_disk())
    assert len(_told(caplog)) == 1


def test_other_failures_are_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    """Such as a key that is taken."""
    outage = Outage()
    outage.failed(sqlite3.IntegrityError("UNIQUE constraint failed"))
    outage.worked()
    outage.look(monotonic() + _LATER)
    assert _told(caplog) == []


def test_a_store_notices(caplog: pytest.LogCaptureFixture) -> None:
    """Within transactions and outside of them; what is read, or taken back, shows nothing."""
    store = Store()
    execute = store._connection.execute
    execute("CREATE TABLE t (body)")
    (pages,) = execute("PRAGMA page_count").fetchone()
    execute(f"PRAGMA max_page_count = {pages + 10}")
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            execute("INSERT INTO t VALUES (zeroblob(100000))")
    with pytest.raises(sqlite3.OperationalError):
        _insert_both(store)
    assert len(_told(caplog)) == 1
    execute("SELECT * FROM t").fetchall()
    store.outage.look(monotonic() + _LATER)
    assert _told(caplog) == []
    execute("INSERT INTO t VALUES (1)")
    store.outage.look(monotonic() + _LATER)
    assert len(_told(caplog)) == 1
    store.close()


def test_vectors_that_cannot_be_forgotten_keep_a_server_from_starting() -> None:
    """With what is wrong and what to do, and not where they are the right ones."""
    store = Store()
    store.use_vectors_of("one")
    store._connection.execute("PRAGMA query_only = ON")
    store.use_vectors_of("one")
    with pytest.raises(StoreUnusable, match=r"is read-only.*writable"):
        store.use_vectors_of("other")
    store.close()
