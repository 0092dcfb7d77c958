"""Tasks: create, read, change, delete, and what is wrong with them."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import anyio
import httpx
import pytest

from julep.local.resources.agents import Agents
from julep.local.resources.projects import Projects
from julep.local.resources.tasks import Tasks
from julep.local.resources.tools import Tools
from julep.local.store.store import Store
from julep.local.strictness import Strictness
from tests.local.conftest import JSON, Make

_MAIN: list[JSON] = [{"evaluate": {"n": "$ _.n + 1"}}]


def _tasks(agent: JSON) -> str:
    return f"/agents/{agent['id']}/tasks"


def test_a_task_is_returned_whole(http: httpx.Client, make: Make, agent: JSON) -> None:
    """Steps tell their kind, sub-workflows stand beside main, and defaults are filled in."""
    task = make(_tasks(agent), name="T", main=_MAIN, helper=[{"return": {"x": "$ 1"}}])
    assert task["main"][0]["kind_"] == "evaluate"
    assert task["helper"][0]["return"] == {"x": "$ 1"}
    defaults = ("description", "input_schema", "tools", "inherit_tools", "metadata")
    assert [task[name] for name in defaults] == ["", {}, [], False, {}]
    assert (task["agent_id"], task["jobs"]) == (agent["id"], [])
    del task["jobs"]
    assert http.get(f"/tasks/{task['id']}").json() == task
    assert http.get(_tasks(agent)).json()["items"] == [task]


def test_a_task_that_was_read_can_be_written_back(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """What answers have besides doesn't become a workflow."""
    task = make(_tasks(agent), name="T", main=_MAIN, helper=_MAIN)
    written = http.put(f"{_tasks(agent)}/{task['id']}", json=task)
    assert written.status_code == 200
    assert {**written.json(), "updated_at": 0} == {**task, "updated_at": 0}


def test_a_task_may_come_as_yaml(http: httpx.Client, agent: JSON) -> None:
    """A YAML body is read when its content type says so."""
    text = "name: Y\nmain:\n  - log: hello\n  - evaluate: {a: $ 1}\n"
    headers = {"Content-Type": "application/x-yaml"}
    response = http.post(_tasks(agent), content=text, headers=headers)
    assert response.status_code == 201, response.text
    assert [step["kind_"] for step in response.json()["main"]] == ["log", "evaluate"]
    broken = http.post(_tasks(agent), content="a: [", headers=headers)
    assert broken.status_code == 422


def test_a_short_yaml_cannot_stand_for_a_huge_value(http: httpx.Client, agent: JSON) -> None:
    """Aliases of aliases are counted before they are unfolded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    headers = {"Content-Type": "text/yaml"}
    response = http.post(_tasks(agent), content="\n".join(lines), headers=headers)
    assert response.status_code == 413
    merges = ["a0: &a0 {k: v}"]
    merges += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    response = http.post(_tasks(agent), content="\n".join(merges), headers=headers)
    assert response.status_code == 413
    number = f"name: {':'.join(['1'] * 300_000)}"
    assert http.post(_tasks(agent), content=number, headers=headers).status_code == 413


def test_inherited_tools_are_marked(http: httpx.Client, make: Make, agent: JSON) -> None:
    """A task shows its own tools and, if it inherits them, the agent's."""
    make(f"/agents/{agent['id']}/tools", name="own", type="function", description="d", function={})
    tools = [{"name": "extra", "type": "integration", "integration": {"provider": "dummy"}}]
    task = make(_tasks(agent), name="T", main=_MAIN, tools=tools, inherit_tools=True)
    shown = [(tool["name"], tool["inherited"]) for tool in task["tools"]]
    assert shown == [("extra", False), ("own", True)]
    assert task["tools"][1]["function"]["name"] == "own"
    assert make(_tasks(agent), name="U", main=_MAIN, tools=tools)["tools"][1:] == []


def test_tasks_that_go_with_their_agent_while_they_are_listed_are_left_out(store: Store) -> None:
    """They are never shown without the tools that they inherited from it."""
    agents, tools = Agents(store, Projects(store), str), Tools(store, Strictness())
    engine: Any = None
    agent = agents.create({"name": "A"})["id"]
    tools.create(agent, {"name": "f", "type": "function", "function": {}})
    tasks = Tasks(store, tools, engine, Strictness())
    for name in ("one", "two"):
        anyio.run(tasks.create, agent, {"name": name, "main": _MAIN, "inherit_tools": True})
    listed = iter(tasks.list(agent, {})["items"])
    assert next(listed)["name"] == "two"
    store.agents.delete(id=agent)
    assert list(listed) == []


def test_put_replaces_all_and_patch_what_was_sent(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """The operations that no self-hosted server routes."""
    old = make(_tasks(agent), name="T", main=_MAIN, description="d", metadata={"a": 1}, sub=_MAIN)
    url = f"{_tasks(agent)}/{old['id']}"
    patched = http.patch(url, json={"metadata": {"b": 2}, "name": "U"}).json()
    assert (patched["name"], patched["metadata"]) == ("U", {"b": 2})
    assert (patched["description"], "sub" in patched) == ("d", True)
    new = http.put(url, json={"name": "V", "main": _MAIN}).json()
    assert (new["description"], new["metadata"], "sub" in new) == ("", {}, False)
    assert (new["created_at"], new["canonical_name"]) == (old["created_at"], old["canonical_name"])


def test_create_or_update_makes_one_task(http: httpx.Client, agent: JSON) -> None:
    """The same id twice is one task."""
    url = f"{_tasks(agent)}/{uuid4()}"
    first = http.post(url, json={"name": "A", "main": _MAIN})
    second = http.post(url, json={"name": "B", "main": _MAIN})
    assert (first.status_code, second.status_code) == (201, 201)
    assert [task["name"] for task in http.get(_tasks(agent)).json()["items"]] == ["B"]


def test_an_agent_takes_over_a_task(http: httpx.Client, make: Make, agent: JSON) -> None:
    """A task that is written under another agent becomes that one's, whole."""
    task = make(_tasks(agent), name="T", main=_MAIN, description="d")
    other = make("/agents", name="Eve")
    taken = http.post(f"{_tasks(other)}/{task['id']}", json={"name": "U", "main": _MAIN}).json()
    assert (taken["id"], taken["agent_id"], taken["description"]) == (task["id"], other["id"], "")
    assert http.get(_tasks(agent)).json()["items"] == []
    nobody = {"id": str(uuid4())}
    refused = http.post(f"{_tasks(nobody)}/{task['id']}", json={"name": "U", "main": _MAIN})
    assert refused.status_code == 404


def test_delete_takes_the_executions_along(http: httpx.Client, make: Make, agent: JSON) -> None:
    """A deleted task's waiting execution is gone with it."""
    task = make(_tasks(agent), name="T", main=[{"wait_for_input": {"info": {"q": "?"}}}])
    execution = make(f"/tasks/{task['id']}/executions", input={})
    url = f"{_tasks(agent)}/{task['id']}"
    assert http.delete(url).status_code == 202
    assert http.get(f"/tasks/{task['id']}").status_code == 404
    assert http.get(f"/executions/{execution['id']}").status_code == 404
    assert http.delete(url).status_code == 404


_MISSHAPEN: list[tuple[JSON, str]] = [
    ({"main": _MAIN}, "name"),
    ({"name": "T"}, "main"),
    ({"name": "T", "main": []}, "main"),
    ({"name": "T", "main": [{"evaluat": {}}]}, "main[0]"),
    ({"name": "T", "main": [{"foreach": {"in": "$ _"}}]}, "main[0].foreach"),
    ({"name": "T", "main": _MAIN, "sub": 1}, "sub"),
    ({"name": "T", "main": _MAIN, "inherit_tools": "yes"}, "inherit_tools"),
    ({"name": "x" * 256, "main": _MAIN}, "name"),
]


@pytest.mark.parametrize(("body", "loc"), _MISSHAPEN)
def test_the_shape_of_a_task_is_checked(
    http: httpx.Client, agent: JSON, body: dict[str, Any], loc: str
) -> None:
    """A malformed task is a validation error that says where."""
    response = http.post(_tasks(agent), json=body)
    assert response.status_code == 422
    places = [detail["loc"] for detail in response.json()["error"]["details"]]
    assert any(place.startswith(loc) for place in places), places


def test_expressions_are_checked_when_a_task_is_created(http: httpx.Client, agent: JSON) -> None:
    """A task that can't work is refused, in the form of self-hosted servers."""
    body = {"name": "T", "main": [{"evaluate": {"a": "$ 1 +", "b": "$ nobody"}}]}
    response = http.post(_tasks(agent), json=body)
    assert response.status_code == 400
    detail = ast.literal_eval(response.json()["error"]["message"])
    assert detail["message"] == "Task specification contains validation errors"
    assert len(detail["issues"]) == 2
    assert detail["issues"][0].keys() == {"location", "message", "severity", "type", "details"}


def test_the_input_schema_must_be_one(http: httpx.Client, agent: JSON) -> None:
    """A schema that is none is told in the API's words."""
    body = {"name": "T", "main": _MAIN, "input_schema": {"type": "thing"}}
    response = http.post(_tasks(agent), json=body)
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("Invalid input schema")


def test_unknown_agents_and_tasks_are_not_found(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """A task belongs to one agent."""
    body = {"name": "T", "main": _MAIN}
    assert http.post(f"/agents/{uuid4()}/tasks", json=body).status_code == 404
    assert http.get(f"/tasks/{uuid4()}").status_code == 404
    task = make(_tasks(agent), **body)
    other = make("/agents", name="Eve")
    assert http.patch(f"{_tasks(other)}/{task['id']}", json={"name": "X"}).status_code == 404


def test_changes_at_the_same_time_are_all_kept(http: httpx.Client, make: Make, agent: JSON) -> None:
    """A task is checked aside, and what others change meanwhile is not lost."""
    task = make(_tasks(agent), name="T", main=_MAIN)
    url = f"{_tasks(agent)}/{task['id']}"

    def patch(number: int) -> int:
        return http.patch(url, json={f"flow{number}": _MAIN}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(patch, range(24))) == {200}
    same = f"{_tasks(agent)}/{uuid4()}"

    def make_same(number: int) -> int:
        return http.post(same, json={"name": f"A{number}", "main": _MAIN}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(make_same, range(8))) == {201}
    kept = http.get(f"/tasks/{task['id']}").json()
    assert {f"flow{number}" for number in range(24)} <= kept.keys()


_CALL: JSON = {"name": "api", "type": "api_call", "api_call": {"method": "GET", "url": "http://x/"}}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"url": "nowhere://x"}, "url"),
        ({"params": 5}, "params"),
        ({"headers": {"X": "a\nb"}}, "headers"),
        ({"headers": ["a"]}, "headers"),
        ({"data": [1]}, "data"),
        ({"method": "GE T"}, "method"),
    ],
)
def test_an_api_call_that_can_never_be_sent_is_refused(
    http: httpx.Client, agent: JSON, arguments: JSON, field: str
) -> None:
    """Also where it stands in another step; the answer names the field and how to write it."""
    step: JSON = {"if": "$ True", "then": {"tool": "api", "arguments": arguments}}
    body = {"name": "T", "main": [step], "tools": [_CALL]}
    response = http.post(f"/agents/{agent['id']}/tasks", json=body)
    assert response.status_code == 422
    assert f"arguments.{field} " in response.text


@pytest.mark.parametrize(
    "arguments",
    [
        {"url": "$ _.url", "params": "$ 5", "headers": "_.headers"},
        {"url": "{_.base}/x", "headers": {"X": "token\n"}},
        {"url": " http://x/ ", "data": "a=b", "json": 5},
    ],
)
def test_what_only_a_run_can_tell_of_an_api_call_is_taken(
    make: Make, agent: JSON, arguments: JSON
) -> None:
    """Expressions are, and text whose blanks go when it is evaluated."""
    main = [{"tool": "api", "arguments": arguments}]
    make(f"/agents/{agent['id']}/tasks", name="T", main=main, tools=[_CALL])
