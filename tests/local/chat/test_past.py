"""The past of sessions, kept between chats."""

from __future__ import annotations

import pytest

from julep.local.chat.past import Past, Pasts
from julep.local.models.token_count import plain_text
from julep.local.records import Message, Session
from julep.local.resources.history import History
from julep.local.store.store import Store
from tests.local.records import some


class Talk:
    """A session, its history and what is kept of it."""

    def __init__(self, store: Store, id: str = "s") -> None:
        self.store = store
        self.id = id
        self.history = History(store)
        self.pasts = Pasts(store)
        store.sessions.insert(some(Session, id=id, created_at="1"))

    def say(self, *texts: str, role: str = "user") -> None:
        """Add messages to the history."""
        messages: list[Message] = [{"role": role, "content": text} for text in texts]
        self.history.add(self.id, messages, "api_request", "m")

    def told(self) -> list[str]:
        """What a model is told; however much was kept, the same as what is read afresh."""
        past, fresh = self.pasts.of(self.id), Past(self.history.past(self.id))
        assert _shown(past) == _shown(fresh)
        return [plain_text(message["content"]) for message in past.told.messages]


def _shown(past: Past) -> object:
    told = past.told.messages
    return past.ids, past.messages, past.tokens, told, told.tokens, list(past.said)


@pytest.fixture
def talk(store: Store) -> Talk:
    """A session in which something was said."""
    talk = Talk(store)
    talk.say("a", "b")
    assert talk.told() == ["a", "b"]
    return talk


def test_what_is_new_comes_behind(talk: Talk) -> None:
    """And the same past is kept, not another one made."""
    kept = talk.pasts.of("s")
    talk.say("c")
    assert talk.told() == ["a", "b", "c"]
    assert talk.pasts.of("s") is kept


def test_a_summary_takes_the_place_of_what_it_sums_up(talk: Talk) -> None:
    """At the front, where it was said."""
    talk.say("c")
    old = talk.history.past("s")[:2]
    talk.history.summarise(old, {"role": "system", "content": "sum"}, "s", "m")
    talk.say("d")
    assert talk.told() == ["sum", "c", "d"]


def test_what_is_deleted_is_forgotten(talk: Talk) -> None:
    """With the history, or with the session, whose id may come again."""
    talk.history.delete("s")
    assert talk.told() == []
    talk.say("c")
    talk.store.sessions.delete(id="s")
    assert talk.told() == []
    talk.store.sessions.insert(some(Session, id="s", created_at="1"))
    talk.say("d")
    assert talk.told() == ["d"]


def test_what_was_not_kept_after_all_is_not_told(talk: Talk) -> None:
    """A transaction that fails takes its entries back, and others may get their numbers."""

    def fail() -> None:
        with talk.store.transaction():
            talk.say("lost")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert talk.told() == ["a", "b"]
    talk.say("c")
    assert talk.told() == ["a", "b", "c"]


def test_sessions_are_told_apart(talk: Talk) -> None:
    """Entries of others change nothing."""
    talk.store.sessions.insert(some(Session, id="t", created_at="1"))
    talk.history.add("t", [{"role": "user", "content": "other"}], "api_request", "m")
    assert talk.told() == ["a", "b"]
    assert talk.pasts.of("t").messages == [{"role": "user", "content": "other"}]


def test_a_very_long_past_is_kept_while_it_grows(talk: Talk) -> None:
    """Its beginning is left out, and what is new doesn't mean to read all of it again."""
    talk.history.delete("s")
    talk.say(*("x" * 100_000 for _ in range(82)))
    kept = talk.pasts.of("s")
    assert len(kept.ids) == 79
    talk.say("new")
    assert talk.pasts.of("s") is kept
    assert kept.messages[-1] == {"role": "user", "content": "new"}


def test_no_more_is_kept_than_there_is_room_for(talk: Talk) -> None:
    """Long pasts push out those that were used longest ago; they are read again."""
    kept = talk.pasts.of("s")
    for number in range(4):
        id = f"long {number}"
        talk.store.sessions.insert(some(Session, id=id, created_at="1"))
        message: Message = {"role": "user", "content": "x" * 3_000_000}
        talk.history.add(id, [message], "api_request", "m")
        assert len(talk.pasts.of(id).ids) == 1
    assert talk.pasts.of("s") is not kept
    assert talk.told() == ["a", "b"]
