"""Tools of agents."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.local.conftest import JSON, Make

_PARAMETERS = {"type": "object", "properties": {"x": {"type": "string"}}}
_FUNCTION: JSON = {"name": "f", "type": "function", "function": {}}


def _tools(agent: JSON) -> str:
    return f"/agents/{agent['id']}/tools"


def test_a_function_tool_is_returned_whole(http: httpx.Client, make: Make, agent: JSON) -> None:
    """A tool shows its name inside its function too, and null for the other kinds."""
    function = {"description": "d", "parameters": _PARAMETERS}
    tool = make(_tools(agent), name="f", type="function", function=function)
    assert tool["function"] == {"name": "f", **function}
    assert (tool["integration"], tool["system"], tool["api_call"]) == (None, None, None)
    listed = http.get(_tools(agent)).json()["items"]
    assert [each["id"] for each in listed] == [tool["id"]]
    assert http.get(f"{_tools(agent)}/{tool['id']}").json() == listed[0]


@pytest.mark.parametrize(
    ("type_", "spec"),
    [
        ("integration", {"provider": "dummy", "method": None, "setup": {"a": 1}}),
        ("system", {"resource": "agent", "operation": "list"}),
        ("api_call", {"method": "GET", "url": "http://x/", "headers": {"a": "b"}}),
        ("bash_20241022", {"name": "bash"}),
        ("text_editor_20241022", {}),
        ("computer_20241022", {"display_width_px": 800}),
    ],
)
def test_other_kinds_keep_their_specification(
    make: Make, agent: JSON, type_: str, spec: dict[str, Any]
) -> None:
    """Each kind of tool has its specification under the key of its name."""
    tool = make(_tools(agent), name="t", type=type_, description="d", **{type_: spec})
    assert tool[type_].items() >= spec.items()
    assert (tool["description"], tool["function"]) == ("d", None)


@pytest.mark.parametrize(
    "body",
    [
        {**_FUNCTION, "name": "1st"},
        {**_FUNCTION, "name": "x" * 41},
        {**_FUNCTION, "name": "t\n"},
        {"name": "t", "type": "magic"},
        {"name": "t", "function": {}},
        {"name": "t", "type": "function"},
        {"name": "t", "type": "bash_20241022"},
        {"name": "t", "type": "function", "integration": {"provider": "dummy"}},
        {"name": "t", "type": "integration", "integration": {"provider": "zzz"}},
        {"name": "t", "type": "integration"},
        {"name": "t", "type": "system", "system": {"resource": "moon", "operation": "get"}},
        {"name": "t", "type": "api_call", "api_call": {"url": "http://x/"}},
    ],
)
def test_tools_that_make_no_sense_are_refused(
    http: httpx.Client, agent: JSON, body: dict[str, Any]
) -> None:
    """Bad names, kinds and specifications are validation errors."""
    assert http.post(_tools(agent), json=body).status_code == 422


def test_a_name_is_taken_once_for_an_agent(http: httpx.Client, make: Make, agent: JSON) -> None:
    """A second tool of the same name is a conflict; another agent may have one."""
    make(_tools(agent), **_FUNCTION)
    assert http.post(_tools(agent), json=_FUNCTION).status_code == 409
    make(_tools(make("/agents", name="Eve")), **_FUNCTION)


def test_patch_merges_the_specification(http: httpx.Client, make: Make, agent: JSON) -> None:
    """PATCH keeps what it isn't told, inside of the function too."""
    function = {"description": "d", "parameters": _PARAMETERS}
    tool = make(_tools(agent), name="f", type="function", function=function)
    url = f"{_tools(agent)}/{tool['id']}"
    renamed = http.patch(url, json={"name": "g"}).json()
    assert renamed["function"] == {"name": "g", **function}
    described = http.patch(url, json={"function": {"description": "e"}}).json()
    assert described["function"] == {"name": "g", "description": "e", "parameters": _PARAMETERS}


def test_put_replaces_the_tool(http: httpx.Client, make: Make, agent: JSON) -> None:
    """PUT forgets what it isn't told."""
    function = {"description": "d", "parameters": _PARAMETERS}
    tool = make(_tools(agent), name="f", type="function", function=function)
    body = {"name": "t", "type": "integration", "integration": {"provider": "dummy"}}
    new = http.put(f"{_tools(agent)}/{tool['id']}", json=body).json()
    assert (new["name"], new["type"], new["function"]) == ("t", "integration", None)
    assert new["created_at"] == tool["created_at"]


def test_deleting_a_tool_answers_200(http: httpx.Client, make: Make, agent: JSON) -> None:
    """The one deletion that the API answers with 200; the tool is gone then."""
    tool = make(_tools(agent), **_FUNCTION)
    url = f"{_tools(agent)}/{tool['id']}"
    assert http.delete(url).status_code == 200
    assert http.delete(url).status_code == 404


def test_tools_go_with_their_agent(http: httpx.Client, make: Make, agent: JSON) -> None:
    """A deleted agent leaves no tools, and an unknown one can't get any."""
    make(_tools(agent), **_FUNCTION)
    http.delete(f"/agents/{agent['id']}")
    assert http.get(_tools(agent)).json() == {"items": []}
    body = {"name": "f", "type": "function"}
    assert http.post(f"/agents/{uuid4()}/tools", json=body).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "nowhere://x"),
        ("url", "http://x:99999/"),
        ("headers", {"X": "a\nb"}),
        ("headers", ["a"]),
        ("params", 5),
        ("timeout", 0),
    ],
)
def test_an_api_call_that_can_never_be_sent_is_refused(
    http: httpx.Client, agent: JSON, field: str, value: Any
) -> None:
    """What no execution can mend is told when the tool is made."""
    spec: JSON = {"method": "GET", "url": "http://x/", field: value}
    body = {"name": "t", "type": "api_call", "api_call": spec}
    response = http.post(f"/agents/{agent['id']}/tools", json=body)
    assert response.status_code == 422
    (problem,) = response.json()["error"]["details"]
    assert problem["loc"] == f"api_call.{field}"


def test_an_api_call_may_leave_everything_to_expressions(make: Make, agent: JSON) -> None:
    """What an execution fills in is checked then."""
    spec: JSON = {"method": "GET", "url": "{_.base}/x", "headers": {"X": "$ secrets.KEY"}}
    make(f"/agents/{agent['id']}/tools", name="t", type="api_call", api_call=spec)
