"""What of a long past is sent: as much as a session's token budget holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import anyio
import pytest

from julep.local.chat.context_window import ContextWindow
from julep.local.chat.past import Pasts
from julep.local.errors import PromptTooBig
from julep.local.models.completions import EchoModel
from julep.local.models.scripted import ScriptedModel
from julep.local.models.token_count import count_messages, plain_text
from julep.local.records import Message, Session
from julep.local.resources.history import History
from julep.local.scripting import Script
from julep.local.store.store import Store
from tests.local.conftest import JSON
from tests.local.records import some

FIXED: list[Message] = [{"role": "system", "content": "Be kind."}]
SESSION = "s"


class Window:
    """A session with a past, in a store."""

    def __init__(self, store: Store, texts: Sequence[str], summary: Any = "short") -> None:
        store.sessions.insert(some(Session, id=SESSION, created_at="1"))
        self.history = History(store)
        self._pasts = Pasts(store)
        for text in texts:
            self.history.add(SESSION, [{"role": "user", "content": text}], "api_request", "m")
        script = Script()
        script.replies.add(summary)
        self.asked: list[JSON] = script.model_calls
        self._window = ContextWindow(self.history, ScriptedModel(script, EchoModel()))

    def fit(self, room: int | None, overflow: str | None) -> list[Any]:
        """The texts that are sent beside `FIXED`, where so many tokens are left for them."""
        budget = None if room is None else room + count_messages(FIXED)
        session = some(Session, id=SESSION, token_budget=budget, context_overflow=overflow)
        read = partial(self._pasts.of, SESSION)
        sent = anyio.run(self._window.fit, session, read, FIXED, "m")
        return [message["content"] for message in sent.messages]

    def sizes(self) -> list[int]:
        """What each entry takes beside others."""
        past = self.history.past(SESSION)
        return [entry["token_count"] - count_messages([]) for entry in past]


TEXTS = ["one two three", "four five", "six seven eight nine", "ten"]


@pytest.fixture
def window(store: Store) -> Window:
    """A past of four messages."""
    return Window(store, TEXTS)


@pytest.mark.parametrize("overflow", [None, "truncate", "adaptive"])
def test_all_is_sent_that_fits_exactly(window: Window, overflow: str | None) -> None:
    """And without a budget everything; no summary is asked for."""
    assert window.fit(None, overflow) == TEXTS
    assert window.fit(sum(window.sizes()), overflow) == TEXTS
    assert window.asked == []


@pytest.mark.parametrize("missing", [1, 5])
def test_too_much_is_refused_unless_it_may_be_cut(window: Window, missing: int) -> None:
    """The error tells what is needed, what there is, and what can be done."""
    with pytest.raises(PromptTooBig) as caught:
        window.fit(sum(window.sizes()) - missing, None)
    words = str(caught.value)
    assert str(sum(window.sizes()) + count_messages(FIXED)) in words
    assert str(sum(window.sizes()) + count_messages(FIXED) - missing) in words
    assert "'truncate' or 'adaptive'" in words


@pytest.mark.parametrize("left_out", [1, 2, 3, 4])
def test_the_oldest_are_left_out(window: Window, left_out: int) -> None:
    """As many as it takes: one token less leaves out one more."""
    room = sum(window.sizes()[left_out:])
    assert window.fit(room, "truncate") == TEXTS[left_out:]
    if left_out < len(TEXTS):
        assert window.fit(room - 1, "truncate") == TEXTS[left_out + 1 :]


@pytest.mark.parametrize("overflow", [None, "truncate", "adaptive"])
def test_what_is_always_sent_must_fit(window: Window, overflow: str | None) -> None:
    """No past can be left out to make room for it."""
    with pytest.raises(PromptTooBig):
        window.fit(-1, overflow)
    assert window.asked == []


def test_what_fits_into_half_of_the_room_stays_beside_a_summary(window: Window) -> None:
    """The rest is summed up, so that the next message doesn't need another summary."""
    room = sum(window.sizes()) - 1
    kept = [text for at, text in enumerate(TEXTS) if sum(window.sizes()[at:]) <= room // 2]
    assert kept
    assert kept != TEXTS[1:]
    summary = "Summary of the conversation so far: short"
    assert window.fit(room, "adaptive") == [summary, *kept]
    (request,) = window.asked
    told = [plain_text(message["content"]) for message in request["messages"]]
    assert told[:-1] == TEXTS[: -len(kept)]
    assert "Summarise" in told[-1]
    assert request["model"] == "m"
    past = window.history.past(SESSION)
    assert [plain_text(entry["content"]) for entry in past] == [summary, *kept]


def test_a_summary_that_does_not_fit_is_left_out_too(store: Store) -> None:
    """It may be longer than what it replaces."""
    window = Window(store, TEXTS, summary="so many words " * 50)
    sent = window.fit(sum(window.sizes()) - 1, "adaptive")
    assert sent
    assert sent == TEXTS[-len(sent) :]


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_summary_of_what_is_gone_meanwhile_is_not_kept(store: Store, *, is_deleted: bool) -> None:
    """A model takes long to write it: others may delete the history, or sum it up, before it has."""

    def write(_: Any) -> str:
        if is_deleted:
            session.history.delete(SESSION)
        else:
            first: Message = {"role": "system", "content": "first"}
            session.history.summarise(session.history.past(SESSION)[:2], first, SESSION, "m")
        return "second"

    session = Window(store, TEXTS, write)
    sent = session.fit(sum(session.sizes()) - 1, "adaptive")
    assert sent == ([] if is_deleted else ["first", *TEXTS[2:]])
    assert session.asked != []
