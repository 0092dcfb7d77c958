"""Messages that know how much they are."""

from __future__ import annotations

from julep.local.models.counted import Counted, size_of, tokens_of
from julep.local.models.token_count import count_messages
from julep.local.records import Message

SYSTEM: Message = {"role": "system", "content": "Be kind to all of them."}
MESSAGES: list[Message] = [
    {"role": "user", "content": "one two three", "name": "joe"},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "a", "function": {"name": "f"}}]},
    {"role": "tool", "content": [{"type": "text", "text": "four five"}], "tool_call_id": "a"},
]


def test_they_are_counted_as_any_list_is() -> None:
    """However they were put together."""
    counted = Counted()
    assert (tokens_of(counted), size_of(counted)) == (count_messages([]), 0)
    for message in [*MESSAGES[:2], SYSTEM]:
        counted.add(message)
    counted.put(2, MESSAGES[2])
    assert (counted, tokens_of(counted)) == (MESSAGES, count_messages(MESSAGES))
    assert size_of(counted) == size_of(list(MESSAGES))


def test_another_list_has_its_own_count() -> None:
    """With more in it, before or behind; the first one stays as it is."""
    counted = Counted()
    for message in MESSAGES:
        counted.add(message)
    longer, copy = counted.behind(SYSTEM), counted.copy()
    copy.add(SYSTEM)
    whole = [SYSTEM, *MESSAGES]
    assert (longer, tokens_of(longer)) == (whole, count_messages(whole))
    assert (copy, tokens_of(copy)) == ([*MESSAGES, SYSTEM], count_messages(whole))
    assert size_of(longer) == size_of(copy) == size_of(whole)
    assert (counted, tokens_of(counted)) == (MESSAGES, count_messages(MESSAGES))
