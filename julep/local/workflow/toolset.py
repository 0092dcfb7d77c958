"""The tools that a step of an execution may call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from julep.local.json_types import JsonValue
from julep.local.sandbox.expressions import evaluate
from julep.local.workflow.ports import Execution
from julep.local.workflow.position import StepError

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

    def __init__(self, execution: Execution, secrets: Callable[[], Mapping[str, str]]) -> None:
        self._execution = execution
        self._secrets = secrets

    def find(self, name: str) -> Tool:
        """Returns the tool of that name, which may have its type in front: `function.search`.

        Raises:
            StepError: There is none.
        """
        prefix, _, rest = name.partition(".")
        wanted = rest if rest and prefix in TOOL_TYPES else name
        return self._first("name", wanted, name)

    def with_id(self, id: str) -> Tool:
        """Returns the tool with that id.

        Raises:
            StepError: There is none.
        """
        return self._first("id", id, id)

    def _first(self, field: str, wanted: str, called: str) -> Tool:
        for wire, is_own in self._wire():
            if wire.get(field) == wanted:
                return self.tool(wire, is_own=is_own)
        raise StepError(f"Tool {called} not found in the toolset")

    def __iter__(self) -> Iterator[Tool]:
        for wire, is_own in self._wire():
            yield self.tool(wire, is_own=is_own)

    def _wire(self) -> Iterator[tuple[Mapping[str, JsonValue], bool]]:
        own: list[Mapping[str, JsonValue]] = self._execution.task.get("tools") or []
        names = {wire["name"] for wire in own}
        if self._execution.task.get("inherit_tools"):
            inherited = (wire for wire in self._execution.agent_tools)
            yield from ((wire, False) for wire in inherited if wire["name"] not in names)
        yield from ((wire, not wire.get("inherited")) for wire in own)

    def tool(self, wire: Mapping[str, JsonValue], *, is_own: bool = True) -> Tool:
        """Returns a tool from its wire form; a task's own one may mention `secrets`."""
        type = wire.get("type") or next((each for each in TOOL_TYPES if wire.get(each)), "function")
        definition: Any = wire.get(type) or {}
        if definition and is_own and type != "function":
            definition = evaluate(definition, {"secrets": dict(self._secrets())})
        description = wire.get("description") or definition.get("description")
        return Tool(name=wire["name"], type=type, description=description, definition=definition)
