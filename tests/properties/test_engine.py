"""Random tasks come out as by a plain walk, also when the server is killed on the way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep.local.workflow import validate
from tests.local.workflow.driver import ID, Story, go_on, story

from . import examples
from .file_log import FileLog
from .random_tasks import ANSWERS, INPUTS, TASKS, Reference

KILLS = st.lists(st.integers(1, 5), min_size=1, max_size=5)
"""After how many writes the server is killed, each time."""


def in_any_order(notes: Sequence[Any]) -> list[str]:
    """Notes as they compare, whatever their order."""
    return sorted(json.dumps(note, sort_keys=True) for note in notes)


def is_taken(task: dict[str, Any]) -> bool:
    """Whether a server takes the task."""
    return not any(issue.severity == "error" for issue in validate(task))


def check(task: dict[str, Any], input: Any, kills: Sequence[int], told: Story) -> None:
    """Run a task, killed on the way, and compare how it ended, what it told and what it did outside."""
    reference = Reference(task)
    output = reference.run(input)
    for left in kills:
        told.log.fuse.light(left)
        go_on(told)
        told.log.revive()
    go_on(told)
    shown: Any = {} if output is None else output  # as servers show a null
    assert (told.view.status, told.output) == (reference.status, shown)
    # Of what runs at the same time only the number is certain.
    order: Any = list if reference.is_ordered else sorted
    assert order(told.types) == order(reference.types)
    called = [arguments for _, arguments in told.effects.calls]
    assert in_any_order(called) == in_any_order(reference.notes)


@pytest.mark.slow
@examples(100)
@given(TASKS.filter(is_taken), INPUTS, KILLS)
def test_a_task_killed_anywhere_ends_as_by_a_plain_walk(
    task: dict[str, Any], input: Any, kills: Sequence[int]
) -> None:
    """With its output, its transitions, and each call to the outside made once."""
    check(task, input, kills, story(task, input, resumes=ANSWERS))


@pytest.mark.slow
@examples(25)
@given(TASKS.filter(is_taken), INPUTS, KILLS)
def test_it_does_so_on_a_file(task: dict[str, Any], input: Any, kills: Sequence[int]) -> None:
    """Opened again after each kill."""
    told = story(task, input, resumes=ANSWERS)
    with TemporaryDirectory() as folder:
        log: Any = FileLog(Path(folder) / "agents.db", told.log.executions[ID])
        told.log, told.effects.fuse = log, log.fuse
        with closing(log):
            check(task, input, kills, told)
