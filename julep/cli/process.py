"""A command as a process of its own: what it sets up, and how it ends."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NoReturn, TextIO

from .app import run
from .failures import INTERRUPTED, tell
from .interrupts import on_interrupt
from .plain_text import in_a_line
from .typed import is_reading


def perform(arguments: Sequence[str]) -> int:
    """Run a command; return its exit status, unless the process has to end at once."""
    _set_up()
    status = run(arguments)
    # What is done stays done, whatever is pressed from here on.
    on_interrupt(signal.SIG_IGN)
    if is_reading() or status == INTERRUPTED:
        _end_at_once(status)
    return status


def _set_up() -> None:
    # Else SIGTERM would leave the cursor hidden, and tasks that `run` makes for itself.
    on_interrupt(signal.default_int_handler)
    # The commands say themselves what the SDK would log.
    logging.getLogger("julep").addHandler(logging.NullHandler())
    warnings.showwarning = _tell_warning
    # Any of the three may be closed, and what a terminal can't write is no reason to end.
    sys.stdin = _stream(sys.stdin, "r", errors="strict")
    sys.stdout = _stream(sys.stdout, "w", errors="backslashreplace")
    sys.stderr = _stream(sys.stderr, "w", errors="backslashreplace")


def _stream(stream: TextIO | None, mode: Literal["r", "w"], *, errors: str) -> TextIO:
    if stream is None:
        return Path(os.devnull).open(mode, encoding="utf-8")
    # Streams that tests put there can't be set.
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=errors)
    return stream


def _tell_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    # Where in this program it arose is nothing that its users want to know.
    del category, filename, lineno, file, line
    tell(f"julep: warning: {in_a_line(message)}")


def _end_at_once(status: int) -> NoReturn:
    """End the process, without what Python does at its end.

    It can't take stdin down while a thread waits for it. And a Ctrl-C that is handled counts as one
    that is not where it came during an `exec`, of which libraries are full.
    """
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(status)
