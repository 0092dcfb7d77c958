"""Which documents a session recalls for what is being said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from julep.local.models.token_count import plain_text
from julep.local.records import DocReference, Message, RecallOptions
from julep.local.search.embedder import Embedder
from julep.local.search.fts_query import any_of
from julep.local.search.search import Search, SearchRequest

_SPEAKERS = {"user", "assistant"}


class Recaller:
    """Looks for documents that fit a conversation."""

    def __init__(self, search: Search, embedder: Embedder) -> None:
        self._search = search
        self._embedder = embedder

    async def recall(
        self, options: RecallOptions, owners: Sequence[str], said: Sequence[Message]
    ) -> list[DocReference]:
        """Return references to documents that matter to the last messages, best first.

        Args:
            options: A session's recall options; `resources.recall_options` has their defaults.
            owners: Ids of users and agents whose documents are looked through.
            said: All messages, oldest first.
        """
        newest = islice(filter(is_said, reversed(said)), options["num_search_messages"])
        recent = list(newest)[::-1]
        if not recent:
            return []
        mode, longest = options["mode"], options["max_query_length"]
        text = vector = None
        if mode != "vector":
            text = plain_text(recent[-1]["content"])[:longest]
        if mode != "text":
            spoken = "\n\n".join(map(_spoken, recent))
            (vector,) = await self._embedder.embed_texts([spoken[-longest:]])
        request = SearchRequest(owners, options, text, any_of(text or ""), vector)
        hits = await self._search.find(request)
        return self._search.shown(hits, embeddings=options["include_embeddings"])


def is_said(message: Message) -> bool:
    """Tell whether a message is one that documents can be recalled for."""
    return message["role"] in _SPEAKERS and bool(plain_text(message["content"]).strip())


def _spoken(message: Message) -> str:
    return f"{message.get('name') or message['role']}: {plain_text(message['content'])}"
