"""What the self-hosted server of 2025 refuses is refused, with a word on what to write instead."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, maker

_DONE: JSON = {"evaluate": {"a": "$ 1"}}
_FUNCTION: JSON = {"name": "t", "type": "function", "function": {}}
_SHAPES: list[tuple[JSON, str, str]] = [
    ({"evaluate": {"a": 5}}, "main[0].evaluate.a", '"$ 5"'),
    ({"evaluate": {"a": True}}, "main[0].evaluate.a", '"$ True"'),
    ({"set": {"a": None}}, "main[0].set.a", '"$ None"'),
    ({"evaluate": {"a": ["$ _"]}}, "main[0].evaluate.a", "as code"),
    ({"return": {"a": 1.5}}, "main[0].return.a", '"$ 1.5"'),
    ({"return": {"a": {"b": 1}}}, "main[0].return.a", "as code"),
    ({"wait_for_input": {"info": {"a": [1]}}}, "main[0].wait_for_input.info.a", "as code"),
    ({"workflow": "sub", "arguments": {"a": False}}, "main[0].arguments.a", '"$ False"'),
    ({"evaluate": {}}, "main[0].evaluate", "give it a value"),
    ({"set": {}}, "main[0].set", "give it a value"),
    ({"return": {}}, "main[0].return", "give it a value"),
    ({"wait_for_input": {"info": {}}}, "main[0].wait_for_input.info", "give it a value"),
    ({"tool": "t", "arguments": {}}, "main[0].arguments", "leave it out"),
    ({"workflow": "sub", "arguments": {}}, "main[0].arguments", "leave it out"),
    ({"tool": "function.t"}, "main[0].tool", "name alone"),
    ({"switch": []}, "main[0].switch", "give it a case"),
    ({"prompt": "x", "tool_choice": "t"}, "main[0].tool_choice", "auto"),
    ({"prompt": []}, "main[0].prompt", "message"),
    ({"prompt": [{"role": "function", "content": "x"}]}, "main[0].prompt[0].role", "assistant"),
    ({"sleep": {"seconds": 0}}, "main[0].sleep", "longer"),
    ({"if": True, "then": _DONE}, "main[0].if", '"$ True"'),
    ({"switch": [{"case": 1, "then": _DONE}]}, "main[0].switch[0].case", '"$ 1"'),
    ({"foreach": {"in": [1], "do": _DONE}}, "main[0].foreach.in", "as code"),
    ({"over": [1], "map": _DONE}, "main[0].over", "as code"),
    (
        {"foreach": {"in": "$ [1]", "do": {"if": "$ 1", "then": _DONE}}},
        "main[0].foreach.do",
        "workflow",
    ),
    (
        {"foreach": {"in": "$ [1]", "do": {"foreach": {"in": "$ [1]", "do": _DONE}}}},
        "main[0].foreach.do",
        "workflow",
    ),
    ({"over": "$ [1]", "map": {"sleep": {"seconds": 1}}}, "main[0].map", "workflow"),
    (
        {"switch": [{"case": "_", "then": {"if": "$ 1", "then": _DONE}}]},
        "main[0].switch[0].then",
        "workflow",
    ),
    ({"if": "$ 1", "then": {"evaluate": {"a": 1}}}, "main[0].then.evaluate.a", '"$ 1"'),
    ({"parallel": [_DONE]}, "main[0].parallel", "over and map"),
    ({"search": {"text": "x"}}, "main[0].search", "type system"),
]
_EXPRESSIONS: list[tuple[JSON, str]] = [
    ({"prompt": "Translate: 'hello'"}, """$ \\"Translate: 'hello'\\\""""),
    ({"prompt": 'answer {"a": 1}'}, """$ 'answer {\\"a\\": 1}'"""),
    ({"log": "say '''x''' twice"}, "three single quotes"),
    ({"log": "{"}, "$ '{'"),
    ({"log": "C:\\users"}, "Write the text as code"),
    ({"prompt": [{"role": "user", "content": "{nobody}"}]}, "'nobody' is not defined"),
    ({"evaluate": {"a": "$ agent.name"}}, "refuse it here"),
    ({"if": "$ agent.name", "then": _DONE}, "refuse it here"),
    ({"over": "a, b", "map": _DONE}, "where a list belongs"),
    ({"over": "{{_.xs}}", "map": _DONE}, "where a list belongs"),
    ({"foreach": {"in": "$ 'ab'", "do": _DONE}}, "where a list belongs"),
    ({"foreach": {"in": "$ 5", "do": _DONE}}, "This is 5 where a list belongs"),
    ({"log": "$ datetime.datetime.strptime(_, '%Y')"}, "has no 'strptime'"),
    ({"log": "$ datetime.datetime(2024, 1, 1)"}, "can't be called"),
    ({"tool": "nobody"}, "define it under `tools`, or pass tools=[nobody]"),
    ({"return": {"a": "$ # c"}}, "cannot evaluate empty string"),
]


@pytest.mark.parametrize("url", ["http://x/{{item}}", "$ _.url", "http://x/{}", "http://x/'"])
def test_what_a_tool_can_not_know_is_refused(http: httpx.Client, agent: JSON, url: str) -> None:
    """A task's tools know secrets; what a call is about comes from the step's arguments."""
    tool = {"name": "t", "type": "api_call", "api_call": {"method": "GET", "url": url}}
    response = http.post(f"/agents/{agent['id']}/tasks", json=_task(_DONE, tools=[tool]))
    assert (response.status_code, "tools[0].api_call.url" in response.text) == (400, True)
    tool["api_call"] = {"method": "GET", "url": "$ f'http://{secrets.HOST}/'"}
    task = http.post(f"/agents/{agent['id']}/tasks", json=_task(_DONE, tools=[tool]))
    assert task.status_code == 201


def _task(*main: Any, **more: Any) -> JSON:
    return {"name": "T", "main": list(main), "sub": [_DONE], "tools": [_FUNCTION], **more}


@pytest.mark.parametrize(("step", "place", "instead"), _SHAPES)
def test_steps_that_it_refuses_are_refused(
    http: httpx.Client, agent: JSON, step: JSON, place: str, instead: str
) -> None:
    """The answer names the place and says what to write."""
    response = http.post(f"/agents/{agent['id']}/tasks", json=_task(step))
    assert response.status_code == 422
    [detail] = response.json()["error"]["details"]
    assert detail["loc"] == place
    assert instead in detail["msg"]


@pytest.mark.parametrize(("step", "told"), _EXPRESSIONS)
def test_expressions_that_fail_there_are_refused(
    http: httpx.Client, agent: JSON, step: JSON, told: str
) -> None:
    """What can be known at creation is told then, with the way to write it."""
    response = http.post(f"/agents/{agent['id']}/tasks", json=_task(step))
    assert response.status_code == 400
    assert told in response.text.replace("\\\\'", "'").replace("\\'", "'")


@pytest.mark.parametrize(
    "step",
    [
        {"evaluate": {"a": {"b": [1, None, {"c": True}]}}},
        {"return": {"a": ["x", "$ _"], "b": {"c": "x"}, "d": [{"e": "x"}], "f": "$ agent.name"}},
        {"tool": "t", "arguments": {"a": 1, "b": ["$ agent.id", None]}},
        {"tool": "t"},
        {"evaluate": {"a": {"deep": "$ agent.name"}}},
        {"switch": [{"case": "_", "then": {"evaluate": {"a": "$ agent.name"}}}]},
        {
            "prompt": [
                {
                    "role": "assistant",
                    "content": "x",
                    "tool_calls": [{"function": {"name": "t", "arguments": '{"a": 1}'}}],
                }
            ]
        },
        {"prompt": "Hi {agent.name}, it's {_['x']:>{_.n}}"},
        {"over": "$ _.xs", "map": {"workflow": "sub", "arguments": {"n": "$ _"}}},
        {"foreach": {"in": "_.xs", "do": {"wait_for_input": {"info": {"a": "b"}}}}},
        {"if": "False", "then": {"if": "$ _", "then": {"over": "$ [1]", "map": _DONE}}},
        {"over": "$ [1]", "map": _DONE, "initial": "$ []", "reduce": "$ results + [_]"},
        {"evaluate": {"a": "$ 1 / 0", "b": "$ [x.y for x in _]", "c": "1 + 2", "d": "$5"}},
    ],
)
def test_steps_that_it_takes_are_taken(http: httpx.Client, agent: JSON, step: JSON) -> None:
    """Nothing is refused that may run there."""
    response = http.post(f"/agents/{agent['id']}/tasks", json=_task(step))
    assert response.status_code == 201, response.text


_TOOLS: list[tuple[JSON, str]] = [
    ({"name": "t", "function": {}}, "type"),
    ({"name": "t", "type": "function"}, "function"),
    ({"name": "t", "type": "function", "integration": {"provider": "dummy"}}, "function"),
    ({"name": "t", "type": "bash_20241022"}, "bash_20241022"),
    ({"name": "t", "type": "api_call"}, "api_call"),
    ({**_FUNCTION, "name": "a b"}, "name"),
    (
        {"name": "t", "type": "system", "system": {"resource": "moon", "operation": "get"}},
        "system.resource",
    ),
    (
        {"name": "t", "type": "integration", "integration": {"provider": "nobody"}},
        "integration.provider",
    ),
    (
        {
            "name": "t",
            "type": "integration",
            "integration": {"provider": "brave", "method": "ask"},
        },
        "integration.method",
    ),
    (
        {
            "name": "t",
            "type": "integration",
            "integration": {"provider": "brave", "setup": {"api_key": "k"}},
        },
        "integration.setup.brave_api_key",
    ),
]


@pytest.mark.parametrize(("tool", "place"), _TOOLS)
def test_tools_that_it_refuses_are_refused(
    http: httpx.Client, agent: JSON, tool: JSON, place: str
) -> None:
    """An agent's and a task's tools need their type and what belongs to it."""
    own = http.post(f"/agents/{agent['id']}/tools", json=tool)
    task = http.post(f"/agents/{agent['id']}/tasks", json=_task(_DONE, tools=[tool]))
    assert (own.status_code, task.status_code) == (422, 422)
    assert own.json()["error"]["details"][0]["loc"] == place
    assert task.json()["error"]["details"][0]["loc"] == f"tools[0].{place}"


def test_all_of_it_can_be_switched_off(lenient: httpx.Client) -> None:
    """With `strict=False` whatever can be run is run."""
    make = maker(lenient)
    agent = make("/agents", name="Ada")
    make("/users", name="😀 a")
    make("/secrets", name="my-key", value="v")
    make(f"/agents/{agent['id']}/tools", name="t", type="function")
    for step, _, _ in _SHAPES:
        make(f"/agents/{agent['id']}/tasks", **_task(step))


def test_strictness_is_the_default() -> None:
    """Only who asks for it gets a server that takes more than the self-hosted one."""
    with LocalServer() as server, httpx.Client(headers={"X-Auth-Key": server.key}) as client:
        response = client.post(f"{server.url}/users", json={"name": "1abc"})
    assert response.status_code == 422
