"""The benchmarks go on working; how fast things are depends on the machine and is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from . import PARTS, memory, peers
from .sdks import SDKS
from .table import HEADING, Row
from .timing import Effort

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_benchmarks_print_a_row_for_everything_that_is_measured() -> None:
    """A short run prints one table, with all parts in it."""
    command = [sys.executable, "-m", "tests.benchmarks", "--scale", "0.01"]
    printed = subprocess.check_output(command, cwd=ROOT, text=True)
    heading, rows = printed[: len(HEADING)], printed[len(HEADING) :].strip().splitlines()
    works = [row.split("|")[1].strip() for row in rows]
    assert heading == HEADING
    assert len(works) == len(set(works))
    assert len(works) > 2 * len(PARTS)


@pytest.mark.slow
def test_sdks_are_compared_by_the_same_work() -> None:
    """Each SDK has a column; this one's needs no registry."""
    heading, _, *rows = peers.compared(Effort(1, 1), "", SDKS[:1])
    assert heading == "| work | this SDK |"
    assert len(rows) == 6


def test_a_row_tells_whether_its_goal_is_reached() -> None:
    """What the table rounds down to the goal counts as reached; what it doesn't is marked."""
    assert str(Row("a call", "of httpx", 0.354, 0.35, "fast")) == (
        "| a call | 0.35 of httpx | ≤ 0.35 | fast |"
    )
    assert "**missed**" in str(Row("a call", "of httpx", 0.356, 0.35))


@pytest.mark.slow
def test_calls_and_clients_leave_nothing_behind() -> None:
    """Memory stays as it is after thousands of calls, and after hundreds of clients that are dropped."""
    assert [row.work for row in memory.rows(Effort(1, 5)) if not row.is_reached] == []


def test_growth_counts_what_stays() -> None:
    """What each piece of work leaves behind is seen, and what is dropped is not."""
    left: list[bytes] = []
    assert memory.growth(lambda: left.append(bytes(1024)), 100) > 80
    assert memory.growth(lambda: bytes(1024), 100) < 10
