"""The commands that the guide shows."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from julep.local import LocalServer
from tests.cli.conftest import COMMAND, Terminal
from tests.test_readme import GUIDE, ROOT, sections


@pytest.mark.slow
def test_commands_print_what_stands_below_them(
    terminal: Terminal, server: LocalServer, tmp_path: Path
) -> None:
    """One after the other, with the agent that the page begins with."""
    (section,) = (one for one in sections(GUIDE) if one.heading == "Command line")
    opening, shown = section.blocks
    assert (opening.language, shown.language) == ("python", "console")
    names: dict[str, Any] = {}
    address = f"Julep(base_url={server.url!r}, api_key={server.key!r})"
    exec(opening.text.replace("Julep.local()", address), names)
    names["client"].close()
    (tmp_path / "julep").write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
    (tmp_path / "julep").chmod(0o755)
    commands = [line[2:] for line in shown.text.splitlines() if line.startswith("$ ")]
    path = f"{tmp_path}:{terminal.environment['PATH']}"
    written = ""
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            capture_output=True,
            text=True,
            cwd=ROOT / "examples",
            env={**terminal.environment, "PATH": path, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        written += f"$ {command}\n{done.stdout}"
    assert written == shown.text
