"""Steps whose `api_call` can be seen to fail before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from julep.types._json import is_object, objects

from .http_checks import known_mistakes
from .issues import Issue


def check_api_call(
    task: Mapping[str, object], location: str, step: Mapping[str, object]
) -> Iterator[Issue]:
    """Find what is wrong with the arguments that a step gives a task's own `api_call` tool.

    Arguments with expressions in them are known when the step runs.
    """
    arguments = step.get("arguments")
    if step.get("tool") in _api_calls(task) and is_object(arguments):
        for name, wrong in known_mistakes(arguments):
            yield Issue.shape(f"{location}.arguments.{name}", wrong)


def _api_calls(task: Mapping[str, object]) -> list[object]:
    return [tool.get("name") for tool in objects(task.get("tools")) if tool.get("api_call")]
