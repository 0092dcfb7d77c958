"""Creations that are sent again, and create once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from julep import APIConnectionError
from julep.local import LocalServer

from .conftest import Face
from .wire import HANG_UP, Connection, Seen, Wire

STEPS: list[Any] = [{"evaluate": {"n": "$ 1"}}]
CREATIONS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("agents", (), {"name": "Ada"}),
    ("users", (), {"name": "Bo"}),
    ("sessions", (), {"agent": "a1"}),
    ("tasks", ("a1",), {"name": "t", "main": STEPS}),
    ("tasks", ("a1", {"name": "t", "main": STEPS}), {}),
]


class Store:
    """A server that writes what it is sent, and hangs up before it answers the first time.

    Attributes:
        written: What there is, by path.
    """

    def __init__(self) -> None:
        self.written: dict[str, Any] = {}
        self._has_answered = False

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Write one thing."""
        fields: dict[str, Any] = {"id": seen.target.rpartition("/")[2], **json.loads(seen.body)}
        self.written[seen.target] = fields
        was_first, self._has_answered = not self._has_answered, True
        if was_first:
            return HANG_UP
        connection.send_json(fields)
        return None


@pytest.mark.parametrize(("resource", "given", "fields"), CREATIONS)
async def test_a_creation_whose_answer_is_lost_is_sent_again(
    face: Face, resource: str, given: Any, fields: Any
) -> None:
    """Under the id that the client chose, so that there is one thing in the end."""
    store = Store()
    with Wire(store) as server:
        client = face.client(base_url=server.url, max_retries=1)
        create = getattr(client, resource).create
        made = await face.call(create, *given, **fields, idempotent=True)
    assert [path.rpartition("/")[2] for path in store.written] == [made.id]
    assert len(server.seen) == 2


async def test_other_creations_are_not_sent_again(face: Face) -> None:
    """A server may have done its work before the answer was lost."""
    with Wire(Store()) as server, pytest.raises(APIConnectionError):
        await face.call(face.client(base_url=server.url, max_retries=1).users.create, name="Bo")
    assert len(server.seen) == 1


async def test_what_is_created_so_is_like_any_other(face: Face, julep_server: LocalServer) -> None:
    """It has the fields that it was given and the defaults of the rest, and can be used."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent, other = [
        await face.call(client.agents.create, name="Ada", idempotent=again)
        for again in (True, False)
    ]
    unique = {"id", "created_at", "updated_at", "canonical_name"}
    assert {**agent.to_dict(), **dict.fromkeys(unique)} == other.to_dict() | dict.fromkeys(unique)
    user = await face.call(client.users.create, name="Bo", idempotent=True)
    session = await face.call(client.sessions.create, agent=agent, user=user, idempotent=True)
    julep_server.replies.add("Hello Bo")
    assert (await face.call(client.sessions.chat, session, "Hello")).text == "Hello Bo"
    task = await face.call(client.tasks.create, agent, name="t", main=STEPS, idempotent=True)
    assert (await face.call(client.tasks.run, task)).output == {"n": 1}
