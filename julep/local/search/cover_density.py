"""How well texts fit a query, as PostgreSQL's `ts_rank_cd` reckons it.

A cover is a stretch of a text that fits the query by itself and has no shorter one in it. Each
adds to the rank: the more, the more its words weigh and the fewer others stand between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import attrs

from julep.local.models.keywords import STOP_WORDS

from .fts_query import Query

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]

Phrase: TypeAlias = Sequence[tuple[str, int]]

# A text that has the words again and again differs from others in far fewer places.
_MOST_PLACES = 64


class Places(NamedTuple):
    """Where words of a query stand: in which texts, at which positions, and how heavy, 0..1."""

    texts: Numbers
    words: Numbers
    positions: Numbers
    weights: Floats

    def taken(self, which: Numbers) -> Places:
        """Return those at these indexes."""
        texts, words, positions, weights = self
        return Places(texts[which], words[which], positions[which], weights[which])


@attrs.frozen
class Wanted:
    """What a cover must have: one of these groups of phrases, given as words and their distances."""

    groups: Sequence[Sequence[Phrase]]

    def words(self) -> list[str]:
        """Return the words whose places matter."""
        every = (word for group in self.groups for phrase in group for word, _ in phrase)
        return list(dict.fromkeys(every))


def wanted(query: Query, stems: Mapping[str, Sequence[str]]) -> Wanted:
    """Return what a query wants, by the stems of its words."""
    groups = (
        [_phrase(term.words, stems) for term in group if not term.excluded]
        for group in query.groups
    )
    known = ([phrase for phrase in group if phrase] for group in groups)
    return Wanted([group for group in known if group])


def ranks(places: Places, query: Wanted, count: int) -> list[float]:
    """Rank so many texts, each 0..1, by the places of the query's words in them.

    Args:
        places: Their texts are given by number from 0 on, their words by index in `query.words()`.
        query: What is looked for.
        count: How many texts there are.
    """
    import numpy as np  # noqa: PLC0415 - numpy costs as much time as the rest of the start

    if not len(places.texts):
        return [0.0] * count
    places, begin_of_text = _first(places)
    begins = _begins(places, query)
    # Where a stretch begins later than any before it, it is a cover: what went before has none.
    is_cover = (begins >= begin_of_text) & (np.diff(begins, prepend=-1) > 0)
    ends = np.flatnonzero(is_cover)
    densities = _densities(places, begins[ends], ends)
    totals = np.bincount(places.texts[ends], densities, count)
    ranked: list[float] = (totals / (totals + 1)).tolist()
    return ranked


def _first(places: Places) -> tuple[Places, Numbers]:
    """Return the first places of each text, in order, and for each the index of its text's first."""
    import numpy as np  # noqa: PLC0415 - as above

    places = places.taken(np.lexsort((places.positions, places.texts)))
    begins = np.searchsorted(places.texts, places.texts)
    places = places.taken(np.flatnonzero(np.arange(len(begins)) - begins < _MOST_PLACES))
    return places, np.searchsorted(places.texts, places.texts)


def _begins(places: Places, query: Wanted) -> Numbers:
    """Return for each place the last one where a stretch begins that fits and ends there or before."""
    import numpy as np  # noqa: PLC0415 - as above

    at = {word: np.flatnonzero(places.words == code) for code, word in enumerate(query.words())}
    # One number for text and position, with so much between texts that no phrase reaches over.
    longest = max(phrase[-1][1] for group in query.groups for phrase in group)
    keys = places.texts * (places.positions.max() + longest + 1) + places.positions
    every = (
        reduce(np.minimum, (_last_begins(phrase, at, keys) for phrase in group))
        for group in query.groups
    )
    return reduce(np.maximum, every)


def _last_begins(phrase: Phrase, at: Mapping[str, Numbers], keys: Numbers) -> Numbers:
    """Return for each place the first word of the last phrase that ends there or before, or -1."""
    import numpy as np  # noqa: PLC0415 - as above

    last, length = phrase[-1]
    ends = at[last]
    for word, distance in phrase[:-1]:
        ends = ends[np.isin(keys[ends] - (length - distance), keys[at[word]])]
    first, distance = phrase[0]
    begins = np.searchsorted(keys[at[first]], keys[ends] - (length - distance), "right") - 1
    found = np.full(len(keys), -1)
    found[ends] = at[first][begins]
    return np.maximum.accumulate(found)


def _densities(places: Places, first: Numbers, last: Numbers) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    length = last - first + 1
    noise = places.positions[last] - places.positions[first] - (length - 1)
    weights = np.cumsum(1 / places.weights)
    inverse = weights[last] - weights[first] + 1 / places.weights[first]
    densities: Floats = length / inverse / (1 + np.maximum(noise, 0))
    return densities


def _phrase(words: Sequence[str], stems: Mapping[str, Sequence[str]]) -> list[tuple[str, int]]:
    parts = [(stem, word) for word in words for stem in stems.get(word, ())]
    kept = [
        (stem, distance)
        for distance, (stem, word) in enumerate(parts)
        if word.lower() not in STOP_WORDS
    ]
    return kept or [(stem, distance) for distance, (stem, _) in enumerate(parts)]
