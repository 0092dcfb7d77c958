"""The steps that embed text and search documents."""

from __future__ import annotations

from julep.local.sandbox.values import is_list
from julep.local.workflow.position import Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.steps.retries import with_retries


async def embed(run: Run, at: StepContext) -> Outcome:
    """Gives `{"vectors": […]}`, one for each text."""
    text = (await run.evaluate(at, at.step["embed"]))["text"]
    texts = text if is_list(text) else [text]
    if not all(isinstance(each, str) for each in texts):
        raise StepError("embed takes text or a list of texts")
    vectors = await with_retries(run, lambda: run.effects.embed(texts))
    return Outcome({"vectors": [list(vector) for vector in vectors]})


async def search(run: Run, at: StepContext) -> Outcome:
    """Gives what a search of the agent's documents answers."""
    request = await run.evaluate(at, at.step["search"])
    return Outcome(await with_retries(run, lambda: run.effects.search(run.execution, request)))
