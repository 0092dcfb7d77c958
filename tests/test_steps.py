"""Steps of tasks: each kind is read as its class and sent as it came."""

from __future__ import annotations

import json
from typing import Any

import pytest

from julep import types
from julep._codec import encode, structure
from julep.types import IfElseStep, LogStep, Step, Task

from .recorded import lost

STEPS: dict[str, dict[str, Any]] = {
    "EvaluateStep": {"evaluate": {"a": "1", "b": {"c": "2"}}},
    "ToolCallStep": {"tool": "function.f", "arguments": "_"},
    "PromptStep": {"prompt": [{"role": "user", "content": "hi"}], "settings": None, "unwrap": True},
    "GetStep": {"get": "k"},
    "SetStep": {"set": {"key": "k", "value": "v"}},
    "LogStep": {"log": "{{_}}"},
    "EmbedStep": {"embed": {"text": ["a"]}},
    "SearchStep": {"search": {"text": "a", "limit": 3}},
    "ReturnStep": {"return": {"a": ["1"]}},
    "SleepStep": {"sleep": {"seconds": 3}},
    "ErrorStep": {"error": "no"},
    "YieldStep": {"workflow": "sub", "arguments": {"a": "1"}},
    "WaitForInputStep": {"wait_for_input": {"info": {"q": "1"}}},
    "IfElseStep": {"if": "1", "then": {"log": "a"}, "else": None},
    "SwitchStep": {"switch": [{"case": "_", "then": {"error": "x"}}]},
    "ForeachStep": {"foreach": {"in": "_", "do": {"tool": "f"}}},
    "ParallelStep": {"parallel": [{"log": "a"}, {"get": "b"}]},
    "MapReduceStep": {
        "over": "_",
        "map": {"evaluate": {"a": "1"}},
        "initial": [],
        "parallelism": 2,
    },
}


def workflow(*steps: Any, **others: Any) -> Task:
    """Give a task with these steps."""
    return structure({"id": "1", "name": "t", "main": list(steps), **others}, Task)


@pytest.mark.parametrize(("name", "step"), list(STEPS.items()))
def test_steps_are_known_by_key_and_by_kind(name: str, step: dict[str, Any]) -> None:
    """Each kind of step is read as its class, with `kind_` and without, and sent as it came."""
    kind = getattr(types, name).__tag__[1]
    bare, tagged = workflow(step, {"kind_": kind, "label": "l"} | step).main
    assert (type(bare).__name__, type(tagged).__name__) == (name, name)
    assert isinstance(tagged, Step)
    assert lost({"kind_": kind, "label": "l"} | step, tagged.to_dict()) == []
    given = {key: value for key, value in step.items() if value is not None}
    assert lost(given, json.loads(encode(bare))) == []


def test_the_kind_decides_over_the_keys() -> None:
    """A step with the keys of two kinds is of the kind that it names, else of the first."""
    keys = {"log": "a", "evaluate": {"a": "1"}}
    tagged, bare = workflow({"kind_": "log"} | keys, keys).main
    assert (type(tagged).__name__, type(bare).__name__) == ("LogStep", "EvaluateStep")


def test_old_forms_of_steps_stay_as_they_came() -> None:
    """Forms that only documents of 2024 know, and kinds of the future, lose nothing."""
    steps = [
        {"set": [{"key": "k", "value": "v"}]},
        {"wait_for_input": {"question": "1"}},
        {"map": {"over": "_.x", "workflow": "sub"}, "reduce": "1"},
        {"kind_": "dream", "dream": {"a": 1}},
        {"novel": 1},
        {"sleep": "long"},
    ]
    assert lost(steps, workflow(*steps).to_dict()["main"]) == []


def test_nested_steps_are_steps() -> None:
    """Steps inside of steps have their classes too, however deep."""
    inner = {"if": "a", "then": {"switch": [{"case": "_", "then": {"log": "deep"}}]}}
    outer: Any = workflow({"if": "b", "then": {"foreach": {"in": "_", "do": inner}}}).main[0]
    deepest = outer.then.foreach.do.then.switch[0].then
    assert deepest == LogStep(log="deep")


def test_an_empty_list_is_no_workflow() -> None:
    """Answers to writes have a list of jobs beside the fields of a task."""
    assert list(workflow({"log": "a"}, jobs=[], sub=[{"log": "b"}]).workflows) == ["main", "sub"]


def test_other_workflows_are_workflows() -> None:
    """A task's other lists of steps are read as steps, under their Python names as well."""
    task = workflow(
        {"log": "a"},
        sub=[{"return_": {"a": "1"}}, {"if_": "1", "then": {"log": "b"}}],
        plan="x",
        n=[1],
    )
    assert list(task.workflows) == ["main", "sub"]
    last = task.workflows["sub"][1]
    assert isinstance(last, IfElseStep)
    assert last.if_ == "1"
    assert task.extra["plan"] == "x"
    assert json.loads(encode(task))["sub"][0] == {"return": {"a": "1"}}
