"""Searching by text: what has the words that are asked for, and what is spelt nearly like them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from julep.local.store.snippets import Match
from julep.local.store.store import Store

from .cover_density import Place, Wanted, rank, wanted
from .fts_query import Query
from .term_index import TermIndex
from .trigrams import letters, similarity

_WORD = re.compile(r"\w+")
_WEIGHTS = {"title": 1.0, "content": 0.4}
# Ranks are exact within as many as any page can show; how blocks follow each other is FTS5's order.
_RANKED_AT_ONCE = 500
# By so many words matches are ranked; to see where one stands takes a look at all its places.
_MOST_WORDS = 20
# Words times snippets that are compared. A query that fits more of them tells little apart.
_MOST_LOOKS = 100_000
# Texts that are so much longer can't be alike: they have too many other runs of letters.
_LONGER = 20


class TextSearch:
    """Searches in the snippets of given owners."""

    def __init__(self, store: Store) -> None:
        self._snippets = store.snippets
        self._words = store.words
        self._index = TermIndex(store.snippets, store.words)

    def matching(
        self, owners: Sequence[str], query: Query, wanted_doc: Callable[[str], object]
    ) -> Iterator[Match]:
        """Find what fits a query, best first, with scores of 0..1.

        Args:
            owners: Ids of agents and users.
            query: What to look for.
            wanted_doc: Tells by its id whether a document may be found.
        """
        if not query:
            return
        words = [word for group in query.groups for term in group for word in term.words]
        stems = self._words.stems(words[:_MOST_WORDS])
        covers = wanted(query, stems)
        most = _MOST_LOOKS // len(words)
        # FTS5 leaves words without stems out of a query, unless they are all of it.
        is_known = all(map(stems.get, words))
        found = self._index.matching(query, owners, most) if is_known else None
        if found is None:
            found = self._snippets.matching(query.as_fts5(), owners, most)
        matches = (match for match in found if wanted_doc(match.doc_id))
        while block := list(islice(matches, _RANKED_AT_ONCE)):
            yield from self._ranked(block, covers)

    def alike(
        self, owners: Sequence[str], text: str, threshold: float, seen: Collection[int]
    ) -> list[Match]:
        """Find what is spelt like a text, most alike first, apart from what was seen already."""
        runs = letters(text)
        longest = int(_LONGER * len(text) / max(threshold, 0.05))
        found = self._snippets.with_any_run(runs, owners, longest) if runs else []
        alike = (
            Match(number, doc_id, max(similarity(text, title), _up_to(longest, text, content)))
            for number, doc_id, title, content in found
            if number not in seen
        )
        return sorted(
            (match for match in alike if match.score >= threshold),
            key=lambda match: (-match.score, match.number),
        )

    def _ranked(self, block: Sequence[Match], covers: Wanted) -> list[Match]:
        numbers = [match.number for match in block]
        titles = self._words.titles(numbers)
        # As if the content stood behind the title.
        before = {number: len(_WORD.findall(title)) for number, title in titles.items()}
        places: dict[int, list[Place]] = {number: [] for number in numbers}
        for number, stem, column, offset in self._index.places(covers.words(), numbers):
            position = offset + (before[number] if column == "content" else 0)
            places[number].append(Place(stem, position, _WEIGHTS[column]))
        ranked = [
            Match(match.number, match.doc_id, rank(places[match.number], covers)) for match in block
        ]
        return sorted(ranked, key=lambda match: -match.score)


def _up_to(longest: int, text: str, content: str) -> float:
    return similarity(text, content) if len(content) <= longest else 0.0
