"""Tasks that are run for many inputs, several at a time."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import attrs
import pytest

from julep import ConfigurationError, Done, ExecutionFailed, ExecutionTimeout
from julep.local import LocalServer

from .conftest import PATIENCE, AnyClient, Face
from .wire import HANG_UP, Connection, Seen, Wire

DOUBLE: dict[str, Any] = {"evaluate": {"n": "$ _.n * 2"}}
ASK: dict[str, Any] = {"wait_for_input": {"info": {"n": "$ _.n"}}}
SLEEP: dict[str, Any] = {"sleep": {"hours": 1}}
FIRST_SLEEPS: dict[str, Any] = {"if": "$ _.n == 0", "then": SLEEP, "else": DOUBLE}
OTHERS_SLEEP: dict[str, Any] = {"if": "$ _.n == 0", "then": DOUBLE, "else": SLEEP}
FIRST_FAILS: dict[str, Any] = {"if": "$ _.n == 0", "then": {"error": "no"}, "else": SLEEP}


@attrs.define
class Number:
    """What a task gives."""

    n: int


@attrs.define
class Mill:
    """A task on a server, and a client of some face.

    Attributes:
        face: The face.
        client: The client.
        task: The task.
    """

    face: Face
    client: AnyClient
    task: Any

    def map(self, inputs: Any, **options: Any) -> Any:
        """Run the task for inputs."""
        return self.client.tasks.map(self.task, inputs, **options)

    async def take(self, inputs: Any, most: int | None = None, **options: Any) -> list[Done[Any]]:
        """The items, in a loop that is left after `most` of them."""
        return await self.face.take(self.map(inputs, **options), most)

    async def executions(self) -> list[Any]:
        """All executions, newest first."""
        found: list[Any] = await self.face.call(self.client.executions.list(self.task).to_list)
        return found

    async def under_way(self) -> set[str]:
        """The ids of those that have not ended."""
        ended = {"succeeded", "failed", "cancelled"}
        return {one.id for one in await self.executions() if one.status not in ended}


async def mill(face: Face, server: LocalServer, *main: Any) -> Mill:
    """A task with these steps."""
    client = face.client(base_url=server.url, api_key=server.key)
    agent = await face.call(client.agents.create, name="Ada")
    return Mill(
        face, client, await face.call(client.tasks.create, agent, name="t", main=list(main))
    )


def numbers() -> Iterator[dict[str, int]]:
    """Inputs without end."""
    return ({"n": n} for n in itertools.count())


async def test_items_come_in_the_order_of_the_inputs(face: Face, julep_server: LocalServer) -> None:
    """Each has its input, and its run with the output as it is and as a type."""
    at = await mill(face, julep_server, DOUBLE)
    items = await at.take([{"n": n} for n in range(20)], output=Number, concurrency=3)
    assert [item.input["n"] for item in items] == list(range(20))
    assert [item.run.parsed for item in items] == [Number(n * 2) for n in range(20)]
    assert [item.error for item in items] == [None] * 20
    assert items[3].run.steps[0].output == items[3].run.output == {"n": 6}


async def test_items_come_as_they_are_done(face: Face, julep_server: LocalServer) -> None:
    """Without an order nothing waits for the first."""
    at = await mill(face, julep_server, FIRST_SLEEPS)
    async with face.inside(at.map(numbers(), ordered=False)) as runs:
        assert 0 not in [item.input["n"] for item in await face.take(runs, 20)]
    assert await at.under_way() == set()


async def test_inputs_are_taken_as_they_are_needed(face: Face, julep_server: LocalServer) -> None:
    """Behind a slow head there is an end to what is started, and between two items nothing is."""
    at = await mill(face, julep_server, FIRST_SLEEPS)
    inputs = numbers()
    items = await at.take(inputs, 1, concurrency=2, timeout=0.5, on_error="collect")
    assert isinstance(items[0].error, ExecutionTimeout)
    assert items[0].run is None
    assert 2 <= len(await at.executions()) == next(inputs)["n"] <= 4


async def test_waits_are_answered(face: Face, julep_server: LocalServer) -> None:
    """Each run has its own answer."""

    def answer(asked: Any) -> dict[str, int]:
        return {"n": asked["n"] + 1}

    at = await mill(face, julep_server, ASK, DOUBLE)
    items = await at.take([{"n": n} for n in range(8)], answer=answer)
    assert [item.run.output["n"] for item in items] == [2 * (n + 1) for n in range(8)]


async def test_others_go_on_while_an_answer_is_thought_of(
    face: Face, julep_server: LocalServer
) -> None:
    """An answer that takes long holds up no other execution."""
    second = threading.Event()
    told: list[bool] = []

    def answer(asked: Any) -> dict[str, Any]:
        if asked["n"] == 0:
            told.append(second.wait(PATIENCE))
        elif asked["n"] == 2:
            second.set()
        return {"n": asked["n"] + 1}

    at = await mill(face, julep_server, ASK, {"if": "$ _.n == 1", "then": DOUBLE, "else": ASK})
    await at.take([{"n": 0}, {"n": 1}], answer=answer)
    assert told == [True]


async def test_what_goes_wrong_is_raised_at_its_item(face: Face, julep_server: LocalServer) -> None:
    """What else was started is cancelled, and nothing more comes."""
    at = await mill(face, julep_server, FIRST_FAILS)
    runs = at.map(numbers(), concurrency=3)
    with pytest.raises(ExecutionFailed) as failed:
        await face.take(runs)
    assert failed.value.__notes__ == ["inputs[0]: {'n': 0}"]
    assert await at.under_way() == set()
    assert await face.take(runs) == []


async def test_what_goes_wrong_is_collected(face: Face, julep_server: LocalServer) -> None:
    """Also inputs that are none, and what functions of the caller's raise."""

    def answer(asked: Any) -> dict[str, Any]:
        if asked["n"] == 1:
            raise LookupError("not mine")
        return {"n": asked["n"]}

    at = await mill(face, julep_server, ASK, DOUBLE)
    inputs: list[Any] = [{"n": 0}, {"n": 1}, 7, {"n": 3}]
    items = await at.take(inputs, answer=answer, on_error="collect", output=Number)
    assert [type(item.error).__name__ for item in items] == [
        "NoneType",
        "LookupError",
        "TypeError",
        "NoneType",
    ]
    assert str(items[2].error) == "inputs[2] must be a mapping, such as a dict, not int"
    assert items[3].run.parsed == Number(6)


async def test_the_end_of_the_block_cancels_what_is_under_way(
    face: Face, julep_server: LocalServer
) -> None:
    """However it is left; until then a loop may be left and another one begun."""
    at = await mill(face, julep_server, OTHERS_SLEEP)
    with contextlib.suppress(ZeroDivisionError):
        async with face.inside(at.map(numbers(), concurrency=3)) as runs:
            assert [item.run.output for item in await face.take(runs, 1)] == [{"n": 0}]
            assert len(await at.under_way()) == 2
            raise ZeroDivisionError
    assert await at.under_way() == set()
    assert {one.status for one in await at.executions()} == {"succeeded", "cancelled"}


async def test_a_loop_that_is_left(
    face: Face, julep_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a block, a blocking loop cancels, and an awaiting one names what goes on."""
    at = await mill(face, julep_server, OTHERS_SLEEP)
    runs = at.map(numbers(), concurrency=3)
    with caplog.at_level(logging.WARNING, "julep"):
        await face.take(runs, 1)
    left = await at.under_way()
    assert len(left) == (0 if face.blocks else 2)
    assert all(id in caplog.text for id in left)
    assert ("these executions go on" in caplog.text) is not face.blocks


async def test_runs_are_an_iterator(face: Face, julep_server: LocalServer) -> None:
    """Items can be asked for one by one; closing them ends it."""
    at = await mill(face, julep_server, DOUBLE)
    runs = at.map(numbers(), concurrency=1)
    one, two = [next(runs) if face.blocks else await anext(runs) for _ in range(2)]
    assert (one.run.output, two.run.output) == ({"n": 0}, {"n": 2})
    await face.call(runs.close)
    assert await face.take(runs) == []


async def test_ctrl_c_cancels_what_is_under_way(face: Face, julep_server: LocalServer) -> None:
    """It comes out at the item that was waited for."""

    def on_transition(_: object) -> None:
        raise KeyboardInterrupt

    at = await mill(face, julep_server, SLEEP)
    with pytest.raises(KeyboardInterrupt):
        await at.take(numbers(), concurrency=3, on_transition=on_transition)
    assert await at.executions()
    assert await at.under_way() == set()


@pytest.mark.parametrize("in_block", [False, True])
async def test_a_cancelled_caller_cancels_them(
    face: Face, julep_server: LocalServer, in_block: bool
) -> None:
    """A scope that ends the loop cancels what was started."""
    if face.blocks:
        return
    at = await mill(face, julep_server, SLEEP)
    runs = at.map(numbers(), concurrency=3)
    with anyio.move_on_after(0.3):
        if in_block:
            async with runs:
                await face.take(runs)
        else:
            await face.take(runs)
    assert len(await at.executions()) == 3
    assert await at.under_way() == set()


class Stubborn:
    """A server that starts one execution, and does not confirm it in time or refuses to cancel it.

    Attributes:
        confirms: Whether the start is answered.
        cancels: Whether it can cancel.
        cancelled: What was asked of it.
        status: How the execution is.
    """

    def __init__(self, *, confirms: bool, cancels: bool) -> None:
        self.status = "running"
        self.confirms = confirms
        self.cancels = cancels
        self.cancelled: list[str] = []
        self._execution: dict[str, Any] = {}

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Answer one request."""
        if seen.method == "POST":
            body = json.loads(seen.body)
            self._execution = {"id": "e1", "task_id": "t1", "status": self.status, **body}
            if not self.confirms:
                connection.wait_for_hang_up()
                return HANG_UP
            connection.send_json(self._execution)
        elif seen.method == "PUT":
            self.cancelled.append(seen.target)
            connection.send_json(None, "200 OK" if self.cancels else "500 No")
        elif "transitions" in seen.target:
            connection.send_json({"items": [{"type": "init", "output": {}}]})
        elif seen.target.startswith("/tasks"):
            connection.send_json({"items": [self._execution]})
        else:
            connection.send_json({**self._execution, "status": self.status})
        return None


async def test_a_start_that_is_cut_is_cancelled_too(face: Face) -> None:
    """What nobody confirmed is looked for by its token."""
    if face.blocks:
        return
    stubborn = Stubborn(confirms=False, cancels=True)
    with Wire(stubborn) as server:
        client = face.client(base_url=server.url)
        with anyio.move_on_after(0.3):
            await face.take(client.tasks.map("t1", [{}]))
    assert stubborn.cancelled == ["/executions/e1"]


async def test_a_server_that_is_away_for_a_while(face: Face) -> None:
    """What is yet to be started waits for it, if it was there once."""
    is_taken = threading.Event()

    def answer(connection: Connection, seen: Seen) -> object:
        if "/transitions" in seen.target:
            connection.send_json({"items": []})
        else:
            body: dict[str, Any] = {"id": "e1", "task_id": "t1", "input": {}}
            connection.send_json({**body, "status": "succeeded"})
        return HANG_UP

    def reopen() -> None:
        with Wire(answer, port=first.server_address[1]):
            is_taken.wait(PATIENCE)

    later = threading.Timer(0.5, reopen)
    with Wire(answer) as first:
        runs = face.client(base_url=first.url).tasks.map("t1", numbers(), concurrency=1)
        async with face.inside(runs):
            assert len(await face.take(runs, 1)) == 1
            first.shutdown()
            first.server_close()
            later.start()
            assert len(await face.take(runs, 1)) == 1
    is_taken.set()
    later.join()


async def _interrupted(face: Face, stubborn: Stubborn, become: str | None = None) -> None:
    """Leave a batch by Ctrl-C while its execution runs, or just when it becomes something else."""

    def on_transition(_: object) -> None:
        stubborn.status = become or stubborn.status
        raise KeyboardInterrupt

    with Wire(stubborn) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(KeyboardInterrupt):
            await face.take(client.tasks.map("t1", [{}], on_transition=on_transition))


async def test_a_server_that_cannot_cancel(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    """What goes on there is named."""
    with caplog.at_level(logging.WARNING, "julep"):
        await _interrupted(face, Stubborn(confirms=True, cancels=False))
    assert "these executions go on, and are not followed any more: e1" in caplog.text


async def test_what_has_ended_does_not_go_on(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    """A server refuses to cancel it, and nothing is left to warn of."""
    stubborn = Stubborn(confirms=True, cancels=False)
    with caplog.at_level(logging.WARNING, "julep"):
        await _interrupted(face, stubborn, become="succeeded")
    assert stubborn.cancelled
    assert "go on" not in caplog.text


async def test_all_of_it_comes_as_a_list(face: Face, julep_server: LocalServer) -> None:
    """At once, and in the order of the inputs; what was taken is not there a second time."""
    at = await mill(face, julep_server, {"evaluate": {"n": "$ 10 // _.n"}})
    runs = at.map([{"n": n} for n in (1, 2, 0)], on_error="collect")
    results = await face.call(runs.to_list)
    assert [item.input["n"] for item in results] == [1, 2, 0]
    assert "3 done (1 failed)" in results._repr_html_()
    assert await face.call(runs.to_list) == []
    with pytest.raises(ExecutionFailed):
        await face.call(at.map([{"n": 1}, {"n": 0}]).to_list)


async def test_a_notebook_shows_how_far_it_is(face: Face, julep_server: LocalServer) -> None:
    """And how what comes is had; nothing is started for it."""
    at = await mill(face, julep_server, {"evaluate": {"n": "$ _.n"}})
    shown = at.map([{"n": 1}])._repr_html_()
    assert "Runs: 0 of 1 done, 0 running: loop with" in shown
    assert ("await runs.to_list()" in shown) != face.blocks
    assert await at.executions() == []


async def test_a_journal_gives_what_is_done(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """Nothing of it is started again, but what failed, what changed, and what was half written."""
    at = await mill(face, julep_server, {"evaluate": {"n": "$ 10 // _.n"}})
    file = tmp_path / "runs.jsonl"
    inputs = [{"n": n} for n in (1, 2, 0, 5)]
    runs = at.map(inputs, journal=file, on_error="collect", concurrency=1)
    assert repr(runs) == "<Runs: 0 of 4 done, 0 running>"
    first = await face.take(runs)
    assert repr(runs) == "<Runs: 4 of 4 done (1 failed), 0 running>"
    assert [type(item.error).__name__ for item in first][2] == "ExecutionFailed"

    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    again = await at.take([{"n": 1}, {"n": 4}, {"n": 2}, {"n": 5}], journal=file, output=Number)
    assert [item.run.parsed.n for item in again] == [10, 2, 5, 2]
    assert again[0].run.execution == first[0].run.execution
    assert again[0].run.transitions == []
    assert len(await at.executions()) == 4 + 3

    once_more = await at.take([{"n": 1}, {"n": 4}, {"n": 2}, {"n": 5}], journal=str(file))
    assert [item.run.output["n"] for item in once_more] == [10, 2, 5, 2]
    assert len(await at.executions()) == 4 + 3


async def test_a_journal_may_have_keys_of_the_callers_own(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """Inputs may come in another order then, and a key that is no text is told."""
    at = await mill(face, julep_server, DOUBLE)
    file = tmp_path / "runs.jsonl"

    def key(input: Any) -> Any:
        return f"number {input['n']}" if input["n"] else None

    def same(_: Any) -> str:
        return "x"

    await at.take([{"n": 1}, {"n": 2}, {"n": 1}], journal=file, key=key, concurrency=1)
    items = await at.take([{"n": 2}, {"n": 1}], journal=file, key=key)
    assert [item.run.output["n"] for item in items] == [4, 2]
    assert len(await at.executions()) == 2
    with pytest.raises(TypeError, match="key gave NoneType; the key of an input is text"):
        await at.take([{"n": 0}], journal=file, key=key)
    with pytest.warns(UserWarning, match="key gave 'x' for inputs that differ"):
        await at.take([{"n": 1}, {"n": 3}], journal=file, key=same)


@pytest.mark.parametrize(
    ("inputs", "options", "error", "message"),
    [
        ({"n": 1}, {}, TypeError, "inputs must be a list or another series of mappings, not dict"),
        ([], {"concurrency": 0}, ValueError, "concurrency must be 1 or more, not 0"),
        ([], {"concurrency": "8"}, TypeError, "concurrency must be a whole number, not '8'"),
        ([], {"ordered": "no"}, TypeError, "ordered must be True or False, not 'no'"),
        ([], {"cancel_on_timeout": 1}, TypeError, "cancel_on_timeout must be True or False, not 1"),
        ([], {"progress": "x"}, TypeError, "progress must be True or False, not 'x'"),
        ([], {"on_error": "ignore"}, ValueError, "on_error must be 'raise' or 'collect'"),
        ([], {"timeout": -1}, ConfigurationError, "timeout must be seconds"),
        ([], {"key": str}, TypeError, "key names inputs in a journal; give a journal, too"),
        ([], {"journal": os.devnull, "key": 5}, TypeError, "key must be a function, not int"),
        ([], {"journal": "/nowhere/runs.jsonl"}, FileNotFoundError, "nowhere"),
        ([], {"order": False}, TypeError, "unknown keyword 'order'; did you mean 'ordered'?"),
        ([], {"metadata": 3}, TypeError, "metadata must be a mapping, such as a dict, not int"),
        ([], {"outputs": int}, TypeError, "unknown keyword 'outputs'; did you mean 'output'?"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    face: Face, inputs: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """At the call, before anything is sent."""
    with pytest.raises(error, match=message):
        face.client().tasks.map("t1", inputs, **options)


async def test_the_loop_of_the_other_face_is_refused(face: Face) -> None:
    """The error says which one to use."""
    runs = face.client().tasks.map("t1", [])
    if face.blocks:
        with pytest.raises(TypeError, match="use `for`"):
            _ = [item async for item in runs]
    else:
        with pytest.raises(TypeError, match="use `async for`"):
            _ = list(runs)
