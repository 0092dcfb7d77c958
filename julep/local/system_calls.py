"""The operations of the API as system tools call them: by resource, subresource and name."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping

from julep.local.store.rows import read_all
from julep.local.workflow.ports import SystemCall
from julep.types._json import JsonObject, as_object, is_object

from .errors import BadRequest
from .json_text import mended, to_json
from .routes import Operation

_SAME = {"task.execution.list": "execution.list", "task.execution.create": "execution.create"}
# Over HTTP a name must be sent; tasks often leave it out.
_NAME_STAYS = {"agent.update": "agent.get", "user.update": "user.get"}


class SystemCalls:
    """Performs the calls of system tools.

    Args:
        operations: The whole API; those without a name for system tools can't be called.
    """

    def __init__(self, operations: Collection[Operation]) -> None:
        self._operations = {each.system: each for each in operations if each.system}

    async def __call__(self, call: SystemCall) -> object:
        """Call the operation, and return its answer.

        Raises:
            BadRequest: There is no such operation, or an id is missing.
        """
        name = ".".join(filter(None, (call.resource, call.subresource, call.operation)))
        if (operation := self._operations.get(_SAME.get(name, name))) is None:
            raise BadRequest(f"System call not implemented for {name}")
        # Expressions can make halves of characters, which bodies of requests never have.
        arguments = mended(dict(call.arguments))
        if absent := [id for id in operation.ids if not arguments.get(id)]:
            raise BadRequest(f"System call {name} needs the argument {absent[0]}")
        ids = [str(arguments.pop(id)) for id in operation.ids]
        result = await self._answer(operation, ids, arguments)
        # Lists come bare, as from the self-hosted server's own queries; pages are for HTTP.
        if call.operation == "list" and is_object(result):
            result = result["items"]
        return read_all(result)

    async def _answer(
        self, operation: Operation, ids: Collection[str], arguments: JsonObject
    ) -> object:
        if operation.body:
            body = {**self._kept(operation, ids), **_body(operation, arguments)}
            result = operation.call(*ids, body=body)
        elif operation.query:
            result = operation.call(*ids, query=_query(arguments))
        else:
            result = operation.call(*ids)
        return await result if inspect.isawaitable(result) else result

    def _kept(self, operation: Operation, ids: Collection[str]) -> JsonObject:
        if (get := _NAME_STAYS.get(operation.system)) is None:
            return {}
        return {"name": as_object(self._operations[get].call(*ids))["name"]}


def _body(operation: Operation, arguments: JsonObject) -> JsonObject:
    # Fields come on their own or together as `data`.
    data = as_object(arguments.pop("data", None))
    whole = {"stream": False} if operation.streams == "asks" else {}
    return {**arguments, **data, **whole}


def _query(arguments: JsonObject) -> Mapping[str, str]:
    return {
        name: value if isinstance(value, str) else to_json(value)
        for name, value in arguments.items()
        if value is not None
    }
