"""A server, and the command as a process that talks to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

import attrs
import pytest

from julep import Julep
from julep.cli.app import run
from julep.local import LocalServer

COMMAND: Final = [sys.executable, "-m", "julep"]
HOSTILE: Final = "\x1b]0;owned\x07\x9b31m\u202e"
"""What would rename the window, colour what follows and turn it around."""

FLOW: Final = """
name: flow
input_schema: {type: object, required: [n]}
main:
- evaluate: {n: $ _.n + 1}
  label: more
- wait_for_input:
    info: {question: Shall I?}
- evaluate: {n: "$ steps[0].output.n", ok: $ _}
"""


class Done(NamedTuple):
    """What became of a command."""

    returncode: int
    stdout: str
    stderr: str


@attrs.frozen
class Terminal:
    """Where commands are typed.

    Attributes:
        environment: Its variables.
    """

    environment: dict[str, str]

    def run(self, *arguments: str, typed: str = "") -> Done:
        """Run a command to its end in this process, which saves half a second each; in pipes."""
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() | self.environment.keys():
                if (value := self.environment.get(name)) is None:
                    patch.delenv(name)
                else:
                    patch.setenv(name, value)
            patch.setattr(sys, "stdin", StringIO(typed))
            with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as error:
                status = run(arguments)
        return Done(status, out.getvalue(), error.getvalue())

    def start(self, *arguments: str, typed: bytes = b"") -> Done:
        """Run a command to its end as a process."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=typed,
            capture_output=True,
            env=self.environment,
            check=False,
            timeout=60,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def variables(**more: str) -> dict[str, str]:
    """The environment of a command, without what the developer has set."""
    ours = ("JULEP_", "OPENAI_", "NO_COLOR", "FORCE_COLOR", "XDG_")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | more


@pytest.fixture(scope="package")
def server() -> Generator[LocalServer]:
    """The server of all tests here; each test makes what it needs."""
    with LocalServer() as server:
        yield server


@pytest.fixture(scope="package")
def client(server: LocalServer) -> Generator[Julep]:
    """A client of it."""
    with Julep(base_url=server.url, api_key=server.key) as client:
        yield client


@pytest.fixture
def terminal(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal whose variables name the server."""
    home = tmp_path_factory.mktemp("home")
    return Terminal(variables(JULEP_BASE_URL=server.url, JULEP_API_KEY=server.key, HOME=str(home)))


@pytest.fixture
def flow(tmp_path: Path) -> str:
    """A file with a task that asks something."""
    file = tmp_path / "flow.yaml"
    file.write_text(FLOW)
    return str(file)
