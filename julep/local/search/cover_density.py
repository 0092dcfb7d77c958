"""How well a text fits a query, as PostgreSQL's `ts_rank_cd` reckons it.

A cover is a stretch of the text that fits the query by itself and has no shorter one in it. Each
adds to the rank: the more, the more its words weigh and the fewer others stand between them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import attrs

from julep.local.models.keywords import STOP_WORDS

from .fts_query import Query

# A text that has the words again and again differs from others in far fewer places.
_MOST_PLACES = 64
_POSITION = itemgetter(1)


class Place(NamedTuple):
    """Where a word of a query stands in a text, and how much it weighs there, 0..1."""

    word: str
    position: int
    weight: float


@attrs.frozen
class Wanted:
    """What a cover must have: one of these groups of phrases, given as words and their distances."""

    groups: Sequence[Sequence[Sequence[tuple[str, int]]]]

    @cached_property
    def has_order(self) -> bool:
        """Whether it matters where words stand, and not only whether they are there."""
        return any(len(phrase) > 1 for group in self.groups for phrase in group)

    @cached_property
    def all_of(self) -> frozenset[str]:
        """The words that must be there, if nothing else is asked."""
        plain = len(self.groups) == 1 and not self.has_order
        return frozenset(self.words() if plain else ())

    def words(self) -> set[str]:
        """Return the words whose places matter."""
        return {word for group in self.groups for phrase in group for word, _ in phrase}

    def holds(self, seen: Mapping[str, set[int]]) -> bool:
        """Tell whether a stretch with these words at these positions fits."""
        for group in self.groups:
            for phrase in group:
                if phrase[0][0] not in seen or (len(phrase) > 1 and not _has(phrase, seen)):
                    break
            else:
                return True
        return False


def wanted(query: Query, stems: Mapping[str, Sequence[str]]) -> Wanted:
    """Return what a query wants, by the stems of its words."""
    groups = (
        [_phrase(term.words, stems) for term in group if not term.excluded]
        for group in query.groups
    )
    known = ([phrase for phrase in group if phrase] for group in groups)
    return Wanted([group for group in known if group])


def rank(places: Sequence[Place], query: Wanted) -> float:
    """Rank a text, 0..1, by the places of the query's words in it."""
    places = sorted(places, key=_POSITION)[:_MOST_PLACES]
    covers = _with_all(places, query.all_of) if query.all_of else _covers(places, query)
    total = sum(_density(places[first : last + 1]) for first, last in covers)
    return total / (total + 1)


def _with_all(places: Sequence[Place], words: Collection[str]) -> Iterator[tuple[int, int]]:
    # The same as below in one pass, for the queries that most are.
    newest: dict[str, int] = {}
    for last, place in enumerate(places):
        if place.word in words:
            newest[place.word] = last
            if len(newest) == len(words):
                first = min(newest.values())
                yield first, last
                del newest[places[first].word]


def _covers(places: Sequence[Place], query: Wanted) -> Iterator[tuple[int, int]]:
    start = 0
    while (last := _until_it_holds(places, query, range(start, len(places)))) is not None:
        first = _until_it_holds(places, query, range(last, start - 1, -1))
        if first is None:
            return
        yield first, last
        start = first + 1


def _until_it_holds(places: Sequence[Place], query: Wanted, order: range) -> int | None:
    seen: dict[str, set[int]] = {}
    for at in order:
        place = places[at]
        changes = query.has_order or place.word not in seen
        seen.setdefault(place.word, set()).add(place.position)
        if changes and query.holds(seen):
            return at
    return None


def _density(cover: Sequence[Place]) -> float:
    noise = cover[-1].position - cover[0].position - (len(cover) - 1)
    return len(cover) / sum([1 / weight for _, _, weight in cover]) / (1 + max(noise, 0))


def _phrase(words: Sequence[str], stems: Mapping[str, Sequence[str]]) -> list[tuple[str, int]]:
    parts = [(stem, word) for word in words for stem in stems.get(word, ())]
    kept = [
        (stem, distance)
        for distance, (stem, word) in enumerate(parts)
        if word.lower() not in STOP_WORDS
    ]
    return kept or [(stem, distance) for distance, (stem, _) in enumerate(parts)]


def _has(phrase: Sequence[tuple[str, int]], seen: Mapping[str, set[int]]) -> bool:
    (word, start), *others = phrase
    return any(
        all(position - start + distance in seen.get(other, ()) for other, distance in others)
        for position in seen.get(word, ())
    )
