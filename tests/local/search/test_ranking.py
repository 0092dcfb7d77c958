"""Scores on one scale, and results that differ from each other."""

from __future__ import annotations

import random
from array import array

import numpy as np
import pytest

from julep.local.search.ranking import distribution_based, diverse, fused, in_order


def test_the_mean_is_in_the_middle_and_three_deviations_reach_the_ends() -> None:
    """As distribution-based score fusion has it, for scores of any size."""
    scaled = distribution_based({"a": 10.0, "b": 20.0, "c": 30.0})
    assert scaled == pytest.approx({"a": 1 / 3, "b": 0.5, "c": 2 / 3})
    assert distribution_based({"a": 1.0, "b": 2.0, "c": 3.0}) == pytest.approx(scaled)


@pytest.mark.parametrize("scores", [{}, {"a": 0.3}, {"a": 0.3, "b": 0.3}])
def test_scores_without_a_spread_stay(scores: dict[str, float]) -> None:
    """There is no scale for a single one, or for equal ones."""
    assert distribution_based(scores) == scores


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (0.0, {"a": 0.8, "b": 0.0}),
        (0.25, {"a": 0.6, "b": 0.1}),
        (1.0, {"a": 0.0, "b": 0.4}),
    ],
)
def test_alpha_is_the_weight_of_the_vectors(alpha: float, expected: dict[str, float]) -> None:
    """What one of the searches didn't find has nothing from it."""
    assert fused({"a": 0.8}, {"b": 0.4}, alpha) == pytest.approx(expected)


def test_what_both_found_adds_up() -> None:
    """Each search's scores are scaled among themselves first."""
    both = fused({"a": 1.0, "b": 3.0}, {"a": 300.0, "b": 100.0}, 0.5)
    assert both == pytest.approx({"a": 0.5, "b": 0.5})


# Two directions, and one between them that is nearer to the first.
_EAST, _NORTH, _BETWEEN = (1.0, 0.0), (0.0, 1.0), (0.8, 0.6)


def _packed(*vectors: tuple[float, float]) -> list[bytes]:
    return [array("f", vector).tobytes() for vector in vectors]


@pytest.mark.parametrize(
    ("strength", "chosen"),
    [
        pytest.param(0.0, [0, 1, 2], id="relevance alone"),
        pytest.param(0.3, [0, 2, 1], id="both"),
        pytest.param(0.9, [0, 2, 1], id="difference above all"),
    ],
)
def test_likeness_to_what_was_chosen_counts_against_relevance(
    strength: float, chosen: list[int]
) -> None:
    """The most relevant one is first; the same again comes later the stronger this is wanted."""
    assert diverse([0.9, 0.89, 0.7], _packed(_EAST, _EAST, _NORTH), 3, strength) == chosen


def test_all_that_was_chosen_is_remembered() -> None:
    """What is like an early choice stays back, though it is unlike the latest one."""
    vectors = _packed(_EAST, _NORTH, _EAST, _BETWEEN)
    assert diverse([0.9, 0.85, 0.8, 0.7], vectors, 3, 0.5) == [0, 1, 3]


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (2, 2), (5, 2)])
def test_no_more_than_wanted_or_there(limit: int, count: int) -> None:
    """Each item at most once."""
    chosen = diverse([0.5, 0.6], _packed(_EAST, _EAST), limit, 0.5)
    assert chosen == [1, 0][:count]


@pytest.mark.parametrize("most", [0, 1, 499, 500, 501, 2000])
def test_rows_are_sorted_by_their_scores(most: int) -> None:
    """In two parts where they are many; of equal ones the first row comes first."""
    chance = random.Random(most)
    scores = np.array([chance.randrange(100) for _ in range(3000)], dtype=np.float32)
    rows = np.arange(3000)[:most]
    found = [row for part in in_order(rows, scores) for row in part.tolist()]
    assert found == sorted(rows.tolist(), key=lambda row: (-scores[row], row))
