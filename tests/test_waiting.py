"""Waiting for executions that run."""

from __future__ import annotations

import time
from typing import Any

import pytest

from julep import (
    APIConnectionError,
    ConfigurationError,
    ExecutionAwaitsInput,
    ExecutionCancelled,
    ExecutionFailed,
    ExecutionTimeout,
    FailedStep,
    NotFoundError,
)
from julep.local import LocalServer

from .conftest import PATIENCE, AnyClient, Face
from .wire import HANG_UP, Connection, Seen, Wire

ASKS: list[Any] = [{"wait_for_input": {"info": {"q": "$ _.q"}}}, {"evaluate": {"a": "$ _.a"}}]


async def started(
    face: Face, server: LocalServer, main: list[Any], **input: Any
) -> tuple[AnyClient, Any]:
    """A client, and an execution of a task with these steps."""
    client = face.client(base_url=server.url, api_key=server.key)
    agent = await face.call(client.agents.create, name="Ada")
    task = await face.call(client.tasks.create, agent, name="t", main=main)
    return client, await face.call(client.executions.create, task, input=input)


async def test_the_end_is_waited_for(face: Face, julep_server: LocalServer) -> None:
    """An execution that succeeds comes back as it ended."""
    client, execution = await started(face, julep_server, [{"evaluate": {"n": "$ _.n + 1"}}], n=1)
    done = await face.call(client.executions.wait, execution, timeout=20)
    assert (done.id, done.status, done.output) == (execution.id, "succeeded", {"n": 2})


async def test_a_failure_names_the_step(face: Face, julep_server: LocalServer) -> None:
    """The error knows the execution, which step failed, and why."""
    main = [{"evaluate": {"n": "$ 1"}}, {"label": "risky", "error": "no more books"}]
    client, execution = await started(face, julep_server, main)
    with pytest.raises(ExecutionFailed) as failed:
        await face.call(client.executions.wait, execution)
    assert failed.value.step == FailedStep("main", 1, "risky", "error")
    assert "no more books" in failed.value.reason
    assert failed.value.execution.status == "failed"
    assert f"{execution.id}: it failed at main[1] 'risky' (error): " in str(failed.value)


async def test_a_wait_is_told_with_its_question(face: Face, julep_server: LocalServer) -> None:
    """Until the end, a wait is an error at once; until input, it is what was waited for."""
    client, execution = await started(face, julep_server, ASKS, q="Lend?")
    waiting = await face.call(client.executions.wait, execution, timeout=20, until="input")
    assert waiting.status == "awaiting_input"
    with pytest.raises(ExecutionAwaitsInput) as asked:
        await face.call(client.executions.wait, execution)
    assert asked.value.question == {"q": "Lend?"}
    await face.call(client.executions.resume, execution, input={"a": "yes"})
    done = await face.call(client.executions.wait, execution, until="input")
    assert done.output == {"a": "yes"}


async def test_a_cancelled_execution_is_told(face: Face, julep_server: LocalServer) -> None:
    """Whoever waits learns that there will be no result."""
    client, execution = await started(face, julep_server, [{"sleep": {"hours": 1}}])
    await face.call(client.executions.cancel, execution)
    with pytest.raises(ExecutionCancelled) as cancelled:
        await face.call(client.executions.wait, execution)
    assert cancelled.value.execution.id == execution.id


async def test_time_runs_out(face: Face, julep_server: LocalServer) -> None:
    """The execution goes on when the time is over, and the error is a TimeoutError too."""
    client, execution = await started(face, julep_server, [{"sleep": {"hours": 1}}])
    with pytest.raises(TimeoutError, match=r"within 0\.1 s, and goes on") as late:
        await face.call(client.executions.wait, execution, timeout=0.1)
    assert isinstance(late.value, ExecutionTimeout)
    assert not late.value.cancelled
    assert (await face.call(client.executions.get, execution)).status not in ("cancelled", "failed")
    await face.call(client.executions.cancel, execution)


async def test_a_result_wins_over_the_limit(face: Face, julep_server: LocalServer) -> None:
    """What has ended already is given, however little time there is."""
    client, execution = await started(face, julep_server, [{"evaluate": {"n": "$ 1"}}])
    await face.call(client.executions.wait, execution)
    done = await face.call(client.executions.wait, execution, timeout=0)
    assert done.output == {"n": 1}


async def test_what_makes_no_sense_is_refused(face: Face) -> None:
    """Nothing is sent for a limit or an end that there isn't."""
    wait = face.client().executions.wait
    with pytest.raises(ValueError, match="until must be 'end' or 'input', not 'dawn'"):
        await face.call(wait, "e1", until="dawn")
    with pytest.raises(ConfigurationError, match="timeout must be seconds"):
        await face.call(wait, "e1", timeout=-1)


FAILED: dict[str, Any] = {"id": "e1", "task_id": "t1", "status": "failed", "input": {}}


class Flow:
    """A server whose looks at one execution are answered one after the other."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Answer with a status, or hang up."""
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if "transitions" in seen.target:
            connection.send_json({"items": []})
        elif answer is HANG_UP:
            return HANG_UP
        elif isinstance(answer, int):
            connection.send_json({"error": {"message": "no"}}, f"{answer} No")
        else:
            body: dict[str, Any] = {"id": "e1", "task_id": "t1", "status": answer, "input": {}}
            connection.send_json(body)
        return None


@pytest.mark.slow
async def test_a_server_that_is_away_is_waited_for(face: Face) -> None:
    """Broken connections and errors of the server end nothing while they may pass."""
    with Wire(Flow("running", HANG_UP, 503, "running", "succeeded")) as server:
        done = await face.call(face.client(base_url=server.url).executions.wait, "e1")
    assert done.status == "succeeded"


@pytest.mark.slow
async def test_a_server_that_was_never_there_is_not_waited_for(face: Face) -> None:
    """Its address is likelier to be wrong than it is to come up."""
    client = face.client(base_url="http://127.0.0.1:1")
    started = time.monotonic()
    with pytest.raises(APIConnectionError):
        await face.call(client.executions.wait, "e1")
    assert time.monotonic() - started < PATIENCE


async def test_a_failure_is_told_without_what_is_known_of_it(face: Face) -> None:
    """Where the transitions can't be read, the step is not known."""

    def answer(connection: Connection, seen: Seen) -> None:
        is_list = "transitions" in seen.target
        connection.send_json({"items": [7]} if is_list else {**FAILED, "error": "no books"})

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(ExecutionFailed, match="e1: it failed: no books"):
            await face.call(client.executions.wait, "e1")
        with pytest.raises(ExecutionFailed, match="e1: it failed: no books") as failed:
            await face.call(client.tasks.run, "t1")
    assert failed.value.step is None


async def test_what_is_not_there_is_told_at_once(face: Face) -> None:
    """A refusal that won't pass ends the waiting."""
    with Wire(Flow(404)) as server, pytest.raises(NotFoundError):
        await face.call(face.client(base_url=server.url).executions.wait, "e1")
    assert len(server.seen) == 1


async def test_a_wait_that_was_just_answered_is_none(face: Face) -> None:
    """Servers show a wait for a moment after its answer: it is looked at twice."""
    with Wire(Flow("awaiting_input", "running", "succeeded")) as server:
        done = await face.call(face.client(base_url=server.url).executions.wait, "e1")
    assert done.status == "succeeded"


async def test_the_limit_holds_where_nothing_answers(face: Face) -> None:
    """A look that gets no answer can't take much longer than the time that is left."""
    began = time.monotonic()
    with Wire(Flow("running", 503)) as server, pytest.raises(ExecutionTimeout):
        await face.call(face.client(base_url=server.url).executions.wait, "e1", timeout=0.2)
    assert time.monotonic() - began < 5
