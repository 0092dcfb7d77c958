"""The search through documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, TypeVar

import attrs

from julep._keywords import checked
from julep._reply import Reply
from julep._request import Request
from julep.types.docs import DocSearchResponse

R = TypeVar("R")


class SearchOptions(TypedDict, total=False):
    """How to search.

    Attributes:
        text: Words to look for. With `vector` too, both count (hybrid search).
        vector: An embedding to compare with, 1024 numbers, as `client.docs.embed` gives it.
        limit: The most hits, 1 to 50 (100 on servers of 2024). Default 10.
        lang: Language of the text, default `en-US`.
        confidence: The least similarity of vectors, -1 to 1. Default 0.5.
        alpha: Weight of the vector against the text in a hybrid search, 0 to 1. Default 0.5.
        metadata_filter: Only documents whose metadata has these values (servers of 2025; the others
            ignore it, which is an error here).
        include_embeddings: Whether hits carry their vectors. Default true (servers of 2025).
        mmr_strength: How much hits should differ from each other, 0 to below 1. Default 0.5.
        trigram_similarity_threshold: How alike misspelt words must be to count, 0 to 1.
        k_multiplier: How many candidates a hybrid search weighs, 1 to 10 times `limit`. Default 5.
    """

    text: str
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
        return found


def search_request(where: str, query: SearchOptions) -> Request[DocSearchResponse]:
    """Describe a search.

    Raises:
        ValueError: There is nothing to search for.
    """
    body = checked(SearchOptions, query)
    if body.get("text") is None and body.get("vector") is None:
        raise ValueError("search for text=…, vector=… or both")
    return Search("POST", where, DocSearchResponse, body=body, repeatable=True)
