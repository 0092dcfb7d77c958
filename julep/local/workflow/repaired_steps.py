"""What runs here because a fault of servers of 2025 is repaired, and does something else on them.

`REPAIRS.md` lists those faults; a task that relies on the repair is told of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from julep.types._json import JsonObject, as_object, is_array

from .issues import Issue
from .step_kinds import kind_of

_ONE_BY_ONE = 1
_IN_BRACES = re.compile(r"\s*\$ \{\s*(secrets\.\w+)\s*\}\s*")
_FAILING = frozenset({"create", "update", "create_or_update", "chat", "search"})
"""Operations of system tools that hand a resource or a question over, which fails there."""


def repaired_in_steps(steps: Sequence[tuple[str, JsonObject]], main: object) -> Iterator[Issue]:
    """Yield the steps that do something else on servers of 2025."""
    last = f"main[{len(main) - 1}]" if is_array(main) else ""
    for location, step in steps:
        match kind_of(step):
            case "get":
                message = "get always gives null on servers of 2025"
                yield _told(f"{location}.get", message, f"write $ state.{step['get']}")
            case "error" if location == last:
                message = "the last step of main: on servers of 2025 the execution succeeds"
                yield _told(f"{location}.error", message, "put another step behind it")
            case "map_reduce" if (code := step.get("reduce")) is not None:
                yield from _reduce(location, str(code), step.get("parallelism"))
            case _:
                pass


def _reduce(location: str, code: str, parallelism: object) -> Iterator[Issue]:
    is_marked = code.strip().startswith("$ ")
    if parallelism == _ONE_BY_ONE and not is_marked:
        message = "without `$ ` this is text on servers of 2025, where parallelism is 1"
        yield _told(f"{location}.reduce", message, f"write $ {code}")
    elif parallelism != _ONE_BY_ONE and is_marked:
        message = "with `$ ` this fails on servers of 2025, unless parallelism is 1"
        yield _told(f"{location}.reduce", message, f"write {code.strip().removeprefix('$ ')}")


def repaired_in_tools(tools: Sequence[Mapping[str, object]]) -> Iterator[Issue]:
    """Yield the tools that fail on servers of 2025."""
    for index, tool in enumerate(tools):
        yield from _integration(f"tools[{index}].integration", as_object(tool.get("integration")))
        call = as_object(tool.get("system"))
        names = (call.get("resource"), call.get("subresource"), call.get("operation"))
        what = ".".join(str(name) for name in names if name)
        if str(call.get("operation")) in _FAILING and not what.endswith("doc.create"):
            yield _told(f"tools[{index}].system", f"{what} fails on servers of 2025", None)


def _integration(location: str, integration: JsonObject) -> Iterator[Issue]:
    if integration.get("arguments"):
        message = "servers of 2025 don't use these in tool steps"
        yield _told(f"{location}.arguments", message, "give them in the step")
    for name, value in as_object(integration.get("setup")).items():
        if isinstance(value, str) and (secret := _IN_BRACES.fullmatch(value)):
            message = "a set on servers of 2025, which fails the step"
            yield _told(f"{location}.setup.{name}", message, f"write $ {secret[1]}")


def _told(location: str, message: str, hint: str | None) -> Issue:
    return Issue(
        location=location, message=message, type="repaired_fault", severity="warning", hint=hint
    )
