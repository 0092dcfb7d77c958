"""The database file: whose it is, who may read it, and how an old one is brought up to date."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from julep import Julep
from julep.local import LocalServer
from julep.local.store.migrations import APPLICATION_ID, STEPS

_VERSION_1 = Path(__file__).parents[2] / "data" / "store_version_1.sql"
# Root may write everything, so it makes a file for others and becomes one of them.
_OPEN_READ_ONLY = """
import os, tempfile
from julep.local import LocalServer
LocalServer().start().stop()
with tempfile.TemporaryDirectory() as folder:
    path = folder + "/agents.db"
    os.close(os.open(path, os.O_CREAT, 0o444))
    os.chmod(folder, 0o755)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        LocalServer(path).start()
    except OSError as error:
        print(str(error).replace(path, ""))
    if is_root:
        os.seteuid(0)
"""
_HOLD = """
import sys
from julep.local import LocalServer
with LocalServer(sys.argv[1]) as server:
    print(server.host, "port", server.port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A process whose new files are for everyone."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A file as the first released step left it."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_VERSION_1.read_text(encoding="utf-8"))
    return path


def _modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


def _schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such permissions")
@pytest.mark.usefixtures("open_umask")
def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """The database, its log and the note beside it can be read by nobody else."""
    with LocalServer(tmp_path / "agents.db"):
        assert len(list(tmp_path.iterdir())) > 1
        assert _modes(tmp_path) == {0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="has no such permissions")
@pytest.mark.usefixtures("open_umask")
def test_an_older_file_is_closed_to_others(old_file: Path) -> None:
    """A file that everyone could read is its owner's from the next start on."""
    assert _modes(old_file.parent) == {0o644}
    with LocalServer(old_file):
        assert _modes(old_file.parent) == {0o600}


def test_a_link_leads_to_a_file_for_its_owner(tmp_path: Path) -> None:
    """A file that is made through a link to nothing yet is protected like others."""
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "real.db")
    with LocalServer(link):
        assert stat.S_IMODE((tmp_path / "real.db").stat().st_mode) == 0o600


def test_an_old_file_is_brought_up_to_date(old_file: Path, tmp_path: Path) -> None:
    """What the first step's file held is there, goes on, and its tables are those of a new one."""
    with Julep.local(old_file) as client:
        (agent,) = client.agents.list()
        assert client.agents.docs.search(agent, text="Friday").docs[0].title == "Hours"
        (session,) = client.sessions.list()
        assert client.sessions.history(session).entries[0].text == "hi"
        (task,) = client.tasks.list(agent)
        (execution,) = client.tasks.executions.list(task)
        client.executions.resume(execution, input={"a": 5})
        assert [each.type for each in client.executions.transitions.stream(execution)][
            -1
        ] == "finish"
    with LocalServer(tmp_path / "new.db"):
        pass
    assert _schema(old_file) == _schema(tmp_path / "new.db")


def test_a_file_keeps_the_number_of_its_last_step(old_file: Path) -> None:
    """The number and the mark of this server stand in the file's header."""
    with LocalServer(old_file):
        pass
    with closing(sqlite3.connect(old_file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE agents (name TEXT)",
        "CREATE TABLE notes (text TEXT); PRAGMA user_version = 1",
        "CREATE TABLE agents (name TEXT); PRAGMA user_version = 7",
        "PRAGMA application_id = 1",
    ],
)
def test_another_programs_database_is_left_alone(tmp_path: Path, script: str) -> None:
    """It is refused, and not one byte or permission of it changes."""
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(OSError, match="database of another program"):
        LocalServer(path).start()
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (before, 0o644)


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    """A file of a later version is not touched by this one."""
    path = tmp_path / "newer.db"
    with closing(sqlite3.connect(path)) as connection:
        newer = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {len(STEPS) + 1}"
        connection.executescript(newer)
    with pytest.raises(OSError, match="newer version"):
        LocalServer(path).start()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such users")
def test_a_read_only_file_says_so() -> None:
    """The error names what stands in the way."""
    command = [sys.executable, "-c", _OPEN_READ_ONLY]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "can't be opened as a database: it is read-only"


def test_another_process_is_told_who_has_the_file(tmp_path: Path) -> None:
    """The error names the process and its address; once that is gone, so is the obstacle."""
    path = tmp_path / "agents.db"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        address = holder.stdout.readline().strip()
        with pytest.raises(OSError, match=f"process {holder.pid} at {address}"):
            LocalServer(path).start()
    with LocalServer(path):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["agents.db"]


def test_an_output_is_kept_once(tmp_path: Path) -> None:
    """The execution shows that of its last transition, and the file has it there alone."""
    path = tmp_path / "agents.db"
    with Julep.local(path) as client:
        agent = client.agents.create(name="A")
        main = [{"evaluate": {"x": "$ ['x' * 1000000] * 4"}}]
        task = client.tasks.create(agent.id, name="T", main=main)
        done = client.executions.wait(client.executions.create(task.id, input={}))
        assert done.output == {"x": ["x" * 1_000_000] * 4}
    assert path.stat().st_size < 6_000_000
