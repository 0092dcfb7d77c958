"""Running an execution to its end, on fakes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anyio
from attrs import define, field

from julep.local.records import Agent, Task
from julep.local.workflow import Engine, status_view, validate
from julep.local.workflow.journal import Journal
from julep.local.workflow.ports import Execution, StatusView, Transition
from julep.local.workflow.run import Run
from julep.local.workflow.status import open_waits
from julep.local.workflow.steps import HANDLERS
from julep.types._json import JsonObject, is_array, is_object
from julep.types.executions import FINAL_TRANSITIONS
from tests.local.records import some
from tests.local.workflow.fakes import Killed, MemoryLog, ScriptedEffects

AGENT = some(Agent, name="Ada", about="helper", model="gpt-4o")
ID = "00000000-0000-7000-8000-000000000001"
_MAX_TRANSITIONS = 5_000
_SHOWN = ("step_type", "log")


@define
class Story:
    """An execution, with its log and its effects."""

    log: MemoryLog
    effects: ScriptedEffects
    resumes: Sequence[Any] = ()
    execution_id: str = ID

    @property
    def history(self) -> Sequence[Transition]:
        """The transitions so far."""
        return self.log.transitions(self.execution_id)

    @property
    def view(self) -> StatusView:
        """What the execution shows."""
        return status_view(self.history)

    @property
    def output(self) -> Any:
        """The execution's output."""
        return self.view.output

    @property
    def types(self) -> list[str]:
        """The transitions' types."""
        return [each.type for each in self.history]

    def shown(self) -> list[dict[str, Any]]:
        """Returns the transitions as the recorded cases write them."""
        scopes = _Scopes()
        return [_shown(each, scopes) for each in self.history]


@define
class _Scopes:
    names: dict[str, str] = field(factory=dict[str, str])

    def name(self, scope_id: str) -> str:
        return self.names.setdefault(scope_id, f"s{len(self.names)}")


def _shown(transition: Transition, scopes: _Scopes) -> dict[str, Any]:
    def target(it: Any) -> Any:
        scope = scopes.name(it.scope_id) if it else None
        return {"workflow": it.workflow, "step": it.step, "scope": scope} if it else None

    shown: dict[str, Any] = {
        "type": transition.type,
        "current": target(transition.current),
        "next": target(transition.next),
        "output": transition.output,
    }
    metadata = {name: it for name, it in transition.metadata.items() if name in _SHOWN}
    return (
        shown
        | ({"metadata": metadata} if metadata else {})
        | ({"step_label": transition.step_label} if transition.step_label else {})
    )


def story(
    task: Mapping[str, Any] | Sequence[Any],
    input: Any = None,
    *,
    resumes: Sequence[Any] = (),
    effects: ScriptedEffects | None = None,
    agent: Any = AGENT,
    agent_tools: Sequence[Any] = (),
) -> Story:
    """Returns an execution that was created but not started; a list is a task's `main`."""
    body: JsonObject = dict(task) if isinstance(task, Mapping) else {"main": list(task)}
    assert [issue for issue in validate(body) if issue.severity == "error"] == []
    log, effects = MemoryLog(), effects or ScriptedEffects()
    effects.fuse = log.fuse
    log.add(
        Execution(
            id=ID,
            task=some(Task, **body),
            input={} if input is None else input,
            agent=agent,
            agent_tools=agent_tools,
        )
    )
    return Story(log, effects, resumes)


def run(task: Mapping[str, Any] | Sequence[Any], input: Any = None, **options: Any) -> Story:
    """Returns an execution that ran until it was over or waits for more than `resumes` has."""
    told = story(task, input, **options)
    go_on(told)
    return told


def result(told: Story) -> tuple[str, Any]:
    """Returns an execution's status and output."""
    return told.view.status, told.output


def go_on(told: Story, backend: str = "asyncio") -> None:
    """Runs an execution from where it is until it is over, idle or killed."""
    anyio.run(_drive, told, backend=backend)


async def _drive(told: Story) -> None:
    with anyio.fail_after(60):
        async with Engine(told.log, told.effects, max_transitions=_MAX_TRANSITIONS) as engine:
            engine.recover()
            while not (_is_over(told) or told.log.fuse.blown):
                changed = told.log.fuse.changed
                if waits := open_waits(told.history):
                    answered = [each for each in told.history if each.answer is not None]
                    if len(answered) >= len(told.resumes):
                        return
                    with contextlib.suppress(Killed):
                        engine.resume(told.execution_id, told.resumes[len(answered)])
                    assert len(open_waits(told.history)) < len(waits) or told.log.fuse.blown
                    continue
                await changed.wait()


def run_of(execution: Execution, effects: ScriptedEffects) -> Run:
    """Returns an execution in memory that no engine walks; made where an event loop runs."""
    journal = Journal(execution, MemoryLog(), effects, _MAX_TRANSITIONS, lambda wanted: wanted)
    return Run(execution, journal, effects, HANDLERS, anyio.Semaphore(1))


def _is_over(told: Story) -> bool:
    return bool(told.history) and told.history[-1].type in FINAL_TRANSITIONS


async def until(told: Story, happened: Callable[[], bool]) -> None:
    """Waits until something happened that shows in the log."""
    while not happened():
        await told.log.fuse.changed.wait()


def matches(expected: Any, got: Any) -> bool:
    """Tells whether a value is the expected one, in which `<any>` stands for any value."""
    if expected == "<any>":
        return True
    if is_object(expected) and is_object(got):
        return expected.keys() == got.keys() and all(
            matches(value, got[key]) for key, value in expected.items()
        )
    if is_array(expected) and is_array(got):
        return len(expected) == len(got) and all(map(matches, expected, got))
    return type(expected) is type(got) and bool(expected == got)
