"""Scripted answers to the same question: in order, and the last one again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Answers(Generic[T]):
    """The answers to one question."""

    def __init__(self) -> None:
        self._all: list[T] = []
        self._given = 0

    def add(self, answer: T) -> None:
        """Give this one after those that are there."""
        self._all.append(answer)

    def take(self) -> T:
        """Return the answer to the next call; there must be one."""
        answer = self._all[min(self._given, len(self._all) - 1)]
        self._given = min(self._given + 1, len(self._all))
        return answer

    def unused(self) -> Sequence[T]:
        """Return those that no call has got yet."""
        return self._all[self._given :]
