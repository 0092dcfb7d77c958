"""Entries: what was said in a session."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypedDict

from julep.local.clock import now
from julep.local.errors import missing
from julep.local.ids import new_id
from julep.local.models.token_count import TOKENIZER, count_messages
from julep.local.records import Entry, Message
from julep.local.store.store import Store
from julep.types._json import JsonObject, is_array, is_object

from .answers import Deleted, deleted

# Twice what the longest context of a model holds, about a million tokens.
MOST_PAST = 8_000_000
"""Characters of a history, as stored, that a model may be told."""
_SHOWN = {"api_request", "api_response"}


class Relation(TypedDict):
    """How two entries belong together: the tail sums up the head."""

    head: str
    relation: str
    tail: str


class HistoryView(TypedDict):
    """What was said in a session, as readers see it.

    Attributes:
        entries: They are read while they are walked through.
        relations: All of them are there after the last entry.
    """

    entries: Iterator[JsonObject]
    relations: list[Relation]
    session_id: str
    created_at: str


class History:
    """The entries of all sessions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, session_id: str) -> HistoryView:
        """Return the session's entries, oldest first; none for a session that isn't there."""
        session = self._store.sessions.get(session_id)
        relations: list[Relation] = []
        return {
            "entries": self._entries(session_id, relations),
            "relations": relations,
            "session_id": session_id,
            "created_at": session["created_at"] if session else now(),
        }

    def delete(self, session_id: str) -> Deleted:
        """Delete the session's entries; return its id and when that was."""
        with self._store.transaction():
            if (session := self._store.sessions.get(session_id)) is None:
                raise missing("Session", "delete")
            self._store.entries.delete(session_id=session_id)
            self._store.sessions.replace({**session, "updated_at": now()})
        return deleted(session_id)

    def past(self, session_id: str) -> list[Entry]:
        """Return the entries that the model sees, oldest first: those that no other one replaces.

        Of a very long history that is the end, as much as fits into 8,000,000 characters as stored.
        """
        entries = self._store.entries.newest(MOST_PAST, session_id=session_id)
        leaves = [entry for entry in entries if not entry.get("summary_id")]
        # A summary is written late and speaks of what was said before all that is left.
        return sorted(leaves, key=lambda entry: entry["source"] != "summarizer")

    def add(
        self, session_id: str, messages: Sequence[Message], source: str, model: str
    ) -> list[Entry]:
        """Store new entries, unless the session is gone."""
        with self._store.transaction():
            if (session := self._store.sessions.get(session_id)) is None:
                return []
            entries = [_entry(session_id, message, source, model) for message in messages]
            for entry in entries:
                self._store.entries.insert(entry)
            self._store.sessions.replace({**session, "updated_at": now()})
        return entries

    def summarise(
        self, old: Sequence[Entry], summary: Message, session_id: str, model: str
    ) -> None:
        """Put a summary in the place of entries, which stay in the history.

        Nothing is done if one of them is gone, or was summed up already, since it was written.
        """
        with self._store.transaction():
            if {entry["id"] for entry in old} - {entry["id"] for entry in self.past(session_id)}:
                return
            added = self.add(session_id, [summary], "summarizer", model)
            for entry in old if added else ():
                self._store.entries.replace({**entry, "summary_id": added[0]["id"]})

    def _entries(self, session_id: str, relations: list[Relation]) -> Iterator[JsonObject]:
        for entry in self._store.entries.rows(session_id=session_id):
            if summary_id := entry.get("summary_id"):
                relation: Relation = {
                    "head": entry["id"],
                    "relation": "summary_of",
                    "tail": summary_id,
                }
                relations.append(relation)
            if entry["source"] in _SHOWN:
                yield _public(entry)


def as_parts(content: object) -> list[JsonObject]:
    """Return a message's content as a list of parts, which is how it is kept."""
    if content is None:
        return []
    if is_array(content):
        return [part for each in content for part in as_parts(each)]
    if is_object(content) and "type" in content:
        return [content]
    text = content if isinstance(content, str) else json.dumps(content, indent=4)
    return [{"type": "text", "text": text}]


def as_message(entry: Message) -> Message:
    """Return an entry as the model sees it: one part of text is plain text again.

    Hosted servers take the white space off its ends too.
    """
    parts = as_parts(entry["content"])
    content: object = parts or None
    if len(parts) == 1 and parts[0].get("type") == "text":
        content = str(parts[0]["text"]).strip()
    message = Message(role=entry["role"], content=content)
    if calls := entry.get("tool_calls"):
        message["tool_calls"] = calls
    if call_id := entry.get("tool_call_id"):
        message["tool_call_id"] = call_id
    return message


def _entry(session_id: str, message: Message, source: str, model: str) -> Entry:
    moment = now()
    return {
        "id": new_id(),
        "session_id": session_id,
        "created_at": moment,
        "timestamp": moment,
        "role": message["role"],
        "name": message.get("name"),
        "content": as_parts(message.get("content")),
        "source": source,
        "tool_calls": message.get("tool_calls") or ([] if source == "api_request" else None),
        "tool_call_id": message.get("tool_call_id"),
        "model": model,
        "tokenizer": TOKENIZER,
        "token_count": count_messages([message]),
    }


def _public(entry: Entry) -> JsonObject:
    return {key: value for key, value in entry.items() if key not in {"session_id", "summary_id"}}
