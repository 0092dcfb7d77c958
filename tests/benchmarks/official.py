"""The same call by the official SDK, in an environment of its own (this needs PyPI)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Final

from .timing import Effort

PACKAGE: Final = "julep==2.21.0"
ROOT: Final = Path(__file__).parent.parent.parent
LOADING: Final = """
import time
start = time.perf_counter()
import julep
print(f"official: import julep             {(time.perf_counter() - start) * 1000:.1f} ms", flush=True)
"""
# The checkout comes last on the path, so that `julep` is the one that was installed.
CALLS: Final = """
import runpy, sys
root = sys.argv.pop(1)
sys.path.append(root)
runpy.run_module("tests.benchmarks.official_calls", run_name="__main__", alter_sys=True)
"""


def compare(effort: Effort) -> None:
    """Install the official SDK, and print what a call and an import of it take."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
        subprocess.check_call([python, "-m", "pip", "install", "--quiet", PACKAGE])
        # The first import compiles, the second one is what users wait for.
        subprocess.check_output([python, "-c", LOADING], cwd=folder)
        subprocess.check_call([python, "-c", LOADING], cwd=folder)
        subprocess.check_call([python, "-c", CALLS, str(ROOT), *map(str, effort)], cwd=folder)
