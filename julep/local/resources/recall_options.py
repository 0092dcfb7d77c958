"""Recall options: how a session looks for documents that matter to what is said."""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.fields import (
    Field,
    Form,
    anything,
    boolean,
    invalid,
    mapping,
    number,
    text,
)
from julep.local.records import RecallOptions

MOST_SEARCH_MESSAGES = 50
"""The newest messages that documents can be recalled for."""
_SEARCH = {
    "mode": Field(anything, "vector"),
    "limit": Field(number(1, 50, whole=True), 10),
    "lang": Field(text(), "en-US"),
    "metadata_filter": Field(mapping, dict),
    "num_search_messages": Field(number(1, MOST_SEARCH_MESSAGES, whole=True), 4),
    "max_query_length": Field(number(100, 10_000, whole=True), 1000),
    "include_embeddings": Field(boolean, True),
}
_TRIGRAM = {"trigram_similarity_threshold": Field(number(0, 1), 0.6)}
_VECTOR = {
    "confidence": Field(number(-1, 1), 0.5),
    "mmr_strength": Field(number(0, below=1), 0.5),
}
_HYBRID = {"alpha": Field(number(0, 1), 0.5), "k_multiplier": Field(number(0, whole=True), 7)}

_FORMS = {
    "text": Form[RecallOptions]({**_SEARCH, **_TRIGRAM}),
    "vector": Form[RecallOptions]({**_SEARCH, **_VECTOR}),
    "hybrid": Form[RecallOptions]({**_SEARCH, **_VECTOR, **_TRIGRAM, **_HYBRID}),
}


def recall_field(options: Mapping[str, object]) -> RecallOptions:
    """Complete recall options of the mode that they name, `vector` if none.

    Raises:
        Invalid: An option has the wrong type or size.
    """
    mode = options.get("mode", "vector")
    if not isinstance(mode, str) or mode not in _FORMS:
        message = "Input should be 'vector', 'text' or 'hybrid'"
        raise invalid("literal_error", message, "recall_options.mode", mode)
    return _FORMS[mode].read(options, "recall_options")
