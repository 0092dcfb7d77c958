"""The lowest releases that the project allows are tried as they stand in its metadata."""

from __future__ import annotations

from pathlib import Path

from .floors import floors


def test_each_dependency_gets_its_lowest_release(tmp_path: Path) -> None:
    """Floors of every extra are constraints; pins and the project's own extras are left out."""
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\ndependencies = ["a-b>=1.2,<2"]\n'
        '[project.optional-dependencies]\nx = ["me[y]", "c[z]>=3"]\ny = ["d==4", "e"]\n'
    )
    assert list(floors(project)) == ["a-b==1.2", "c==3"]


def test_floors_that_safety_needs() -> None:
    """Jinja lets templates out of its sandbox before 3.1.6."""
    assert {"jinja2==3.1.6", "trio==0.31", "httpx==0.28"} <= set(floors())
