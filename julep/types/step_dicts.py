"""Steps of workflows as dicts, one for each kind. Editors complete the keys.

Values are expressions where they begin with `$ `; julep/STEPS.md has an example of each kind.
Plain mappings are taken just as well: variables need no annotation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from .entries import Message
from .message_dicts import MessageDict
from .setting_dicts import ChatSettingsDict
from .tool_dicts import ToolChoiceDict, ToolDict
from .tools import KnownToolChoice


class StepBaseDict(TypedDict, total=False):
    """What steps of all kinds may have."""

    label: str | None
    """Name that later steps refer to it by: `steps['label'].output`."""


class EvaluateStepDict(StepBaseDict, total=False):
    """Compute values."""

    evaluate: Required[Mapping[str, Any]]
    """The expressions to compute, by name."""


class ToolCallStepDict(StepBaseDict, total=False):
    """Run a tool."""

    tool: Required[str]
    """Name of one of the task's tools."""
    arguments: Mapping[str, Any] | Literal["_"]
    """Expressions for its arguments. By default they are the input of the step, `_`."""


class PromptStepDict(StepBaseDict, total=False):
    """Ask the language model."""

    prompt: Required[str | Sequence[MessageDict | Message | Mapping[str, Any]]]
    """Text, or messages."""
    settings: ChatSettingsDict | Mapping[str, Any] | None
    """How the model is asked."""
    tools: Literal["all"] | Sequence[ToolDict | Mapping[str, Any]]
    """Tools that it may call. Default `all` of the task's."""
    tool_choice: KnownToolChoice | ToolChoiceDict | Mapping[str, Any] | None
    """Which of them it may call."""
    unwrap: bool
    """Whether the output is the text alone. Default false."""
    auto_run_tools: bool
    """Whether the server runs the tools that the model calls. Default true."""
    disable_cache: bool
    """Whether the model is asked even where an earlier answer could be reused. Default false."""


class GetStepDict(StepBaseDict, total=False):
    """Read a value that a `set` step gave. Self-hosted servers of 2025 always give null."""

    get: Required[str]
    """Its name."""


class SetStepDict(StepBaseDict, total=False):
    """Keep values in `state`."""

    set: Required[Mapping[str, Any]]
    """Expressions for the values, by name."""


class LogStepDict(StepBaseDict, total=False):
    """Write to the log."""

    log: Required[str]
    """The text."""


class EmbedDict(TypedDict, total=False):
    """What is to be embedded."""

    text: Required[str | Sequence[str]]
    """One text, or up to 100 of them."""
    embed_instruction: str | None
    """What the embedding model is told about the text."""


class EmbedStepDict(StepBaseDict, total=False):
    """Turn text into vectors."""

    embed: Required[EmbedDict | Mapping[str, Any]]
    """The text."""


class SearchDict(TypedDict, total=False):
    """What to look for among the agent's documents: `text`, `vector`, or both."""

    text: str
    """Words to look for."""
    vector: str | Sequence[float]
    """An embedding to compare with, such as `$ _.vectors[0]`."""
    limit: int
    """The most documents, 1 to 50. Default 10."""
    lang: str
    """Language of the text. Default `en-US`."""
    confidence: float
    """The least likeness of vectors, -1 to 1. Default 0.5."""
    alpha: float
    """Weight of the vector against the text, 0 to 1. Default 0.5."""
    metadata_filter: Mapping[str, Any]
    """Values that the documents' metadata must have."""
    include_embeddings: bool
    """Whether the pieces come with their vectors."""
    mmr_strength: float
    """How much the documents should differ, 0 to below 1. Default 0.5."""
    trigram_similarity_threshold: float | None
    """How alike misspelt words must be to count, 0 to 1."""
    k_multiplier: int
    """How many more candidates are ranked than asked for, 1 to 10 times. Default 5."""


class SearchStepDict(StepBaseDict, total=False):
    """Search the agent's documents."""

    search: Required[SearchDict | Mapping[str, Any]]
    """What to look for."""


ReturnStepDict = TypedDict(
    "ReturnStepDict", {"return": Required[Mapping[str, Any]], "label": str | None}, total=False
)
"""End the workflow with the values of expressions."""


class SleepDict(TypedDict, total=False):
    """A time span, the sum of its parts."""

    seconds: int
    """Seconds, 0 to 60."""
    minutes: int
    """Minutes, 0 to 60."""
    hours: int
    """Hours, 0 to 24."""
    days: int
    """Days, 0 to 30."""


class SleepStepDict(StepBaseDict, total=False):
    """Let time pass."""

    sleep: Required[SleepDict | Mapping[str, Any]]
    """How long."""


class ErrorStepDict(StepBaseDict, total=False):
    """Fail the execution."""

    error: Required[str]
    """What is wrong."""


class YieldStepDict(StepBaseDict, total=False):
    """Run another workflow of the task."""

    workflow: Required[str]
    """Its name."""
    arguments: Mapping[str, Any] | Literal["_"]
    """Expressions for its input. By default it is the input of the step, `_`."""


class WaitDict(TypedDict):
    """What is shown while an execution waits."""

    info: Mapping[str, Any]
    """Expressions by name."""


class WaitForInputStepDict(StepBaseDict, total=False):
    """Wait until the execution is resumed."""

    wait_for_input: Required[WaitDict | Mapping[str, Any]]
    """What to show meanwhile."""
