"""The same work by other SDKs, each from its registry and in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from .environments import python_with
from .loopback import serving
from .sdks import SDKS, Sdk
from .timing import Effort

ROOT: Final = Path(__file__).parent.parent.parent
# The checkout comes last on the path, so that `julep` is the one that was installed.
PROGRAM: Final = """
import runpy, sys
sys.path.append(sys.argv.pop(1))
runpy.run_module("tests.benchmarks.peer_work", run_name="__main__", alter_sys=True)
"""
LIMIT: Final = 240.0
"""Seconds after which an SDK is taken to hang."""


def compared(effort: Effort, folder: str, sdks: Sequence[Sdk] = SDKS) -> Iterator[str]:
    """Measure SDKs; gives the lines of a table, once the last one is done.

    Args:
        effort: How much to measure.
        folder: Where environments are kept for the next time; empty for none.
        sdks: Which ones.
    """
    columns = dict[str, dict[str, float]]()
    with serving() as url, tempfile.TemporaryDirectory() as passing:
        for sdk in sdks:
            home = Path(folder or passing) / sdk.package
            python = python_with([sdk.package], home) if sdk.package else sys.executable
            columns[f"{sdk.name} {_version(python, sdk)}".strip()] = _run(python, sdk, url, effort)
    yield f"| work | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for work in next(iter(columns.values())):
        cells = (f"{ratios[work]:.2f}" if ratios else "failed" for ratios in columns.values())
        yield f"| {work} | {' | '.join(cells)} |"


def _version(python: str, sdk: Sdk) -> str:
    name = sdk.package.partition("==")[0]
    code = f"import importlib.metadata as m; print(m.version({name!r}))"
    return _output(python, code, {}).strip() if name else ""


def _run(python: str, sdk: Sdk, url: str, effort: Effort) -> Any:
    """Return the ratios of an SDK; none for another's that fails, as its newest release may."""
    settings = {} if sdk.package else {"PYTHONPATH": str(ROOT)}
    arguments = (str(ROOT), sdk.name, url, *map(str, effort))
    try:
        return json.loads(_output(python, PROGRAM, settings, *arguments))
    except subprocess.SubprocessError:
        if not sdk.package:
            raise
        return {}


def _output(python: str, code: str, settings: dict[str, str], *arguments: str) -> str:
    """Return what a program prints, run where no checkout is found."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with tempfile.TemporaryDirectory() as elsewhere:
        return subprocess.check_output(
            [python, "-c", code, *arguments],
            cwd=elsewhere,
            env=inherited | settings,
            text=True,
            timeout=LIMIT,
        )
