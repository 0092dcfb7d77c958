"""The load on the server goes on working; how quick things are depends on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .table import read

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_short_load_is_borne() -> None:
    """Nothing fails, and what is measured is printed."""
    short = ["--clients", "8", "--seconds", "1", "--executions", "3"]
    command = [sys.executable, "-m", "tests.benchmarks.load", *short]
    printed = subprocess.check_output(command, cwd=ROOT, text=True).splitlines()
    clients, memory, reads = filter(None, map(read, printed))
    assert (clients.work, clients.value, clients.unit) == ("8 clients for 1 s", 0, "failures")
    assert memory.work == "memory after each third"
    assert reads.work == "reads while 3 executions run"
