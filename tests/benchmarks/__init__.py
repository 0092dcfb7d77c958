"""What the SDK costs, side by side with httpx; see `__main__`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Final

from .missing import needed, skipped
from .table import Row
from .timing import Effort

PARTS: Final = (
    "calls",
    "crowds",
    "events",
    "reading",
    "validation",
    "tools",
    "folders",
    "imports",
    "memory",
)
"""The modules that measure; each has `rows`."""


def measured(effort: Effort, parts: Sequence[str] = PARTS) -> Iterator[Row | str]:
    """Measure everything, or the parts that are named; gives each row as soon as it is there.

    What needs more than is installed gives a line that says so.
    """
    for part in parts:
        try:
            yield from import_module(f"{__name__}.{part}").rows(effort)
        except ImportError as error:
            if (needs := needed(str(error))) is None:
                raise
            yield skipped(part, needs)
