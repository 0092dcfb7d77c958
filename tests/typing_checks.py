"""What type checkers make of the public face. Never run: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, assert_type

from julep import (
    AddedDocs,
    Agent,
    Answer,
    AsyncJulep,
    Call,
    ChatStream,
    ChunkChatResponse,
    Doc,
    DocSearchResponse,
    Done,
    Execution,
    File,
    History,
    Julep,
    Message,
    OfferedTool,
    Page,
    Pages,
    ParsedAnswer,
    Ping,
    Problem,
    Request,
    ResourceDeleted,
    Run,
    Runs,
    Session,
    Task,
    Tool,
    Transition,
    Turn,
    load_task,
    tool,
    tool_schema,
)
from julep._faces import Async, Sync
from julep.local import LocalServer
from julep.local.chat.request import ChatRequest
from julep.local.models.completion_objects import Chunk
from julep.local.records import Session as StoredSession
from julep.local.workflow.position import StepContext
from julep.local.workflow.step_records import PromptStep
from julep.resources.agents import Agents
from julep.testing import serve
from julep.types import EvaluateStep, ExecutionStatusEvent, MessageDict, StepDict
from julep.types.entries import Content


class Place(NamedTuple):
    """Where something is."""

    name: str


class Options(TypedDict, total=False):
    """What may be chosen."""

    name: str


def blocking(client: Julep, agent: Agent, session: Session) -> None:
    """Methods of the blocking client give models."""
    assert_type(client.agents.get("a1"), Agent)
    assert_type(client.agents.get(agent), Agent)
    assert_type(client.agents.create(name="Ada"), Agent)
    assert_type(client.agents.reset("a1", name="Ada"), Agent)
    assert_type(client.agents.delete("a1"), ResourceDeleted)
    assert_type(client.agents.tools.create("a1", name="t"), Tool)
    assert_type(client.agents.ensure("a", name="Ada"), Agent)
    assert_type(client.sessions.ensure("s", agent=agent), Session)
    assert_type(client.tasks.ensure("t", agent, "flow.yaml"), Task)
    assert_type(client.agents.tools.ensure("a1", [status]), Sequence[Tool])
    assert_type(client.agents.docs.create("a1", title="t", content="c"), Doc)
    assert_type(client.agents.docs.search("a1", text="x"), DocSearchResponse)
    assert_type(client.agents.docs.search("a1", "x", mode="hybrid").docs[0].score, float | None)
    assert_type(client.agents.docs.search("a1", "x", mode="up"), DocSearchResponse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - no mode
    assert_type(client.agents.docs.add("a1", Path("handbook"), glob="*.md"), AddedDocs)
    assert_type(client.users.docs.add("u1", [Path("a.md"), b"text"], prune=True), AddedDocs)
    assert_type(client.files.upload(Path("plan.pdf")), File)
    assert_type(client.files.download("f1", to="plan.pdf"), Path)
    with Path("plan.pdf").open("rb") as plan:
        client.files.upload(plan)
    assert_type(client.tasks.create("a1", name="t", main=[]), Task)
    assert_type(client.tasks.create("a1", "flow.yaml"), Task)
    assert_type(load_task("flow.yaml").check(), list[Problem])
    assert_type(client.executions.create("t1", input={}), Execution)
    assert_type(client.executions.wait("e1", timeout=5, until="input"), Execution)
    assert_type(client.tasks.run("t1", input={"n": 1}, output=Doc).parsed, Doc)
    assert_type(client.tasks.run("t1", output=list[Doc], timeout=5).parsed, list[Doc])
    assert_type(client.tasks.run("t1", answer=dict), Run[Any])
    with client.tasks.map("t1", [{"n": 1}], output=Doc, concurrency=2) as runs:
        assert_type(runs, Runs[Sync, Doc])
        for done in runs:
            assert_type(done.run.parsed, Doc)
            assert_type(done.error, Exception | None)
    assert_type(next(client.tasks.map("t1", [{}])), Done[Any])
    assert_type(client.sessions.history(session), History)
    assert_type(client.ping(), Ping)
    assert_type(client.send(Request("GET", "/x", Agent)), Agent)
    assert_type(client.with_options(timeout=5), Julep)


def blocking_chat(client: Julep) -> None:
    """A chat answers, or streams when asked to."""
    answer = client.sessions.chat("s1", "hi", temperature=0.5)
    assert_type(answer, Answer)
    assert_type(answer.turns, list[Turn])
    assert_type(answer.turns[0].calls, list[Call])
    assert_type(answer.results, list[Message])
    assert_type(answer.text, str)
    assert_type(answer.choices[0].message, Message)
    assert_type(answer.choices[0].message.content, Content | None)
    parse = client.sessions.chat.parse
    assert_type(parse("s1", "hi", Doc), ParsedAnswer[Doc])
    assert_type(parse("s1", "hi", Place, repair=1, tools=[status]).parsed, Place)
    assert_type(parse("s1", "hi", Options).parsed, Options)
    assert_type(parse("s1", "hi", list[Place]).parsed, list[Place])
    assert_type(parse("s1", "hi", dict[str, int], temperature=0).parsed, dict[str, int])
    assert_type(parse("s1", "hi", int | None), ParsedAnswer[Any])
    assert_type(parse("s1", "hi", {"type": "integer"}), ParsedAnswer[Any])
    assert_type(client.sessions.chat("s1", "hi", stream=True), ChatStream[Sync])
    assert_type(client.sessions.chat.stream("s1", "hi"), ChatStream[Sync])
    with client.sessions.chat.stream("s1", "hi") as stream:
        assert_type(stream, ChatStream[Sync])
        for chunk in stream:
            assert_type(chunk, ChunkChatResponse)


def blocking_lists(client: Julep) -> None:
    """Lists are iterated over, and know what they hold."""
    pages = client.agents.list(limit=5, metadata_filter={"a": 1})
    assert_type(pages, Pages[Sync, Agent])
    assert_type(pages.items, Page[Agent])
    assert_type(pages.first(), Agent | None)
    assert_type(pages.to_list(), list[Agent])
    assert_type([agent.name for agent in pages], list[str])
    for transition in client.executions.transitions.stream("e1"):
        assert_type(transition, Transition)
    for event in client.executions.status.stream("e1"):
        assert_type(event, ExecutionStatusEvent)


async def awaiting(client: AsyncJulep) -> None:
    """Methods of the awaiting client give coroutines of the same models."""
    agent = await assert_type(client.agents.get("a1"), Coroutine[Any, Any, Agent])
    assert_type(agent, Agent)
    assert_type(await client.agents.ensure("a", name="Ada"), Agent)
    assert_type(await client.tasks.ensure("t", agent, name="t", main=[]), Task)
    assert_type(await client.agents.tools.ensure("a1", [status]), Sequence[Tool])
    assert_type(await client.users.docs.search("u1", text="x"), DocSearchResponse)
    assert_type(await client.sessions.history("s1"), History)
    assert_type(await client.executions.wait("e1"), Execution)
    run = await assert_type(client.tasks.run("t1", output=Doc), Coroutine[Any, Any, Run[Doc]])
    assert_type(run.parsed, Doc)
    assert_type((await client.tasks.run("t1")).steps["x"], Transition)
    async with client.tasks.map("t1", [{"n": 1}], output=Doc, ordered=False) as runs:
        assert_type(runs, Runs[Async, Doc])
        async for done in runs:
            assert_type(done.run, Run[Doc])
    assert_type(await anext(client.tasks.map("t1", [{}])), Done[Any])
    assert_type(await client.ping(), Ping)
    assert_type(await client.send(Request("GET", "/x", Agent)), Agent)
    assert_type(client.with_options(timeout=5), AsyncJulep)


async def awaiting_chat(client: AsyncJulep) -> None:
    """A chat is awaited, a stream is iterated over."""
    chat = client.sessions.chat
    answer = await assert_type(chat("s1", "hi"), Coroutine[Any, Any, Answer])
    assert_type(answer, Answer)
    coroutine = assert_type(chat.parse("s1", "hi", Doc), Coroutine[Any, Any, ParsedAnswer[Doc]])
    assert_type((await coroutine).parsed, Doc)
    assert_type((await chat.parse("s1", "hi", int | None)).parsed, Any)
    assert_type(client.sessions.chat("s1", "hi", stream=True), ChatStream[Async])
    assert_type(await client.sessions.chat.stream("s1", "hi"), ChatStream[Async])
    async with client.sessions.chat.stream("s1", "hi") as stream:
        async for chunk in stream:
            assert_type(chunk, ChunkChatResponse)


async def awaiting_lists(client: AsyncJulep) -> None:
    """Lists are awaited for their first page, or iterated over."""
    pages = client.agents.list()
    assert_type(pages, Pages[Async, Agent])
    assert_type(await pages, Page[Agent])
    assert_type(await pages.first(), Agent | None)
    assert_type(await pages.to_list(), list[Agent])
    assert_type([agent async for agent in pages], list[Agent])
    assert_type([agent async for agent in await pages], list[Agent])


def descriptions() -> None:
    """Class access gives the description."""
    assert_type(Agents.get(None, "a1"), Request[Agent])


@tool
def status(order: str, *, verbose: bool = False) -> str:
    """Say where an order is."""
    return f"{order} {verbose}"


@tool(name="price", description="Say what it costs.")
async def price_of(order: str) -> float:
    """Say the price."""
    return float(order)


class Shop:
    """Methods are bound as others are."""

    @tool
    def stock(self, order: str) -> int:
        """Say how many there are."""
        return len(order)


async def tools() -> None:
    """A tool has the signature and the result of its function."""
    assert_type(status("A17", verbose=True), str)
    assert_type(await price_of("A17"), float)
    assert_type(Shop().stock("A17"), int)
    assert_type(tool(len, name="length")("A17"), int)
    assert_type(tool_schema(status), dict[str, Any])
    status(17)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - not text
    Shop().stock()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - nothing given


def scripts(server: LocalServer) -> None:
    """A test's script needs no annotation, and takes no other."""
    server.replies.add("one", [("price", {"item": 1})], lambda messages: messages[-1]["content"])
    server.integrations.add("brave", "search", result={"result": []})
    server.web.add(url="https://example.com", json=[1], headers={"ETag": "1"})
    assert_type(server.model_calls, list[dict[str, Any]])
    LocalServer(integrations={"brave.search": lambda arguments, setup: [arguments, setup]})
    with serve(strict=False) as other:
        assert_type(other, LocalServer)
    server.replies.add(lambda: "x")  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType] - no messages
    server.replies.add({"a": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - no text
    server.web.add(url="https://example.com", status="503")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - not a number


def dicts(client: Julep, message: dict[str, Any], settings: dict[str, float]) -> None:
    """Dicts are written in place, or come from variables that need no annotation."""
    words = {"role": "user", "content": "hi"}
    parts = [{"type": "text", "text": "hi"}]
    client.sessions.chat("s1", [{"role": "user", "content": parts}, words, message, "hi"])
    client.sessions.chat("s1", {"role": "user", "content": [{"type": "text", "text": "hi"}]})
    client.sessions.chat("s1", [words, words])
    client.sessions.chat("s1", [{"role": "a server's own", "novel": 1}], response_format=message)
    client.agents.create(name="Ada", default_settings={"temperature": 1, "novel": 2})
    client.agents.create(name="Ada", default_settings=settings)
    tool = {"name": "t", "type": "system", "system": {"resource": "agent", "operation": "list"}}
    client.sessions.chat("s1", "hi", tools=[tool, message, status, {"name": "t", "function": {}}])
    client.sessions.chat("s1", "hi", tool_choice="none", response_format={"type": "text"})
    client.agents.tools.create("a1", name="t", type="api_call", api_call=message)


def functions_from_variables(client: Julep, some: list[Callable[..., Any]]) -> None:
    """Functions of several signatures are tools in whatever holds them."""
    several = [blocking, functions_from_variables]
    by_name = {"first": blocking, "second": functions_from_variables}
    for tools in (some, several, tuple(several), set(several), by_name.values()):
        client.sessions.chat("s1", "hi", tools=tools)
        client.tasks.run(client.tasks.create("a1", "flow.yaml", tools=tools), tools=tools)
        client.agents.tools.ensure("a1", tools)
    client.sessions.chat("s1", "hi", tools=several)
    client.tasks.run("t1", tools=several)
    client.tasks.run("t1", tools=[*several, {"name": "t"}])
    mixed: list[OfferedTool] = [*several, {"name": "t", "type": "function"}, {"name": "u"}]
    client.sessions.chat("s1", "hi", tools=mixed)
    client.tasks.run("t1", tools=mixed)
    client.agents.tools.ensure("a1", mixed)


def dicts_with_a_type(client: Julep) -> None:
    """Who says what a dict is has its keys and words checked."""
    message: MessageDict = {"role": "user", "content": [{"type": "text", "text": "hi"}]}
    steps: list[StepDict] = [{"if": "$ _", "then": {"log": "x"}}, {"prompt": [message]}]
    client.sessions.chat("s1", [message])
    client.tasks.create("a1", name="t", main=steps)
    message = {"role": "user", "contnt": "hi"}  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportAssignmentType] - misspelt
    message = {"role": "usr"}  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType] - nobody
    steps = [{"promt": "x"}]  # type: ignore[list-item]  # pyright: ignore[reportAssignmentType] - misspelt


def dicts_of_tasks(client: Julep, step: dict[str, Any], task: dict[str, Any]) -> None:
    """Steps are written in place, or come from variables that need no annotation."""
    ask = {"prompt": "Where is {_.city}?", "unwrap": True}
    main = [ask, ask]
    client.tasks.create("a1", name="t", main=main)
    client.tasks.create("a1", name="t", main=[ask, step, EvaluateStep(evaluate={})], other=[step])
    client.tasks.create("a1", name="t", main=[{"novel": 1}, {"if": "_", "then": step, "else": ask}])
    client.tasks.create("a1", name="t", main=[{"map": ask, "over": "$ _"}, {"sleep": {"days": 1}}])
    client.tasks.create("a1", **task)
    client.tasks.create("a1", task)
    client.tasks.create("a1", {"name": "t", "main": [ask], "other": [{"return": {"x": "$ 1"}}]})
    client.tasks.create("a1", name="t", main=[], tools=[{"name": "f", "type": "function"}, step])


async def mistakes(client: Julep, other: AsyncJulep) -> None:
    """What is wrong is an error to checkers: an unused one below would be reported."""
    client.agents.create(about="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - no name
    client.agents.create(name=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - not text
    client.agents.reset("a1", nmae="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - misspelt
    client.agents.list(direction="up")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - no direction
    client.agents.list(sort_by="name")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - not sorted by
    client.agents.tools.create("a1", name="t", type="functon")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - no type
    client.sessions.chat("s1", "hi", tool_choice="must")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType] - no choice
    client.sessions.create(agent="a1", context_overflow="cut")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - no way
    client.agents.list(limt=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - misspelt
    other.agents.delete("a1")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine] - no await
    for _ in other.agents.list():  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType] - not blocking
        break
    for _ in AsyncJulep().tasks.map("t1", []):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType] - awaiting
        pass
    async for _ in client.tasks.map("t1", []):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType] - blocking
        pass
    async for _ in client.agents.list():  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType] - blocking
        break


def misspelt_in_the_server(
    session: StoredSession, request: ChatRequest, at: StepContext[PromptStep], chunk: Chunk
) -> None:
    """Keys that records of the embedded server don't have."""
    str(session["context_overlfow"])  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownArgumentType] - misspelt
    str(request["tool_chioce"])  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownArgumentType] - misspelt
    str(at.step["unwarp"])  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownArgumentType] - misspelt
    str(chunk["choices"][0]["finish_raeson"])  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownArgumentType] - misspelt
