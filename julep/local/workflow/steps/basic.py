"""The steps that do one small thing and have no steps inside."""

from __future__ import annotations

from julep.local.workflow.position import Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.step_records import (
    ErrorStep,
    EvaluateStep,
    GetStep,
    LogStep,
    ReturnStep,
    SetStep,
    SleepStep,
    WaitForInputStep,
)

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


async def evaluate(run: Run, at: StepContext[EvaluateStep]) -> Outcome:
    """Return the evaluated expressions."""
    return Outcome(await run.evaluate(at, at.step["evaluate"]))


async def set(run: Run, at: StepContext[SetStep]) -> Outcome:
    """Return the evaluated expressions; from then on they are in `state`."""
    return Outcome(await run.evaluate(at, at.step["set"]))


async def get(run: Run, at: StepContext[GetStep]) -> Outcome:
    """Return a value of `state`, or null."""
    return Outcome(run.journal.scope(at.frame.scope_id).state.get(at.step["get"]))


async def log(run: Run, at: StepContext[LogStep]) -> Outcome:
    """Pass the input through; the transition's metadata carries the text as it was written."""
    await run.evaluate(at, at.step["log"])
    return Outcome(at.input, metadata={"log": at.step["log"]})


async def return_(run: Run, at: StepContext[ReturnStep]) -> Outcome:
    """End the enclosing named workflow with the evaluated expressions."""
    return Outcome(await run.evaluate(at, at.step["return"]), returned=True)


async def sleep(run: Run, at: StepContext[SleepStep]) -> Outcome:
    """Pass the input through after a delay.

    The delay counts from the transition before, which is in the log: after a crash only what is
    left of it is slept.
    """
    duration = sum(at.step["sleep"].get(unit, 0) * size for unit, size in _UNITS.items())
    if duration <= 0:
        raise StepError("Sleep duration must be greater than 0")
    before = run.journal.get(at.previous_key)
    began = before.created_at if before else run.effects.now()
    await run.effects.sleep(max(0.0, began + duration - run.effects.now()))
    return Outcome(at.input)


async def error(run: Run, at: StepContext[ErrorStep]) -> Outcome:
    """Fail the execution, after its message was written as the step's output."""
    message: object = at.step["error"]
    # Written as the end of `main`, the message would end the execution well: it does so on servers of
    # 2025 (tests/data/workflow_cases/real25_21_error_last), and is mended here.
    if not (at.is_last and at.frame.is_root):
        run.record(at, Outcome(message))
    raise StepError(f"Error raised by ErrorWorkflowStep: {message}")


async def wait_for_input(run: Run, at: StepContext[WaitForInputStep]) -> Outcome:
    """Show the evaluated info, and return what the client resumes with."""
    info = at.step["wait_for_input"]["info"]
    return Outcome(await run.pause(at, 0, info and await run.evaluate(at, info)))
