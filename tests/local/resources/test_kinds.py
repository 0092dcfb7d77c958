"""Each kind of resource, without the HTTP around it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import pytest

from julep.local.errors import ApiError, BadRequest, Conflict, Invalid, NotFound
from julep.local.records import File, Task
from julep.local.resources.agents import Agents
from julep.local.resources.answers import deleted
from julep.local.resources.collection import Collection, new_record, renewed
from julep.local.resources.execution_streams import ExecutionStreams, read_token
from julep.local.resources.executions import CHANGE, START
from julep.local.resources.files import Files
from julep.local.resources.jobs import Jobs
from julep.local.resources.projects import Projects
from julep.local.resources.secrets import Secrets
from julep.local.resources.sessions import Sessions
from julep.local.resources.task_form import TASK, read_task
from julep.local.resources.task_issues import all_issues
from julep.local.resources.tasks import Tasks
from julep.local.resources.tools import Tools, function_spec, read_tool
from julep.local.resources.users import Users
from julep.local.store.changes import Changes
from julep.local.store.store import Store
from julep.local.strictness import Strictness
from tests.local.records import some
from tests.local.store.test_execution_log import OVER, execution, in_sqlite, transition
from tests.local.turns import turns_beside

STRICT, LENIENT = Strictness(), Strictness(on=False)


@pytest.fixture
def agent(store: Store) -> str:
    """The id of an agent."""
    id: str = Agents(store, Projects(store), str).create({"name": "Ada"})["id"]
    return id


@pytest.fixture
def users(store: Store) -> Any:
    """All users."""
    return Users(store, Projects(store), STRICT)


def test_a_record_has_an_id_and_times() -> None:
    """An overwritten one keeps the first two."""
    record = new_record()
    assert new_record("x")["id"] == "x"
    assert record["created_at"] == record["updated_at"]
    later = renewed(record)
    assert (later["id"], later["created_at"]) == (record["id"], record["created_at"])
    assert later["updated_at"] > record["updated_at"]
    assert deleted("x").keys() == {"id", "deleted_at", "jobs"}


def test_a_resource_is_written_and_read(users: Any) -> None:
    """Overwritten as a whole, or changed in part; what isn't sent gets its default, or stays."""
    made = users.create({"name": "Joe", "about": "dev", "metadata": {"a": 1}})
    assert users.get(made["id"]) == made
    changed = users.patch(made["id"], {"metadata": {"b": 2}, "about": None})
    assert (changed["name"], changed["about"], changed["metadata"]) == (
        "Joe",
        "dev",
        {"a": 1, "b": 2},
    )
    whole = users.update(made["id"], {"name": "Jim"})
    assert (whole["name"], whole["about"], whole["metadata"]) == ("Jim", "", {})
    assert (whole["id"], whole["created_at"]) == (made["id"], made["created_at"])
    assert [*users.list({})["items"]] == [whole]
    assert users.delete(made["id"])["id"] == made["id"]
    assert [*users.list({})["items"]] == []


def test_a_resource_may_be_made_under_an_id(users: Any) -> None:
    """The second time it is overwritten, and keeps when it was made."""
    made = users.create_or_update("x", {"name": "Joe", "about": "dev"})
    again = users.create_or_update("x", {"name": "Jim"})
    assert (again["id"], again["about"]) == ("x", "")
    assert again["created_at"] == made["created_at"] == made["updated_at"] < again["updated_at"]


def test_what_is_not_there_is_not_found(users: Any) -> None:
    """By any operation."""
    asked: list[tuple[str, Any]] = [
        ("get", ()),
        ("delete", ()),
        ("update", ({},)),
        ("patch", ({},)),
    ]
    for name, arguments in asked:
        with pytest.raises(NotFound, match="User not found during"):
            getattr(users, name)("x", *arguments)


def test_a_canonical_name_is_taken_once(store: Store) -> None:
    """A clash tells what clashes; a kind that says nothing of its own makes no records."""
    agents = Agents(store, Projects(store), str)
    first = agents.create({"name": "A", "canonical_name": "ada"})
    other = agents.create({"name": "B", "instructions": "one"})
    assert other["instructions"] == ["one"]
    with pytest.raises(Conflict, match=r"A agent .* during create"):
        agents.create({"name": "C", "canonical_name": "ada"})
    with pytest.raises(Conflict, match="during update"):
        agents.update(other["id"], {"name": "B", "canonical_name": "ada"})
    assert agents.update(first["id"], {"name": "A"})["canonical_name"] == "ada"
    base = Collection[Any, Any](store, store.agents)
    with pytest.raises(NotImplementedError):
        base.complete(new_record(), {}, None)


def test_a_deleted_agent_takes_its_executions_along(store: Store) -> None:
    """Those that aren't over are ended, and those of other agents go on."""
    ended: list[str] = []
    agents = Agents(store, Projects(store), ended.append)
    for id in ("agent", "other"):
        agents.create_or_update(id, {"name": "Ada"})
        store.tasks.insert(some(Task, id="task" if id == "agent" else "t", agent_id=id))
    log = in_sqlite(store)
    for id in ("waiting", "over"):
        log.add(execution(id))
    log.log.append(transition("main/0:done", "finish", of="over"), OVER["finish"])
    agents.delete("other")
    assert ended == []
    agents.delete("agent")
    assert ended == ["waiting"]
    assert store.executions.get("waiting") is None


def test_projects_group_things(store: Store, users: Any) -> None:
    """One is always there; others must be made before."""
    projects = Projects(store)
    assert users.create({"name": "Joe"})["project"] == "default"
    with pytest.raises(NotFound, match="Project 'x' not found; create it before this user"):
        users.create({"name": "Joe", "project": "x"})
    projects.create({"name": "X", "canonical_name": "x"})
    assert users.create({"name": "Joe", "project": "x"})["project"] == "x"
    assert len([*Projects(store).list({})["items"]]) == 2


def test_a_users_name_is_checked_as_strictly_as_it_is_asked_for(store: Store) -> None:
    """Only the self-hosted server is so strict."""
    with pytest.raises(Invalid):
        Users(store, Projects(store), STRICT).create({"name": "2nd"})
    assert Users(store, Projects(store), LENIENT).create({"name": "2nd"})["name"] == "2nd"


def test_secrets_are_never_shown(store: Store) -> None:
    """Neither when they are made nor later; the server itself has them."""
    secrets = Secrets(store, STRICT)
    made = secrets.create({"name": "KEY", "value": "s3cret", "description": "d"})
    assert made["value"] == "ENCRYPTED"
    assert secrets.values() == {"KEY": "s3cret"}
    with pytest.raises(Conflict, match="A secret named KEY already exists"):
        secrets.create({"name": "KEY", "value": "x"})
    changed = secrets.update(made["id"], {"name": "KEY", "value": "other"})
    assert (changed["value"], changed["description"]) == ("ENCRYPTED", "d")
    assert secrets.values() == {"KEY": "other"}
    assert [secret["value"] for secret in secrets.list({})] == ["ENCRYPTED"]
    assert secrets.delete(made["id"])["id"] == made["id"]
    assert secrets.values() == {}
    with pytest.raises(Invalid) as caught:
        secrets.create({"name": "a-b", "value": 7})
    assert [each["received"] for each in caught.value.details] == ["a-b", "(not shown)"]
    assert Secrets(store, LENIENT).create({"name": "a-b", "value": "x"})["name"] == "a-b"


def test_a_file_knows_its_size_and_sum(store: Store) -> None:
    """Of what its base64 stands for."""
    files = Files(store, Projects(store))
    content = base64.b64encode(b"abc").decode()
    fields = {"name": "a.txt", "content": content, "mime_type": "text/plain"}
    made = anyio.run(files.create, fields).value()
    assert (made["size"], made["hash"]) == (3, hashlib.sha256(b"abc").hexdigest())
    assert files.get(made["id"]).value() == made
    assert [*files.list()] == [made]
    files.delete(made["id"])
    with pytest.raises(NotFound):
        files.get(made["id"])


@pytest.mark.parametrize("length", [1, 299_999, 300_000, 300_001, 1_000_000])
def test_a_file_may_be_long(store: Store, length: int) -> None:
    """Its size and its sum are those of the whole, and others have their turn meanwhile."""
    content = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    fields = {"name": "a", "content": base64.b64encode(content).decode()}
    files, made = Files(store, Projects(store)), list[File]()

    async def create() -> None:
        made.append((await files.create(fields)).value())

    assert turns_beside(create) > 1
    assert [(file["size"], file["hash"]) for file in made] == [
        (length, hashlib.sha256(content).hexdigest())
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": "a b"},
        {"content": "abc"},
        {"content": "A" * 399_998 + "==" + "AAAA"},
        {"content": "A" * 400_000 + "abc"},
        {"content": "YWJj", "mime_type": "plain"},
    ],
    ids=["blank", "cut", "two", "cut behind", "type"],
)
def test_a_file_that_is_none_is_refused(store: Store, wrong: dict[str, str]) -> None:
    """Wherever it goes wrong."""
    with pytest.raises(Invalid):
        anyio.run(Files(store, Projects(store)).create, {"name": "a", **wrong})


def test_jobs_have_a_state(store: Store) -> None:
    """With its reason in words."""
    jobs = Jobs(store)
    id_ = jobs.add("x", "pending")
    assert (jobs.get(id_)["state"], jobs.get(id_)["reason"]) == (
        "pending",
        "Execution status: pending",
    )
    jobs.move(id_, "succeeded")
    jobs.move("unknown", "succeeded")
    assert jobs.get(id_)["state"] == "succeeded"
    with pytest.raises(BadRequest, match="job not found or invalid"):
        jobs.get("unknown")


def test_a_session_has_those_who_take_part(store: Store, agent: str, users: Any) -> None:
    """Each once, in order; who it is is settled when it is made."""
    sessions = Sessions(store, "text")
    joe = users.create({"name": "Joe"})["id"]
    session = sessions.create({"agents": [agent, agent], "user": joe})
    assert (session["agent"], session["agents"]) == (agent, [agent])
    assert (session["user"], session["users"]) == (joe, [joe])
    assert session["recall_options"]["mode"] == "text"
    changed = sessions.patch(session["id"], {"recall_options": {"limit": 3}, "users": []})
    assert (changed["users"], changed["recall_options"]["limit"]) == ([joe], 3)
    assert sessions.create_or_update(session["id"], {"agent": agent})["users"] == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "A session needs an agent"),
        ({"agent": "0190163d-8694-7394-8000-4f6aebec3ba9"}, "Agent 0190.* can't take part"),
        ({"both": True}, "Send either `agent` or `agents`, not both"),
    ],
)
def test_a_session_without_an_agent_is_refused(
    store: Store, agent: str, body: Any, words: str
) -> None:
    """Or with two kinds of them."""
    body = {"agent": agent, "agents": [agent]} if "both" in body else body
    with pytest.raises(BadRequest, match=words):
        Sessions(store, "text").create(body)


FUNCTION = {"name": "f", "type": "function", "function": {"parameters": {"x": 1}}}


def test_tools_belong_to_an_agent(store: Store, agent: str) -> None:
    """A name once for each; what is sent of a specification is merged."""
    tools = Tools(store, STRICT)
    made = tools.create(agent, {**FUNCTION, "description": "d"})
    assert made["function"] == {"name": "f", "description": "d", "parameters": {"x": 1}}
    assert tools.get(agent, made["id"]) == made
    assert tools.of_agent(agent) == [*tools.list(agent, {})["items"]] == [made]
    with pytest.raises(Conflict, match="A tool named f already exists for this agent"):
        tools.create(agent, FUNCTION)
    with pytest.raises(NotFound, match="Agent"):
        tools.create("nobody", FUNCTION)
    changed: Any = tools.patch(agent, made["id"], {"function": {"parameters": {"y": 2}}})
    assert changed["function"]["parameters"] == {"x": 1, "y": 2}
    other = {"name": "s", "type": "system", "system": {"resource": "user", "operation": "list"}}
    assert tools.update(agent, made["id"], other)["function"] is None
    assert tools.delete(agent, made["id"])["id"] == made["id"]


@pytest.mark.parametrize(
    ("tool", "place"),
    [
        ({"name": "t", "type": "x"}, "type"),
        ({"name": "t", "type": "api_call"}, "api_call"),
        ({"name": "1", "function": {}}, "name"),
        (
            {"name": "t", "type": "system", "system": {"resource": "x", "operation": "list"}},
            "system.resource",
        ),
    ],
)
def test_a_tool_that_is_wrong_is_refused(tool: Any, place: str) -> None:
    """With the place of what is wrong."""
    with pytest.raises(Invalid) as caught:
        read_tool(tool)
    assert caught.value.details[0]["loc"] == place
    spec: Any = {"name": "f", "description": "d", "function": {"strict": True}}
    assert function_spec(spec) == {
        "parameters": None,
        "strict": True,
        "name": "f",
        "description": "d",
    }


TASK_BODY: Any = {"name": "T", "main": [{"evaluate": {"a": "$ 1"}}]}


def test_a_task_is_read_with_its_workflows() -> None:
    """What answers have besides is no workflow, nor what is null."""
    task, problems = read_task({**TASK_BODY, "id": "x", "jobs": [], "sub": None}, STRICT)
    assert problems == []
    assert task.keys() == {*TASK.fields, "main"}
    assert read_task({}, STRICT)[1][0]["loc"] == "name"


def test_all_that_is_wrong_with_a_task_is_told() -> None:
    """Its fields, its steps, and its schemas."""
    body: Any = {
        "main": [{"get": 5}],
        "input_schema": {"type": "x"},
        "tools": [{"name": "f", "type": "function", "function": {"parameters": {"type": 5}}}],
    }
    found = {(issue.location, issue.severity) for issue in all_issues(body, strict=True)}
    assert found >= {
        ("name", "error"),
        ("main[0].get", "error"),
        ("input_schema.type", "error"),
        ("tools[0].function.parameters.type", "warning"),
    }
    assert list(all_issues(TASK_BODY, strict=True)) == []


class Still:
    """An engine that runs nothing.

    Attributes:
        cancelled: what it was to cancel.
    """

    def __init__(self) -> None:
        self.cancelled: list[str] = []

    def cancel(self, execution_id: str) -> bool:
        """Note it."""
        self.cancelled.append(execution_id)
        return True


def test_tasks_belong_to_an_agent(store: Store, agent: str) -> None:
    """They keep their canonical name, and show the tools that they inherit."""
    engine: Any = Still()
    tools = Tools(store, STRICT)
    tools.create(agent, FUNCTION)
    tasks = Tasks(store, tools, engine, STRICT)
    made: Any = anyio.run(tasks.create, agent, {**TASK_BODY, "inherit_tools": True})
    assert [(tool["name"], tool["inherited"]) for tool in made["tools"]] == [("f", True)]
    assert made["main"][0]["kind_"] == "evaluate"
    changed: Any = anyio.run(tasks.patch, agent, made["id"], {"description": "d"})
    assert (changed["description"], changed["canonical_name"]) == ("d", made["canonical_name"])
    whole: Any = anyio.run(tasks.update, agent, made["id"], {"main": [{"log": "x"}]})
    assert (whole["name"], whole["description"], whole["inherit_tools"]) == ("T", "", False)
    assert [*tasks.list(agent, {})["items"]] == [tasks.get(made["id"])]
    again: Any = anyio.run(tasks.create_or_update, agent, made["id"], TASK_BODY)
    assert again["created_at"] == made["created_at"]
    for wrong, error in (
        ({"name": "T"}, Invalid),
        ({**TASK_BODY, "main": [{"evaluate": {"a": "$ 1 +"}}]}, BadRequest),
        ({**TASK_BODY, "input_schema": {"type": "x"}}, BadRequest),
    ):
        with pytest.raises(error):
            anyio.run(tasks.create, agent, wrong)
    assert tasks.delete(agent, made["id"])["id"] == made["id"]
    assert engine.cancelled == []


@pytest.mark.parametrize(
    ("body", "status"), [({}, "running"), ({"status": "cancelled"}, "cancelled")]
)
def test_a_change_of_an_execution_resumes_it_unless_it_says(body: Any, status: str) -> None:
    """What begins one has an input."""
    assert CHANGE.read(body)["status"] == status
    assert START.read({"input": {"a": 1}}) == {"input": {"a": 1}, "metadata": {}}
    for wrong in ({"status": "x"}, {"input": 5}):
        with pytest.raises(Invalid):
            CHANGE.read(wrong)


class Rows:
    """An execution whose history grows at each change."""

    def __init__(self, *types: str) -> None:
        self._types = types
        self.there = 1

    def transitions(self, id: str, page: Any, scope_id: str | None) -> list[Any]:
        """The transitions so far."""
        del id, scope_id
        shown = [{"type": kind} for kind in self._types[: self.there]]
        return shown[page.offset : page.offset + page.limit]

    def get(self, id: str) -> Any:
        """The execution."""
        if self.there > len(self._types):
            return None
        status = {"finish": "succeeded"}.get(self._types[self.there - 1], "running")
        names = ("updated_at", "error", "transition_count", "metadata")
        return {"id": id, "status": status, **dict.fromkeys(names)}


class Growing(Changes):
    """Changes that happen as soon as somebody waits."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    async def wait(self, id: str) -> None:
        """Let one more be there."""
        del id
        self._rows.there += 1


def streamed(rows: Rows, stream: Callable[[ExecutionStreams], Any]) -> Sequence[Any]:
    """All events of a stream."""

    async def play() -> list[Any]:
        given: Any = rows
        return [event async for event in stream(ExecutionStreams(given, Growing(rows)))]

    return anyio.run(play)


def test_transitions_are_streamed_up_to_the_final_one() -> None:
    """Each with the token that goes on behind it."""
    rows = Rows("init", "step", "finish", "never")
    events = streamed(rows, lambda streams: streams.transitions("e", 0))
    assert [event["transition"]["type"] for event in events] == ["init", "step", "finish"]
    tokens = [event["next_page_token"] for event in events]
    assert [read_token(token) for token in tokens] == [1, 2, 0]
    assert tokens[2] is None
    (rest,) = streamed(Rows("init", "step", "finish"), lambda streams: streams.transitions("e", 2))
    assert rest["transition"]["type"] == "finish"
    gone = streamed(Rows("init"), lambda streams: streams.transitions("e", 0))
    assert len(gone) == 1


def test_a_status_is_streamed_when_it_changes() -> None:
    """The last one is final, or the execution is gone."""
    events = streamed(Rows("init", "step", "finish"), lambda streams: streams.statuses("e"))
    assert [event["status"] for event in events] == ["running", "succeeded"]
    assert [
        event["status"] for event in streamed(Rows("init"), lambda streams: streams.statuses("e"))
    ] == ["running"]


@pytest.mark.parametrize("token", ["x", "AAAA", "é", "!!!!"])
def test_what_is_no_token_of_a_stream_is_refused(token: str) -> None:
    """As a mistake of the caller's."""
    with pytest.raises(ApiError, match="isn't a token of this stream"):
        read_token(token)
    assert read_token(None) == read_token("") == 0
