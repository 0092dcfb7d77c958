"""Many executions at once leave time to others."""

from __future__ import annotations

import anyio
import anyio.lowlevel
from attrs import evolve

from julep.local.workflow import Engine
from tests.local.workflow.driver import story
from tests.local.workflow.fakes import MemoryLog, ScriptedEffects

_EXECUTIONS, _STEPS, _BETWEEN = 60, 10, 15


def written(log: MemoryLog) -> int:
    """How many transitions there are."""
    return sum(map(len, log.history.values()))


def test_others_have_their_turn_between_a_few_steps() -> None:
    """However many executions could go on; all of them end."""
    told = story([{"evaluate": {"n": "1"}}] * _STEPS)
    first = told.log.executions[told.execution_id]
    ids = [f"{told.execution_id[:-3]}{number:03}" for number in range(100, 100 + _EXECUTIONS)]
    for id in ids:
        told.log.add(evolve(first, id=id))

    async def main() -> list[int]:
        between: list[int] = []
        async with Engine(told.log, ScriptedEffects()) as engine:
            for id in ids:
                engine.start(id)
            await anyio.lowlevel.checkpoint()  # each has written that it begins
            await anyio.lowlevel.checkpoint()
            while set(told.log.unfinished()) & set(ids):
                before = written(told.log)
                await anyio.lowlevel.checkpoint()
                between.append(written(told.log) - before)
        return between

    between = anyio.run(main)
    assert max(between) <= _BETWEEN
    assert written(told.log) == _EXECUTIONS * (_STEPS + 1)
