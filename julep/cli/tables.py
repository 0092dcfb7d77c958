"""Rows as columns that fit a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

GAP: Final = 2
"""Characters between two columns."""
_LEAST: Final = 8
"""Characters that a cut column keeps."""
_MAY_BE_CUT: Final = {"name", "title", "situation", "canonical_name"}
_MAY_GO: Final = {"created", "canonical_name"}
"""Columns that are no loss where the others have too little room."""

Column = Sequence[str]
"""A name, and what stands below it."""


def columns_of(rows: Sequence[Sequence[str]], width: int) -> Iterator[list[str]]:
    """Yield columns, each padded to one width, as far as possible within that of the terminal.

    Empty ones are left out. Ids stay whole even where they are too wide: cut, they can't be copied.

    Args:
        rows: The names of the columns, and what stands below them.
        width: Characters that the terminal shows in a line.
    """
    columns = _kept([one for one in zip(*rows, strict=True) if any(one[1:])], width)
    too_much = _total(map(_widest, columns)) - width
    for column in columns:
        most = max(_narrowest(column), _widest(column) - max(0, too_much))
        too_much -= _widest(column) - most
        yield [_of_width(cell, most) for cell in column]


def _kept(columns: list[Column], width: int) -> list[Column]:
    may_go = [one for one in columns if one[0] in _MAY_GO]
    while may_go and _total(map(_narrowest, columns)) > width:
        columns.remove(may_go.pop())
    return columns


def _total(widths: Iterator[int]) -> int:
    return sum(width + GAP for width in widths)


def _widest(column: Column) -> int:
    return max(map(cell_len, column))


def _narrowest(column: Column) -> int:
    return min(_widest(column), _LEAST) if column[0] in _MAY_BE_CUT else _widest(column)


def _of_width(cell: str, width: int) -> str:
    return (
        set_cell_size(cell, width)
        if cell_len(cell) <= width
        else f"{set_cell_size(cell, width - 1)}…"
    )
