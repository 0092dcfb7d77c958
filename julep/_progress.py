"""How far something is, told on stderr."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from typing import Final, Self, TextIO

_REWRITE_EVERY: Final = 0.1
_LINE_EVERY: Final = 5.0
"""Seconds between two states that are shown: in one line, or line by line."""


class Progress:
    """A line that is kept up to date in terminals and notebooks; elsewhere, lines.

    A line is written when the state is a new one, and at most every few seconds, but for the last.
    """

    def __init__(self, *, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self._began = time.monotonic()
        self._due = 0.0
        self._state: str = ""
        self._shown: str = ""
        self._width = 0

    def show(self, state: str) -> None:
        """Show how far it is; how long it took is added."""
        self._state = state
        if self._is_wanted and time.monotonic() >= self._due:
            self._write()

    def clear(self) -> None:
        """Take the line away, so that others can write there."""
        if self._width:
            self._put(f"\r{'':{self._width}}\r")
            self._width, self._due = 0, 0.0

    def end(self) -> None:
        """Leave the last state where it is shown."""
        if self._is_wanted and self._state:
            self._write()
            self._put("\n" * bool(self._width))
            self._state, self._width = "", 0

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()

    def _write(self) -> None:
        now = time.monotonic()
        text = f"{self._state}, {now - self._began:.0f} s"
        if _can_rewrite(sys.stderr):
            text = text[: shutil.get_terminal_size().columns - 1]
            self._put(f"\r{text:<{self._width}}")
            self._width, self._due = len(text), now + _REWRITE_EVERY
        elif self._state != self._shown:
            self._put(f"{text}\n")
            self._shown, self._due = self._state, now + _LINE_EVERY

    def _put(self, text: str) -> None:
        # Work must not fail because its progress can't be written.
        with contextlib.suppress(AttributeError, OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


def _can_rewrite(stream: TextIO | None) -> bool:
    if stream is None or stream.closed:
        return False
    is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    return is_terminal or type(stream).__module__.startswith("ipykernel.")
