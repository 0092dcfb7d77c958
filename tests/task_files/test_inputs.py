"""Inputs are held against the schema of their task before they are sent."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from typing import Any, Final

import pytest
from pytest_httpx import HTTPXMock

from julep import BadRequestError, InputMismatch, Task
from tests.conftest import AnyClient, Face

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "n": {"type": "integer"},
        "items": {"type": "array", "items": {"type": "object", "required": ["price"]}},
        "at": {"type": "string"},
    },
    "required": ["n"],
}


def task(schema: Any = SCHEMA) -> Task:
    """A task as servers answer with it."""
    return Task(id="t1", name="T", main=[], input_schema=schema)


def calls(client: AnyClient, **options: Any) -> list[Any]:
    """The ways to start a task with an input."""
    return [
        lambda: client.tasks.executions.create(task(), **options),
        lambda: client.executions.create(task(), **options),
        lambda: client.tasks.run(task(), **options),
    ]


@pytest.mark.parametrize(
    ("input", "told", "path"),
    [
        ({}, "input: 'n' is a required property", ""),
        ({"n": "x"}, "input.n: 'x' is not of type 'integer'", "n"),
        (
            {"n": 1, "items": [{"price": 1}, {}]},
            "input.items[1]: 'price' is a required property",
            "items[1]",
        ),
    ],
)
async def test_an_input_that_does_not_fit_is_not_sent(
    face: Face, input: dict[str, Any], told: str, path: str
) -> None:
    """The error is the server's 400 and a ValueError, and says what is wrong where."""
    for call in calls(face.client(), input=input):
        with pytest.raises(InputMismatch) as raised:
            await face.call(call)
        assert told in str(raised.value)
        assert raised.value.path == path
        assert isinstance(raised.value, BadRequestError)
        assert isinstance(raised.value, ValueError)


async def test_an_input_of_a_map_that_does_not_fit_is_its_own_fault(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Others are run; the one that does not fit has the error."""
    client = face.client()
    runs = client.tasks.map(task(), [{"n": "x"}, {"n": "y"}], on_error="collect")
    done = await face.take(runs)
    assert [str(one.error) for one in done] == [
        f"400: the task's input_schema refuses input.n: {name!r} is not of type 'integer'"
        for name in "xy"
    ]
    assert httpx_mock.get_requests() == []


@pytest.mark.parametrize(
    ("given", "input"),
    [
        (task(), {"n": 1, "at": datetime(2026, 1, 1)}),  # noqa: DTZ001 - is sent as text
        (task({}), {"n": "x"}),
        (task(None), {"n": "x"}),
        (task({"type": "object", "properties": {"n": {"pattern": "(?=x)"}}}), {"n": "y"}),
        ("t1", {"n": "x"}),
    ],
)
async def test_what_may_fit_is_sent(
    face: Face, given: Any, input: dict[str, Any], httpx_mock: HTTPXMock
) -> None:
    """Ids tell no schema, and what a schema means that can't be used here, the server knows."""
    httpx_mock.add_response(json={"id": "e1", "task_id": "t1", "status": "queued", "input": {}})
    execution = await face.call(face.client().executions.create, given, input=input)
    assert execution.id == "e1"


def test_without_the_extra_the_server_tells() -> None:
    """Nothing is checked then, and nothing fails."""
    program = (
        "import sys; sys.modules['jsonschema'] = None; from julep import Task\n"
        "from julep._task_files.inputs import check_input\n"
        f"check_input(Task(id='t', name='T', main=[], input_schema={SCHEMA!r}), {{}})"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
