"""Documents of agents and users, made of snippets that can be searched."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar, TypedDict

import anyio.lowlevel

from julep.local.errors import ApiError, Conflict
from julep.local.fields import Field, Form, boolean, mapping, optional, text, texts
from julep.local.records import Doc, DocFields, DocView
from julep.local.search.embedder import Embedder, unpack
from julep.local.store.metadata_filter import MetadataFilter
from julep.local.store.page import Page
from julep.local.store.rows import Shown
from julep.local.store.store import Store
from julep.types._json import JsonObject

from .answers import Deleted, Items
from .collection import Resource, new_record
from .jobs import Jobs
from .names import METADATA_FIELD

_LOG = logging.getLogger("julep.local")
_LONGEST_PIECE = 30_000
_MOST_PIECES = 5_000  # each has a vector of 4 kB
# Characters that are indexed before others are answered; a piece costs as much as so many.
_AT_ONCE, _PER_PIECE = 200_000, 700
_DELETED = "The doc was deleted during create"
_PIECE = text(0, _LONGEST_PIECE)


class Deletion(TypedDict):
    """Which documents are to be deleted."""

    metadata_filter: JsonObject
    delete_all: bool


DOC = Form[DocFields](
    {
        "title": Field(text(0, 800)),
        "content": Field(texts(_PIECE, 1, _MOST_PIECES)),
        "metadata": METADATA_FIELD,
        "embed_instruction": Field(optional(text()), None),
    }
)
DELETION = Form[Deletion](
    {"metadata_filter": Field(mapping, dict), "delete_all": Field(boolean, False)}
)


class Docs(Resource[Doc]):
    """The documents of one kind of owner.

    Args:
        store: Where they are kept.
        role: Whose they are, `agent` or `user`.
        embedder: Makes the vectors of new ones.
        jobs: Where the embedding of a new one is noted.
    """

    kind: ClassVar[str] = "Doc"
    longest_page: ClassVar[int | None] = 100

    def __init__(self, store: Store, role: str, embedder: Embedder, jobs: Jobs) -> None:
        super().__init__(store, store.docs)
        self._role = role
        self._embedder = embedder
        self._jobs = jobs

    async def create(self, owner_id: str, body: Mapping[str, object]) -> DocView:
        """Create a document; return it without its vectors.

        Raises:
            Conflict: There is no such owner, it has a document like this already, or the new one is
                deleted meanwhile.
        """
        fields = DOC.read(body)
        self._need_owner(owner_id)
        doc = self._new(owner_id, fields)
        with self._store.transaction():
            self._add(doc)
            self._store.snippets.begin(doc["id"])
            job_id = self._jobs.add("embed_docs", "in_progress")
        await self._write(doc, fields["content"])
        try:
            await self._embedder.embed_pending([owner_id])
            self._jobs.move(job_id, "succeeded")
        except ApiError as error:
            _LOG.warning("the document has no vectors yet: %s", error)
            self._jobs.move(job_id, "failed")
        if self._table.get(doc["id"]) is None:
            raise Conflict(_DELETED)
        # As on the self-hosted server, where vectors appear later, they have to be asked for.
        return {**self._shown(doc, embeddings=False), "jobs": [job_id]}

    async def _write(self, doc: Doc, pieces: Sequence[str]) -> None:
        id, snippets, first = doc["id"], self._store.snippets, 0
        try:
            for batch in _batches(pieces):
                await anyio.lowlevel.checkpoint()
                gone = self._store.unique(_DELETED)
                with gone, self._store.transaction():
                    snippets.add(id, doc["owner_id"], doc["title"], batch, first)
                first += len(batch)
        except BaseException:
            self._table.delete(id=id)
            raise
        finally:
            snippets.finish(id)

    def get(self, id: str, query: Mapping[str, str]) -> DocView:
        """Return the document of this id, whoever owns it."""
        return self._shown(self._find(id), embeddings=_wants_embeddings(query))

    def list(self, owner_id: str, query: Mapping[str, str]) -> Items[DocView]:
        """Return a page of the owner's documents, under `items`."""
        docs = self._page(query, **self._owned_by(owner_id)).one_by_one()
        embeddings = _wants_embeddings(query)
        return {"items": Shown(docs, partial(self._shown, embeddings=embeddings))}

    def delete(self, owner_id: str, doc_id: str) -> Deleted:
        """Delete it; return its id and when that was."""
        return self._remove(doc_id, **self._owned_by(owner_id))

    def bulk_delete(self, owner_id: str, body: Mapping[str, object]) -> Items[Deleted]:
        """Delete the owner's documents that pass a filter, or all; return what was deleted."""
        fields = DELETION.read(body)
        wanted = MetadataFilter(fields["metadata_filter"])
        if not wanted and not fields["delete_all"]:
            return {"items": []}
        page = Page(limit=2**62, metadata=wanted)
        with self._store.transaction():
            docs = self._table.page(page, **self._owned_by(owner_id))
            return {"items": [self.delete(owner_id, doc["id"]) for doc in docs]}

    def _owned_by(self, owner_id: str) -> dict[str, str]:
        # An agent and a user may have the same id, if a caller chose it for both.
        return {"owner_id": owner_id, f"{self._role}_id": owner_id}

    def _need_owner(self, owner_id: str) -> None:
        table = self._store.agents if self._role == "agent" else self._store.users
        if table.get(owner_id) is None:
            raise Conflict(f"Reference to {self._role} not found during create")

    def _new(self, owner_id: str, fields: DocFields) -> Doc:
        identity = json.dumps([fields["title"], fields["content"]])
        return {
            **new_record(),
            "metadata": fields["metadata"],
            "title": fields["title"],
            "modality": "text",
            "language": "english",
            "embedding_model": self._embedder.model,
            "embedding_dimensions": self._embedder.dimensions,
            "owner_id": owner_id,
            "owner_role": self._role,
            "agent_id": owner_id if self._role == "agent" else None,
            "user_id": owner_id if self._role == "user" else None,
            "digest": hashlib.sha256(identity.encode()).hexdigest(),
        }

    def _clash(self, record: Doc, operation: str) -> str:
        del record
        return f"A doc with this content already exists during {operation}"

    def _shown(self, doc: Doc, *, embeddings: bool) -> DocView:
        snippets, id = self._store.snippets, doc["id"]
        vectors = snippets.embeddings_of_doc(id) if embeddings else []
        return {
            "id": id,
            "metadata": doc["metadata"],
            "created_at": doc["created_at"],
            "title": doc["title"],
            "modality": doc["modality"],
            "language": doc["language"],
            "embedding_model": doc["embedding_model"],
            "embedding_dimensions": doc["embedding_dimensions"],
            "content": [snippet.content for snippet in snippets.of_doc(id)],
            "embeddings": map(unpack, vectors) if vectors else None,
        }


def _batches(pieces: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece) + _PER_PIECE
        batch.append(piece)
        if size > _AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _wants_embeddings(query: Mapping[str, str]) -> bool:
    return query.get("include_embeddings", "true").lower() not in {"false", "0", "no", "off"}
