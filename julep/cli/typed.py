"""Lines that people type, or that a pipe brings."""

from __future__ import annotations

import contextlib
import sys
import threading
from importlib import import_module
from typing import Final

_reading: Final = threading.Event()


def is_reading() -> bool:
    """Tell whether another thread waits for a line; the interpreter can't end in order then."""
    return _reading.is_set()


def typed_line(prompt: str) -> str | None:
    """Return the next line of stdin without its end; None at the end of all.

    A prompt is shown where people type: on stdout with the means to edit the line, or on stderr where
    stdout goes elsewhere.
    """
    _reading.set()
    try:
        return _asked(prompt) if sys.stdin.isatty() else _read()
    finally:
        _reading.clear()


def _asked(prompt: str) -> str | None:
    is_main = threading.current_thread() is threading.main_thread()
    if not (is_main and sys.stdout.isatty()):
        # What edits lines changes the terminal, and a thread that is left can't change it back.
        sys.stderr.write(prompt)
        sys.stderr.flush()
        line = _read()
        sys.stderr.write("\n" if line is None else "")
        return line
    with contextlib.suppress(ImportError):
        # From then on `input` has editing and a history.
        import_module("readline")
    try:
        return input(prompt)
    except EOFError:
        sys.stdout.write("\n")
        return None


def _read() -> str | None:
    line = sys.stdin.readline()
    return line.removesuffix("\n").removesuffix("\r") if line else None
