"""The tools that a step of an execution may call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from julep.local.json_types import JsonValue
from julep.local.workflow.position import StepError

if TYPE_CHECKING:
    from julep.local.workflow.run import Run

TOOL_TYPES = (
    "function",
    "integration",
    "system",
    "api_call",
    "computer_20241022",
    "text_editor_20241022",
    "bash_20241022",
)


@frozen(kw_only=True)
class Tool:
    """A tool, with its definition ready for use."""

    name: str
    type: str
    description: str | None
    definition: Mapping[str, JsonValue]


class Toolset:
    """The task's tools and, where the task inherits them, the agent's that it does not shadow."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._execution = run.execution

    async def find(self, name: str) -> Tool:
        """Returns the tool of that name, which may have its type in front: `function.search`.

        Raises:
            StepError: There is none.
        """
        prefix, _, rest = name.partition(".")
        wanted = rest if rest and prefix in TOOL_TYPES else name
        return await self._first("name", wanted, name)

    async def with_id(self, id: str) -> Tool:
        """Returns the tool with that id.

        Raises:
            StepError: There is none.
        """
        return await self._first("id", id, id)

    async def _first(self, field: str, wanted: str, called: str) -> Tool:
        for wire, is_own in self._wire():
            if wire.get(field) == wanted:
                return await self.tool(wire, is_own=is_own)
        raise StepError(f"Tool {called} not found in the toolset")

    async def all(self) -> list[Tool]:
        """Return all of them."""
        return [await self.tool(wire, is_own=is_own) for wire, is_own in self._wire()]

    def _wire(self) -> Iterator[tuple[Mapping[str, JsonValue], bool]]:
        own: list[Mapping[str, JsonValue]] = self._execution.task.get("tools") or []
        names = {wire["name"] for wire in own}
        if self._execution.task.get("inherit_tools"):
            inherited = (wire for wire in self._execution.agent_tools)
            yield from ((wire, False) for wire in inherited if wire["name"] not in names)
        yield from ((wire, not wire.get("inherited")) for wire in own)

    async def tool(self, wire: Mapping[str, JsonValue], *, is_own: bool = True) -> Tool:
        """Returns a tool from its wire form; a task's own one may mention `secrets`."""
        type = wire.get("type") or next((each for each in TOOL_TYPES if wire.get(each)), "function")
        definition: Any = wire.get(type) or {}
        if definition and is_own and type != "function":
            names = {"secrets": lambda: dict(self._run.effects.secrets())}
            definition = await self._run.evaluate_with(names, definition)
        description = wire.get("description") or definition.get("description")
        return Tool(name=wire["name"], type=type, description=description, definition=definition)
