"""Documents, and what a search finds of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from julep.types._json import JsonObject

from .record import Record


class SearchOptions(TypedDict):
    """How documents are searched. What its kind of search doesn't read, a record may lack.

    Attributes:
        trigram_similarity_threshold: Read by searches with a text.
        confidence: Read by searches with a vector, as is `mmr_strength`.
        alpha: Read by searches with both, as is `k_multiplier`.
    """

    limit: int
    lang: str
    metadata_filter: JsonObject
    include_embeddings: bool
    trigram_similarity_threshold: float | None
    confidence: float
    mmr_strength: float
    alpha: float
    k_multiplier: int


class DocFields(TypedDict):
    """What is sent of a document."""

    title: str
    content: list[str]
    metadata: JsonObject
    embed_instruction: str | None


class DocDetails(TypedDict):
    """What is known of a document beside its text."""

    title: str
    metadata: JsonObject
    modality: str
    language: str
    embedding_model: str
    embedding_dimensions: int


class DocView(DocDetails):
    """A document as readers see it.

    Attributes:
        embeddings: The vectors of its pieces, if they are asked for and there are any. They are
            unpacked while they are walked through.
        jobs: What makes them; only the answer to a creation has them.
    """

    id: str
    created_at: str
    content: list[str]
    embeddings: Iterator[list[float]] | None
    jobs: NotRequired[list[str]]


class Doc(DocDetails, Record):
    """A document of an agent or a user, without its text, which `store.snippets` has.

    Attributes:
        digest: Of title and text: an owner has each document once.
    """

    owner_id: str
    owner_role: str
    agent_id: str | None
    user_id: str | None
    digest: str


class Piece(TypedDict):
    """A part of a document that a search found.

    Attributes:
        embedding: Its vector, if the search asks for it; not there in the older form.
    """

    index: int
    content: str
    embedding: NotRequired[list[float] | None]


class DocOwner(TypedDict):
    """Whose a document is, `agent` or `user`."""

    id: str
    role: str


class DocReference(TypedDict):
    """A document that a search found, with the part of it that was found."""

    id: str
    owner: DocOwner
    title: str
    metadata: JsonObject
    snippet: Piece
    snippets: list[Piece]
    distance: float | None
