"""The distribution's name, its licence, and the other product that goes by the import's name."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import julep

_PACKAGE = Path(julep.__file__).parent
_ROOT = _PACKAGE.parent


def _import_beside(folder: Path, *neighbours: str) -> str:
    shutil.copytree(
        _PACKAGE, folder / "julep", ignore=shutil.ignore_patterns("local", "__pycache__")
    )
    for name in neighbours:
        (folder / name).mkdir()
    code = "import julep; import julep._version; from julep import JulepError"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stderr


def test_the_other_product_is_warned_of_once(tmp_path: Path) -> None:
    """Two distributions that overwrite each other's files are told, with the way out."""
    told = _import_beside(tmp_path, "julep-3.0.0.dist-info", "julep_sdk-0.1.0.dist-info")
    assert told.count("UserWarning") == 1
    assert "pip uninstall julep julep-sdk" in told


@pytest.mark.parametrize("neighbour", ["julep_sdk-0.1.0.dist-info", "julep_cli-1.0.dist-info"])
def test_others_are_not_warned_of(tmp_path: Path, neighbour: str) -> None:
    """This distribution, and others whose names begin alike, are no trouble."""
    assert _import_beside(tmp_path, neighbour) == ""


def test_the_licence_is_named_and_there() -> None:
    """Metadata and file say the same, and the extras are this distribution's own."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["name"], project["license"]) == ("julep-sdk", "Apache-2.0")
    assert "Apache License" in (_ROOT / "LICENSE").read_text(encoding="utf-8")
    extras = project["optional-dependencies"]
    assert "julep-sdk[local]" in extras["embeddings"]
    assert "julep-sdk[cli,local]" in extras["test"]
