"""What an execution asks for: told to people, and read from them or from a pipe."""

from __future__ import annotations

import json
import shlex
import sys
from typing import Any, Final

from julep.errors import JulepError
from julep.types._json import is_object

from .failures import tell
from .option_values import named_value
from .plain_text import in_a_line
from .records import record
from .typed import typed_line

PROMPT: Final = "answer> "
_HOW: Final = '(a JSON object, name=value ..., or a text, which becomes {"answer": text})'


class Unanswered(JulepError):
    """Nobody answers: stdin is at its end.

    Attributes:
        question: What was asked.
    """

    def __init__(self, question: Any) -> None:
        super().__init__("it waits for input, and stdin is at its end")
        self.question = question


class NoAnswer(JulepError):
    """What came from a pipe is no answer."""


def ask(question: Any) -> dict[str, Any]:
    """Have a question answered, by whoever is at the terminal, or by the next line of a pipe.

    Raises:
        Unanswered: There is no further line.
        NoAnswer: The line from the pipe is not JSON.
    """
    return _asked(question) if sys.stdin.isatty() else _piped(question)


def _asked(question: Any) -> dict[str, Any]:
    for line in record(question if is_object(question) else {"question": question}):
        tell(in_a_line(line))
    tell(_HOW)
    while True:
        try:
            return read(_next_line(question), is_typed=True)
        except NoAnswer as error:
            tell(str(error))


def _piped(question: Any) -> dict[str, Any]:
    return read(_next_line(question), is_typed=False)


def _next_line(question: Any) -> str:
    while (line := typed_line(PROMPT)) is not None:
        if line.strip():
            return line.strip()
    raise Unanswered(question)


def read(line: str, *, is_typed: bool) -> dict[str, Any]:
    """Read an answer; what is no object becomes `{"answer": …}`.

    Args:
        line: JSON, or if it was typed `name=value` several times, or a text.
        is_typed: Whether a person wrote it.

    Raises:
        NoAnswer: It is none of these.
    """
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        if not is_typed or line.startswith("{"):
            raise NoAnswer(f"this answer is not JSON: {in_a_line(error)}") from None
        value = _pairs(line) or line
    return dict(value) if is_object(value) else {"answer": value}


def _pairs(line: str) -> dict[str, Any]:
    try:
        words = shlex.split(line)
    except ValueError:
        return {}
    are_pairs = all(word.partition("=")[0].isidentifier() and "=" in word for word in words)
    return dict(map(named_value, words)) if are_pairs else {}
