"""The soak goes on working, and a short one finds nothing wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .measures import Held, Measure, growth

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_short_soak_finds_nothing() -> None:
    """Whatever the faults do, nothing is lost, done twice, or held for ever."""
    command = [sys.executable, "-m", "tests.soak", "--seconds", "3", "--rounds", "2"]
    ended = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout[-2000:] + ended.stderr
    assert ended.stdout.endswith("all right, and flat\n")


def test_growth_is_told() -> None:
    """Against the second round, since the first one fills the caches."""
    few = Held(100.0, 10, 20)
    flat = Measure(few, few, 0)
    assert list(growth([flat, flat, flat], is_long=True)) == []
    more = Measure(Held(200.0, 10, 20), Held(100.0, 50, 21), 1)
    told = ["threads of the server", "files of the server", "open connections"]
    assert list(growth([flat, flat, more], is_long=False)) == told
    assert list(growth([more, flat, more], is_long=True)) == ["memory of the client", *told]
    assert list(growth([], is_long=True)) == []
