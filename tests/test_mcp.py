"""Sessions with MCP servers among the tools of a chat or a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import anyio
import attrs
import pytest

from julep import APITimeoutError, AsyncJulep
from julep._codec.mismatch import Mismatch
from julep._tools.mcp import McpTool
from julep.local import LocalServer

from .conftest import URL, AnyClient, Face
from .desk import desk, refund
from .servers import Json


def text(said: str) -> Any:
    """A part of a result that is text."""
    return SimpleNamespace(type="text", text=said)


RESULTS: dict[str, Any] = {
    "texts": SimpleNamespace(content=[text("five"), text("six")]),
    "error": SimpleNamespace(content=[text("sold out")], isError=True, is_error=True),
    "wordless_error": SimpleNamespace(content=[], isError=True, is_error=True),
    "nothing": SimpleNamespace(content=[]),
    "same": SimpleNamespace(content=[text('{"n": 5}')], structuredContent={"n": 5}),
    "wrapped": SimpleNamespace(content=[text("5")], structured_content={"result": 5}),
    "each": SimpleNamespace(
        content=[text("a"), text("b")], structured_content={"result": ["a", "b"]}
    ),
    "only": SimpleNamespace(content=[], structuredContent={"n": 5}),
    "more": SimpleNamespace(content=[text("five")], structured_content={"n": 5}),
    "image": SimpleNamespace(
        content=[
            text("look:"),
            SimpleNamespace(type="image", data="aGk=", mimeType="image/png"),
            SimpleNamespace(type="audio", data="aGk=", mime_type="audio/wav"),
        ]
    ),
    "resource": SimpleNamespace(
        content=[
            SimpleNamespace(type="resource", resource=SimpleNamespace(uri="file:///a", text="A")),
            SimpleNamespace(
                type="resource", resource=SimpleNamespace(uri="file:///b", blob="aGk=")
            ),
            SimpleNamespace(type="resource_link", name="c", uri="file:///c"),
        ]
    ),
}
TOLD: dict[str, str] = {
    "texts": "five\nsix",
    "error": "sold out",
    "wordless_error": "the tool failed",
    "nothing": "",
    "same": '{"n": 5}',
    "wrapped": "5",
    "each": "a\nb",
    "only": '{"n":5}',
    "more": 'five\n{"n":5}',
    "image": "look:\n[image, not shown here: image/png]\n[audio, not shown here: audio/wav]",
    "resource": (
        "A\n[resource, not shown here: file:///b]\n[resource_link, not shown here: c, file:///c]"
    ),
}


@attrs.define
class Session:
    """A session with an MCP server, with the names of the package's first releases.

    Attributes:
        names: What its tools are called, page by page.
        calls: The calls that were made.
        lists: How often a page was asked for.
        delay: Seconds that a page takes.
    """

    names: Sequence[Sequence[str]] = (("in-stock",),)
    calls: list[tuple[str, Any]] = attrs.field(factory=list[tuple[str, Any]])
    lists: int = 0
    delay: float = 0

    async def list_tools(self, cursor: str | None = None) -> Any:
        """Give a page."""
        self.lists += 1
        await anyio.sleep(self.delay)
        page = int(cursor or 0)
        tools = [
            SimpleNamespace(name=name, description=f"is {name}", inputSchema=SCHEMA)
            for name in self.names[page]
        ]
        after = page + 1
        return SimpleNamespace(
            tools=tools, nextCursor=str(after) if after < len(self.names) else None
        )

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> Any:
        """Give a result, or fail."""
        self.calls.append((name, arguments))
        if name == "broken":
            raise ConnectionError("the server is gone")
        return RESULTS.get(name, RESULTS["texts"])


SCHEMA = {"type": "object", "properties": {"sku": {"type": "string"}}}


class LateSession(Session):
    """The same with the names and arguments of later releases."""

    async def list_tools(self, *, params: Any = None) -> Any:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride] - as in the package
        """Give a page."""
        page = await super().list_tools(params and params.cursor)
        tools = [
            SimpleNamespace(name=tool.name, description=None, title="T", input_schema=SCHEMA)
            for tool in page.tools
        ]
        return SimpleNamespace(tools=tools, next_cursor=page.nextCursor)


@pytest.fixture(params=["asyncio", "trio"])
def face(request: pytest.FixtureRequest) -> Face:
    """The ways to await."""
    return Face(request.param)


@pytest.mark.parametrize("kind", [Session, LateSession])
async def test_tools_of_a_server_are_called(
    face: Face, kind: type[Session], julep_server: LocalServer
) -> None:
    """They are listed once, all pages, offered beside functions, and called by their own names."""
    at = await desk(face, julep_server)
    session = kind(names=[["in-stock"], [], ["a/b", "refund"]])
    calls: list[tuple[str, Json]] = [
        ("in_stock", {"sku": "A"}),
        ("refund_2", {}),
        ("refund", {"order": "B"}),
    ]
    answer = await at.chat(calls, [("a_b", {})], "ok", tools=[session, refund])

    assert at.results() == ["five\nsix", "five\nsix", "1 for B", "five\nsix"]
    # Those of one turn are made at the same time.
    assert sorted(session.calls[:2]) == [("in-stock", {"sku": "A"}), ("refund", {})]
    assert session.calls[2:] == [("a/b", {})]
    assert session.lists == 3
    offered = [tool["function"] for tool in julep_server.model_calls[0]["tools"]]
    assert [one["name"] for one in offered] == ["refund", "in_stock", "a_b", "refund_2"]
    assert offered[1]["parameters"] == SCHEMA
    assert offered[1]["description"] in {"is in-stock", "T"}
    assert [call.state for call in answer.turns[0].calls] == ["done"] * 3
    assert answer.turns[0].calls[0].result == "five\nsix"


async def test_results_are_told_to_the_model(face: Face, julep_server: LocalServer) -> None:
    """As text: errors, what is structured, and that there is an image."""
    at = await desk(face, julep_server)
    session = Session(names=[[*RESULTS, "broken"]])
    calls: list[tuple[str, Json]] = [(name, {}) for name in [*RESULTS, "broken"]]
    answer = await at.chat(calls, "ok", tools=[session], on_tool_error="tell")
    told = dict(zip([*RESULTS, "broken"], at.results(), strict=True))
    assert told == {**TOLD, "broken": "ConnectionError: the server is gone"}
    failed = [call.name for call in answer.turns[0].calls if call.state == "failed"]
    assert failed == ["error", "wordless_error", "broken"]


@pytest.mark.parametrize("given", ["[]", "{", "5"])
def test_arguments_are_an_object(given: str) -> None:
    """What is none is not sent to the server; no arguments are an empty one."""
    tool = McpTool(Session(), SimpleNamespace(name="x", description="", inputSchema=None), ())
    assert tool.read(" ") == {}
    with pytest.raises(Mismatch):
        tool.read(given)


def test_names_are_what_servers_take() -> None:
    """At most 40 letters, digits and underscores, and no two the same."""
    names: list[str] = []
    for name in ("a" * 50, "a" * 60, "1-2", "", "get/it"):
        names.append(McpTool(Session(), SimpleNamespace(name=name, description=""), names).name)
    assert names == ["a" * 40, "a" * 38 + "_2", "_1_2", "_", "get_it"]


async def test_streams_and_typed_answers_take_sessions(
    face: Face, julep_server: LocalServer
) -> None:
    """Whatever calls functions calls their tools."""
    at = await desk(face, julep_server)
    session = Session()
    at.script([("in_stock", {"sku": "A"})], "there", [("in_stock", {"sku": "B"})], '{"value": 5}')
    async with at.client.sessions.chat.stream(at.session, "hi", tools=[session]) as chunks:
        await face.take(chunks)
    assert chunks.text == "there"
    parsed = await at.client.sessions.chat.parse(at.session, "hi", int, tools=[session])
    assert parsed.parsed == 5
    assert [arguments["sku"] for _, arguments in session.calls] == ["A", "B"]


async def test_steps_of_tasks_call_tools_of_a_server(face: Face, julep_server: LocalServer) -> None:
    """By their names as Julep's servers take them."""
    client: AnyClient = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await client.agents.create(name="Ada")
    tool = {"name": "in_stock", "type": "function", "function": {"parameters": SCHEMA}}
    step = {"tool": "in_stock", "arguments": {"sku": "$ _.sku"}}
    task = await client.tasks.create(agent, name="t", main=[step], tools=[tool])
    session = Session()
    run = await client.tasks.run(task, input={"sku": "A"}, tools=[session], timeout=30)
    assert run.output == {"result": "five\nsix"}
    runs = client.tasks.map(task, [{"sku": sku} for sku in "BCD"], tools=[session], concurrency=2)
    assert [done.run.output async for done in runs] == [run.output] * 3
    assert (session.lists, len(session.calls)) == (2, 4)


async def test_a_server_may_take_too_long(face: Face, julep_server: LocalServer) -> None:
    """`timeout` bounds the list of its tools too, and nothing is sent to the model."""
    at = await desk(face, julep_server)
    with pytest.raises(APITimeoutError, match="did not list its tools in time"):
        await at.chat(tools=[Session(delay=30)], timeout=0.2)
    assert julep_server.model_calls == []


def test_where_nothing_is_awaited_sessions_are_refused() -> None:
    """By their name: the blocking face, and what calls nothing."""
    blocking, awaiting = Face("sync").client(), AsyncJulep(base_url=URL)
    with pytest.raises(TypeError, match="Session is an MCP session, and this client blocks"):
        blocking.sessions.chat("s1", "hi", tools=[Session()])
    for call in (
        lambda: awaiting.agents.tools.ensure("a1", [Session()]),
        lambda: blocking.sessions.render("s1", "hi", tools=[Session()]),
    ):
        with pytest.raises(TypeError, match="Session is an MCP session, which chats and runs"):
            call()


@pytest.mark.slow
async def test_another_process_is_used(face: Face, julep_server: LocalServer) -> None:
    """The `mcp` package's session speaks with a server in a process of its own."""
    mcp: Any = pytest.importorskip("mcp")
    stdio: Any = pytest.importorskip("mcp.client.stdio")
    parameters = mcp.StdioServerParameters(command=sys.executable, args=["-m", "tests.mcp_server"])
    at = await desk(face, julep_server)
    calls: list[Any] = [("in_stock", {"sku": "A"}), ("in_stock", {"sku": "?"}), ("picture", {})]
    async with (
        stdio.stdio_client(parameters) as streams,
        mcp.ClientSession(*streams) as session,
    ):
        await session.initialize()
        await at.chat(calls, "ok", tools=[session])
    stock, error, picture = at.results()
    assert json.loads(stock) == {"A": 5}
    assert "Error executing tool in-stock" in error
    assert picture == "[image, not shown here: image/png]"
