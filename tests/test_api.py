"""What programs can rely on stands in a file, so that it changes by decision and never by accident."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from .api import FILE, written


def test_the_public_api_is_the_one_that_is_written_down() -> None:
    """Names, signatures, fields and commands; who means a change writes the file anew."""
    before = FILE.read_text(encoding="utf-8").splitlines()
    changes = list(unified_diff(before, written().splitlines(), "before", "now", lineterm="", n=0))
    if changes:
        what_to_do = "If that is meant, run `python -m tests.api`, and tell users in the changelog."
        pytest.fail("\n".join([*changes, what_to_do]), pytrace=False)


def test_it_holds_what_programs_use() -> None:
    """Clients of both faces and of 2024, what is beside them, models and their fields, the command."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    starts = {
        "AsyncJulep.aclose(",
        "api_client.agents_route_create(",
        "class julep.errors.NotFoundError(",
        "client(*, api_key: str | None",
        "client.sessions.chat.stream(",
        "julep.AgentsAgent = ",
        "julep.local.LocalServer.start(",
        "julep.testing.julep_server",
        "julep.tool(",
        "julep.types.Agent.id: str",
        "$ julep chat --json",
    }
    missing = {start for start in starts if not any(line.startswith(start) for line in lines)}
    assert missing == set()
    assert len(lines) == len(set(lines))
    assert [line for line in lines if " at 0x" in line] == []
