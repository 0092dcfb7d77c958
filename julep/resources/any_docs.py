"""Documents of any owner, and embeddings."""

from __future__ import annotations

from collections.abc import Sequence

from julep._codec import OMIT
from julep._documents.search import embedding
from julep._faces import FaceT, Resource, operation
from julep._paths import Id, path
from julep._request import Request
from julep.types.docs import Doc, EmbedQueryResponse


class Docs(Resource[FaceT]):
    """Documents of any owner, and embeddings."""

    @operation
    def get(self, doc_id: Id, *, include_embeddings: bool = OMIT) -> Request[Doc]:
        """Fetch one document, whoever owns it.

        Args:
            doc_id: The document, or its id.
            include_embeddings: Whether it carries its vectors. Default true (servers of 2025).

        Raises:
            NotFoundError: There is no such document.
        """
        query = {"include_embeddings": include_embeddings}
        return Request("GET", path("/docs/{doc_id}", doc_id=doc_id), Doc, query=query)

    @operation
    def embed(
        self, *, text: str | Sequence[str], embed_instruction: str = OMIT
    ) -> Request[EmbedQueryResponse]:
        """Turn text into vectors of 1024 numbers, to search with.

        Args:
            text: One text, or a list of 1 to 100.
            embed_instruction: What the text is for (servers of 2025, which put a vector of the
                instruction in front of the others).

        Returns:
            `vectors`: one for each text.
        """
        return embedding(text, embed_instruction)
