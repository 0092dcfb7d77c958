"""A journal whose results are of a task, a function or an input that has changed since."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from julep import tool
from julep._runs.work import work_of
from julep.local import LocalServer
from julep.types.tasks import Task

from .conftest import AnyClient, Face

CHANGED = "has results of another task, or from before the task or a function was changed"


def multiplied(times: int) -> list[Any]:
    """Steps that multiply."""
    return [{"evaluate": {"n": f"$ _.n * {times}"}}]


async def outputs(face: Face, client: AnyClient, *given: Any, **options: Any) -> list[int]:
    """What comes of the inputs 1 and 2."""
    inputs = options.pop("inputs", [{"n": 1}, {"n": 2}])
    items = await face.take(client.tasks.map(*given, inputs, **options))
    return [item.run.output["n"] for item in items]


async def test_a_task_that_has_changed_is_run_again(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """With a warning, also where it is known from before the change; what it did before is kept beside."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await face.call(client.agents.create, name="Ada")
    task = await face.call(client.tasks.create, agent, name="t", main=multiplied(2))
    file = tmp_path / "runs.jsonl"
    assert await outputs(face, client, task, journal=file) == [2, 4]

    await face.call(client.tasks.update, agent, task, main=multiplied(3))
    with pytest.warns(UserWarning, match=CHANGED):
        assert await outputs(face, client, task, journal=file) == [3, 6]
    same = await face.call(client.tasks.create, agent, name="other", main=multiplied(2))
    for again in (task, same):
        await outputs(face, client, again.id, journal=file)
    started = [await face.call(client.executions.list(each).to_list) for each in (task, same)]
    assert [len(each) for each in started] == [4, 0]


async def test_a_function_that_has_changed_is_called_again(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """Its code counts, and not which object it is."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await face.call(client.agents.create, name="Ada")
    main = [{"wait_for_input": {"info": {"n": "$ _.n"}}}]
    task = await face.call(client.tasks.create, agent, name="t", main=main)
    file = tmp_path / "runs.jsonl"

    def answering(more: str) -> Callable[[Any], Any]:
        space: dict[str, Any] = {}
        exec(f"def answer(wait): return {{'n': 1 + {more}}}", space)
        function: Callable[[Any], Any] = space["answer"]
        return function

    assert await outputs(face, client, task, journal=file, answer=answering("1")) == [2, 2]
    assert await outputs(face, client, task, journal=file, answer=answering("1")) == [2, 2]
    with pytest.warns(UserWarning, match=CHANGED):
        assert await outputs(face, client, task, journal=file, answer=answering("2")) == [3, 3]


async def test_an_input_that_has_changed_under_its_key_is_told(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """The key says what is the same."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await face.call(client.agents.create, name="Ada")
    task = await face.call(client.tasks.create, agent, name="t", main=multiplied(2))
    given: dict[str, Any] = {"journal": tmp_path / "runs.jsonl", "key": itemgetter("id")}
    rows = [{"id": "a", "n": 1}]
    assert await outputs(face, client, task, inputs=rows, **given) == [2]
    with pytest.warns(UserWarning, match="key gave 'a' for inputs that differ"):
        assert await outputs(face, client, task, inputs=[{"id": "a", "n": 5}], **given) == [2]
    with warnings.catch_warnings(action="error"):
        assert await outputs(face, client, task, inputs=rows, **given) == [2]


def _added(n: int, more: int = 1) -> int:
    return n + more


def _called_otherwise(n: int, more: int = 2) -> int:
    return n + more


class _Answers:
    def __call__(self, wait: object) -> object:
        return wait


def test_what_says_nothing_of_the_work_makes_no_difference() -> None:
    """Names, ids and times; and objects whose text is another one each time."""
    task = Task(id="t1", name="t", main=[], agent_id="a1", description="one")
    other = Task(id="t2", name="u", main=[], agent_id="a2", description="two")
    assert work_of(task, [tool(_added), _Answers()]) == work_of(other, [tool(_added), _Answers()])
    assert work_of(task, [_added]) != work_of(task, [_called_otherwise])
    assert work_of(task, []) != work_of(Task(id="t1", name="t", main=[], input_schema={}), [])
