"""Where commands write: a terminal that people look at, a pipe, or a program that reads JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .failures import tell
from .plain_text import as_json, in_a_line, in_lines

if TYPE_CHECKING:
    from rich.console import Console


class Screen:
    """Writes what a command has to say, in whichever form is wanted.

    Only what goes to a terminal has colours. Nothing that a server sent is obeyed by it.

    Attributes:
        wants_json: Whether a program reads: JSON goes to stdout, and nothing else.
    """

    def __init__(self, *, wants_json: bool = False) -> None:
        self.wants_json = wants_json

    @property
    def is_terminal(self) -> bool:
        """Whether people look at what is written, as it is written."""
        return not self.wants_json and sys.stdout.isatty()

    @cached_property
    def console(self) -> Console:
        """What writes colours and tables to a terminal. It heeds NO_COLOR and TERM."""
        from rich.console import Console

        return Console(markup=False, highlight=False, emoji=False)

    def json(self, value: Any) -> None:
        """Write a value as a line of JSON."""
        self._put(f"{as_json(value)}\n")

    def line(self, text: object = "", style: str = "") -> None:
        """Write a line."""
        self.write(f"{in_a_line(text)}\n", style)

    def write(self, text: str, style: str = "") -> None:
        """Write text as it comes, of any number of lines."""
        text = in_lines(text)
        if not (style and self.is_terminal):
            self._put(text)
            return
        from rich.text import Text

        self.console.print(Text(text, style), end="", soft_wrap=True)

    def note(self, text: object) -> None:
        """Tell people something, on stderr."""
        tell(in_a_line(text))

    def table(self, title: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write rows in a terminal; where it is narrow, the longest names are cut, and times go."""
        from .tables import GAP, columns_of

        cells = [[in_a_line(cell) for cell in row] for row in (names, *rows)]
        if title:
            self.line(title, "bold")
        for number, row in enumerate(zip(*columns_of(cells, self.console.width), strict=True)):
            self.line(f" {(' ' * GAP).join(row)}".rstrip(), "" if number else "dim")

    def row(self, cells: Iterable[str]) -> None:
        """Write a line with tabs in it, for other programs."""
        self._put("\t".join(map(in_a_line, cells)) + "\n")

    @staticmethod
    def _put(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
