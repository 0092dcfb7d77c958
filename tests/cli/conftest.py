"""A server, and the command as a process that talks to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from typing import Final

import attrs
import pytest

from julep import Julep
from julep.local import LocalServer

COMMAND: Final = [sys.executable, "-m", "julep"]
HOSTILE: Final = "\x1b]0;owned\x07\x9b31m\u202e"
"""What would rename the window, colour what follows and turn it around."""


@attrs.frozen
class Terminal:
    """Where commands are typed.

    Attributes:
        environment: Its variables.
    """

    environment: dict[str, str]

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in pipes to its end."""
        return subprocess.run(
            [*COMMAND, *arguments],
            input=typed,
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
            timeout=60,
        )


def variables(**more: str) -> dict[str, str]:
    """The environment of a command, without what the developer has set."""
    ours = ("JULEP_", "OPENAI_", "NO_COLOR", "FORCE_COLOR")
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
