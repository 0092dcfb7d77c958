"""The mutation tool finds what tests don't see."""

from __future__ import annotations

from pathlib import Path

import pytest

from .__main__ import PURE, ROOT, main
from .explained import EXPLAINED
from .mutations import mutants
from .trial import NothingToTell, nearest_tests

TOY = '''
def grade(points: int | None = 1) -> str:
    """The grade."""
    if not points:
        raise ValueError(f"{1 + 1}")
    return "good" if points >= 10 else "bad"
'''
SMALL = "def is_good(points): return points >= 10"
TESTS = """
from examples.marks import is_good

def test_grades():
    assert (is_good(9), is_good(11)) == (False, True)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project."""
    for name in ("examples", "julep", "tests"):
        (tmp_path / name).mkdir()
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        (tmp_path / name).touch()
    (tmp_path / "examples/marks.py").write_text(SMALL)
    (tmp_path / "tests/test_marks.py").write_text(TESTS)
    return tmp_path


def test_a_module_is_changed_in_one_place_at_a_time() -> None:
    """Neither annotations nor docstrings nor f-strings are; each mutant is a program."""
    found = mutants(TOY)
    assert [(mutant.line, mutant.name) for mutant in found] == [
        (2, "1 -> 2"),
        (4, "not points -> (not (not points))"),
        (4, "not points -> (points)"),
        (5, 'raise ValueError(f"{1 + 1}") -> pass'),
        (6, 'return "good" if points >= 10 else "bad" -> return None'),
        (6, "points >= 10 -> (not (points >= 10))"),
        (6, "points >= 10 -> (points > 10)"),
        (6, "10 -> 11"),
    ]
    for mutant in found:
        compile(mutant.applied(TOY), "toy", "exec")
        assert len({*mutant.applied(TOY).splitlines()} - {*TOY.splitlines()}) == 1


@pytest.mark.slow
def test_what_lives_is_printed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody tests the boundary; the rest is killed, and the source stays as it is."""
    assert main(["examples/marks.py"], root) == 1
    assert capsys.readouterr().out.splitlines() == [
        "examples/marks.py:1: points >= 10 -> (points > 10)",
        "examples/marks.py:1: 10 -> 11",
        "3 mutants: 1 killed, 2 live",
    ]
    assert (root / "examples/marks.py").read_text() == SMALL


@pytest.mark.slow
def test_tests_that_fail_anyway_are_told(root: Path) -> None:
    """They would kill everything."""
    (root / "tests/test_marks.py").write_text(f"{TESTS}    raise OSError")
    with pytest.raises(NothingToTell, match=r"examples/marks.py: tests/test_marks.py"):
        main(["examples/marks.py"], root)


def test_every_pure_module_has_tests_near_to_it() -> None:
    """Somebody imports it."""
    assert [module for module in PURE if not nearest_tests(ROOT, module)] == []


def test_explanations_are_about_what_is_there() -> None:
    """A change that can't be made any more needs no reason."""
    for module, reasons in EXPLAINED.items():
        names = {mutant.name for mutant in mutants((ROOT / module).read_text(encoding="utf-8"))}
        assert reasons.keys() <= names, module
        assert all(reasons.values())
