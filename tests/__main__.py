"""`python -m tests`: every check of the project, in order; all of them run, and any can fail it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent

CHECKS: Final = (
    "ruff check",
    "ruff format --check",
    "mypy",
    "pyright",
    "pyright --verifytypes julep --ignoreexternal",
    # Last, so that a reader of the log finds the count of tests in its last line.
    "pytest",
)


def main() -> int:
    """The exit status: 0 when everything passed, else 1."""
    # Pyright looks for its Python, and so for the dependencies, on the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    failed: list[str] = []
    for check in CHECKS:
        _say(f"== {check}")
        if check == CHECKS[-1] and failed:
            _say(f"failed before this: {', '.join(failed)}")
        command = [sys.executable, "-m", *check.split()]
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            failed.append(check)
    return 1 if failed else 0


def _say(line: str) -> None:
    # The checks write to the same place, past any buffer of this process.
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
