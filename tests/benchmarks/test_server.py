"""The server's benchmark goes on working; how quick things are depends on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .table import read

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_the_benchmark_prints_every_measure() -> None:
    """A short look prints one line for each thing that is measured."""
    command = [sys.executable, "-m", "tests.benchmarks.server", "--scale", "0.001", "--most", "4"]
    printed = subprocess.check_output(command, cwd=ROOT, text=True)
    lines = printed.splitlines()
    rows = [row for row in map(read, lines) if row]
    kinds = {row.work.split(":")[0] for row in rows if row.unit == "slope"}
    assert kinds == {"agents", "entries", "snippets", "transitions", "executions"}
    assert rows[0].work == "slowest kind of search, 100 snippets"
    assert [line[:44].strip() for line in lines if not line.startswith("|")] == [
        "start of the process",
        "get",
        "create",
        "list of 100",
        "get, from 8 threads",
        "chat",
        "history of 101 entries",
        "chat behind 101 entries",
        "list all of 1 agents",
        "find one of them by its metadata",
        "list of 1 agents of 2 MB",
        "longest read of another meanwhile",
        "text search, 100 snippets",
        "vector search, 100 snippets",
        "hybrid search, 100 snippets",
        "steps, 1 executions of 200",
        "steps, 1 executions of 20",
    ]
