"""The versions that users are told of are those of a run, and of this project's metadata."""

from __future__ import annotations

import os
import tomllib

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from .floors import PROJECT, floors
from .versions import HEAD, PAGE, TOOLS, installed, page, read, spans


def test_spans_reach_from_the_oldest_to_the_newest() -> None:
    """Versions are compared as such, and one that only some environments have counts too."""
    runs = [{"Python": "3.11.7", "a": "1.9"}, {"Python": "3.9.2", "a": "1.10", "b": "2"}]
    found = spans(runs)
    assert found == {"Python": ("3.9.2", "3.11.7"), "a": ("1.9", "1.10"), "b": ("2", "2")}
    assert list(read(page(found))) == [(name, *span) for name, span in found.items()]


def test_what_is_installed_is_told() -> None:
    """Python, and the dependencies of the project that are there."""
    found = installed()
    assert {"Python", "httpx", "attrs", "cattrs", "anyio"} <= set(found)


@pytest.mark.skipif("KEEP_VERSIONS" in os.environ, reason="the page is written after this run")
def test_the_page_is_of_a_run_with_these_requirements() -> None:
    """The oldest are the lowest that are allowed; where that is changed, `.ci/run --keep` writes it anew."""
    text = PAGE.read_text(encoding="utf-8")
    told = {name: (Version(oldest), Version(newest)) for name, oldest, newest in read(text)}
    lowest = {name: Version(number) for name, number in (line.split("==") for line in floors())}
    described = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    assert text.startswith(HEAD)
    assert {name for name in told if name != "Python"} <= set(lowest) - TOOLS
    assert {one.partition(">=")[0] for one in described["dependencies"]} <= set(told)
    assert {name for name in lowest.keys() & told if told[name][0] < lowest[name]} == set()
    assert all(oldest <= newest for oldest, newest in told.values())
    first, last = told["Python"]
    pythons = SpecifierSet(described["requires-python"])
    assert first in pythons
    assert (
        f"Programming Language :: Python :: {first.major}.{first.minor}" in described["classifiers"]
    )
    assert (
        f"Programming Language :: Python :: {last.major}.{last.minor}" in described["classifiers"]
    )
