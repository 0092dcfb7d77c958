"""What the full text index says of terms, kept in memory between searches.

To have SQLite rank thousands of matches, and look up where their words stand, takes longer than all
else in a search. What it says of one term serves all queries that have it, until a snippet changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from julep.local.store.snippet_words import SnippetWords
from julep.local.store.snippets import Snippets

from .cover_density import Places
from .fts_query import Query
from .ranking import in_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]

_TITLE_WEIGHT, _CONTENT_WEIGHT = 1.0, 0.4
_MOST_ASKED = 10_000
"""Terms that are remembered for having been asked for once."""


class _Rows(NamedTuple):
    """Numbers of snippets in order, some of them again and again, and what is said of each."""

    numbers: Numbers
    values: NDArray[Any]

    def at(self, wanted: Numbers) -> tuple[Numbers, Numbers]:
        """Return which of the wanted ones are there, as their indexes, and in which of the rows."""
        import numpy as np  # noqa: PLC0415 - numpy costs as much time as the rest of the start

        first = np.searchsorted(self.numbers, wanted, "left")
        count = np.searchsorted(self.numbers, wanted, "right") - first
        which = np.repeat(np.arange(len(wanted)), count)
        # From the first row of each on, as many as there are.
        steps = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        return which, np.repeat(first, count) + steps


class TermIndex:
    """Finds and looks up what the store would, in the same order, where it has been asked before.

    Args:
        snippets: What searches look through.
        words: The words in them.
        most_of_term: So many rows are read of one term; more would hold up others' requests.
        most: So many rows are kept, of 16 bytes each.
    """

    def __init__(
        self,
        snippets: Snippets,
        words: SnippetWords,
        *,
        most_of_term: int = 50_000,
        most: int = 1_000_000,
    ) -> None:
        self._most_of_term, self._most = most_of_term, most
        self._snippets = snippets
        self._words = words
        self._kept: dict[tuple[str, str], _Rows | None] = {}
        self._asked: set[tuple[str, str]] = set()
        snippets.watch(self._forget)

    def matching(self, query: Query, owners: Sequence[str], most: int) -> Iterator[int] | None:
        """Find what `Snippets.matching` would, or return None where that has to be asked.

        Args:
            query: Each of its words is one that the full text index has stems of.
            owners: Ids of agents and users.
            most: Of more matches the newest are found.
        """
        terms = [term for group in query.groups for term in group]
        any_of = all(len(group) == 1 for group in query.groups)
        plain = any_of or len(query.groups) == 1
        if not plain or any(term.excluded for term in terms):
            return None
        found = [self._scores(term.as_fts5()) for term in terms]
        owned = [self._owned(owner) for owner in dict.fromkeys(owners)]
        known, theirs = [*filter(None, found)], [*filter(None, owned)]
        if len(known) < len(found) or len(theirs) < len(owned):
            return None
        return _ranked(known, theirs, most, any_of=any_of)

    def places(self, stems: Sequence[str], numbers: Sequence[int]) -> Places:
        """Find where these stems stand in these snippets, each given by its index."""
        import numpy as np  # noqa: PLC0415 - as above

        wanted = np.array(numbers, dtype=np.int64)
        found = [np.empty((3, 0), dtype=np.int64)]
        for code, stem in enumerate(stems):
            rows = self._places(stem) or _rows([*self._words.places(stem, numbers)])
            which, at = rows.at(wanted)
            found.append(np.stack([which, np.full(len(which), code), rows.values[at]]))
        texts, words, packed = np.concatenate(found, axis=1).astype(np.int64)
        weights = np.where(packed % 2, _TITLE_WEIGHT, _CONTENT_WEIGHT)
        return Places(texts, words, packed // 2, weights)

    def _scores(self, term: str) -> _Rows | None:
        return self._rows("scores", term, self._snippets.scores)

    def _places(self, stem: str) -> _Rows | None:
        return self._rows("places", stem, self._words.all_places)

    def _owned(self, owner_id: str) -> _Rows | None:
        return self._rows("owned", owner_id, self._snippets.owned)

    def _rows(
        self, kind: str, name: str, read: Callable[[str], Iterable[tuple[int, float]]]
    ) -> _Rows | None:
        key = (kind, name)
        if key not in self._kept and key in self._asked:
            self._keep(key, list(islice(read(name), self._most_of_term + 1)))
        # Not at once: where documents change all the time it would never be of use.
        self._asked.add(key)
        return self._kept.get(key)

    def _keep(self, key: tuple[str, str], rows: Sequence[tuple[int, float]]) -> None:
        kept = sum(len(rows.numbers) for rows in self._kept.values() if rows)
        if kept + len(rows) > self._most or len(self._asked) > _MOST_ASKED:
            self._forget("")
        self._kept[key] = _rows(rows) if len(rows) <= self._most_of_term else None

    def _forget(self, owner_id: str) -> None:
        # Of any owner: how much a term tells depends on how many snippets of all have it.
        del owner_id
        self._kept.clear()
        self._asked.clear()


def _rows(rows: Sequence[tuple[int, float]]) -> _Rows:
    import numpy as np  # noqa: PLC0415 - as above

    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    return _Rows(numbers, np.array([value for _, value in rows]))


def _ranked(
    found: Sequence[_Rows], owned: Sequence[_Rows], most: int, *, any_of: bool
) -> Iterator[int]:
    import numpy as np  # noqa: PLC0415 - as above

    numbers = _in_any(found) if any_of else _in_all(found)
    theirs = np.concatenate([rows.numbers for rows in owned])
    numbers = numbers[np.isin(numbers, theirs)][-most:]
    scores = np.zeros(len(numbers))
    for rows in found:
        # One after the other, as FTS5 adds them up: another order has other last digits.
        scores[np.isin(numbers, rows.numbers)] += rows.values[np.isin(rows.numbers, numbers)]
    for part in in_order(np.arange(len(numbers)), scores):
        yield from numbers[part].tolist()


def _in_any(found: Sequence[_Rows]) -> Numbers:
    import numpy as np  # noqa: PLC0415 - as above

    # What is sorted in parts already is put together by this kind much faster than by `unique`.
    numbers = np.sort(np.concatenate([rows.numbers for rows in found]), kind="stable")
    return numbers[np.diff(numbers, prepend=-1) > 0]


def _in_all(found: Sequence[_Rows]) -> Numbers:
    import numpy as np  # noqa: PLC0415 - as above

    rarest, *others = sorted(found, key=lambda rows: len(rows.numbers))
    numbers = rarest.numbers
    for rows in others:
        numbers = numbers[np.isin(numbers, rows.numbers)]
    return numbers
