"""Searching documents: by text, by vector, or by both."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple, NotRequired, TypedDict

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
from julep.local.records import DocReference, Piece, SearchOptions
from julep.local.store.metadata_filter import MetadataFilter
from julep.local.store.snippets import Snippet
from julep.local.store.store import Store
from julep.types._json import JsonObject, as_object

from .embedder import Embedder, unpack
from .fts_query import Query, websearch
from .languages import language
from .ranking import Match, diverse, fused
from .text_search import TextSearch, WantedDocs
from .vector_index import VectorIndex

_CANDIDATES_FOR_DIVERSITY = 3  # times the limit, as servers of 2025 take them
_MOST_DIMENSIONS = 16_000  # as many as a vector in PostgreSQL may have
_FIRST_LOOK, _LONGEST_LOOK = 50, 1000
"""Matches whose documents are looked at together for what a filter wants."""

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


class Hit(NamedTuple):
    """A found document with the snippet that fits best.

    Attributes:
        distance: What the API calls so: the score of a text search, else 1 - similarity.
    """

    match: Match
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
        docs = self.shown(hits, embeddings=embeddings)
        return {"docs": docs, "time": time.perf_counter() - started}

    async def find(self, request: SearchRequest) -> list[Hit]:
        """Find what a request asks for, best first."""
        limit = request.options["limit"]
        if request.vector is None:
            return [Hit(match, match.score) for match in islice(self._by_text(request), limit)]
        _check_dimensions(request.vector)
        await self._embedder.embed_pending(request.owners)
        diversity = request.options["mmr_strength"]
        if request.text is not None:
            matches = self._by_both(request, request.vector)
        else:
            candidates = limit * (_CANDIDATES_FOR_DIVERSITY if diversity else 1)
            matches = list(islice(self._by_vector(request, request.vector), candidates))
        return [Hit(match, 1 - match.score) for match in self._diverse(matches, limit, diversity)]

    def shown(self, hits: Sequence[Hit], *, embeddings: bool) -> list[DocReference]:
        """Return hits as the API writes them."""
        numbers = [hit.match.number for hit in hits]
        snippets = self._store.snippets.numbered(numbers)
        vectors = self._store.snippets.embeddings(numbers) if embeddings else {}
        shown: list[DocReference] = []
        for match, distance in hits:
            vector = unpack(vectors.get(match.number, b"")) if embeddings else None
            shown.append(self._shown(snippets[match.number], vector, distance))
        return shown

    def _shown(self, snippet: Snippet, vector: list[float] | None, distance: float) -> DocReference:
        (doc,) = self._store.docs.find(id=snippet.doc_id)
        piece: Piece = {"index": snippet.position, "content": snippet.content}
        return {
            "owner": {"id": doc["owner_id"], "role": doc["owner_role"]},
            "id": doc["id"],
            "title": doc["title"],
            "metadata": doc["metadata"],
            "snippet": {**piece, "embedding": vector},
            # The older form of the same, for clients of that time.
            "snippets": [piece],
            "distance": distance,
        }

    def _by_text(self, request: SearchRequest) -> Iterator[Match]:
        seen: set[int] = set()
        wanted = self._wanted(request)
        for match in self._text.matching(request.owners, request.query, wanted):
            seen.add(match.number)
            yield match
        threshold = request.options["trigram_similarity_threshold"]
        if threshold is not None:
            alike = self._text.alike(request.owners, request.text or "", threshold, seen)
            yield from _of_wanted(iter(alike), wanted)

    def _by_vector(self, request: SearchRequest, vector: Sequence[float]) -> Iterator[Match]:
        nearest = self._index.nearest(request.owners, vector, request.options["confidence"])
        return _of_wanted(_best_of_doc(nearest), self._wanted(request))

    def _by_both(self, request: SearchRequest, vector: Sequence[float]) -> list[Match]:
        options = request.options
        candidates = options["limit"] * options["k_multiplier"]
        by_vector = list(islice(self._by_vector(request, vector), candidates))
        by_text = list(islice(self._by_text(request), candidates))
        numbers = {match.doc_id: match.number for match in (*by_vector, *reversed(by_text))}
        scores = fused(_scores(by_text), _scores(by_vector), options["alpha"])
        ranked = sorted(scores, key=lambda doc_id: (-scores[doc_id], doc_id))
        return [Match(numbers[doc_id], doc_id, scores[doc_id]) for doc_id in ranked]

    def _wanted(self, request: SearchRequest) -> WantedDocs | None:
        wanted, docs = MetadataFilter(request.options["metadata_filter"]), self._store.docs
        if not wanted and not self._store.snippets.any_unfinished():
            # Else that would be to read all for nothing.
            return None
        may_pass: set[str] = set()
        for owner in request.owners:
            if (few := docs.few(wanted, owner_id=owner)) is None:
                return partial(docs.passing, wanted)
            may_pass.update(few)
        return lambda ids: docs.passing(wanted, may_pass.intersection(ids))

    def _diverse(self, matches: list[Match], limit: int, strength: float) -> list[Match]:
        if len(matches) <= limit or not strength:
            return matches[:limit]
        vectors = self._store.snippets.embeddings([match.number for match in matches])
        relevance = [match.score for match in matches]
        of_matches = [vectors[match.number] for match in matches]
        return [matches[index] for index in diverse(relevance, of_matches, limit, strength)]


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


def _of_wanted(matches: Iterator[Match], wanted: WantedDocs | None) -> Iterator[Match]:
    if wanted is None:
        yield from matches
        return
    at_once = _FIRST_LOOK
    while block := list(islice(matches, at_once)):
        chosen = wanted([match.doc_id for match in block])
        yield from (match for match in block if match.doc_id in chosen)
        at_once = min(2 * at_once, _LONGEST_LOOK)


def _scores(matches: Iterable[Match]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for match in matches:
        scores.setdefault(match.doc_id, match.score)
    return scores
