"""Searching documents: by text, by vector, or by both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NotRequired, TypeAlias, TypedDict

import attrs

from julep.local.errors import BadRequest
from julep.local.fields import (
    Field,
    Form,
    boolean,
    either,
    invalid,
    mapping,
    number,
    optional,
    sequence,
    text,
)
from julep.local.models.embeddings import DIMENSIONS
from julep.local.records import Doc, DocReference, Piece, SearchOptions
from julep.local.store.metadata_filter import MetadataFilter
from julep.local.store.snippets import Match, Snippet
from julep.local.store.store import Store
from julep.types._json import JsonObject, as_object

from .embedder import Embedder, unpack
from .fts_query import Query, websearch
from .languages import language
from .ranking import diverse, fused
from .text_search import TextSearch
from .vector_index import VectorIndex

_Passing: TypeAlias = Callable[[str], Doc | None]
_CANDIDATES_FOR_DIVERSITY = 3  # times the limit, as servers of 2025 take them
_MOST_DIMENSIONS = 16_000  # as many as a vector in PostgreSQL may have

_BASE = {
    "limit": Field(number(1, 50, whole=True), 10),
    "lang": Field(language, "en-US"),
    "metadata_filter": Field(mapping, dict),
    "include_embeddings": Field(boolean, True),
}
_TEXT = {
    "text": Field(text()),
    "trigram_similarity_threshold": Field(optional(number(0, 1)), None),
}
_VECTOR = {
    "vector": Field(sequence(number(), 1, _MOST_DIMENSIONS)),
    "confidence": Field(number(-1, 1), 0.5),
    "mmr_strength": Field(number(0, below=1), 0.5),
}
_HYBRID = {"alpha": Field(number(0, 1), 0.5), "k_multiplier": Field(number(1, 10, whole=True), 5)}


class _Body(SearchOptions):
    text: NotRequired[str]
    vector: NotRequired[list[float]]


_TEXT_FORM = Form[_Body]({**_BASE, **_TEXT})
_VECTOR_FORM = Form[_Body]({**_BASE, **_VECTOR})
_HYBRID_FORM = Form[_Body]({**_BASE, **_TEXT, **_VECTOR, **_HYBRID})
SEARCH = either(Text=_TEXT_FORM, Vector=_VECTOR_FORM, Hybrid=_HYBRID_FORM)


class SearchResult(TypedDict):
    """What a search answers: the documents, best first, and how many seconds it took."""

    docs: list[DocReference]
    time: float


@attrs.frozen
class SearchRequest:
    """A search: what it has, text, vector or both, decides on the way to search.

    Attributes:
        owners: Ids of agents and users.
        query: What the text asks for.
    """

    owners: Sequence[str]
    options: SearchOptions
    text: str | None
    query: Query
    vector: Sequence[float] | None


@attrs.frozen
class Hit:
    """A found document with the snippet that fits best.

    Attributes:
        relevance: The greater the better, whichever way it was found.
        distance: What the API calls so: the score of a text search, else 1 - similarity.
    """

    doc: Doc
    snippet: Snippet
    relevance: float
    distance: float


class Search:
    """Searches in the documents of given owners."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._index = VectorIndex(store.snippets)
        self._text = TextSearch(store)

    async def of_owner(self, owner_id: str, body: object) -> SearchResult:
        """Answer a search request: `docs`, best first, and `time` in seconds.

        Raises:
            Invalid: Neither `text` nor `vector` is there, or a field is wrong.
            BadRequest: The vector has the wrong number of dimensions.
        """
        started = time.perf_counter()
        request = _read(body, owner_id)
        hits = await self.find(request)
        embeddings = request.options["include_embeddings"]
        docs = [self.shown(hit, embeddings=embeddings) for hit in hits]
        return {"docs": docs, "time": time.perf_counter() - started}

    async def find(self, request: SearchRequest) -> list[Hit]:
        """Find what a request asks for, best first."""
        limit = request.options["limit"]
        if request.vector is None:
            return self._by_text(request, limit)
        _check_dimensions(request.vector)
        await self._embedder.embed_pending(request.owners)
        diversity = request.options["mmr_strength"]
        if request.text is not None:
            hits = self._by_both(request, request.vector)
        else:
            candidates = limit * (_CANDIDATES_FOR_DIVERSITY if diversity else 1)
            hits = self._by_vector(request, request.vector, candidates)
        return self._diverse(hits, limit, diversity)

    def shown(self, hit: Hit, *, embeddings: bool) -> DocReference:
        """Return a hit as the API writes it."""
        piece: Piece = {"index": hit.snippet.position, "content": hit.snippet.content}
        vector = self._vector(hit) if embeddings else None
        return {
            "owner": {"id": hit.doc["owner_id"], "role": hit.doc["owner_role"]},
            "id": hit.doc["id"],
            "title": hit.doc["title"],
            "metadata": hit.doc["metadata"],
            "snippet": {**piece, "embedding": vector},
            # The older form of the same, for clients of that time.
            "snippets": [piece],
            "distance": hit.distance,
        }

    def _by_text(self, request: SearchRequest, limit: int) -> list[Hit]:
        passing = self._passing(request.options)
        found = self._text_matches(request, passing)
        return self._take(found, passing, limit, distance=lambda score: score)

    def _text_matches(self, request: SearchRequest, passing: _Passing) -> Iterator[Match]:
        seen: set[int] = set()
        # What doesn't pass isn't ranked; without a filter that would be to read all for nothing.
        wanted_doc = passing if request.options["metadata_filter"] else bool
        for match in self._text.matching(request.owners, request.query, wanted_doc):
            seen.add(match.number)
            yield match
        threshold = request.options["trigram_similarity_threshold"]
        if threshold is not None:
            yield from self._text.alike(request.owners, request.text or "", threshold, seen)

    def _by_vector(self, request: SearchRequest, vector: Sequence[float], limit: int) -> list[Hit]:
        least = request.options["confidence"]
        nearest = self._index.nearest(request.owners, vector, least)
        passing = self._passing(request.options)
        return self._take(_best_of_doc(nearest), passing, limit, distance=lambda near: 1 - near)

    def _by_both(self, request: SearchRequest, vector: Sequence[float]) -> list[Hit]:
        options = request.options
        candidates = options["limit"] * options["k_multiplier"]
        by_vector = self._by_vector(request, vector, candidates)
        by_text = self._by_text(request, candidates)
        hits = {hit.doc["id"]: hit for hit in (*by_vector, *reversed(by_text))}
        scores = fused(_scores(by_text), _scores(by_vector), options["alpha"])
        ranked = sorted(scores, key=lambda doc_id: (-scores[doc_id], doc_id))
        return [
            attrs.evolve(hits[key], relevance=scores[key], distance=1 - scores[key])
            for key in ranked
        ]

    def _take(
        self,
        found: Iterable[Match],
        passing: _Passing,
        limit: int,
        *,
        distance: Callable[[float], float],
    ) -> list[Hit]:
        hits: list[Hit] = []
        for match in found:
            if doc := passing(match.doc_id):
                snippet, _ = self._store.snippets.numbered(match.number)
                hits.append(Hit(doc, snippet, match.score, distance(match.score)))
            if len(hits) == limit:
                break
        return hits

    def _passing(self, options: SearchOptions) -> _Passing:
        wanted = MetadataFilter(options["metadata_filter"])

        @cache
        def passing(doc_id: str) -> Doc | None:
            doc = self._store.docs.get(doc_id)
            return doc if doc and wanted(doc["metadata"]) else None

        return passing

    def _diverse(self, hits: list[Hit], limit: int, strength: float) -> list[Hit]:
        if len(hits) <= limit or not strength:
            return hits[:limit]
        relevance = [hit.relevance for hit in hits]
        vectors = [self._store.snippets.numbered(hit.snippet.number)[1] for hit in hits]
        return [hits[index] for index in diverse(relevance, vectors, limit, strength)]

    def _vector(self, hit: Hit) -> list[float]:
        return unpack(self._store.snippets.numbered(hit.snippet.number)[1])


def _read(body: object, owner_id: str) -> SearchRequest:
    fields = _form(as_object(body)).read(body)
    text, vector = fields.get("text"), fields.get("vector")
    return SearchRequest(
        owners=[owner_id],
        options=fields,
        text=text,
        query=websearch(text or ""),
        vector=vector,
    )


def _form(sent: JsonObject) -> Form[_Body]:
    has_text, has_vector = sent.get("text") is not None, sent.get("vector") is not None
    if has_text and has_vector:
        return _HYBRID_FORM
    if has_vector:
        return _VECTOR_FORM
    if has_text:
        return _TEXT_FORM
    raise invalid("missing", "Field required: send `text`, `vector` or both", "text", sent)


def _check_dimensions(vector: Sequence[float]) -> None:
    if len(vector) != DIMENSIONS:
        raise BadRequest(f"Vector has {len(vector)} dimensions; this server's have {DIMENSIONS}")


def _best_of_doc(found: Iterable[Match]) -> Iterator[Match]:
    seen: set[str] = set()
    for match in found:
        if match.doc_id not in seen:
            seen.add(match.doc_id)
            yield match


def _scores(hits: Iterable[Hit]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for hit in hits:
        scores.setdefault(hit.doc["id"], hit.relevance)
    return scores
