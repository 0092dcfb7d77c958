"""A worker as the server sees it: a process to send requests to."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from .pipe_ends import pipe_ends

_KEPT_VARIABLES = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TZ")
_INTERPRETERS = ("python", "pypy")


class CannotStart(Exception):
    """A worker did not come up."""


class Worker:
    """One process, which does one job after the other.

    It starts as a command of its own, so it does not matter what kind of program the server is
    part of. It gets nothing of the server's environment but what Python needs.

    Attributes:
        is_ready: Whether it has started; that takes seconds on a busy machine.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "julep.local.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            **_apart(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._ends = pipe_ends(self._process.stdin, self._process.stdout)
        self.is_ready: bool = False

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    async def ask(self, request: bytes) -> bytes | None:
        """Return the answer to a request, or `None` if the process ended over it.

        Raises:
            CannotStart: The process ended before it took any request.
        """
        if not self.is_ready and await self._ends.read() is None:
            raise CannotStart
        self.is_ready = True
        try:
            await self._ends.write(request)
            return await self._ends.read()
        except (OSError, ValueError):
            return None

    def abandon(self) -> None:
        """End the process, and let a thread wait until it has."""
        self._process.kill()
        threading.Thread(target=self.stop, daemon=True).start()

    def stop(self) -> None:
        """End the process, and wait until it has."""
        self._process.kill()
        self._close_pipes()
        self._process.wait()

    def forget(self) -> None:
        """Leave the process to the one that this one was forked from."""
        self._close_pipes()
        self._process.returncode = 0  # nothing to wait for

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def has_interpreter() -> bool:
    """Tell whether this process runs in a Python that can be started again.

    A frozen program would start itself; so would servers that embed Python.
    """
    name = Path(sys.executable or "").name.lower()
    return name.startswith(_INTERPRETERS) and not getattr(sys, "frozen", False)


def environment() -> dict[str, str]:
    """Return what a worker gets of the environment: nothing but what Python needs to start."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    # An empty entry is the current directory.
    places = (str(Path(place or ".").absolute()) for place in sys.path)
    return {**kept, "PYTHONPATH": os.pathsep.join(places)}


def _apart() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}  # Ctrl-C is for the server
