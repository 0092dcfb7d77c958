"""How the connections of the SDK's own pools are shared out among many calls at once."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from julep import APITimeoutError

from .conftest import ADA, PATIENCE, Face
from .wire import HANG_UP, Connection, Seen, Wire

CROWD = 40
CONNECTIONS = 100


class Meeting:
    """Answers requests when so many have arrived, so that their calls are under way at once."""

    def __init__(self, size: int) -> None:
        self._barrier = threading.Barrier(size)

    def answer(self, connection: Connection, _: Seen) -> None:
        """Answer with an agent."""
        self._barrier.wait(PATIENCE)
        connection.send_json(ADA)


async def call_at_once(face: Face, client: Any, count: int) -> None:
    """Make so many calls at once, which all have to succeed."""

    async def get() -> None:
        assert (await face.call(client.agents.get, "a1")).name == ADA["name"]

    await client._engine.transport.gather([get] * count)


async def test_calls_at_once_take_connections_of_the_ones_before(face: Face) -> None:
    """Calls at once have a connection each, and those that come later take some of these."""
    with Wire(Meeting(CROWD).answer) as server:
        client = face.client(base_url=server.url)
        for _ in range(3):
            await call_at_once(face, client, CROWD)
    assert len(server.seen) == 3 * CROWD
    assert max(seen.connection for seen in server.seen) < 3 * CROWD


@pytest.mark.slow
async def test_more_calls_than_connections_wait_for_one(face: Face) -> None:
    """At most 100 calls are under way at once; what comes then is sent when one of them ends."""
    under_way, counts = set[Connection](), list[int]()

    def answer(connection: Connection, _: Seen) -> None:
        under_way.add(connection)
        counts.append(len(under_way))
        time.sleep(0.02)
        under_way.remove(connection)
        connection.send_json(ADA)

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        await call_at_once(face, client, 2 * CONNECTIONS)
    assert len(server.seen) == 2 * CONNECTIONS
    assert max(counts) <= CONNECTIONS


@pytest.mark.slow
async def test_calls_that_wait_for_a_connection_in_vain_leave_no_trace(face: Face) -> None:
    """While all connections are taken, calls run out of time unsent; later ones get a connection."""
    all_taken, may_go_on = threading.Event(), threading.Event()

    def answer(connection: Connection, _: Seen) -> None:
        if len(server.seen) == CONNECTIONS:
            all_taken.set()
        may_go_on.wait(PATIENCE)
        connection.send_json(ADA)

    async def get() -> None:
        await face.call(client.agents.get, "a1")

    async def get_in_vain() -> None:
        assert await face.wait(all_taken)
        for _ in range(3):
            with pytest.raises(APITimeoutError) as caught:
                await face.call(client.with_options(timeout=0.1).agents.get, "late")
            assert not caught.value.delivered
        may_go_on.set()

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        await client._engine.transport.gather([*[get] * CONNECTIONS, get_in_vain])
        await call_at_once(face, client, CONNECTIONS)
    assert [seen for seen in server.seen if seen.target.endswith("late")] == []
    assert len(server.seen) == 2 * CONNECTIONS


async def test_connections_that_a_server_has_ended_are_passed_over(face: Face) -> None:
    """Where half of the idle connections have ended, no call fails, though none is tried again."""
    meeting = Meeting(CROWD)

    def answer(connection: Connection, seen: Seen) -> object:
        if len(server.seen) > CROWD:
            connection.send_json(ADA)
            return None
        meeting.answer(connection, seen)
        return HANG_UP if seen.connection % 2 else None

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        await call_at_once(face, client, CROWD)
        await client._engine.transport.sleep(0.1)
        for _ in range(CROWD):
            await face.call(client.agents.create, name="Ada")
    assert len(server.seen) == 2 * CROWD
