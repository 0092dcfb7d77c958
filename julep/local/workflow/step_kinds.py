"""The kinds of steps: how each is recognised, what it holds, and what is filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias, cast

from attrs import frozen

from julep.local.fields import REQUIRED
from julep.types._json import JsonObject, as_array, as_object, is_array, is_object, objects

from .step_records import Step

Check: TypeAlias = Callable[[object], str | None]
MAX_PARALLEL = 100
"""Steps of a `parallel`, and items of a batch; servers of 2025 refuse a greater `parallelism`."""
_PYTHON_NAMES = {"if_": "if", "else_": "else", "in_": "in", "return_": "return"}


@frozen
class StepField:
    """A step's field: what it may hold (the check returns what is wrong) and its default."""

    check: Check
    default: object = REQUIRED
    holds: Literal["data", "expressions", "code", "step"] = "data"


@frozen
class StepKind:
    """A kind of step: its type in transitions, and its fields, the telling one first."""

    step_type: str
    fields: Mapping[str, StepField]

    @property
    def key(self) -> str:
        """The field that the kind is recognised by."""
        return next(iter(self.fields))


def _is(kind: type, words: str) -> Check:
    def check(value: object) -> str | None:
        return None if isinstance(value, kind) else f"must be {words}"

    return check


def _either(*allowed: object, or_else: Check, words: str) -> Check:
    def check(value: object) -> str | None:
        fits = value in allowed if isinstance(value, str | type(None)) else False
        return None if fits or or_else(value) is None else f"must be {words}"

    return check


def _number(low: int, high: int, *, optional: bool = False) -> Check:
    def check(value: object) -> str | None:
        if value is None and optional:
            return None
        fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return None if fits else f"must be a whole number from {low} to {high}"

    return check


_anything: Check = lambda _: None  # noqa: E731 - a table's entry
_text = _is(str, "text")
_mapping = _is(dict, "an object")
_flag = _is(bool, "true or false")
_arguments = _either("_", or_else=_mapping, words='an object, or "_" for the current input')
_step = _is(dict, "one step (an object, not a list)")


def _expressions(check: Check, default: object = REQUIRED) -> StepField:
    return StepField(check, default, "expressions")


def _query(value: object) -> str | None:
    if not is_object(value) or not ("text" in value or "vector" in value):
        return 'must be an object with "text", "vector" or both'
    return None


def _embedding(value: object) -> str | None:
    wrong = not is_object(value) or not isinstance(value.get("text"), str | list)
    return 'must be an object whose "text" is text or a list of texts' if wrong else None


def _information(value: object) -> str | None:
    wrong = not is_object(value) or not isinstance(value.get("info"), dict)
    return 'must be an object whose "info" is an object' if wrong else None


def _loop(value: object) -> str | None:
    wrong = not is_object(value) or not value.keys() & {"in", "in_"} or "do" not in value
    return 'must be an object with "in" (what to go over) and "do" (one step)' if wrong else None


def _cases(value: object) -> str | None:
    wrong = not is_array(value) or not all(
        is_object(case) and {"case", "then"} <= case.keys() for case in value
    )
    return 'must be a list of objects, each with "case" and "then"' if wrong else None


def _branches(value: object) -> str | None:
    if not is_array(value) or len(value) > MAX_PARALLEL:
        return f"must be a list of at most {MAX_PARALLEL} steps"
    return None


def _messages(value: object) -> str | None:
    if isinstance(value, str):
        return None
    wrong = not is_array(value) or not all(
        is_object(message)
        and message.keys() & {"content", "tool_calls"}
        and isinstance(message.get("role", ""), str)
        for message in value
    )
    return "must be text, or a list of messages, each with role and content" if wrong else None


def _tools(value: object) -> str | None:
    if value == "all" or (is_array(value) and all(map(_is_tool, value))):
        return None
    return 'must be "all", or a list of tools and of references such as {"ref": {"name": …}}'


def _is_tool(value: object) -> bool:
    if not is_object(value):
        return False
    named = value["ref"] if value.get("ref") is not None else value
    return is_object(named) and (isinstance(named.get("name"), str) or bool(named.get("id")))


# As on servers of 2025: sixty-one seconds are a minute and a second.
MOST_OF_UNITS = {"seconds": 60, "minutes": 60, "hours": 24, "days": 30}
"""The units of a sleep, and how many of each it may last."""


def _duration(value: object) -> str | None:
    if not is_object(value):
        return "must be an object with seconds, minutes, hours or days"
    for unit, most in MOST_OF_UNITS.items():
        if (wrong := _number(0, most)(value.get(unit, 0))) is not None:
            return f"{unit} {wrong}"
    return None


STEP_KINDS: Mapping[str, StepKind] = {
    "evaluate": StepKind("EvaluateStep", {"evaluate": _expressions(_mapping)}),
    "tool_call": StepKind(
        "ToolCallStep", {"tool": StepField(_text), "arguments": _expressions(_arguments, "_")}
    ),
    "prompt": StepKind(
        "PromptStep",
        {
            "prompt": _expressions(_messages),
            "tools": StepField(_tools, "all"),
            "tool_choice": StepField(_anything, None),
            "settings": StepField(_either(None, or_else=_mapping, words="an object or null"), None),
            "unwrap": StepField(_flag, default=False),
            "auto_run_tools": StepField(_flag, default=True),
            "disable_cache": StepField(_flag, default=False),
        },
    ),
    "get": StepKind("GetStep", {"get": StepField(_text)}),
    "set": StepKind("SetStep", {"set": _expressions(_mapping)}),
    "log": StepKind("LogStep", {"log": _expressions(_text)}),
    "embed": StepKind("EmbedStep", {"embed": _expressions(_embedding)}),
    "search": StepKind("SearchStep", {"search": _expressions(_query)}),
    "return": StepKind("ReturnStep", {"return": _expressions(_mapping)}),
    "sleep": StepKind("SleepStep", {"sleep": StepField(_duration)}),
    "error": StepKind("ErrorWorkflowStep", {"error": StepField(_text)}),
    "yield": StepKind(
        "YieldStep", {"workflow": StepField(_text), "arguments": _expressions(_arguments, "_")}
    ),
    "wait_for_input": StepKind("WaitForInputStep", {"wait_for_input": _expressions(_information)}),
    "if_else": StepKind(
        "IfElseWorkflowStep",
        {
            "if": _expressions(_anything),
            "then": StepField(_step, holds="step"),
            "else": StepField(
                _either(None, or_else=_step, words="one step or null"), None, holds="step"
            ),
        },
    ),
    "switch": StepKind("SwitchStep", {"switch": StepField(_cases)}),
    "foreach": StepKind("ForeachStep", {"foreach": StepField(_loop)}),
    "parallel": StepKind("ParallelStep", {"parallel": StepField(_branches)}),
    "map_reduce": StepKind(
        "MapReduceStep",
        {
            "over": _expressions(_anything),
            "map": StepField(_step, holds="step"),
            "reduce": StepField(_either(None, or_else=_text, words="text or null"), None, "code"),
            "initial": StepField(_anything, []),
            "parallelism": StepField(_number(1, MAX_PARALLEL, optional=True), None),
        },
    ),
}


def kind_of(step: Mapping[str, object]) -> str:
    """Return a step's kind, by its keys; with those of two kinds it is the first of the table.

    Raises:
        KeyError: There is no such kind.
    """
    for kind, shape in STEP_KINDS.items():
        if shape.key in step:
            return kind
    raise KeyError(sorted(step))


def is_step(value: object) -> bool:
    """Tell whether a value has the keys of some kind of step."""
    names = wire_names(value)
    return any(kind.key in names for kind in STEP_KINDS.values())


def step_type(step: Mapping[str, object]) -> str:
    """Return a step's type as the metadata of transitions has it."""
    return STEP_KINDS[kind_of(step)].step_type


def children(step: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield what should be steps inside of a step, each with its place, also of one that is wrong."""
    match kind_of(step):
        case "switch":
            for i, case in enumerate(as_array(step["switch"])):
                if is_object(case) and "then" in case:
                    yield f"switch[{i}].then", case["then"]
        case "foreach":
            if "do" in (loop := as_object(step["foreach"])):
                yield "foreach.do", loop["do"]
        case "parallel":
            for i, branch in enumerate(as_array(step["parallel"])):
                yield f"parallel[{i}]", branch
        case kind:
            for name, each in STEP_KINDS[kind].fields.items():
                if each.holds == "step" and is_object(step.get(name)):
                    yield name, step[name]


def wire_names(step: object) -> JsonObject:
    """Return a step with `if_`, `else_`, `in_` and `return_` as the wire spells them."""
    return {_PYTHON_NAMES.get(name, name): item for name, item in as_object(step).items()}


def complete(step: object) -> Step:
    """Return a valid step as answers show it: `kind_` and all defaults filled, inside it too."""
    step = wire_names(step)
    kind = kind_of(step)
    filled: JsonObject = {"kind_": kind, "label": step.get("label")}
    for name, each in STEP_KINDS[kind].fields.items():
        filled[name] = step.get(name, each.default)
        if each.holds == "step" and filled[name] is not None:
            filled[name] = complete(filled[name])
    # The checks of its kind have seen to what is in it.
    return cast("Step", filled | _complete_inside(kind, filled))


def _complete_inside(kind: str, step: JsonObject) -> JsonObject:
    if kind == "switch":
        cases = objects(step["switch"])
        return {"switch": [{**case, "then": complete(case["then"])} for case in cases]}
    if kind == "foreach":
        loop = wire_names(step["foreach"])
        return {"foreach": {**loop, "do": complete(loop["do"])}}
    if kind == "parallel":
        return {"parallel": [complete(branch) for branch in as_array(step["parallel"])]}
    return {}
