"""Opening a file again in the process that has it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from julep import ConfigurationError, Julep
from julep.local import LocalServer

# Root may remove everything, so it becomes another user for as long as it stops the server.
_STOP_WHERE_NOTHING_CAN_BE_REMOVED = """
import os, tempfile, threading
from julep.local import LocalServer
with tempfile.TemporaryDirectory() as folder:
    path = folder + "/agents.db"
    server = LocalServer(path).start()
    os.chmod(path + "-server", 0o644)
    os.chmod(folder, 0o555)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    server.stop()
    if is_root:
        os.seteuid(0)
    print("julep-local" in {thread.name for thread in threading.enumerate()})
    print(os.path.exists(path + "-server"))
    os.chmod(folder, 0o755)
    with LocalServer(path):
        print("opened again")
"""


def test_a_file_that_is_opened_again_is_shared(tmp_path: Path) -> None:
    """A second client has the same server, which outlives the first."""
    path = tmp_path / "agents.db"
    first = Julep.local(path)
    agent = first.agents.create(name="Ada")
    with Julep.local(path) as second:
        assert second.agents.get(agent).name == "Ada"
        first.close()
        assert second.agents.get(agent).name == "Ada"
    assert "julep-local" not in {thread.name for thread in threading.enumerate()}
    assert [each.name for each in tmp_path.iterdir()] == ["agents.db"]


def test_a_link_to_the_file_is_the_file(tmp_path: Path) -> None:
    """Whatever it is called, it has one server."""
    path = tmp_path / "agents.db"
    with LocalServer(path) as one:
        (tmp_path / "link.db").symlink_to(path)
        (tmp_path / "twin.db").hardlink_to(path)
        for name in ("link.db", "twin.db"):
            with LocalServer(tmp_path / name) as other:
                assert (other.url, other.key) == (one.url, one.key)


def test_scripts_and_key_are_those_of_the_first(tmp_path: Path) -> None:
    """There is one model to script and one list of what it was asked."""
    with LocalServer(tmp_path / "agents.db", key="k") as one:
        with LocalServer(tmp_path / "agents.db") as other:
            other.replies.add("Hello")
            with Julep(base_url=one.url, api_key=other.key) as client:
                session = client.sessions.create(agent=client.agents.create(name="A"))
                assert client.sessions.chat(session, "hi").text == "Hello"
            assert other.model_calls is one.model_calls
        assert one.about["data"] == str(tmp_path / "agents.db")


def test_the_newest_functions_stand_for_integrations(tmp_path: Path) -> None:
    """A notebook's cell that runs again makes them anew."""
    tool = {"name": "t", "type": "integration", "integration": {"provider": "wikipedia"}}
    step = {"tool": "t", "arguments": {"query": "x"}}
    clients: list[Julep] = []
    for page in ("old", "new"):

        def search(arguments: dict[str, Any], _setup: object, page: str = page) -> dict[str, str]:
            return {arguments["query"]: page}

        client = Julep.local(tmp_path / "nb.db", integrations={"wikipedia.search": search})
        clients.append(client)
        agent = client.agents.create(name="Ada")
        task = client.tasks.create(agent, name="T", main=[step], tools=[tool])
        assert client.tasks.run(task, timeout=10).output == {"x": page}
    for client in clients:
        client.close()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"openai_base_url": "http://localhost:1/v1"}, "openai_base_url"),
        ({"allow_api_calls": False}, "allow_api_calls"),
        ({"max_api_call_bytes": 5}, "max_api_call_bytes"),
        ({"key": "other"}, "key"),
        ({"port": 1}, "port"),
    ],
)
def test_other_settings_are_refused(tmp_path: Path, settings: dict[str, Any], named: str) -> None:
    """One server can't be two; the error names what differs, and the first goes on."""
    with Julep.local(tmp_path / "agents.db", key="k") as client:
        with pytest.raises(ValueError, match=rf"open in this process .*\({named}\)") as caught:
            LocalServer(tmp_path / "agents.db", **settings).start()
        assert "other" not in str(caught.value).partition("(")[2].partition(")")[0]
        assert client.ping().generation == "2025"


def test_many_threads_that_open_a_file_share_one_server(tmp_path: Path) -> None:
    """Whoever comes first starts it, the others wait; whoever comes while it ends starts another."""

    def use(_: int) -> str:
        with LocalServer(tmp_path / "agents.db", key="k") as server:
            return server.url

    with LocalServer(tmp_path / "agents.db", key="k") as server, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(16))) == {server.url}
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(use, range(12)))


def test_a_start_that_fails_leaves_the_file_free(tmp_path: Path, server: LocalServer) -> None:
    """The next one isn't told of a server that never was."""
    path = tmp_path / "agents.db"
    for _ in range(2):
        with pytest.raises(OSError, match="can't listen on port"):
            LocalServer(path, port=server.port).start()
    with LocalServer(path):
        pass


def test_a_file_that_was_replaced_has_a_server_of_its_own(tmp_path: Path) -> None:
    """A new file under an old name is not the old one."""
    path = tmp_path / "agents.db"
    with LocalServer(path) as one:
        for each in tmp_path.iterdir():
            each.unlink()
        with LocalServer(path) as other:
            assert other.url != one.url


def test_a_client_that_is_garbage_stops_its_server_from_any_thread(tmp_path: Path) -> None:
    """Even where the server itself happens to collect it."""

    async def collect() -> None:
        gc.collect()

    gc.disable()
    try:
        client = Julep.local(tmp_path / "agents.db")
        with LocalServer(tmp_path / "agents.db") as server:
            assert server._lease
            running = server._lease.running
        client.circle = client  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue] - so that it is garbage
        del client
        running._server.call(collect)
    finally:
        gc.enable()
    running._thread.join(10)
    assert not running._thread.is_alive()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="has no fork")
def test_a_fork_is_told_that_its_parent_has_the_file(tmp_path: Path) -> None:
    """It has none of its parent's servers, and does no harm to them."""
    path = tmp_path / "agents.db"
    with Julep.local(path) as client:
        child = os.fork()
        if not child:
            try:
                LocalServer(path).start()
            except OSError as error:
                os._exit(0 if f"process {os.getppid()} at" in str(error) else 1)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert client.agents.create(name="Ada").name == "Ada"
    assert sys.exc_info() == (None, None, None)


def test_a_client_tells_in_the_sdks_own_error_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    """Everything that a client raises on purpose is one kind of error."""
    path = tmp_path / "notes.txt"
    path.write_text("buy milk\n" * 200)
    with pytest.raises(ConfigurationError, match="can't be opened as a database"):
        Julep.local(path)


@pytest.mark.skipif(sys.platform == "win32", reason="has other permissions")
def test_a_server_stops_where_nothing_can_be_removed() -> None:
    """Its disk may have turned read-only; the file can be opened again once that is mended."""
    command = [sys.executable, "-c", _STOP_WHERE_NOTHING_CAN_BE_REMOVED]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["False", "True", "opened again"]
