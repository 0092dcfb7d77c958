"""Tasks that are run to their end, and what takes part on the way."""

from __future__ import annotations

import logging
import threading
from typing import Any, Final

import anyio
import anyio.lowlevel
import attrs
import pytest

from julep import (
    BadRequestError,
    ExecutionAwaitsInput,
    ExecutionCancelled,
    ExecutionFailed,
    ExecutionTimeout,
    Julep,
    OutputMismatch,
    Run,
    ToolError,
    Transition,
)
from julep.local import LocalServer

from .conftest import PATIENCE, AnyClient, Face
from .wire import HANG_UP, Connection, Seen, Wire

ASK: dict[str, Any] = {"wait_for_input": {"info": {"q": "$ _.q"}}}
SLEEP: dict[str, Any] = {"sleep": {"hours": 1}}
STOCK: dict[str, Any] = {"tool": "stock", "arguments": {"sku": "$ _.sku"}}


def nothing(_: object) -> dict[str, Any]:
    """An answer that says nothing."""
    return {}


@attrs.define
class Report:
    """What a task gives."""

    title: str
    pages: int = 1


@attrs.define
class Bench:
    """A task on a server, and a client of some face.

    Attributes:
        face: The face.
        client: The client.
        task: The task.
    """

    face: Face
    client: AnyClient
    task: Any

    async def run(self, **options: Any) -> Run[Any]:
        """Run the task."""
        run: Run[Any] = await self.face.call(self.client.tasks.run, self.task, **options)
        return run

    async def newest(self) -> Any:
        """Its newest execution."""
        return await self.face.call(self.client.executions.list(self.task, limit=1).first)


STOCK_TOOL: Final = {
    "name": "stock",
    "type": "function",
    "function": {"parameters": {"type": "object"}},
}


async def bench(face: Face, server: LocalServer, *main: Any, tool: Any = STOCK_TOOL) -> Bench:
    """A task with these steps, which knows a tool."""
    client = face.client(base_url=server.url, api_key=server.key)
    agent = await face.call(client.agents.create, name="Ada")
    create = client.tasks.create
    return Bench(
        face, client, await face.call(create, agent, name="t", main=list(main), tools=[tool])
    )


async def test_a_run_tells_what_happened(face: Face, julep_server: LocalServer) -> None:
    """Output, steps by index and label, transitions from the oldest on, and the time."""
    main = [{"label": "sum", "evaluate": {"n": "$ _.n + 1"}}, {"evaluate": {"n": "$ _.n * 2"}}]
    at = await bench(face, julep_server, *main)
    run = await at.run(input={"n": 1}, metadata={"who": "me"}, timeout=20)

    assert (run.status, run.output, run.parsed) == ("succeeded", {"n": 4}, {"n": 4})
    assert run.execution.metadata is not None
    assert run.execution.metadata["who"] == "me"
    assert [one.type for one in run.transitions] == ["init", "step", "finish"]
    assert [one.output for one in run.steps] == [{"n": 2}, {"n": 4}]
    assert run.steps["sum"] is run.steps[0] is run.steps[:1][0]
    with pytest.raises(KeyError, match="no step with the label 'x' was taken; labels: sum"):
        _ = run.steps["x"]
    assert 0 < run.seconds < 20


async def test_the_output_is_read_as_a_type(face: Face, julep_server: LocalServer) -> None:
    """Objects and JSON in text become values of the type; what doesn't fit says where."""
    at = await bench(face, julep_server, {"evaluate": {"title": "$ _.title", "pages": "$ _.pages"}})
    run = await at.run(input={"title": "T", "pages": 3}, output=Report)
    assert run.parsed == Report("T", 3)
    with pytest.raises(OutputMismatch, match="pages: expected a whole number") as wrong:
        await at.run(input={"title": "T", "pages": "many"}, output=Report)
    assert wrong.value.path == "pages"
    assert wrong.value.execution == await at.newest()
    assert '"pages":"many"' in wrong.value.text
    julep_server.replies.add('{"title": "S"}')
    at = await bench(face, julep_server, {"prompt": "a report, please", "unwrap": True})
    assert (await at.run(output=Report)).parsed == Report("S", 1)


async def test_waits_are_answered(face: Face, julep_server: LocalServer) -> None:
    """Each wait is asked about once, in order, with its output."""
    asked: list[Any] = []

    def answer(question: Any) -> dict[str, Any]:
        asked.append(question)
        return {"q": f"{question['q']}!"}

    at = await bench(face, julep_server, ASK, ASK)
    assert (await at.run(input={"q": "a"}, answer=answer)).output == {"q": "a!!"}
    assert asked == [{"q": "a"}, {"q": "a!"}]


async def test_an_execution_of_before_is_followed(face: Face, julep_server: LocalServer) -> None:
    """Its waits are answered, what came before is told too, and a type of option is checked."""
    at = await bench(face, julep_server, ASK, {"evaluate": {"n": "$ 1"}})
    follow, heard = at.client.tasks.follow, list[Transition]()
    with pytest.raises(ExecutionAwaitsInput):
        await at.run(input={"q": "a"})
    execution = await at.newest()
    with pytest.raises(TypeError, match="metadata"):
        await face.call(follow, execution, metadata={})
    with pytest.raises(ExecutionAwaitsInput) as waits:
        await face.call(follow, execution.id, timeout=20)
    assert waits.value.question == {"q": "a"}
    run = await face.call(follow, execution, answer=nothing, on_transition=heard.append)
    assert (run.output, run.execution.id) == ({"n": 1}, execution.id)
    assert [one.type for one in heard] == ["init", "wait", "step", "finish"]


async def test_waits_of_parallel_branches_are_answered(face: Face) -> None:
    """Each gets its own answer, whichever is shown first."""

    def answer(question: Any) -> dict[str, Any]:
        return {"square": question["q"] ** 2}

    wait = {"wait_for_input": {"info": {"q": "$ _"}}}
    with LocalServer(strict=False) as server:
        at = await bench(face, server, {"over": "$ _.all", "map": wait, "parallelism": 4})
        run = await at.run(input={"all": [1, 2, 3, 4]}, answer=answer, timeout=20)
    assert run.output == [{"square": n} for n in (1, 4, 9, 16)]


@pytest.mark.parametrize("is_async", [False, True])
async def test_an_answer_that_does_not_come_in_time(
    face: Face, julep_server: LocalServer, is_async: bool
) -> None:
    """It is left behind, and the execution waits on."""
    never = threading.Event()

    def answer(_: object) -> dict[str, Any]:
        never.wait(PATIENCE)
        return {}

    async def awaited(_: object) -> dict[str, Any]:
        await anyio.sleep(PATIENCE)
        return {}

    if face.blocks and is_async:
        return
    at = await bench(face, julep_server, ASK)
    with pytest.raises(ExecutionTimeout) as late:
        await at.run(input={"q": 1}, answer=awaited if is_async else answer, timeout=0.8)
    never.set()
    assert late.value.execution.status == "awaiting_input"
    assert (await at.newest()).status == "awaiting_input"


async def test_answers_may_be_awaited(face: Face, julep_server: LocalServer) -> None:
    """The awaiting face awaits them; the other refuses them before anything is sent."""

    async def answer(question: Any) -> dict[str, Any]:
        await anyio.lowlevel.checkpoint()
        return {"got": question["q"]}

    at = await bench(face, julep_server, ASK)
    if face.blocks:
        with pytest.raises(TypeError, match="answer is an async function"):
            await at.run(input={"q": 1}, answer=answer)
        assert await at.newest() is None
    else:
        assert (await at.run(input={"q": 1}, answer=answer)).output == {"got": 1}


async def test_a_wait_that_nobody_answers_is_told(face: Face, julep_server: LocalServer) -> None:
    """The error has the question, and the execution waits on."""
    at = await bench(face, julep_server, ASK)
    with pytest.raises(ExecutionAwaitsInput) as waiting:
        await at.run(input={"q": "ok?"}, tools=[])
    assert waiting.value.question == {"q": "ok?"}
    assert (await at.newest()).id == waiting.value.execution.id


async def test_functions_answer_the_steps_that_call_them(
    face: Face, julep_server: LocalServer
) -> None:
    """Objects go as they are, other results as `result`, and errors as `error`."""
    at = await bench(face, julep_server, STOCK, {"evaluate": {"all": "$ _"}})
    told: list[str] = []

    def stock(sku: str) -> Any:
        if sku == "bad":
            raise ToolError("no such \ud800 thing")
        return {"units": 3} if sku == "A" else 7

    def on_call(call: Any) -> None:
        told.append(f"{call.name} {call.state}")

    outputs = [
        (await at.run(input={"sku": sku}, tools=[stock], on_call=on_call)).output["all"]
        for sku in ("A", "B", "bad")
    ]
    assert outputs == [{"units": 3}, {"result": 7}, {"error": "no such ? thing"}]
    assert told == ["stock started", "stock done"] * 2 + ["stock started", "stock failed"]


async def test_a_forgotten_function_is_named(face: Face, julep_server: LocalServer) -> None:
    """Its call is no question: the run says what to pass, and so does a wait for the execution."""

    def answer(question: Any) -> dict[str, Any]:
        raise AssertionError(question)

    def stack(sku: str) -> str:
        return sku

    at = await bench(face, julep_server, STOCK)
    for options in ({}, {"answer": answer}, {"answer": answer, "tools": [stack]}):
        with pytest.raises(
            ExecutionAwaitsInput, match=r"the function stock: pass tools=\[stock\]"
        ) as it:
            await at.run(input={"sku": "A"}, **options)
        assert it.value.question["function"] == {"name": "stock", "arguments": {"sku": "A"}}
    with pytest.raises(ExecutionAwaitsInput, match=r"pass tools=\[stock\] to tasks\.follow"):
        await face.call(at.client.executions.wait, it.value.execution)


async def test_calls_may_be_answered_by_hand(face: Face, julep_server: LocalServer) -> None:
    """Those of tools that are descriptions go to `answer`, as chats leave theirs to the caller."""

    def answer(question: Any) -> dict[str, Any]:
        return {"told": question["function"]["arguments"]}

    at = await bench(face, julep_server, STOCK)
    for tools in (at.task.tools, [{"name": "stock"}], [STOCK_TOOL]):
        run = await at.run(input={"sku": "A"}, tools=tools, answer=answer)
        assert run.output == {"told": {"sku": "A"}}
    with pytest.raises(ExecutionAwaitsInput, match=r"tasks\.run takes answer=") as waiting:
        await at.run(input={"sku": "A"}, tools=at.task.tools)
    assert waiting.value.question["function"]["name"] == "stock"


async def test_what_looks_like_a_call_is_a_question(face: Face, julep_server: LocalServer) -> None:
    """Only what asks for the arguments of a function is a call."""
    info = {"function": {"name": "$ 'Head of sales'"}}
    at = await bench(face, julep_server, {"wait_for_input": {"info": info}})
    assert (await at.run(answer=nothing)).output == {}


async def test_what_functions_of_steps_raise_comes_out_on_demand(
    face: Face, julep_server: LocalServer
) -> None:
    """With `raise` it reaches the caller and the execution waits; by default the step gives it."""

    def stock(sku: str) -> Any:
        raise ToolError("refused") if sku == "R" else KeyError(sku)

    at = await bench(face, julep_server, STOCK)
    assert (await at.run(input={"sku": "A"}, tools=[stock])).output == {"error": "KeyError: 'A'"}
    with pytest.raises(KeyError, match="A") as raised:
        await at.run(input={"sku": "A"}, tools=[stock], on_tool_error="raise")
    (note,) = raised.value.__notes__
    assert note.startswith(f"execution {(await at.newest()).id} still waits")
    run = await at.run(input={"sku": "R"}, tools=[stock], on_tool_error="raise")
    assert run.output == {"error": "refused"}
    with pytest.raises(ValueError, match="on_tool_error must be 'tell' or 'raise', not 'ask'"):
        await at.run(tools=[stock], on_tool_error="ask")


@pytest.mark.parametrize(
    ("output", "error"), [("$ _.pages", ExecutionFailed), ("$ _", OutputMismatch)]
)
async def test_what_fails_after_a_function_names_the_function(
    face: Face,
    julep_server: LocalServer,
    caplog: pytest.LogCaptureFixture,
    output: str,
    error: type[Exception],
) -> None:
    """Its error is noted with what a later step makes of it, and logged when it happens."""

    def stock(sku: str) -> Any:
        raise KeyError(sku)

    at = await bench(face, julep_server, STOCK, {"evaluate": {"title": output}})
    with pytest.raises(error) as raised:
        await at.run(input={"sku": "A"}, tools=[stock], output=Report)
    assert raised.value.__notes__ == ["the function stock failed before: KeyError: 'A'"]
    assert isinstance(raised.value.__cause__, KeyError)
    with pytest.raises(error) as raised:
        await at.run(input={"sku": 1}, tools=[stock], output=Report)
    assert raised.value.__notes__ == [
        "the function stock failed before: sku: expected text, got a whole number"
    ]
    told = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert told[0] == "stock failed: KeyError: 'A'"
    assert len(told) == 2


async def test_a_task_that_knows_a_function_calls_it(face: Face, julep_server: LocalServer) -> None:
    """Functions among a task's tools are described to the server; the run calls them."""

    def stock(sku: str) -> dict[str, int]:
        """How many there are."""
        return {"units": len(sku)}

    at = await bench(face, julep_server, STOCK, tool=stock)
    (tool,) = at.task.tools
    assert tool.function.parameters["required"] == ["sku"]
    assert (await at.run(input={"sku": "A17"}, tools=[stock])).output == {"units": 3}


async def test_transitions_are_told_once(face: Face, julep_server: LocalServer) -> None:
    """Each comes once and from the oldest on, as the run has them in the end."""
    heard: list[Transition] = []
    at = await bench(
        face, julep_server, {"evaluate": {"q": "$ 1"}}, ASK, {"evaluate": {"n": "$ 2"}}
    )
    run = await at.run(answer=nothing, on_transition=heard.append)
    assert heard == run.transitions
    assert [one.type for one in heard] == ["init", "step", "wait", "step", "finish"]


async def test_what_functions_raise_comes_out(face: Face, julep_server: LocalServer) -> None:
    """An error of the caller's own is no failure of the server that might pass."""

    def answer(_: Any) -> dict[str, Any]:
        raise ConnectionError("the terminal is gone")

    at = await bench(face, julep_server, ASK)
    with pytest.raises(ConnectionError, match="the terminal is gone") as gone:
        await at.run(input={"q": 1}, answer=answer)
    (note,) = gone.value.__notes__
    assert note.startswith(f"execution {(await at.newest()).id} still waits")
    with pytest.raises(TypeError, match="answer gave str; the input of a wait is a mapping"):
        await at.run(input={"q": 1}, answer=str)
    with pytest.raises(TypeError, match="answer must be a function, not dict"):
        await at.run(input={"q": 1}, answer={})


@pytest.mark.parametrize("fate", ["answered", "cancelled"])
async def test_a_wait_may_end_while_its_answer_is_made(
    face: Face, julep_server: LocalServer, fate: str
) -> None:
    """By an answer of somebody else's, whose result is given, or with the execution."""
    other = Julep(base_url=julep_server.url, api_key=julep_server.key)

    def stock(sku: str) -> dict[str, Any]:
        execution = other.executions.list(at.task).first()
        assert execution
        if fate == "answered":
            other.executions.resume(execution, input={"units": 5})
        else:
            other.executions.cancel(execution)
        if sku == "bad":
            raise KeyError(sku)
        return {"units": 3}

    at = await bench(face, julep_server, STOCK, {"evaluate": {"got": "$ _.units"}})
    if fate == "answered":
        run = await at.run(input={"sku": "A"}, tools=[stock], timeout=20)
        assert run.output == {"got": 5}
    else:
        with pytest.raises(ExecutionCancelled):
            await at.run(input={"sku": "A"}, tools=[stock], timeout=20)
    with pytest.raises(KeyError) as raised:
        await at.run(input={"sku": "bad"}, tools=[stock], on_tool_error="raise")
    assert "still waits" not in "".join(getattr(raised.value, "__notes__", []))


async def test_a_refused_answer_is_told(face: Face) -> None:
    """Of a server that goes on showing the wait which it lets nobody answer."""
    now: dict[str, Any] = {"id": "e1", "task_id": "t1", "input": {}, "status": "awaiting_input"}

    def answer(connection: Connection, seen: Seen) -> object:
        if "transitions" in seen.target:
            connection.send_json({"items": [{"id": "w", "type": "wait", "output": {}}]})
        elif seen.method == "PUT":
            connection.send_json({"detail": "not so"}, "400 No")
        else:
            connection.send_json(now)
        return None

    with Wire(answer) as server:
        run = face.client(base_url=server.url).tasks.run
        with pytest.raises(BadRequestError, match="not so") as refused:
            await face.call(run, "t1", answer=nothing, timeout=20)
    assert refused.value.__notes__[0].startswith("execution e1 still waits")


@pytest.mark.slow
@pytest.mark.parametrize("fault", [{"drop": "before"}, {"status": 503}])
async def test_an_answer_that_was_lost_is_given_again(
    face: Face, julep_server: LocalServer, fault: dict[str, Any]
) -> None:
    """No news come of it, so it is not waited for any until the time is over."""
    at = await bench(face, julep_server, ASK)
    julep_server.faults.add(method="POST", path="/executions", **fault)
    run = await at.run(input={"q": 1}, answer=nothing, timeout=20)
    assert run.execution.status == "succeeded"
    assert run.seconds < 10


async def test_a_failed_run_names_the_step(face: Face, julep_server: LocalServer) -> None:
    """A run fails as its execution does."""
    at = await bench(face, julep_server, {"error": "no more books"})
    with pytest.raises(ExecutionFailed, match=r"at main\[0\]") as failed:
        await at.run()
    assert failed.value.reason.endswith("no more books")


async def test_a_failed_step_is_called_as_it_is_written(
    face: Face, julep_server: LocalServer
) -> None:
    """Not by the server's name of its kind, which stays in `kind`."""
    at = await bench(face, julep_server, {"over": "$ 1 / 0", "map": {"log": "a"}})
    with pytest.raises(ExecutionFailed, match=r"at main\[0\] \(over\)") as failed:
        await at.run()
    assert failed.value.step
    assert failed.value.step.kind == "map_reduce"


@pytest.mark.parametrize("cancels", [False, True])
async def test_time_runs_out(face: Face, julep_server: LocalServer, cancels: bool) -> None:
    """The execution goes on, unless it is to be cancelled then."""
    at = await bench(face, julep_server, SLEEP)
    with pytest.raises(ExecutionTimeout) as late:
        await at.run(timeout=0.2, cancel_on_timeout=cancels)
    assert late.value.cancelled is cancels
    assert ("was cancelled" in str(late.value)) is cancels
    assert ((await at.newest()).status == "cancelled") is cancels


@pytest.mark.parametrize("status", ["400 No", "200 OK"])
async def test_what_ends_before_it_is_cancelled_has_ended(face: Face, status: str) -> None:
    """A result that is there wins over the limit, whatever the server says to the cancelling."""
    now: dict[str, Any] = {"id": "e1", "task_id": "t1", "input": {}, "status": "running"}

    def answer(connection: Connection, seen: Seen) -> object:
        if seen.method == "PUT":
            now.update(status="succeeded", output=3)
            connection.send_json({"id": "e1"}, status)
        elif "transitions" in seen.target:
            connection.send_json({"items": []})
        else:
            connection.send_json(now)
        return None

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        run = await face.call(client.tasks.run, "t1", timeout=0.5, cancel_on_timeout=True)
    assert run.output == 3


@pytest.mark.parametrize("cancels", [False, True])
async def test_ctrl_c_leaves_it_running(
    face: Face, julep_server: LocalServer, cancels: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """The id is logged, or the execution cancelled where that was asked for."""

    def on_transition(_: Transition) -> None:
        raise KeyboardInterrupt

    at = await bench(face, julep_server, SLEEP)
    with caplog.at_level(logging.WARNING, "julep"), pytest.raises(KeyboardInterrupt):
        await at.run(cancel_on_timeout=cancels, on_transition=on_transition)
    execution = await at.newest()
    assert (execution.status == "cancelled") is cancels
    assert (f"execution {execution.id} goes on" in caplog.text) is not cancels


async def test_a_cancelled_caller_cancels_it(face: Face, julep_server: LocalServer) -> None:
    """A scope that ends the call cancels the execution too where that was asked for."""
    if face.blocks:
        return
    at = await bench(face, julep_server, SLEEP)
    with anyio.move_on_after(0.3):
        await at.run(cancel_on_timeout=True)
    assert (await at.newest()).status == "cancelled"


class Flaky:
    """A server with an execution that waits, whose first resume is lost on the way there or back.

    Attributes:
        is_delivered: Whether the resume has an effect.
        output: What the wait asks.
        inputs: The bodies of the resumes.
        lag: How often the wait is shown still after its answer, as by self-hosted servers.
        has_ended: Whether it was answered.
    """

    def __init__(
        self, output: Any, *, is_delivered: bool = True, drops: int = 1, lag: int = 2
    ) -> None:
        self.output = output
        self.is_delivered = is_delivered
        self.inputs: list[bytes] = []
        self.lag = lag
        self._drops = drops
        self.has_ended = False

    def __call__(self, connection: Connection, seen: Seen) -> object:
        """Answer one request."""
        if "/transitions" in seen.target:
            wait = {"id": "x1", "type": "wait", "output": self.output}
            connection.send_json({"items": [wait]})
        elif seen.method == "PUT":
            self.inputs.append(seen.body)
            lost = len(self.inputs) <= self._drops
            self.has_ended = self.is_delivered or not lost
            if lost:
                return HANG_UP
            connection.send_json(None)
        else:
            self.lag -= self.has_ended
            status = "succeeded" if self.has_ended and self.lag < 0 else "awaiting_input"
            connection.send_json({"id": "e1", "task_id": "t1", "status": status, "input": {}})
        return None


@pytest.mark.parametrize(
    ("drops", "is_delivered", "sent"), [(0, True, 1), (1, True, 1), (1, False, 2)]
)
@pytest.mark.slow
async def test_an_answer_has_one_effect(
    face: Face, drops: int, is_delivered: bool, sent: int
) -> None:
    """A resume of unknown fate is sent again only while the wait is there; nobody is asked twice."""
    asked: list[Any] = []

    def answer(question: Any) -> dict[str, Any]:
        asked.append(question)
        return {"a": 1}

    flaky = Flaky("?", is_delivered=is_delivered, drops=drops)
    with Wire(flaky) as server:
        client = face.client(base_url=server.url)
        run = await face.call(client.tasks.run, "t1", answer=answer)
    assert (run.status, asked) == ("succeeded", ["?"])
    assert len(flaky.inputs) == sent


async def test_what_was_answered_a_moment_before_is_not_answered_again(face: Face) -> None:
    """An execution that is followed may be shown as it was before somebody's answer."""
    flaky = Flaky("?")
    flaky.has_ended = True
    with Wire(flaky) as server:
        client = face.client(base_url=server.url)
        run = await face.call(client.tasks.follow, "e1", answer=nothing)
    assert (run.status, flaky.inputs) == ("succeeded", [])


async def test_calls_of_a_prompt_are_answered_by_id(face: Face) -> None:
    """A wait for several calls gets one mapping from their ids to the results."""

    def double(n: int) -> int:
        return n * 2

    calls: list[Any] = [
        {"id": "c1", "type": "function", "function": {"name": "double", "arguments": '{"n": 2}'}},
        {"id": "c2", "type": "function", "function": {"name": "double", "arguments": {"n": "x"}}},
    ]
    flaky = Flaky(calls, drops=0)
    with Wire(flaky) as server:
        client = face.client(base_url=server.url)
        await face.call(client.tasks.run, "t1", tools=[double])
    error = '{"error":"n: expected a whole number, got text"}'
    assert flaky.inputs == [b'{"status":"running","input":{"c1":4,"c2":%b}}' % error.encode()]


async def test_calls_may_be_made_one_by_one(face: Face) -> None:
    """Where calls block, on the thread of the caller; what belongs to a thread needs that."""
    threads: list[int] = []

    def note(n: int) -> int:
        threads.append(threading.get_ident())
        return n

    calls: list[Any] = [
        {"id": f"c{n}", "function": {"name": "note", "arguments": {"n": n}}} for n in (1, 2)
    ]
    with Wire(Flaky(calls, drops=0)) as server:
        client = face.client(base_url=server.url)
        await face.call(client.tasks.run, "t1", tools=[note], parallel=False)
    assert len(threads) == 2
    assert not face.blocks or set(threads) == {threading.get_ident()}
