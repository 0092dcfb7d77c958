"""Entries as chats read them."""

from __future__ import annotations

import json

from julep.local.records import Entry, Session
from julep.local.store.entry_rows import EntryRows
from julep.local.store.store import Store
from tests.local.records import some


def texts(store: Store, number: int = 0, session: str = "s", most: int = 10_000) -> list[str]:
    """The ids of what is read behind a number."""
    rows: EntryRows = store.entry_rows
    return [json.loads(body)["id"] for _, body in rows.behind(number, session, most)]


def test_what_is_new_is_read_alone(store: Store) -> None:
    """Oldest first, of one session; of too much the end, and nothing that a summary replaces."""
    for session in ("s", "t"):
        store.sessions.insert(some(Session, id=session))
    for id in ("a", "b", "c"):
        store.entries.insert(some(Entry, id=id, session_id="s"))
    store.entries.insert(some(Entry, id="d", session_id="t"))
    (first, body), *_ = store.entry_rows.behind(0, "s", 10_000)
    assert (texts(store), texts(store, first), texts(store, session="t")) == (
        ["a", "b", "c"],
        ["b", "c"],
        ["d"],
    )
    assert texts(store, most=2 * len(body)) == ["b", "c"]
    store.entries.replace(some(Entry, id="b", session_id="s", summary_id="c"))
    assert texts(store) == ["a", "c"]


def test_changes_are_told(store: Store) -> None:
    """Of each session whose entries are changed or go, by whatever way; new ones are not told."""
    told: list[str] = []
    store.entry_rows.watch(told.append)
    for session in ("s", "t", "u"):
        store.sessions.insert(some(Session, id=session))
        store.entries.insert(some(Entry, id=f"of {session}", session_id=session))
    assert told == []
    store.entries.replace(some(Entry, id="of s", session_id="s", summary_id="x"))
    store.entries.delete(session_id="t")
    store.sessions.delete(id="u")
    assert told == ["s", "t", "u"]
