"""Pages for maintainers speak of what is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Final

import pytest

from julep import Julep

from .recorded import DATA, exchanges, recorded_2025
from .test_architecture import LATE, OF_SDK, part_of, parts_imported

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "julep"
PAGES: Final = sorted(PACKAGE.rglob("*.md"))
_CODE: Final = re.compile(r"`([^`\n]+)`")
_FILE: Final = re.compile(r"[\w./]+(?:\.py|\.md|\.jsonl|/)")
_NAME: Final = re.compile(r"[A-Z]\w*[a-z]\w*(?:\.\w+)*")
_METHOD: Final = re.compile(r"[a-z]+(?:\.[a-z_]+)+")
_RECORDING: Final = re.compile(r"(2024|2025|cases)/\w+")


@cache
def defined() -> frozenset[str]:
    """Every name that a module of the package defines, imports or assigns."""
    names: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    names.add(node.name)
                case ast.Name(id=name) | ast.alias(name=name) | ast.Attribute(attr=name):
                    names.update(name.split("."))
                case _:
                    pass
    return frozenset(names)


def code_of(page: Path) -> list[str]:
    """What stands between backticks on a page."""
    return _CODE.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_pages_name_exist(page: Path) -> None:
    """Paths are below the package, beside the page, or in the tests."""
    named = [code for code in code_of(page) if _FILE.fullmatch(code)]
    places = (PACKAGE, page.parent, ROOT)
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_levels_stand_in_the_order_of_imports() -> None:
    """No module that the table names imports one that stands below it, except late."""
    table = (PACKAGE / "ARCHITECTURE.md").read_text("utf-8").partition("| level |")[2]
    rows = table.partition("\n\n")[0].splitlines()
    names = [_CODE.findall(row.split("|")[1]) for row in rows[2:]]
    at = {
        name.strip("/").removesuffix(".py"): row for row, each in enumerate(names) for name in each
    }
    wrong = {
        (part, used)
        for path in OF_SDK
        if (part := part_of(path)) in at
        for used in parts_imported(path) & at.keys()
        if at[used] > at[part] and (part, used) not in LATE
    }
    assert len(at) > 20
    assert wrong == set()


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "SERVERS.md"])
def test_names_on_the_pages_exist(page: str) -> None:
    """Each class or method that they speak of is defined somewhere in the package."""
    named = [code for code in code_of(PACKAGE / page) if _NAME.fullmatch(code)]
    assert named
    assert [name for name in named if not set(name.split(".")) <= defined()] == []


def test_recordings_that_the_page_of_servers_names_exist() -> None:
    """Each is one that the tests replay, of a server of 2024 or of 2025, or a case of a workflow."""
    cases = [path.stem for path in (DATA / "workflow_cases").glob("*.yaml")]
    names = {"2024": exchanges(), "2025": recorded_2025(), "cases": cases}
    there = {f"{server}/{name}" for server, recorded in names.items() for name in recorded}
    named = {code for code in code_of(PACKAGE / "SERVERS.md") if _RECORDING.fullmatch(code)}
    assert len(named) > 40
    assert named - there == set()


def test_methods_that_the_page_of_servers_names_exist() -> None:
    """Each is one of a client, such as `executions.status.stream`."""
    codes = [code for code in code_of(PACKAGE / "SERVERS.md") if not _FILE.fullmatch(code)]
    named = [code for code in codes if _METHOD.fullmatch(code)]
    with Julep(base_url="http://julep.test") as client:
        found = [attrgetter(name)(client) for name in named]
    assert len(found) > 5
