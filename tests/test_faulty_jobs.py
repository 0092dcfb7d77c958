"""Jobs of several requests, in the presence of each kind of fault; `python -m tests.faults` tries it all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from functools import cache
from itertools import product
from typing import Final

import pytest

from .faults.cells import Sound
from .faults.grounds import land
from .faults.jobs import JOBS
from .faults.kinds import FAULTS, KINDS
from .faults.matrix import Patience
from .faults.passage import Place
from .faults.trials import ALL_JOBS, Trials, places

HASTY: Final = Patience(timeout=0.3, slack=3)
SELDOM: Final = {"times", "connections"}
"""What is not tried on commands here: they wait for minutes, and for a second before a repeat."""
EVERY: Final = 3
"""Of so many pairs of a job and a kind of fault, one is tried."""

WRITES: Final = {
    "tasks.run": "POST /executions",
    "tasks.map": "POST /executions",
    "docs.add": "POST /agents//docs",
    "agents.ensure": "POST /agents/",
    "tasks.ensure": "POST /agents//tasks/",
    "agents.tools.ensure": "POST /agents//tools",
}
"""A write of each job whose fate a look can tell; that of a start is tried by its own tests."""


@pytest.fixture(scope="module")
def trials() -> Generator[Trials]:
    """An embedded server for jobs.

    Each trial collects garbage, most of whose time would go into looking at what all other tests keep.
    """
    gc.collect()
    gc.freeze()
    with land() as at:
        yield Trials(at, HASTY)
    gc.unfreeze()


@pytest.fixture(scope="module")
def sounds(trials: Trials) -> Callable[[str], Sound]:
    """What a job is on a server that is well, done once."""

    @cache
    def sound(name: str) -> Sound:
        trial = trials.sound(name)
        return Sound(trial.outcome.value, trial.asked)

    return sound


def _cells() -> Iterator[tuple[str, str, int]]:
    """Each job with faults of some kinds, others for each; and a number for the place."""
    for turn, (name, kind) in enumerate(product(ALL_JOBS, KINDS)):
        if turn % EVERY == 0 and (name in JOBS or kind not in SELDOM):
            yield name, list(KINDS[kind])[turn % len(KINDS[kind])], turn // EVERY


@pytest.mark.slow
def test_the_jobs_are_done_without_a_fault(trials: Trials) -> None:
    """What the faults are tried on works when there is none."""
    for name in ALL_JOBS:
        outcome = trials.sound(name).outcome
        assert (name, outcome.result, outcome.noise) == (name, "success", [])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "fault", "turn"), list(_cells()))
def test_whatever_goes_wrong_in_a_job_nothing_is_lost(
    trials: Trials, sounds: Callable[[str], Sound], name: str, fault: str, turn: int
) -> None:
    """It is right, or fails with an error of the SDK, once, in time, and can be finished later."""
    sound, job = sounds(name), ALL_JOBS[name]
    found = list(places(sound.asked, turn))
    place, face = found[turn % len(found)], job.faces[turn % len(job.faces)]
    outcome = trials.tried(name, fault, place, face, sound)
    assert (outcome.foreign, outcome.lost, outcome.noise) == (None, "", [])
    assert outcome.repeats == 0
    assert outcome.is_usable
    assert not outcome.shown_key
    assert outcome.seconds < job.seconds + HASTY.slack or FAULTS[fault].is_looked_up


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", ["302 to itself", "302 without a place", "body: a web page", "body: half a surrogate"]
)
@pytest.mark.parametrize("name", WRITES)
def test_a_write_of_unknown_fate_is_looked_for(
    trials: Trials, sounds: Callable[[str], Sound], name: str, fault: str
) -> None:
    """Where the answer does not say what became of it, the next look does, and the job goes on."""
    sound, job = sounds(name), ALL_JOBS[name]
    place, face = Place(WRITES[name]), job.faces[len(name + fault) % len(job.faces)]
    outcome = trials.tried(name, fault, place, face, sound)
    assert (outcome.result, outcome.lost, outcome.repeats) == ("success", "", 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["julep run", "julep chat", "julep ls agents"])
def test_a_command_ends_with_a_line_as_a_process(
    trials: Trials, sounds: Callable[[str], Sound], name: str
) -> None:
    """Its status is one of those that are documented, and there is no traceback."""
    page, sound = "body: a web page", sounds(name)
    outcome = trials.tried(name, page, Place(sound.asked[0]), "sync", sound, in_processes=True)
    assert (outcome.foreign, outcome.lost, outcome.repeats) == (None, "", 0)
