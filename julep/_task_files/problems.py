"""What is wrong with a task, and where."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from julep.errors.base import folded

Severity: TypeAlias = Literal["error", "warning"]


@attrs.frozen(kw_only=True)
class Problem:
    """Something wrong with a task, at its place in the file.

    Attributes:
        file: The file, as it was named; None for a text.
        line: The line, from 1.
        column: The character in the line, from 1.
        path: The keys and indexes that lead there, such as `main[2].then`.
        message: What is wrong.
        hint: What to write instead, where that is known.
        severity: With an `error`, servers refuse the task; a `warning` is what they take, and is
            probably not meant.
    """

    file: str | None
    line: int
    column: int
    path: str
    message: str
    hint: str | None = None
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """Where it is: `flow.yaml:7:11 main[2].then`."""
        place = f"{self.file or '<text>'}:{self.line}:{self.column}"
        return f"{place} {self.path}" if self.path else place

    def __str__(self) -> str:
        warning = "warning: " if self.severity == "warning" else ""
        hint = f"; {self.hint}" if self.hint else ""
        return folded(f"{self.where}: {warning}{self.message}{hint}")
