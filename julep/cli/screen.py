"""Where commands write: a terminal that people look at, a pipe, or a program that reads JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from .failures import tell
from .plain_text import as_json, in_a_line, in_lines

if TYPE_CHECKING:
    from rich.console import Console

_MAY_BE_CUT: Final = {"name", "title", "situation", "canonical_name"}
_LEAST: Final = 8
_GAP: Final = 2
"""Characters that a cut column keeps at least, and between two columns."""


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
        """Write rows in a terminal; where it is narrow, the longest names and titles are cut."""
        cells = [[in_a_line(cell) for cell in row] for row in (names, *rows)]
        if title:
            self.line(title, "bold")
        for number, row in enumerate(zip(*self._fitted(cells), strict=True)):
            # Wider than the terminal, if need be: an id that is cut can't be copied.
            self.line(f" {(' ' * _GAP).join(row)}".rstrip(), "" if number else "dim")

    def _fitted(self, rows: list[list[str]]) -> Iterator[list[str]]:
        """Yield columns of one width each, those that may be cut no wider than there is room."""
        from rich.cells import cell_len, set_cell_size

        columns = list(zip(*rows, strict=True))
        widths = [max(map(cell_len, column)) for column in columns]
        too_much = sum(widths) + _GAP * len(widths) - self.console.width
        for column, width in zip(columns, widths, strict=True):
            may_be_cut = column[0] in _MAY_BE_CUT and width > _LEAST and too_much > 0
            most = max(_LEAST, width - too_much) if may_be_cut else width
            yield [
                set_cell_size(cell, most)
                if cell_len(cell) <= most
                else f"{set_cell_size(cell, most - 1)}…"
                for cell in column
            ]

    def row(self, cells: Iterable[str]) -> None:
        """Write a line with tabs in it, for other programs."""
        self._put("\t".join(map(in_a_line, cells)) + "\n")

    @staticmethod
    def _put(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
