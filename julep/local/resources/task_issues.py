"""All that is wrong with a task, for those who look before they send it to a server.

The server itself refuses a task in `tasks`, by the same checks, at the first kind of mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from julep.local.sandbox.json_schema import SCHEMA_OF_SCHEMAS, UnusableSchema, problems_of
from julep.local.strictness import Strictness
from julep.local.workflow import Issue, validate
from julep.local.workflow.unknown_keys import unknown_in
from julep.types._json import JsonObject, as_array, as_object

from .task_form import read_task
from .tools import TOOL

_READ_ONLY = ("id", "agent_id", "inherited", "created_at", "updated_at", "project")
"""What tools have in answers."""


def all_issues(body: JsonObject, *, strict: bool) -> Iterator[Issue]:
    """Yield all that is wrong with a task, by the checks that a server makes when it is sent one.

    A server tells of one kind of mistakes at a time, and checks in a process of its own what may be
    a stranger's.
    """
    task, problems = read_task(body, Strictness(strict))
    for each in problems:
        yield Issue(location=each["loc"], message=each["msg"], type=each["type"])
    told = {_tool(each["loc"]) for each in problems} - {None}
    for issue in validate(task, strict=strict):
        if not (issue.type == "invalid_shape" and _tool(issue.location) in told):
            yield issue
    yield from _issues_of_schema("input_schema", as_object(task.get("input_schema")), "error")
    for index, tool in enumerate(as_array(task.get("tools"))):
        yield from _issues_of_tool(f"tools[{index}]", as_object(tool))


def _tool(location: str) -> str | None:
    """Return which tool of the task a location is in, if it is in one."""
    return location.partition("]")[0] if location.startswith("tools[") else None


def _issues_of_tool(location: str, tool: JsonObject) -> Iterator[Issue]:
    yield from unknown_in(location, tool, (*TOOL.fields, *_READ_ONLY))
    parameters = as_object(as_object(tool.get("function")).get("parameters"))
    yield from _issues_of_schema(f"{location}.function.parameters", parameters, "warning")


def _issues_of_schema(
    location: str, schema: JsonObject, severity: Literal["error", "warning"]
) -> Iterator[Issue]:
    for path, wrong in _problems_of_schema(schema) if schema else ():
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
        message = f"Invalid schema: {wrong}"
        yield Issue(
            location=location + place, message=message, type="invalid_schema", severity=severity
        )


def _problems_of_schema(schema: JsonObject) -> Iterator[tuple[Sequence[str | int], str]]:
    try:
        yield from problems_of(SCHEMA_OF_SCHEMAS, schema)
    except UnusableSchema as error:  # it is too deep
        yield (), str(error)
