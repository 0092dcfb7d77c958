"""An execution's transitions while they happen, from servers whose own stream tells little of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from julep import APITimeoutError, NotFoundError, Transition, UnexpectedResponse

from .conftest import Face
from .recorded import recorded_2025
from .wire import HANG_UP, STREAM_HEAD, Connection, Seen, Wire

RECORDED = recorded_2025()
INIT, STEP, WAIT, RESUME, FINISH = (
    {"type": "init", "output": {"x": 1}},
    {"type": "step", "output": [1, None, True]},
    {"type": "wait", "output": {"question": "ok?"}},
    {"type": "resume", "output": {"ok": True}},
    {"type": "finish", "output": "done"},
)
RESUME_TAKES = 0.2
"""Seconds from a resume's answer to its effect."""
PROMPT = 1.0
"""Seconds within which a `wait` is told."""


class Run:
    """A server with one execution, whose transitions are listed when their time has come.

    Attributes:
        timeline: Transitions, each with the seconds after the first request at which it happens;
            those behind a `wait` count from the resume's effect.
        stream: What the server's own stream sends, piece by piece with its time.
        status: How far the execution is, where no transition says so.
        born: When the first request came.
        resumed: When a resume had its effect.
        heard: When the client could first see each transition.
    """

    def __init__(self, *timeline: tuple[float, Any], status: str = "running") -> None:
        self.timeline = [(after, {"id": f"x{n}", **one}) for n, (after, one) in enumerate(timeline)]
        self.stream: list[tuple[float, str]] = []
        self.status = status
        self.born = 0.0
        self.resumed: float | None = None

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Answer one request."""
        self.born = self.born or time.monotonic()
        route, _, query = seen.target.removeprefix("/executions/e1").partition("?")
        if route == "/transitions.stream":
            return self._stream(connection)
        if route == "/transitions":
            connection.send_json({"items": self._page(parse_qs(query))})
        elif seen.method == "PUT":
            self.resumed = time.monotonic() + RESUME_TAKES
            connection.send_json(None)
        else:
            connection.send_json({"id": "e1", "task_id": "t1", "status": self.status, "input": {}})
        return None

    def _page(self, query: dict[str, list[str]]) -> list[Any]:
        assert query["direction"] == ["asc"]
        start = int(query.get("offset", ["0"])[0])
        return self._happened()[start : start + int(query.get("limit", ["100"])[0])]

    def _happened(self) -> list[Any]:
        now, since = time.monotonic(), self.born
        happened: list[Any] = []
        for after, one in self.timeline:
            if now < since + after:
                break
            happened.append(one)
            if one["type"] == "wait":
                if self.resumed is None:
                    break
                since = self.resumed
        return happened

    def _stream(self, connection: Connection) -> object:
        connection.send(STREAM_HEAD)
        begin = time.monotonic()
        for after, piece in self.stream:
            time.sleep(max(0.0, begin + after - time.monotonic()))
            data = piece.encode()
            connection.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        connection.wait_for_hang_up()
        return HANG_UP


def streamed(name: str) -> list[tuple[float, str]]:
    """The pieces of a recorded stream, each with its time."""
    return RECORDED[name].pieces


async def walk(face: Face, stream: Any) -> AsyncIterator[Transition]:
    """The transitions of a stream, one by one, in one loop over it."""
    if face.blocks:
        for transition in stream:
            yield transition
    else:
        async for transition in stream:
            yield transition


async def read(face: Face, run: Any, **options: Any) -> list[tuple[str, Any]]:
    """Type and output of each transition that the stream gives."""
    with Wire(run) as server:
        stream = face.client(base_url=server.url).executions.transitions.stream("e1", **options)
        found = await face.take(stream)
    assert all(isinstance(one, Transition) for one in found)
    return [(one.type, one.output) for one in found]


def pairs(*transitions: Any) -> list[tuple[str, Any]]:
    """Type and output of transitions."""
    return [(one["type"], one["output"]) for one in transitions]


async def test_transitions_come_as_they_happen(face: Face) -> None:
    """Each comes once, in order, and the final one is the end."""
    run = Run((0, INIT), (0.15, STEP), (0.3, FINISH))
    assert await read(face, run) == pairs(INIT, STEP, FINISH)


@pytest.mark.slow
async def test_a_wait_is_told_at_once_and_a_late_resume_goes_on(face: Face) -> None:
    """A wait that comes after a silence is told within a second; so is what follows the resume."""
    run = Run((0, INIT), (0.5, WAIT), (0, RESUME), (0.05, FINISH))
    run.stream = streamed("transitions_stream_waiting_then_resumed")
    with Wire(run) as server:
        client = face.client(base_url=server.url)
        stream = client.executions.transitions.stream("e1")
        found = await face.take(stream, 2)
        assert time.monotonic() - run.born < 0.5 + PROMPT
        await face.call(client.executions.resume, "e1", input={"ok": True})
        rest = await face.take(client.executions.transitions.stream("e1"))
    assert [one.type for one in found] == ["init", "wait"]
    assert [one.type for one in rest] == ["init", "wait", "resume", "finish"]


async def test_one_loop_answers_the_wait_and_reads_on(face: Face) -> None:
    """The stream that told the wait tells what comes after it."""
    run = Run((0, INIT), (0.1, WAIT), (0, RESUME), (0.1, WAIT), (0, RESUME), (0.1, FINISH))
    kinds: list[str] = []
    with Wire(run) as server:
        client = face.client(base_url=server.url)
        async for transition in walk(face, client.executions.transitions.stream("e1")):
            kinds.append(transition.type)
            if transition.type == "wait":
                await face.call(client.executions.resume, "e1")
    assert kinds == ["init", "wait", "resume", "wait", "resume", "finish"]


@pytest.mark.parametrize("name", ["transitions_stream_finished", "transitions_stream_failed"])
async def test_the_list_counts_where_a_recorded_stream_breaks_off(face: Face, name: str) -> None:
    """Recorded streams leave the last transition out; the list of them has it."""
    listed = RECORDED["transitions_list_failed"].answer["items"]
    run = Run(*((0, one) for one in listed))
    run.stream = streamed(name)
    assert await read(face, run) == pairs(*listed)


async def test_recorded_transitions_are_whole(face: Face) -> None:
    """Each has the place where it happened, and its time."""
    listed = RECORDED["transitions_list_function_tool"].answer["items"]
    run = Run(*((0, one) for one in listed))
    run.resumed = 0
    with Wire(run) as server:
        client = face.client(base_url=server.url)
        found = await face.take(client.executions.transitions.stream("e1"), len(listed))
    assert [one.id for one in found] == [one["id"] for one in listed]
    assert all(one.current and one.created_at for one in found)


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
async def test_an_execution_that_ended_ends_the_stream(face: Face, status: str) -> None:
    """Without a final transition, the execution's own status is the end."""
    run = Run((0, INIT), (0, STEP), status=status)
    assert await read(face, run) == pairs(INIT, STEP)


@pytest.mark.parametrize("kind", ["finish", "error", "cancelled"])
async def test_each_final_transition_ends_the_stream(face: Face, kind: str) -> None:
    """Success, failure and cancelling are ends."""
    final = {"type": kind, "output": None}
    run = Run((0, INIT), (0, final))
    assert await read(face, run) == pairs(INIT, final)


async def test_the_end_of_a_branch_is_not_the_end(face: Face) -> None:
    """`finish_branch` ends a part of the execution only."""
    branch = {"type": "finish_branch", "output": 1}
    run = Run((0, branch), (0.1, FINISH))
    assert await read(face, run) == pairs(branch, FINISH)


async def test_long_runs_are_read_page_by_page_and_only_once(face: Face) -> None:
    """Pages that are known are not read again, but for a few that may have been late."""
    steps = [(0.0, {"type": "step", "output": n}) for n in range(250)]
    run = Run(*steps, (0.2, STEP), (0.4, FINISH))
    with Wire(run) as server:
        client = face.client(base_url=server.url)
        found = await face.take(client.executions.transitions.stream("e1"))
        pages = [one.target for one in server.seen if "offset=0" in one.target]
    assert [one.output for one in found[:250]] == list(range(250))
    assert [one.type for one in found[250:]] == ["step", "finish"]
    assert len(pages) == 2, "at the beginning, and once more for what was listed late"


async def test_what_is_listed_before_known_ones_is_not_lost(face: Face) -> None:
    """Parallel steps are listed by their time, and may be written later than that."""
    late: dict[str, Any] = {"id": "late", "type": "step", "output": "late"}
    lists: list[Any] = [[INIT, STEP], [INIT, late, STEP], [INIT, late, STEP, FINISH]]

    def answer(connection: Connection, seen: Seen) -> None:
        if "/transitions" not in seen.target:
            connection.send_json({"id": "e1", "task_id": "t", "status": "running", "input": {}})
            return
        listed = lists.pop(0) if len(lists) > 1 else lists[0]
        connection.send_json({"items": [{"id": one["type"], **one} for one in listed]})

    assert await read(face, answer) == pairs(INIT, STEP, late, FINISH)


@pytest.mark.parametrize("asleep", [WAIT, STEP])
async def test_a_timeout_bounds_the_whole_stream(face: Face, asleep: Any) -> None:
    """Whatever the execution does not do, the loop ends in time; what came before was given."""
    kinds: list[str] = []

    async def follow(stream: Any) -> None:
        async for transition in walk(face, stream):
            kinds.extend([transition.type])

    with Wire(Run((0, INIT), (0, asleep))) as server:
        stream = face.client(base_url=server.url).executions.transitions.stream("e1", timeout=0.4)
        begin = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"did not end within 0\.4 s"):
            await follow(stream)
        assert 0.3 < time.monotonic() - begin < 0.4 + PROMPT
    assert kinds == ["init", asleep["type"]]


async def test_a_timeout_bounds_a_silent_server_too(face: Face) -> None:
    """A look that is not answered counts towards it."""

    def answer(connection: Connection, seen: Seen) -> object:
        if "/transitions" in seen.target:
            connection.wait_for_hang_up()
            return HANG_UP
        connection.send_json({"id": "e1", "task_id": "t", "status": "running", "input": {}})
        return None

    with pytest.raises(APITimeoutError):
        await read(face, answer, timeout=0.2)


async def test_leaving_early_asks_no_more(face: Face) -> None:
    """A loop that is left sends nothing after that."""
    with Wire(Run((0, INIT), (0, WAIT))) as server:
        client = face.client(base_url=server.url)
        stream = client.executions.transitions.stream("e1")
        assert len(await face.take(stream, 1)) == 1
        asked = len(server.seen)
        assert asked == 2


async def test_an_execution_that_does_not_exist_is_told(face: Face) -> None:
    """Entering the stream is enough to learn it."""

    def answer(connection: Connection, _: Seen) -> None:
        connection.send_json({"error": {"message": "no such"}}, "404 Not Found")

    with Wire(answer) as server:
        stream = face.client(base_url=server.url).executions.transitions.stream("e1")
        with pytest.raises(NotFoundError, match="no such"):
            async with face.inside(stream):
                pass


async def test_a_list_that_is_none_is_unexpected(face: Face) -> None:
    """What the API does not describe is told as such."""
    with pytest.raises(UnexpectedResponse):
        await read(face, Run((0, {"type": "step"})))
