"""Which documents a session recalls for what is being said."""

from __future__ import annotations

from collections.abc import Sequence

from julep.local.embeddings import Embedder
from julep.local.json_types import JSON
from julep.local.search import Search
from julep.local.tokens import plain_text
from julep.local.words import any_of

_SPEAKERS = {"user", "assistant"}


class Recaller:
    """Looks for documents of the session's users and its active agent."""

    def __init__(self, search: Search, embedder: Embedder) -> None:
        self._search = search
        self._embedder = embedder

    async def recall(
        self,
        session: JSON,
        agent: JSON,
        users: Sequence[JSON],
        past: Sequence[JSON],
        request: JSON,
    ) -> list[JSON]:
        """References to documents that matter to the last messages, best first."""
        options = session["recall_options"]
        said = [m for m in (*past, *request["messages"]) if _is_said(m)]
        recent = said[-options["num_search_messages"] :]
        if not request["recall"] or not recent:
            return []
        search = dict(options)
        mode, longest = options["mode"], options["max_query_length"]
        if mode != "vector":
            search["text"] = plain_text(recent[-1]["content"])[:longest]
        if mode != "text":
            spoken = "\n\n".join(map(_spoken, recent))
            search["vector"] = await self._embedder.embed_query(spoken[-longest:])
        owners = [*(user["id"] for user in users), agent["id"]]
        hits = await self._search.find(owners, search, any_of(search.get("text", "")))
        embeddings = options["include_embeddings"]
        return [self._search.shown(hit, embeddings=embeddings) for hit in hits]


def _is_said(message: JSON) -> bool:
    return message["role"] in _SPEAKERS and bool(plain_text(message["content"]).strip())


def _spoken(message: JSON) -> str:
    return f"{message.get('name') or message['role']}: {plain_text(message['content'])}"
