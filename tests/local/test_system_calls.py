"""The operations of the API as system tools of tasks call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import anyio
import pytest

from julep.local.errors import BadRequest
from julep.local.fields import Form
from julep.local.models.completions import EchoModel
from julep.local.models.embeddings import HashingVectors
from julep.local.models.providers import Providers
from julep.local.resources.tools import TOOL
from julep.local.routes import Operation, list_operations
from julep.local.services import build_services
from julep.local.system_calls import SystemCalls
from julep.local.workflow.ports import SystemCall
from tests.local.conftest import setup

_DOC = "/agents/{agent_id}/docs/{doc_id}"


def _answer(call: Callable[..., object], name: str, **arguments: object) -> object:
    """What a system tool gets of an operation on a document, which takes a body and no query."""
    operations = [Operation("PUT", _DOC, call, None, "agent.doc.update", Form[object]({}))]
    tool_call = SystemCall(resource="agent", subresource="doc", operation=name, arguments=arguments)
    return anyio.run(SystemCalls(operations), tool_call)


def test_ids_are_taken_out_of_the_arguments() -> None:
    """They come first, in the order of the path; the rest is the body, `data` being a part of it."""

    def update(agent_id: str, doc_id: str, body: object) -> object:
        return agent_id, doc_id, body

    arguments = {"doc_id": "d", "agent_id": "a", "title": "t", "data": {"content": "c"}}
    expected = ("a", "d", {"title": "t", "content": "c"})
    assert _answer(update, "update", **arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("update", {"agent_id": "a"}, "agent.doc.update needs the argument doc_id"),
        ("publish", {}, "not implemented for agent.doc.publish"),
    ],
)
def test_what_cannot_be_called_is_told(
    name: str, arguments: Mapping[str, object], told: str
) -> None:
    """A missing id and an unknown operation are mistakes of the task."""
    with pytest.raises(BadRequest, match=told):
        _answer(print, name, **arguments)


def test_values_of_a_query_are_text() -> None:
    """They are what they would be in an address; None isn't sent, and a list comes bare."""

    def find(query: object) -> object:
        return {"items": [query]}

    operation = Operation("GET", "/users", find, None, "user.list", query=("limit",))
    arguments = {"limit": 5, "sort_by": "created_at", "metadata_filter": {"a": 1}, "offset": None}
    call = SystemCall(resource="user", subresource=None, operation="list", arguments=arguments)
    found = anyio.run(SystemCalls([operation]), call)
    assert found == [{"limit": "5", "sort_by": "created_at", "metadata_filter": '{"a":1}'}]


@pytest.mark.parametrize("kind", ["agent", "user"])
def test_a_name_that_is_left_out_stays(kind: str) -> None:
    """Tasks update what they want to change; over HTTP a name must be sent."""

    def get(id: str) -> object:
        return {"id": id, "name": "Ada"}

    def update(id: str, body: object) -> object:
        return id, body

    path = f"/{kind}s/{{{kind}_id}}"
    operations = [
        Operation("GET", path, get, None, f"{kind}.get"),
        Operation("PUT", path, update, None, f"{kind}.update", Form[object]({})),
    ]
    arguments = {f"{kind}_id": "1", "about": "x"}
    call = SystemCall(resource=kind, subresource=None, operation="update", arguments=arguments)
    assert anyio.run(SystemCalls(operations), call) == ("1", {"name": "Ada", "about": "x"})


@pytest.mark.parametrize(("resource", "of"), [("execution", None), ("task", "execution")])
def test_executions_of_a_task_have_two_names(resource: str, of: str | None) -> None:
    """They are found by the resource, and as a part of the task."""

    def find(task_id: str, query: object) -> object:
        return {"items": [task_id, query]}

    path = "/tasks/{task_id}/executions"
    operation = Operation("GET", path, find, None, "execution.list", query=("limit",))
    arguments = {"task_id": "t", "limit": 1}
    call = SystemCall(resource=resource, subresource=of, operation="list", arguments=arguments)
    assert anyio.run(SystemCalls([operation]), call) == ["t", {"limit": "1"}]


def test_tools_can_name_every_operation_that_they_can_call() -> None:
    """The names in the table are made of words that the form of tools takes."""
    services = build_services(setup(None), Providers(EchoModel(), HashingVectors()))
    names = [each.system for each in list_operations(services) if each.system]
    anyio.run(services.close)
    assert len(set(names)) == len(names)
    for resource, *subresource, operation in (name.split(".") for name in names):
        system = {"resource": resource, "operation": operation}
        system |= dict(zip(("subresource",), subresource, strict=False))
        TOOL.read({"name": "t", "type": "system", "system": system})
