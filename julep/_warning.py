"""Warnings, at the line of the program that called the SDK."""

from __future__ import annotations

import sys
import warnings
from types import FrameType


def warn(text: str, category: type[Warning] = UserWarning) -> None:
    """Warn, at the line that called the SDK, however many of its own frames are in between."""
    __tracebackhide__ = True
    warnings.warn(text, category, stacklevel=_caller())


def _caller() -> int:
    """Count the frames up to the line that called the SDK."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - what `inspect` gives, without sources
    level = 1
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("julep."):
        frame, level = frame.f_back, level + 1
    return level
