"""What goes wrong when a model calls functions, or should answer with a value of a type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from .base import JulepError

if TYPE_CHECKING:
    from julep.types.executions import Execution
    from julep.types.turns import Answer, Turn


class ToolError(JulepError):
    """What a function raises to choose the text that the model is given as its result.

    Of any other exception the model is given the type and the message.
    """


class TurnLimitReached(JulepError):
    """A model was asked as often as `max_turns` allows, and still calls functions.

    Attributes:
        answer: Its last answer, whose calls were not made; None where the error was built by hand.
        turns: All its answers.
    """

    answer: Answer
    turns: list[Turn]

    def __init__(
        self,
        message: str = "the model calls functions still; max_turns sets how often it is asked",
        *,
        answer: Answer | None = None,
        turns: Sequence[Turn] = (),
    ) -> None:
        super().__init__(message)
        self.answer = cast("Answer", answer)
        self.turns = list(turns)


class OutputMismatch(JulepError):
    """An output can't be read as the type that was asked for.

    Attributes:
        text: The output as text.
        path: Where in it, such as `items[3].price`; empty for the whole.
        answer: The last answer to a chat, with its turns; None for the output of a task.
        execution: What gave the output of a task; None for a chat.
    """

    def __init__(
        self,
        message: str = "the output is not of the type that was asked for",
        *,
        text: str = "",
        path: str = "",
        answer: Answer | None = None,
        execution: Execution | None = None,
    ) -> None:
        super().__init__(message)
        self.text = text
        self.path = path
        self.answer = answer
        self.execution = execution
