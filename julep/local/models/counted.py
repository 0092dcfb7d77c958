"""Messages with their counts of tokens and bytes: counting a long past again takes longer than sending it."""

from __future__ import annotations

import json

from julep.local.records import Message

from .token_count import PER_REPLY, count_messages

_PER_MESSAGE = 400  # bytes that an object takes without its text


class Counted(list[Message]):
    """A list of messages that is added to by `add` and `put`.

    Attributes:
        tokens: How many tokens a prompt of them has.
        size: About how many bytes they take.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tokens: int = PER_REPLY
        self.size: int = 0

    def add(self, message: Message) -> None:
        """Add a message behind the others."""
        self.append(message)
        self._count(message, 1)

    def put(self, at: int, message: Message) -> None:
        """Put a message in the place of another."""
        self._count(self[at], -1)
        self[at] = message
        self._count(message, 1)

    def copy(self) -> Counted:
        """Return another list of the same messages."""
        made = Counted()
        made += self
        made.tokens, made.size = self.tokens, self.size
        return made

    def behind(self, first: Message) -> Counted:
        """Return another list of the same messages, with this one before them."""
        made = Counted()
        made.add(first)
        made += self
        made.tokens += self.tokens - PER_REPLY
        made.size += self.size
        return made

    def _count(self, message: Message, times: int) -> None:
        self.tokens += times * (count_messages([message]) - PER_REPLY)
        self.size += times * _size(message)


def tokens_of(messages: list[Message]) -> int:
    """Estimate how many tokens a prompt of these messages has."""
    return messages.tokens if isinstance(messages, Counted) else count_messages(messages)


def size_of(messages: list[Message]) -> int:
    """Estimate how many bytes these messages take."""
    return messages.size if isinstance(messages, Counted) else sum(map(_size, messages))


def _size(message: Message) -> int:
    content = message["content"]
    return _PER_MESSAGE + len(content if isinstance(content, str) else json.dumps(content))
