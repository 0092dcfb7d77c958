"""Tasks are started once, also where the answer to the start is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from julep import APIConnectionError, APIError, InternalServerError, UnexpectedResponse

from .conftest import Face
from .wire import HANG_UP, Connection, Seen, Wire


class Forgetful:
    """A server that doesn't answer the first start.

    Attributes:
        is_done: Whether that start has an effect.
        answer: What it says instead: a status without any words, or None to hang up.
        is_busy: Whether it says that to each start, with the wish to be asked again.
        lists: Whether executions can be listed.
        started: The metadata of the executions.
        starts: How many starts came.
    """

    def __init__(
        self,
        *,
        is_done: bool,
        answer: int | None = None,
        is_busy: bool = False,
        lists: bool = True,
    ) -> None:
        self.is_done = is_done
        self.answer = answer
        self.is_busy = is_busy
        self.lists = lists
        self.started: list[dict[str, Any]] = []
        self.starts = 0

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Answer one request."""
        if seen.method == "POST":
            return self._start(connection, json.loads(seen.body)["metadata"])
        if "/transitions" in seen.target:
            connection.send_json({"items": []})
        elif not seen.target.startswith("/tasks"):
            connection.send_json(self._execution(int(seen.target[-1])))
        elif self.lists:
            newest = range(len(self.started) - 1, -1, -1)
            connection.send_json({"items": [self._execution(number) for number in newest]})
        else:
            connection.send_json({}, "503 Away")
        return None

    def _start(self, connection: Connection, metadata: dict[str, Any]) -> object:
        self.starts += 1
        if self.is_busy:
            connection.send_json({}, f"{self.answer} Busy\r\nRetry-After: 0")
            return None
        is_lost = self.starts == 1
        if self.is_done or not is_lost:
            self.started += [metadata, {"julep_client_token": "another one's"}]
        if not is_lost:
            connection.send_json(self._execution(0))
        elif self.answer is None:
            return HANG_UP
        else:
            connection.send_json({}, f"{self.answer} No")
        return None

    def _execution(self, number: int) -> dict[str, Any]:
        metadata = self.started[number]
        fields: dict[str, Any] = {
            "id": f"e{number}",
            "task_id": "t1",
            "status": "succeeded",
            "input": {},
        }
        return {**fields, "metadata": metadata, "output": number}


@pytest.mark.parametrize("answer", [None, 200, 408, 502])
async def test_a_lost_answer_is_found_again(face: Face, answer: int | None) -> None:
    """The execution is known by its token among the newest, and nothing is sent twice."""
    forgetful = Forgetful(is_done=True, answer=answer)
    with Wire(forgetful) as server:
        client = face.client(base_url=server.url)
        run = await face.call(client.tasks.run, "t1", metadata={"mine": 1})
    assert (run.execution.id, run.execution.metadata["mine"], forgetful.starts) == ("e0", 1, 1)


@pytest.mark.slow
async def test_a_lost_start_is_sent_again(face: Face) -> None:
    """What is not found for a while never began."""
    forgetful = Forgetful(is_done=False)
    with Wire(forgetful) as server:
        run = await face.call(face.client(base_url=server.url).tasks.run, "t1")
    assert (run.output, forgetful.starts) == (0, 2)


@pytest.mark.slow
async def test_a_success_that_cannot_be_read_is_not_sent_again(face: Face) -> None:
    """Even where nothing is found of it."""
    forgetful = Forgetful(is_done=False, answer=200)
    with Wire(forgetful) as server, pytest.raises(UnexpectedResponse):
        await face.call(face.client(base_url=server.url).tasks.run, "t1")
    assert forgetful.starts == 1


@pytest.mark.slow
async def test_nothing_is_sent_again_unseen(face: Face) -> None:
    """Where nobody can look, the failure comes out."""
    forgetful = Forgetful(is_done=True, lists=False)
    with Wire(forgetful) as server, pytest.raises(APIConnectionError):
        await face.call(face.client(base_url=server.url).tasks.run, "t1")
    assert forgetful.starts == 1


async def test_a_refused_start_is_told_at_once(face: Face) -> None:
    """An error of the server itself is no lost answer."""
    forgetful = Forgetful(is_done=False, answer=500)
    with Wire(forgetful) as server, pytest.raises(InternalServerError):
        await face.call(face.client(base_url=server.url).tasks.run, "t1")
    assert [seen.method for seen in server.seen] == ["POST"]


@pytest.mark.parametrize("answer", [429, 503])
async def test_a_start_that_was_turned_away_is_not_looked_for(face: Face, answer: int) -> None:
    """A server that says that it did not begin is believed, and is spared the looks."""
    busy = Forgetful(is_done=False, answer=answer, is_busy=True)
    with Wire(busy) as server, pytest.raises(APIError) as caught:
        await face.call(face.client(base_url=server.url, max_retries=2).tasks.run, "t1")
    assert [seen.method for seen in server.seen] == ["POST"] * 3
    assert "may have been done" not in str(caught.value)
