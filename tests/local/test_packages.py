"""Each package of the server has tests of its own, which import what they test."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import julep.local
from tests.mutants.trial import names_imported_by

PACKAGE = Path(julep.local.__file__).parent
TESTS = Path(__file__).parent
WITHOUT: dict[str, str] = {
    "worker/__main__.py": "is a process, and acts when it is imported",
}
"""Modules that no test can import, and why."""
MODULES = sorted(str(file.relative_to(PACKAGE)) for file in PACKAGE.rglob("*.py"))


def does_something(module: str) -> bool:
    """Whether a module has a function with more to it than a promise."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return any(not _is_promise(function) for function in functions) or any(
        isinstance(node, ast.AsyncFunctionDef) and not _is_promise(node) for node in ast.walk(tree)
    )


def _is_promise(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(
        isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        for each in function.body
    )


@pytest.mark.parametrize("module", [each for each in MODULES if does_something(each)])
def test_a_module_is_imported_by_a_test_of_its_package(module: str) -> None:
    """Tests that reach it through others see what it is for, and not its edges."""
    path = Path(module).with_suffix("")
    dotted = ".".join(("julep", "local", *path.parts)).removesuffix(".__init__")
    tests = (TESTS / path.parent).glob("test_*.py")
    is_imported = any(dotted in names_imported_by(test) for test in tests)
    assert is_imported is (module not in WITHOUT)


def test_what_has_no_test_is_there() -> None:
    """An exception for what is gone is none."""
    assert WITHOUT.keys() <= set(MODULES)
