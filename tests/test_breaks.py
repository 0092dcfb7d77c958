"""Runs whose connection breaks: `python -m tests.faults.breaks` does so at every byte."""

from __future__ import annotations

from itertools import product

import pytest

from .faults.breaks import outcome, outcomes
from .faults.matrix import FACES

CASES: list[tuple[str, bool]] = list(product(FACES, (False, True)))
STEP = 64
"""Bytes between two places that are tried. The cases share them, since each is a run."""


@pytest.mark.slow
@pytest.mark.parametrize(("face", "has_tokens"), CASES)
def test_what_breaks_happens_once(face: str, has_tokens: bool) -> None:
    """At the ends of requests, of the work for them, and of answers, and in the midst of each."""
    sound = outcome(face, None, has_tokens=has_tokens)
    assert sound.is_right
    first = STEP * CASES.index((face, has_tokens))
    midst = range(first, sound.edges[-1], STEP * len(CASES))
    found = list(outcomes(face, sorted({*sound.edges, *midst}), has_tokens=has_tokens))
    assert [one for one in found if not one.is_right] == []


@pytest.mark.slow
@pytest.mark.parametrize("face", FACES)
def test_what_stays_broken_is_told_in_time(face: str) -> None:
    """Before an execution is known nobody was reached, and later it did not end in time."""
    edges = outcome(face, None).edges
    found = list(outcomes(face, edges, returns=False, timeout=1))
    unknown, known = ["APIConnectionError"] * 2, ["ExecutionTimeout"] * (len(edges) - 3)
    assert [one.result for one in found] == [*unknown, *known, 7]
    assert max(one.seconds for one in found) < 6
    assert max(one.starts for one in found) == 1
