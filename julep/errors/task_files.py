"""What is wrong with a task's file, or with the input of a task, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .api import BadRequestError
from .base import JulepError

if TYPE_CHECKING:
    from julep._task_files.problems import Problem


class TaskFileError(JulepError, ValueError):
    """A file, or a text, holds no task that can be used.

    Attributes:
        problems: What is wrong, and where.
    """

    problems: list[Problem]

    def __init__(
        self,
        message: str = "the file holds no task that can be used",
        *,
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.problems = list(problems)


class InputMismatch(BadRequestError, ValueError):
    """An input does not fit the `input_schema` of its task. Nothing was sent.

    It is the 400 that a server would answer, so handling `BadRequestError` handles both.

    Attributes:
        path: Where in the input, such as `items[3].price`; empty for the whole.
    """

    path: str = ""
