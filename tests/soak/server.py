"""An embedded server whose requests go wrong now and then: `python -m tests.soak.server FILE`.

It prints its address and, at the end of its standard input, how many requests went wrong.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, Final, NamedTuple

from julep.local import LocalServer

KEY: Final = "a key of the soak"
_PAUSE: Final = 0.05
"""Seconds between two faults, which makes a few of a hundred requests go wrong."""
_REPLIES: Final = 1000
_FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"status": 429, "headers": {"Retry-After": "0"}},
    {"status": 503, "headers": {"Retry-After": "0"}},
    {"status": 500},
    {"drop": "before"},
    {"drop": "after"},
    {"delay": 0.2},
    {"cut_after": 2, "path": "*/chat"},
)


class Served(NamedTuple):
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def end(self) -> int:
        """Let it end; return how many requests went wrong."""
        printed, _ = self.process.communicate()
        return int(printed)


@contextmanager
def serving(folder: Path) -> Generator[Served]:
    """Run the server."""
    command = [sys.executable, "-m", "tests.soak.server", str(folder / "agents.db")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        try:
            yield Served(process, process.stdout.readline().strip())
        finally:
            process.kill()


def speak(messages: list[dict[str, Any]]) -> Any:
    """Stand for a model: have two numbers added, tell the sum, or repeat what was said."""
    last = messages[-1]
    words = str(last["content"]).split()
    if last["role"] == "tool":
        return f"the sum is {last['content']}"
    if words[:1] == ["add"]:
        return [("add", {"a": int(words[1]), "b": int(words[2])})]
    return f"heard {last['content']}"


def _go_wrong(server: LocalServer, ended: threading.Event) -> None:
    happened = 0
    for fault in cycle(_FAULTS):
        if len(server.replies) < _REPLIES:
            server.replies.add(*[speak] * _REPLIES)
        server.faults.add(**fault)
        if ended.wait(_PAUSE * random.uniform(0.5, 1.5)):
            break
        happened += not server.faults
        server.faults.clear()
    print(happened, flush=True)


def main(file: Path) -> None:
    """Serve until nobody listens any more."""
    with LocalServer(file, key=KEY) as server:
        ended = threading.Event()
        faults = threading.Thread(target=_go_wrong, args=(server, ended))
        faults.start()
        print(server.url, flush=True)
        sys.stdin.read()
        ended.set()
        faults.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
