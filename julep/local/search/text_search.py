"""Searching by text: what has the words that are asked for, and what is spelt nearly like them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from julep.local.store.store import Store

from .cover_density import Wanted, ranks, wanted
from .fts_query import Query
from .ranking import Match
from .term_index import TermIndex
from .trigrams import letters, similarity

WantedDocs: TypeAlias = Callable[[Collection[str]], Container[str]]
"""Tells which documents of these ids may be found, all at once; others may be in what it returns."""

# Ranks are exact within as many as any page can show; how blocks follow each other is FTS5's order.
_RANKED_AT_ONCE = 500
_NAMED_AT_ONCE = 50
"""Matches whose documents are looked up together; few searches take more."""
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
        self, owners: Sequence[str], query: Query, wanted_docs: WantedDocs | None = None
    ) -> Iterator[Match]:
        """Find what fits a query, best first, with scores of 0..1.

        Args:
            owners: Ids of agents and users.
            query: What to look for.
            wanted_docs: Tells which documents may be found; without it all may.
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
        # What isn't wanted isn't ranked.
        numbers = self._of_wanted(found, wanted_docs) if wanted_docs else found
        while block := list(islice(numbers, _RANKED_AT_ONCE)):
            yield from self._named(iter(self._ranked(block, covers)))

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

    def _of_wanted(self, numbers: Iterator[int], wanted_docs: WantedDocs) -> Iterator[int]:
        while block := list(islice(numbers, _RANKED_AT_ONCE)):
            docs = self._snippets.docs(block)
            chosen = wanted_docs(set(docs.values()))
            yield from (number for number in block if docs[number] in chosen)

    def _ranked(self, numbers: Sequence[int], covers: Wanted) -> list[tuple[int, float]]:
        places = self._index.places(covers.words(), numbers)
        scores = ranks(places, covers, len(numbers))
        return sorted(zip(numbers, scores, strict=True), key=lambda ranked: -ranked[1])

    def _named(self, ranked: Iterator[tuple[int, float]]) -> Iterator[Match]:
        while block := list(islice(ranked, _NAMED_AT_ONCE)):
            docs = self._snippets.docs([number for number, _ in block])
            yield from (Match(number, docs[number], score) for number, score in block)


def _up_to(longest: int, text: str, content: str) -> float:
    return similarity(text, content) if len(content) <= longest else 0.0
