"""What goes wrong when a task is read from a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .base import JulepError

if TYPE_CHECKING:
    from julep._task_files import Problem


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
