"""What is sent when a tool is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, TypeVar

import attrs

from julep._codec import OMIT, decode_json, encode, to_plain
from julep._keywords import checked
from julep._paths import Id, path
from julep._request import Request
from julep.types._json import is_object
from julep.types.tool_dicts import (
    ApiCallDict,
    BuiltInDict,
    ComputerDict,
    FunctionDict,
    IntegrationDict,
    SystemDict,
)
from julep.types.tools import FunctionDef, KnownToolType, Tool

R = TypeVar("R")

ALL = "/agents/{agent_id}/tools"
ONE = "/agents/{agent_id}/tools/{tool_id}"


class ToolDetails(TypedDict, total=False):
    """What a tool has besides its name and type; `Tools.create` explains each."""

    description: str | None
    function: FunctionDict | FunctionDef | Mapping[str, Any] | None
    integration: IntegrationDict | Mapping[str, Any] | None
    system: SystemDict | Mapping[str, Any] | None
    api_call: ApiCallDict | Mapping[str, Any] | None
    computer_20241022: ComputerDict | Mapping[str, Any] | None
    text_editor_20241022: BuiltInDict | Mapping[str, Any] | None
    bash_20241022: BuiltInDict | Mapping[str, Any] | None


class ToolFields(ToolDetails):
    """A whole tool."""

    name: str
    type: KnownToolType


class ToolChanges(ToolDetails, total=False):
    """Some fields of a tool."""

    name: str
    type: KnownToolType


@attrs.frozen
class ToolWrite(Request[R]):
    """A write of a tool, which servers of 2025 answer with the tool but for its definition."""

    def _complete(self, value: Any) -> Any:
        value = super()._complete(value)
        kind = value.get("type") if is_object(value) else None
        if self.written is None or not isinstance(kind, str) or value.get(kind) is not None:
            return value
        return {**value, kind: decode_json(encode(self.written)).get(kind)}


def creation(agent_id: Id, fields: Mapping[str, Any]) -> Request[Tool]:
    """Return the request that creates a tool."""
    body = whole(fields)
    return Request("POST", path(ALL, agent_id=agent_id), Tool, body=body, written=body)


def change(
    agent_id: Id, tool_id: Id, before: Tool | None, changes: Mapping[str, Any]
) -> Request[Tool]:
    """Return the request that changes fields of a tool; what it was before is sent along."""
    body = merged(before, changes)
    written: dict[str, Any] = {} if before is None else to_plain(before)
    where = path(ONE, agent_id=agent_id, tool_id=tool_id)
    return ToolWrite("PATCH", where, Tool, body=body, written={**written, **body})


def overwriting(agent_id: Id, tool_id: Id, fields: Mapping[str, Any]) -> Request[Tool]:
    """Return the request that overwrites a tool."""
    body = whole(fields)
    where = path(ONE, agent_id=agent_id, tool_id=tool_id)
    return ToolWrite("PUT", where, Tool, body=body, written=body)


def whole(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Check the fields of a whole tool.

    Raises:
        TypeError: One is unknown, or name or type are missing.
    """
    return _named(checked(ToolFields, fields))


def merged(before: Tool | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes, with type, name and definition of the tool that they change."""
    given = {name: value for name, value in changes.items() if value is not OMIT}
    if before is None:
        return given
    kind = given.setdefault("type", before.type)
    given.setdefault("name", before.name)
    definition = to_plain(getattr(before, kind, None), nulls=False)
    changed = to_plain(given.get(kind), nulls=False)
    if is_object(definition):
        kept = {name: value for name, value in definition.items() if value is not None}
        given[kind] = {**kept, **changed} if is_object(changed) else changed or kept
    return _named(given)


def _named(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Put a tool's name into its function too: servers of 2024 tell models that one."""
    function = fields.get("function")
    if fields.get("type") != "function" or function is OMIT or function is None:
        return dict(fields)
    definition = to_plain(function, "function", nulls=False)
    if not is_object(definition) or definition.get("name") == fields["name"]:
        return dict(fields)
    return {**fields, "function": {**definition, "name": fields["name"]}}
