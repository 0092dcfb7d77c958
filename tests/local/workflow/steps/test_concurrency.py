"""Several branches at the same time."""

from __future__ import annotations

import anyio
import pytest

from julep.local.workflow.position import Outcome
from julep.local.workflow.steps.concurrency import Job, gather


class Branches:
    """Branches whose end a test decides.

    Attributes:
        ended: those that came to their end, in that order.
    """

    def __init__(self) -> None:
        self.ended: list[str] = []

    def job(self, name: str, turns: int, *, returns: bool = False, fails: bool = False) -> Job:
        """A branch that takes so many turns."""

        async def run() -> Outcome:
            for _ in range(turns):
                await anyio.lowlevel.checkpoint()
            self.ended.append(name)
            if fails:
                raise ValueError(name)
            return Outcome(name, returned=returns)

        return run


@pytest.fixture
def branches() -> Branches:
    """None yet."""
    return Branches()


def outputs(*jobs: Job) -> list[object]:
    """What branches gave."""
    return [outcome.output for outcome in anyio.run(gather, jobs)]


def test_outcomes_are_in_the_order_of_the_branches(branches: Branches) -> None:
    """Whichever ends first; all run at once."""
    assert outputs(branches.job("a", 9), branches.job("b", 1)) == ["a", "b"]
    assert branches.ended == ["b", "a"]
    assert outputs() == []


def test_the_first_return_ends_the_others(branches: Branches) -> None:
    """Its outcome is the only one."""
    jobs = branches.job("a", 99), branches.job("b", 5, returns=True), branches.job("c", 1)
    assert outputs(*jobs) == ["b"]
    assert branches.ended == ["c", "b"]


def test_the_first_failure_ends_the_others(branches: Branches) -> None:
    """It is raised as it is, not in a group."""
    jobs = branches.job("a", 99), branches.job("b", 5, fails=True), branches.job("c", 1)
    with pytest.raises(ValueError, match="b"):
        outputs(*jobs)
    assert branches.ended == ["c", "b"]


def test_a_failure_beside_a_return_counts(branches: Branches) -> None:
    """When it comes first."""
    jobs = branches.job("a", 9, returns=True), branches.job("b", 1, fails=True)
    with pytest.raises(ValueError, match="b"):
        outputs(*jobs)
