"""What became of an execution that was followed."""

from __future__ import annotations

import re
from typing import Self

import attrs

from .executions import Transition

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@attrs.define
class FailedStep:
    """The step that an execution failed at.

    Attributes:
        workflow: Name of the workflow that it is in.
        index: Which step of that, from 0.
        label: Its label, if it has one.
        kind: What it does, such as `evaluate` or `tool_call`; None where the server doesn't say.
    """

    workflow: str
    index: int
    label: str | None = None
    kind: str | None = None

    @classmethod
    def of(cls, transition: Transition) -> Self | None:
        """The step that a transition tells of, where it tells."""
        if (at := transition.current) is None:
            return None
        return cls(at.workflow, at.step, transition.step_label, _kind(transition))

    def __str__(self) -> str:
        label = f" {self.label!r}" if self.label else ""
        kind = f" ({self.kind})" if self.kind else ""
        return f"step {self.index}{label}{kind} of {self.workflow}"


def _kind(transition: Transition) -> str | None:
    name = (transition.metadata or {}).get("step_type")
    if not isinstance(name, str):
        return None
    plain = name.removesuffix("Step").removesuffix("Workflow")
    return _CAPITAL.sub("_", plain).lower() or None
