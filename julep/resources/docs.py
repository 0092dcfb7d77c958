"""Documents of agents and users, and the search through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from julep._codec import OMIT
from julep._documents.adding import adding
from julep._documents.modes import SearchMode, searching
from julep._documents.options import AddOptions, DocFields
from julep._documents.search import SearchOptions
from julep._documents.sources import DocSource
from julep._faces import FaceT, Resource, operation, workflow
from julep._keywords import checked, shows_keywords
from julep._pages import FilteredListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._server_errors.hints import LATE
from julep.types.added_docs import AddedDocs
from julep.types.common import Listing, ResourceDeleted
from julep.types.docs import Doc, DocSearchResponse


class DocListOptions(FilteredListOptions, total=False):
    """What lists of documents take.

    Attributes:
        include_embeddings: Whether documents carry their vectors. Default true (servers of 2025).
    """

    include_embeddings: bool


class AgentDocs(Resource[FaceT]):
    """The documents that an agent knows."""

    @shows_keywords
    def list(self, agent_id: Id, **options: Unpack[DocListOptions]) -> Pages[FaceT, Doc]:
        """List the documents of an agent, newest first. Pages are fetched as they are needed.

        Args:
            agent_id: The agent, or its id.
            **options: `limit` (most items in all), `page_size`, `offset`, `direction`,
                `metadata_filter`, `include_embeddings`. No server sorts documents by `updated_at`.
        """
        return _list(self, path("/agents/{agent_id}/docs", agent_id=agent_id), options)

    @operation
    def create(
        self, agent_id: Id, *, title: str, content: str | Sequence[str], **fields: Unpack[DocFields]
    ) -> Request[Doc]:
        """Add a document to an agent.

        Args:
            agent_id: The agent, or its id.
            title: Up to 800 characters. It counts in searches.
            content: The text, or a list of pieces of at most 30000 characters; a search finds
                pieces. No server cuts a text into pieces by itself.
            **fields: `metadata` to filter by; `embed_instruction` for the embedding model.

        Returns:
            The document. `jobs` holds the id of the job that embeds it, on servers of 2024.

        Raises:
            ConflictError: The agent has the same document already (servers of 2025).
        """
        where = path("/agents/{agent_id}/docs", agent_id=agent_id)
        return _create(where, title, content, fields)

    @workflow
    async def add(
        self, agent_id: Id, source: DocSource, **options: Unpack[AddOptions]
    ) -> AddedDocs:
        """Make documents of files and texts, and write only what is not there yet.

        Each file is one document, whose title is its path in the folder, cut into pieces as
        `julep.chunks` does. Call it as often as you like: a file that is as it was is not sent again.
        A changed one gets a new document before the old one is deleted, and a run that broke off is
        finished by the next. Each request has the client's `timeout`.

        Documents say in their metadata what they were made of: `julep_path` is the name of the folder
        and the path in it, such as `handbook/garden.txt`, or `text:` and the title; `julep_hash` is a hash of
        title, pieces and `metadata`. All of the agent's documents are listed to find these, but for a
        single file or text, where servers of 2025 filter. Delete all of a folder's with `prune` and
        an empty folder; `bulk_delete` finds single ones by `julep_path`, on servers of 2025.

        Several processes may add the same files at once. Each file is one document then, on servers
        of 2025 since they refuse a second one with the same title and text, on those of 2024
        since whoever looks last deletes the younger one.

        Args:
            agent_id: The agent, or its id.
            source: A `Path` of a folder or a file, bytes, or several of these; or a text, with `title=`.
                In folders, names that begin with a dot are left out, and links that lead out of it
                are skipped.
            **options: How files are found, read and cut. `metadata` and `embed_instruction` are
                for all of them.

        Returns:
            What became of them: `added`, `changed`, `unchanged` and `removed` documents, and the
            `skipped` ones with a reason: a text that is empty, not UTF-8, or too large (16 MiB, 5000
            pieces, or what the server takes). A skipped file keeps the document that it had. Files of
            formats that hold text and are not read, such as PDF, are a warning, too.

        Raises:
            FileNotFoundError: There is no such file or folder. Nothing was sent.
            TypeError: A text has no title, or the source is none. Nothing was sent.
            ValueError: Two files would be the same document, or a number is out of range. Nothing
                was sent.
        """
        __tracebackhide__ = True
        where = path("/agents/{agent_id}/docs", agent_id=agent_id)
        return await adding(self._engine, where, source, options)

    @operation
    def delete(self, agent_id: Id, doc_id: Id) -> Request[ResourceDeleted]:
        """Delete a document of an agent.

        Args:
            agent_id: The agent, or its id.
            doc_id: The document, or its id.
        """
        where = path("/agents/{agent_id}/docs/{doc_id}", agent_id=agent_id, doc_id=doc_id)
        return Request("DELETE", where, ResourceDeleted)

    @workflow
    async def search(
        self,
        agent_id: Id,
        text: str = OMIT,
        *,
        mode: SearchMode = OMIT,
        **query: Unpack[SearchOptions],
    ) -> DocSearchResponse:
        """Search the documents of an agent by words, by meaning, or by both.

        Args:
            agent_id: The agent, or its id.
            text: What to look for. Without a `mode` it takes the syntax of the server: all words have
                to be there, on servers of 2025 `OR`, `-word` and `"a phrase"` say otherwise.
            mode: `hybrid` is for questions in natural words: any of them counts, and nearness in
                meaning, whose vector is made here; `alpha` weighs the two. `vector` counts nearness
                alone, `text` words alone. By default what is given decides, and words and vector
                are weighed by the server.
            **query: How to search.

        Returns:
            The hits as `docs`, the best first, and the seconds that the server took. Their `score` is
            the similarity, the rank of the text as rank / (rank + 1), or the weighted mean of both:
            nothing is rescaled by what else was found, so it can be held against a threshold. The
            mix without a `mode` is the server's, which does rescale.

        Raises:
            ValueError: There is nothing to search for, or not what the mode needs. Nothing was sent.
        """
        __tracebackhide__ = True
        where = path("/agents/{agent_id}/search", agent_id=agent_id)
        return await searching(self._engine, where, text, mode, query)

    @operation
    def bulk_delete(
        self, agent_id: Id, *, metadata_filter: Mapping[str, Any] = OMIT, delete_all: bool = OMIT
    ) -> Request[Listing[ResourceDeleted]]:
        """Delete many documents of an agent (servers of 2025).

        Args:
            agent_id: The agent, or its id.
            metadata_filter: Only documents whose metadata has these values. Servers of 2025 refuse
                numbers here.
            delete_all: All of them, when there is no filter. With neither, none is deleted.

        Returns:
            `items`: what was deleted.
        """
        where = path("/agents/{agent_id}/docs", agent_id=agent_id)
        return _bulk_delete(where, metadata_filter, delete_all)


class UserDocs(Resource[FaceT]):
    """The documents that belong to a user."""

    @shows_keywords
    def list(self, user_id: Id, **options: Unpack[DocListOptions]) -> Pages[FaceT, Doc]:
        """List the documents of a user, newest first. Pages are fetched as they are needed.

        Args:
            user_id: The user, or their id.
            **options: As for `client.agents.docs.list`.
        """
        return _list(self, path("/users/{user_id}/docs", user_id=user_id), options)

    @operation
    def create(
        self, user_id: Id, *, title: str, content: str | Sequence[str], **fields: Unpack[DocFields]
    ) -> Request[Doc]:
        """Add a document to a user, which agents recall when they talk to that user.

        Args:
            user_id: The user, or their id.
            title: Up to 800 characters. It counts in searches.
            content: The text, or a list of pieces, as for `client.agents.docs.create`.
            **fields: `metadata` to filter by; `embed_instruction` for the embedding model.

        Raises:
            ConflictError: The user has the same document already (servers of 2025).
        """
        return _create(path("/users/{user_id}/docs", user_id=user_id), title, content, fields)

    @workflow
    async def add(self, user_id: Id, source: DocSource, **options: Unpack[AddOptions]) -> AddedDocs:
        """Make documents of files and texts, and write only what is not there yet.

        Args:
            user_id: The user, or their id.
            source: A `Path` of a folder or a file, bytes, or several of these; or a text, with `title=`.
            **options: How files are found, read and cut. `metadata` and `embed_instruction` are
                for all of them.

        Returns:
            What became of them, as for `client.agents.docs.add`, which tells more.

        Raises:
            FileNotFoundError: There is no such file or folder. Nothing was sent.
            TypeError: A text has no title, or the source is none. Nothing was sent.
            ValueError: Two files would be the same document, or a number is out of range. Nothing
                was sent.
        """
        __tracebackhide__ = True
        return await adding(
            self._engine, path("/users/{user_id}/docs", user_id=user_id), source, options
        )

    @operation
    def delete(self, user_id: Id, doc_id: Id) -> Request[ResourceDeleted]:
        """Delete a document of a user.

        Args:
            user_id: The user, or their id.
            doc_id: The document, or its id.
        """
        where = path("/users/{user_id}/docs/{doc_id}", user_id=user_id, doc_id=doc_id)
        return Request("DELETE", where, ResourceDeleted)

    @workflow
    async def search(
        self,
        user_id: Id,
        text: str = OMIT,
        *,
        mode: SearchMode = OMIT,
        **query: Unpack[SearchOptions],
    ) -> DocSearchResponse:
        """Search the documents of a user by words, by meaning, or by both.

        Args:
            user_id: The user, or their id.
            text: What to look for.
            mode: `text`, `vector` or `hybrid`, as for `client.agents.docs.search`.
            **query: How to search.

        Raises:
            ValueError: There is nothing to search for, or not what the mode needs. Nothing was sent.
        """
        __tracebackhide__ = True
        where = path("/users/{user_id}/search", user_id=user_id)
        return await searching(self._engine, where, text, mode, query)

    @operation
    def bulk_delete(
        self, user_id: Id, *, metadata_filter: Mapping[str, Any] = OMIT, delete_all: bool = OMIT
    ) -> Request[Listing[ResourceDeleted]]:
        """Delete many documents of a user (servers of 2025).

        Args:
            user_id: The user, or their id.
            metadata_filter: Only documents whose metadata has these values. Servers of 2025 refuse
                numbers here.
            delete_all: All of them, when there is no filter. With neither, none is deleted.
        """
        where = path("/users/{user_id}/docs", user_id=user_id)
        return _bulk_delete(where, metadata_filter, delete_all)


def _list(docs: Resource[FaceT], where: str, options: DocListOptions) -> Pages[FaceT, Doc]:
    return Pages(docs, where, Doc, options, form=DocListOptions, asks_numbers=False)


def _create(
    where: str, title: str, content: str | Sequence[str], fields: DocFields
) -> Request[Doc]:
    body = {"title": title, "content": content, **checked(DocFields, fields)}
    return Request("POST", where, Doc, body=body, written=body)


def _bulk_delete(
    where: str, metadata_filter: Mapping[str, Any], delete_all: bool
) -> Request[Listing[ResourceDeleted]]:
    body = {"metadata_filter": metadata_filter, "delete_all": delete_all}
    return Request("DELETE", where, Listing[ResourceDeleted], body=body, missing=LATE)
