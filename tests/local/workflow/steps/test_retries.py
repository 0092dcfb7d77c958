"""Trying again what failed for reasons that pass."""

from __future__ import annotations

import logging

import anyio
import pytest

from julep.local.records import Agent, Task
from julep.local.workflow.ports import EffectError, Execution
from julep.local.workflow.steps.retries import with_retries
from tests.local.records import some
from tests.local.workflow.driver import run_of
from tests.local.workflow.fakes import ScriptedEffects


@pytest.fixture
def effects() -> ScriptedEffects:
    """A clock that jumps."""
    return ScriptedEffects()


def result(effects: ScriptedEffects, failures: list[EffectError]) -> str:
    """What comes of a call that fails so often before it succeeds."""
    execution = Execution(id="e", task=some(Task, main=[]), input=None, agent=some(Agent))

    async def call() -> str:
        if failures:
            raise failures.pop(0)
        return "done"

    async def play() -> str:
        return await with_retries(run_of(execution, effects), call)

    return anyio.run(play)


def test_pauses_double_up_to_a_minute(effects: ScriptedEffects) -> None:
    """A server that comes back after an hour is not waited for another one."""
    busy = EffectError("busy", transient=True)
    assert result(effects, [busy] * 9) == "done"
    assert effects.slept == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize(
    ("patience", "slept"), [(0, []), (0.9, []), (1, [1]), (2.9, [1]), (3, [1, 2]), (7, [1, 2, 4])]
)
def test_nothing_is_tried_beyond_the_patience(
    effects: ScriptedEffects, patience: float, slept: list[float]
) -> None:
    """A pause that would end later isn't begun; the last failure is what is told."""
    failures = [EffectError(f"busy {n}", transient=True, patience=patience) for n in range(9)]
    with pytest.raises(EffectError, match=f"busy {len(slept)}"):
        result(effects, failures)
    assert effects.slept == slept


def test_what_lasts_is_not_tried_again(effects: ScriptedEffects) -> None:
    """Whatever came before."""
    failures = [EffectError("busy", transient=True), EffectError("no such key")]
    with pytest.raises(EffectError, match="no such key"):
        result(effects, failures)
    assert effects.slept == [1]


def test_each_pause_is_told_without_secrets(
    effects: ScriptedEffects, caplog: pytest.LogCaptureFixture
) -> None:
    """On one line; the execution itself shows nothing meanwhile."""
    effects.known_secrets = {"KEY": "s3cret"}
    with caplog.at_level(logging.WARNING, logger="julep.local"):
        result(effects, [EffectError("no answer\n of s3cret", transient=True)])
    assert caplog.messages == ["execution e tries again in 1 s: no answer of ***"]
