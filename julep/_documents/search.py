"""The search through documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict, TypeVar

import attrs

from julep._codec import OMIT
from julep._reply import Reply
from julep._request import Request
from julep.types.docs import DocSearchResponse, EmbedQueryResponse

R = TypeVar("R")

NO_RANK: Final = 10_000_000
"""The distance that servers of 2024 give for a text that is nearly the query."""


class SearchOptions(TypedDict, total=False):
    """How to search.

    Attributes:
        vector: An embedding to compare with, 1024 numbers, as `client.docs.embed` gives it. With
            `text` too, both count (hybrid search).
        limit: The most hits, 1 to 50 (100 on servers of 2024). Default 10.
        lang: Language of the text, default `en-US`.
        confidence: The least similarity of vectors, -1 to 1. Default 0.5. With `mode="hybrid"`, what
            has some of the words is found with less.
        alpha: Weight of the vector against the text in a hybrid search, 0 to 1. Default 0.5.
        metadata_filter: Only documents whose metadata has these values (servers of 2025; the others
            ignore it, which is an error here).
        include_embeddings: Whether hits carry their vectors. Default true (servers of 2025).
        mmr_strength: How much hits should differ from each other, 0 to below 1. Default 0.5, or
            0.1 with `mode="hybrid"`.
        trigram_similarity_threshold: How alike misspelt words must be to count, 0 to 1.
        k_multiplier: How many candidates a hybrid search weighs, 1 to 10 times `limit`. Default 5.
    """

    vector: Sequence[float]
    limit: int
    lang: str
    confidence: float
    alpha: float
    metadata_filter: Mapping[str, Any]
    include_embeddings: bool
    mmr_strength: float
    trigram_similarity_threshold: float | None
    k_multiplier: int


@attrs.frozen
class Search(Request[R]):
    """A search, whose filter must not be ignored without a word."""

    def decode(self, reply: Reply) -> R:
        """Read the answer.

        Raises:
            UnexpectedResponse: Not all hits have the metadata that was asked for.
        """
        found = super().decode(reply)
        hits = found.docs if isinstance(found, DocSearchResponse) else []
        if self.body.get("metadata_filter") and any(hit.metadata is None for hit in hits):
            reason = "metadata_filter was ignored, as servers of 2024 do"
            raise self.unexpected(reply, reason, self.parse(reply))
        score = _rank if self.body.get("vector") is None else _nearness
        for hit in hits:
            hit.score = None if hit.distance is None else min(1.0, max(0.0, score(hit.distance)))
        return found


def _nearness(distance: float) -> float:
    return 1 - distance


def _rank(distance: float) -> float:
    """Return the rank that a text search tells as a distance, as rank / (rank + 1).

    Servers of 2025 tell just that, those of 2024 the negated rank.
    """
    if distance >= NO_RANK:
        return 0
    return distance if distance >= 0 else distance / (distance - 1)


def search_request(
    where: str, text: str | None, query: Mapping[str, Any]
) -> Request[DocSearchResponse]:
    """Describe a search.

    Raises:
        ValueError: There is nothing to search for.
    """
    body = {"text": text, **query}
    if body["text"] is None:
        del body["text"]
    if not body.keys() & {"text", "vector"}:
        raise ValueError("search for text=…, vector=… or both")
    return Search("POST", where, DocSearchResponse, body=body, repeatable=True, only_reads=True)


def embedding(text: str | Sequence[str], instruction: str = OMIT) -> Request[EmbedQueryResponse]:
    """Describe the making of vectors."""
    body = {"text": text, "embed_instruction": instruction}
    return Request(
        "POST", "/embed", EmbedQueryResponse, body=body, repeatable=True, only_reads=True
    )
