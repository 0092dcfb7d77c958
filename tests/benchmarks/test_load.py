"""The load on the server goes on working; how quick things are depends on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_short_load_is_borne() -> None:
    """Nothing fails, and what is measured is printed."""
    short = ["--clients", "8", "--seconds", "1", "--executions", "3"]
    command = [sys.executable, "-m", "tests.benchmarks.load", *short]
    printed = subprocess.check_output(command, cwd=ROOT, text=True).splitlines()
    assert printed[0].startswith("8 clients, 1 s: ")
    assert printed[0].endswith(" deeds, 0 failed")
    assert printed[1].startswith("memory after each third: ")
    assert printed[2].startswith("reads while 3 executions run: ")
