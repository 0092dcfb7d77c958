"""Scripted answers to the same question: in order, and the last one again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Answers(Generic[T]):
    """The answers to one question.

    Args:
        first: what the first call gets.
    """

    def __init__(self, first: T) -> None:
        self._fresh: deque[T] = deque([first])
        self._last: T = first

    def add(self, answer: T) -> None:
        """Give this one after those that are there."""
        self._fresh.append(answer)

    def take(self) -> T:
        """The answer to the next call."""
        if self._fresh:
            self._last = self._fresh.popleft()
        return self._last

    def unused(self) -> Iterator[T]:
        """Those that no call has got yet."""
        return iter(self._fresh)
