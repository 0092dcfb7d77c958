"""Lists that others write to while they are read."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from julep._pages.pages import _Walk

CHANGES = st.lists(
    st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=3), min_size=30, max_size=30
)
"""Before each further request: whether something is inserted or deleted, and at which place."""


class Shelf:
    """A list that changes between two requests.

    Attributes:
        items: What it holds now.
        steady: Ids of what was there throughout.
        deleted: How many were deleted.
    """

    def __init__(self, count: int) -> None:
        self.items = [SimpleNamespace(id=number) for number in range(count)]
        self.steady = set(range(count))
        self.deleted = 0

    def change(self, *, inserts: bool, place: float) -> None:
        """Insert or delete at a place between the start and the end."""
        at = int(place * len(self.items))
        if inserts:
            self.items.insert(at, SimpleNamespace(id=object()))
        elif self.items:
            self.steady.discard(self.items.pop(min(at, len(self.items) - 1)).id)
            self.deleted += 1


def walked(
    shelf: Shelf, size: int, changes: Sequence[Sequence[tuple[bool, float]]]
) -> list[object]:
    """The ids that a walk over a changing list gives."""
    walk, seen = _Walk[SimpleNamespace](None, size, lambda _: True), list[object]()
    for between in changes:
        seen += [item.id for item in walk.take(shelf.items[walk.passed : walk.passed + size])]
        if not walk.goes_on:
            break
        for inserts, place in between:
            shelf.change(inserts=inserts, place=place)
    return seen


@given(st.integers(0, 20), st.integers(4, 9), CHANGES)
def test_inserts_hide_nothing(
    count: int, size: int, changes: Sequence[Sequence[tuple[bool, float]]]
) -> None:
    """What was there throughout comes exactly once, wherever something is put meanwhile."""
    shelf = Shelf(count)
    seen = walked(shelf, size, [[(True, place) for _, place in some] for some in changes])
    assert len(seen) == len(set(seen))
    assert shelf.steady <= set(seen)


@given(st.integers(0, 20), st.integers(4, 9), CHANGES)
def test_deletes_hide_no_more_than_there_are(
    count: int, size: int, changes: Sequence[Sequence[tuple[bool, float]]]
) -> None:
    """Nothing comes twice, and each deletion hides one item at most: those behind it move up."""
    shelf = Shelf(count)
    seen = walked(shelf, size, changes)
    assert len(seen) == len(set(seen))
    assert len(shelf.steady - set(seen)) <= shelf.deleted
