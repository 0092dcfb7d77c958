"""The section of the README that shows some of the report's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Final

from tests.benchmarks.table import Row

PAGE: Final = Path(__file__).parent.parent.parent / "README.md"
SHOWN: Final[Mapping[str, str]] = {
    "call, own client, blocking": "one call",
    "100 streams of 100 events at once": "100 streamed chats of 100 events at once",
    "1000 agents, structured": "1,000 agents as models",
    "import of the client, with httpx": "the import, httpx included",
}
"""The works of the report that the README has, and what it calls them."""
_UNITS: Final = {"of json": "reading their JSON", "of importing httpx": "importing httpx"}
_HEAD: Final = ["| What julep takes | time |", "|---|---|"]


def table(rows: Iterable[Row]) -> list[str]:
    """Return the lines that the README has.

    Raises:
        ValueError: A row isn't there.
    """
    by_work = {row.work: row for row in rows}
    if missing := [work for work in SHOWN if work not in by_work]:
        raise ValueError(f"the README shows {missing[0]!r}, which was not measured")
    return [*_HEAD, *(_line(SHOWN[work], by_work[work]) for work in SHOWN)]


def shown(lines: Sequence[str]) -> Sequence[str]:
    """Return those of a page's lines that are rows of the table."""
    start = lines.index(_HEAD[0])
    return list(takewhile(lambda line: line.startswith("|"), lines[start:]))[len(_HEAD) :]


def cells(line: str) -> tuple[str, str]:
    """Return the two cells of a row."""
    _, name, figure, _ = line.split("|")
    return name.strip(), figure.strip()


def write(rows: Iterable[Row], page: Path = PAGE) -> None:
    """Put what was measured in place of what the README shows."""
    lines = page.read_text(encoding="utf-8").splitlines()
    start = lines.index(_HEAD[0])
    end = start + len(_HEAD) + len(shown(lines))
    page.write_text("\n".join([*lines[:start], *table(rows), *lines[end:], ""]), encoding="utf-8")


def _line(name: str, row: Row) -> str:
    other = _UNITS.get(row.unit) or f"the same by {row.unit.removeprefix('of ')}"
    return f"| {name} | {row.value:.2f} of {other} |"
