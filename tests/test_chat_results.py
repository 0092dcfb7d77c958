"""What the model is told of the functions that it called."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from julep import ToolError
from julep.local import LocalServer

from .conftest import Face
from .desk import desk, refund


async def test_an_exception_is_told_to_the_model(face: Face, julep_server: LocalServer) -> None:
    """By its type and message, or in the words of a `ToolError`; it can be raised instead."""
    at = await desk(face, julep_server)

    def broken() -> None:
        raise LookupError("no such order")

    def refusing() -> None:
        raise ToolError("ask again tomorrow")

    assert await at.result_of(broken) == "LookupError: no such order"
    assert await at.result_of(refusing) == "ask again tomorrow"
    assert await at.result_of(refusing, on_tool_error="raise") == "ask again tomorrow"
    with pytest.raises(LookupError, match="no such order"):
        await at.result_of(broken, on_tool_error="raise")
    julep_server.replies.clear()
    assert (await at.chat("on we go")).text == "on we go"


class Mute(Exception):
    """An exception whose text can't be had."""

    def __str__(self) -> str:
        raise LookupError


async def test_an_exception_without_a_text_is_told_too(
    face: Face, julep_server: LocalServer
) -> None:
    """The chat goes on, and the call says that it failed."""
    at = await desk(face, julep_server)

    def broken() -> None:
        raise Mute

    def refusing() -> None:
        raise ToolError

    assert await at.result_of(broken) == "Mute: its text can't be had, for LookupError"
    assert await at.result_of(refusing) == "it failed"
    answer = await at.chat([("refusing", {})], "Sorry.", tools=[refusing])
    assert [call.error for call in answer.turns[0].calls] == ["it failed"]


async def test_what_belongs_to_a_thread_says_what_to_do(
    face: Face, julep_server: LocalServer
) -> None:
    """The error of a function that another thread must call tells how to have it called there."""
    at = await desk(face, julep_server)
    connection = sqlite3.connect(":memory:")

    def count() -> int:
        return len(connection.execute("SELECT 1").fetchall())

    await at.chat([("count", {})] * 2, "ok", tools=[count])
    told = at.results()[-1]
    way = "parallel=False" if face.blocks else "a coroutine function"
    assert told.startswith("ProgrammingError: SQLite objects created in a thread")
    assert f"(the function was called on another thread; {way}" in told
    with pytest.raises(sqlite3.ProgrammingError) as raised:
        await at.chat([("count", {})] * 2, tools=[count], on_tool_error="raise")
    assert raised.value.__notes__[0].startswith("the function was called on another thread")

    if face.blocks:
        await at.chat([("count", {})] * 2, "ok", tools=[count], parallel=False)
        assert at.results()[-2:] == ["1", "1"]
        connection.close()
        assert await at.result_of(count) == "ProgrammingError: Cannot operate on a closed database."
    connection.close()


async def test_other_errors_say_nothing_of_threads(face: Face, julep_server: LocalServer) -> None:
    """What was called where the chat is, or speaks of something else, is told as it is."""
    at = await desk(face, julep_server)

    async def knot() -> None:
        raise LookupError("no such thread")

    def hem() -> None:
        raise LookupError("no such needle")

    assert await at.result_of(hem, timeout=30) == "LookupError: no such needle"
    if not face.blocks:
        assert await at.result_of(knot) == "LookupError: no such thread"


def _nothing() -> None:
    """Give nothing."""


def _number() -> UUID:
    return UUID(int=5)


def _wild() -> object:
    return object()


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (_nothing, "null"),
        (_number, '"00000000-0000-0000-0000-000000000005"'),
        (_wild, "TypeError: the result: object of type `object` can't be sent as JSON"),
    ],
)
async def test_results_are_text_or_json(
    function: Callable[..., Any], told: str, face: Face, julep_server: LocalServer
) -> None:
    """What is no text is sent as JSON; what can't be is the function's fault."""
    at = await desk(face, julep_server)
    assert (await at.result_of(function)).startswith(told)


async def test_a_long_result_is_cut(face: Face, julep_server: LocalServer) -> None:
    """Beyond 100 kB, between two characters and with a note."""
    at = await desk(face, julep_server)

    def long() -> str:
        return "é" * 60_000

    told = await at.result_of(long)
    assert len(told.encode()) <= 100_000
    assert told.startswith("é" * 49_900)
    assert told.endswith("[cut: the result has 120000 bytes]")


MARKS = "{{ agent.name }} {% if %} {# x #} {{{{%} {{'{{'}} }} {- {{- x -}}"


@pytest.mark.parametrize("save", [True, False])
@pytest.mark.parametrize("renders", [True, False])
async def test_results_are_data(
    renders: bool, save: bool, face: Face, julep_server: LocalServer
) -> None:
    """What looks like a template in a result, or in what the model said, stays as it is."""
    at = await desk(face, julep_server, render_templates=renders)

    def marks(text: str) -> str:
        return text

    await at.chat([("marks", {"text": MARKS})], "ok", tools=[marks], save=save)
    assert at.results() == [MARKS]
    (called,) = julep_server.model_calls[-1]["messages"][-2]["tool_calls"]
    assert json.loads(called["function"]["arguments"]) == {"text": MARKS}


async def test_without_a_history_all_is_sent_again(face: Face, julep_server: LocalServer) -> None:
    """With `save=False` the model is told the whole exchange each turn."""
    at = await desk(face, julep_server)
    turns = [[("refund", {"order": order})] for order in "AB"]
    await at.chat(*turns, "Done.", tools=[refund], save=False)

    said = [message["role"] for message in julep_server.model_calls[-1]["messages"]]
    assert said == ["system", "user", "assistant", "tool", "assistant", "tool"]
    assert at.results() == ["1 for A", "1 for B"]


FORCED = {"type": "function", "function": {"name": "refund"}}


@pytest.mark.parametrize("choice", [FORCED, "required", "auto"])
async def test_a_call_is_forced_once(choice: Any, face: Face, julep_server: LocalServer) -> None:
    """Or the model could never answer; `auto` and `none` count for all turns."""
    at = await desk(face, julep_server)
    await at.chat([("refund", {"order": "A"})], "ok", tools=[refund], tool_choice=choice)
    first, last = [call.get("tool_choice") for call in julep_server.model_calls]
    assert first
    assert last == (choice if choice == "auto" else None)
