"""Spans of tasks that are run to their end."""

from __future__ import annotations

from typing import Any

import pytest

from julep import ExecutionFailed
from julep.local import LocalServer

from .conftest import Face
from .test_map import ASK, DOUBLE, FIRST_FAILS, OTHERS_SLEEP, mill
from .traced import Spans, own_span, spans

__all__ = ["spans"]


async def test_a_run_has_a_span(face: Face, julep_server: LocalServer, spans: Spans) -> None:
    """All requests of it belong to it, and what `answer` does too."""
    at = await mill(face, julep_server, ASK)
    spans.exporter.clear()

    def answer(_: Any) -> dict[str, Any]:
        with own_span("thinking"):
            return {"n": 5}

    run = await face.call(at.client.tasks.run, at.task, input={"n": 1}, answer=answer)
    told = spans.named("invoke_workflow t")
    assert (told.kind, told.status, told.parent) == ("INTERNAL", "UNSET", None)
    assert told.attributes["julep.task.id"] == at.task.id
    assert told.attributes["julep.execution.id"] == run.execution.id
    assert spans.named("thinking").parent == "invoke_workflow t"
    assert {one.parent for one in spans.all()} == {None, "invoke_workflow t"}


async def test_a_run_that_fails_says_so(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """By the error that the caller gets."""
    at = await mill(face, julep_server, {"error": "no"})
    with pytest.raises(ExecutionFailed):
        await face.call(at.client.tasks.run, at.task.id, input={})
    assert spans.named("invoke_workflow").error == "ExecutionFailed"


async def test_an_answer_that_raises_is_the_error_of_its_run(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """As it was raised, from `run` and from `map`."""
    at = await mill(face, julep_server, ASK)

    def answer(_: Any) -> dict[str, Any]:
        raise LookupError

    with pytest.raises(LookupError):
        await face.call(at.client.tasks.run, at.task.id, input={"n": 1}, answer=answer)
    await at.take([{"n": 1}], answer=answer, on_error="collect")
    runs = [one for one in spans.all() if one.name.startswith("invoke_workflow")]
    assert [one.error for one in runs] == ["LookupError", "LookupError"]


async def test_each_of_many_runs_has_a_span(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """They belong to what the loop belongs to, and their requests to each of them."""
    at = await mill(face, julep_server, FIRST_FAILS | {"else": DOUBLE})
    spans.exporter.clear()
    with own_span("mine"):
        await at.take([{"n": n} for n in range(4)], on_error="collect")
    runs = [one for one in spans.all() if one.name == "invoke_workflow t"]
    assert [one.parent for one in runs] == ["mine"] * 4
    assert sorted(str(one.error) for one in runs) == ["ExecutionFailed", "None", "None", "None"]
    executions = {execution.id for execution in await at.executions()}
    assert {one.attributes["julep.execution.id"] for one in runs} == executions
    starts = [one for one in spans.all() if one.name == "POST /tasks/{id}/executions"]
    assert [one.parent for one in starts] == ["invoke_workflow t"] * 4


async def test_runs_that_are_given_up_are_told(
    face: Face, julep_server: LocalServer, spans: Spans
) -> None:
    """Their spans end with the loop."""
    at = await mill(face, julep_server, OTHERS_SLEEP)
    async with face.inside(at.map([{"n": 1}, {"n": 0}], ordered=False)) as runs:
        await face.take(runs, 1)
    ended = [one for one in spans.all() if one.name == "invoke_workflow t"]
    assert [one.status for one in ended] == ["UNSET", "UNSET"]
