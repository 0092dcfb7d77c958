"""Documents, and what finds them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from ._json import is_array, is_object
from ._model import Model

DocOwnerRole: TypeAlias = Literal["user", "agent"] | str


@attrs.define(kw_only=True)
class CreateDoc(Model):
    """What a document is made from.

    Attributes:
        title: Its title, up to 800 characters.
        content: Its text, or the chunks of it, each up to 30 000 characters.
        metadata: Data attached by the developer.
        embed_instruction: What the embedding model is told about the text.
    """

    __late__: ClassVar[frozenset[str]] = frozenset({"embed_instruction"})

    title: str
    content: str | list[str]
    metadata: dict[str, Any] | None = None
    embed_instruction: str | None = None


@attrs.define(kw_only=True)
class Doc(CreateDoc):
    """A stored document.

    Attributes:
        id: Id of the document.
        created_at: When it was made.
        updated_at: When it last changed.
        jobs: Ids of the background jobs that embed it.
        embeddings: Its vectors, one for each chunk, or a single one.
        modality: Kind of content, such as `text`.
        language: Language of the text.
        embedding_model: Name of the model that embedded it.
        embedding_dimensions: How many numbers each vector has.
    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    jobs: list[str] = attrs.field(factory=list[str])
    embeddings: list[Any] | None = attrs.field(default=None, repr=False)
    modality: str | None = None
    language: str | None = None
    embedding_model: str | None = None
    embedding_dimensions: int | None = None


@attrs.define(kw_only=True)
class DocOwner(Model):
    """Whose document it is.

    Attributes:
        id: Id of the agent or user.
        role: Which of the two it is.
    """

    id: str
    role: DocOwnerRole


@attrs.define(kw_only=True)
class Snippet(Model):
    """One chunk of a document.

    Attributes:
        index: Which chunk, from 0.
        content: Its text.
        embedding: Its vector.
    """

    index: int
    content: str
    embedding: list[float] | None = attrs.field(default=None, repr=False)


@attrs.define(kw_only=True)
class DocReference(Model):
    """A document that a search found.

    Attributes:
        id: Id of the document.
        owner: Whose it is.
        title: Its title.
        snippets: The chunks that match, the best first.
        distance: What the server says of how well it fits: 1 minus the score of a search by vector
            or both; of one by text, the score itself (servers of 2025), or the negated rank and
            10000000 for none (servers of 2024). `score` is the same on all.
        metadata: Data attached by the developer.
        score: How well it fits what `docs.search` looked for, 0 to 1; higher is better. It is the
            cosine similarity, or the rank of the text as rank / (rank + 1), or their mix. None for
            what a chat recalled.
    """

    id: str
    owner: DocOwner
    title: str | None = None
    snippets: list[Snippet] = attrs.field(factory=list[Snippet])
    distance: float | None = None
    metadata: dict[str, Any] | None = None
    score: float | None = attrs.field(default=None, init=False)

    @property
    def snippet(self) -> Snippet | None:
        """The best chunk."""
        return self.snippets[0] if self.snippets else None

    @property
    def text(self) -> str:
        """The chunks that match, one after the other, with a line break between them."""
        return "\n".join(snippet.content for snippet in self.snippets)

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Read a single `snippet` as `snippets`, and each of several once.

        Servers of 2024 repeat every snippet after a search by vector.
        """
        snippet, snippets = fields.get("snippet"), fields.get("snippets")
        if is_array(snippets):
            once = {_identity(one): one for one in snippets}
            return {**fields, "snippets": list(once.values())}
        return fields if snippet is None else {**fields, "snippets": [snippet]}


def _identity(snippet: Any) -> Any:
    """Return what makes two snippets the same; anything else is left to be read, or refused."""
    return (
        (snippet.get("index"), str(snippet.get("content"))) if is_object(snippet) else id(snippet)
    )


@attrs.define(kw_only=True)
class DocSearchResponse(Model):
    """What a search found.

    Attributes:
        docs: The documents, the best first.
        time: How long the search took, in seconds.
    """

    _shown_empty: ClassVar[frozenset[str]] = frozenset({"docs"})

    docs: list[DocReference]
    time: float | None = None


@attrs.define(kw_only=True)
class EmbedQuery(Model):
    """What is to be embedded.

    Attributes:
        text: One text, or up to 100 of them.
        embed_instruction: What the embedding model is told about the text.
    """

    text: str | list[str]
    embed_instruction: str | None = None


@attrs.define(kw_only=True)
class EmbedQueryResponse(Model):
    """Vectors for texts.

    Attributes:
        vectors: One for each text, in their order.
    """

    vectors: list[list[float]]


@attrs.define(kw_only=True)
class BaseDocSearch(Model):
    """What every kind of search takes. What is None is left to the server.

    Attributes:
        limit: Most documents found, 1 to 50 (100 on servers of 2024).
        lang: Language of the text, such as `en-US`.
        metadata_filter: Values that the documents' metadata must have.
        include_embeddings: Whether the chunks come with their vectors.
    """

    limit: int | None = None
    lang: str | None = None
    metadata_filter: dict[str, Any] | None = None
    include_embeddings: bool | None = None


@attrs.define(kw_only=True)
class TextDocSearch(BaseDocSearch):
    """A search by words.

    Attributes:
        text: What to look for.
        trigram_similarity_threshold: How alike misspelt words must be, 0 to 1.
    """

    text: str
    trigram_similarity_threshold: float | None = None


@attrs.define(kw_only=True)
class VectorDocSearch(BaseDocSearch):
    """A search by meaning.

    Attributes:
        vector: What to look for, embedded by the server's own model.
        confidence: Least likeness, 0 to 1 (-1 to 1 on servers of 2025).
        mmr_strength: How much the documents found shall differ, 0 up to but not including 1.
    """

    vector: list[float]
    confidence: float | None = None
    mmr_strength: float | None = None


@attrs.define(kw_only=True)
class HybridDocSearch(VectorDocSearch):
    """A search by words and by meaning.

    Attributes:
        text: The words to look for.
        alpha: Weight of the meaning, 0 to 1; the rest is that of the words.
        trigram_similarity_threshold: How alike misspelt words must be, 0 to 1.
        k_multiplier: How many more candidates are ranked than asked for, 1 to 10 times.
    """

    text: str
    alpha: float | None = None
    trigram_similarity_threshold: float | None = None
    k_multiplier: int | None = None


DocSearch: TypeAlias = TextDocSearch | VectorDocSearch | HybridDocSearch
