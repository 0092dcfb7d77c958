"""Running tests on one mutant after the other, in a copy of the tree."""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import attrs

from .mutations import Mutant

_COPIED: Final = ("julep", "tests", "examples", "pyproject.toml", "README.md", "CHANGELOG.md")
_PYTEST: Final = (
    *("-m", "pytest", "-x", "-q", "-m", "not slow"),
    *("-p", "no:cacheprovider", "--no-header", "-o", "addopts=", "--timeout=60"),
)
_LEAST_SECONDS: Final = 10.0
_TIMES_AS_LONG: Final = 5


class NothingToTell(Exception):
    """The tests fail on the module as it is, so that they say nothing of its mutants."""


@cache
def names_imported_by(file: Path) -> frozenset[str]:
    """The dotted names of all that a file imports, as modules and as what is in them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return frozenset(names)


def nearest_tests(root: Path, module: str) -> list[str]:
    """The test files that import a module: those that are called after it, or else all of them.

    What a private package holds may be tested through the package.
    """
    path = Path(module).with_suffix("")
    dotted = {".".join(path.parts).removesuffix(".__init__")}
    if path.parent.name.startswith("_"):
        dotted.add(".".join(path.parent.parts))
    files = sorted((root / "tests").rglob("test_*.py"))
    near = [file for file in files if dotted & names_imported_by(file)]
    named = [file for file in near if file.name == f"test_{path.name.strip('_')}.py"]
    return [str(file.relative_to(root)) for file in named or near]


@attrs.frozen
class Trial:
    """One module, the tests that are run on its mutants, and how long they may take.

    Attributes:
        copy: A copy of the tree, which is changed.
        module: The file within it.
    """

    copy: Path
    module: str
    tests: Sequence[str]
    limit: float = attrs.field(
        init=False, default=attrs.Factory(lambda self: self.measured(), takes_self=True)
    )

    def measured(self) -> float:
        """Return the limit by what the tests take on the module as it is."""
        started = time.monotonic()
        if self._status(_LEAST_SECONDS * 60) != 0:
            raise NothingToTell(f"{self.module}: {' '.join(self.tests) or 'no tests'}")
        return max(_LEAST_SECONDS, _TIMES_AS_LONG * (time.monotonic() - started))

    def kills(self, mutant: Mutant) -> bool:
        """Whether a test fails on a mutant, or doesn't end."""
        file = self.copy / self.module
        source = file.read_text(encoding="utf-8")
        file.write_text(mutant.applied(source), encoding="utf-8")
        try:
            return self._status(self.limit) != 0
        finally:
            file.write_text(source, encoding="utf-8")

    def _status(self, limit: float) -> int | None:
        # Written code would be taken for that of the next mutant of the same second and size.
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(self.copy)}
        process = subprocess.Popen(
            [sys.executable, *_PYTEST, *self.tests],
            cwd=self.copy,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def copied(root: Path, target: Path) -> Path:
    """A copy of what the tests need."""
    for name in _COPIED:
        if (root / name).is_dir():
            shutil.copytree(root / name, target / name, ignore=shutil.ignore_patterns(".*"))
        else:
            shutil.copy2(root / name, target / name)
    return target


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the tests and the servers that they started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
