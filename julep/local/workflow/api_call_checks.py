"""Steps whose `api_call` can be seen to fail before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from julep.local.json_types import JsonValue, objects
from julep.local.sandbox.values import is_object
from julep.local.workflow.http_checks import known_mistakes
from julep.local.workflow.issues import Issue


def check_api_call(
    task: Mapping[str, JsonValue], location: str, step: Mapping[str, JsonValue]
) -> Iterator[Issue]:
    """What is wrong with the arguments that a step gives a task's own `api_call` tool.

    Arguments with expressions in them are known when the step runs.
    """
    arguments = step.get("arguments")
    if step.get("tool") in _api_calls(task) and is_object(arguments):
        for name, wrong in known_mistakes(arguments):
            yield Issue.shape(f"{location}.arguments.{name}", wrong)


def _api_calls(task: Mapping[str, JsonValue]) -> list[JsonValue]:
    return [tool.get("name") for tool in objects(task.get("tools")) if tool.get("api_call")]
