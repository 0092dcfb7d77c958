"""Documents of agents and users, made of snippets that can be searched."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence

import anyio.lowlevel

from julep.local.clock import now
from julep.local.errors import ApiError, Conflict, missing
from julep.local.fields import Field, Form, boolean, either, mapping, optional, sequence, text
from julep.local.ids import new_id
from julep.local.json_types import JsonObject
from julep.local.records import Doc
from julep.local.resources.answers import Deleted, deleted
from julep.local.resources.jobs import Jobs
from julep.local.search.embedder import Embedder, unpack
from julep.local.store.metadata_filter import MetadataFilter
from julep.local.store.page import Page, read_page
from julep.local.store.store import Store

_LOG = logging.getLogger("julep.local")
_LONGEST_PIECE = 30_000
_MOST_PIECES = 5_000  # each has a vector of 4 kB
# Characters that are indexed before others are answered; a piece costs as much as so many.
_AT_ONCE, _PER_PIECE = 200_000, 700
_LONGEST_PAGE = 100
_PIECE = text(0, _LONGEST_PIECE)
DOC = Form[JsonObject](
    {
        "title": Field(text(0, 800)),
        "content": Field(
            either(**{"Text": _PIECE, "list[Text]": sequence(_PIECE, 1, _MOST_PIECES)})
        ),
        "metadata": Field(optional(mapping), dict),
        "embed_instruction": Field(optional(text()), None),
    }
)
DELETION = Form[JsonObject](
    {"metadata_filter": Field(mapping, dict), "delete_all": Field(boolean, False)}
)
_PRIVATE = {"updated_at", "owner_id", "owner_role", "agent_id", "user_id", "digest"}


class Docs:
    """The documents of one kind of owner.

    Args:
        store: where they are kept.
        role: whose they are, `agent` or `user`.
        embedder: makes the vectors of new ones.
        jobs: where the embedding of a new one is noted.
    """

    def __init__(self, store: Store, role: str, embedder: Embedder, jobs: Jobs) -> None:
        self._store = store
        self._table = store.docs
        self._role = role
        self._embedder = embedder
        self._jobs = jobs

    async def create(self, owner_id: str, body: JsonObject) -> JsonObject:
        """The new document, without its vectors.

        Raises:
            Conflict: there is no such owner, or it has a document like this already.
        """
        fields = DOC.read(body)
        content = fields["content"]
        pieces: list[str] = [content] if isinstance(content, str) else content
        self._need_owner(owner_id)
        doc = self._new(owner_id, fields, pieces)
        with self._store.unique("A doc with this content already exists during create"):
            self._table.insert(doc)
            self._store.snippets.begin(doc["id"])
            job_id = self._jobs.add("embed_docs", "in_progress")
        await self._write(doc, pieces)
        try:
            await self._embedder.embed_pending([owner_id])
            self._jobs.move(job_id, "succeeded")
        except ApiError as error:
            _LOG.warning("the document has no vectors yet: %s", error)
            self._jobs.move(job_id, "failed")
        # As on the hosted server, where vectors appear later, they have to be asked for.
        return {**self._shown(doc, embeddings=False), "jobs": [job_id]}

    async def _write(self, doc: Doc, pieces: Sequence[str]) -> None:
        id, snippets, first = doc["id"], self._store.snippets, 0
        try:
            for batch in _batches(pieces):
                await anyio.lowlevel.checkpoint()
                with self._store.unique("The doc was deleted during create"):
                    snippets.add(id, doc["owner_id"], doc["title"], batch, first)
                first += len(batch)
        except BaseException:
            self._table.delete(id=id)
            raise
        finally:
            snippets.finish(id)

    def get(self, id: str, query: Mapping[str, str]) -> JsonObject:
        """The document of this id, whoever owns it."""
        if (doc := self._table.get(id)) is None:
            raise missing("Doc")
        return self._shown(doc, embeddings=_wants_embeddings(query))

    def list(self, owner_id: str, query: Mapping[str, str]) -> JsonObject:
        """A page of the owner's documents, under `items`."""
        page = read_page(query, least=1, most=_LONGEST_PAGE)
        docs = self._table.page(page, **self._owned_by(owner_id))
        embeddings = _wants_embeddings(query)
        return {"items": [self._shown(doc, embeddings=embeddings) for doc in docs]}

    def delete(self, owner_id: str, doc_id: str) -> Deleted:
        """Its id and when it was deleted."""
        if not self._table.delete(id=doc_id, **self._owned_by(owner_id)):
            raise missing("Doc", "delete")
        return deleted(doc_id)

    def bulk_delete(self, owner_id: str, body: JsonObject) -> JsonObject:
        """What was deleted: the owner's documents that pass a filter, or all when told so."""
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

    def _new(self, owner_id: str, fields: JsonObject, pieces: Sequence[str]) -> Doc:
        moment = now()
        identity = json.dumps([fields["title"], pieces])
        doc: Doc = {
            "id": new_id(),
            "metadata": fields["metadata"] or {},
            "created_at": moment,
            "updated_at": moment,
            "title": fields["title"],
            "modality": "text",
            "language": "english",
            "embedding_model": self._embedder.model,
            "embedding_dimensions": self._embedder.dimensions,
            "owner_id": owner_id,
            "owner_role": self._role,
            "digest": hashlib.sha256(identity.encode()).hexdigest(),
        }
        doc["agent_id" if self._role == "agent" else "user_id"] = owner_id
        return doc

    def _shown(self, doc: Doc, *, embeddings: bool) -> JsonObject:
        pieces = self._store.snippets.of_doc(doc["id"])
        shown = {key: value for key, value in doc.items() if key not in _PRIVATE}
        shown["content"] = [snippet.content for snippet, _ in pieces]
        vectors = [unpack(vector) for _, vector in pieces if vector] if embeddings else []
        return {**shown, "embeddings": vectors or None}


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
