"""The examples, run as their readers run them: as programs, with no account and no network."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from julep.local import LocalServer

from .imitated_server import ImitatedServer

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
ECHO: Final = "[echo, the offline stand-in for a model]"

_SUPPORT: Final = [
    (
        "['on its way, at your door tomorrow', 'lost in the post'] "
        "A17 arrives tomorrow. B4 was lost, I am sorry."
    ),
    "Done: your 25 euros are on their way.",
]
PRINTED: Final[dict[str, list[str]]] = {
    "async_support_bot.py": _SUPPORT,
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
    "files_and_secrets.py": [
        "stored: garden.txt text/plain",
        "the same: True",
        "secrets: [('weather_key', 'ENCRYPTED')]",
    ],
    "flat_client.py": [
        "created: ResourceCreated",
        "listed: Librarian, Helper",
        "deleted it: True",
    ],
    "human_approval.py": [
        "transition: wait",
        "question: Approve 205 for Kim?",
        "transition: finish",
        "output: ordered by Lee",
    ],
    "knowledge_from_folder.py": [
        "files: 3 added, 0 changed, 0 unchanged, 0 removed, 0 skipped",
        "files: 0 added, 0 changed, 3 unchanged, 0 removed, 0 skipped",
        "knows: ['garden.txt', 'lending.txt', 'rooms.txt']",
        "found: garden.txt - The garden",
        f"answer: {ECHO} Who may come into the garden, and when is it open?",
    ],
    "map_csv.py": ["Lamp   good", "Chair  bad", "Desk   good", "Shelf  bad"],
    "quickstart.py": [
        f"answer:   {ECHO} When is the library open on Friday?",
        "recalled: ['Opening hours']",
        "history:  user: When is the library open on Friday?",
        f"history:  assistant: {ECHO} When is the library open on Friday?",
        "history:  user: And on Monday?",
        f"history:  assistant: {ECHO} And on Monday?",
    ],
    "search.py": [
        f"{how:9} Lending: Books are lent for four weeks. You can renew them twice."
        for how in ("text", "vector", "hybrid", "filtered")
    ],
    "streaming_chat.py": [
        "Ada:       When is the library open?",
        f"librarian: {ECHO} When is the library open?",
        "(12 words, stop)",
        f"librarian: {ECHO} And on Friday?",
    ],
    "support_bot.py": _SUPPORT,
    "task_from_yaml.py": [
        "problems: []",
        "asked: Approve 205 for Kim?",
        "output: {'who': 'Kim', 'total': 205, 'ordered': True}",
        "output: {'who': 'Lee', 'total': 9, 'ordered': True}",
    ],
    "tokens_and_calls.py": [
        *["POST …/chat: 201, attempt 1"] * 3,
        "3 answers: 159 tokens asked, 49 answered, 208 in all",
    ],
    "typed_answers.py": ["Ada is angry and wants:", "- a new lamp", "- delivery by Friday"],
}
SERVED: Final = "fastapi_backend.py"
"""What goes on until it is stopped; its tests run it."""
TESTS: Final = sorted(path.name for path in EXAMPLES.glob("test_*.py"))
LONGEST: Final = 70
"""How many lines an example may have."""
LONGER: Final = {SERVED: 195, f"test_{SERVED}": 120}
"""How many a whole backend may have."""


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


def said_offline(name: str) -> list[Any]:
    """What the model of an example says offline."""
    module = runpy.run_path(str(EXAMPLES / name))
    said: list[Any] = module.get("SAID", [])
    return said


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_example_prints_what_it_is_about(name: str) -> None:
    """An example runs to its end without a warning, and prints these lines in this order."""
    expected = PRINTED[name]
    assert [line for line in run(name) if line in expected] == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PRINTED))
def test_example_does_the_same_as_in_2025(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs as it stands on an imitated server, which resets fields and resumes late."""
    expected = PRINTED[name]
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    with LocalServer() as embedded, ImitatedServer(embedded) as server:
        if said := said_offline(name):
            embedded.replies.add(*said)
        lines = run(name, JULEP_BASE_URL=server.url, JULEP_API_KEY=embedded.key)
    assert [line for line in lines if line in expected] == expected


def test_every_example_is_run() -> None:
    """No example is left out here."""
    assert {path.name for path in EXAMPLES.glob("*.py")} == {"_shared.py", SERVED, *TESTS, *PRINTED}


@pytest.mark.slow
@pytest.mark.parametrize("name", TESTS)
def test_the_tests_of_an_example_pass(name: str) -> None:
    """In a checkout, where nobody has to have the plugins that the project's own tests use."""
    command = [sys.executable, "-m", "pytest", name, "-p", "no:cacheprovider", "-p", "no:timeout"]
    done = subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, check=False)
    count = (EXAMPLES / name).read_text(encoding="utf-8").count("def test_")
    assert f"{count} passed in" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: str(path.name))
def test_an_example_tells_one_story(path: Path) -> None:
    """It fits on a screen or two."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGER.get(path.name, LONGEST)
