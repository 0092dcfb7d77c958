"""Random tasks, and what comes of them by a second reading of what steps do.

Nothing here is of the engine: a walk over plain dicts, whose expressions Python evaluates itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from attrs import define, field
from hypothesis import strategies as st

from julep.types._json import is_object

Step = dict[str, Any]
Steps = st.SearchStrategy[Step]

TOOL: Step = {"name": "note", "type": "integration", "integration": {"provider": "weather"}}
VALUES = st.sampled_from(["$ _", "$ 7", "$ [_, 1]", "$ {'k': _}", "$ 'a' in state", "$ _ == 7"])
FAILS = st.sampled_from(["$ 1 / 0"])
CONDITIONS = st.sampled_from(["$ True", "$ False", "$ _ == 7", "$ 'a' in state", "$ not _"])
ITEMS = st.sampled_from(["$ [1, 2]", "$ []", "$ [7, _]", "$ range(3)"])
NAMES = st.sampled_from("ab")
OBJECTS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=2)


def _steps_of(**keys: st.SearchStrategy[Any]) -> Steps:
    return st.fixed_dictionaries(keys)


CALL = _steps_of(tool=st.just("note"), arguments=OBJECTS)
PURE: Steps = st.one_of(
    CALL,
    CALL,
    _steps_of(evaluate=OBJECTS),
    _steps_of(log=st.just("said")),
    _steps_of(get=NAMES),
)
"""Steps whose order among others makes no difference."""
SIMPLE: Steps = st.one_of(
    PURE,
    CALL,
    CALL,
    _steps_of(set=OBJECTS),
    _steps_of(sleep=st.just({"seconds": 1})),
    _steps_of(wait_for_input=st.fixed_dictionaries({"info": OBJECTS})),
    _steps_of(**{"return": OBJECTS}),
    _steps_of(error=st.just("broken")),
    _steps_of(evaluate=st.fixed_dictionaries({"a": FAILS})),
)
CALLS: Steps = _steps_of(workflow=st.just("sub"), arguments=OBJECTS)


def _branching(step: Steps) -> Steps:
    cases = st.lists(_steps_of(case=CONDITIONS, then=step), max_size=2)
    last = _steps_of(case=st.just("$ True"), then=step).map(lambda case: [case])
    return st.one_of(
        st.fixed_dictionaries({"if": CONDITIONS, "then": step}, optional={"else": step}),
        _steps_of(switch=st.tuples(cases, last).map(lambda parts: parts[0] + parts[1])),
    )


def _around(step: Steps) -> Steps:
    return st.one_of(
        _branching(step),
        _steps_of(switch=st.lists(_steps_of(case=CONDITIONS, then=step), min_size=1, max_size=2)),
        _steps_of(foreach=st.fixed_dictionaries({"in": ITEMS, "do": step})),
        _steps_of(over=ITEMS, map=step, parallelism=st.just(1)),
    )


TOGETHER: Steps = st.recursive(PURE, _branching, max_leaves=2).flatmap(
    lambda step: st.one_of(
        st.just({"parallel": [step, step, {"evaluate": {"a": "$ _"}}]}),
        ITEMS.map(lambda items: {"over": items, "map": step}),
    )
)
SUBS = st.lists(CALL | st.recursive(SIMPLE, _around, max_leaves=3), min_size=1, max_size=3)
MAINS = st.lists(
    CALL | CALLS | st.recursive(SIMPLE | CALLS | TOGETHER, _around, max_leaves=4),
    min_size=2,
    max_size=5,
)
TASKS = st.fixed_dictionaries({"main": MAINS, "sub": SUBS, "tools": st.just([TOOL])})
INPUTS = st.dictionaries(NAMES, st.integers(0, 9), max_size=1)
ANSWERS = [{"a": number} for number in range(200)]
"""What waits are answered, in their order."""


_LEAVES = {
    *("evaluate", "return", "set", "get", "log", "sleep", "tool", "wait_for_input", "workflow"),
}


class Failed(Exception):
    """A step failed."""


def _evaluated(value: Any, names: dict[str, Any]) -> Any:
    if is_object(value):
        return {key: _evaluated(item, names) for key, item in value.items()}
    try:
        found = eval(value.removeprefix("$ "), {"range": range}, names)
    except ZeroDivisionError as error:
        raise Failed(f"EvaluateError: {error}") from error
    return list(found) if isinstance(found, range) else found


@define
class Reference:
    """What a task does, step by step.

    Attributes:
        status: How it ends.
        types: Of its transitions, in order.
        notes: What its tool was called with, in order.
        is_ordered: Whether nothing ran at the same time.
    """

    task: dict[str, Any]
    status: str = "succeeded"
    types: list[str] = field(factory=list[str])
    notes: list[Any] = field(factory=list[Any])
    answers: Iterator[int] = field(factory=count)
    is_ordered: bool = True

    def run(self, input: Any) -> Any:
        """Run the task; return its output, or the error that it ends with."""
        try:
            return self._walk(self.task["main"], input, {}, is_root=True)[0]
        except Failed as failed:
            self.status = "failed"
            self.types.append("error")
            return str(failed)

    def _walk(
        self, steps: Sequence[Step], value: Any, state: dict[str, Any], *, is_root: bool = False
    ) -> tuple[Any, bool]:
        self.types.append("init" if is_root else "init_branch")
        returned = False
        for step in steps:
            is_last = step is steps[-1]
            end = "finish" if is_root else "finish_branch"
            if "error" in step:
                if not (is_root and is_last):
                    self.types.append(end if is_last else "step")
                raise Failed(f"Error raised by ErrorWorkflowStep: {step['error']}")
            value, returned = self._step(step, value, state)
            self.types.append(end if is_last or returned else "step")
            if returned:
                break
        return value, returned

    def _step(self, step: Step, value: Any, state: dict[str, Any]) -> tuple[Any, bool]:
        if _LEAVES & step.keys():
            return self._leaf(step, value, {"_": value, "state": state}), "return" in step
        return self._inner(step, {"_": value, "state": state})

    def _leaf(self, step: Step, value: Any, names: dict[str, Any]) -> Any:
        found = value  # `log` and `sleep` pass it on
        match step:
            case {"evaluate": fields} | {"return": fields}:
                found = _evaluated(fields, names)
            case {"set": fields}:
                names["state"].update(found := _evaluated(fields, names))
            case {"get": name}:
                found = names["state"].get(name)
            case {"tool": _}:
                self.notes.append(arguments := _evaluated(step["arguments"], names))
                found = {"called": "weather", **arguments}
            case {"wait_for_input": _}:
                _evaluated(step["wait_for_input"]["info"], names)
                self.types.append("wait")
                found = ANSWERS[next(self.answers)]
            case {"workflow": _}:
                arguments = _evaluated(step["arguments"], names)
                self.types.append("step")
                found, _ = self._walk(self.task["sub"], arguments, {})
            case _:
                pass
        return found

    def _inner(self, step: Step, names: dict[str, Any]) -> tuple[Any, bool]:
        value, state = names["_"], names["state"]
        if "if" in step:
            kept = {"evaluate": {"output": "$ _"}}
            chosen = step["then"] if _evaluated(step["if"], names) else step.get("else", kept)
            return self._walk([chosen], value, state)
        if "switch" in step:
            for case in step["switch"]:
                if _evaluated(case["case"], names):
                    return self._walk([case["then"]], value, state)
            raise Failed("Negative indices not allowed")
        if "parallel" in step or ("over" in step and "parallelism" not in step):
            self.is_ordered = False
        if "parallel" in step:
            return [self._walk([each], value, state)[0] for each in step["parallel"]], False
        loop = step.get("foreach") or {"in": step["over"], "do": step["map"]}
        outputs: list[Any] = []
        for item in _evaluated(loop["in"], names):
            output, returned = self._walk([loop["do"]], item, state)
            if returned:
                return output, True
            outputs.append(output)
        return outputs, False
