"""What an execution asks for: told to people, and read from them, from a pipe or the command line."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from julep.errors import JulepError
from julep.types._json import is_object

from .failures import tell
from .option_values import BrokenJson, named_value, value_of
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
    """What was given is no answer."""


def ask(question: Any) -> dict[str, Any]:
    """Have a question answered, by whoever is at the terminal, or by the next line of a pipe.

    Raises:
        Unanswered: There is no further line.
        NoAnswer: The line from the pipe is broken JSON.
    """
    return _asked(question) if sys.stdin.isatty() else read(_next_line(question))


def _asked(question: Any) -> dict[str, Any]:
    for line in record(question if is_object(question) else {"question": question}):
        tell(in_a_line(line))
    tell(_HOW)
    while True:
        try:
            return read(_next_line(question))
        except NoAnswer as error:
            tell(str(error))


def _next_line(question: Any) -> str:
    while (line := typed_line(PROMPT)) is not None:
        if line.strip():
            return line.strip()
    raise Unanswered(question)


def read(text: str) -> dict[str, Any]:
    """Read an answer: JSON, `name=value` several times, or a text.

    What is no object becomes `{"answer": …}`.

    Raises:
        NoAnswer: It begins like JSON, and is none.
    """
    try:
        value = value_of(text)
        if value == text:
            return _pairs(_words(text)) or {"answer": text}
    except (BrokenJson, click.BadParameter) as error:
        raise NoAnswer(in_a_line(f"this is no answer: {error}")) from None
    return dict(value) if is_object(value) else {"answer": value}


def read_words(words: Sequence[str]) -> dict[str, Any]:
    """Read an answer that a shell has split into words.

    Raises:
        NoAnswer: It begins like JSON, and is none.
    """
    if len(words) == 1:
        # It may have blanks of its own, which the shell was told to leave.
        return read(words[0])
    try:
        return _pairs(words) or {"answer": " ".join(words)}
    except click.BadParameter as error:
        raise NoAnswer(in_a_line(f"this is no answer: {error}")) from None


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []


def _pairs(words: Sequence[str]) -> dict[str, Any]:
    """Return the values that words name; nothing where one of them names none."""
    are_pairs = all(word.partition("=")[0].isidentifier() and "=" in word for word in words)
    return dict(map(named_value, words)) if are_pairs else {}
