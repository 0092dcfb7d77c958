"""The matrix of faults itself: whatever becomes of one of its cells, the others are filled."""

from __future__ import annotations

import os
from typing import Any

import pytest

from .faults.cells import BROKE_DOWN, SOUND, Ask, Cell
from .faults.filling import Filler
from .faults.matrix import Outcome, Patience
from .faults.workers import Workers

GOOD = Ask("operations", "agents.get", SOUND, "sync")
UNKNOWN = Ask("operations", "agents.gone", SOUND, "sync")


class Deadly:
    """Ends the process that reads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


def wrong(cell: Cell) -> list[str]:
    """The kinds of what is wrong in a cell."""
    return [kind for kind, _ in cell.faults()]


def test_a_cell_that_breaks_down_is_told() -> None:
    """With the reason, and with nothing about the SDK."""
    with Filler(Patience()) as filler:
        cell = filler.fill(UNKNOWN)
        assert next(cell.faults())[1].startswith("KeyError: 'agents.gone'")
        assert wrong(cell) == [BROKE_DOWN]
        assert wrong(filler.fill(GOOD)) == []


@pytest.mark.slow
def test_a_process_that_ends_takes_one_cell_along() -> None:
    """Another one fills the rest."""
    deadly: Any = Deadly()
    asks = [GOOD, Ask("operations", deadly, SOUND, "sync"), UNKNOWN, GOOD]
    with Workers(1, Patience()) as workers:
        cells = list(workers.fill(asks))
    assert [wrong(cell) for cell in cells] == [[], [BROKE_DOWN], [BROKE_DOWN], []]
    assert cells[1].breakdown == "its process ended with 3"


def test_only_what_time_may_explain_is_tried_again() -> None:
    """What was late, or ran out of time; a double effect counts however late it came."""
    ask = Ask("operations", "agents.get", "500", "sync")
    late = Outcome("APITimeoutError", is_usable=True, lost="nothing came")
    assert Cell(ask, late, is_in_time=False).lacked_time
    assert not Cell(ask, Outcome("APITimeoutError", is_usable=True)).lacked_time
    assert not Cell(ask, Outcome(is_usable=True, lost="it gave 1")).lacked_time
    assert not Cell(ask, Outcome(is_usable=True, repeats=1), is_in_time=False).lacked_time
