"""What is known of listings with a metadata filter: each page of a walk starts behind all others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

_FILTERS = 16  # of a table, those that were used last
_MOST = 1_000_000  # rows of a table, a byte each; rows of greater numbers are read each time
_UNKNOWN, _FAILS, _PASSES = range(3)


class End(NamedTuple):
    """Where a page ended.

    Attributes:
        listing: What the page was of, which holds nothing that changed since.
        offset: How many stood up to there.
        place: Of the last one in the order of the listing; none is the start of it.
    """

    listing: Hashable = None
    offset: int = 0
    place: tuple[object, ...] = ()


class Verdicts:
    """What a filter said of the rows that it looked at, by their numbers.

    Attributes:
        end: Where the last page ended.
    """

    def __init__(self) -> None:
        self._kept = bytearray()
        self.end: End = End()

    def start(self, listing: Hashable, offset: int) -> End:
        """Return the nearest known place before a page."""
        is_before = self.end.listing == listing and self.end.offset <= offset
        return self.end if is_before else End()

    def note(self, number: int, *, passes: bool) -> None:
        """Keep whether a row passes."""
        if number < _MOST:
            # Twice as many at least: each time all are copied.
            missing = number + 1 - len(self._kept)
            self._kept.extend(bytes(max(missing, len(self._kept)) if missing > 0 else 0))
            self._kept[number] = _PASSES if passes else _FAILS

    def forget(self, number: int) -> None:
        """Look at a row again, which has changed."""
        if number < len(self._kept):
            self._kept[number] = _UNKNOWN

    def not_failing(self, numbers: Sequence[int]) -> Sequence[int]:
        """Return the rows that pass, or may pass."""
        kept, size = self._kept, len(self._kept)
        return [number for number in numbers if number >= size or kept[number] != _FAILS]

    def all_pass(self, numbers: Sequence[int]) -> bool:
        """Tell whether all of these are known to pass."""
        kept, size = self._kept, len(self._kept)
        return all(number < size and kept[number] == _PASSES for number in numbers)


class VerdictsByFilter:
    """Verdicts on the rows of one table."""

    def __init__(self) -> None:
        self._filters: OrderedDict[str, Verdicts] = OrderedDict()

    def of(self, source: str) -> Verdicts:
        """Return what is known for the filter that was read from this; nothing if from none."""
        if not source:
            return Verdicts()
        found = self._filters.setdefault(source, Verdicts())
        self._filters.move_to_end(source)
        if len(self._filters) > _FILTERS:
            self._filters.popitem(last=False)
        return found

    def forget(self, number: int) -> None:
        """Have all filters look at a row again, which has changed."""
        for verdicts in self._filters.values():
            verdicts.forget(number)
