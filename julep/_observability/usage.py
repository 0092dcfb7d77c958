"""Tokens, counted for a part of a program."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

import attrs

from julep.types._repr import Shown

_ADDING: Final = threading.Lock()
"""One for all: it is held for a few additions, after an answer that took a model to make."""


@attrs.define(eq=False)
class TokenUsage(Shown):
    """The tokens that the chats of a `with client.usage()` block took.

    Attributes:
        prompt_tokens: Tokens of the messages sent to models.
        completion_tokens: Tokens of their answers.
        total_tokens: Their sum.
        calls: How often a model was asked and something came back.
        unreported: How many of these calls no tokens are known of: the server did not tell, as of
            prompt steps with `unwrap`, or a stream was left or broke off before it could.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    calls: int = 0
    unreported: int = 0

    def _add(self, usage: Any) -> None:
        prompt = getattr(usage, "prompt_tokens", None)
        completion = getattr(usage, "completion_tokens", None)
        total = getattr(usage, "total_tokens", None)
        parts = (prompt or 0) + (completion or 0)
        with _ADDING:
            self.calls += 1
            self.unreported += prompt is completion is total is None
            self.prompt_tokens += prompt or 0
            self.completion_tokens += completion or 0
            self.total_tokens += parts if total is None else total


_Block: TypeAlias = tuple[object, TokenUsage]
_blocks: ContextVar[tuple[_Block, ...]] = ContextVar("julep_usage", default=())
"""The blocks that the program is in, each with what tells clients apart."""


@contextmanager
def counting(client: object) -> Generator[TokenUsage]:
    """Count what a client is answered until the block is left."""
    used = TokenUsage()
    _blocks.set((*_blocks.get(), (client, used)))
    try:
        yield used
    finally:
        # Not by a token: frameworks may leave a block under another context than it was entered.
        _blocks.set(tuple(block for block in _blocks.get() if block[1] is not used))


def open_counts(client: object) -> list[TokenUsage]:
    """Return the counts that a call made now adds to."""
    return [used for of, used in _blocks.get() if of is client]


def add_to(counts: list[TokenUsage], usage: Any) -> None:
    """Count an answer.

    Args:
        counts: Where.
        usage: What the server says it took; None if it doesn't.
    """
    for used in counts:
        used._add(usage)  # noqa: SLF001 - of this very module
