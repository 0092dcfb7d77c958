"""Ctrl-C and SIGTERM before a command has begun."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import Terminal

AT_IMPORT = """
import signal, sys
from julep.__main__ import main

class Interrupting:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            signal.raise_signal(getattr(signal, sys.argv[2]))

sys.meta_path.insert(0, Interrupting())
sys.exit(main(sys.argv[3:]))
"""


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("julep.cli.process", ["ls"]),
        ("click", ["ls"]),
        ("julep.cli.ls", ["ls"]),
        ("httpx", ["ls"]),
        ("uvicorn", ["serve", "--port", "0"]),
    ],
)
def test_an_import_may_be_interrupted(
    terminal: Terminal, module: str, arguments: list[str], number: str
) -> None:
    """The status is that of Ctrl-C at any time, and no traceback is shown."""
    done = subprocess.run(
        [sys.executable, "-c", AT_IMPORT, module, number, *arguments],
        capture_output=True,
        text=True,
        env=terminal.environment,
        check=False,
        cwd=terminal.environment["HOME"],
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr in {"\n", "\njulep: interrupted\n"}


def test_little_is_imported_before_the_command_minds_ctrl_c() -> None:
    """What takes longest to import is not: until `main` runs, Ctrl-C would show a traceback."""
    code = "import sys; before = set(sys.modules); import julep.__main__; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"typing", "enum", "signal", "collections", "click"} & set(done.stdout.split())
    assert "julep.types" not in done.stdout
