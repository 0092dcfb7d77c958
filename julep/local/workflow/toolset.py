"""The tools that a step of an execution may call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, cast, get_args

from attrs import frozen

from julep.local.records import TaskTool
from julep.types._json import JsonObject, as_object
from julep.types.tools import KnownToolType

from .position import StepError

if TYPE_CHECKING:
    from .run import Run

TOOL_TYPES: tuple[str, ...] = get_args(KnownToolType)


@frozen(kw_only=True)
class ResolvedTool:
    """A tool, with its definition ready for use."""

    name: str
    type: str
    description: str | None
    definition: JsonObject


class Toolset:
    """The task's tools and, where the task inherits them, the agent's that it does not shadow."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._execution = run.execution

    async def find(self, name: str) -> ResolvedTool:
        """Return the tool of that name, which may have its type in front: `function.search`.

        Raises:
            StepError: There is no such tool.
        """
        prefix, _, rest = name.partition(".")
        wanted = rest if rest and prefix in TOOL_TYPES else name
        return await self._first("name", wanted, name)

    async def with_id(self, id: str) -> ResolvedTool:
        """Return the tool with that id.

        Raises:
            StepError: There is no such tool.
        """
        return await self._first("id", id, id)

    async def _first(self, field: Literal["name", "id"], wanted: str, called: str) -> ResolvedTool:
        for wire, is_own in self._wire():
            if wire.get(field) == wanted:
                return await self.tool(wire, is_own=is_own)
        raise StepError(f"Tool {called} not found in the toolset")

    async def all(self) -> list[ResolvedTool]:
        """Return all of them."""
        return [await self.tool(wire, is_own=is_own) for wire, is_own in self._wire()]

    def _wire(self) -> Iterator[tuple[TaskTool, bool]]:
        own = self._execution.task.get("tools") or ()
        names = {wire["name"] for wire in own}
        if self._execution.task.get("inherit_tools"):
            inherited = cast("Sequence[TaskTool]", self._execution.agent_tools)
            yield from ((wire, False) for wire in inherited if wire["name"] not in names)
        yield from ((wire, not wire.get("inherited")) for wire in own)

    async def tool(self, wire: TaskTool, *, is_own: bool = True) -> ResolvedTool:
        """Return a tool from its wire form; a task's own one may mention `secrets`."""
        type = wire.get("type") or next((each for each in TOOL_TYPES if wire.get(each)), "function")
        definition = as_object(wire.get(type))
        if definition and is_own and type != "function":
            names = {"secrets": lambda: dict(self._run.effects.secrets())}
            definition = as_object(await self._run.evaluate_with(names, definition))
        description = wire.get("description") or definition.get("description")
        return ResolvedTool(
            name=wire["name"],
            type=type,
            description=None if description is None else str(description),
            definition=definition,
        )
