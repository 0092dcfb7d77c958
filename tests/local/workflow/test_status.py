"""The status, output and error that follow from an execution's history."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.workflow.ports import Answer, Target, Transition
from julep.local.workflow.status import open_waits, shown_output, status_view, view_after
from julep.types.executions import KnownTransitionType


def transition(type: KnownTransitionType, output: Any = None, **more: Any) -> Transition:
    """A transition of this type."""
    here = Target(workflow="main", step=0, scope_id="s")
    return Transition(
        id=f"id of {type}",
        execution_id="e",
        key=type,
        type=type,
        current=here,
        next=None,
        output=output,
        created_at=0.0,
        **more,
    )


@pytest.mark.parametrize(
    ("type", "status"),
    [
        ("init", "starting"),
        ("init_branch", "running"),
        ("step", "running"),
        ("resume", "running"),
        ("finish_branch", "running"),
        ("finish", "succeeded"),
        ("error", "failed"),
        ("cancelled", "cancelled"),
    ],
)
@pytest.mark.parametrize("waiting", [False, True])
def test_the_newest_transition_decides(
    type: KnownTransitionType, status: str, waiting: bool
) -> None:
    """Unless something waits, and the execution isn't over."""
    is_over = status in {"succeeded", "failed", "cancelled"}
    view = view_after(transition(type, {"a": 1}), waiting=waiting)
    assert view.status == ("awaiting_input" if waiting and not is_over else status)
    assert (view.output, view.error) == ({"a": 1}, None)


@pytest.mark.parametrize(
    ("type", "output", "error"),
    [
        ("error", {"error": "no"}, "no"),
        ("error", {"error": 7}, "7"),
        ("error", {"error": None}, None),
        ("error", {}, None),
        ("error", "no", None),
        ("step", {"error": "no"}, None),
        ("finish", {"error": "no"}, None),
    ],
)
def test_an_error_is_what_a_failed_execution_says(
    type: KnownTransitionType, output: Any, error: str | None
) -> None:
    """Where it says so in an object."""
    assert view_after(transition(type, output), waiting=False).error == error


def test_an_execution_without_a_history_is_queued() -> None:
    """An output that is null is shown as an empty object."""
    view = status_view([])
    assert (view.status, view.output, view.error) == ("queued", {}, None)
    assert shown_output(None) == {}
    shown: list[Any] = [0, "", [], False]
    assert list(map(shown_output, shown)) == shown


def test_a_wait_without_an_answer_is_open() -> None:
    """Also when other branches went on since."""
    wait, step = transition("wait"), transition("step")
    answered = transition("wait", answer=Answer(input=None))
    assert open_waits([answered, wait, step]) == [wait]
    assert status_view([answered, wait, step]).status == "awaiting_input"
    assert status_view([answered, step]).status == "running"
