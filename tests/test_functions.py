"""Functions that the model calls while it answers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import anyio
import attrs
import pytest

import julep as sdk
from julep import Answer, Call, CreateTool, Session, ToolError, TurnLimitReached
from julep.local import LocalServer

from .conftest import AnyClient, Face

SEARCH = {"name": "search", "type": "function", "function": {"description": "finds"}}


def order_status(order: str) -> dict[str, Any]:
    """Say where an order is.

    Args:
        order: Its number.
    """
    return {"order": order, "status": "sent"}


def refund(order: str, amount: int = 1) -> str:
    """Give money back."""
    return f"{amount} for {order}"


@attrs.define
class Desk:
    """A session of a client of some face, on a server whose model is scripted.

    Attributes:
        face: The face.
        client: The client.
        server: The server.
        session: The session.
    """

    face: Face
    client: AnyClient
    server: LocalServer
    session: Session

    def script(self, *turns: str | list[tuple[str, dict[str, Any]]]) -> None:
        """What the model says, text or calls, turn by turn."""
        for said in turns:
            if isinstance(said, str):
                self.server.replies.add(said)
            else:
                self.server.replies.add(tool_calls=said)

    async def chat(self, *turns: Any, **options: Any) -> Answer:
        """The answer to a chat in which the model says this."""
        self.script(*turns)
        chat = self.client.sessions.chat
        answer: Answer = await self.face.call(chat, self.session, "hi", **options)
        for asked in self.server.model_calls:
            check_rules(asked["messages"])
        return answer

    async def result_of(self, function: Callable[..., Any], **options: Any) -> str:
        """What the model is told when it calls a function without arguments."""
        name = getattr(function, "name", None) or function.__name__
        await self.chat([(name, {})], "ok", tools=[function], **options)
        return self.results()[-1]

    def results(self) -> list[str]:
        """The results of tools that the model was told in the last request."""
        said = self.server.model_calls[-1]["messages"]
        return [message["content"] for message in said if message["role"] == "tool"]


def check_rules(messages: list[dict[str, Any]]) -> None:
    """Fail where OpenAI's servers would: calls without results right after them, or the reverse."""
    due: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            due.remove(message["tool_call_id"])
        else:
            assert due == []
            due = [call["id"] for call in message.get("tool_calls") or ()]
    assert due == []


async def desk(face: Face, server: LocalServer, **settings: Any) -> Desk:
    """Somewhere to chat."""
    client = face.client(base_url=server.url, api_key=server.key)
    agent = await face.call(client.agents.create, name="Ada")
    session = await face.call(client.sessions.create, agent=agent, **settings)
    return Desk(face, client, server, session)


async def test_functions_are_called_until_the_model_answers(
    face: Face, julep_server: LocalServer
) -> None:
    """The model gets the results, in the order of its calls, and its last words are the answer."""
    at = await desk(face, julep_server)
    calls = [("refund", {"order": "A17", "amount": 3}), ("order_status", {"order": "A17"})]
    answer = await at.chat(calls, "It was sent.", tools=[order_status, refund])

    assert (answer.text, answer.tool_calls, answer.results) == ("It was sent.", [], [])
    assert at.results() == ["3 for A17", '{"order":"A17","status":"sent"}']
    offered = [tool["function"] for tool in julep_server.model_calls[0]["tools"]]
    assert [one["name"] for one in offered] == ["order_status", "refund"]
    assert offered[0]["description"] == "Say where an order is."
    assert offered[0]["parameters"] == sdk.tool_schema(order_status)


async def test_an_answer_tells_its_turns(face: Face, julep_server: LocalServer) -> None:
    """Each turn has its text, its use of tokens, and its calls with what became of them."""
    at = await desk(face, julep_server)
    calls = [("refund", {"order": "A17"}), ("refund", {"order": 5})]
    answer = await at.chat(calls, "Done.", tools=[refund])

    first, last = answer.turns
    assert (first.text, last.text, last.calls) == ("", "Done.", [])
    done, failed = first.calls
    assert (done.name, done.arguments, done.state) == ("refund", {"order": "A17"}, "done")
    assert (done.result, done.error) == ("1 for A17", None)
    assert (failed.state, failed.result) == ("failed", None)
    assert failed.error == at.results()[1] == "order: expected text, got a whole number"
    assert 0 < done.seconds < 5
    counts = [usage.total_tokens or 0 for usage in (first.usage, last.usage, answer.usage) if usage]
    assert 0 < counts[0] + counts[1] == counts[2]


async def test_a_plain_chat_has_one_turn(face: Face, julep_server: LocalServer) -> None:
    """Without functions an answer is as it was, calls of the agent's own tools included."""
    at = await desk(face, julep_server)
    answer = await at.chat([("search", {"q": "x"})], tools=[SEARCH])

    assert [call.function.name for call in answer.tool_calls if call.function] == ["search"]
    assert [(call.name, call.state) for call in answer.turns[0].calls] == [("search", "open")]
    assert "turns" not in answer.to_dict()


async def test_the_model_is_asked_so_often(face: Face, julep_server: LocalServer) -> None:
    """After `max_turns` answers the calls of the last one are not made."""
    at = await desk(face, julep_server)
    made: list[str] = []

    def ping(word: str) -> str:
        made.append(word)
        return word

    turns = [[("ping", {"word": str(number)})] for number in range(3)]
    with pytest.raises(TurnLimitReached) as caught:
        await at.chat(*turns, tools=[ping], max_turns=3)

    assert made == ["0", "1"]
    assert [call.name for turn in caught.value.turns for call in turn.calls] == ["ping"] * 3
    assert [call.state for call in caught.value.turns[-1].calls] == ["open"]
    assert len(caught.value.answer.tool_calls) == 1
    assert (await at.chat("on we go")).text == "on we go"


async def test_calls_of_other_tools_end_the_loop(face: Face, julep_server: LocalServer) -> None:
    """The functions are called, and their results are there to be sent with the caller's own."""
    at = await desk(face, julep_server)
    calls = [("search", {"q": "x"}), ("refund", {"order": "A17"})]
    tools = [CreateTool(name="search", function=sdk.FunctionDef()), refund]
    answer = await at.chat(calls, tools=tools, max_turns=1)

    search, paid = answer.turns[0].calls
    assert (search.state, paid.state, len(answer.turns)) == ("open", "done", 1)
    assert [call.id for call in answer.tool_calls] == [search.id]
    assert [message.tool_call_id for message in answer.results] == [paid.id]
    own = {"role": "tool", "tool_call_id": search.id, "content": "found"}
    at.script("All done.")
    chat = at.client.sessions.chat
    last = await face.call(chat, at.session, [own, *answer.results], tools=tools)
    assert (last.text, at.results()) == ("All done.", ["found", "1 for A17"])


async def test_tools_of_the_agent_stay_the_callers(face: Face, julep_server: LocalServer) -> None:
    """A call of one comes back; the model is told of names that nobody has."""
    at = await desk(face, julep_server)
    await face.call(at.client.agents.tools.create, at.session.agent, **SEARCH)
    answer = await at.chat([("refund", {"order": "A"}), ("search", {})], tools=[refund])
    assert [call.state for call in answer.turns[0].calls] == ["done", "open"]

    answer = await at.chat([("rfund", {"order": "A"})], "Sorry.", tools=[refund])
    assert answer.text == "Sorry."
    assert at.results()[-1] == "there is no tool 'rfund'; there are: refund"


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


async def test_each_call_is_announced(face: Face, julep_server: LocalServer) -> None:
    """`on_call` hears of all calls of a turn on the caller's thread, before and after them."""
    at = await desk(face, julep_server)
    heard: list[tuple[str, str]] = []

    def hear(call: Call) -> None:
        assert threading.current_thread() is caller
        heard.append((call.name, call.state))

    caller = threading.current_thread()
    asked: list[dict[str, str]] = [{"order": "A"}, {}]
    calls = [*(("refund", each) for each in asked), ("nope", asked[1])]
    await at.chat(calls, "ok", tools=[refund], on_call=hear)
    starts = [("refund", "started"), ("refund", "started"), ("nope", "started")]
    assert heard == [*starts, ("refund", "done"), ("refund", "failed"), ("nope", "failed")]


async def test_a_call_can_be_refused(face: Face, julep_server: LocalServer) -> None:
    """A `ToolError` of `on_call` keeps the function from being called."""
    at = await desk(face, julep_server)
    heard: list[str] = []

    def approve(call: Call) -> None:
        heard.append(call.state)
        if call.state == "started" and call.arguments["amount"] > 100:
            raise ToolError("too much")

    calls = [("refund", {"order": "A", "amount": amount}) for amount in (5, 500)]
    answer = await at.chat(calls, "ok", tools=[refund], on_call=approve, on_tool_error="raise")
    assert at.results() == ["5 for A", "too much"]
    assert heard == ["started", "started", "done", "failed"]
    assert [call.error for call in answer.turns[0].calls] == [None, "too much"]


async def test_calls_run_at_the_same_time(face: Face, julep_server: LocalServer) -> None:
    """Each waits for the other here; results keep the order of the calls."""
    at = await desk(face, julep_server)
    both = threading.Barrier(2, timeout=5)

    def meet(name: str) -> str:
        if both.wait() == 0:
            time.sleep(0.01)
        return name

    await at.chat([("meet", {"name": name}) for name in "ab"], "ok", tools=[meet])
    assert at.results() == ["a", "b"]


async def test_calls_can_be_made_in_turn(face: Face, julep_server: LocalServer) -> None:
    """With `parallel=False` one begins when the one before has ended, and is announced then."""
    at = await desk(face, julep_server)
    heard: list[str] = []

    def hear(call: Call) -> None:
        heard.append(f"{call.arguments['order']} {call.state}")

    calls = [("refund", {"order": order}) for order in "AB"]
    await at.chat(calls, "ok", tools=[refund], parallel=False, on_call=hear)
    assert heard == ["A started", "A done", "B started", "B done"]


async def test_the_blocking_face_calls_in_turn_where_it_is_called(
    face: Face, julep_server: LocalServer
) -> None:
    """So what belongs to one thread works there; on the awaiting face the loop must stay free."""
    at = await desk(face, julep_server)
    caller = threading.current_thread()
    threads: list[bool] = []

    def where() -> None:
        threads.append(threading.current_thread() is caller)

    await at.chat([("where", {})] * 2, "ok", tools=[where], parallel=False)
    assert threads == [face.blocks] * 2


NAME: ContextVar[str] = ContextVar("NAME", default="nobody")


async def test_functions_see_the_callers_context(face: Face, julep_server: LocalServer) -> None:
    """Context variables are those of the caller on every thread."""
    at = await desk(face, julep_server)

    def who() -> str:
        return NAME.get()

    token = NAME.set("Ada")
    await at.chat([("who", {})] * 2, "ok", tools=[who])
    NAME.reset(token)
    assert at.results() == ["Ada", "Ada"]


async def test_a_function_may_run_a_loop_of_its_own(face: Face, julep_server: LocalServer) -> None:
    """On a thread of the SDK no event loop runs."""
    at = await desk(face, julep_server)

    def loops() -> str:
        async def main() -> str:
            await anyio.sleep(0.001)
            return "ran"

        return anyio.run(main)

    await at.chat([("loops", {})] * 2, "ok", tools=[loops])
    assert at.results() == ["ran", "ran"]


async def test_a_chat_ends_in_time(face: Face, julep_server: LocalServer) -> None:
    """A function that runs longer is left behind and named."""
    at = await desk(face, julep_server)
    released = threading.Event()

    def slow() -> None:
        released.wait(30)

    began = time.monotonic()
    try:
        with pytest.raises(sdk.APITimeoutError, match=r"within 1\.5 s; .* running still: slow"):
            await at.chat([("slow", {})], tools=[slow], timeout=1.5)
        assert time.monotonic() - began < 10
    finally:
        released.set()
    assert (await at.chat("on we go")).text == "on we go"


async def test_a_cancelled_chat_leaves_the_session_usable(
    face: Face, julep_server: LocalServer
) -> None:
    """Cancelling stops coroutine functions and waits for no thread; open calls get a result."""
    if face.blocks:
        pytest.skip("nothing cancels a call that blocks")
    at = await desk(face, julep_server)
    released = threading.Event()
    stopped: list[str] = []

    def stuck() -> None:
        released.wait(30)

    async def cancelled() -> None:
        scope.cancel()
        try:
            await anyio.sleep(30)
        finally:
            stopped.append("cancelled")

    with anyio.fail_after(10), anyio.CancelScope() as scope:
        await at.chat([("stuck", {}), ("cancelled", {})], tools=[stuck, cancelled])
    released.set()
    assert stopped == ["cancelled"]
    assert (await at.chat("on we go")).text == "on we go"
    assert len(at.results()) == 2


PROGRAM = """
import signal, sys, threading, time
import anyio, julep
from julep.local import LocalServer

def slow() -> None:
    time.sleep(300)

interrupt = (threading.main_thread().ident, signal.SIGINT)
timers = [threading.Timer(0.5, signal.pthread_kill, interrupt)]

def hear(call):
    if sys.argv[2] == "interrupted" and timers:
        timers.pop().start()

options = {"tools": [slow], "on_call": hear}
if sys.argv[2] != "interrupted":
    options["timeout"] = 3

async def awaiting(server, session):
    async with julep.AsyncJulep(base_url=server.url, api_key=server.key) as client:
        await client.sessions.chat(session, "hi", **options)

with LocalServer() as server, julep.Julep(base_url=server.url, api_key=server.key) as client:
    session = client.sessions.create(agent=client.agents.create(name="Ada"))
    server.replies.add(tool_calls=[("slow", {}), ("slow", {})])
    try:
        if sys.argv[1] == "sync":
            client.sessions.chat(session, "hi", **options)
        else:
            anyio.run(awaiting, server, session, backend=sys.argv[1])
    except (julep.APITimeoutError, KeyboardInterrupt) as error:
        print(repr(error))
    print(client.sessions.chat(session, "on we go").text)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
@pytest.mark.parametrize(
    ("how", "told"), [("late", "running still: slow, slow"), ("interrupted", "KeyboardInterrupt()")]
)
def test_a_program_ends_without_its_functions(how: str, told: str, kind: str) -> None:
    """Neither its end nor Ctrl-C waits for a function that runs, and the session goes on."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, kind, how],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told in ran.stdout
    assert ran.stdout.endswith("on we go\n")


async def test_coroutine_functions(face: Face, julep_server: LocalServer) -> None:
    """They are awaited in the caller's loop, and refused by name where nothing is awaited."""
    at = await desk(face, julep_server)
    here = {"a": anyio.Event(), "b": anyio.Event()}

    async def meet(name: str, other: str) -> str:
        here[name].set()
        with anyio.fail_after(5):
            await here[other].wait()
        return name

    calls = [("meet", {"name": name, "other": other}) for name, other in ("ab", "ba")]
    if face.blocks:
        with pytest.raises(TypeError, match="meet is an async function"):
            await at.chat(tools=[meet])
    else:
        await at.chat(calls, "ok", tools=[meet])
        assert at.results() == ["a", "b"]


async def test_what_is_secretly_async_is_awaited_too(face: Face, julep_server: LocalServer) -> None:
    """Where that shows in the result alone, the blocking face refuses it then."""
    at = await desk(face, julep_server)

    async def later() -> str:
        return "now"

    def sneaky() -> Any:
        return later()

    if face.blocks:
        with pytest.raises(TypeError, match="sneaky is an async function"):
            await at.result_of(sneaky)
    else:
        assert await at.result_of(sneaky) == "now"


async def test_approval_may_be_awaited(face: Face, julep_server: LocalServer) -> None:
    """`on_call` may be a coroutine function where calls are awaited."""
    at = await desk(face, julep_server)

    async def refuse(_: Call) -> None:
        await anyio.sleep(0.001)
        raise ToolError("no")

    if face.blocks:
        with pytest.raises(TypeError, match="on_call is an async function"):
            await at.chat(tools=[refund], on_call=refuse)
        return

    async def approve(call: Call) -> None:
        if call.state == "started":
            await refuse(call)

    await at.chat([("refund", {"order": "A"})], "ok", tools=[refund], on_call=approve)
    assert at.results() == ["no"]


async def test_tools_have_one_name_each(face: Face, julep_server: LocalServer) -> None:
    """Two of one name are refused before anything is sent, functions and others alike."""
    at = await desk(face, julep_server)
    for other in (refund, {**SEARCH, "name": "refund"}):
        with pytest.raises(ValueError, match="two tools are called refund"):
            await at.chat(tools=[refund, other])
    assert julep_server.model_calls == []


async def test_a_rendered_prompt_shows_functions(face: Face, julep_server: LocalServer) -> None:
    """`render` takes functions too, and calls none."""
    at = await desk(face, julep_server)
    render = at.client.sessions.render
    prompt = await face.call(render, at.session, "hi", tools=[refund, SEARCH])
    assert [tool.name for tool in prompt.tools] == ["refund", "search"]
    assert prompt.tools[0].function.parameters == sdk.tool_schema(refund)


async def test_a_stream_goes_on_through_the_turns(face: Face, julep_server: LocalServer) -> None:
    """Chunks of all turns come in order; `text` is the last turn's, `usage` the sum."""
    at = await desk(face, julep_server)
    at.script([("refund", {"order": "A"})], "Paid at once.")
    stream = at.client.sessions.chat.stream(at.session, "hi", tools=[refund])
    chunks = await face.take(stream)

    assert "".join(chunk.text for chunk in chunks) == stream.text == "Paid at once."
    assert at.results() == ["1 for A"]
    paid, said = stream.turns
    assert [(call.name, call.result) for call in paid.calls] == [("refund", "1 for A")]
    assert (said.text, said.calls, stream.tool_calls) == ("Paid at once.", [], [])
    assert stream.usage.total_tokens == paid.usage.total_tokens + said.usage.total_tokens
    assert await face.take(stream) == []


async def test_a_stream_that_is_left_begins_no_turn(face: Face, julep_server: LocalServer) -> None:
    """Leaving the loop early ends the chat; no function is called then."""
    at = await desk(face, julep_server)
    at.script([("refund", {"order": "A"})], "Paid at once.")
    stream = at.client.sessions.chat.stream(at.session, "hi", tools=[refund])
    await face.take(stream, most=1)
    assert (stream.turns, await face.take(stream)) == ([], [])
    assert len(julep_server.model_calls) == 1


async def test_a_stream_keeps_to_its_limits(face: Face, julep_server: LocalServer) -> None:
    """`max_turns` and `timeout` hold for streams too."""
    at = await desk(face, julep_server)
    at.script([("refund", {"order": "A"})])
    stream = at.client.sessions.chat.stream(at.session, "hi", tools=[refund], max_turns=1)
    with pytest.raises(TurnLimitReached):
        await face.take(stream)
    assert len(stream.turns) == 1

    julep_server.replies.add("late", delay=1)
    stream = at.client.sessions.chat.stream(at.session, "hi", timeout=0.3)
    with pytest.raises(sdk.APITimeoutError):
        await face.take(stream)
