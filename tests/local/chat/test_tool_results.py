"""Calls of tools and their results in what a model is told."""

from __future__ import annotations

from typing import Any

from julep.local.chat.tool_results import Told, without_tools


def said(text: str) -> Any:
    """What a user said."""
    return {"role": "user", "content": text}


def calling(*ids: str) -> Any:
    """A message that calls tools."""
    return {"role": "assistant", "content": None, "tool_calls": [{"id": id} for id in ids]}


def result(id: str, text: str = "42") -> Any:
    """The result of a call."""
    return {"role": "tool", "tool_call_id": id, "content": text}


def told(messages: Any, *, strays: bool = True) -> list[Any]:
    """What a model is told of these messages."""
    made = Told()
    for message in messages:
        (made.add if strays else made.add_unless_stray)(message)
    return list(made.copy().messages)


NONE = "No result was given for this call."


def test_a_result_whose_call_was_cut_off_is_left_out() -> None:
    """Wherever its call would be; others stay, also before later messages."""
    past: Any = [result("gone"), said("a"), calling("c"), said("b"), result("c"), result("other")]
    assert told(past, strays=False) == [said("a"), calling("c"), result("c"), said("b")]
    assert told([result("c"), calling("c")], strays=False) == [calling("c"), result("c", NONE)]


def test_every_call_has_a_result_right_after_it() -> None:
    """In the order of the calls; one that was never given is made up."""
    past: Any = [calling("a", "b", "c"), said("x"), result("c"), result("a"), said("y")]
    assert told(past) == [
        calling("a", "b", "c"),
        result("a"),
        result("b", NONE),
        result("c"),
        said("x"),
        said("y"),
    ]


def test_the_first_result_of_a_call_counts() -> None:
    """A second one stays where it is: it may belong to a later call of the same id."""
    past: Any = [calling("a"), result("a", "1"), calling("a"), result("a", "2")]
    assert told(past) == past


def test_messages_without_calls_stay() -> None:
    """Also those whose calls have no ids, or are none."""
    odd: Any = [said("a"), {**said("b"), "tool_calls": None}]
    odd += [
        {**said("c"), "tool_calls": [{"type": "function"}]},
        {**said("d"), "tool_call_id": None},
    ]
    assert told(odd) == told(odd, strays=False) == odd
    assert told([]) == []


def test_what_is_added_to_a_copy_stays_there() -> None:
    """A result that fills a place, and a call, leave the first one as it was."""
    first = Told()
    first.add(calling("a"))
    copy = first.copy()
    copy.add(result("a"))
    copy.add(calling("b"))
    first.add_unless_stray(result("b"))
    assert first.messages == [calling("a"), result("a", NONE)]
    assert copy.messages == [calling("a"), result("a"), calling("b"), result("b", NONE)]


def test_a_session_can_forget_its_tools() -> None:
    """What was said beside a call stays; entries that have nothing left don't."""
    entries: Any = [
        {"role": "user", "content": [1]},
        {"role": "assistant", "content": [2], "tool_calls": [{"id": "a"}]},
        {"role": "assistant", "content": [], "tool_calls": [{"id": "b"}]},
        {"role": "tool", "content": [3], "tool_call_id": "a"},
    ]
    kept: Any = without_tools(entries)
    assert [(entry["content"], entry["tool_calls"]) for entry in kept] == [([1], None), ([2], None)]
    assert entries[1]["tool_calls"]
