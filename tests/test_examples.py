"""The examples, run as their readers run them: as programs, with no account and no network."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from julep.local import LocalServer

from .real_server import RealServer

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
ECHO: Final = "[echo, the offline stand-in for a model]"

_SUPPORT: Final = [
    (
        "['on its way, at your door tomorrow', 'lost in the post'] "
        "A17 arrives tomorrow. B4 was lost, I am sorry."
    ),
    "Done: your 25 euros are on their way.",
]
_FOLDER: Final = [
    "3 added, 0 changed, 0 unchanged, 0 removed, 0 skipped",
    "['Saturday', 'Sunday'] by ['garden.txt']",
]
_WORKFLOW: Final = [
    f"{{'who': {who!r}, 'total': {total}, 'ordered': True}}"
    for who, total in (("Kim", 205), ("Lee", 9), ("Ada", 9), ("Joe", 9))
]

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
    "async_folder.py": _FOLDER,
    "async_support_bot.py": _SUPPORT,
    "async_workflow.py": _WORKFLOW,
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
    "folder.py": _FOLDER,
    "knowledge.py": [
        "documents: 3 added, 0 changed, 0 unchanged, 0 removed, 0 skipped",
        "documents: 0 added, 0 changed, 3 unchanged, 0 removed, 0 skipped",
        "found: garden.txt well enough",
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
    "support_bot.py": _SUPPORT,
    "tools.py": [
        "call: copies_left {'title': 'Momo'}",
        "answer: Yes, two copies of Momo are on the shelf.",
    ],
    "workflow.py": _WORKFLOW,
}
LONGEST: Final = {"support_bot.py": 20, "folder.py": 12, "workflow.py": 12}
"""How many lines of code three programs may have, whichever face they use."""


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
    path = EXAMPLES / name.removeprefix("async_")
    for node in parsed(path).body if path.exists() else []:
        if isinstance(node, ast.AnnAssign) and node.value and ast.unparse(node.target) == "SAID":
            said: list[Any] = ast.literal_eval(node.value)
            return said
    return []


def parsed(path: Path) -> ast.Module:
    """The syntax tree of an example."""
    return ast.parse(path.read_text(encoding="utf-8"))


def lines_of_code(path: Path) -> int:
    """Count the lines without blank ones, comments, docstrings, and the constants that are data."""
    tree = parsed(path)
    lines: set[int] = set()
    for statement in tree.body:
        lines |= set() if _is_data(statement) else _lines(statement)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines -= _lines(node)
    text = path.read_text(encoding="utf-8").splitlines()
    return sum(bool(text[line - 1].partition("#")[0].strip()) for line in lines)


def _lines(node: ast.stmt) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def _is_data(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return all(isinstance(target, ast.Name) and target.id.isupper() for target in targets)


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
        if said := said_offline(name):
            embedded.replies.add(*said)
        lines = run(name, JULEP_BASE_URL=server.url, JULEP_API_KEY=embedded.key)
    assert [line for line in lines if line in expected] == expected


def test_every_example_is_run() -> None:
    """No example is left out here."""
    assert {path.name for path in EXAMPLES.glob("*.py")} == {"_shared.py", *PRINTED}


@pytest.mark.parametrize("face", ["", "async_"])
@pytest.mark.parametrize("name", LONGEST)
def test_the_programs_are_short(face: str, name: str) -> None:
    """What a program has to say itself fits into a few lines, on both faces."""
    assert lines_of_code(EXAMPLES / f"{face}{name}") <= LONGEST[name]
