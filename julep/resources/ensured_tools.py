"""Tools that an agent is to have: written where it lacks them or has others of their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from julep._codec import to_plain
from julep._engine import Engine
from julep._faces import Async, Resource
from julep._pages import ListOptions, Pages
from julep._paths import Id, id_of, path
from julep._tools.toolbox import OfferedTool, described, name_of
from julep.types._json import is_object
from julep.types.tools import Tool

from .ensuring import ensured
from .likeness import has_definition
from .tool_writes import ALL, creation, merged, overwriting, whole


async def tools_of(engine: Engine, agent_id: Id, wanted: Sequence[Mapping[str, Any]]) -> list[Tool]:
    """See to the tools of an agent within one `timeout`, and return them as it has them then."""
    held = _Held(engine.within_timeout(), agent_id)
    await held.look()
    return [await ensured(_Named(held, fields)) for fields in wanted]


@attrs.define
class _Held:
    """The tools that an agent has, by name."""

    engine: Engine
    agent_id: Id
    tools: Mapping[str, Tool] = attrs.field(factory=dict[str, Tool])

    async def look(self) -> None:
        where = path(ALL, agent_id=self.agent_id)
        tools = Pages(Resource(Async(), self.engine), where, Tool, ListOptions())
        self.tools = {tool.name: tool for tool in await tools.to_list()}


@attrs.define
class _Named:
    """A tool that an agent is to have: `fields`, its name and type among them."""

    held: _Held
    fields: Mapping[str, Any]
    _is_sought: bool = False

    @property
    def title(self) -> str:
        """What the log calls it."""
        return f"tool {self.fields['name']} of agent {id_of('agent_id', self.held.agent_id)}"

    async def find(self) -> Tool | None:
        """Look for it on the server; the first time in what all tools were looked for in."""
        if self._is_sought:
            await self.held.look()
        self._is_sought = True
        return self.held.tools.get(self.fields["name"])

    def is_as(self, found: Tool) -> bool:
        """Tell whether it is as it should be."""
        return has_definition(found, self.fields)

    async def create(self) -> Tool:
        """Write it, now that it is missing."""
        return await self.held.engine.call(creation(self.held.agent_id, self.fields))

    async def change(self, found: Tool) -> Tool:
        """Overwrite it: a PATCH would merge the schemas of arguments, and keep what is gone."""
        kept = merged(found, {"type": self.fields["type"]})
        now = {"description": found.description, **kept, **self.fields}
        return await self.held.engine.call(overwriting(self.held.agent_id, found.id, now))


def wanted_tools(tools: Iterable[OfferedTool]) -> list[dict[str, Any]]:
    """Return the fields to write for functions, dicts and models of tools.

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
