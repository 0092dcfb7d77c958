"""Tools that an agent is to have: written where it lacks them or has others of their names."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from julep._codec import to_plain
from julep._engine import Engine
from julep._faces import Async, Resource
from julep._pages import ListOptions, Pages
from julep._paths import Id, id_of, path
from julep._toolbox import OfferedTool, described, name_of
from julep.errors import APIConnectionError, ConflictError, InternalServerError
from julep.types._json import is_array, is_object
from julep.types.tools import Tool

from .tool_writes import ALL, creation, merged, overwriting, whole

_log = logging.getLogger("julep")


@attrs.define
class Ensured:
    """Sees to the tools of an agent.

    Attributes:
        engine: What sends.
        agent_id: The agent, or its id.
    """

    engine: Engine
    agent_id: Id
    _known: dict[str, Tool] = attrs.field(factory=dict[str, Tool])

    async def all_of(self, wanted: Sequence[Mapping[str, Any]]) -> list[Tool]:
        """Return the tools as the agent has them then, all within one `timeout`."""
        self.engine = self.engine.within(self.engine.options.timeout)
        await self._look()
        return [await self._one(fields) for fields in wanted]

    async def _look(self) -> None:
        where = path(ALL, agent_id=self.agent_id)
        tools = Pages(Resource(Async(), self.engine), where, Tool, ListOptions())
        self._known = {tool.name: tool for tool in await tools._collect()}  # noqa: SLF001 - a part of Pages

    async def _one(self, fields: Mapping[str, Any]) -> Tool:
        if fields["name"] not in self._known:
            try:
                return self._told(
                    await self.engine.call(creation(self.agent_id, fields)), "created"
                )
            except (ConflictError, InternalServerError, APIConnectionError):
                # Somebody else was faster, which servers of 2025 call an error of their own, or the
                # answer was lost.
                await self._look()
                if fields["name"] not in self._known:
                    raise
        before = self._known[fields["name"]]
        if _is_as(before, fields):
            return self._told(before, "unchanged")
        # A PATCH would merge the schemas of arguments, and keep what is gone.
        now = {"description": before.description, **merged(before, fields)}
        changed = await self.engine.call(overwriting(self.agent_id, before.id, now))
        return self._told(changed, "changed")

    def _told(self, tool: Tool, state: str) -> Tool:
        agent = id_of("agent_id", self.agent_id)
        _log.info("tool %s of agent %s: %s", tool.name, agent, state)
        return tool


def wanted_tools(tools: Sequence[OfferedTool]) -> list[dict[str, Any]]:
    """Return what is to be written of functions, dicts and models of tools.

    Raises:
        TypeError: One is not a tool, or a function that no model can call.
        ValueError: One has no name, or two have the same.
    """
    wanted = [_fields(tool) for tool in described(tools)]
    names = [fields["name"] for fields in wanted]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two tools are called {twice}; give one another name")
    return wanted


def _fields(tool: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "function", **to_plain(tool, "tools", nulls=False)}
    name = name_of(plain)
    if not name:
        raise ValueError("a tool has no name, by which an agent's tools are told apart")
    if is_object(function := plain.get("function")) and plain.get("description") is not None:
        # Where servers of 2024 keep it.
        plain["function"] = {"description": plain["description"], **function}
    return whole({**plain, "name": name})


def _is_as(tool: Tool, fields: Mapping[str, Any]) -> bool:
    """Whether a tool has what is wanted of it; servers fill in more."""
    stored = _without_nulls(to_plain(tool))
    wanted = _without_nulls(fields)
    definition = wanted.pop(wanted["type"], {})
    return _has(stored, wanted) and _has(stored.get(wanted["type"], {}), definition)


def _has(stored: Any, wanted: Any) -> bool:
    if not is_object(stored) or not is_object(wanted):
        return bool(stored == wanted)
    return all(stored.get(name) == value for name, value in wanted.items())


def _without_nulls(value: Any) -> Any:
    """Take out what is null in objects: some servers store null for what is left out."""
    if is_array(value):
        return [_without_nulls(item) for item in value]
    if not is_object(value):
        return value
    return {name: _without_nulls(item) for name, item in value.items() if item is not None}
