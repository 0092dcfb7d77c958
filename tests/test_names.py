"""The names of the package: which are offered, and which can be imported besides."""

from __future__ import annotations

import ast
from pathlib import Path

import julep
from julep import types
from julep.types import seed

LISTED: list[str] = vars(julep)["__all__"]


def test_the_package_tells_on_one_screen_where_to_begin() -> None:
    """`help(julep)` begins with entry points, and with where the rest is."""
    lines = (julep.__doc__ or "").splitlines()
    assert 24 <= len(lines) <= 40
    assert max(map(len, lines)) <= 80


def test_public_names_are_few_sorted_and_there() -> None:
    """Everything in `__all__` can be imported, is listed once, and is something that people need."""
    assert sorted(set(LISTED)) == LISTED
    assert [name for name in LISTED if not hasattr(julep, name)] == []
    assert len(LISTED) < 80
    assert [name for name in LISTED if name.startswith(("Base", "Create", "Update"))] == []
    assert [name for name in LISTED if name.endswith(("Step", "StepDict", "Type"))] == []


def test_only_what_is_listed_is_completed() -> None:
    """`dir`, which notebooks complete from, has nothing that is there for the package's own use."""
    assert set(dir(julep)) == {*LISTED, "errors", "types"}
    assert set(dir(types)) == set(vars(types)["__all__"])


def test_checkers_see_all_that_can_be_imported() -> None:
    """The names that jedi is not to complete are those of the types and of 2024 that aren't listed."""
    source = (Path(julep.__file__).parent / "_unlisted.py").read_text(encoding="utf-8")
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    hidden = [alias.asname for node in nodes for alias in node.names if alias.asname]
    assert sorted(hidden) == sorted({*vars(types)["__all__"], *seed.__all__} - set(LISTED))


def test_what_is_not_listed_imports_all_the_same() -> None:
    """Request bodies, steps and enums come from the package itself."""
    others = {"Stream", "Sync", "Client", "APIStatusError", *vars(types)["__all__"]} - set(LISTED)
    assert len(others) > 150
    assert [name for name in others if not hasattr(julep, name)] == []


def test_all_documented_names_come_from_the_package() -> None:
    """The 344 names of the document import from `julep` itself."""
    assert len(seed.__all__) == 344
    missing = [name for name in seed.__all__ if getattr(julep, name) is not getattr(seed, name)]
    assert missing == []
