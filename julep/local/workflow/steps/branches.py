"""The steps that run one of several steps, or another workflow."""

from __future__ import annotations

from julep.local.sandbox.values import as_json
from julep.local.workflow.ports import Target
from julep.local.workflow.position import Frame, Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.step_kinds import complete, step_type
from julep.local.workflow.step_records import IfElseStep, SwitchStep, YieldStep

from .concurrency import gather


async def if_else(run: Run, at: StepContext[IfElseStep]) -> Outcome:
    """Return what `then` or `else` gave; without an `else`, `{"output": <input>}`."""

    async def choose() -> str:
        return "then" if await run.evaluate(at, at.step["if"]) else "else"

    chosen = await run.journal.once(f"{at.key}:branch", choose)
    step = at.step["then"] if chosen == "then" else at.step["else"]
    if step is None:
        # As on servers of 2025 (tests/data/workflow_cases/real25_45_if_no_else).
        step = complete({"evaluate": {"output": "$ _"}})
    return await run.walk(run.branch(at, f"if_else.{chosen}", step, at.input))


async def switch(run: Run, at: StepContext[SwitchStep]) -> Outcome:
    """Return what the first case gave whose condition holds.

    `_`, the usual last case, is a condition like others: the input, which holds unless it is empty.
    """

    async def choose() -> int:
        for i, case in enumerate(at.step["switch"]):
            if await run.evaluate(at, case["case"]):
                return i
        return -1

    chosen = await run.journal.once(f"{at.key}:branch", choose)
    if chosen < 0:
        # What servers of 2025 say when no case holds (tests/data/workflow_cases/real25_07_switch_none).
        raise StepError("Negative indices not allowed")
    step = at.step["switch"][chosen]["then"]
    return await run.walk(run.branch(at, "case", step, at.input))


async def yield_(run: Run, at: StepContext[YieldStep]) -> Outcome:
    """Run a sub-workflow in a scope of its own, and return what it gave."""
    name = at.step["workflow"]
    steps = run.workflows.get(name)
    if steps is None:
        raise StepError(f"Workflow {name} not found in task")
    scope_id, arguments = await _call(run, at, name)
    frame = Frame(
        key=f"{at.key}.{name}",
        workflow=name,
        steps=steps,
        scope_id=scope_id,
        input=arguments,
        depth=at.frame.depth + 1,
    )
    # In a task of its own: recursion as deep as is allowed must not fill Python's stack.
    [outcome] = await gather([lambda: run.walk(run.nested(frame))])
    return Outcome(outcome.output)


async def _call(run: Run, at: StepContext[YieldStep], name: str) -> tuple[str, object]:
    call = run.journal.get(f"{at.key}:call")
    if call is None:
        arguments = at.step["arguments"]
        start = Target(workflow=name, step=0, scope_id=run.effects.new_id())
        call = run.journal.write(
            f"{at.key}:call",
            "step",
            current=at.target,
            next=start,
            output=as_json(arguments and await run.evaluate(at, arguments)),
            metadata={"step_type": step_type(at.step)},
            step_label=at.step["label"],
        )
    assert call.next is not None
    return call.next.scope_id, call.output
