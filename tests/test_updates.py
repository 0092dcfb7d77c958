"""`update` changes only what it is given and `reset` overwrites, on servers of both generations."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import APITimeoutError, BadRequestError, NotFoundError

from .conftest import Face
from .servers import TEMPLATE, World, writes_of_2024, writes_of_2025
from .wire import Connection, Seen, Wire

AGENT: dict[str, Any] = {
    "id": "a1",
    "name": "Ada",
    "about": "helps",
    "model": "gpt-4o",
    "instructions": ["be kind"],
    "default_system_template": "mine",
    "metadata": {"k": 1},
}
USER: dict[str, Any] = {"id": "u1", "name": "Zoe", "about": "dev", "metadata": {}}
SESSION: dict[str, Any] = {
    "id": "s1",
    "situation": "in a shop",
    "render_templates": False,
    "forward_tool_calls": True,
}
TOOL: dict[str, Any] = {
    "id": "t1",
    "name": "weather",
    "type": "function",
    "description": "the weather",
    "function": {"name": "weather", "parameters": {"type": "object"}, "description": None},
    "api_call": None,
}
GENERATIONS = [writes_of_2024, writes_of_2025]

CHANGES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("agents", AGENT, "/agents/a1", {"metadata": {"k": 2}}),
    ("agents", AGENT, "/agents/a1", {"about": ""}),
    ("agents", AGENT, "/agents/a1", {"model": "m"}),
    ("users", USER, "/users/u1", {"about": "senior"}),
    ("users", USER, "/users/u1", {"metadata": {"k": 2}}),
    ("users", USER, "/users/u1", {"name": "Bea"}),
    ("sessions", SESSION, "/sessions/s1", {"situation": "at sea"}),
    ("sessions", SESSION, "/sessions/s1", {"render_templates": True}),
]


@pytest.mark.parametrize("writes", GENERATIONS)
@pytest.mark.parametrize(("resource", "before", "path", "changes"), CHANGES)
async def test_an_update_changes_what_it_is_given_and_no_more(
    face: Face,
    *,
    resource: str,
    before: dict[str, Any],
    path: str,
    changes: dict[str, Any],
    writes: Any,
    httpx_mock: HTTPXMock,
) -> None:
    """All other fields are as before, in the server and in what the call returns."""
    world = World({path: dict(before)})
    world.serve(httpx_mock, writes)

    after = await face.call(getattr(face.client(), resource).update, before["id"], **changes)

    wanted = {**before, **changes}
    stored = world.stored[path]
    assert {name: stored[name] for name in wanted} == wanted
    assert {name: getattr(after, name) for name in wanted} == wanted


@pytest.mark.parametrize("writes", GENERATIONS)
async def test_instructions_can_be_given_as_text(
    face: Face, writes: Any, httpx_mock: HTTPXMock
) -> None:
    """They go out as a list, which every server takes."""
    world = World({"/agents/a1": dict(AGENT)})
    world.serve(httpx_mock, writes)
    agent = await face.call(face.client().agents.update, "a1", instructions="be brief")
    assert agent.instructions == ["be brief"]


async def test_nothing_is_read_when_all_is_given(face: Face, httpx_mock: HTTPXMock) -> None:
    """A user whom no server can read any more is mended by name and about."""
    world = World({"/users/u1": {**USER, "name": ""}})
    world.serve(httpx_mock, writes_of_2025)
    client = face.client()
    with pytest.raises(BadRequestError):
        await face.call(client.users.update, "u1", about="senior")
    world.read.clear()

    user = await face.call(client.users.update, "u1", name="Zoe", about="senior")

    assert (user.name, user.about) == ("Zoe", "senior")
    assert world.read == []


async def test_only_fields_that_servers_reset_are_sent_along(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """What a PATCH keeps by itself is not written back, so others may change it meanwhile."""
    world = World({"/agents/a1": dict(AGENT)})
    world.serve(httpx_mock, writes_of_2025)
    await face.call(face.client().agents.update, "a1", model="m")
    ((method, body),) = world.sent
    assert method == "PATCH"
    assert body.keys() == {"about", "model", "instructions", "default_system_template"}


@pytest.mark.parametrize("resource", ["agents", "users", "sessions"])
async def test_what_does_not_exist_is_not_written(
    face: Face, resource: str, httpx_mock: HTTPXMock
) -> None:
    """The read says so."""
    world = World()
    world.serve(httpx_mock, writes_of_2025)
    with pytest.raises(NotFoundError):
        await face.call(getattr(face.client(), resource).update, "x1", metadata={"k": 1})
    assert world.sent == []


async def test_reading_and_writing_share_one_timeout(face: Face) -> None:
    """A slow read leaves the write less time; together they take no longer than was allowed."""

    def answer(connection: Connection, seen: Seen) -> None:
        if seen.method == "GET":
            connection.send_json(USER)
        else:
            connection.wait_for_hang_up()

    with Wire(answer) as wire:
        client = face.client(base_url=wire.url, timeout=0.3)
        with pytest.raises(APITimeoutError) as late:
            await face.call(client.users.update, "u1", about="senior")
    assert late.value.method == "PATCH"
    limit = float(str(late.value).partition("within ")[2].partition(" s")[0])
    assert limit < 0.3


@pytest.mark.parametrize("writes", GENERATIONS)
@pytest.mark.parametrize(
    ("changes", "name", "function"),
    [
        ({"name": "rain"}, "rain", {"parameters": {"type": "object"}}),
        ({"description": "d"}, "weather", {"parameters": {"type": "object"}}),
        (
            {"function": {"description": "d"}},
            "weather",
            {"parameters": {"type": "object"}, "description": "d"},
        ),
        ({"function": {"parameters": {}}}, "weather", {"parameters": {}}),
    ],
)
async def test_an_updated_tool_keeps_its_definition(
    face: Face,
    *,
    writes: Any,
    changes: dict[str, Any],
    name: str,
    function: dict[str, Any],
    httpx_mock: HTTPXMock,
) -> None:
    """It is read from the list and sent along, under the tool's name; the answer holds it too."""
    world = World(tools=[{**TOOL, "id": "t0"}, dict(TOOL)][1:])
    world.serve(httpx_mock, writes)

    tool = await face.call(face.client().agents.tools.update, "a1", "t1", **changes)

    assert world.tools[0]["function"] == {"name": name, **function}
    assert tool.name == name
    assert tool.function is not None
    given = tool.function.to_dict()
    assert {key: given[key] for key in given if given[key] is not None} == {
        "name": name,
        **function,
    }
    if writes is writes_of_2025:
        assert tool.description == changes.get("description", "the weather")


async def test_a_tool_of_another_kind_keeps_its_definition(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Nulls that the server showed are not sent back."""
    call = {"method": "GET", "url": "http://x", "headers": None}
    world = World(tools=[{**TOOL, "type": "api_call", "api_call": call, "function": None}])
    world.serve(httpx_mock, writes_of_2025)
    tool = await face.call(face.client().agents.tools.update, "a1", "t1", api_call={"url": "/y"})
    assert tool.api_call == {"method": "GET", "url": "/y"} == world.tools[0]["api_call"]


@pytest.mark.parametrize("method", ["create", "reset"])
async def test_a_function_goes_by_the_name_of_its_tool(
    face: Face, method: str, httpx_mock: HTTPXMock
) -> None:
    """Servers of 2024 tell models the name that stands in the function."""
    world = World({"/agents/a1/tools": {}}, tools=[dict(TOOL)])
    world.serve(httpx_mock, lambda _world, _method, _path, body: {"id": "t1", **body})
    ids = ("a1",) if method == "create" else ("a1", "t1")
    write = getattr(face.client().agents.tools, method)
    await face.call(write, *ids, name="rain", type="function", function={"parameters": {}})
    assert world.sent[0][1]["function"] == {"parameters": {}, "name": "rain"}


@pytest.mark.parametrize(("given", "stored"), [("be brief", ["be brief"]), (None, [])])
async def test_a_reset_stores_the_instructions_too(
    face: Face, given: str | None, stored: list[str], httpx_mock: HTTPXMock
) -> None:
    """Servers of 2025 leave them as they were, so another request writes them."""
    world = World({"/agents/a1": dict(AGENT)})
    world.serve(httpx_mock, writes_of_2025)
    fields = {} if given is None else {"instructions": given}

    agent = await face.call(face.client().agents.reset, "a1", name="Bea", about="b", **fields)

    assert agent.instructions == stored
    wanted: dict[str, Any] = {
        "about": "b",
        "model": "",
        "default_system_template": TEMPLATE,
        "metadata": {},
    }
    assert {name: world.stored["/agents/a1"][name] for name in wanted} == wanted


async def test_a_reset_that_stored_everything_is_one_request(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Servers that need no second request get none."""
    httpx_mock.add_response(method="PUT", json={**AGENT, "instructions": "be kind"})
    agent = await face.call(face.client().agents.reset, "a1", name="Ada", instructions=["be kind"])
    assert agent.instructions == "be kind"


@pytest.mark.parametrize("resource", ["agents", "agents.tools", "users", "sessions", "tasks"])
def test_patch_is_gone(resource: str) -> None:
    """Who asks for it is told what to write instead."""
    client: Any = Face("sync").client()
    for part in resource.split("."):
        client = getattr(client, part)
    assert not hasattr(client, "patch")
    with pytest.raises(AttributeError, match="`update` changes some fields"):
        client.patch("x1")
