"""Where an execution is: a run of a workflow, a step in it, and what came of the step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, cast

from attrs import field, frozen

from julep.types._json import JsonObject

from .ports import Target, Transition
from .step_records import Step, StepT_co

MAIN = "main"
_DONE = ":done"
_RETURNED = ":returned"


class StepError(Exception):
    """A step failed; the text is what the execution's error says."""


class ExecutionOver(Exception):
    """The execution has its final transition: whoever still works on it stops."""


@frozen(kw_only=True, eq=False)
class Frame:
    """One run of a workflow, or of a branch, which is a workflow of one step.

    Attributes:
        key: The path that leads here from the start; the same on every replay.
        depth: How many workflows and branches it is inside of.
    """

    key: str
    workflow: str
    steps: Sequence[Step]
    scope_id: str
    input: object
    depth: int = 0

    @property
    def is_root(self) -> bool:
        """Whether this is the run of `main` that the execution consists of."""
        return self.key == MAIN


@frozen(kw_only=True, eq=False)
class StepContext(Generic[StepT_co]):
    """A step about to run, with its input."""

    frame: Frame
    index: int
    input: object

    @property
    def step(self) -> StepT_co:
        """The step as it is on the wire."""
        # Of the kind that the handler is for: `steps.HANDLERS` says which.
        return cast("StepT_co", self.frame.steps[self.index])

    @property
    def key(self) -> str:
        """The step's path."""
        return f"{self.frame.key}/{self.index}"

    @property
    def done_key(self) -> str:
        """The key of the transition that ends the step."""
        return f"{self.key}{_DONE}"

    @property
    def returned_key(self) -> str:
        """The key of the transition that ends the step and, with it, the workflow."""
        return f"{self.key}{_RETURNED}"

    @property
    def is_last(self) -> bool:
        """Whether no step of the workflow follows."""
        return self.index + 1 == len(self.frame.steps)

    @property
    def target(self) -> Target:
        """The step's public address."""
        return _target(self.frame, self.index)

    @property
    def following(self) -> Target | None:
        """The next step's address."""
        return None if self.is_last else _target(self.frame, self.index + 1)

    @property
    def previous_key(self) -> str:
        """The key of the transition after which the step began."""
        return f"{self.frame.key}/{self.index - 1}{_DONE}" if self.index else init_key(self.frame)


@frozen
class Outcome:
    """What a step or a workflow gave.

    Attributes:
        returned: Whether a `return` ends the enclosing workflow with it.
        metadata: What the transition says beside its step type.
    """

    output: object
    returned: bool = False
    metadata: Mapping[str, object] = field(factory=JsonObject)


def init_key(frame: Frame) -> str:
    """Return the key of the transition that begins a frame."""
    return f"{frame.key}:init"


def ends_step(transition: Transition) -> bool:
    """Tell whether a transition is the one that ends a step."""
    return transition.key.endswith((_DONE, _RETURNED))


def _target(frame: Frame, index: int) -> Target:
    return Target(workflow=frame.workflow, step=index, scope_id=frame.scope_id)
