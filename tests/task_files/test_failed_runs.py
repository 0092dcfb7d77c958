"""Where a run failed, told with the place in the task and in its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from julep import ExecutionFailed, FailedStep, Julep, load_task
from julep._task_files.created import MOST_KEPT, loaded_as, remember

FLOW = """
name: flow
main:
- workflow: each
each:
- evaluate: {x: $ 1}
- label: two
  over: "$ [{}, {'z': 1}]"
  map:
    evaluate:
      y: $ _['z']
"""


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    """A task whose execution fails."""
    file = tmp_path / "flow.yaml"
    file.write_text(FLOW)
    return file


def failed(julep: Julep, task: Any) -> str:
    """What is said of an execution that fails."""
    with pytest.raises(ExecutionFailed) as caught:
        julep.tasks.run(task)
    return str(caught.value)


@pytest.mark.parametrize("way", ["create", "ensure"])
def test_a_failure_names_file_line_and_expression(julep: Julep, flow: Path, way: str) -> None:
    """A task that came from a file is told of with the place of the expression in it."""
    agent = julep.agents.create(name="Ada")
    if way == "create":
        task = julep.tasks.create(agent, flow)
    else:
        task = [julep.tasks.ensure("flow", agent, flow) for _ in range(2)][-1]
    place = f"{flow}:11:10 each[1].map[0][0].evaluate.y (evaluate)"
    said = f"{place}: EvaluateError: 'z' in expression \"$ _['z']\""
    assert f"it failed at {said}" in failed(julep, task)
    assert said in failed(julep, task.id)


def test_a_failure_without_a_file_names_step_and_expression(julep: Julep) -> None:
    """A task that is given in keywords is told of with the step's place, as checks write it."""
    main: list[Any] = [{"evaluate": {"x": "$ 1"}}, {"evaluate": {"y": "$ _['z']"}, "label": "two"}]
    task = julep.tasks.create(julep.agents.create(name="Ada"), name="t", main=main)
    said = "main[1] 'two' (evaluate): EvaluateError: 'z' in expression \"$ _['z']\""
    assert said in failed(julep, task)


def test_an_expression_is_quoted_once(julep: Julep) -> None:
    """Where the server's own words quote the expression, it is not added."""
    main = [{"evaluate": {"y": "$ _.a"}}]
    task = julep.tasks.create(julep.agents.create(name="Ada"), name="t", main=main)
    assert failed(julep, task).count("_.a") == 1


def test_a_changed_task_has_no_place_in_its_file(julep: Julep, flow: Path) -> None:
    """A file that does not hold what failed is not named."""
    agent = julep.agents.create(name="Ada")
    task = julep.tasks.create(agent, flow)
    julep.tasks.update(agent, task, main=[{"evaluate": {"y": "$ 1 / _['n']"}}])
    assert "it failed at main[0] (evaluate)" in failed(julep, task)


@pytest.mark.parametrize(
    ("workflow", "index", "place"),
    [
        ("main", 2, "main[2]"),
        ("`main`[1].if_else.then", 0, "main[1].then"),
        ("`main`[1].if_else.else", 0, "main[1].else"),
        ("`sub`[0].case", 0, "sub[0].switch.then"),
        ("`main`[0].foreach[3]", 0, "main[0].foreach[3].do"),
        ("PAR:`main`[0].mapreduce[0][2]", 0, "main[0].map[0][2]"),
        ("PAR:`main`[0].parallel[1]", 0, "main[0].parallel[1]"),
        ("``main`[4].foreach[1]`[0].if_else.then", 0, "main[4].foreach[1].do.then"),
        ("`PAR:`main`[4].mapreduce[0][1]`[0].case", 0, "main[4].map[0][1].switch.then"),
    ],
)
def test_a_step_is_placed_as_it_is_written(workflow: str, index: int, place: str) -> None:
    """Servers' names of branches become the keys of the task, with the index of the item."""
    assert FailedStep(workflow, index).place == place


def test_few_files_are_remembered() -> None:
    """A program that creates tasks without end keeps the newest ones."""
    loaded = load_task(FLOW)
    for number in range(MOST_KEPT + 1):
        remember(str(number), loaded)
    assert [loaded_as("0"), loaded_as("1")] == [None, loaded]
