"""Tokens that steps of an execution report: those whose output is a model's answer as it came.

Of a prompt that gives something else, such as its text alone, it is known only that it asked a model.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from julep._exchange import Transport
from julep._observability.usage import add_to, open_counts
from julep.types._json import is_array, is_object
from julep.types.chat import CompletionUsage
from julep.types.executions import Transition

_OF_STEPS: Final = {"step", "finish", "finish_branch"}
"""Transitions whose output a step made. What others have came from outside, and was counted there."""


class StepUsage:
    """Counts the answers of models in the transitions of an execution that is begun now.

    Each counts once, by its id, however far it is passed on.

    Args:
        transport: What sends, by which clients are told apart.
    """

    def __init__(self, transport: Transport) -> None:
        self._counts = open_counts(transport)
        self._known: set[str] = set()

    def add(self, transitions: Iterable[Transition]) -> None:
        """Count what is in some transitions, which come in their order."""
        if not self._counts:
            return
        for transition in transitions:
            id, usage = _told(transition.output)
            asked = usage is None and _step_type(transition) == "PromptStep"
            if transition.type in _OF_STEPS and (asked or (usage and id not in self._known)):
                add_to(self._counts, usage)
            self._known.add(id)

    def leave_out(self, given: Any) -> None:
        """Don't count what a wait is answered with, which some servers give as the output of its step."""
        self._known.add(_told(given)[0])


def _step_type(transition: Transition) -> object:
    return (transition.metadata or {}).get("step_type")


def _told(output: Any) -> tuple[str, CompletionUsage | None]:
    """Return id and use of tokens of a model's answer; no use where there is none."""
    if not (is_object(output) and is_array(output.get("choices"))):
        return "", None
    id, usage = output.get("id"), output.get("usage")
    if not (isinstance(id, str) and is_object(usage)):
        return "", None
    return id, CompletionUsage(
        prompt_tokens=_number(usage.get("prompt_tokens")),
        completion_tokens=_number(usage.get("completion_tokens")),
        total_tokens=_number(usage.get("total_tokens")),
    )


def _number(count: Any) -> int | None:
    return count if isinstance(count, int) else None
