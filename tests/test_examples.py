"""The examples, run as their readers run them: as programs, with no account and no network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from julep.local import LocalServer

from .real_server import RealServer

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
ECHO: Final = "[echo, the offline stand-in for a model]"

PRINTED: Final[dict[str, list[str]]] = {
    "approval.py": [
        "transition: wait",
        "question: Approve 25 for Kim?",
        "transition: finish",
        "output: ordered by Lee",
    ],
    "async_backend.py": [
        f"Where is the station? -> {ECHO} Where is the station?",
        f"When does it close? -> {ECHO} When does it close?",
    ],
    "errors.py": [
        "missing: 404 Agent not found during get",
        "refused: name - String should have at most 255 characters",
        (
            "key: the key came from api_key and was sent as Authorization; "
            "some servers look at X-Auth-Key (auth_key)"
        ),
        (
            "options: base_url 'localhost:8080' is not an address. "
            "Use one such as http://localhost:8080/api"
        ),
        "argument: agent_id is empty; pass the id of an existing resource",
        "no answer: 2 attempts, delivered: False",
    ],
    "flat_client.py": [
        "created: ResourceCreated",
        "listed: Librarian, Helper",
        "deleted it: True",
    ],
    "quickstart.py": [
        f"answer:   {ECHO} When is the library open on Friday?",
        "recalled: ['Opening hours']",
        f"streamed: {ECHO} And on Monday?",
        "history:   user: When is the library open on Friday?",
        f"history:   assistant: {ECHO} When is the library open on Friday?",
        "history:   user: And on Monday?",
        f"history:   assistant: {ECHO} And on Monday?",
        "agents:   Helper 2, Helper 1, Helper 0, Librarian",
    ],
    "search.py": [
        f"{how:9} Lending: Books are lent for four weeks. You can renew them twice."
        for how in ("text", "vector", "hybrid", "filtered")
    ],
    "tools.py": [
        "call: copies_left {'title': 'Momo'}",
        "answer: Yes, two copies of Momo are on the shelf.",
    ],
}


def run(name: str, **settings: str) -> list[str]:
    """The lines that an example prints."""
    ours = ("JULEP_", "OPENAI_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environment |= settings
    command = [sys.executable, "-W", "error", str(EXAMPLES / name)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_example_prints_what_it_is_about(name: str) -> None:
    """An example runs to its end without a warning, and prints these lines in this order."""
    expected = PRINTED[name]
    assert [line for line in run(name) if line in expected] == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PRINTED))
def test_example_does_the_same_on_a_real_server(name: str) -> None:
    """It runs as it stands where fields are reset, models are asked for, and resumes come late."""
    expected = PRINTED[name]
    with LocalServer() as embedded, RealServer(embedded) as server:
        if name == "tools.py":
            embedded.replies.add(tool_calls=[("copies_left", {"title": "Momo"})])
            embedded.replies.add("Yes, two copies of Momo are on the shelf.")
        lines = run(name, JULEP_BASE_URL=server.url, JULEP_API_KEY=embedded.key)
    assert [line for line in lines if line in expected] == expected


def test_every_example_is_run() -> None:
    """No example is left out here."""
    assert {path.name for path in EXAMPLES.glob("*.py")} == {"server.py", *PRINTED}
