"""What is not installed where something is measured: that is told, and is no figure and no failure."""

from __future__ import annotations

import re
from typing import Final

OURS: Final = {"julep", "tests"}
"""Where a module of these is missing, something is broken."""
_EXTRA: Final = re.compile(r"julep-sdk(\[[\w,]+\])")
_MODULE: Final = re.compile(r"No module named '?(\w+)")
_SKIPPED: Final = "skipped: needs "


def needed(words: str) -> str | None:
    """Return what is to be installed, by the words of an error; None where it is about anything else."""
    if extra := _EXTRA.search(words):
        return f"julep{extra[1]}"
    module = _MODULE.search(words)
    return module[1] if module and module[1] not in OURS else None


def skipped(work: str, needs: str) -> str:
    """Return the line of a table for what was not measured."""
    return f"| {work} | {_SKIPPED}{needs} | | |"


def is_skipped(line: str) -> bool:
    """Tell whether a line says that something was not measured."""
    return f"| {_SKIPPED}" in line
