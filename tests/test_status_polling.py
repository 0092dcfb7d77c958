"""The status of an execution on servers that have no stream of it."""

from __future__ import annotations

from typing import Any

import pytest

from julep import NotFoundError

from .conftest import Face
from .wire import Connection, Seen, Wire

NO_ROUTE = {"detail": "Not Found"}


class Old:
    """A server of 2024 with one execution, whose statuses are told one look after the other."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)

    def __call__(self, connection: Connection, seen: Seen) -> None:
        """Answer one request."""
        if seen.target.endswith(".stream"):
            connection.send_json(NO_ROUTE, "404 Not Found")
            return
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        execution: dict[str, Any] = {"id": "e1", "task_id": "t1", "status": status, "input": {}}
        connection.send_json(execution)


async def test_the_execution_is_looked_at(face: Face) -> None:
    """Each change comes once, and the end of the execution is the end."""
    with Wire(Old("starting", "starting", "awaiting_input", "succeeded")) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        found = await face.take(stream)
        asked = [one.target for one in server.seen]
    assert [one.status for one in found] == ["starting", "awaiting_input", "succeeded"]
    assert found[0].execution_id == "e1"
    assert asked.count("/executions/e1/status.stream") == 1


async def test_a_with_block_and_an_early_end_work_too(face: Face) -> None:
    """Entering is no error, and what is left is not looked at again."""
    with Wire(Old("starting", "running")) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        async with face.inside(stream) as entered:
            assert len(await face.take(entered, 1)) == 1
        assert await face.take(stream) == []
        assert len(server.seen) == 2


async def test_an_execution_that_does_not_exist_is_told(face: Face) -> None:
    """The API's own 404 is no missing route."""

    def answer(connection: Connection, _: Seen) -> None:
        connection.send_json({"error": {"message": "Execution e1 not found"}}, "404 Not Found")

    with Wire(answer) as server, pytest.raises(NotFoundError, match="e1 not found"):
        await face.take(face.client(base_url=server.url).executions.status.stream("e1"))
