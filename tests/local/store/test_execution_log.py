"""What a log of executions promises to the engine, held by SQLite's and by the fake in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve, frozen

from julep.local.records import Agent, Job, Task
from julep.local.store.execution_log import ExecutionLog
from julep.local.store.execution_rows import NewExecution
from julep.local.store.execution_views import Origin
from julep.local.store.page import Page
from julep.local.store.store import Store
from julep.local.workflow.ports import Answer, Execution, Log, StatusView, Target, Transition
from julep.types.executions import FINAL_TRANSITIONS, KnownTransitionType
from tests.local.records import some
from tests.local.workflow.fakes import MemoryLog

RUNNING = StatusView(status="running", output=None, error=None)
WAITING = StatusView(status="awaiting_input", output=None, error=None)
OVER: dict[KnownTransitionType, StatusView] = {
    "finish": StatusView(status="succeeded", output=None, error=None),
    "error": StatusView(status="failed", output=None, error="broken"),
    "cancelled": StatusView(status="cancelled", output=None, error=None),
}
FINAL = pytest.mark.parametrize("final", sorted(OVER))


@frozen
class Kept:
    """A log with a way to add executions and one to see how they are."""

    log: Log
    add: Callable[[Execution], object]
    shown: Callable[[str], tuple[str, str | None]]


@pytest.fixture
def store(store: Store) -> Store:
    """A store with a task."""
    store.agents.insert(some(Agent, id="agent", canonical_name="ada", created_at="1"))
    store.tasks.insert(some(Task, id="task", agent_id="agent", canonical_name="t"))
    return store


@pytest.fixture(params=["SQLite", "memory"])
def kept(request: pytest.FixtureRequest, store: Store) -> Kept:
    """Each log with an execution named `e`."""
    kept = in_sqlite(store) if request.param == "SQLite" else in_memory()
    kept.add(execution("e"))
    return kept


def in_sqlite(store: Store) -> Kept:
    """The server's log."""

    def add(new: Execution) -> None:
        job_id = f"job of {new.id}"
        origin = some(
            Origin,
            task=new.task,
            agent=new.agent,
            agent_tools=new.agent_tools,
            developer_id=new.developer_id,
        )
        store.jobs.insert(some(Job, id=job_id, state="pending"))
        store.executions.insert(
            NewExecution(new.id, "task", job_id, new.input, new.metadata, origin, new.created_at)
        )

    def shown(execution_id: str) -> tuple[str, str | None]:
        row = store.executions.get(execution_id)
        assert row
        return row["status"], row["error"]

    assert isinstance(store.log, ExecutionLog)
    return Kept(store.log, add, shown)


def in_memory() -> Kept:
    """The log that the engine is tested with."""
    log = MemoryLog()

    def shown(execution_id: str) -> tuple[str, str | None]:
        view = log.views.get(execution_id)
        return (view.status, view.error) if view else ("queued", None)

    return Kept(log, log.add, shown)


def execution(id: str, created_at: float = 1.0, **more: Any) -> Execution:
    """An execution of a small task."""
    fields: dict[str, Any] = {
        "agent": {"name": "Ada"},
        "input": {"n": 1},
        "agent_tools": [],
        **more,
    }
    return Execution(id=id, task=some(Task, main=[]), created_at=created_at, **fields)


def transition(
    key: str, type: KnownTransitionType = "step", of: str = "e", **more: Any
) -> Transition:
    """A transition of the execution `e`, or another one."""
    here = Target(workflow="main", step=0, scope_id="s")
    fields: dict[str, Any] = {"next": None, "output": None, "created_at": 2.0, **more}
    return Transition(
        id=f"id of {key}", execution_id=of, key=key, type=type, current=here, **fields
    )


def test_what_was_started_is_read_whole(kept: Kept) -> None:
    """With all of its parts; of what isn't there nothing is read."""
    new = execution(
        "full",
        input=[1, {"é": None}],
        metadata={"m": 1.5},
        agent_tools=[{"name": "t"}],
        developer_id="d",
    )
    kept.add(new)
    assert kept.log.execution("full") == new
    assert kept.log.execution("none") is None
    assert (kept.log.transitions("none"), dict(kept.log.notes("none"))) == ([], {})


@FINAL
def test_what_is_not_over_is_listed_oldest_first(kept: Kept, final: KnownTransitionType) -> None:
    """Whenever it was added; the end takes it off the list."""
    for id, moment in (("newest", 3.0), ("oldest", 0.5), ("middle", 2.0)):
        kept.add(execution(id, moment))
    assert kept.log.unfinished() == ["oldest", "e", "middle", "newest"]
    assert kept.log.append(transition("k", of="middle"), RUNNING)
    assert kept.log.append(transition("end", final, of="e"), OVER[final])
    assert kept.log.unfinished() == ["oldest", "middle", "newest"]


def test_a_history_is_read_as_it_was_written(kept: Kept) -> None:
    """In the order of writing, whatever the times say, each transition with all its parts."""
    following = Target(workflow="main", step=1, scope_id="s")
    written = [
        transition("b", "init", output={"a": [1, None, "é"]}, created_at=9.0),
        transition("a", next=following, metadata={"step_type": "X"}, step_label="l"),
        transition("c", "wait", created_at=1.0),
    ]
    assert [kept.log.append(each, RUNNING) for each in written] == [True] * 3
    assert kept.log.transitions("e") == written


def test_a_key_is_written_once(kept: Kept) -> None:
    """A second transition changes nothing, its status included; another execution has its own."""
    kept.add(execution("other"))
    first = transition("k", output=1)
    assert kept.log.append(first, RUNNING)
    again = evolve(first, id="another", output=2, type="error")
    assert not kept.log.append(again, OVER["error"])
    assert kept.log.transitions("e") == [first]
    assert kept.shown("e") == ("running", None)
    assert kept.log.append(transition("k", of="other"), RUNNING)


@FINAL
def test_nothing_is_written_after_the_end(kept: Kept, final: KnownTransitionType) -> None:
    """No transition and no answer: history and status stay those of the end."""
    wait = transition("w", "wait")
    assert kept.log.append(wait, WAITING)
    assert kept.log.append(transition("end", final), OVER[final])
    before = kept.log.transitions("e")
    assert not kept.log.append(transition("late"), RUNNING)
    assert not kept.log.answer("e", wait.id, Answer(input=1), RUNNING)
    assert kept.log.transitions("e") == before
    assert kept.shown("e") == (OVER[final].status, OVER[final].error)


def test_an_unknown_execution_gets_no_transition(store: Store) -> None:
    """As when it was deleted while it ran."""
    assert not store.log.append(transition("k", of="nowhere"), RUNNING)
    assert store.log.transitions("nowhere") == []


def test_each_transition_brings_its_status(kept: Kept) -> None:
    """From the first one, before which the execution is queued, to the last."""
    assert kept.shown("e") == ("queued", None)
    kept.log.append(transition("a", "init"), StatusView(status="starting", output={}, error=None))
    assert kept.shown("e") == ("starting", None)
    kept.log.append(transition("b", "error"), OVER["error"])
    assert kept.shown("e") == ("failed", "broken")


@pytest.mark.parametrize("given", [None, 0, {"a": [1]}, "text"])
def test_a_wait_is_answered_once(kept: Kept, given: Any) -> None:
    """Null is an answer too; the first one stays, with the status that it brought."""
    waits = [transition(key, "wait") for key in ("w", "other wait")]
    for each in waits:
        assert kept.log.append(each, WAITING)
    assert kept.log.answer("e", waits[0].id, Answer(input=given), RUNNING)
    assert not kept.log.answer("e", waits[0].id, Answer(input="again"), WAITING)
    assert kept.log.transitions("e") == [evolve(waits[0], answer=Answer(input=given)), waits[1]]
    assert kept.shown("e") == ("running", None)


def test_only_a_wait_of_that_execution_is_answered(kept: Kept) -> None:
    """No step, and no wait of another execution."""
    kept.add(execution("other"))
    step, wait = transition("s"), transition("w", "wait")
    assert kept.log.append(step, RUNNING)
    assert kept.log.append(wait, WAITING)
    assert not kept.log.answer("e", step.id, Answer(input=1), RUNNING)
    assert not kept.log.answer("other", wait.id, Answer(input=1), RUNNING)
    assert not kept.log.answer("e", "unknown", Answer(input=1), RUNNING)
    assert kept.log.transitions("e") == [step, wait]
    assert kept.shown("e") == ("awaiting_input", None)


def test_the_first_note_of_a_key_stays(kept: Kept) -> None:
    """Each execution has its own."""
    kept.add(execution("other"))
    kept.log.note("e", "k", {"branch": [1, None]})
    kept.log.note("e", "k", "again")
    kept.log.note("other", "k", None)
    assert dict(kept.log.notes("e")) == {"k": {"branch": [1, None]}}
    assert dict(kept.log.notes("other")) == {"k": None}


def test_each_end_is_known() -> None:
    """The tests above try all transitions that end an execution."""
    assert set(OVER) == FINAL_TRANSITIONS


@pytest.mark.parametrize(
    ("final", "state"), [("finish", "succeeded"), ("error", "failed"), ("cancelled", "aborted")]
)
def test_a_job_ends_with_its_execution(
    store: Store, final: KnownTransitionType, state: str
) -> None:
    """In the words that jobs have; others go on."""
    kept = in_sqlite(store)
    for id in ("e", "other"):
        kept.add(execution(id))
    kept.log.append(transition("a", "init"), RUNNING)
    assert [job["state"] for job in store.jobs.find()] == ["pending", "pending"]
    kept.log.append(transition("b", final), OVER[final])
    assert [job["state"] for job in store.jobs.find()] == [state, "pending"]


def test_readers_are_told_of_changes_alone(store: Store) -> None:
    """Of each new transition and answer, once it can be read; of nothing that was refused."""
    kept, told = in_sqlite(store), list[int]()
    kept.add(execution("e"))
    store.log.watch(lambda changed: told.append(len(store.log.transitions(changed))))
    wait = transition("w", "wait")
    for _ in range(2):
        kept.log.append(wait, WAITING)
    assert told == [1]
    for _ in range(2):
        kept.log.answer("e", wait.id, Answer(input=1), RUNNING)
    kept.log.note("e", "k", 1)
    assert told == [1, 1]


def test_transitions_are_counted_and_dated(store: Store) -> None:
    """By those that were written; an answer is none of them."""
    kept = in_sqlite(store)
    kept.add(execution("e", created_at=1.0))
    wait = transition("w", "wait", created_at=5.0)
    kept.log.append(wait, WAITING)
    kept.log.append(wait, WAITING)
    kept.log.answer("e", wait.id, Answer(input=1), RUNNING)
    row = store.executions.get("e")
    assert row
    assert (row["transition_count"], row["updated_at"]) == (1, "1970-01-01T00:00:05.000000Z")


def test_a_history_that_is_being_read_shows_no_other(store: Store) -> None:
    """Not even where it was deleted, and another execution's transitions came."""
    kept = in_sqlite(store)
    kept.add(execution("e"))
    for key in ("1", "2", "3"):
        kept.log.append(transition(key, output="x" * 600_000), RUNNING)
    rows = iter(store.executions.transitions("e", Page(direction="asc"), None))
    assert next(rows)["execution_id"] == "e"
    store.tasks.delete(id="task")
    store.tasks.insert(some(Task, id="task", agent_id="agent", canonical_name="t"))
    kept.add(execution("f"))
    for key in ("1", "2", "3"):
        kept.log.append(transition(key, of="f"), RUNNING)
    assert list(rows) == []
