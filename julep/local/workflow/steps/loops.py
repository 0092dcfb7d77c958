"""The steps that run a step for each of several items, or several steps at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from julep.local.sandbox import isolated
from julep.local.sandbox.attributes import Function
from julep.local.sandbox.values import Collected, as_json, has_length, method_hint
from julep.local.workflow.position import Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.step_kinds import MAX_PARALLEL
from julep.local.workflow.step_records import ForeachStep, MapReduceStep, ParallelStep, Step

from .concurrency import Job, gather

_DEFAULT_REDUCE = "results + [_]"


async def foreach(run: Run, at: StepContext[ForeachStep]) -> Outcome:
    """Return the list of what the step gave for each item, one after the other."""
    loop = at.step["foreach"]
    outputs = Collected()
    for i, item in enumerate(await _items(run, at, loop["in"])):
        branch = run.branch(at, f"foreach[{i}]", loop["do"], item)
        outcome = await run.walk(branch)
        if outcome.returned:
            return outcome
        outputs.add(outcome.output)
    return Outcome(outputs.values)


async def parallel(run: Run, at: StepContext[ParallelStep]) -> Outcome:
    """Return the list of what the steps gave, which run at the same time."""
    jobs = [
        _job(run, at, f"PAR:parallel[{i}]", step, at.input)
        for i, step in enumerate(at.step["parallel"])
    ]
    return _joined(await gather(jobs))


async def map_reduce(run: Run, at: StepContext[MapReduceStep]) -> Outcome:
    """Return the fold of what the step gave for each item, in batches that run together."""
    items = await _items(run, at, at.step["over"])
    size = at.step["parallelism"] or MAX_PARALLEL
    result = at.step["initial"]
    batches = [items[start : start + size] for start in range(0, len(items), size)]
    for number, batch in enumerate(batches):
        outcomes = await gather(_map(run, at, number, size, batch))
        if any(outcome.returned for outcome in outcomes):
            return outcomes[0]  # the only one: `gather` leaves the others out
        result = await _reduced(run, at, result, [outcome.output for outcome in outcomes])
    return Outcome(result)


def _map(
    run: Run, at: StepContext[MapReduceStep], number: int, size: int, batch: Sequence[object]
) -> list[Job]:
    step = at.step["map"]
    if size == 1:
        name = f"mapreduce[{number}]"
        return [_job(run, at, name, step, batch[0])]
    return [
        _job(run, at, f"PAR:mapreduce[{number}][{k}]", step, item) for k, item in enumerate(batch)
    ]


def _job(run: Run, at: StepContext[Step], name: str, step: Step, input: object) -> Job:
    return lambda: run.walk(run.branch(at, name, step, input))


def _joined(outcomes: list[Outcome]) -> Outcome:
    if any(outcome.returned for outcome in outcomes):
        return outcomes[0]  # as above
    return Outcome([outcome.output for outcome in outcomes])


async def _reduced(
    run: Run, at: StepContext[MapReduceStep], results: object, outputs: list[object]
) -> object:
    code = at.step["reduce"] or _DEFAULT_REDUCE
    async with run.evaluating:
        return await isolated.fold(code, results, outputs, run.names(at))


async def _items(run: Run, at: StepContext[Step], expression: object) -> list[object]:
    async def find() -> list[object]:
        found = await run.evaluate(at, expression)
        if not has_length(found):
            # In Python's words, which servers of 2025 show (tests/data/workflow_cases/real25_10_foreach_number).
            kind = type(found).__name__
            # What a worker calls a function is opaque here, but for its name.
            hint = f": {method_hint('items')}" if kind == Function.__name__ else ""
            raise StepError(f"object of type '{kind}' has no len(){hint}")
        return cast("list[object]", as_json(list(found)))

    return await run.journal.once(f"{at.key}:items", find)
