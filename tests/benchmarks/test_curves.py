"""How costs grow: the arithmetic of it."""

from __future__ import annotations

import pytest

from . import curves


@pytest.mark.parametrize(
    ("times", "slope"),
    [
        ({100: 2.0, 1_000: 2.0, 10_000: 2.0}, 0),
        ({100: 1.0, 1_000: 10.0, 10_000: 100.0}, 1),
        ({100: 1.0, 10_000: 10_000.0}, 2),
        ({100: 7.0}, 0),
    ],
)
def test_a_slope_says_how_fast_a_cost_grows(times: dict[int, float], slope: float) -> None:
    """Not at all, as what there is, or as its square; one point has none."""
    assert curves.Curve("x", times).slope == pytest.approx(slope)


def test_sizes_are_tenfolds() -> None:
    """Up to the one that is asked for, and one at least."""
    assert curves.sizes(10_000) == [100, 1_000, 10_000]
    assert curves.sizes(99_999) == [100, 1_000, 10_000]
    assert curves.sizes(5) == [5]
