"""The functions that failed in a run, and were told to its steps: what fails later may be due to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from julep._tools.invocation import Invocation

MOST_NOTES: Final = 3
"""The newest are told: what they gave is most likely what a step could not use."""


class FailedCalls:
    """The newest calls of functions that failed in a run."""

    def __init__(self) -> None:
        self._calls: deque[Invocation] = deque(maxlen=MOST_NOTES)

    def add(self, calls: Iterable[Invocation]) -> None:
        """Remember those of some calls that failed."""
        self._calls.extend(one for one in calls if one.call.state == "failed")

    def note_with(self, error: Exception) -> None:
        """Note them with an error of the run, whose cause is the newest exception if it has none."""
        for one in self._calls:
            error.add_note(f"the function {one.call.name} failed before: {one.call.error}")
        causes = [one.raised for one in self._calls if one.raised and one.raised is not error]
        if causes and error.__cause__ is None:
            error.__cause__ = causes[-1]
