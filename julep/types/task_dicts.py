"""Tasks as dicts. Editors complete the keys, and show the text below each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, TypedDict

from .control_dicts import AnyStepDict
from .tool_dicts import ToolDict


class TaskDict(TypedDict, total=False):
    """A whole task. Keys beyond these are workflows that its steps can run."""

    name: Required[str]
    """1 to 255 characters."""
    main: Required[Sequence[AnyStepDict]]
    """The steps that an execution begins with, at least one."""
    description: str
    """What the task does."""
    tools: Sequence[ToolDict | Mapping[str, Any]]
    """Tools for this task alone."""
    inherit_tools: bool
    """Whether the agent's tools can be used too."""
    input_schema: Mapping[str, Any] | None
    """JSON Schema that the input of executions must match; None takes any."""
    metadata: Mapping[str, Any] | None
    """Data of your own."""
    canonical_name: str
    """A unique name of letters, digits and underscores (servers of 2025)."""
