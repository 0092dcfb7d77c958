"""`julep answer`: what an execution waits for, given later or by somebody else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from julep.errors import JulepError

from .answers import NoAnswer, ask, read_words
from .cleanup import is_over, what_next
from .following import Limits, fail, follow, with_limits
from .options import with_client
from .outcomes import ENDING
from .parameters import id_of
from .placed_tasks import PlacedTask

if TYPE_CHECKING:
    from julep import Julep
    from julep.types import Execution

    from .screen import Screen

_EPILOG = """
Exit status: as of `julep run`.
"""


class AsksNothing(JulepError):
    """An execution is given an answer that it does not wait for."""


@click.command("answer", epilog=_EPILOG)
@click.argument("execution", **id_of("execution", status="awaiting_input"))
@click.argument("words", nargs=-1, metavar="[ANSWER]")
@with_limits
@with_client
def command(
    screen: Screen, client: Julep, execution: str, words: tuple[str, ...], limits: Limits
) -> None:
    """Answer what an EXECUTION waits for, and follow it to its end.

    The ANSWER is a JSON object, name=value ..., or a text, which becomes {"answer": text}. Without one,
    and for what is asked later, a terminal asks you; in a pipe, each line of stdin is an answer.

    Steps are told on stderr, and the output is written, as by `julep run`; --json writes the same object.
    """
    given = _given(words)
    try:
        waiting = client.executions.get(execution)
        if given and waiting.status != "awaiting_input":
            raise AsksNothing(f"it asks for no answer: {_standing(waiting)}")
        there = PlacedTask.of(client, waiting)
    except ENDING as error:
        fail(screen, error)

    def answer(question: Any) -> dict[str, Any]:
        return given.pop() if given else ask(question)

    run = partial(client.tasks.follow, waiting)
    follow(screen, there, run, answer, limits)


def _given(words: tuple[str, ...]) -> list[dict[str, Any]]:
    try:
        return [read_words(words)] if words else []
    except NoAnswer as error:
        raise click.UsageError(str(error)) from None


def _standing(execution: Execution) -> str:
    return f"it is over ({execution.status})" if is_over(execution.status) else what_next(execution)
