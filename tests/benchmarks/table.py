"""The table of what is measured: a row for each piece of work, beside its goal."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ROW: Final = re.compile(
    r"\| (?P<work>[^|]+) \| (?P<value>[\d.inf-]+) (?P<unit>[^|]*) \| ≤ (?P<goal>[\d.inf]+) \| (?P<note>.*) \|"
)
_MISSED: Final = "**missed**"
HEADING: Final = "| work | measured | goal | |\n|---|---|---|---|"


class Row(NamedTuple):
    """What one piece of work costs.

    Attributes:
        work: What is done.
        unit: What the value counts: "of httpx" for a ratio, "ms", "KiB" and so on.
        value: What was measured; less is better.
        goal: The most that it should be.
        note: The absolute figures behind a ratio, or what else a reader should know.
    """

    work: str
    unit: str
    value: float
    goal: float
    note: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached, as far as the table shows digits."""
        return round(self.value, 2) <= self.goal

    def __str__(self) -> str:
        """Return the row as Markdown."""
        verdict = "" if self.is_reached else _MISSED
        told = f"{verdict} {self.note}".replace("|", "/").strip()
        return f"| {self.work} | {self.value:.2f} {self.unit} | ≤ {self.goal:.2f} | {told} |"


def read(line: str) -> Row | None:
    """Return the row that a line of a table shows, if it shows one."""
    if not (match := _ROW.fullmatch(line.strip())):
        return None
    note = match["note"].removeprefix(_MISSED).strip()
    return Row(match["work"], match["unit"], float(match["value"]), float(match["goal"]), note)
