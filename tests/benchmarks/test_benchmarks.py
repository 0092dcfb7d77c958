"""The benchmarks go on working; how fast things are depends on the machine and is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_benchmarks_print_every_comparison() -> None:
    """A short run prints one line for each thing that is measured."""
    command = [sys.executable, "-m", "tests.benchmarks", "--rounds", "1", "--calls", "1"]
    printed = subprocess.check_output(command, cwd=ROOT, text=True)
    titles = [line[:34].strip() for line in printed.splitlines()]
    assert titles == [
        "call, own client, blocking",
        "call, own client, awaiting",
        "call, user's client, blocking",
        "call, user's client, awaiting",
        "event of a stream, decoded",
        "event of a chat, as a typed chunk",
        "tool calls, blocking",
        "tool calls, coroutine functions",
        "tool calls, functions, awaited",
        "folder of 200 files, blocking",
        "folder of 200 files, awaiting",
        "folder of 200 files, again",
        "import julep",
        "a client",
        "import httpx",
        "modules that import julep loads",
    ]
