"""News of an execution, where the server tells them by itself."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import anyio
import pytest

from julep import ExecutionTimeout
from julep._runs.status_watch import SILENCE

from .conftest import Face
from .wire import HANG_UP, Connection, Seen, Wire


class Telling:
    """A server whose one execution goes on when its status stream has been listened to.

    Attributes:
        streams: What becomes of each stream in turn: the statuses that it tells, or an error that
            is answered instead. After the last of them the execution has ended.
        hangs: Whether a stream is left open that tells nothing more.
    """

    def __init__(self, *streams: list[str] | int, hangs: bool = False) -> None:
        self.streams = list(streams)
        self.hangs = hangs
        self.listened = threading.Event()

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Answer one request."""
        if not seen.target.endswith(".stream"):
            status = "running" if self.streams else "succeeded"
            connection.send_json({"id": "e1", "task_id": "t1", "status": status, "input": {}})
            return None
        told = self.streams[0] if self.hangs else self.streams.pop(0)
        if isinstance(told, int):
            connection.send_json({}, f"{told} No")
            return None
        connection.begin_stream(
            *(json.dumps({"execution_id": "e1", "status": one}) for one in told)
        )
        self.listened.set()
        if self.hangs:
            connection.wait_for_hang_up()
        return HANG_UP


class Old:
    """A server without streams, whose looks at one execution are answered one after the other."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)

    def __call__(self, connection: Connection, seen: Seen) -> None:
        """Answer one request."""
        if seen.target.endswith(".stream"):
            connection.send_json({"detail": "Not Found"}, "404 Not Found")
            return
        body: dict[str, Any] = {"id": "e1", "task_id": "t1", "input": {}}
        connection.send_json({**body, "status": self.statuses.pop(0)})


async def test_the_stream_tells_of_the_end(face: Face) -> None:
    """Nothing is asked until then but how it stands before and after."""
    with Wire(Telling(["running", "running", "succeeded"])) as server:
        done = await face.call(face.client(base_url=server.url).executions.wait, "e1")
        asked = [seen.target.removeprefix("/executions/e1") for seen in server.seen]
    assert done.status == "succeeded"
    assert asked == ["", "/status.stream", ""]


async def test_streams_may_break(face: Face) -> None:
    """Another one is begun, as long as the server has one."""
    with Wire(Telling(["running"], 503, ["running"], ["running", "awaiting_input"])) as server:
        await face.call(face.client(base_url=server.url).executions.wait, "e1")
        assert sum(seen.target.endswith(".stream") for seen in server.seen) == 4


async def test_what_only_a_stream_says_is_not_news(face: Face) -> None:
    """One that ends at once and tells what no look shows leads to no storm of requests."""
    with Wire(Telling(*[["starting"]] * 99)) as server:
        wait = face.client(base_url=server.url).executions.wait
        with pytest.raises(ExecutionTimeout):
            await face.call(wait, "e1", timeout=0.5)
        assert len(server.seen) < 20


async def test_without_a_stream_the_execution_is_looked_at(face: Face) -> None:
    """It is not asked for twice."""
    with Wire(Old("running", "running", "running", "succeeded")) as server:
        await face.call(face.client(base_url=server.url).executions.wait, "e1")
        asked = [seen.target.removeprefix("/executions/e1") for seen in server.seen]
    assert asked == ["", "/status.stream", "", "", ""]


async def test_who_has_little_time_listens_no_longer(face: Face) -> None:
    """Nothing is asked meanwhile, and the limit holds."""
    began = time.monotonic()
    with Wire(Telling(["running"], hangs=True)) as server:
        wait = face.client(base_url=server.url).executions.wait
        with pytest.raises(ExecutionTimeout):
            await face.call(wait, "e1", timeout=0.2)
        assert len(server.seen) == 3
    assert time.monotonic() - began < SILENCE


async def test_a_listener_that_is_cancelled_hangs_up(face: Face) -> None:
    """No connection is left behind."""
    if face.blocks:
        return
    telling = Telling(["running"], hangs=True)
    with Wire(telling) as server:
        client = face.client(base_url=server.url)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(face.call, client.executions.wait, "e1")
            assert await face.wait(telling.listened)
            tasks.cancel_scope.cancel()
        assert await face.wait(server.hung_up)


@pytest.mark.slow
async def test_a_stream_that_is_held_up_on_the_way(face: Face) -> None:
    """Once nothing at all was heard, the execution is looked at."""
    with Wire(Telling([], hangs=True)) as server:
        wait = face.client(base_url=server.url).executions.wait
        with pytest.raises(ExecutionTimeout):
            await face.call(wait, "e1", timeout=SILENCE + 1.5)
    asked = [seen.target.removeprefix("/executions/e1") for seen in server.seen]
    assert asked[:3] == ["", "/status.stream", ""]
    assert len(asked) > 3
    assert set(asked[3:]) == {""}
