"""What is wrong with a task, found when it is created rather than when it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from julep.local.fields import REQUIRED
from julep.local.workflow.api_call_checks import check_api_call
from julep.local.workflow.issues import Issue
from julep.local.workflow.static_checks import check_expressions, check_tools
from julep.local.workflow.step_kinds import STEP_KINDS, children, kind_of, wire_names
from julep.local.workflow.strict_steps import strict_steps
from julep.local.workflow.tasks import workflows
from julep.local.workflow.toolset import TOOL_TYPES
from julep.types._json import JsonObject, is_array, is_object, objects

_MAX_LABEL = 120
_MAX_NAME = 120
_MAX_NESTING = 50
_LABEL = re.compile(r"[0-9]*[^0-9].*", re.DOTALL)


def validate(task: Mapping[str, object], *, strict: bool = False) -> list[Issue]:
    """Returns what is wrong with a task as it came over the wire, worst kind first.

    When it is to be `strict`, that is also what the hosted server of 2025 refuses or is sure to
    fail on, though it could be run here.

    Issues of type `invalid_shape` are about its structure (a 422 answer), the others about what it
    says (a 400 answer). Those of severity `warning` do not keep a task from running. Whether its
    `input_schema` is one, `sandbox.isolated.schema_problem` tells.
    """
    shapes = [*_check_shapes(task)]
    if strict and not shapes:
        for name, steps in workflows(task).items():
            for index, step in enumerate(objects(steps)):
                shapes += strict_steps(f"{name}[{index}]", step)
    if shapes:
        return shapes
    issues = [*_check_references(task, strict=strict)]
    issues += check_tools(objects(task.get("tools")), strict=strict)
    for location, step in _all_steps(task):
        issues += check_expressions(location, step, strict=strict)
        issues += check_api_call(task, location, step)
    return issues


def _check_shapes(task: Mapping[str, object]) -> Iterator[Issue]:
    if "main" not in task:
        yield Issue.shape("main", "is required: the list of steps that the task consists of")
    for name, steps in workflows(task).items():
        yield from _check_workflow(name, steps)
    yield from _check_tools(task.get("tools"))


def _check_workflow(name: str, steps: object) -> Iterator[Issue]:
    if not is_array(steps):
        yield Issue.shape(name, "must be a list of steps: keys that a task lacks are workflows")
        return
    if name == "main" and not steps:
        yield Issue.shape(name, "must have at least one step")
    if "`" in name or name.startswith("PAR:") or len(name) > _MAX_NAME:
        yield Issue.shape(name, "is not a name for a workflow: use letters, digits and _")
    for index, step in enumerate(steps):
        yield from _check_step(f"{name}[{index}]", step)


def _check_step(location: str, given: object, depth: int = 0) -> Iterator[Issue]:
    if not is_object(given):
        yield Issue.shape(location, "must be one step (an object, not a list)")
        return
    step = wire_names(given)
    kind = next((kind for kind, shape in STEP_KINDS.items() if shape.key in step), None)
    if kind is None or depth > _MAX_NESTING:
        yield Issue.shape(location, _no_kind(step) if kind is None else "is nested too deeply")
        return
    wrong = [*_check_fields(location, kind, step)]
    yield from wrong
    if not wrong:
        for place, child in children(step):
            yield from _check_step(f"{location}.{place}", child, depth + 1)


def _no_kind(step: Mapping[str, object]) -> str:
    keys = ", ".join(shape.key for shape in STEP_KINDS.values())
    return f"has none of the keys that make a step ({keys}), only: {', '.join(map(str, step))}"


def _check_fields(location: str, kind: str, step: Mapping[str, object]) -> Iterator[Issue]:
    for name, field in STEP_KINDS[kind].fields.items():
        value = step.get(name, field.default)
        wrong = "is required" if value is REQUIRED else field.check(value)
        if wrong is not None:
            yield Issue.shape(f"{location}.{name}", wrong)
    if step.get("kind_", kind) != kind:
        yield Issue.shape(f"{location}.kind_", f"must be {kind}, or left out")
    label = step.get("label")
    if label is not None and not _is_label(label):
        wrong = f"must be text of at most {_MAX_LABEL} characters that is not a number"
        yield Issue.shape(f"{location}.label", wrong)


def _is_label(label: object) -> bool:
    return isinstance(label, str) and len(label) <= _MAX_LABEL and bool(_LABEL.fullmatch(label))


def _check_tools(tools: object) -> Iterator[Issue]:
    if tools is not None and not is_array(tools):
        yield Issue.shape("tools", "must be a list of tools")
        return
    for index, tool in enumerate(tools or ()):
        location = f"tools[{index}]"
        if not is_object(tool) or not isinstance(tool.get("name"), str):
            yield Issue.shape(location, "must be an object with a name")
        elif (kind := tool.get("type", "function")) not in TOOL_TYPES:
            yield Issue.shape(f"{location}.type", f"must be one of {', '.join(TOOL_TYPES)}")
        elif not is_object(tool.get(str(kind)) or {}):
            yield Issue.shape(f"{location}.{kind}", "must be an object")


def _check_references(task: Mapping[str, object], *, strict: bool) -> Iterator[Issue]:
    names = workflows(task)
    tools = {tool["name"] for tool in objects(task.get("tools"))}
    for location, step in _all_steps(task):
        called = step.get("tool")
        if strict and not task.get("inherit_tools") and called is not None and called not in tools:
            yield Issue(
                location=f"{location}.tool",
                message=f"Tool {called} is not among the task's tools: define it under `tools`",
                type="unknown_tool",
            )
        if kind_of(step) == "yield" and step["workflow"] not in names:
            known = ", ".join(sorted(names))
            yield Issue(
                location=f"{location}.workflow",
                message=f"Workflow {step['workflow']} not found in task, which has: {known}",
                type="unknown_workflow",
            )
    for name, steps in names.items():
        yield from _check_labels(name, objects(steps))


def _check_labels(name: str, steps: Sequence[Mapping[str, object]]) -> Iterator[Issue]:
    seen: set[object] = set()
    for index, step in enumerate(steps):
        label = step.get("label")
        if label is not None and label in seen:
            yield Issue(
                location=f"{name}[{index}].label",
                message=f"Label {label} is used before in {name}: the later step hides the earlier",
                type="duplicate_label",
                severity="warning",
            )
        seen.add(label)


def _all_steps(task: Mapping[str, object]) -> Iterator[tuple[str, JsonObject]]:
    for name, steps in workflows(task).items():
        for index, step in enumerate(objects(steps)):
            yield from _with_inner(f"{name}[{index}]", step)


def _with_inner(location: str, given: object) -> Iterator[tuple[str, JsonObject]]:
    step = wire_names(given)
    yield location, step
    for place, child in children(step):
        yield from _with_inner(f"{location}.{place}", child)
