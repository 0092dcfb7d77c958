"""What is done about a run that is over, and about one that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from julep.errors import JulepError

from .failures import tell, words
from .options import to_type
from .outcomes import Outcome

if TYPE_CHECKING:
    from julep import Julep
    from julep.types import Execution

    from .placed_tasks import PlacedTask

_GONE: Final = "its task and log are deleted; `julep run --keep` leaves them for `julep logs`"
_PATIENCE: Final = 5.0
"""Seconds that each request may take: somebody waits for the end of the command."""
_RECENT: Final = 20
"""How many of the task's newest executions are looked through for the one of this run."""


def clean_up(placed: PlacedTask, outcome: Outcome, *, cancel: bool) -> Outcome:
    """Say what went wrong; put away what is over, or say how to follow what goes on."""
    outcome.tell_error()
    if is_over(outcome.status):
        if placed.put_away() and outcome.status == "failed":
            tell(f"julep: {_GONE}")
        return outcome
    try:
        execution = _state(placed, outcome, cancel=cancel)
    except JulepError as error:
        tell(f"julep: whether it goes on is not known: {words(error)}")
        return outcome
    if execution is None or is_over(execution.status):
        placed.put_away()
    else:
        tell(f"julep: {what_next(execution, outcome.question)}")
    return attrs.evolve(outcome, execution_id=execution.id if execution else None)


def is_over(status: str) -> bool:
    """Tell whether an execution stays as it is."""
    from julep.types.executions import FINAL_STATUSES

    return status in FINAL_STATUSES


def what_next(execution: Execution, question: Any = None) -> str:
    """Say what can be done about an execution that is not over.

    Args:
        execution: The execution.
        question: What it waits for, where that is known.
    """
    if execution.status != "awaiting_input":
        return f"it goes on; {to_type('logs', '-f', execution.id)} follows it"
    example = _example(question)
    asks, gives = to_type("answer", execution.id), to_type("answer", execution.id, example)
    return f"it waits for input: {asks} asks you for it; an answer may stand there, too: {gives}"


def _example(question: Any) -> str:
    """Return an answer of the form that a wait takes: of functions, what they would give."""
    from julep._codec import encode
    from julep._runs.asked_calls import asked_functions
    from julep.types._json import as_object, is_array

    if not asked_functions(question):
        return '{"approved": true}'
    if is_array(question):
        return encode({str(one.get("id")): "..." for one in map(as_object, question)}).decode()
    return '{"result": "..."}'


def _state(placed: PlacedTask, outcome: Outcome, *, cancel: bool) -> Execution | None:
    """Return the execution as it stands, cancelled if that is wanted; None if there is none."""
    client = placed.client.with_options(timeout=_PATIENCE, max_retries=0)
    id = outcome.execution_id
    execution = client.executions.get(id) if id else _started(client, placed)
    if execution is None or not cancel or is_over(execution.status):
        return execution
    client.executions.cancel(execution)
    return client.executions.get(execution)


def _started(client: Julep, placed: PlacedTask) -> Execution | None:
    recent = client.tasks.executions.list(placed.task, limit=_RECENT)
    return next(filter(placed.has_started, recent), None)
