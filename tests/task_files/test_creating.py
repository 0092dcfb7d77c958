"""Tasks are created from files, and what servers refuse is told with its place there."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from pytest_httpx import HTTPXMock

import julep
from julep import APIError, BadRequestError, TaskFileError, UnprocessableEntityError
from julep.local import LocalServer
from tests.conftest import Face
from tests.recorded import recorded_2025

FLOW: Final = """\
name: flow
main:
- workflow: sub
sub:
- evaluate:
    a: $ _.x
"""
SENT: Final[dict[str, Any]] = {
    "name": "flow",
    "main": [{"workflow": "sub"}],
    "sub": [{"evaluate": {"a": "$ _.x"}}],
}
SOURCES: Final[dict[str, Callable[[Path], Any]]] = {
    "loaded": julep.load_task,
    "path": lambda file: file,
    "name": str,
    "text": lambda file: file.read_text(encoding="utf-8"),
    "mapping": lambda file: dict(julep.load_task(file)),
}


@pytest.mark.parametrize("kind", SOURCES)
async def test_a_task_is_created_from_a_file(
    face: Face, kind: str, tmp_path: Path, httpx_mock: HTTPXMock
) -> None:
    """A loaded task, its path, its text and a mapping are sent alike, further workflows too."""
    file = tmp_path / "flow.yaml"
    file.write_text(FLOW, encoding="utf-8")
    httpx_mock.add_response(json={"id": "t1", **SENT})
    task = await face.call(face.client().tasks.create, "a1", SOURCES[kind](file))
    assert (task.id, task.name, list(task.workflows)) == ("t1", "flow", ["main", "sub"])
    (request,) = httpx_mock.get_requests()
    assert json.loads(request.content) == SENT


def stock(sku: str) -> int:
    """Count what is there."""
    return len(sku)


CALLS: Final = """\
name: stock
tools:
- {name: price, type: function, function: {parameters: {type: object}}}
main:
- tool: stock
  arguments: {sku: $ _.sku}
- evaluate: {n: $ _.result}
"""


@pytest.mark.parametrize("kind", SOURCES)
async def test_functions_join_the_tools_of_a_file(
    face: Face, kind: str, tmp_path: Path, julep_server: LocalServer
) -> None:
    """What a file can't describe is passed beside it, in whatever holds functions."""
    file = tmp_path / "flow.yaml"
    file.write_text(CALLS, encoding="utf-8")
    source = SOURCES[kind](file)
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await face.call(client.agents.create, name="Ada")
    task = await face.call(client.tasks.create, agent, source, tools={stock})
    assert [tool.name for tool in task.tools] == ["price", "stock"]
    run = await face.call(client.tasks.run, task, input={"sku": "A17"}, tools=iter([stock]))
    assert run.output == {"n": 3}
    kept = await face.call(client.tasks.ensure, "stock", agent, source, tools=iter([stock]))
    assert [tool.name for tool in kept.tools] == ["price", "stock"]
    twice = julep.tool(stock, name="price")
    with pytest.raises(ValueError, match="two tools are called price"):
        await face.call(client.tasks.create, agent, source, tools=[stock, twice])
    with pytest.raises(TypeError, match="tools must be a list of functions or tools, not function"):
        await face.call(client.tasks.create, agent, source, tools=stock)


BROKEN: Final = """\
name: flow
main:
- if: $ _.x
  then:
    - log: a
- evaluate:
    a: $ (
"""


async def test_what_a_server_refuses_is_told_with_its_place(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """The message names file, line and column, and so do the details."""
    file = tmp_path / "flow.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await face.call(client.agents.create, name="Ada")
    with pytest.raises(UnprocessableEntityError) as shape:
        await face.call(client.tasks.create, agent, file)
    assert f"{file}:5:5 main[0].then: must be one step" in str(shape.value)
    file.write_text(BROKEN.replace("- log", "log"), encoding="utf-8")
    with pytest.raises(BadRequestError) as code:
        await face.call(client.tasks.create, agent, julep.load_task(file))
    assert f": {file}:7:8 main[1].evaluate.a: Syntax error" in str(code.value)
    (detail,) = code.value.details
    assert (detail["file"], detail["line"], detail["column"]) == (str(file), 7, 8)
    file.write_text(f"{FLOW}input_schema:\n  type: nothing\n", encoding="utf-8")
    with pytest.raises(BadRequestError, match=r"flow\.yaml:8:3 input_schema: Invalid input schema"):
        await face.call(client.tasks.create, agent, file)
    with pytest.raises(UnprocessableEntityError, match=r"tasks: path\.agent_id: Input should be"):
        await face.call(client.tasks.create, "a1", file)


MIXED: Final = """\
name: flow
main:
- evaluate:
    a: $ (
    b: $ [each.x for each in _.all]
    c: $_.x
"""


async def test_what_keeps_no_task_from_running_is_marked(
    face: Face, julep_server: LocalServer
) -> None:
    """Among errors, warnings say that they are, places stand once, and remarks on loops are left out."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await face.call(client.agents.create, name="Ada")
    plain = dict(julep.load_task(MIXED))
    for source, a, c in ((MIXED, "<text>:4:8 ", "; <text>:6:8 "), (plain, "", "; ")):
        with pytest.raises(BadRequestError) as code:
            await face.call(client.tasks.create, agent, source)
        told = str(code.value).partition("tasks: ")[2]
        assert told.startswith(f"{a}main[0].evaluate.a: Syntax error in the expression")
        assert f"{c}main[0].evaluate.c: warning: This is plain text" in told
        assert "main[0].evaluate.b" not in told
        assert "main[0].evaluate.b" in [detail["loc"] for detail in code.value.details]
    steps: list[Any] = [{"over": "$ _", "map": {"over": "$ _", "map": {"log": "a"}}}]
    with pytest.raises(UnprocessableEntityError) as shape:
        await face.call(client.tasks.create, agent, name="n", main=steps)
    told = str(shape.value).partition("tasks: ")[2]
    assert told.startswith("main[0].map: can't be `over` right inside of `over` on self-hosted")


async def test_nothing_is_sent_where_the_file_is_no_task(face: Face, tmp_path: Path) -> None:
    """No file, no task, and keywords besides one, are told beforehand."""
    file = tmp_path / "flow.yaml"
    create = face.client().tasks.create
    with pytest.raises(FileNotFoundError):
        await face.call(create, "a1", file)
    file.write_text("name: x\nmain: [\n", encoding="utf-8")
    with pytest.raises(TaskFileError, match=r"flow\.yaml:3:1"):
        await face.call(create, "a1", str(file))
    file.write_text(FLOW, encoding="utf-8")
    for source, whole in ((file, "load_task(file)"), (FLOW, "load_task(text)"), (SENT, "task")):
        way = f"create(agent, {{**{whole}, 'name': …}})"
        with pytest.raises(TypeError, match=re.escape(way)):
            await face.call(create, "a1", source, name="other", tools=[])
    with pytest.raises(TypeError, match="one task at a time"):
        await face.call(create, "a1", FLOW, FLOW)
    with pytest.raises(TypeError, match="missing keyword 'main'"):
        await face.call(create, "a1", {"name": "x"})


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_loop_goes_on_while_a_file_is_read(backend: str) -> None:
    """The awaiting face reads on another thread."""
    read_on: list[threading.Thread] = []

    class Slow:
        def __fspath__(self) -> str:
            read_on.append(threading.current_thread())
            return str(Path(__file__).parent / "flow.yaml")

    async def main() -> None:
        async with julep.AsyncJulep(base_url="http://julep.test/api") as client:
            with pytest.raises(FileNotFoundError):
                await client.tasks.create("a1", Slow())

    anyio.run(main, backend=backend)
    assert read_on[0] is not threading.main_thread()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tasks_create_if_in_foreach_422", ": <text>:5:11 main[0].ForeachStep.foreach.do: needs"),
        ("tasks_create_label_digits_422", ": <text>:7:13 main[0].EvaluateStep.label: String"),
        ("tasks_create_syntax_error_400", ": <text>:5:10 workflows.main.steps[0].evaluate.x: "),
        ("tasks_create_sub_bad_step", ": steps.0: needs evaluate, "),
    ],
)
async def test_places_are_found_in_recorded_refusals(
    face: Face, name: str, told: str, httpx_mock: HTTPXMock
) -> None:
    """Servers of 2025 name more on the way to a value, or not which workflow it is in."""
    recorded = recorded_2025()[name]
    httpx_mock.add_response(recorded.status, json=recorded.answer)
    text = json.dumps(recorded.body, indent=1)
    with pytest.raises(APIError) as raised:
        await face.call(face.client().tasks.create, "a1", text)
    assert told in str(raised.value)


async def test_a_misspelt_key_is_refused_at_its_place(
    face: Face, tmp_path: Path, httpx_mock: HTTPXMock
) -> None:
    """As it is in a dict: servers would drop it, and with it a branch. Nothing is sent."""
    file = tmp_path / "flow.yaml"
    file.write_text(
        "name: flow\nmain:\n- if: $ _.x\n  then: {log: a}\n  els: {log: b}\n", encoding="utf-8"
    )
    with pytest.raises(TypeError) as caught:
        await face.call(face.client().tasks.create, "a1", file)
    told = str(caught.value)
    assert told.startswith(f"{file}:3:3 main[0]: unknown key 'els'; did you mean 'else'?")
    assert httpx_mock.get_requests() == []
