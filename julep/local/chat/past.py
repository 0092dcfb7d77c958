"""What was said in a session before, kept in memory between chats.

A model is told all of it each time. To read and prepare thousands of entries again takes much longer
than the rest of a chat, and hardly anything of them ever changes.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Iterable

from julep.local.models.token_count import PER_REPLY
from julep.local.records import Entry, Message
from julep.local.resources.history import MOST_PAST, as_message
from julep.local.resources.recall_options import MOST_SEARCH_MESSAGES
from julep.local.store.store import Store

from .recall import is_said
from .tool_results import Told

_MOST_KEPT = MOST_PAST * 5 // 4
"""Characters as stored, of all sessions; they take about twice that. A past that is as long as it may be
has room to grow for a while before it is read, and cut, again."""
_PER_PAST = 5_000  # what a session takes without its entries


class Past:
    """What was said in a session, as its model is told it.

    Attributes:
        ids: Of the entries, oldest first.
        messages: One for each entry.
        tokens: How many each takes beside others.
        told: The same messages with the results of calls in their places.
        said: The entries of users and assistants that documents may be recalled for.
        number: Of the newest entry that was read.
        length: How many characters they have as stored.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.ids: list[str] = []
        self.messages: list[Message] = []
        self.tokens: list[int] = []
        self.told: Told = Told()
        self.said: deque[Entry] = deque(maxlen=MOST_SEARCH_MESSAGES)
        self.number = 0
        self.length = _PER_PAST
        self.add(entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """Add newer entries."""
        for entry in entries:
            message = as_message(entry)
            self.ids.append(entry["id"])
            self.messages.append(message)
            # Each entry was counted as a prompt of its own.
            self.tokens.append(entry["token_count"] - PER_REPLY)
            self.told.add_unless_stray(message)
            if is_said(entry):
                self.said.append(entry)


class Pasts:
    """The pasts of the sessions that were chatted in last."""

    def __init__(self, store: Store) -> None:
        self._rows = store.entry_rows
        self._kept: OrderedDict[str, Past] = OrderedDict()
        self._length = 0
        self._rows.watch(self._forget)

    def of(self, session_id: str) -> Past:
        """Return what the model sees, oldest first: the entries that no other one replaces.

        Of a very long history that is the end: as much as fits into 8,000,000 characters as stored,
        and what was said since, up to 10,000,000.
        """
        past = self._forget(session_id) or Past()
        rows = self._rows.behind(past.number, session_id, MOST_PAST)
        past.add(_entries(body for _, body in rows))
        past.number = rows[-1][0] if rows else past.number
        past.length += sum(len(body) for _, body in rows)
        self._keep(session_id, past)
        return past

    def _keep(self, session_id: str, past: Past) -> None:
        self._kept[session_id] = past
        self._length += past.length
        while self._length > _MOST_KEPT:
            self._length -= self._kept.popitem(last=False)[1].length

    def _forget(self, session_id: str) -> Past | None:
        past = self._kept.pop(session_id, None)
        self._length -= past.length if past else 0
        return past


def _entries(bodies: Iterable[str]) -> list[Entry]:
    # One text is parsed much faster than many.
    entries: list[Entry] = json.loads(f"[{','.join(bodies)}]")
    # A summary is written late and speaks of what was said before all that is left.
    return sorted(entries, key=lambda entry: entry["source"] != "summarizer")
