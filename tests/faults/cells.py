"""The cells of the matrix: what is asked in each, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from .matrix import Outcome
from .passage import Place

SOUND: Final = "none"
"""The fault of a server that is well."""
LOST: Final = "lost results"
LATE: Final = "over budget"
BROKE_DOWN: Final = "cells that broke down"
KINDS: Final = (
    "foreign exceptions",
    "double effects",
    LOST,
    "clients that can't go on",
    LATE,
    "keys shown",
    "warnings",
    "failures without a fault",
    BROKE_DOWN,
)
"""What can be wrong with a cell."""


@attrs.frozen
class Sound:
    """A job on a server that is well.

    Attributes:
        value: What it gave.
        asked: The kinds of the requests that it took.
    """

    value: Any
    asked: Sequence[str]


@attrs.frozen
class Ask:
    """What is to be tried.

    Attributes:
        part: The part of the matrix.
        name: Of the operation or of the job.
        fault: What goes wrong, or `SOUND`.
        face: The face of the client.
        place: Where a job is disturbed.
        sound: What the job is when nothing disturbs it.
    """

    part: str
    name: str
    fault: str
    face: str
    place: Place | None = None
    sound: Sound | None = attrs.field(default=None, repr=False)

    @property
    def title(self) -> str:
        """What it is called, whatever goes wrong on whichever face."""
        return self.name if self.place is None else f"{self.name}, {self.place}"

    def __str__(self) -> str:
        return f"{self.title} · {self.fault} · {self.face}"


@attrs.frozen
class Cell:
    """One cell of the matrix, and what was found in it.

    Attributes:
        ask: What was tried.
        outcome: What came of it.
        is_in_time: Whether it ended when it should.
        breakdown: Why nothing came of it, which says nothing of the SDK.
        asked: The kinds of the requests that a job took.
    """

    ask: Ask
    outcome: Outcome = attrs.field(factory=Outcome)
    is_in_time: bool = True
    breakdown: str = ""
    asked: Sequence[str] = ()

    def faults(self) -> Iterator[tuple[str, str]]:
        """What the SDK promises otherwise, by kind."""
        if self.breakdown:
            yield BROKE_DOWN, self.breakdown
            return
        outcome = self.outcome
        if outcome.foreign is not None:
            yield "foreign exceptions", outcome.foreign.strip().rpartition("\n")[2]
        if outcome.repeats:
            yield "double effects", f"{outcome.repeats} things were done again"
        if outcome.lost:
            yield LOST, outcome.lost
        if not outcome.is_usable:
            yield "clients that can't go on", "; ".join(outcome.noise)
        if not self.is_in_time:
            yield LATE, f"{outcome.seconds:.2f} s"
        if outcome.shown_key:
            yield "keys shown", outcome.result
        if outcome.is_usable and outcome.noise:
            yield "warnings", "; ".join(outcome.noise)
        if self.ask.fault == SOUND and outcome.result != "success":
            yield "failures without a fault", outcome.result

    @property
    def lacked_time(self) -> bool:
        """Whether what is wrong may come of a machine that has other things to do."""
        wrong = {kind for kind, _ in self.faults()}
        timed_out = self.outcome.result.endswith(("Timeout", "TimeoutError"))
        return bool(wrong) and wrong <= ({LATE, LOST} if timed_out else {LATE})
