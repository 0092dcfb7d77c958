"""The page of all kinds of steps: it has every kind, and its examples run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import pytest
import yaml

import julep
from julep import Execution, ExecutionFailed, Julep
from julep.local import LocalServer
from julep.local.sandbox.functions import FUNCTIONS
from julep.local.sandbox.modules import MODULES
from julep.local.workflow.step_kinds import STEP_KINDS
from julep.types.control import WorkflowStep

PAGE: Final = (Path(julep.__file__).parent / "STEPS.md").read_text(encoding="utf-8")
SECTIONS: Final = dict(
    re.findall(r"^## ([a-z_]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
)
BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WARNED: Final = {"get": ["main[2].get"]}
"""What works here and not on self-hosted servers."""
COMMENT: Final = re.compile(r"^# (\w+): (.*)$", re.MULTILINE)


def example(kind: str) -> str:
    """The task that a section shows."""
    ((language, text),) = BLOCK.findall(SECTIONS[kind])
    assert language == "yaml"
    return str(text)


def test_every_kind_of_step_is_on_the_page() -> None:
    """Those of the models and of the server, in the order in which servers look for their keys."""
    assert list(SECTIONS) == [kind.key for kind in STEP_KINDS.values()]
    tags = [getattr(kind, "__tag__", None) for kind in get_args(WorkflowStep)]
    assert {tag[1] for tag in tags if tag} == set(STEP_KINDS)


@pytest.mark.parametrize("kind", SECTIONS)
def test_each_section_says_what_a_step_takes_and_gives(kind: str) -> None:
    """Each says, too, what self-hosted servers do otherwise, and names all keys that the step may have."""
    for part in ("**Takes** ", "**Gives** ", "**Self-hosted servers** "):
        assert SECTIONS[kind].count(part) == 1
    (shape,) = [shape for shape in STEP_KINDS.values() if shape.key == kind]
    assert [
        name for name in shape.fields if f"`{name}`" not in SECTIONS[kind] and name != kind
    ] == []


@pytest.mark.parametrize(("kind", "names"), [("Functions", FUNCTIONS), ("Modules", MODULES)])
def test_all_that_expressions_may_call_is_on_the_page(kind: str, names: dict[str, Any]) -> None:
    """By name, in the order of the alphabet."""
    (line,) = re.findall(rf"^- {kind}: ([^.]+)\.", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", line) == sorted(names)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[bool, LocalServer]]:
    """A server that is strict, and one that isn't."""
    with LocalServer() as strict, LocalServer(strict=False) as lenient:
        yield {True: strict, False: lenient}


def outcome(server: LocalServer, client: Julep, task: Any, said: dict[str, Any]) -> Execution:
    """Run a task, and answer what it waits for; hours pass at once."""
    execution = client.tasks.executions.create(task, input=said["input"])
    server.clock.advance(3600)
    now = client.executions.wait(execution, until="input", timeout=10)
    if now.status == "awaiting_input":
        client.executions.resume(execution, input=said["answer"])
        now = client.executions.wait(execution, timeout=10)
    return now


@pytest.mark.parametrize("kind", SECTIONS)
def test_each_example_gives_what_it_says(servers: dict[bool, LocalServer], kind: str) -> None:
    """It has no problem, is a step of the kind, and comes to the output that stands below it."""
    text = example(kind)
    said = {name: yaml.safe_load(value) for name, value in COMMENT.findall(text)}
    strict = said.get("strict", True)
    loaded = julep.load_task(text)
    assert [problem.path for problem in loaded.check(strict=strict)] == WARNED.get(kind, [])
    assert re.search(rf"^[ -]*{kind}:", text, re.MULTILINE)
    server = servers[strict]
    if "model" in said:
        server.replies.add(said["model"])
    with Julep(base_url=server.url, api_key=server.key) as client:
        task = client.tasks.create(client.agents.create(name="Ada"), loaded)
        if "fails" in said:
            with pytest.raises(ExecutionFailed) as raised:
                outcome(server, client, task, said)
            assert raised.value.reason == said["fails"]
        else:
            assert outcome(server, client, task, said).output == said["output"]


def test_the_program_on_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It creates and runs the first example."""
    ((_, program), *_) = BLOCK.findall(PAGE)
    (tmp_path / "flow.yaml").write_text(example("evaluate"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(program, names)
    names["client"].close()
    assert capsys.readouterr().out == "{'text': '2 prices', 'total': 3}\n"


def test_the_program_on_the_page_runs_an_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stands above all of them, and finds one as its file."""
    monkeypatch.chdir(tmp_path)
    Path("flow.yaml").write_text(example("evaluate"), encoding="utf-8")
    (program,) = [text for language, text in BLOCK.findall(PAGE) if language == "python"]
    names: dict[str, Any] = {}
    try:
        exec(compile(program, "STEPS.md", "exec", dont_inherit=True), names)
    finally:
        names["client"].close()
    assert capsys.readouterr().out == "{'text': '2 prices', 'total': 3}\n"
