"""What became of an execution that was followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Generic, Self, TypeVar, get_args, overload

import attrs

from ._as_dict import AsDict
from ._repr import Shown
from .executions import Execution, ExecutionStatus, KnownTransitionType, Transition

T = TypeVar("T")

_OF_STEPS: Final[frozenset[KnownTransitionType]] = frozenset({"step", "finish", "finish_branch"})
"""The transitions that a step makes when it is done."""
_BRANCH: Final = re.compile(r"(?:PAR:)?`(.*)`\[(\d+)\]\.([^\[]+)(.*)", re.DOTALL)
"""What servers call the workflow of one step that is inside of another step."""
_WRITTEN: Final = {
    "if_else.then": "then",
    "if_else.else": "else",
    "case": "switch.then",
    "foreach": "foreach{}.do",
    "mapreduce": "map{}",
}
"""How such a step is written in a task, by the server's name, and where its item goes."""
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@attrs.define
class FailedStep(Shown):
    """The step that an execution failed at.

    Attributes:
        workflow: Name of the workflow that it is in.
        index: Which step of that, from 0.
        label: Its label, if it has one.
        kind: What it does, such as `evaluate` or `tool_call`; None where the server doesn't say.
        expression: The expression that failed, where one did and the server says which.
    """

    workflow: str
    index: int
    label: str | None = None
    kind: str | None = None
    expression: str | None = None

    @classmethod
    def of(cls, transition: Transition) -> Self | None:
        """Return the step that a transition is about, if it says so."""
        if (at := transition.current) is None:
            return None
        expression = (transition.metadata or {}).get("expression")
        shown = expression if isinstance(expression, str) else None
        return cls(at.workflow, at.step, transition.step_label, _kind(transition), shown)

    @property
    def place(self) -> str:
        """Where it is in the task, as problems of a task have it: `main[1]`, `main[0].foreach[2].do`.

        Steps are counted from 0, and so are the items of loops.
        """
        workflow, index, inside = self.workflow, str(self.index), ""
        while branch := _BRANCH.fullmatch(workflow):
            workflow, index, name, item = branch.groups()
            inside = f".{_WRITTEN.get(name, name + '{}').format(item)}{inside}"
        return f"{workflow}[{index}]{inside}"

    def __str__(self) -> str:
        label = f" {self.label!r}" if self.label else ""
        kind = f" ({_key(self.kind)})" if self.kind else ""
        return f"{self.place}{label}{kind}"


class Steps(Sequence[Transition]):
    """The steps that were taken, in the order that they ended in: `steps[0]`, `steps["label"]`."""

    def __init__(self, transitions: Iterable[Transition]) -> None:
        self._taken = [one for one in transitions if one.type in _OF_STEPS]

    @overload
    def __getitem__(self, which: int | str) -> Transition: ...
    @overload
    def __getitem__(self, which: slice) -> list[Transition]: ...
    def __getitem__(self, which: int | str | slice) -> Transition | list[Transition]:
        """Return the steps at a place, or the last one with a label."""
        if not isinstance(which, str):
            return self._taken[which]
        for step in reversed(self._taken):
            if step.step_label == which:
                return step
        labels = ", ".join(sorted({one.step_label for one in self._taken if one.step_label}))
        raise KeyError(f"no step with the label {which!r} was taken; labels: {labels or 'none'}")

    def __len__(self) -> int:
        return len(self._taken)

    def __repr__(self) -> str:
        return f"Steps({self._taken!r})"

    def _repr_html_(self) -> str | None:
        """Return a time line for notebooks."""
        from julep._html import html_of  # noqa: PLC0415 - only notebooks pay for it

        return html_of(self)


@attrs.define
class Run(AsDict, Generic[T]):
    """A task that was run to its end.

    Attributes:
        execution: The execution as it ended.
        parsed: Its output, as the type that was asked for; the output itself where none was.
        transitions: What it did, oldest first.
        seconds: How long it took, the start included.
    """

    execution: Execution
    parsed: T
    transitions: list[Transition]
    seconds: float

    def __shown__(self) -> dict[str, Any]:
        # What it did on its way is long; `steps` and `transitions` show it.
        parsed = {} if self.parsed is self.output else {"parsed": self.parsed}
        shown = {"id": self.execution.id, "status": self.status, "output": self.output, **parsed}
        return {**shown, "seconds": round(self.seconds, 3)}

    @property
    def status(self) -> ExecutionStatus:
        """How it ended: always `succeeded`, since all else is an error."""
        return self.execution.status

    @property
    def output(self) -> Any:
        """Its output as plain data."""
        return self.execution.output

    @property
    def steps(self) -> Steps:
        """The steps that it took, by index or label."""
        return Steps(self.transitions)


@attrs.define
class Done(Shown, Generic[T]):
    """What became of one of many inputs.

    Attributes:
        input: The input.
        run: The run, if it succeeded; None where there is an `error`. Checkers are not told of that:
            by default errors are raised, and then there is always a run.
        error: What went wrong, where errors are collected.
    """

    input: Mapping[str, Any]
    run: Run[T]
    error: Exception | None = None


class Results(list[Done[T]]):
    """What became of many inputs, as a list that notebooks show as a table."""

    def _repr_html_(self) -> str | None:
        from julep._html import html_of  # noqa: PLC0415 - only notebooks pay for it

        return html_of(self)


def _key(kind: str) -> str:
    """Return the key that a step of some kind is written with."""
    from .control import WorkflowStep  # noqa: PLC0415 - a large module, for errors alone

    steps = (step for step in get_args(WorkflowStep) if hasattr(step, "__tag__"))
    return next((str(step.__key__) for step in steps if step.__tag__[1] == kind), kind)


def _kind(transition: Transition) -> str | None:
    name = (transition.metadata or {}).get("step_type")
    if not isinstance(name, str):
        return None
    plain = name.removesuffix("Step").removesuffix("Workflow")
    return _CAPITAL.sub("_", plain).lower() or None
