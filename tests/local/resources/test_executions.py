"""Executions over HTTP: run, watch, resume, cancel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, Make
from tests.plain_http import plain_http

_WAIT: JSON = {"wait_for_input": {"info": {"question": "$ _.q"}}}


@pytest.fixture
def run(make: Make, agent: JSON) -> Make:
    """Start a task: `run([steps], input={...}, **task)` gives the new execution."""

    def start(main: list[JSON], input: JSON | None = None, **task: Any) -> JSON:
        created = make(f"/agents/{agent['id']}/tasks", name="T", main=main, **task)
        return make(f"/tasks/{created['id']}/executions", input=input or {})

    return start


def _events(http: httpx.Client, path: str, **params: Any) -> Iterator[JSON]:
    with http.stream("GET", path, params=params) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line:
                yield json.loads(line.removeprefix("data: "))


def _until(http: httpx.Client, execution: JSON, status: str) -> JSON:
    for event in _events(http, f"/executions/{execution['id']}/status.stream"):
        if event["status"] == status:
            shown: JSON = http.get(f"/executions/{execution['id']}").json()
            return shown
    pytest.fail(f"the stream ended without {status}")


def _transitions(http: httpx.Client, execution: JSON, **params: Any) -> list[JSON]:
    response = http.get(f"/executions/{execution['id']}/transitions", params=params)
    items: list[JSON] = response.json()["items"]
    return items


def test_an_execution_runs_to_its_end(http: httpx.Client, run: Make) -> None:
    """It tells its task, input, output, times and number of transitions."""
    execution = run([{"evaluate": {"n": "$ _.n + 1"}}, {"evaluate": {"n": "$ _.n * 2"}}], {"n": 1})
    assert (execution["output"], execution["transition_count"]) == (None, None)
    assert "jobs" not in execution
    [job_id] = execution["metadata"]["jobs"]
    assert execution["metadata"] == {"jobs": [job_id]}
    done = _until(http, execution, "succeeded")
    assert (done["output"], done["error"], done["input"]) == ({"n": 4}, None, {"n": 1})
    assert (done["transition_count"], done["metadata"]) == (3, {})
    assert http.get(f"/tasks/{done['task_id']}/executions").json()["items"] == [done]
    job = http.get(f"/jobs/{job_id}").json()
    assert job["state"] == "succeeded"


def test_transitions_are_listed_and_read(http: httpx.Client, run: Make) -> None:
    """Newest first by default; one by id; by scope; none of an unknown execution."""
    steps: list[JSON] = [{"evaluate": {"n": "$ 1"}}, {"yield": {"workflow": "sub"}}]
    steps[1] = {"workflow": "sub", "arguments": {"a": "$ _.n"}, "label": "call"}
    execution = run(steps, sub=[{"evaluate": {"b": "$ _.a + 1"}}])
    _until(http, execution, "succeeded")
    newest = _transitions(http, execution)
    assert [each["type"] for each in newest] == [
        "finish",
        "finish_branch",
        "init_branch",
        "step",
        "step",
        "init",
    ]
    assert newest == _transitions(http, execution, direction="asc")[::-1]
    assert (newest[0]["step_label"], newest[0]["metadata"]) == ("call", {"step_type": "YieldStep"})
    one = newest[2]
    url = f"/executions/{execution['id']}/transitions"
    assert http.get(f"{url}/{one['id']}").json() == one
    assert http.get(f"{url}/{uuid4()}").json()["error"]["message"] == "Transition not found"
    inner = _transitions(http, execution, scope_id=one["current"]["scope_id"])
    assert [each["type"] for each in inner] == ["finish_branch", "init_branch"]
    assert _transitions(http, execution, limit=2, offset=1) == newest[1:3]
    assert _transitions(http, {"id": str(uuid4())}) == []


def test_a_waiting_execution_is_resumed(http: httpx.Client, run: Make) -> None:
    """It shows its question and token; the input of the resume is the step's output."""
    execution = run([_WAIT, {"evaluate": {"got": "$ _.a"}}], {"q": "really?"})
    waiting = _until(http, execution, "awaiting_input")
    assert waiting["output"] == {"question": "really?"}
    (wait, _) = _transitions(http, execution)
    assert wait["metadata"]["task_token"] == waiting["task_token"]
    body = {"status": "running", "input": {"a": 42}}
    resumed = http.put(f"/executions/{execution['id']}", json=body)
    assert (resumed.status_code, resumed.json()) == (200, None)
    done = _until(http, execution, "succeeded")
    assert (done["output"], "task_token" in done) == ({"got": 42}, False)
    assert http.put(f"/executions/{execution['id']}", json=body).status_code == 404


def test_a_task_token_resumes_once(http: httpx.Client, run: Make) -> None:
    """The token of a wait is as good as the execution's id, and good for one answer."""
    execution = run([_WAIT], {"q": "?"})
    token = _until(http, execution, "awaiting_input")["task_token"]
    params, body = {"task_token": token}, {"status": "running", "input": {"a": 1}}
    resumed = http.post("/executions", params=params, json=body)
    assert resumed.status_code == 200
    assert resumed.json()["id"] == execution["id"]
    assert _until(http, execution, "succeeded")["output"] == {"a": 1}
    assert http.post("/executions", params=params, json=body).status_code == 404
    assert http.post("/executions", params={"task_token": "x"}, json=body).status_code == 404
    assert http.post("/executions", json=body).status_code == 422


def test_what_has_ended_by_itself_is_not_cancelled(http: httpx.Client, run: Make) -> None:
    """The error says how it ended."""
    execution = run([{"evaluate": {"x": "$ 1"}}])
    _until(http, execution, "succeeded")
    answer = http.put(f"/executions/{execution['id']}", json={"status": "cancelled"})
    assert answer.status_code == 400
    assert "succeeded" in answer.json()["error"]["message"]


def test_an_execution_is_cancelled(http: httpx.Client, run: Make) -> None:
    """Cancelling ends a wait or a sleep, and may be said twice."""
    for step in (_WAIT, {"sleep": {"days": 1}}):
        execution = run([step], {"q": "?"})
        url = f"/executions/{execution['id']}"
        assert http.put(url, json={"status": "cancelled", "reason": "no"}).json() is None
        done = http.get(url).json()
        assert (done["status"], done["output"]) == ("cancelled", "Workflow Cancelled")
        again = http.put(url, json={"reason": "no"})
        assert (again.status_code, again.json()) == (200, None)
        job = http.get(f"/jobs/{execution['metadata']['jobs'][0]}").json()
        assert job["state"] == "aborted"


def test_an_error_fails_the_execution(http: httpx.Client, run: Make) -> None:
    """The error's text is the output, as on self-hosted servers."""
    execution = run([{"evaluate": {"a": "$ _.missing"}}])
    failed = _until(http, execution, "failed")
    assert "missing" in failed["output"]
    assert (failed["error"], _transitions(http, execution)[0]["type"]) == (None, "error")


@pytest.mark.parametrize(
    "body", [{}, {"input": [1]}, {"input": None}, {"input": {}, "metadata": 1}]
)
def test_an_execution_needs_an_object_as_input(
    http: httpx.Client, make: Make, agent: JSON, body: JSON
) -> None:
    """Anything else is a validation error."""
    task = make(f"/agents/{agent['id']}/tasks", name="T", main=[_WAIT])
    assert http.post(f"/tasks/{task['id']}/executions", json=body).status_code == 422


def test_the_input_must_fit_the_schema(http: httpx.Client, make: Make, agent: JSON) -> None:
    """What doesn't fit is told, and nothing is started."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    body = {"name": "T", "main": [_WAIT], "input_schema": schema}
    task = make(f"/agents/{agent['id']}/tasks", **body)
    url = f"/tasks/{task['id']}/executions"
    response = http.post(url, json={"input": {"n": "x"}})
    assert response.status_code == 400
    message = response.json()["error"]["message"]
    assert message.startswith("Invalid request arguments schema: n:")
    assert http.get(url).json()["items"] == []


def test_unknown_tasks_and_executions_are_not_found(http: httpx.Client) -> None:
    """Every operation on an unknown id says so."""
    url = f"/executions/{uuid4()}"
    assert http.post(f"/tasks/{uuid4()}/executions", json={"input": {}}).status_code == 404
    assert http.get(url).status_code == 404
    assert http.put(url, json={"status": "cancelled"}).status_code == 404
    assert http.get(f"{url}/status.stream").status_code == 404
    assert http.get(f"{url}/transitions.stream").status_code == 404
    assert http.put(url, json={"status": "sleeping"}).status_code == 422


def test_transitions_are_streamed_in_order_to_the_last(http: httpx.Client, run: Make) -> None:
    """The stream goes on through a wait and ends after the final transition."""
    execution = run([_WAIT, {"evaluate": {"b": "$ 1"}}], {"q": "?"})
    path = f"/executions/{execution['id']}/transitions.stream"
    seen: list[JSON] = []
    for event in _events(http, path):
        seen.append(event)
        if event["transition"]["type"] == "wait":
            http.put(f"/executions/{execution['id']}", json={"input": {}})
    assert [event["transition"]["type"] for event in seen] == ["init", "wait", "step", "finish"]
    assert [event["transition"] for event in seen] == _transitions(http, execution, direction="asc")
    assert seen[-1]["next_page_token"] is None
    token = seen[1]["next_page_token"]
    assert list(_events(http, path, next_page_token=token)) == seen[2:]
    assert http.get(path, params={"next_page_token": "!"}).status_code == 400


def test_the_status_stream_tells_changes_and_ends(http: httpx.Client, run: Make) -> None:
    """An execution that is over has one event."""
    execution = run([{"evaluate": {"b": "$ 1"}}])
    _until(http, execution, "succeeded")
    (event,) = _events(http, f"/executions/{execution['id']}/status.stream")
    assert (event["execution_id"], event["status"]) == (execution["id"], "succeeded")
    assert event.keys() == {
        "execution_id",
        "status",
        "updated_at",
        "error",
        "transition_count",
        "metadata",
    }


def test_a_task_changed_later_does_not_change_what_runs(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """An execution goes on with the task that it was started with."""
    tasks = f"/agents/{agent['id']}/tasks"
    task = make(tasks, name="T", main=[_WAIT, {"evaluate": {"v": "$ 'old'"}}])
    execution = make(f"/tasks/{task['id']}/executions", input={"q": "?"})
    _until(http, execution, "awaiting_input")
    http.put(f"{tasks}/{task['id']}", json={"name": "T", "main": [{"evaluate": {"v": "$ 'new'"}}]})
    http.put(f"/executions/{execution['id']}", json={"input": {}})
    assert _until(http, execution, "succeeded")["output"] == {"v": "old"}


def test_prompts_go_to_the_model(server: LocalServer, http: httpx.Client, run: Make) -> None:
    """A prompt step is answered as chat is."""
    server.replies.add("Hello, Joe")
    execution = run([{"prompt": "$ f'Greet {_.who}'", "unwrap": True}], {"who": "Joe"})
    assert _until(http, execution, "succeeded")["output"] == "Hello, Joe"
    assert server.model_calls[-1]["messages"] == [{"role": "user", "content": "Greet Joe"}]


def test_a_failing_model_fails_the_execution(
    server: LocalServer, http: httpx.Client, run: Make
) -> None:
    """A scripted error isn't tried again."""
    server.replies.add(error="out of order", status=500)
    execution = run([{"prompt": "hi"}])
    assert "out of order" in _until(http, execution, "failed")["output"]


def test_system_tools_call_this_server(
    http: httpx.Client, make: Make, run: Make, agent: JSON
) -> None:
    """What a task creates through a system tool is there for everybody; lists come bare."""
    tools = [
        {
            "name": "make_user",
            "type": "system",
            "system": {"resource": "user", "operation": "create"},
        },
        {
            "name": "find",
            "type": "system",
            "system": {"resource": "agent", "subresource": "doc", "operation": "list"},
        },
    ]
    steps: list[JSON] = [
        {"tool": "make_user", "arguments": {"name": "$ _.who"}},
        {"evaluate": {"user": "$ _"}},
        {"tool": "find", "arguments": {"agent_id": "$ agent.id", "limit": "$ 5"}},
        {"evaluate": {"user": "$ outputs[1].user.id", "docs": "$ [doc.title for doc in _]"}},
    ]
    make(f"/agents/{agent['id']}/docs", title="Tea", content="green")
    done = _until(http, run(steps, {"who": "Kim"}, tools=tools), "succeeded")
    assert http.get(f"/users/{done['output']['user']}").json()["name"] == "Kim"
    assert done["output"]["docs"] == ["Tea"]


@pytest.mark.parametrize(
    "wanted", [{"k": "v"}, {"n": 1}, {"b": True}, {"deep": {"a": [1]}}, "$ {'k': _.k}"]
)
def test_system_tools_list_what_passes_a_filter(
    http: httpx.Client, make: Make, run: Make, wanted: Any
) -> None:
    """A filter of metadata is an object there, and not text as in an address."""
    mark = str(uuid4())
    metadata = {"mark": mark, "k": "v", "n": 1, "b": True, "deep": {"a": [1, 2]}}
    made = make("/users", name="Kim", metadata=metadata)
    make("/users", name="Lee", metadata={"mark": mark})
    listing = {"resource": "user", "operation": "list"}
    tools = [{"name": "list_users", "type": "system", "system": listing}]
    arguments = {"metadata_filter": wanted, "limit": "$ 50"}
    steps: list[JSON] = [
        {"tool": "list_users", "arguments": arguments},
        {"evaluate": {"ids": f"$ [user.id for user in _ if user.metadata.mark == '{mark}']"}},
    ]
    done = _until(http, run(steps, {"k": "v"}, tools=tools), "succeeded")
    assert done["output"]["ids"] == [made["id"]]


def test_half_a_character_of_an_expression_breaks_no_tool(
    http: httpx.Client, make: Make, run: Make, agent: JSON
) -> None:
    """Expressions can make text that UTF-8 can't hold; what is kept of it is U+FFFD."""
    tools = [
        {"name": operation, "type": "system", "system": {**of_docs, "operation": operation}}
        for of_docs in ({"resource": "agent", "subresource": "doc"},)
        for operation in ("create", "search")
    ]
    half = "$ 'half \\ud800 of it'"
    doc = {"agent_id": "$ agent.id", "title": half, "content": half}
    steps: list[JSON] = [
        {"tool": "create", "arguments": doc},
        {"tool": "search", "arguments": {"agent_id": "$ agent.id", "text": half}},
        {"return": {"titles": "$ [doc.title for doc in _.docs]"}},
    ]
    done = _until(http, run(steps, tools=tools), "succeeded")
    assert done["output"] == {"titles": ["half \ufffd of it"]}


def test_secrets_reach_tools_and_nobody_else(
    server: LocalServer, http: httpx.Client, make: Make, run: Make
) -> None:
    """A tool's specification may use a secret by name."""
    make("/secrets", name="token", value="t0ken")
    tool = {
        "name": "call",
        "type": "api_call",
        "api_call": {
            "method": "GET",
            "url": f"{server.url}/healthz",
            "headers": {"x": "$ secrets.token"},
        },
    }
    done = _until(http, run([{"tool": "call"}], tools=[tool]), "succeeded")
    assert done["output"]["json"]["postgres"] == "ok"


def test_api_calls_can_be_forbidden(make: Make) -> None:
    """A server may keep its tasks from calling others."""
    tool = {
        "name": "call",
        "type": "api_call",
        "api_call": {"method": "GET", "url": "http://localhost/"},
    }
    with LocalServer(allow_api_calls=False) as server, plain_http(server) as client:
        agent = client.post("/agents", json={"name": "A"}).json()
        body: JSON = {"name": "T", "main": [{"tool": "call"}], "tools": [tool]}
        task = client.post(f"/agents/{agent['id']}/tasks", json=body).json()
        execution = client.post(f"/tasks/{task['id']}/executions", json={"input": {}}).json()
        failed = _until(client, execution, "failed")
    assert "switched off" in failed["output"]


def test_the_server_stops_while_streams_are_open(make: Make) -> None:
    """An open stream of a waiting execution ends with the server, soon."""
    with LocalServer() as server:
        client = plain_http(server)
        with client:
            agent = client.post("/agents", json={"name": "A"}).json()
            body = {"name": "T", "main": [{"sleep": {"days": 1}}]}
            task = client.post(f"/agents/{agent['id']}/tasks", json=body).json()
            execution = client.post(f"/tasks/{task['id']}/executions", json={"input": {}}).json()
            events = _events(client, f"/executions/{execution['id']}/status.stream")
            first = next(events)
            server.stop()
            rest = list(events)
    assert {event["status"] for event in (first, *rest)} <= {"queued", "starting", "running"}
