"""What expressions see of an execution, and what a scope remembers of its history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from julep.local.records import Task
from julep.local.workflow.ports import Execution, Target, Transition
from julep.local.workflow.position import Frame, StepContext, ends_step, init_key
from julep.local.workflow.scope import Scope, names_at, wire_target
from julep.local.workflow.step_records import Step
from julep.types.executions import KnownTransitionType
from tests.local.records import some

ID = "0190163d-8694-7394-8000-4f6aebec3ba9"


def transition(
    key: str, output: Any, type: KnownTransitionType = "step", at: int = 0, workflow: str = "main"
) -> Transition:
    """A transition of a workflow's run."""
    here = Target(workflow=workflow, step=at, scope_id="s")
    metadata = {"step_type": "SetStep"} if key.startswith("set") else {}
    return Transition(
        id=key,
        execution_id=ID,
        key=key,
        type=type,
        current=here,
        next=None,
        output=output,
        metadata=metadata,
        created_at=0.0,
    )


def scope(*transitions: Transition) -> Scope:
    """A scope with this history."""
    made = Scope()
    for each in transitions:
        made.apply(each)
    return made


INIT = transition("main:init", "in", "init")


def test_a_scope_begins_with_its_input() -> None:
    """That of its workflow; a branch inside has one of its own."""
    branch = transition("main/0.x:init", "other", "init_branch", workflow="`main`[0].if_else.then")
    made = scope(INIT, branch)
    assert (made.workflow, made.input) == ("main", "in")
    assert made.inputs() == {0: "in"}
    sub = scope(transition("main/0.sub:init", "sub in", "init_branch", workflow="sub"))
    assert (sub.workflow, sub.input) == ("sub", "sub in")


def test_outputs_are_those_of_steps_that_ended() -> None:
    """Each is the input of the next one; what ends in a branch is none."""
    made = scope(
        INIT,
        transition("main/0:done", "a"),
        transition("main/1:wait0", "waits", "wait", at=1),
        transition("main/1.x/0:done", "inner", workflow="`main`[1].if_else.then"),
        transition("main/1:returned", "b", at=1),
    )
    assert made.outputs == {0: "a", 1: "b"}
    assert made.inputs() == {0: "in", 1: "a", 2: "b"}


def test_what_was_set_is_in_the_state() -> None:
    """Also in a branch; later values replace earlier ones."""
    made = scope(
        transition("set:done", {"a": 1, "b": 1}),
        transition("set.x:done", {"b": 2}, workflow="`main`[0].if_else.then"),
        transition("set:call", {"c": 3}),
        transition("main/3:done", {"d": 4}),
    )
    assert made.state == {"a": 1, "b": 2}


def test_steps_are_seen_up_to_the_running_one() -> None:
    """By index and by label; the running one has no output yet."""
    made = scope(INIT, transition("main/0:done", "a"))
    steps = made.steps([{"label": "first"}, {"label": None}, {"label": "third"}])
    assert steps == {
        0: {"input": "in", "output": "a"},
        "first": {"input": "in", "output": "a"},
        1: {"input": "a"},
    }
    assert made.steps([]) == {}


def context(index: int = 1, *, workflow: str = "main", key: str = "main") -> StepContext[Step]:
    """The step of a workflow of three."""
    steps: Any = [{"get": "a"}, {"get": "b"}, {"get": "c"}]
    frame = Frame(key=key, workflow=workflow, steps=steps, scope_id="s", input="in")
    return StepContext[Step](frame=frame, index=index, input="now")


@pytest.mark.parametrize(
    ("index", "previous", "following", "is_last"),
    [(0, "main:init", 1, False), (1, "main/0:done", 2, False), (2, "main/1:done", None, True)],
)
def test_a_step_has_its_place(
    index: int, previous: str, following: int | None, is_last: bool
) -> None:
    """Keys are the same on every replay."""
    at = context(index)
    assert (at.key, at.done_key) == (f"main/{index}", f"main/{index}:done")
    assert at.returned_key == f"main/{index}:returned"
    assert (at.previous_key, at.is_last) == (previous, is_last)
    assert at.target == Target(workflow="main", step=index, scope_id="s")
    assert (at.following and at.following.step) == following
    assert at.step == at.frame.steps[index]


def test_only_main_is_the_root() -> None:
    """A workflow of that name that is called elsewhere isn't."""
    assert context().frame.is_root
    assert not context(key="main/0.main").frame.is_root
    assert init_key(context().frame) == "main:init"
    assert [ends_step(transition(key, 1)) for key in ("a:done", "a:returned", "a:call", "a")] == [
        *(True, True),
        *(False, False),
    ]


def test_expressions_see_where_they_are() -> None:
    """The execution, its task, its agent, and the history of their workflow."""
    task: Any = {"id": "t", "main": [{"get": "a"}, {"get": "b"}]}
    agent: Any = {"name": "Ada"}
    execution = Execution(
        id=ID, task=task, input={"n": 1}, agent=agent, metadata={"m": 1}, created_at=2.0
    )
    made = scope(INIT, transition("main/0:done", "a"))
    names: Any = {name: get() for name, get in names_at(execution, made, context()).items()}
    assert (names["_"], names["current_input"], names["arguments"]) == ("now", "now", {"n": 1})
    assert (names["inputs"], names["outputs"]) == ({0: "in", 1: "a"}, {0: "a"})
    assert names["steps"] == {0: {"input": "in", "output": "a"}, 1: {"input": "a"}}
    assert (names["is_first_step"], names["is_last_step"], names["is_main"]) == (False, False, True)
    assert names["cursor"] == {"workflow": "main", "step": 1, "scope_id": "s"}
    assert (names["current_scope_id"], names["current_step"]) == ("s", {"get": "b"})
    assert names["current_workflow"]["name"] == "main"
    assert names["execution"] == {
        "id": UUID(ID),
        "task_id": "t",
        "input": {"n": 1},
        "metadata": {"m": 1},
        "created_at": 2.0,
    }
    assert (names["task"], names["agent"], names["agent_tools"]) == (task, {"name": "Ada"}, ())
    assert (names["session"], names["user"], names["loaded"], names["state"]) == (
        None,
        None,
        True,
        {},
    )
    assert wire_target(context().target) == names["cursor"]


@pytest.mark.parametrize(
    ("index", "workflow", "places"),
    [(0, "main", (True, False, True)), (2, "sub", (False, True, False))],
)
def test_expressions_know_the_ends_of_their_workflow(
    index: int, workflow: str, places: tuple[bool, ...]
) -> None:
    """And whether it is main."""
    agent: Any = {}
    execution = Execution(id=ID, task=some(Task), input=None, agent=agent)
    names = names_at(execution, Scope(), context(index, workflow=workflow))
    shown = tuple(names[name]() for name in ("is_first_step", "is_last_step", "is_main"))
    assert shown == places
    assert names["steps"]() == {}
