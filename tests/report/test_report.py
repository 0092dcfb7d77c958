"""The report goes on working, whatever becomes of its parts; the figures are not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.benchmarks.missing import skipped
from tests.benchmarks.table import Row, read

from . import readme
from .__main__ import summed_up
from .apart import python_of
from .parts import SCALES, Part, chosen, parts
from .running import ROOT, found

TESTED_ALONE = {"durability", "soak"}
"""Their tests run the same, and they take their time."""
GOOD = Row("a call", "of httpx", 0.5, 1.0, "fast")
MISSED = Row("a call", "of httpx", 2.0, 1.0)


def of(program: str, seconds: float = 60) -> list[Row | str]:
    """What the report has of a part that is this program."""
    return list(found(Part("group", "name", ("-c", program), seconds)))


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_report_has_rows_of_every_part() -> None:
    """One that does as little as possible: no part breaks down, and the README's rows are there."""
    names = [part.name for part in parts(SCALES[0]) if part.name not in TESTED_ALONE]
    command = [sys.executable, "-m", "tests.report", "--scale", SCALES[0]]
    command += [word for name in names for word in ("--only", name)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    rows = [row for line in done.stdout.splitlines() if (row := read(line))]
    works = [row.work for row in rows]
    assert [row for row in rows if row.unit == "crashes"] == []
    assert len(works) == len(set(works))
    assert set(readme.SHOWN) <= set(works)
    assert [name for name in names if f"{name} …" not in done.stderr] == []
    assert len(readme.table(rows)) == len(readme.SHOWN) + 2


def test_a_part_gives_its_rows_and_its_other_tables() -> None:
    """What else it prints is left out, and the heading of the rows too."""
    program = f"print('words'); print('| work | measured | goal | |'); print({str(GOOD)!r}); print('| a | b |')"
    assert of(program) == [GOOD, "| a | b |"]


def test_a_part_without_rows_is_one_itself() -> None:
    """With the last that it said."""
    assert of("print('3 passed')") == [Row("name", "failures", 0, 0, "3 passed")]


def test_a_part_that_breaks_down_is_a_row() -> None:
    """After the rows that it gave; an exit status that only says that one is missed adds nothing."""
    (crash,) = of("1 / 0")
    assert str(crash) == (
        "| name | 1.00 crashes | ≤ 0.00 | **missed** ended with 1: ZeroDivisionError: division by zero |"
    )
    rows = of(f"import os; print({str(GOOD)!r}, flush=True); os.kill(os.getpid(), 9)")
    assert rows == [GOOD, Row("name", "crashes", 1, 0, f"ended with -9: {GOOD}")]
    assert of(f"print({str(MISSED)!r}); raise SystemExit(1)") == [MISSED]


@pytest.mark.parametrize(
    ("program", "needs"),
    [
        ("import nothing_of_ours", "nothing_of_ours"),
        ("raise ImportError('install it with: pip install \"julep-sdk[local]\"')", "julep[local]"),
    ],
)
def test_a_part_that_needs_more_than_is_installed_is_skipped(program: str, needs: str) -> None:
    """Which is a line, and no figure; a module of ours that is missing is a failure."""
    assert of(program) == [f"| name | skipped: needs {needs} | | |"]
    assert of(f"print({skipped('a', 'b')!r})") == ["| a | skipped: needs b | | |"]
    (crash,) = of("import julep.nothing")
    assert "No module named 'julep.nothing'" in str(crash)


@pytest.mark.slow
def test_a_part_that_takes_too_long_is_ended() -> None:
    """With what it started: it would hold the output open, so that the test ran out of time."""
    program = (
        "import subprocess, sys, time; sleep = 'import time; time.sleep(600)'; "
        "subprocess.Popen([sys.executable, '-c', sleep], stderr=subprocess.DEVNULL); exec(sleep)"
    )
    (row,) = of(program, seconds=1)
    assert isinstance(row, Row)
    assert (row.unit, row.note) == (
        "crashes",
        "took more than 1 s, and ended with -2: KeyboardInterrupt",
    )


@pytest.mark.slow
def test_speed_is_measured_apart(tmp_path: Path) -> None:
    """Where a part needs little, in an environment that has that and the run-time dependencies, and no more."""
    part = Part("group", "name", ("-c", "import httpx, cattrs; import pydantic"), 60, packages=())
    python = python_of(part, tmp_path)
    (row,) = found(part, python)
    assert row == "| name | skipped: needs pydantic | | |"
    assert python_of(part, tmp_path) == python
    assert python_of(part._replace(packages=None), tmp_path) == sys.executable


def test_parts_can_be_chosen() -> None:
    """By name or by group; other SDKs come only where they are asked for, and always last."""
    names = [part.name for part in chosen("quick", ["load", "speed"], with_peers=True)]
    assert names[0] == "calls"
    assert names[-2:] == ["load", "peers"]
    assert "peers" not in [part.name for part in chosen("full", [], with_peers=False)]
    with pytest.raises(ValueError, match="no part is called 'lod'"):
        chosen("quick", ["lod"], with_peers=False)


@pytest.mark.parametrize("scale", SCALES)
def test_a_scale_has_a_profile_of_hypothesis(scale: str) -> None:
    """One that the tests register: what is missing would only be seen at that scale."""
    (properties,) = [part for part in parts(scale) if part.group == "properties"]
    assert settings.get_profile(properties.settings["HYPOTHESIS_PROFILE"]).max_examples >= 50


def test_what_falls_short_is_listed() -> None:
    """With its figures and its goal."""
    assert list(summed_up([GOOD])) == ["\nFalls short: nothing\n"]
    assert list(summed_up([GOOD, MISSED])) == [
        "\nFalls short: 1\n",
        "- a call: 2.00 of httpx, goal 1.00.",
    ]


def test_the_readme_shows_rows_of_the_report() -> None:
    """Those that the report knows, in its order, each with a figure."""
    lines = readme.PAGE.read_text(encoding="utf-8").splitlines()
    names = [name for name, _ in map(readme.cells, readme.shown(lines))]
    assert names == list(readme.SHOWN.values())


def test_a_run_replaces_what_the_readme_shows(tmp_path: Path) -> None:
    """And nothing else of the page; nothing at all if a row is missing."""
    rows = [Row(work, "of httpx", number, 1) for number, work in enumerate(readme.SHOWN)]
    page = tmp_path / "README.md"
    page.write_text(
        "a\n\n| What julep takes | time |\n|---|---|\n| old | row |\n\nb\n", encoding="utf-8"
    )
    readme.write(rows, page)
    first = f"| {next(iter(readme.SHOWN.values()))} | 0.00 of the same by httpx |"
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"a\n\n| What julep takes | time |\n|---|---|\n{first}\n")
    assert text.endswith("\n\nb\n")
    with pytest.raises(ValueError, match="was not measured"):
        readme.write(rows[1:], page)
    assert page.read_text(encoding="utf-8") == text
