"""How the connections of the SDK's own pools are shared out among many calls at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

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


async def test_calls_at_once_take_the_connections_of_the_ones_before(face: Face) -> None:
    """All connections of a crowd are kept for the next one, and each is given to one call alone."""
    with Wire(Meeting(CROWD).answer) as server:
        client = face.client(base_url=server.url)
        for _ in range(3):
            await call_at_once(face, client, CROWD)
    assert {seen.connection for seen in server.seen} == set(range(1, CROWD + 1))
    assert len(server.seen) == 3 * CROWD


@pytest.mark.slow
async def test_more_calls_than_connections_wait_for_one(face: Face) -> None:
    """At most 100 connections are open; what comes then is sent when one is free."""
    with Wire(lambda connection, _: connection.send_json(ADA)) as server:
        client = face.client(base_url=server.url)
        await call_at_once(face, client, 2 * CONNECTIONS)
    assert len(server.seen) == 2 * CONNECTIONS
    assert max(seen.connection for seen in server.seen) <= CONNECTIONS


async def test_connections_that_a_server_has_ended_are_passed_over(face: Face) -> None:
    """Of many idle connections, those that have ended serve no call, and the others do."""
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
    assert {seen.connection % 2 for seen in server.seen[CROWD:]} == {0}
