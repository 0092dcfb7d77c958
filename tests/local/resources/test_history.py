"""What was said in a session, as it is kept and as the model is told it."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.errors import NotFound
from julep.local.models.token_count import count_messages
from julep.local.resources.history import History, as_message, as_parts
from julep.local.store.rows import read_all
from julep.local.store.store import Store


@pytest.fixture
def history(store: Store) -> History:
    """That of a session named `s`."""
    session: Any = {"id": "s", "created_at": "then", "updated_at": "then"}
    store.sessions.insert(session)
    return History(store)


def said(text: str, role: str = "user", **more: Any) -> Any:
    """A message."""
    return {"role": role, "content": text, **more}


def texts(entries: Any) -> list[str]:
    """What entries say."""
    return [entry["content"][0]["text"] for entry in entries]


def test_a_message_is_kept_as_an_entry(history: History, store: Store) -> None:
    """With its tokens counted; the session shows when."""
    message = said("hi", name="joe", tool_call_id="c")
    entries: Any = history.add("s", [message], "api_request", "m")
    (entry,) = entries
    assert entry["content"] == [{"type": "text", "text": "hi"}]
    assert (entry["role"], entry["name"], entry["tool_call_id"]) == ("user", "joe", "c")
    assert (entry["source"], entry["model"], entry["tool_calls"]) == ("api_request", "m", [])
    assert entry["token_count"] == count_messages([message])
    session: Any = store.sessions.get("s")
    assert session["updated_at"] != "then"
    assert history.past("s") == entries


def test_an_answer_without_calls_has_none(history: History) -> None:
    """A request has an empty list of them."""
    calls = [{"id": "c"}]
    for source, given, kept in (
        ("api_request", None, []),
        ("api_response", None, None),
        ("api_response", calls, calls),
    ):
        entries: Any = history.add("s", [said("a", tool_calls=given)], source, "")
        assert [entry["tool_calls"] for entry in entries] == [kept]


def test_a_session_that_is_gone_keeps_nothing(history: History) -> None:
    """It may go while a model answers."""
    assert history.add("gone", [said("a")], "api_request", "") == []
    history.summarise([], said("b"), "gone", "")
    shown: Any = read_all(history.get("gone"))
    assert (shown["entries"], shown["relations"]) == ([], [])
    with pytest.raises(NotFound):
        history.delete("gone")


def test_a_summary_stands_in_the_place_of_what_it_sums_up(history: History) -> None:
    """In front of what is left, though it was written later; the history keeps both."""
    for text in ("a", "b", "c"):
        history.add("s", [said(text)], "api_request", "")
    history.summarise(history.past("s")[:2], said("sum", "system"), "s", "m")
    history.add("s", [said("d")], "api_response", "")
    assert texts(history.past("s")) == ["sum", "c", "d"]
    shown: Any = read_all(history.get("s"))
    assert texts(shown["entries"]) == ["a", "b", "c", "d"]
    (summary, *_) = history.past("s")
    heads = [entry["id"] for entry in shown["entries"][:2]]
    assert shown["relations"] == [
        {"head": head, "relation": "summary_of", "tail": summary["id"]} for head in heads
    ]
    assert all({"session_id", "summary_id"}.isdisjoint(entry) for entry in shown["entries"])
    assert (shown["session_id"], shown["created_at"]) == ("s", "then")


def test_a_history_can_be_deleted(history: History) -> None:
    """The session stays."""
    history.add("s", [said("a")], "api_request", "")
    assert history.delete("s")["id"] == "s"
    assert history.past("s") == []
    assert history.add("s", [said("b")], "api_request", "")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (None, []),
        ("a", [{"type": "text", "text": "a"}]),
        ([], []),
        (["a", {"type": "x"}], [{"type": "text", "text": "a"}, {"type": "x"}]),
        ({"type": "x"}, [{"type": "x"}]),
        ({"a": 1}, [{"type": "text", "text": '{\n    "a": 1\n}'}]),
    ],
)
def test_a_content_is_kept_in_parts(content: Any, parts: Any) -> None:
    """Whatever form it came in."""
    assert as_parts(content) == parts


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"content": [{"type": "text", "text": " a "}]}, {"content": "a"}),
        ({"content": []}, {"content": None}),
        ({"content": [{"type": "x"}]}, {"content": [{"type": "x"}]}),
        (
            {"content": [{"type": "text", "text": "a"}] * 2},
            {"content": [{"type": "text", "text": "a"}] * 2},
        ),
        ({"content": [], "tool_calls": []}, {"content": None}),
        (
            {"content": [], "tool_calls": [1], "tool_call_id": "c"},
            {"content": None, "tool_calls": [1], "tool_call_id": "c"},
        ),
        ({"content": [], "name": "joe", "id": "x"}, {"content": None}),
    ],
)
def test_the_model_is_told_a_message(entry: Any, message: Any) -> None:
    """One part of text is plain text again, without white space at its ends."""
    entry["role"] = message["role"] = "user"
    assert as_message(entry) == message
