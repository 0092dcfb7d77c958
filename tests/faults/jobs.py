"""What takes several requests, or functions of the caller's: jobs to try, and what they do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

import attrs

from julep import Doc, JulepError
from tests.conftest import AnyClient, Face

from .grounds import CONTENT, Ground
from .matrix import FACES

Do: TypeAlias = Callable[[Face, AnyClient, Ground], Awaitable[Any]]

TURNS: Final = 12
"""How often the model may be asked; more than any job does."""
LIMIT: Final = 2.0
"""Seconds that chats are given."""
RUN_LIMIT: Final = 4.0
"""Seconds that runs are given, two of which a start of unknown fate takes."""


@attrs.frozen
class Job:
    """Something that a client can do.

    Attributes:
        do: Does it, and returns what its caller gets.
        effects: What has been done, each thing once.
        rides_out: Whether what is over by the next request is not noticed.
        goes_on: Whether doing it again, on a server that is well, finishes it.
        seconds: How long it may take, on a server that is not well.
        faces: On which faces it can be done.
        is_piecewise: Whether only silence is limited, as for streams.
    """

    do: Do
    effects: Callable[[Ground], list[Any]]
    rides_out: bool = False
    goes_on: bool = True
    seconds: float = LIMIT
    faces: tuple[str, ...] = FACES
    is_piecewise: bool = False


class LeftOut(JulepError):
    """The caller is told that a part was not done."""


@attrs.define
class Price:
    """What a model answers."""

    n: int


def _double_is_called(messages: list[dict[str, Any]]) -> Any:
    was_called = messages[-1]["role"] == "tool"
    return f"it is {messages[-1]['content']}" if was_called else [("double", {"n": 1})]


def _typed(_: list[dict[str, Any]]) -> Any:
    return '{"n": 2}'


async def _chat(face: Face, client: AnyClient, ground: Ground) -> Any:
    return await _answered(face, client, ground, ground.double)


async def _chat_with_mcp(face: Face, client: AnyClient, ground: Ground) -> Any:
    return await _answered(face, client, ground, _McpSession(ground))


async def _answered(face: Face, client: AnyClient, ground: Ground, tool: Any) -> Any:
    ground.server.replies.add(*[_double_is_called] * TURNS)
    answer = await face.call(
        client.sessions.chat,
        ground.session,
        "how much?",
        tools=[tool],
        timeout=ground.within(LIMIT),
    )
    return answer.text


async def _chat_streamed(face: Face, client: AnyClient, ground: Ground) -> Any:
    ground.server.replies.add(*[_double_is_called] * TURNS)
    chat = client.sessions.chat.stream
    stream = chat(ground.session, "how much?", tools=[ground.double], timeout=ground.within(LIMIT))
    async with face.inside(stream) as chunks:
        return "".join([chunk.text for chunk in await face.take(chunks)])


async def _chat_typed(face: Face, client: AnyClient, ground: Ground) -> Any:
    ground.server.replies.add(*[_typed] * TURNS)
    parse = client.sessions.chat.parse
    return (
        await face.call(parse, ground.session, "how much?", Price, timeout=ground.within(LIMIT))
    ).parsed


async def _run(face: Face, client: AnyClient, ground: Ground) -> Any:
    options = {
        "tools": [ground.double],
        "answer": ground.answer,
        "timeout": ground.within(RUN_LIMIT),
    }
    run = client.tasks.run
    return (await face.call(run, ground.task, input={"n": 1}, output=Price, **options)).parsed


async def _map(face: Face, client: AnyClient, ground: Ground) -> Any:
    options = {
        "tools": [ground.double],
        "answer": ground.answer,
        "timeout": ground.within(RUN_LIMIT),
    }
    runs = client.tasks.map(
        ground.task,
        [{"n": n} for n in range(3)],
        output=Price,
        on_error="collect",
        journal=ground.folder / "journal",
        concurrency=3,
        **options,
    )
    async with face.inside(runs) as items:
        done = await face.take(items)
    errors = [one.error for one in done if one.error is not None]
    if errors:
        raise errors[0]
    return [one.run.parsed for one in done]


async def _wait(face: Face, client: AnyClient, ground: Ground) -> Any:
    """Wait for an execution that ends while nobody looks."""
    started = ground.client.tasks.executions.create(ground.quick, input={"n": 1})
    return (
        await face.call(client.executions.wait, started.id, timeout=ground.within(LIMIT))
    ).output


async def _follow(face: Face, client: AnyClient, ground: Ground) -> Any:
    started = ground.client.tasks.executions.create(ground.quick, input={"n": 1})
    stream = client.executions.transitions.stream(started.id)
    return [one.output for one in await face.take(stream)]


async def _add_docs(face: Face, client: AnyClient, ground: Ground) -> Any:
    added = await face.call(client.agents.docs.add, ground.agent, ground.texts)
    if added.skipped:
        raise LeftOut(str(added.skipped))
    there: list[Doc] = [*added.added, *added.unchanged]
    return sorted((one.metadata or {})["julep_path"] for one in there)


async def _ensure_agent(face: Face, client: AnyClient, ground: Ground) -> Any:
    agent = await face.call(client.agents.ensure, ground.name, name=f"{ground.name}'s")
    return agent.name == f"{ground.name}'s"


async def _ensure_task(face: Face, client: AnyClient, ground: Ground) -> Any:
    main = [{"evaluate": {"n": "$ 1"}}]
    task = await face.call(client.tasks.ensure, "key", ground.agent, name=ground.name, main=main)
    return task.name == ground.name


async def _ensure_tools(face: Face, client: AnyClient, ground: Ground) -> Any:
    wanted = [ground.double, ground.answer]
    return [one.name for one in await face.call(client.agents.tools.ensure, ground.agent, wanted)]


async def _upload(face: Face, client: AnyClient, ground: Ground) -> Any:
    file = await face.call(client.files.upload, CONTENT, name=ground.name)
    return file.name == ground.name and file.size == len(CONTENT)


async def _download(face: Face, client: AnyClient, ground: Ground) -> Any:
    to = ground.folder / "download"
    await face.call(client.files.download, ground.file, to=to)
    return to.read_bytes() == CONTENT


@attrs.frozen
class _McpSession:
    """A session with an MCP server that has one tool."""

    ground: Ground

    async def list_tools(self, cursor: str | None = None) -> Any:
        """List it."""
        del cursor
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
        tool = SimpleNamespace(name="double", description="doubles", inputSchema=schema)
        return SimpleNamespace(tools=[tool], nextCursor=None)

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> Any:
        """Call it."""
        del name
        told = str(self.ground.double(**(arguments or {})))
        return SimpleNamespace(content=[SimpleNamespace(type="text", text=told)])


def nothing(_: Ground) -> list[Any]:
    """No effects."""
    return []


JOBS: Final[dict[str, Job]] = {
    "a chat with functions": Job(_chat, Ground.said),
    "a streamed chat with functions": Job(_chat_streamed, Ground.said),
    "a chat with an MCP server": Job(_chat_with_mcp, Ground.said, faces=("asyncio", "trio")),
    "a typed chat": Job(_chat_typed, Ground.said),
    "tasks.run": Job(_run, Ground.started, rides_out=True, goes_on=False, seconds=RUN_LIMIT + 1),
    "tasks.map": Job(_map, Ground.started, rides_out=True, seconds=RUN_LIMIT + 5),
    "executions.wait": Job(_wait, nothing, rides_out=True, seconds=LIMIT + 1),
    "executions.transitions.stream": Job(_follow, nothing, rides_out=True),
    "docs.add": Job(_add_docs, Ground.documents, rides_out=True, seconds=8),
    "agents.ensure": Job(_ensure_agent, Ground.agents, rides_out=True),
    "tasks.ensure": Job(_ensure_task, Ground.tasks, rides_out=True),
    "agents.tools.ensure": Job(_ensure_tools, Ground.tools, seconds=4),
    "files.upload": Job(_upload, Ground.files, goes_on=False, is_piecewise=True),
    "files.download": Job(_download, nothing, is_piecewise=True),
}
