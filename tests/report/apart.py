"""Environments that have the run-time dependencies, and what a part is about, and nothing else."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from tests.benchmarks.environments import python_with
from tests.floors import PROJECT

from .parts import Part


def python_of(part: Part, folder: Path) -> str:
    """Return the Python that measures a part, whose environment is made where it is missing."""
    if part.packages is None:
        return sys.executable
    dependencies = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    name = "-".join(["dependencies", *part.packages])
    return python_with([*dependencies, *part.packages], folder / name)
