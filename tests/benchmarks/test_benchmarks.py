"""The benchmarks go on working; how fast things are depends on the machine and is not tested."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from . import memory, peers
from .sdks import SDKS
from .table import Row, read
from .timing import Effort


@pytest.mark.slow
def test_sdks_are_compared_by_the_same_work() -> None:
    """Each SDK has a column; this one's needs no registry."""
    heading, _, *rows = peers.compared(Effort(1, 1), "", SDKS[:1])
    assert heading == "| work | this SDK |"
    assert len(rows) == 6


@pytest.mark.slow
def test_an_sdk_that_fails_leaves_the_others_their_columns(tmp_path: Path) -> None:
    """Peers are measured as their registry has them, and their newest release may not work."""
    broken = SDKS[0]._replace(name="broken", package="pytest")
    python = tmp_path / "pytest/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\n[ $# -eq 2 ] || exit 1\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    heading, _, *rows = peers.compared(Effort(1, 1), str(tmp_path), [SDKS[0], broken])
    assert heading == f"| work | this SDK | broken {pytest.__version__} |"
    assert [row.split("|")[3] for row in rows] == [" failed "] * 6


def test_a_row_tells_whether_its_goal_is_reached() -> None:
    """What the table rounds down to the goal counts as reached; what it doesn't is marked."""
    assert str(Row("a call", "of httpx", 0.354, 0.35, "fast")) == (
        "| a call | 0.35 of httpx | ≤ 0.35 | fast |"
    )
    assert "**missed**" in str(Row("a call", "of httpx", 0.356, 0.35))


@pytest.mark.parametrize(
    "row",
    [
        Row("a call", "of httpx", 0.35, 0.35, "1 / 2"),
        Row("a loss", "", 3.0, 0.0),
        Row("a", "b", -0.5, 1),
    ],
)
def test_a_row_is_read_as_it_was_printed(row: Row) -> None:
    """Whether its goal is reached or not; other lines are none."""
    assert read(f"{row}\n") == row
    assert read("| work | measured | goal | |") is None


@pytest.mark.slow
def test_calls_and_clients_leave_nothing_behind() -> None:
    """Memory stays as it is after thousands of calls, and after hundreds of clients that are dropped."""
    assert [row.work for row in memory.rows(Effort(1, 5)) if not row.is_reached] == []


def test_growth_counts_what_stays() -> None:
    """What each piece of work leaves behind is seen, and what is dropped is not."""
    left: list[bytes] = []
    assert memory.growth(lambda: left.append(bytes(1024)), 100) > 80
    assert memory.growth(lambda: bytes(1024), 100) < 10
