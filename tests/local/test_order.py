"""Times and ids, by which everything is put in order."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from julep.local.clock import from_seconds, now, seconds
from julep.local.ids import new_id


def test_ids_are_uuids_that_grow() -> None:
    """Of version 7: they begin with the time in milliseconds."""
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    first = UUID(ids[0])
    assert (first.version, first.variant) == (
        7,
        UUID("0190163d-8694-7394-8000-4f6aebec3ba9").variant,
    )
    assert before <= first.int >> 80
    assert before <= UUID(ids[-1]).int >> 80 <= before + 60_000
    assert str(first) == ids[0]


def test_the_parts_of_ids_that_tell_no_time_are_by_chance() -> None:
    """Nobody can guess one id by another."""
    tails = {UUID(new_id()).int & (2**62 - 1) for _ in range(100)}
    assert len(tails) == 100
    assert max(tails) > 2**60


def test_times_grow_whatever_the_clock_does() -> None:
    """And differ as texts too, which have microseconds."""
    before = time.time()
    times = [now() for _ in range(1_000)]
    assert times == sorted(set(times))
    assert before <= seconds() <= before + 60
    assert from_seconds(before) <= times[0]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000000Z"),
        (1.5, "1970-01-01T00:00:01.500000Z"),
        (1_764_126_000.000001, "2025-11-26T03:00:00.000001Z"),
    ],
)
def test_times_are_utc_with_microseconds(moment: float, text: str) -> None:
    """Of one length, so that texts sort as the times do."""
    assert from_seconds(moment) == text
