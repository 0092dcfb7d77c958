"""Tools that an agent is made to have, however often the program starts."""

from __future__ import annotations

import logging
from typing import Any

import attrs
import pytest
from pytest_httpx import HTTPXMock

import julep as sdk
from julep import APIConnectionError, CreateTool, Tool
from julep.local import LocalServer

from .conftest import URL, AnyClient, Face
from .desk import SEARCH, order_status, refund
from .imitated_server import ImitatedServer
from .servers import Json


@attrs.define
class Owner:
    """An agent whose tools are seen to.

    Attributes:
        face: The face.
        client: The client.
        agent: The agent.
        caplog: What was logged.
    """

    face: Face
    client: AnyClient
    agent: Any
    caplog: pytest.LogCaptureFixture

    async def ensure(self, *tools: Any) -> list[Tool]:
        """See to it that it has these."""
        self.caplog.clear()
        made = await self.face.call(self.client.agents.tools.ensure, self.agent, list(tools))
        return list(made)

    async def tools(self) -> dict[str, Tool]:
        """What it has, by name."""
        listed = await self.face.call(self.client.agents.tools.list(self.agent).to_list)
        assert len({tool.name for tool in listed}) == len(listed)
        return {tool.name: tool for tool in listed}

    @property
    def told(self) -> list[str]:
        """What became of each tool."""
        return [one.getMessage() for one in self.caplog.records if one.name == "julep"]


async def owner(face: Face, caplog: pytest.LogCaptureFixture, **where: Any) -> Owner:
    """An agent with a tool that nobody asks for."""
    caplog.set_level(logging.INFO, "julep")
    client = face.client(**where)
    agent = await face.call(client.agents.create, name="Ada", model="gpt-4o")
    await face.call(client.agents.tools.create, agent, name="other", function={"parameters": {}})
    return Owner(face, client, agent, caplog)


async def sees_to_tools(at: Owner) -> None:
    """Have an agent get, keep and change tools."""
    brave: dict[str, Any] = {
        "name": "brave",
        "type": "integration",
        "integration": {"provider": "brave"},
    }
    given = [refund, SEARCH, CreateTool(**brave)]
    names = ["refund", "search", "brave"]

    made = await at.ensure(*given)
    assert [tool.name for tool in made] == names
    assert at.told == [f"tool {name} of agent {at.agent.id}: created" for name in names]
    held = await at.tools()
    assert held.keys() == {"other", *names}
    assert held["refund"].function is not None
    assert held["refund"].function.parameters == sdk.tool_schema(refund)
    assert (held["refund"].description, held["search"].description) == ("Give money back.", "finds")

    assert [tool.id for tool in await at.ensure(*given)] == [tool.id for tool in made]
    assert [line.rpartition(" ")[2] for line in at.told] == ["unchanged"] * 3
    assert await at.tools() == held

    renamed = sdk.tool(order_status, name="refund")
    (changed,) = await at.ensure(renamed)
    assert at.told == [f"tool refund of agent {at.agent.id}: changed"]
    assert (changed.id, changed.description) == (made[0].id, "Say where an order is.")
    now = await at.tools()
    assert now["refund"].function is not None
    assert now["refund"].function.parameters == sdk.tool_schema(order_status)
    assert now.keys() == held.keys()
    await at.ensure(renamed, {**brave, "description": "searches"})
    assert [line.rpartition(" ")[2] for line in at.told] == ["unchanged", "changed"]


async def test_an_agent_gets_and_keeps_tools(
    face: Face, julep_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    """By name: what is missing is created, what differs is changed, and all else stays."""
    await sees_to_tools(
        await owner(face, caplog, base_url=julep_server.url, api_key=julep_server.key)
    )


async def test_a_server_of_2025_is_no_other(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    """It fills in nulls, and answers changes without the definition."""
    with LocalServer() as embedded, ImitatedServer(embedded) as server:
        await sees_to_tools(await owner(face, caplog, base_url=server.url, api_key=embedded.key))


async def test_a_definition_is_given_whole(
    face: Face, julep_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    """What it no longer has is gone, and what servers fill in is no change."""
    at = await owner(face, caplog, base_url=julep_server.url, api_key=julep_server.key)
    call = {"method": "GET", "url": "http://a.test"}
    tool = {"name": "web", "type": "api_call", "description": "asks"}
    for headers in ({"headers": {"A": "b"}}, {}, {}):
        (made,) = await at.ensure({**tool, "api_call": {**call, **headers}})
        state = at.told[0].rpartition(" ")[2]
        assert made.api_call["headers"] == headers.get("headers")
    assert state == "unchanged"
    (made,) = await at.ensure({"name": "web", "function": {"parameters": {"type": "object"}}})
    assert (made.type, made.api_call, made.description) == ("function", None, "asks")


async def test_what_servers_of_2024_store_is_compared(face: Face, httpx_mock: HTTPXMock) -> None:
    """They keep a description inside of the function alone."""
    function = {"name": "search", "description": "finds", "parameters": {"type": "object"}}
    stored = {"id": "t1", "name": "search", "type": "function", "function": function}
    httpx_mock.add_response(json={"items": [{**stored, "integration": None}]})
    wanted = {
        "name": "search",
        "description": "finds",
        "function": {"parameters": {"type": "object"}},
    }
    client = face.client()
    (kept,) = await face.call(client.agents.tools.ensure, "a1", [wanted])
    assert kept.id == "t1"
    assert [request.method for request in httpx_mock.get_requests()] == ["GET"]


async def test_a_tool_is_created_once(
    face: Face, julep_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where the answer is lost, and where another process is faster."""
    at = await owner(face, caplog, base_url=julep_server.url, api_key=julep_server.key)
    julep_server.faults.add(method="POST", path="*/tools", drop="after")
    (made,) = await at.ensure(refund)
    assert [made.name, at.told[0].rpartition(" ")[2]] == ["refund", "unchanged"]
    julep_server.faults.add(method="POST", path="*/tools", drop="before")
    with pytest.raises(APIConnectionError):
        await at.ensure(order_status)
    assert (await at.tools()).keys() == {"other", "refund"}


@pytest.mark.parametrize("status", [409, 500])
async def test_another_may_be_faster(face: Face, status: int, httpx_mock: HTTPXMock) -> None:
    """A name that is taken by now is no error, in the words of any server, but looked at."""
    tools = f"{URL}/agents/a1/tools"
    stored: Json = {"id": "t1", "name": "search", "type": "function", "function": {"name": "x"}}
    httpx_mock.add_response(method="GET", json={"items": []})
    httpx_mock.add_response(method="POST", url=tools, status_code=status, text="taken")
    httpx_mock.add_response(method="GET", json={"items": [stored]})
    httpx_mock.add_response(method="PUT", url=f"{tools}/t1", json=stored)
    await face.call(face.client().agents.tools.ensure, "a1", [SEARCH])


NAMED: Json = {"name": "a", "function": {}}
NO_TOOLS: list[tuple[Any, str]] = [
    ([NAMED, NAMED], "two tools are called a"),
    ([{"function": NAMED["function"]}], "a tool has no name"),
    ([{**NAMED, "functon": 1}], "unknown keyword 'functon'; did you mean 'function'"),
    ([refund, refund], "two tools are called refund"),
    ([5], r"tools\[0\] must be a function, a dict or a CreateTool, not int"),
    (refund, "tools must be a list"),
]


@pytest.mark.parametrize(("tools", "fault"), NO_TOOLS)
def test_what_is_no_tool_is_refused(tools: Any, fault: str) -> None:
    """Before anything is sent, on the awaiting face before anything is awaited."""
    for client in (sdk.Julep(base_url=URL), sdk.AsyncJulep(base_url=URL)):
        with pytest.raises((TypeError, ValueError), match=fault):
            client.agents.tools.ensure("a1", tools)


async def test_async_functions_are_described_on_both_faces(
    face: Face, julep_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is called here, so nothing has to be awaited."""
    at = await owner(face, caplog, base_url=julep_server.url, api_key=julep_server.key)

    async def price(order: str) -> float:
        """Say what it costs."""
        return float(order)

    (made,) = await at.ensure(price)
    assert made.description == "Say what it costs."
