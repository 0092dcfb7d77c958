"""The steps that embed text and search documents."""

from __future__ import annotations

from julep.local.workflow.position import Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.step_records import EmbedStep, SearchStep
from julep.types._json import as_object, is_array

from .retries import with_retries


async def embed(run: Run, at: StepContext[EmbedStep]) -> Outcome:
    """Return `{"vectors": […]}`, one for each text."""
    text = as_object(await run.evaluate(at, at.step["embed"]))["text"]
    given = text if is_array(text) else [text]
    texts = [each for each in given if isinstance(each, str)]
    if len(texts) < len(given):
        raise StepError("embed takes text or a list of texts")
    vectors = await with_retries(run, lambda: run.effects.embed(texts))
    return Outcome({"vectors": [list(vector) for vector in vectors]})


async def search(run: Run, at: StepContext[SearchStep]) -> Outcome:
    """Return what a search of the agent's documents answers."""
    request = as_object(await run.evaluate(at, at.step["search"]))
    return Outcome(await with_retries(run, lambda: run.effects.search(run.execution, request)))
