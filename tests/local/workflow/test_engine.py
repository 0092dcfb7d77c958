"""Starting, resuming, cancelling and stopping executions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anyio
import pytest

from julep.local.records import Task
from julep.local.workflow.engine import Engine
from julep.local.workflow.journal import Journal
from julep.local.workflow.ports import Execution
from julep.local.workflow.status import open_waits
from julep.local.workflow.task_token import read_task_token
from tests.local.records import some
from tests.local.workflow.driver import AGENT, ID, Story, go_on, run, story, until

_WAIT: Any = {"wait_for_input": {"info": {"q": "?"}}}


def _during(told: Story, then: Callable[[Engine], Any]) -> None:
    """Runs an execution up to its first pause, and then something, and then the rest."""

    async def play() -> None:
        with anyio.fail_after(30):
            async with Engine(told.log, told.effects) as engine:
                engine.start(ID)
                await until(told, lambda: told.view.status not in {"queued", "starting", "running"})
                then(engine)
                await until(told, lambda: told.view.status not in {"queued", "starting", "running"})

    anyio.run(play)


def test_an_execution_shows_its_status_all_along() -> None:
    """Queued, then waiting with a task token, then running from the answer on, then done."""
    told = story([_WAIT, {"evaluate": {"x": "$ _.a"}}])
    assert told.view.status == "queued"
    assert told.output == {}
    seen: list[Any] = []

    def answer(engine: Engine) -> None:
        wait = told.history[-1]
        seen.append((told.view.status, wait.type, wait.output, wait.next))
        assert read_task_token(str(wait.metadata["task_token"])) == (ID, wait.id)
        assert engine.resume(ID, {"a": 1})
        seen.append((told.view.status, told.log.views[ID].status))

    _during(told, answer)
    assert seen == [("awaiting_input", "wait", {"q": "?"}, None), ("running", "running")]
    assert (told.view.status, told.output) == ("succeeded", {"x": 1})


def test_a_wait_takes_one_answer() -> None:
    """The second answer, an answer to nothing, and one for a strange token are refused."""
    told = story([_WAIT, _WAIT])
    results: list[bool] = []

    def answer(engine: Engine) -> None:
        token = str(told.history[-1].metadata["task_token"])
        results.append(engine.resume(ID, {}, task_token="no token"))
        results.append(engine.resume("no-such", {}))
        results.append(engine.resume(ID, {"a": 1}, task_token=token))
        results.append(engine.resume(ID, {"a": 2}, task_token=token))
        results.append(engine.resume(ID, {"a": 3}))

    _during(told, answer)
    assert results == [False, False, True, False, False]
    assert told.view.status == "awaiting_input"


def test_branches_that_wait_together_are_answered_one_by_one() -> None:
    """Each of several open waits has its token; without one the newest is answered."""
    told = story([{"parallel": [_WAIT, _WAIT]}])

    async def play() -> None:
        with anyio.fail_after(30):
            async with Engine(told.log, told.effects) as engine:
                engine.start(ID)
                await until(told, lambda: len(open_waits(told.history)) == 2)
                first = open_waits(told.history)[0]
                assert engine.resume(ID, "one", task_token=str(first.metadata["task_token"]))
                await until(told, lambda: "finish_branch" in told.types)
                assert told.view.status == told.log.views[ID].status == "awaiting_input"
                assert engine.resume(ID, "two")
                await until(told, lambda: told.types[-1] == "finish")

    anyio.run(play)
    assert sorted(told.output) == ["one", "two"]


def test_an_answer_given_before_a_crash_counts() -> None:
    """A resume that was written down goes on after a restart without being given again."""
    told = story([_WAIT], resumes=[{"a": 1}])
    told.log.fuse.light(3)
    go_on(told)
    assert (told.log.fuse.blown, told.types) == (True, ["init", "wait"])
    told.log.fuse.revive()
    told.resumes = []
    go_on(told)
    assert told.output == {"a": 1}


def test_waits_survive_a_restart() -> None:
    """A new engine finds the wait open and answers it, without asking again."""
    told = run([_WAIT])
    assert told.types == ["init", "wait"]
    told.resumes = [{"a": 1}]
    go_on(told)
    assert (told.types, told.output) == (["init", "wait", "finish"], {"a": 1})


def test_cancelling_stops_the_innermost_step() -> None:
    """A waiting branch is where the execution ends, and nothing moves any more."""
    told = story([{"if": "$ True", "then": _WAIT}, {"log": "never"}])
    results: list[bool] = []

    def cancel(engine: Engine) -> None:
        results.extend([engine.cancel(ID), engine.cancel(ID), engine.resume(ID, {})])

    _during(told, cancel)
    assert results == [True, False, False]
    assert (told.view.status, told.output) == ("cancelled", "Workflow Cancelled")
    newest = told.history[-1]
    assert newest.current.workflow == "`main`[0].if_else.then"
    assert newest.metadata == {"step_type": "WaitForInputStep"}


def test_cancelling_interrupts_a_sleep() -> None:
    """A sleeping execution does not sleep on after it was cancelled."""
    told = story([{"sleep": {"days": 30}}, {"log": "never"}])
    told.effects.blocked = anyio.Event()

    async def play() -> None:
        with anyio.fail_after(30):
            async with Engine(told.log, told.effects) as engine:
                engine.start(ID)
                while not told.effects.slept:
                    await anyio.lowlevel.checkpoint()
                assert engine.cancel(ID)
                while not told.effects.woken:
                    await anyio.lowlevel.checkpoint()

    anyio.run(play)
    assert told.types == ["init", "cancelled"]
    assert told.history[-1].next == told.history[-1].current.__class__(
        workflow="main", step=1, scope_id=told.history[0].current.scope_id
    )


def test_cancelling_at_once_leaves_one_transition() -> None:
    """An execution that never began ends with `cancelled` alone; unknown ones are not there."""
    told = story([{"log": "never"}])

    async def play() -> None:
        async with Engine(told.log, told.effects) as engine:
            assert not engine.cancel("no-such")
            assert engine.cancel(ID)
            await anyio.lowlevel.checkpoint()

    anyio.run(play)
    assert told.types == ["cancelled"]
    assert told.log.unfinished() == []


def test_stopping_the_engine_leaves_executions_where_they_are() -> None:
    """Leaving an engine writes nothing; the next one goes on."""
    told = story([{"log": "a"}, {"sleep": {"seconds": 9}}, {"log": "b"}], {"x": 1})
    told.effects.blocked = anyio.Event()

    async def play() -> None:
        with anyio.fail_after(30):
            async with Engine(told.log, told.effects) as engine:
                engine.start(ID)
                engine.start(ID)
                await until(told, lambda: len(told.history) == 2)

    anyio.run(play)
    assert told.types == ["init", "step"]
    told.effects.blocked = None
    go_on(told)
    assert told.types == ["init", "step", "step", "finish"]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.slow
def test_many_executions_run_at_once(backend: str) -> None:
    """Two hundred executions of twenty steps interleave and all give the right result."""
    told = story([{"evaluate": {"n": "$ _.n + 1"}} for _ in range(20)], {"n": 0})
    log, task = told.log, told.log.executions[ID].task
    ids = [f"many-{number}" for number in range(200)]
    for number, id in enumerate(ids):
        log.add(Execution(id=id, task=task, input={"n": number}, agent=AGENT))

    async def play() -> None:
        with anyio.fail_after(60):
            async with Engine(log, told.effects) as engine:
                engine.recover()
                while log.unfinished():
                    await log.fuse.changed.wait()

    anyio.run(play, backend=backend)
    assert [log.views[id].output for id in ids] == [{"n": number + 20} for number in range(200)]
    firsts = [
        each.history[:1] for each in (Story(log, told.effects, execution_id=id) for id in ids)
    ]
    assert all(len(log.history[id]) == 21 for id in ids)
    assert len({first[0].id for first in firsts}) == 200


def test_an_execution_that_grows_without_end_fails() -> None:
    """A loop of loops ends at the engine's limit, with an error that says so."""
    told = story([{"foreach": {"in": "$ range(30)", "do": {"log": "x"}}}])

    async def play() -> None:
        with anyio.fail_after(30):
            async with Engine(told.log, told.effects, max_transitions=40) as engine:
                engine.start(ID)
                await until(told, lambda: told.view.status == "failed")

    anyio.run(play)
    assert told.output == "The execution has more than 40 transitions"
    assert len(told.history) == 41


_BIG: Any = {"evaluate": {"x": "$ ['a' * 1000000] * 7"}}


def test_an_execution_holds_only_so_much() -> None:
    """Big outputs, branches' inputs and loops' items end it early, with an error that says so."""
    told = run([_BIG] * 20)
    assert told.view.status == "failed"
    assert "history is too big" in str(told.output)
    assert "64,000,000 bytes" in str(told.output)
    assert told.types == ["init", *["step"] * 9, "error"]
    items: Any = {"foreach": {"in": "$ ['b' * 1000000] * 3", "do": {"evaluate": {"x": "$ 1"}}}}
    told = run([{"foreach": {"in": "$ range(100)", "do": items}}])
    assert "history is too big" in str(told.output)
    assert len(told.history) < 100


def test_small_values_are_bounded_by_their_number_alone() -> None:
    """A long execution goes on, whatever its many small outputs take together."""
    items = {f"field {number}": number for number in range(5)}
    told = run([{"evaluate": {"x": f"$ {items}"}}])
    assert told.view.status == "succeeded"
    journal = Journal(told.log.executions[ID], told.log, told.effects, 100, lambda _: 0)
    assert journal.weight == 0


def test_an_execution_that_holds_too_much_does_so_after_a_crash() -> None:
    """What was written before a crash counts, so the execution ends where it would have ended."""
    told = story([_BIG] * 20)
    told.log.fuse.light(5)
    go_on(told)
    assert told.view.status == "running"
    told.log.fuse.revive()
    go_on(told)
    assert told.types == ["init", *["step"] * 9, "error"]


def _settled(told: Story, ids: Sequence[str]) -> bool:
    views = [told.log.views.get(id) for id in ids]
    return all(view and view.status in {"failed", "awaiting_input"} for view in views)


def test_executions_that_hold_much_end_and_others_go_on() -> None:
    """Together they hold only so much; the one that holds more than its share fails, not a small one."""
    told = story([_BIG, _BIG, _BIG, _WAIT])
    small: Any = [{"evaluate": {"x": "$ 1"}}, _WAIT]
    ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(20)]
    for id in ids:
        told.log.add(Execution(id=id, task={**told.log.executions[ID].task}, input={}, agent=AGENT))
    told.log.add(Execution(id="small", task=some(Task, main=small), input={}, agent=AGENT))

    async def play() -> None:
        with anyio.fail_after(60):
            async with Engine(told.log, told.effects) as engine:
                for id in ids:
                    engine.start(id)
                await until(told, lambda: _settled(told, ids))
                engine.start("small")
                await until(told, lambda: _settled(told, ["small"]))

    anyio.run(play)
    assert told.log.views["small"].status == "awaiting_input"
    failed = [id for id in ids if told.log.views[id].status == "failed"]
    assert 0 < len(failed) < len(ids)
    assert all("history is too big" in str(told.log.views[id].output) for id in failed)
    held = sum(len(told.log.history[id]) - 1 for id in ids if id not in failed) * 7_000_000
    assert held < 2 * 96_000_000


def test_a_loop_ends_as_soon_as_its_output_is_too_big() -> None:
    """The outputs so far are an output: no more is run once it can't be kept."""
    loop: Any = {
        "foreach": {"in": "$ range(100)", "do": {"evaluate": {"x": "$ ['a' * 1000000] * 3"}}}
    }
    told = run([loop])
    assert told.output == "The output is too big to be kept: more than 8000000 bytes"
    assert told.types.count("finish_branch") == 3


def test_a_broken_log_stops_one_execution_and_not_the_engine() -> None:
    """When the log fails the execution stops where it is, and the others go on."""
    told = story([{"log": "a"}])
    told.log.fuse.light(1)
    go_on(told)
    assert told.types == ["init"]
    told.log.fuse.revive()
    go_on(told)
    assert told.types == ["init", "finish"]
