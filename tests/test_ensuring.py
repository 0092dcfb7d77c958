"""What a program is made to have by a key, however often it starts."""

from __future__ import annotations

import contextlib
import logging
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
import yaml
from pytest_httpx import HTTPXMock

import julep as sdk
from julep import APIConnectionError, APIError, BadRequestError, UnprocessableEntityError
from julep.local import LocalServer

from .conftest import PATIENCE, URL, AnyClient, Face
from .desk import order_status, refund
from .imitated_server import ImitatedServer
from .recorded import DATA, Recorded, recorded_2025
from .servers import Json

FLOW: Final[Json] = {
    "name": "flow",
    "main": [
        {"prompt": [{"role": "user", "content": "Hello"}], "settings": {"temperature": 0.5}},
        {"if": "$ True", "then": {"sleep": {"seconds": 1}}},
        {"workflow": "sub", "arguments": {"a": "$ 1"}},
    ],
    "sub": [{"over": "$ [1]", "map": {"evaluate": {"x": "$ _"}}, "label": "mapped"}],
    "tools": [
        {"name": "w", "type": "function", "function": {"parameters": {"type": "object"}}},
        {
            "name": "a",
            "type": "api_call",
            "description": "asks",
            "api_call": {"method": "GET", "url": "http://a.test", "headers": {"A": "b"}},
        },
    ],
    "input_schema": {"type": "object"},
}
AGENT: Final[Json] = {
    "name": "Ada",
    "model": "gpt-4o",
    "instructions": "Be brief.",
    "metadata": {"a": 1},
    "default_settings": {"temperature": 0.5, "top_p": 0.5},
}


@attrs.define
class Program:
    """What begins with things that it needs.

    Attributes:
        face: The face.
        client: The client.
        caplog: What was logged.
    """

    face: Face
    client: AnyClient
    caplog: pytest.LogCaptureFixture

    async def ensure(self, kind: str, *given: Any, **fields: Any) -> Any:
        """See to one thing."""
        return await self.face.call(getattr(self.client, kind).ensure, *given, **fields)

    async def first_cell(self) -> list[Any]:
        """What stands at the top of a notebook."""
        ada = await self.ensure("agents", "librarian", **AGENT)
        bo = await self.ensure("users", "bo", name="Bo", about="a reader")
        session = await self.ensure(
            "sessions", "talk", agent=ada, user=bo, recall_options={"mode": "text"}, situation="s"
        )
        task = await self.ensure("tasks", "flow", ada, **FLOW)
        tools = await self.face.call(self.client.agents.tools.ensure, ada, [refund, order_status])
        await self.face.call(self.client.agents.docs.add, ada, "From 9 to 17.", title="Hours")
        return [ada, bo, session, task, *tools]

    async def all(self, kind: str, *of: Any) -> list[Any]:
        """What there is of a kind."""
        listed: list[Any] = await self.face.call(getattr(self.client, kind).list(*of).to_list)
        return listed

    def told(self) -> list[str]:
        """What became of each thing since this was asked last."""
        told = [one.getMessage() for one in self.caplog.records if one.name == "julep"]
        self.caplog.clear()
        return [line.rpartition(": ")[2] for line in told if line.partition(" ")[0] != "HTTP"]


def program(face: Face, caplog: pytest.LogCaptureFixture, **where: Any) -> Program:
    """A program on a face."""
    caplog.set_level(logging.INFO, "julep")
    return Program(face, face.client(**where), caplog)


@pytest.fixture
def at(face: Face, julep_server: LocalServer, caplog: pytest.LogCaptureFixture) -> Program:
    """A program on an embedded server."""
    return program(face, caplog, base_url=julep_server.url, api_key=julep_server.key)


async def starts_ten_times(at: Program) -> None:
    """Have a program find each time what it made the first time."""
    made = await at.first_cell()
    assert at.told() == ["created"] * 6
    for _ in range(9):
        assert [thing.id for thing in await at.first_cell()] == [thing.id for thing in made]
    assert at.told() == ["unchanged"] * 54
    ada = made[0]
    counts = {kind: len(await at.all(kind)) for kind in ("agents", "users", "sessions")}
    assert counts == {"agents": 1, "users": 1, "sessions": 1}
    assert [task.id for task in await at.all("tasks", ada)] == [made[3].id]
    docs = await at.face.call(at.client.agents.docs.list(ada).to_list)
    assert [doc.title for doc in docs] == ["Hours"]


async def test_a_first_cell_makes_one_of_each(at: Program) -> None:
    """However often it is run: an agent, a user, a session, a task, its tools and documents."""
    await starts_ten_times(at)


async def test_nothing_is_written_where_servers_fill_in_and_hide(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    """Those of 2025 fill in defaults, hide who takes part in a session, and repeat the tools of tasks."""
    with LocalServer() as embedded, ImitatedServer(embedded) as server:
        at = program(face, caplog, base_url=server.url, api_key=embedded.key)
        await starts_ten_times(at)
        assert [seen.method for seen in server.seen if seen.method != "GET"] == ["POST"] * 7
        ada = await at.ensure("agents", "librarian", **AGENT)
        at.told()
        for _ in range(2):
            await at.ensure("sessions", "own", agent=ada, auto_run_tools=True)
        assert at.told() == ["created", "unchanged"]


CHANGES: Final[list[tuple[str, Json, Json, Json]]] = [
    ("agents", AGENT, {"metadata": {"b": 1}}, {"about": ""}),
    ("agents", AGENT, {"metadata": {"a": True}}, {}),
    ("agents", AGENT, {"default_settings": {"temperature": 0.5}}, {}),
    ("agents", AGENT, {"default_settings": {}}, {}),
    ("agents", AGENT, {"default_settings": {"temperature": 0.5, "top_p": 0.5, "own": 1}}, {}),
    ("agents", AGENT, {"instructions": ["Be brief.", "Be kind."]}, {"model": "gpt-4o"}),
    ("agents", AGENT, {"name": "Eva", "instructions": []}, {"metadata": {"a": 1}}),
    ("users", {"name": "Bo", "about": "x"}, {"name": "Cy"}, {"about": "x"}),
    ("users", {"name": "Bo", "metadata": {"a": 1}}, {"name": "Bo", "metadata": None}, {}),
]
"""Kind, fields at first, those that change, and some that stay."""


@pytest.mark.parametrize(("kind", "before", "changes", "kept"), CHANGES)
async def test_what_differs_is_changed(
    at: Program, kind: str, before: Json, changes: Json, kept: Json
) -> None:
    """Once, as the fields say, and what is not given stays."""
    made = await at.ensure(kind, "k", **before)
    given = {"name": before["name"], **changes}
    changed = await at.ensure(kind, "k", **given)
    again = await at.ensure(kind, "k", **given)
    assert at.told() == ["created", "changed", "unchanged"]
    assert made.id == changed.id == again.id
    assert changed.created_at == made.created_at
    stored = again.to_dict()
    for name, value in {**kept, **given}.items():
        held = stored[name]
        if name == "default_settings":
            held = {key: item for key, item in stored[name].items() if item is not None}
        assert repr(held or None) == repr(value or None)
    assert await at.face.call(getattr(at.client, kind).get, made.id) == again


SESSIONS: Final[list[tuple[Json, Json]]] = [
    ({"situation": "a"}, {"situation": "b"}),
    ({"situation": "a"}, {"situation": None}),
    ({}, {"render_templates": False}),
    ({}, {"auto_run_tools": True}),
    ({"token_budget": 5000}, {"token_budget": 6000}),
    ({"recall_options": {"mode": "text"}}, {"recall_options": {"mode": "vector"}}),
    ({"recall_options": {"limit": 5}}, {"recall_options": {}}),
    ({"recall_options": {"limit": 5}}, {"recall_options": None}),
    ({"recall_options": {"limit": 5}}, {"recall_options": {"mode": "text", "confidence": 0.3}}),
    ({"metadata": {"a": 1, "b": 2}}, {"metadata": {"a": 1}}),
]


@pytest.mark.parametrize(("before", "changes"), SESSIONS)
async def test_a_session_is_changed_with_its_history(
    at: Program, julep_server: LocalServer, before: Json, changes: Json
) -> None:
    """Its settings can change, and what was said in it stays."""
    julep_server.replies.add("Hello")
    agent = await at.ensure("agents", "a", **AGENT)
    session = await at.ensure("sessions", "s", agent=agent, **before)
    await at.face.call(at.client.sessions.chat, session, "Hi")
    for _ in range(2):
        await at.ensure("sessions", "s", agents=[agent.id], **changes)
    assert at.told() == ["created", "created", "changed", "unchanged"]
    history = await at.face.call(at.client.sessions.history, session)
    assert [entry.text for entry in history.entries] == ["Hi", "Hello"]


async def test_who_takes_part_is_part_of_the_key(at: Program) -> None:
    """No server changes it: with others it is another session, in any order of users the same."""
    ada, eva = [await at.ensure("agents", key, name=key) for key in ("ada", "eva")]
    bo, cy = [await at.ensure("users", key, name=key) for key in ("bo", "cy")]
    pair = await at.ensure("sessions", "s", agent=ada, users=[bo, cy])
    same = await at.ensure("sessions", "s", agents=[ada], users=[cy.id, bo.id])
    others = [
        await at.ensure("sessions", "s", agent=eva, users=[bo, cy]),
        await at.ensure("sessions", "s", agent=ada, user=bo),
        await at.ensure("sessions", "s", agent=ada),
        await at.ensure("sessions", "t", agent=ada),
    ]
    assert pair.id == same.id
    assert len({pair.id, *(other.id for other in others)}) == 5


def changed(flow: Json, where: tuple[Any, ...], value: Any = ...) -> Json:
    """A task with another value at a place, or without what is there."""
    copy: Any = yaml.safe_load(yaml.safe_dump(flow))
    inner = copy
    for key in where[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[where[-1]]
    else:
        inner[where[-1]] = value
    return dict(copy)


FLOWS: Final[list[tuple[tuple[Any, ...], Any]]] = [
    (("main", 0, "settings"), ...),
    (("main", 0, "settings", "temperature"), 0.6),
    (("main", 0, "prompt", 0, "content"), "Hi"),
    (("main", 0, "auto_run_tools"), False),
    (("main", 0, "unwrap"), True),
    (("main", 1, "else"), {"log": "x"}),
    (("main", 1, "then", "sleep", "minutes"), 1),
    (("main", 2, "arguments"), ...),
    (("main", 2, "arguments", "b"), "$ 2"),
    (("main", 2), ...),
    (("sub", 0, "label"), ...),
    (("sub", 0, "parallelism"), 5),
    (("sub", 0, "map", "evaluate"), {"y": "$ _"}),
    (("other",), [{"log": "x"}]),
    (("tools", 1), ...),
    (("tools", 0, "function", "parameters"), {"type": "object", "required": []}),
    (("tools", 1, "api_call", "url"), "http://b.test"),
    (("tools", 1, "api_call", "headers"), ...),
    (("tools", 1, "description"), ...),
    (("input_schema", "properties"), {"a": {}}),
    (("description",), "flows"),
    (("inherit_tools",), True),
]


@pytest.mark.parametrize(("where", "value"), FLOWS)
async def test_a_task_is_changed_wherever_it_differs(
    at: Program, where: tuple[Any, ...], value: Any
) -> None:
    """Within steps, tools and schemas; and back, where the task is given whole."""
    agent = await at.ensure("agents", "a", name="Ada")
    await at.face.call(at.client.agents.tools.ensure, agent, [refund])
    held = made = await at.ensure("tasks", "k", agent, FLOW)
    at.told()
    for flow in (changed(FLOW, where, value), FLOW):
        for _ in range(2):
            held = await at.ensure("tasks", "k", agent, flow)
            assert held.id == made.id
        assert at.told() == ["changed", "unchanged"]
    assert held.workflows.keys() == {"main", "sub"}


async def test_fields_of_a_task_that_are_not_given_stay(at: Program) -> None:
    """But for its workflows, which belong together."""
    agent = await at.ensure("agents", "a", name="Ada")
    await at.ensure("tasks", "k", agent, **FLOW, description="d", metadata={"a": 1})
    main = [{"evaluate": {"x": "$ 1"}}]
    task = await at.ensure("tasks", "k", agent, name="flow", main=main)
    assert at.told() == ["created", "created", "changed"]
    assert (task.description, task.metadata, task.input_schema) == (
        "d",
        {"a": 1},
        FLOW["input_schema"],
    )
    assert {tool.name for tool in task.tools} == {"w", "a"}
    assert await at.ensure("tasks", "k", agent, name="flow", main=main) == await at.face.call(
        at.client.tasks.get, task
    )
    assert "sub" not in task.workflows


async def test_fields_may_be_what_is_read_once(at: Program) -> None:
    """They are compared, and then sent; what can't be sent is refused before that."""
    for last in ("b", "c", "c"):
        tags = (each for each in ("a", last))
        agent = await at.ensure("agents", "a", name="Ada", metadata={"tags": tags})
        assert agent.metadata == {"tags": ["a", last]}
    assert at.told() == ["created", "changed", "unchanged"]
    with pytest.raises(TypeError, match=r"metadata\.when"):
        await at.ensure("agents", "a", name="Ada", metadata={"when": object()})


async def test_each_agent_has_a_task_of_its_own(at: Program, tmp_path: Path) -> None:
    """A key belongs to an agent; a file is taken as `create` takes it, and errors name its lines."""
    file = tmp_path / "flow.yaml"
    file.write_text(yaml.safe_dump(FLOW, sort_keys=False))
    ada, eva = [await at.ensure("agents", key, name=key) for key in ("ada", "eva")]
    made = [
        await at.ensure("tasks", "k", ada, file),
        await at.ensure("tasks", "k", eva.id, sdk.load_task(file)),
        await at.ensure("tasks", "k", ada.id.upper(), str(file)),
    ]
    assert at.told() == ["created", "created", "created", "created", "unchanged"]
    assert (made[0].id == made[2].id, made[0].id == made[1].id) == (True, False)
    file.write_text("name: flow\nmain:\n- evaluate: {x: $ 1 +}\n")
    with pytest.raises(BadRequestError, match=r"flow\.yaml:3"):
        await at.ensure("tasks", "k", ada, file)
    assert await at.face.call(at.client.tasks.get, made[0]) == made[2]


CASES: Final = sorted((DATA / "workflow_cases").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_servers_make_of_a_task_is_no_change(julep: sdk.Julep, path: Path) -> None:
    """Of all kinds of steps, with defaults and nulls filled in."""
    task = yaml.safe_load(path.read_text("utf-8"))["task"]
    agent = julep.agents.ensure("a", name="Ada")
    with contextlib.suppress(BadRequestError, UnprocessableEntityError):
        made = julep.tasks.ensure("k", agent, task)
        assert julep.tasks.ensure("k", agent, task).updated_at == made.updated_at


RECORDED: Final = [
    each
    for each in recorded_2025().values()
    if re.fullmatch("/(agents(/[^/]*/tasks)?|users|sessions)(/[^/]*)?", each.path)
    and (each.method, each.status) == ("POST", 201)
    and isinstance(each.body, dict)
]


@pytest.mark.parametrize("exchange", RECORDED, ids=lambda each: each.name)
def test_what_a_server_stored_is_no_change(exchange: Recorded, httpx_mock: HTTPXMock) -> None:
    """As recorded: what was sent, and what the server made of it."""
    httpx_mock.add_response(method="GET", json=exchange.answer)
    client: AnyClient = sdk.Julep(base_url=URL)
    if "tasks" in exchange.path:
        client.tasks.ensure("k", "a1", exchange.body)
    else:
        getattr(client, exchange.path.split("/")[1]).ensure("k", **exchange.body)
    assert len(httpx_mock.get_requests()) == 1


async def test_what_servers_take_out_of_texts_is_no_change(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Real ones store no U+0000."""
    httpx_mock.add_response(json={"id": "u1", "name": "Bo", "metadata": {"a": ["bc"]}})
    await face.call(face.client().users.ensure, "bo", name="B\0o", metadata={"a": ["b\0c"]})
    assert [request.method for request in httpx_mock.get_requests()] == ["GET"]


@pytest.mark.parametrize("status", [409, 500])
async def test_another_may_be_faster(face: Face, status: int, httpx_mock: HTTPXMock) -> None:
    """What failed because somebody else did the same at the same time is done; nothing else is."""
    before, after = [{"id": "u1", "name": "Bo", "about": about} for about in ("x", "y")]
    for answer in (before, after, before, before):
        httpx_mock.add_response(method="GET", json=answer)
    httpx_mock.add_response(method="POST", status_code=status, text="taken", is_reusable=True)
    ensure = face.client().users.ensure
    assert (await face.call(ensure, "bo", name="Bo", about="y")).about == "y"
    with pytest.raises(APIError, match="taken"):
        await face.call(ensure, "bo", name="Bo", about="y")


@pytest.mark.parametrize("status", [429, 503])
async def test_what_did_not_begin_is_not_looked_for(
    face: Face, status: int, httpx_mock: HTTPXMock
) -> None:
    """A server that turned a write away is asked for nothing more."""
    httpx_mock.add_response(method="GET", status_code=404)
    httpx_mock.add_response(method="POST", status_code=status, headers={"Retry-After": "0"})
    with pytest.raises(APIError):
        await face.call(face.client().users.ensure, "bo", name="Bo")
    assert len(httpx_mock.get_requests()) == 2


async def test_servers_of_2024_say_what_they_lack(face: Face, httpx_mock: HTTPXMock) -> None:
    """They take no ids that are made of keys, and nothing is written."""
    said = (
        "[{'type': 'uuid_version', 'loc': ('path', 'agent_id'), 'msg': 'UUID version 4 expected'}]"
    )
    httpx_mock.add_response(status_code=422, json={"status_code": 422, "message": said})
    with pytest.raises(UnprocessableEntityError, match="needs a server of 2025"):
        await face.call(face.client().agents.ensure, "a", name="Ada")
    assert [request.method for request in httpx_mock.get_requests()] == ["GET"]


BREAKS: Final = list(product(["GET", "POST"], ["before", "after"], [False, True]))


@pytest.mark.parametrize(("method", "drop", "is_there"), BREAKS)
async def test_a_start_that_breaks_off_is_finished_by_the_next(
    at: Program, julep_server: LocalServer, method: str, drop: Any, is_there: bool
) -> None:
    """At each boundary of each request, with no second one and the last fields."""
    agent = await at.ensure("agents", "owner", name="Owner")
    first: list[tuple[str, tuple[Any, ...], Json]] = [
        ("agents", ("k",), AGENT),
        ("users", ("k",), {"name": "Bo"}),
        ("sessions", ("k",), {"agent": agent, "situation": "s"}),
        ("tasks", ("k", agent), FLOW),
    ]
    last: list[Json] = [{"about": "x"}, {"about": "x"}, {"situation": "t"}, {"description": "x"}]
    for (kind, given, fields), change in zip(first, last, strict=True):
        if is_there:
            await at.ensure(kind, *given, **fields)
        julep_server.faults.add(method=method, path=f"*/{kind}/*", drop=drop)
        try:
            await at.ensure(kind, *given, **{**fields, **change})
        except APIConnectionError:
            assert (method, drop) != ("POST", "after"), "what was written is seen at once"
        held = await at.ensure(kind, *given, **{**fields, **change})
        assert change.items() <= held.to_dict().items()
        found = await at.all(kind, *given[1:])
        assert [each.id for each in found if each.id != agent.id] == [held.id]
    assert at.told()[-1] == "unchanged" or (method, drop) != ("POST", "after")


STARTING: Final = """
import sys
from julep import Julep
client = Julep(base_url=sys.argv[1], api_key=sys.argv[2], max_retries=0)
client.ping()
print("ready", flush=True)
sys.stdin.readline()
for round in range(5):
    agent = client.agents.ensure("a", name=f"Ada {round}")
    user = client.users.ensure("u", name=f"Bo {round}")
    client.sessions.ensure("s", agent=agent, user=user, situation=f"{round}")
    client.tasks.ensure("t", agent, name="t", main=[{"evaluate": {"x": f"$ {round}"}}])
    client.agents.tools.ensure(agent, [{"name": "w", "function": {"description": f"{round}"}}])
"""


@pytest.mark.slow
def test_processes_may_start_at_once(julep_server: LocalServer, julep: sdk.Julep) -> None:
    """They make one of each, and none of them fails."""
    command = [sys.executable, "-c", STARTING, julep_server.url, julep_server.key]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, text=True, **pipes) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=PATIENCE)[1] for process in processes] == [""] * 3
    (agent,), (user,), (session,) = julep.agents.list(), julep.users.list(), julep.sessions.list()
    (task,) = julep.tasks.list(agent)
    (step,) = task.to_dict()["main"]
    names = [agent.name, user.name, session.situation, step["evaluate"]["x"]]
    assert names == ["Ada 4", "Bo 4", "4", "$ 4"]


async def test_ids_are_those_of_all_releases(at: Program) -> None:
    """What programs of earlier releases made is found; another project is another thing."""
    ada = await at.ensure("agents", "librarian", name="Ada")
    assert ada.id == "549c5085-8ae8-54df-9ac0-9deba66dee7f"
    assert (await at.ensure("agents", "librarian", name="Ada", project="default")).id == ada.id
    assert (
        await at.ensure("users", "librarian", name="Ada")
    ).id == "5c2bde40-4102-58eb-be42-eb9ae009c8e7"
    await at.face.call(at.client.projects.create, name="Shelf", canonical_name="shelf")
    other = await at.ensure("agents", "librarian", name="Ada", project="shelf")
    assert (other.id != ada.id, other.project) == (True, "shelf")
    at.told()
    await at.ensure("agents", "librarian", name="Ada", project="shelf")
    assert at.told() == ["unchanged"]


KINDS: Final[list[tuple[str, tuple[Any, ...], Json]]] = [
    ("agents", (), {"name": "Ada"}),
    ("users", (), {"name": "Bo"}),
    ("sessions", (), {"agent": "a1"}),
    ("tasks", ("a1",), FLOW),
]


@pytest.mark.parametrize(("kind", "given", "fields"), KINDS)
async def test_what_is_no_key_is_refused(face: Face, kind: str, given: Any, fields: Json) -> None:
    """Before anything is sent, like a field that does not exist."""
    ensure = getattr(face.client(base_url=URL), kind).ensure
    for key in ("", "  "):
        with pytest.raises(ValueError, match="key is empty"):
            await face.call(ensure, key, *given, **fields)
    with pytest.raises(TypeError, match="key must be a text of your choice, not int"):
        await face.call(ensure, 5, *given, **fields)
    with pytest.raises(TypeError, match="nam"):
        await face.call(ensure, "k", *given, **{**fields, "nam": 1})
