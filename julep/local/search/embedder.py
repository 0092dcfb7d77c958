"""Embedding what callers send, what is searched for, and the documents that are kept."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TypedDict

import anyio

from julep.local.fields import Field, Form, text, texts
from julep.local.models.embeddings import DIMENSIONS, Vectors
from julep.local.store.store import Store
from julep.types._json import JsonObject

_AT_ONCE = 100  # texts of one request; many servers refuse more than a few hundred


class _Request(TypedDict):
    text: list[str]
    embed_instruction: str


EMBEDDING = Form[_Request](
    {
        "text": Field(texts(text(), 1, 100)),
        "embed_instruction": Field(text(), ""),
    }
)


class Embedder:
    """Makes vectors and keeps those of documents.

    Snippets are stored without vectors and get them later: at once if all goes well, else before
    they are searched. So a failing model loses no document, and another model may take over.
    """

    dimensions = DIMENSIONS

    def __init__(self, store: Store, model: Vectors) -> None:
        self._snippets = store.snippets
        self._transaction = store.transaction
        self._model = model
        self._lock = anyio.Lock()
        self.model: str = model.name
        self.semantic: bool = model.semantic
        store.use_vectors_of(model.name)

    async def embed(self, body: object) -> JsonObject:
        """Make the vectors of one text or several, under `vectors`."""
        fields = EMBEDDING.read(body)
        given = fields["text"]
        if instruction := fields["embed_instruction"]:
            given = [f"{instruction}\n\n{each}" for each in given]
        return {"vectors": await self.embed_texts(given)}

    async def embed_texts(self, texts: Sequence[str]) -> list[list[float]]:
        """Make one vector for each text."""
        return [vector.tolist() for vector in await self._model.vectors(texts)]

    async def embed_pending(self, owners: Sequence[str]) -> None:
        """Give vectors to the owners' snippets that have none.

        Raises:
            ModelFailed: The model didn't make them.
        """
        async with self._lock:
            while pending := self._snippets.pending(owners, _AT_ONCE):
                texts = [_in_context(title, content) for _, title, content in pending]
                made = await self._model.vectors(texts)
                numbers = (number for number, _, _ in pending)
                packed = (vector.tobytes() for vector in made)
                with self._transaction():
                    self._snippets.embed(zip(numbers, packed, strict=True))


def unpack(packed: bytes) -> list[float]:
    """Return the vector that was stored."""
    return array("f", packed).tolist()


def _in_context(title: str, piece: str) -> str:
    return f"Title: {title}\n\n{piece}" if title else piece
