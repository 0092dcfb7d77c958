"""The server's own API for system tools: operations by resource, subresource and name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from julep.local.errors import BadRequest
from julep.local.json_text import mended, to_json
from julep.local.json_types import JsonObject, as_object
from julep.local.services import Services
from julep.local.workflow.ports import SystemCall


@attrs.frozen
class _Operation:
    call: Callable[..., Any]
    ids: Sequence[str] = ()


class SystemCalls:
    """Performs the calls of system tools."""

    def __init__(self, services: Services) -> None:
        self._operations = _operations(services)

    async def __call__(self, call: SystemCall) -> Any:
        """What the operation answers.

        Raises:
            BadRequest: there is no such operation, or an id is missing.
        """
        name = ".".join(filter(None, (call.resource, call.subresource, call.operation)))
        if (operation := self._operations.get(name)) is None:
            raise BadRequest(f"System call not implemented for {name}")
        # Expressions can make halves of characters, which bodies of requests never have.
        arguments: JsonObject = mended(dict(call.arguments))
        if absent := [id for id in operation.ids if not arguments.get(id)]:
            raise BadRequest(f"System call {name} needs the argument {absent[0]}")
        ids = [str(arguments.pop(id)) for id in operation.ids]
        result = operation.call(*ids, **_rest(operation.call, arguments))
        result = await result if inspect.isawaitable(result) else result
        # Lists come bare, as from the hosted server's own queries; pages are for HTTP.
        return result["items"] if call.operation == "list" else result


def _rest(call: Callable[..., Any], arguments: JsonObject) -> JsonObject:
    parameters = inspect.signature(call).parameters
    rest: JsonObject = {}
    if "body" in parameters:
        # Fields come on their own or together as `data`.
        data = as_object(arguments.pop("data", None))
        rest["body"] = {**arguments, **data, **({"stream": False} if "stream" in arguments else {})}
    elif "query" in parameters:
        rest["query"] = {
            key: value if isinstance(value, str) else to_json(value)
            for key, value in arguments.items()
            if value is not None
        }
    return rest


def _operations(s: Services) -> Mapping[str, _Operation]:
    agent, task = ("agent_id",), ("task_id",)
    session, execution = ("session_id",), ("execution_id",)
    return {
        **_collection("agent", s.agents),
        "agent.update": _Operation(_keeping_name(s.agents), agent),
        **_collection("user", s.users),
        "user.update": _Operation(_keeping_name(s.users), ("user_id",)),
        **_collection("session", s.sessions),
        **_docs("agent", s.agent_docs, s),
        **_docs("user", s.user_docs, s),
        "agent.tool.list": _Operation(s.tools.list, agent),
        "agent.tool.create": _Operation(s.tools.create, agent),
        "agent.tool.update": _Operation(s.tools.update, (*agent, "tool_id")),
        "agent.tool.patch": _Operation(s.tools.patch, (*agent, "tool_id")),
        "agent.tool.delete": _Operation(s.tools.delete, (*agent, "tool_id")),
        "session.chat": _Operation(s.chat.chat, session),
        "session.history": _Operation(s.history.get, session),
        "task.list": _Operation(s.tasks.list, agent),
        "task.get": _Operation(s.tasks.get, task),
        "task.create": _Operation(s.tasks.create, agent),
        "task.create_or_update": _Operation(s.tasks.create_or_update, (*agent, *task)),
        "task.update": _Operation(s.tasks.update, (*agent, *task)),
        "task.patch": _Operation(s.tasks.patch, (*agent, *task)),
        "task.delete": _Operation(s.tasks.delete, (*agent, *task)),
        "task.execution.list": _Operation(s.executions.list, task),
        "task.execution.create": _Operation(s.executions.create, task),
        "execution.list": _Operation(s.executions.list, task),
        "execution.create": _Operation(s.executions.create, task),
        "execution.get": _Operation(s.executions.get, execution),
        "execution.change_status": _Operation(s.executions.update, execution),
        "execution.transition.list": _Operation(s.executions.transitions, execution),
        "doc.get": _Operation(s.agent_docs.get, ("doc_id",)),
        "doc.embed": _Operation(s.embedder.embed),
        "job.get": _Operation(s.jobs.get, ("job_id",)),
    }


def _keeping_name(resource: Any) -> Callable[[str, JsonObject], JsonObject]:
    # Over HTTP a name must be sent; tasks often leave it out.
    def update(id: str, body: JsonObject) -> JsonObject:
        changed: JsonObject = resource.update(id, {"name": resource.get(id)["name"], **body})
        return changed

    return update


def _collection(name: str, resource: Any) -> dict[str, _Operation]:
    one = (f"{name}_id",)
    return {
        f"{name}.list": _Operation(resource.list),
        f"{name}.create": _Operation(resource.create),
        f"{name}.get": _Operation(resource.get, one),
        f"{name}.create_or_update": _Operation(resource.create_or_update, one),
        f"{name}.update": _Operation(resource.update, one),
        f"{name}.patch": _Operation(resource.patch, one),
        f"{name}.delete": _Operation(resource.delete, one),
    }


def _docs(name: str, docs: Any, services: Services) -> dict[str, _Operation]:
    owner = (f"{name}_id",)
    return {
        f"{name}.doc.list": _Operation(docs.list, owner),
        f"{name}.doc.create": _Operation(docs.create, owner),
        f"{name}.doc.delete": _Operation(docs.delete, (*owner, "doc_id")),
        f"{name}.doc.search": _Operation(services.search.of_owner, owner),
    }
