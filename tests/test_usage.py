"""Tokens, counted for a part of a program."""

from __future__ import annotations

import contextvars
import threading
from typing import Any

import anyio
import pytest
from pytest_httpx import HTTPXMock

from julep import APIError, JulepApi, StreamInterrupted
from julep.local import LocalServer
from julep.types.seed import ChatMessageChatResponse

from .conftest import Face
from .desk import desk, refund
from .flat_client import client_of
from .test_chat_stream import EVENTS, body, chunk
from .test_map import ASK, mill

USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
ANSWER = {
    "id": "c1",
    "created_at": "2025-06-01T00:00:00Z",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}}],
}


def counts(used: Any) -> tuple[int, ...]:
    """All that was counted."""
    return (
        used.prompt_tokens,
        used.completion_tokens,
        used.total_tokens,
        used.calls,
        used.unreported,
    )


def answering(httpx_mock: HTTPXMock, *usages: Any) -> None:
    """Answer a chat for each of these, with what the server says of its tokens."""
    for usage in usages:
        httpx_mock.add_response(json={**ANSWER, "usage": usage})


async def test_chats_in_a_block_are_counted(face: Face, httpx_mock: HTTPXMock) -> None:
    """Those before and after it are not, and a plain `with` does on both faces."""
    answering(httpx_mock, USAGE, USAGE, USAGE, USAGE)
    client = face.client()
    await face.call(client.sessions.chat, "s1", "hi")
    with client.usage() as used:
        await face.call(client.sessions.chat, "s1", "hi")
        await face.call(client.sessions.chat, "s1", "hi")
    await face.call(client.sessions.chat, "s1", "hi")
    assert counts(used) == (6, 4, 10, 2, 0)


async def test_streams_are_counted(face: Face, httpx_mock: HTTPXMock) -> None:
    """A stream counts in the block where it begins, when it is over."""
    events = [chunk({"content": "Hello"}), chunk({"content": "."}, "stop", usage=USAGE)]
    httpx_mock.add_response(content=body(*events), headers=EVENTS, is_reusable=True)
    client = face.client()
    with client.usage() as used:
        stream = client.sessions.chat.stream("s1", "hi")
        await face.take(stream)
        assert counts(used) == (3, 2, 5, 1, 0)
        await face.take(stream)
    assert counts(used) == (3, 2, 5, 1, 0)


@pytest.mark.parametrize("usage", [None, {}])
async def test_what_servers_do_not_report_is_not_made_up(
    face: Face, httpx_mock: HTTPXMock, usage: Any
) -> None:
    """Calls whose tokens are unknown are counted as such."""
    answering(httpx_mock, usage, USAGE, {"prompt_tokens": 3, "completion_tokens": 2})
    client = face.client()
    with client.usage() as used:
        for _ in range(3):
            await face.call(client.sessions.chat, "s1", "hi")
    assert counts(used) == (6, 4, 10, 3, 1)


async def test_a_stream_that_ends_early_has_no_known_tokens(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Servers tell them at the end, so a stream that is left, or breaks off, has none."""
    events = [chunk({"content": "Hello"}), chunk({"content": "."})]
    httpx_mock.add_response(content=body(*events), headers=EVENTS, is_reusable=True)
    client = face.client()
    with client.usage() as left:
        await face.take(client.sessions.chat.stream("s1", "hi"), 1)
    with client.usage() as broken, pytest.raises(StreamInterrupted):
        await face.take(client.sessions.chat.stream("s1", "hi"))
    assert counts(left) == counts(broken) == (0, 0, 0, 1, 1)


async def test_a_refused_chat_counts_nothing(face: Face, httpx_mock: HTTPXMock) -> None:
    """No model has answered, whole or streamed."""
    httpx_mock.add_response(status_code=500, is_reusable=True)
    client = face.client()
    with client.usage() as used:
        with pytest.raises(APIError):
            await face.call(client.sessions.chat, "s1", "hi")
        with pytest.raises(APIError):
            await face.take(client.sessions.chat.stream("s1", "hi"))
    assert counts(used) == (0, 0, 0, 0, 0)


async def test_each_turn_counts(face: Face, julep_server: LocalServer) -> None:
    """Where functions are called, what all turns took is the answer's use of tokens."""
    at = await desk(face, julep_server)
    with at.client.usage() as used:
        answer = await at.chat([("refund", {"order": "A17"})], "Done.", tools=[refund])
    assert answer.usage is not None
    assert (used.calls, used.total_tokens) == (2, answer.usage.total_tokens)

    at.script([("refund", {"order": "A17"})], "Done.")
    with at.client.usage() as used:
        stream = at.client.sessions.chat.stream(at.session, "hi", tools=[refund])
        await face.take(stream)
    assert (used.calls, used.total_tokens) == (2, stream.usage.total_tokens)


async def test_repairs_count(face: Face, julep_server: LocalServer) -> None:
    """An answer that has to be asked for again took tokens, too."""
    at = await desk(face, julep_server)
    at.script("no number", "5")
    with at.client.usage() as used:
        answer = await face.call(at.client.sessions.chat.parse, at.session, "?", int, repair=1)
    assert (answer.parsed, used.calls) == (5, 2)
    assert answer.usage is not None
    assert used.total_tokens == answer.usage.total_tokens


async def test_functions_count_where_they_are_called_from(
    face: Face, julep_server: LocalServer
) -> None:
    """A function that asks a model itself does so in its caller's block, on whichever thread."""
    at = await desk(face, julep_server)
    other = await face.call(at.client.sessions.create, agent=at.session.agent)
    blocking = Face("sync").client(base_url=julep_server.url, api_key=julep_server.key)
    threads: set[int] = set()

    def think(about: str) -> str:
        threads.add(threading.get_ident())
        client = at.client if face.blocks else blocking
        text: str = client.sessions.chat(other, about).text
        return text

    at.script([("think", {"about": "a"}), ("think", {"about": "b"})], "x", "y", "Done.")
    used_by = at.client if face.blocks else blocking
    with blocking, used_by.usage() as inner, at.client.usage() as used:
        await face.call(at.client.sessions.chat, at.session, "hi", tools=[think])
    assert threading.get_ident() not in threads
    assert (inner.calls, used.calls) == ((4, 4) if face.blocks else (2, 2))


async def test_many_runs_count_where_they_are_waited_for(
    face: Face, julep_server: LocalServer
) -> None:
    """What `answer` asks a model for runs on threads of the SDK; the executions take none here."""
    at = await mill(face, julep_server, ASK)
    agent = await face.call(at.client.agents.create, name="Ada", model="m")
    blocking = Face("sync").client(base_url=julep_server.url, api_key=julep_server.key)
    session = blocking.sessions.create(agent=agent)

    def answer(_: Any) -> dict[str, Any]:
        return {"said": blocking.sessions.chat(session, "?", save=False).text}

    julep_server.replies.add("a", "b", "c")
    with blocking, blocking.usage() as used, at.client.usage() as unused:
        done = await at.take([{"n": 1}, {"n": 2}, {"n": 3}], answer=answer)
    assert sorted(one.run.output["said"] for one in done) == ["a", "b", "c"]
    assert (used.calls, unused.calls) == (3, 0)


PROMPT: dict[str, Any] = {"prompt": [{"role": "user", "content": "hi"}]}
AS_IT_IS: dict[str, Any] = {key: f"$ _['{key}']" for key in ("id", "choices", "usage")}
UNWRAPPED: dict[str, Any] = {**PROMPT, "unwrap": True}


async def test_steps_count_as_far_as_the_server_tells(
    face: Face, julep_server: LocalServer
) -> None:
    """A whole answer of a model does, once, however often later steps give it again."""
    at = await mill(face, julep_server, PROMPT, {"return": AS_IT_IS})
    julep_server.replies.add("one", "two", "three")
    with at.client.usage() as used:
        run = await face.call(at.client.tasks.run, at.task, input={})
        assert counts(used)[2:] == (run.output["usage"]["total_tokens"], 1, 0)
        await at.take([{}, {}])
    assert used.calls == 3


async def test_steps_that_tell_no_tokens_are_unreported(
    face: Face, julep_server: LocalServer
) -> None:
    """In loops, too; answers that came in from outside were counted where they came from."""
    julep_server.replies.add("Five.", "Six.", "Seven.")
    wait: dict[str, Any] = {"wait_for_input": {"info": {"say": "Well"}}}
    loop: dict[str, Any] = {"over": "$ [1, 2]", "map": UNWRAPPED}
    at = await mill(face, julep_server, {"evaluate": AS_IT_IS}, UNWRAPPED, loop, wait)
    known = {**ANSWER, "usage": USAGE}

    def answer(_: Any) -> dict[str, Any]:
        return {**known, "id": "c2"}

    with at.client.usage() as used:
        run = await face.call(at.client.tasks.run, at.task, input=known, answer=answer)
    assert run.output["id"] == "c2"
    assert counts(used) == (0, 0, 0, 3, 3)


async def test_blocks_within_blocks_each_count(face: Face, httpx_mock: HTTPXMock) -> None:
    """Of the client that they are of, and of what `with_options` makes of it."""
    answering(httpx_mock, USAGE, USAGE, USAGE)
    client, other = face.client(), face.client()
    with client.usage() as outer:
        await face.call(client.sessions.chat, "s1", "hi")
        with client.usage() as inner, other.usage() as others:
            await face.call(client.with_options(timeout=5).sessions.chat, "s1", "hi")
            await face.call(other.sessions.chat, "s1", "hi")
    assert [used.calls for used in (outer, inner, others)] == [2, 1, 1]


async def test_another_context_does_not_count(face: Face, httpx_mock: HTTPXMock) -> None:
    """What goes on beside a block is not its affair, and tasks that are started in it are."""
    answering(httpx_mock, USAGE, USAGE)
    client = face.client()
    beside = contextvars.copy_context()

    async def ask() -> None:
        await face.call(client.sessions.chat, "s1", "hi")

    with client.usage() as used:
        if face.blocks:
            beside.run(client.sessions.chat, "s1", "hi")
            contextvars.copy_context().run(client.sessions.chat, "s1", "hi")
        else:
            async with anyio.create_task_group() as group:
                beside.run(group.start_soon, ask)
                group.start_soon(ask)
    assert counts(used) == (3, 2, 5, 1, 0)


def test_a_block_may_be_left_under_another_context() -> None:
    """As frameworks do that run the parts of a generator one by one."""
    with Face("sync").client() as client:
        block = client.usage()
        contextvars.copy_context().run(block.__enter__)
        contextvars.copy_context().run(block.__exit__, None, None, None)


def test_the_documented_client_counts(httpx_mock: HTTPXMock) -> None:
    """Its chat is counted, answered whole or in pieces."""
    answering(httpx_mock, USAGE)
    with client_of(JulepApi) as client, client.usage() as used:
        answer = client.chat_route_generate(
            id="s1",
            remember=False,
            recall=False,
            save=False,
            stream=False,
            messages=[{"role": "user", "content": "hi"}],
        )
    assert isinstance(answer, ChatMessageChatResponse)
    assert counts(used) == (3, 2, 5, 1, 0)
