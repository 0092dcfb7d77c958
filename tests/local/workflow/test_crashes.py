"""Killing the process around every write, and starting it again on what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from attrs import frozen

from julep.local.workflow.ports import HttpReply
from julep.types._json import is_object
from tests.local.workflow.driver import ID, Story, go_on, story
from tests.local.workflow.fakes import ScriptedEffects, completion

_TOOLS: list[Any] = [
    {"name": "ask", "type": "function", "function": {"parameters": {"type": "object"}}},
    {"name": "weather", "type": "integration", "integration": {"provider": "weather"}},
    {"name": "fetch", "type": "api_call", "api_call": {"method": "GET", "url": "http://a/b"}},
    {
        "name": "agents",
        "type": "system",
        "system": {"resource": "agent", "operation": "list"},
    },
]


def _call(name: str, id: str) -> Any:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": '{"q": 1}'}}


@frozen(kw_only=True)
class Workflow:
    """A task whose execution is interrupted."""

    name: str
    task: Mapping[str, Any]
    input: Any = None
    resumes: Sequence[Any] = ()
    effects: Callable[[], ScriptedEffects] = ScriptedEffects
    is_ordered: bool = True


WORKFLOWS = [
    Workflow(
        name="branches",
        task={
            "main": [
                {"set": {"n": "$ _.n"}},
                {
                    "if": "$ random.random() < 2",
                    "then": {
                        "switch": [
                            {"case": "$ False", "then": {"log": "no"}},
                            {"case": "_", "then": {"evaluate": {"m": "$ _.n * state.n"}}},
                        ]
                    },
                },
                {"get": "n"},
                {"sleep": {"minutes": 1}},
                {"return": {"n": "$ _", "seen": "$ steps[1].output"}},
                {"error": "never"},
            ]
        },
        input={"n": 3},
    ),
    Workflow(
        name="loops and sub-workflows",
        task={
            "double": [
                {"evaluate": {"x": "$ _.x * 2"}},
                {"tool": "weather", "arguments": {"x": "$ _.x"}},
            ],
            "tools": _TOOLS,
            "main": [
                {
                    "foreach": {
                        "in": "$ [0, 1, 2]",
                        "do": {"workflow": "double", "arguments": {"x": "$ _ * 0"}},
                    }
                },
                {
                    "over": "$ _",
                    "parallelism": 1,
                    "map": {"evaluate": {"y": "$ _.x"}},
                    "reduce": "$ results + [_.y]",
                },
                {"workflow": "double", "arguments": {"x": "$ len(_)"}},
            ],
        },
    ),
    Workflow(
        name="waits",
        task={
            "tools": _TOOLS,
            "main": [
                {"wait_for_input": {"info": {"q": "first"}}},
                {
                    "foreach": {
                        "in": "$ [1, 2]",
                        "do": {
                            "if": "$ True",
                            "then": {"wait_for_input": {"info": {"q": "$ _"}}},
                        },
                    }
                },
                {"tool": "ask", "arguments": {}},
                {"tool": "fetch"},
                {"tool": "agents", "arguments": {"limit": "$ 1"}},
            ],
        },
        resumes=({"a": 1}, {"a": 2}, None, {"a": 4}),
        effects=lambda: ScriptedEffects(
            http_replies=[HttpReply(status_code=200, headers={}, content=b'{"n": 1}')]
        ),
    ),
    Workflow(
        name="a model with tools",
        task={
            "tools": _TOOLS,
            "main": [
                {"prompt": "hello {_.who}", "unwrap": True},
                {"evaluate": {"said": "$ _"}},
            ],
        },
        input={"who": "you"},
        resumes=({"call-1": "yes"}, {"ok": True}),
        effects=lambda: ScriptedEffects(
            [
                completion(None, calls=[_call("ask", "call-1"), _call("weather", "call-2")]),
                completion(None, calls=[_call("agents", "call-3")]),
                completion(None, calls=[_call("ask", "call-4")]),
                "done",
            ]
        ),
    ),
    Workflow(
        name="returns in branches",
        task={
            "tools": _TOOLS,
            "sub": [
                {"foreach": {"in": "$ [1, 2]", "do": {"return": {"x": "$ _"}}}},
                {"tool": "weather", "arguments": {"never": "1"}},
            ],
            "main": [
                {"workflow": "sub"},
                {"if": "$ True", "then": {"if": "$ True", "then": {"return": {"y": "$ _.x"}}}},
                {"tool": "weather", "arguments": {"never": "2"}},
            ],
        },
    ),
    Workflow(
        name="an error in a branch",
        task={
            "main": [
                {"evaluate": {"x": "$ 1"}},
                {"if": "$ True", "then": {"error": "broken"}},
            ]
        },
    ),
    Workflow(
        name="parallel branches",
        task={
            "tools": _TOOLS,
            "sub": [{"set": {"s": "$ _"}}, {"tool": "weather", "arguments": {"q": "$ state.s.i"}}],
            "main": [
                {
                    "over": "$ range(5)",
                    "parallelism": 2,
                    "map": {"workflow": "sub", "arguments": {"i": "$ _"}},
                    "reduce": "results + [_.q]",
                },
                {
                    "parallel": [
                        {"evaluate": {"a": "$ len(_)"}},
                        {"workflow": "sub", "arguments": {"i": "$ 7"}},
                        {"foreach": {"in": "$ _", "do": {"log": "hi"}}},
                    ]
                },
                {"evaluate": {"all": "$ _", "first": "$ steps[0].output"}},
            ],
        },
        is_ordered=False,
    ),
]


def _tell(workflow: Workflow) -> Story:
    return story(
        workflow.task, workflow.input, resumes=workflow.resumes, effects=workflow.effects()
    )


def _to_the_end(told: Story) -> None:
    go_on(told)
    while told.log.fuse.blown:
        told.log.fuse.revive()
        go_on(told)


def _calls(told: Story) -> Counter[str]:
    effects = told.effects
    return Counter(
        [name for name, _ in effects.calls]
        + ["model" for _ in effects.model_requests]
        + ["http" for _ in effects.http_calls]
    )


def _same(workflow: Workflow, told: Story, whole: Story) -> None:
    got, want = told.shown(), whole.shown()
    ids = [each.id for each in told.history]
    assert len(set(ids)) == len(ids)
    if "ask" in str(workflow.task):
        got, want = ([_without_call_id(each) for each in side] for side in (got, want))
    if not workflow.is_ordered:
        assert sorted(each.key for each in told.history) == sorted(
            each.key for each in whole.history
        )
        got, want = got[-1:], want[-1:]
    assert got == want


def _without_call_id(shown: Mapping[str, Any]) -> Any:
    output = shown["output"]
    is_call = shown["type"] == "wait" and is_object(output)
    return {**shown, "output": {**output, "id": ""}} if is_call else shown


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda it: it.name.replace(" ", "-"))
def test_nothing_is_done_or_listed_twice_after_a_crash(workflow: Workflow) -> None:
    """Killed right after any write, an execution ends with the history and calls of a whole run."""
    whole = _tell(workflow)
    go_on(whole)
    writes = whole.log.fuse.writes
    for left in range(1, writes + 1):
        told = _tell(workflow)
        told.log.fuse.light(left)
        _to_the_end(told)
        _same(workflow, told, whole)
        if workflow.is_ordered:
            assert _calls(told) == _calls(whole), left


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda it: it.name.replace(" ", "-"))
def test_a_crash_before_a_write_repeats_only_what_was_not_written(workflow: Workflow) -> None:
    """Killed just before any write, an execution still ends with the history of a whole run."""
    whole = _tell(workflow)
    go_on(whole)
    for left in range(whole.log.fuse.writes):
        told = _tell(workflow)
        replies = list(told.effects.replies), list(told.effects.http_replies)
        told.log.fuse.light(left, late=False)
        go_on(told)
        told.log.fuse.revive()
        _give_back(told, *replies)
        _to_the_end(told)
        _same(workflow, told, whole)


def _give_back(told: Story, replies: list[Any], http_replies: list[Any]) -> None:
    """Lets the world answer again what it answered without anyone writing it down."""
    noted = sum(":reply" in key for key in told.log.notes(told.execution_id))
    told.effects.replies = replies[noted:]
    fetched = any(each.key == "main/3:done" for each in told.history)
    told.effects.http_replies = [] if fetched else http_replies


def test_a_loop_keeps_the_items_that_it_found_first() -> None:
    """After a crash a loop goes over the same items, though its expression would give others."""
    task = [
        {
            "foreach": {
                "in": "$ [random.random() for i in range(3)]",
                "do": {"evaluate": {"i": "$ _"}},
            }
        }
    ]
    for left in range(1, 9):
        told = story(task)
        told.log.fuse.light(left)
        _to_the_end(told)
        begun = [each.output for each in told.history if each.type == "init_branch"]
        assert [row["i"] for row in told.output] == begun == told.log.notes(ID)["main/0:items"]


def test_a_sleep_goes_on_for_what_is_left_of_it() -> None:
    """A sleep that a crash interrupts ends when it would have ended."""
    told = story([{"sleep": {"minutes": 2}}])
    told.log.fuse.light(1)
    go_on(told)
    told.log.fuse.revive()
    told.effects.clock += 90
    go_on(told)
    assert (told.types, told.effects.slept) == (["init", "finish"], [30.0])
