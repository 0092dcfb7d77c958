"""`doctor`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Terminal

ALL = ["address", "tls", "prefix", "key", "generation", "model", "embeddings"]


def checks(terminal: Terminal, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and what was found by its name."""
    done = terminal.run("doctor", "--json", *arguments)
    told = json.loads(done.stdout)
    assert told["ok"] is (done.returncode == 0)
    return done.returncode, {one["name"]: one for one in told["checks"]}


def test_a_server_that_is_well_passes(terminal: Terminal) -> None:
    """Each thing is looked at, in order, and a line in a terminal."""
    status, found = checks(terminal)
    assert (status, list(found)) == (0, ALL)
    assert {one["state"] for one in found.values()} == {"ok"}
    lines = terminal.run("doctor").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", name] for name in ALL]


@pytest.mark.parametrize(
    ("arguments", "failed", "fix"),
    [
        (["--base-url", "http://127.0.0.1:1"], "address", "whether the server runs there"),
        (["--base-url", "localhost"], "address", "write it like http"),
        (["--api-key", "wrong"], "key", "api_key"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    terminal: Terminal, arguments: list[str], failed: str, fix: str
) -> None:
    """The rest depends on it, and isn't looked at."""
    status, found = checks(terminal, *arguments)
    assert (status, list(found)[-1], found[failed]["state"]) == (1, failed, "failed")
    assert fix in found[failed]["fix"]
