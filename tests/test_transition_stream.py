"""An execution's transitions while they happen: streamed as real servers do, completed from lists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from julep import NotFoundError, StreamInterrupted, Transition, UnexpectedResponse

from .conftest import Face
from .recorded import exchanges
from .wire import HANG_UP, STREAM_HEAD, Connection, Seen, Wire

INIT, STEP, FINISH = (
    {"type": "init", "output": {"x": 1}},
    {"type": "step", "output": [1, None, True]},
    {"type": "finish", "output": "done"},
)


class Run:
    """A server with one execution.

    Attributes:
        streamed: The events of the stream, as text.
        listed: The transitions of each further list, oldest first; the last one stays.
        status: How far the execution is.
        cut: Whether the connection of the stream breaks after the last event.
        half: Whether the body of the stream ends properly, but within an event.
    """

    def __init__(self, *streamed: str, listed: list[Any], status: str = "succeeded") -> None:
        self.streamed = streamed
        self.listed = listed
        self.status = status
        self.cut = False
        self.half = False

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Answer one request."""
        route, _, query = seen.target.removeprefix("/executions/e1").partition("?")
        if route == "/transitions.stream":
            return self._stream(connection)
        if route == "/transitions":
            assert "direction=asc" in query
            listed = self.listed.pop(0) if len(self.listed) > 1 else self.listed[0]
            connection.send_json({"items": numbered(listed)})
        else:
            execution: dict[str, Any] = {
                "id": "e1",
                "task_id": "t1",
                "status": self.status,
                "input": {},
            }
            connection.send_json(execution)
        return None

    def _stream(self, connection: Connection) -> object:
        connection.begin_stream(*self.streamed)
        if self.cut:
            return HANG_UP
        if self.half:
            connection.send(b"f\r\ndata: {'transit\r\n")
        connection.end_stream()
        return None


def numbered(transitions: list[Any]) -> list[Any]:
    """Transitions with ids, as lists have them."""
    return [{"id": f"x{number}", **one} for number, one in enumerate(transitions)]


def as_repr(transition: Any) -> str:
    """How real servers stream a transition."""
    return repr(
        {
            "transition": {**transition, "created_at": "2026-01-01T00:00:00+00:00"},
            "next_page_token": None,
        }
    )


async def read(face: Face, run: Run) -> list[tuple[str, Any]]:
    """Type and output of each transition that the stream gives."""
    with Wire(run) as server:
        stream = face.client(base_url=server.url).executions.transitions.stream("e1")
        found = await face.take(stream)
    assert all(isinstance(one, Transition) for one in found)
    return [(one.type, one.output) for one in found]


def pairs(*transitions: Any) -> list[tuple[str, Any]]:
    """Type and output of transitions."""
    return [(one["type"], one["output"]) for one in transitions]


async def test_json_is_streamed_to_the_final_transition(face: Face) -> None:
    """A server that streams everything as JSON needs no list; the final transition is the end."""
    run = Run(*(json.dumps(one) for one in (INIT, STEP, FINISH)), listed=[])
    assert await read(face, run) == pairs(INIT, STEP, FINISH)


async def test_a_missing_end_is_read_from_the_list(face: Face) -> None:
    """Real servers leave the last event out, and show a part only: the list has the rest."""
    run = Run(as_repr(INIT), as_repr(STEP), listed=[[INIT, STEP, STEP, FINISH]])
    assert await read(face, run) == pairs(INIT, STEP, STEP, FINISH)


async def test_steps_that_the_stream_left_out_are_not_lost(face: Face) -> None:
    """What lies between two streamed transitions comes after them, and nothing comes twice."""
    inner = {"type": "step", "output": "inner"}
    run = Run(as_repr(INIT), as_repr(STEP), listed=[[INIT, inner, STEP, FINISH]])
    assert await read(face, run) == pairs(INIT, STEP, inner, FINISH)


async def test_a_transition_that_differs_in_the_list_hides_no_other(face: Face) -> None:
    """A streamed transition that the list tells otherwise doesn't make the rest come twice."""
    told = {"type": "init", "output": {"x": "…"}}
    run = Run(as_repr(told), as_repr(STEP), listed=[[INIT, STEP, FINISH]])
    assert await read(face, run) == pairs(told, STEP, INIT, FINISH)


async def test_a_cut_stream_is_continued_from_the_list(face: Face) -> None:
    """A connection that breaks loses nothing."""
    run = Run(json.dumps(INIT), listed=[[INIT, STEP, FINISH]])
    run.cut = True
    assert await read(face, run) == pairs(INIT, STEP, FINISH)


async def test_a_stream_that_ends_within_an_event_is_continued_from_the_list(face: Face) -> None:
    """Half an event is left to the list too."""
    run = Run(as_repr(INIT), listed=[[INIT, STEP, FINISH]])
    run.half = True
    assert await read(face, run) == pairs(INIT, STEP, FINISH)


async def test_the_list_is_looked_at_until_the_end(face: Face) -> None:
    """While the execution goes on, later transitions come as they happen."""
    run = Run(listed=[[INIT], [INIT], [INIT, STEP], [INIT, STEP, FINISH]], status="running")
    assert await read(face, run) == pairs(INIT, STEP, FINISH)


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
async def test_an_execution_that_ended_ends_the_stream(face: Face, status: str) -> None:
    """Without a final transition, the execution's own status is the end."""
    run = Run(as_repr(INIT), listed=[[INIT, STEP]], status=status)
    assert await read(face, run) == pairs(INIT, STEP)


@pytest.mark.parametrize("kind", ["finish", "error", "cancelled"])
async def test_each_final_transition_ends_the_stream(face: Face, kind: str) -> None:
    """Success, failure and cancelling are ends; nothing is asked for after them."""
    final = {"type": kind, "output": None}
    run = Run(json.dumps(INIT), json.dumps(final), json.dumps(STEP), listed=[])
    assert await read(face, run) == pairs(INIT, final)


async def test_the_end_of_a_branch_is_not_the_end(face: Face) -> None:
    """`finish_branch` ends a part of the execution only."""
    branch = {"type": "finish_branch", "output": 1}
    run = Run(json.dumps(branch), json.dumps(FINISH), listed=[])
    assert await read(face, run) == pairs(branch, FINISH)


async def test_the_recorded_stream_is_read(face: Face) -> None:
    """What a real server sent, byte for byte, gives its transitions, and the list the others."""
    raw = exchanges()["executions_stream_live"]["response"]["body_raw_on_the_wire"]
    first = {"type": "init", "output": {"q": None, "s": 'it\'s "x" \u00e9\n', "t": True}}
    second = {"type": "step", "output": {"a": 1}}
    run = Run(listed=[[first, second, FINISH]])

    def answer(connection: Connection, seen: Seen) -> object:
        if not seen.target.endswith(".stream"):
            return run(connection, seen)
        connection.send(STREAM_HEAD + raw.encode())
        return None

    with Wire(answer) as server:
        stream = face.client(base_url=server.url).executions.transitions.stream("e1")
        found = await face.take(stream)
    assert [(one.type, one.output) for one in found] == pairs(first, second, FINISH)
    assert found[0].created_at.isoformat() == "2026-11-24T06:48:54.760241+00:00"


async def test_leaving_early_hangs_up(face: Face) -> None:
    """A loop that is left closes the connection and asks for no list."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.begin_stream(json.dumps(INIT))
        connection.wait_for_hang_up()
        return HANG_UP

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        assert len(await face.take(client.executions.transitions.stream("e1"), 1)) == 1
        assert await face.wait(server.hung_up)
        assert len(server.seen) == 1


async def test_an_execution_that_does_not_exist_is_told(face: Face) -> None:
    """The error of the stream is the caller's."""

    def answer(connection: Connection, _: Seen) -> None:
        connection.send_json({"error": {"message": "no such"}}, "404 Not Found")

    with Wire(answer) as server, pytest.raises(NotFoundError, match="no such"):
        await face.take(face.client(base_url=server.url).executions.transitions.stream("e1"))


async def test_an_error_within_the_stream_is_told(face: Face) -> None:
    """The server's words are not lost to the list."""
    run = Run(json.dumps(INIT), '{"error": {"message": "gone"}}', listed=[[INIT, FINISH]])
    with pytest.raises(StreamInterrupted, match="the server says: gone") as caught:
        await read(face, run)
    assert caught.value.partial.type == "init"


ODD = ["{'a'", "open('x')", "[1]", '{"type": "step"}', "(" * 9999, "{[]: 1}", "1" + "+1" * 50_000]


@pytest.mark.parametrize("event", ODD, ids=range(len(ODD)))
async def test_an_event_that_is_neither_json_nor_repr_is_unexpected(face: Face, event: str) -> None:
    """Nothing that a server sends is run, and nothing of Python's parsing escapes."""
    with pytest.raises(UnexpectedResponse, match="an event of the stream"):
        await read(face, Run(event, listed=[[]]))
