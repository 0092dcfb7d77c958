"""What an execution did, a line for each transition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from julep.types._repr import cut

from .plain_text import as_json

if TYPE_CHECKING:
    from julep.types import Transition

LONGEST: Final = 200
"""Characters of an output in a line."""

_WORDS: Final = {
    "init": "begins",
    "init_branch": "begins",
    "step": "done",
    "finish": "done",
    "finish_branch": "done",
    "wait": "waits for input",
    "resume": "goes on",
    "error": "failed",
    "cancelled": "cancelled",
}
STYLES: Final = {"error": "red", "cancelled": "red", "wait": "yellow", "finish": "green"}
"""Colours, by the type of the transition."""


def place(transition: Transition) -> str:
    """Return where it happened, in words."""
    from julep.types.runs import FailedStep

    return str(FailedStep.of(transition) or "the execution")


def told(transition: Transition) -> str:
    """Return what happened, in words."""
    return f"{place(transition)} {_WORDS.get(transition.type, transition.type)}"


def output_of(transition: Transition, most: int | None = LONGEST) -> str:
    """Return the output as JSON, cut if it is long, and which expression failed; empty where there is none."""
    if transition.output is None:
        return ""
    from julep._runs.failed_steps import expression_of
    from julep.types.runs import FailedStep

    text = as_json(transition.output)
    failed = expression_of(FailedStep.of(transition), text)
    return f"{text if most is None else cut(text, most)}{failed}"
