"""Fills cells, one at a time, with what is common to many kept between them."""

from __future__ import annotations

import traceback
from contextlib import ExitStack
from functools import cached_property
from typing import Final, Self
from unittest.mock import patch

from julep import _retry

from .cells import SOUND, Ask, Cell, Sound
from .grounds import land
from .kinds import FAULTS
from .matrix import Outcome, Patience, listening, outcome_of, sound
from .operations import OPERATIONS
from .passage import Place
from .trials import ALL_JOBS, Trials

SHORT_WAIT: Final = 0.02
"""Seconds before a repeat; the usual ones would leave no time for any within the limit."""
PROCESS_TAKES: Final = 30.0
"""Seconds that a command may take as a process, whose limits are the usual ones."""


class Filler(ExitStack):
    """Fills cells.

    Args:
        patience: How long clients wait.
    """

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._patience = patience

    def __enter__(self) -> Self:
        self.enter_context(patch.object(_retry, "FIRST_WAIT", SHORT_WAIT))
        return self

    @cached_property
    def trials(self) -> Trials:
        """Jobs, on an embedded server that is started for the first of them."""
        return Trials(self.enter_context(land()), self._patience)

    def fill(self, ask: Ask) -> Cell:
        """Fill a cell, whatever happens."""
        try:
            if ask.place is None:
                return self._of_operation(ask)
            return (
                self._of_sound(ask)
                if ask.sound is None
                else self._of_job(ask, ask.place, ask.sound)
            )
        except Exception as error:  # noqa: BLE001 - one cell is not to end all others
            told = traceback.format_exception_only(error)[-1].strip()
            at = traceback.extract_tb(error.__traceback__)[-1]
            return Cell(ask, breakdown=f"{told} ({at.filename}, {at.lineno})")

    def _of_operation(self, ask: Ask) -> Cell:
        heard, it = Outcome(), OPERATIONS[ask.name]
        kind = sound(it) if ask.fault == SOUND else FAULTS[ask.fault]
        patience = Patience(timeout=10) if ask.fault == SOUND else self._patience
        with listening(heard):
            outcome = outcome_of(ask.face, it, kind, patience)
        outcome.noise.extend(heard.noise)
        outcome.value = None
        return Cell(ask, outcome, patience.allows(outcome.seconds, it, kind))

    def _of_sound(self, ask: Ask) -> Cell:
        trial = self.trials.sound(ask.name)
        return Cell(ask, trial.outcome, asked=trial.asked)

    def _of_job(self, ask: Ask, place: Place, well: Sound) -> Cell:
        in_processes = ask.part == "processes"
        outcome = self.trials.tried(
            ask.name, ask.fault, place, ask.face, well, in_processes=in_processes
        )
        job, fault = ALL_JOBS[ask.name], FAULTS[ask.fault]
        limit = PROCESS_TAKES if in_processes else job.seconds + self._patience.slack
        is_unlimited = fault.is_looked_up or (job.is_piecewise and fault.never_silent)
        is_in_time = outcome.seconds <= limit or is_unlimited
        outcome.value = None  # it may be anything, and has been looked at
        return Cell(ask, outcome, is_in_time)
