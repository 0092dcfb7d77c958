"""Room on the disk that is left for deletes."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from julep.local.store.room import FREES
from julep.local.store.store import Store

_FILL_AND_EMPTY = """
import sys
from julep import Julep, JulepError
path = sys.argv[1] + "/agents.db"
with Julep.local(path) as patient:
    client = patient.with_options(max_retries=0)
    files, agent = [], client.agents.create(name="A")
    for content in (b"x" * 300_000, b"x" * 3_000):
        try:
            while True:
                files.append(client.files.create(name="f", content=content))
                client.agents.docs.create(agent, title=files[-1].id, content="many words " * 500)
        except JulepError as error:
            print(error.status, "is full: nothing was kept (what is left is for deletes)" in str(error))
with Julep.local(path) as client:
    for each in files:
        client.files.delete(each)
    client.agents.delete(agent)
    client.files.create(name="f", content=b"x" * 300_000)
    print(len(client.files.list().to_list()), len(client.agents.list().to_list()))
"""
_ON_A_SMALL_DISK = 'mount -t tmpfs -o size=12m none "$1" && exec "$2" -c "$3" "$1"'


class _Huge(bytes):
    """More than any disk has."""

    def __len__(self) -> int:
        return 1 << 62


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database in a file."""
    store = Store(tmp_path / "agents.db")
    store._connection.execute("CREATE TABLE t (body)")
    yield store
    store.close()


def _add(store: Store) -> None:
    store._connection.execute("INSERT INTO t VALUES (?)", (_Huge(),))


def _add_many(store: Store) -> None:
    with store.transaction():
        store._connection.executemany("INSERT INTO t VALUES (?)", [(_Huge(),)])


def test_what_does_not_fit_is_not_begun(store: Store) -> None:
    """What is written is refused as on a full disk, before the disk is one."""
    for add in (_add, _add_many):
        with pytest.raises(sqlite3.OperationalError, match="left is for deletes") as full:
            add(store)
        assert full.value.sqlite_errorcode == sqlite3.SQLITE_FULL
    assert store._connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_deletes_may_take_what_is_left(store: Store) -> None:
    """With all that they write besides."""
    frees = FREES.set(True)
    try:
        _add(store)
    finally:
        FREES.reset(frees)
    assert store._connection.execute("DELETE FROM t").rowcount == 1


def _has_namespaces() -> bool:
    if unshare := shutil.which("unshare"):
        return subprocess.run([unshare, "-rm", "true"], check=False).returncode == 0
    return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="its own disks are made on Linux only")
def test_a_database_that_filled_its_disk_can_be_emptied(tmp_path: Path) -> None:
    """Every delete works, also after a new start, and then there is room for what is new."""
    if not _has_namespaces():
        pytest.skip("this machine lets nobody mount disks of their own")
    command = ["unshare", "-rm", "sh", "-c", _ON_A_SMALL_DISK, "sh"]
    done = subprocess.run(
        [*command, str(tmp_path), sys.executable, _FILL_AND_EMPTY],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["507 True", "507 True", "1 0"]
