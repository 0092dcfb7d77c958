"""Docstrings have one form; that their first line is imperative is ruff's D401."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import julep

PACKAGE = Path(julep.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
SECTION = re.compile(r"^(?:Args|Attributes|Raises):\n((?:    .*\n|\n)+)", re.MULTILINE)
ENTRY = re.compile(r"^    [\w*]+: (.*)", re.MULTILINE)


def entries(path: Path) -> Iterator[str]:
    """What a file's docstrings say of arguments, attributes and errors."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for section in SECTION.findall(f"{ast.get_docstring(node)}\n"):
                yield from ENTRY.findall(section)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_entries_are_sentences(path: Path) -> None:
    """Each begins with a capital, or with code."""
    assert [entry for entry in entries(path) if entry[0].islower()] == []


def test_entries_are_found() -> None:
    """The test above looks at several hundred."""
    assert len([entry for path in FILES for entry in entries(path)]) > 300
