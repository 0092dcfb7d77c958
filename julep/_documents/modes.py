"""Searches that make the vector themselves, and that weigh words and meaning here.

Servers put ranks and similarities on a scale of the hits at hand, so that the best hit is as good in a
search that finds nothing fitting; those of 2025 also take far texts for near ones, and those of 2024
fail. So words and meaning are searched for one by one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import Any, Final, Literal, TypeAlias

import attrs

from julep._checks import check_count
from julep._codec import OMIT
from julep._engine import Engine
from julep._keywords import checked
from julep.types.docs import DocReference, DocSearchResponse

from .search import SearchOptions, embedding, search_request

SearchMode: TypeAlias = Literal["text", "vector", "hybrid"]
"""What counts: words, meaning, or both."""

MOST_WORDS: Final = 50
"""Words of a question that are looked for; more of them tell texts apart no better."""
_MODES: Final = ("text", "vector", "hybrid")
_LIMIT: Final = 10
_MOST_HITS: Final = 50
"""Hits that all servers give at once."""
_DIVERSITY: Final = 0.1
"""How much hits should differ: little, but servers of 2025 take what is oldest for what is nearest
where it is nothing."""
_OF_TEXT: Final = frozenset({"trigram_similarity_threshold"})
_OF_VECTOR: Final = frozenset({"confidence", "mmr_strength"})
_OF_BOTH: Final = frozenset({"lang", "metadata_filter", "include_embeddings"})
_WORD: Final = re.compile(r"\w+")


async def searching(
    engine: Engine, where: str, text: str | None, mode: SearchMode, query: SearchOptions
) -> DocSearchResponse:
    """Search, by what the mode says.

    Raises:
        ValueError: There is no such mode, or what it needs is missing. Nothing was sent.
        TypeError: `text` is not text, or a keyword is unknown. Nothing was sent.
    """
    given = {
        name: value for name, value in checked(SearchOptions, query).items() if value is not OMIT
    }
    text = None if text is OMIT else text
    vector = given.pop("vector", None)
    _check(text, mode, vector)
    if mode is OMIT:
        given |= {} if vector is None else {"vector": vector}
        return await engine.call(search_request(where, text, given))
    if mode == "text":
        return await engine.call(search_request(where, text, given))
    search = _Search(engine.within_timeout(), where, text or "", vector, given)
    return await (search.by_vector() if mode == "vector" else search.by_both())


def _check(text: object, mode: object, vector: object) -> None:
    if text is not None and not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    if mode is OMIT:
        return
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(map(repr, _MODES))}, not {mode!r}")
    if text is None and (mode != "vector" or vector is None):
        raise ValueError(f"mode={mode!r} needs a text to search for")
    if mode == "text" and vector is not None:
        raise ValueError("mode='text' takes no vector; leave out the mode, or the vector")


@attrs.define
class _Search:
    """One search by meaning, or by words and meaning."""

    engine: Engine
    where: str
    text: str
    vector: Any
    given: Mapping[str, Any]

    async def by_vector(self) -> DocSearchResponse:
        """Search by meaning alone; some servers do not put the best first."""
        found = await self._near(self.given)
        return attrs.evolve(found, docs=_ranked(found.docs))

    async def by_both(self) -> DocSearchResponse:
        """Search by words and by meaning, and weigh the two."""
        answers: dict[str, DocSearchResponse] = {}
        limit = check_count("limit", self.given.get("limit", _LIMIT))
        candidates = max(limit, min(_MOST_HITS, limit * (self.given.get("k_multiplier") or 5)))
        both = {"limit": candidates, **self._options(_OF_BOTH)}
        near = {"mmr_strength": _DIVERSITY, **self._options(_OF_VECTOR)}

        async def by_text() -> None:
            # With the vectors of pieces, whose nearness counts too.
            options = {**both, **self._options(_OF_TEXT), "include_embeddings": True}
            request = search_request(self.where, any_word(self.text), options)
            answers["text"] = await self.engine.call(request)

        async def by_vector() -> None:
            answers["vector"] = await self._near({**both, **near})

        await self.engine.transport.gather([by_text, by_vector])
        docs = self._mixed(answers["text"].docs, answers["vector"].docs)
        time = max(answer.time or 0 for answer in answers.values())
        return DocSearchResponse(docs=docs[:limit], time=time)

    def _options(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self.given[name] for name in names if name in self.given}

    async def _near(self, options: Mapping[str, Any]) -> DocSearchResponse:
        if self.vector is None:
            (self.vector,) = (await self.engine.call(embedding(self.text))).vectors
        request = search_request(self.where, None, {**options, "vector": self.vector})
        return await self.engine.call(request)

    def _mixed(
        self, by_text: Iterable[DocReference], by_vector: Iterable[DocReference]
    ) -> list[DocReference]:
        weight, words, near = self.given.get("alpha", 0.5), _best(by_text), _best(by_vector)
        hits: list[DocReference] = []
        for id, hit in {**words, **near}.items():
            nearness = _score(near[id]) if id in near else _nearness(hit, self.vector)
            score = (1 - weight) * _score(words.get(id)) + weight * nearness
            hits.append(_joined(hit, words.get(id), score))
        if self.given.get("include_embeddings") is False:
            for snippet in (snippet for hit in hits for snippet in hit.snippets):
                snippet.embedding = None
        return _ranked(hits)


def any_word(text: str) -> str:
    """Return the query for texts with any word of this one: plain ones ask for all words."""
    words = dict.fromkeys(word for word in _WORD.findall(text.lower()) if word != "or")
    return " OR ".join(list(words)[:MOST_WORDS]) or text


def _score(hit: DocReference | None) -> float:
    return (hit and hit.score) or 0


def _nearness(hit: DocReference, vector: Sequence[float]) -> float:
    """Return the cosine similarity of a piece, 0 where its vector is not told or it is far."""
    own = hit.snippet and hit.snippet.embedding
    if not own or len(own) != len(vector):
        return 0
    length = math.hypot(*own) * math.hypot(*vector)
    return max(0.0, sum(map(mul, own, vector)) / length) if length else 0


def _best(hits: Iterable[DocReference]) -> dict[str, DocReference]:
    """Return the best hit of each document: some servers give one for each of its pieces."""
    best: dict[str, DocReference] = {}
    for hit in hits:
        if hit.id not in best or _score(hit) > _score(best[hit.id]):
            best[hit.id] = hit
    return best


def _joined(hit: DocReference, other: DocReference | None, score: float) -> DocReference:
    """Return a hit with the pieces of two, and their score."""
    pieces = {piece.index: piece for piece in [*(other.snippets if other else ()), *hit.snippets]}
    first = {piece.index: pieces[piece.index] for piece in hit.snippets}
    joined = attrs.evolve(hit, snippets=list({**first, **pieces}.values()), distance=1 - score)
    joined.score = score
    return joined


def _ranked(hits: Iterable[DocReference]) -> list[DocReference]:
    return sorted(hits, key=_score, reverse=True)
