"""What is wrong with a task, found when it is created rather than when it runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from julep.local.fields import REQUIRED
from julep.types._json import JsonObject, as_array, as_object, is_array, is_object, objects

from .api_call_checks import check_api_call
from .issues import Issue, did_you_mean
from .plain_text import never_evaluated, unquoted
from .repaired_steps import repaired_in_steps, repaired_in_tools
from .static_checks import check_expressions, check_tools
from .step_kinds import STEP_KINDS, children, is_step, kind_of, wire_names
from .strict_steps import strict_steps
from .tasks import TASK_FIELDS, workflows
from .toolset import TOOL_TYPES
from .unknown_keys import unknown_keys

_Placed: TypeAlias = tuple[str, JsonObject]
"""A step and where it stands."""

_INNER_STEPS = ("then", "else", "map")
_AS_WORKFLOW = "several steps go into a workflow of their own, and {workflow: name} runs them"
_MAX_LABEL = 120  # characters, as on servers of 2025; likewise of names
_MAX_NAME = 120
_MAX_NESTING = 50
"""Steps inside of a step. They are checked, completed and shown by functions that call themselves, a
few times for each level, and are stored within `DEEPEST` levels of JSON at about three each."""
_LABEL = re.compile(r"[0-9]*[^0-9].*", re.DOTALL)


def validate(task: Mapping[str, object], *, strict: bool = False) -> list[Issue]:
    """Return what is wrong with a task as it came over the wire, worst kind first.

    When it is to be `strict`, that is also what the self-hosted server of 2025 refuses or is sure to
    fail on, though it could be run here.

    Issues of type `invalid_shape` are about its structure (a 422 answer), the others about what it
    says (a 400 answer). Those of severity `warning` do not keep a task from running. Whether its
    `input_schema` is one, `sandbox.isolated.schema_problem` tells.
    """
    steps: list[_Placed] = []
    issues = [*_check_shapes(task, steps)]
    tools = [as_object(tool) for tool in as_array(task.get("tools"))]
    if strict:
        issues += (issue for placed in steps for issue in strict_steps(*placed))
        issues += repaired_in_steps(steps, task.get("main"))
        issues += repaired_in_tools(tools)
    issues += _check_references(task, steps, strict=strict)
    issues += check_tools(tools, strict=strict)
    for location, step in steps:
        issues += unknown_keys(location, step)
        issues += never_evaluated(location, step)
        issues += unquoted(location, step)
        issues += check_expressions(location, step, strict=strict)
        issues += check_api_call(task, location, step)
    # Where only the first ones are looked at, none that refuses the task may be missing.
    return sorted(issues, key=lambda issue: issue.severity == "warning")


def _check_shapes(task: Mapping[str, object], steps: list[_Placed]) -> Iterator[Issue]:
    """Yield what is wrong with the structure; add what is well formed of each step to `steps`."""
    if "main" not in task:
        yield Issue.shape("main", "is required: the list of steps that the task consists of")
    for name, workflow in workflows(task).items():
        yield from _check_workflow(name, workflow, steps)
    yield from _check_tools(task.get("tools"))


def _check_workflow(name: str, workflow: object, steps: list[_Placed]) -> Iterator[Issue]:
    if not is_array(workflow):
        wrong = "must be a list of steps: keys that a task lacks are workflows"
        yield Issue.shape(name, wrong, did_you_mean(name, {*TASK_FIELDS, "main"} - {name}))
        return
    if name == "main" and not workflow:
        yield Issue.shape(name, "must have at least one step")
    if "`" in name or name.startswith("PAR:") or len(name) > _MAX_NAME:
        yield Issue.shape(name, "is not a name for a workflow: use letters, digits and _")
    for index, step in enumerate(workflow):
        yield from _check_step(f"{name}[{index}]", step, steps)


def _check_step(
    location: str, given: object, steps: list[_Placed], depth: int = 0
) -> Iterator[Issue]:
    if not is_object(given):
        yield Issue.shape(location, "must be one step (an object, not a list)")
        return
    step = wire_names(given)
    if not is_step(step):
        yield _no_kind(location, step)
        return
    if depth > _MAX_NESTING:
        yield Issue.shape(location, "is nested too deeply")
        return
    kind = kind_of(step)
    wrong = dict(_check_fields(kind, step))
    for name, message in wrong.items():
        hint = _AS_WORKFLOW if is_array(step.get(name)) and name in _INNER_STEPS else None
        yield Issue.shape(f"{location}.{name}", message, hint)
    if STEP_KINDS[kind].key not in wrong:
        right = {name: value for name, value in step.items() if name not in wrong}
        steps.append((location, right))
    for place, child in children(step):
        yield from _check_step(f"{location}.{place}", child, steps, depth + 1)


def _no_kind(location: str, step: Mapping[str, object]) -> Issue:
    keys = [kind.key for kind in STEP_KINDS.values()]
    wrong = f"has none of the keys that make a step ({', '.join(keys)}), only: {', '.join(step)}"
    hints = (did_you_mean(name, keys) for name in step)
    return Issue.shape(location, wrong, next((hint for hint in hints if hint), None))


def _check_fields(kind: str, step: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a step that are wrong, and what is wrong with each."""
    for name, field in STEP_KINDS[kind].fields.items():
        value = step.get(name, field.default)
        wrong = "is required" if value is REQUIRED else field.check(value)
        if wrong is not None:
            yield name, wrong
    if step.get("kind_", kind) != kind:
        yield "kind_", f"must be {kind}, or left out"
    label = step.get("label")
    if label is not None and not _is_label(label):
        yield "label", f"must be text of at most {_MAX_LABEL} characters that is not a number"


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


def _way(called: object) -> str:
    """Say how a task is given a tool, which may be a function of Python's where its name is one."""
    pass_it = f", or pass tools=[{called}]" if str(called).isidentifier() else ""
    return f"define it under `tools`{pass_it}"


def _check_references(
    task: Mapping[str, object], steps: Sequence[_Placed], *, strict: bool
) -> Iterator[Issue]:
    names = workflows(task)
    tools = {str(tool.get("name")) for tool in objects(task.get("tools"))}
    for location, step in steps:
        if strict and not task.get("inherit_tools"):
            yield from _check_tool(tools, location, step)
        if kind_of(step) == "yield":
            yield from _check_called_workflow(names, location, step)
    for name, workflow in names.items():
        yield from _check_labels(name, as_array(workflow))


def _check_tool(tools: Collection[str], location: str, step: JsonObject) -> Iterator[Issue]:
    called = step.get("tool")
    if called is not None and called not in tools:
        yield Issue(
            location=f"{location}.tool",
            message=f"Tool {called} is not among the task's tools: {_way(called)}",
            type="unknown_tool",
            hint=did_you_mean(str(called), tools),
        )


def _check_called_workflow(
    names: Mapping[str, object], location: str, step: JsonObject
) -> Iterator[Issue]:
    if (wanted := str(step["workflow"])) not in names:
        known = ", ".join(sorted(names))
        yield Issue(
            location=f"{location}.workflow",
            message=f"Workflow {wanted} not found in task, which has: {known}",
            type="unknown_workflow",
            hint=did_you_mean(wanted, names),
        )


def _check_labels(name: str, steps: Sequence[object]) -> Iterator[Issue]:
    seen: set[str] = set()
    for index, step in enumerate(steps):
        label = as_object(step).get("label")
        if not isinstance(label, str):
            continue
        if label in seen:
            yield Issue(
                location=f"{name}[{index}].label",
                message=f"Label {label} is used before in {name}: the later step hides the earlier",
                type="duplicate_label",
                severity="warning",
            )
        seen.add(label)
