"""What an execution did, and how long each part of it took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from julep.types.executions import Transition
from julep.types.runs import FailedStep

from .elements import MOST_ROWS, Html, block, cell, element, rest, table

_BAR = "height:.6em;min-width:2px;background:currentColor;opacity:.5"


def timeline(transitions: Sequence[Transition]) -> Html:
    """Return transitions from the oldest on, each with the time since the one before."""
    transitions = _oldest_first(transitions)
    times = [
        seconds_of(one.created_at) if one.created_at else None for one in transitions[:MOST_ROWS]
    ]
    known = [time for time in times if time is not None]
    start, whole = (min(known), max(known) - min(known)) if known else (0.0, 0.0)
    rows = [
        _row(one, before, time, start, whole)
        for one, before, time in zip(transitions, [None, *times], times, strict=False)
    ]
    more = rest(len(transitions) - MOST_ROWS, "more transitions")
    return block(table(("", "step", "took", "", "output"), rows), more)


def _oldest_first(transitions: Sequence[Transition]) -> Sequence[Transition]:
    """Return them in their order, turned around where servers list the newest first."""
    times = [seconds_of(one.created_at) for one in transitions if one.created_at]
    return transitions[::-1] if times and times[0] > times[-1] else transitions


def _row(
    one: Transition, before: float | None, time: float | None, start: float, whole: float
) -> tuple[Html, ...]:
    took, bar = Html(), Html()
    if before is not None and time is not None:
        took = cell(duration(time - before))
        bar = _bar(before - start, time - before, whole)
    place = str(FailedStep.of(one) or "")
    return (
        cell(one.type),
        cell(place),
        took,
        bar,
        cell(one.output, is_brief=True) if one.output is not None else Html(),
    )


def _bar(after: float, length: float, whole: float) -> Html:
    left, width = ((100 * max(0.0, part) / whole) if whole else 0 for part in (after, length))
    bar = element("div", style=f"margin-left:{left:.1f}%;width:{width:.1f}%;{_BAR}")
    return element("div", bar, style="width:10em")


def duration(seconds: float) -> str:
    """Return a length of time in words."""
    return f"{seconds:.2f} s" if abs(seconds) >= 1 else f"{seconds * 1000:.0f} ms"


def seconds_of(time: datetime) -> float:
    """Return a time as a number that others can be compared with."""
    # The first years have no local time.
    return time.replace(tzinfo=time.tzinfo or UTC).timestamp()
