"""The status, output and error that follow from an execution's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from julep.types._json import is_object
from julep.types.executions import FINAL_TRANSITIONS, KnownExecutionStatus, KnownTransitionType

from .ports import StatusView, Transition

_STATUS: Mapping[KnownTransitionType, KnownExecutionStatus] = {
    "init": "starting",
    "init_branch": "running",
    "step": "running",
    "resume": "running",
    "finish_branch": "running",
    "wait": "running",
    "finish": "succeeded",
    "error": "failed",
    "cancelled": "cancelled",
}


def status_view(transitions: Sequence[Transition]) -> StatusView:
    """Return what an execution with these transitions, oldest first, shows to its readers.

    The newest transition decides; but while any wait has no answer the execution is
    `awaiting_input`, even if other branches went on since.
    """
    if not transitions:
        return StatusView(status="queued", output={}, error=None)
    return view_after(transitions[-1], waiting=bool(open_waits(transitions)))


def view_after(newest: Transition, *, waiting: bool) -> StatusView:
    """Return the view of an execution by its newest transition."""
    status = _STATUS[newest.type]
    if waiting and newest.type not in FINAL_TRANSITIONS:
        status = "awaiting_input"
    return StatusView(status=status, output=shown_output(newest.output), error=_error(newest))


def shown_output(output: object) -> object:
    """Return a transition's output as that of its execution; servers show a null as `{}`."""
    return {} if output is None else output


def open_waits(transitions: Sequence[Transition]) -> list[Transition]:
    """Return the waits that nobody answered, oldest first."""
    return [each for each in transitions if each.type == "wait" and each.answer is None]


def _error(newest: Transition) -> str | None:
    if newest.type != "error" or not is_object(newest.output):
        return None
    error = newest.output.get("error")
    return None if error is None else str(error)
