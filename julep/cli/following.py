"""An execution, followed to its end: what it does is told, and what it asks is answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn

import attrs
import click

from .cleanup import clean_up
from .outcomes import ENDING, Outcome, ended_by
from .plain_text import as_json
from .progress import StepLines

if TYPE_CHECKING:
    from julep.types import Run

    from .placed_tasks import PlacedTask
    from .screen import Screen


@attrs.frozen
class Limits:
    """How far somebody wants to hear of an execution.

    Attributes:
        timeout: Seconds at most.
        cancel: Whether it is cancelled where it would go on without anybody.
        quiet: Whether its steps are left out.
    """

    timeout: float | None
    cancel: bool
    quiet: bool


def with_limits(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of one that follows an execution, as its keyword `limits`."""

    @click.option(
        "--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Longest run."
    )
    @click.option(
        "--cancel",
        is_flag=True,
        help="Cancel what would go on without anybody: after 3, 4 and 130.",
    )
    @click.option("-q", "--quiet", is_flag=True, help="Tell of no steps.")
    @wraps(function)
    def command(
        *args: Any, timeout: float | None, cancel: bool, quiet: bool, **kwargs: Any
    ) -> None:
        function(*args, limits=Limits(timeout, cancel, quiet), **kwargs)

    return command


def follow(
    screen: Screen,
    placed: PlacedTask,
    run: Callable[..., Run[Any]],
    answer: Callable[[Any], dict[str, Any]],
    limits: Limits,
) -> NoReturn:
    """Follow an execution to its end, and end as it did.

    Args:
        screen: Where the outcome is written.
        placed: Its task.
        run: Starts it or finds it, and takes the options of `tasks.follow`.
        answer: Answers a question.
        limits: How far it is followed.
    """
    try:
        outcome = _followed(placed, run, answer, limits)
    except BaseException:
        # Before it was started: all that comes later is an outcome.
        placed.put_away()
        raise
    _end(screen, clean_up(placed, outcome, cancel=limits.cancel))


def _followed(
    placed: PlacedTask,
    run: Callable[..., Run[Any]],
    answer: Callable[[Any], dict[str, Any]],
    limits: Limits,
) -> Outcome:
    began = time.monotonic()
    with StepLines(is_quiet=limits.quiet) as steps:

        def answered(question: Any) -> dict[str, Any]:
            with steps.paused():
                return answer(question)

        outcome = _outcome_of(
            run,
            timeout=limits.timeout,
            cancel_on_timeout=limits.cancel,
            tools=placed.task.tools or (),
            answer=answered,
            on_transition=steps,
        )
    return attrs.evolve(
        outcome,
        execution_id=outcome.execution_id or steps.execution_id,
        task_id=placed.task.id,
        seconds=round(time.monotonic() - began, 3),
    )


def _outcome_of(run: Callable[..., Run[Any]], **options: Any) -> Outcome:
    try:
        done = run(**options)
    except ENDING as error:
        return ended_by(error)
    return Outcome(status="succeeded", output=done.output, execution_id=done.execution.id)


def fail(screen: Screen, error: BaseException) -> NoReturn:
    """End as an error means that came before there was anything to follow."""
    outcome = ended_by(error)
    outcome.tell_error()
    _end(screen, outcome)


def _end(screen: Screen, outcome: Outcome) -> NoReturn:
    """Write what something came to, and end with its status."""
    if screen.wants_json:
        screen.json(outcome.plain())
    elif outcome.status == "succeeded":
        is_text = isinstance(outcome.output, str)
        screen.write(f"{outcome.output if is_text else as_json(outcome.output, indent=2)}\n")
    raise click.exceptions.Exit(outcome.exit_status)
