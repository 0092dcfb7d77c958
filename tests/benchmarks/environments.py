"""Environments of Python for what is measured apart from all else that is installed here."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path


def python_with(packages: Sequence[str], home: Path) -> str:
    """Return the Python of an environment with these packages, which is made where it is missing."""
    python = str(home / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    if not home.exists():
        venv.create(home, with_pip=True)
        subprocess.check_call([python, "-m", "pip", "install", "--quiet", *packages])
    return python
