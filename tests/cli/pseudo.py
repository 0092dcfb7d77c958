"""A pseudo-terminal, and a command in it."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

import attrs

from tests.cli.conftest import COMMAND

PATIENCE: Final = 30.0
"""Seconds until what must appear has appeared."""
_MOMENT: Final = 0.3  # seconds
CTRL_C: Final = "\x03"
CTRL_D: Final = "\x04"
_IN_TERMINAL: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal the one whose Ctrl-C the command hears of."""


@attrs.define
class Tty:
    """A command at work in a terminal.

    Attributes:
        process: Its process.
        master: The end where people sit.
        shown: All that has been written, as it came.
    """

    process: subprocess.Popen[bytes]
    master: int
    shown: str = ""
    _seen: int = 0

    def expect(self, text: str) -> str:
        """Wait until a text has appeared after what was expected before; return what came until then."""
        until = time.monotonic() + PATIENCE
        while (at := self.shown.find(text, self._seen)) < 0:
            assert time.monotonic() < until, f"{text!r} did not appear in {self.shown!r}"
            assert self._read(), f"it ended before {text!r} appeared: {self.shown!r}"
        before, self._seen = self.shown[self._seen : at], at + len(text)
        return before

    def type(self, text: str) -> None:
        """Press keys."""
        if text == CTRL_C:
            # Python heeds no signal that comes after it shows a prompt and before it waits for keys.
            time.sleep(_MOMENT)
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Wait for the end; return the exit status."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], PATIENCE)
        piece = b""
        if ready:
            # Linux tells the end of a terminal by an error.
            with contextlib.suppress(OSError):
                piece = os.read(self.master, 65536)
        self.shown += piece.decode(errors="replace")
        return bool(piece)


@contextmanager
def typing(environment: Mapping[str, str], *arguments: str) -> Generator[Tty]:
    """Run a command in a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _IN_TERMINAL, *COMMAND, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**environment, "TERM": "xterm-256color", "COLUMNS": "80"},
        start_new_session=True,
    ) as process:
        os.close(slave)
        try:
            yield Tty(process, master)
        finally:
            process.kill()
            os.close(master)
