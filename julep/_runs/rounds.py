"""Steps that are taken side by side."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Round(Generic[T]):
    """A time in which some take steps, and others may join them until all have ended.

    Nobody can join any more whom no one would see: who left would be held up by who came later.
    """

    def __init__(self, working: Iterable[T]) -> None:
        self._working = set(working)
        self._is_over = False
        # Steps may be taken on threads.
        self._lock = threading.Lock()

    def join(self, one: T) -> bool:
        """Begin a step; tell whether that is possible."""
        with self._lock:
            if not self._is_over:
                self._working.add(one)
            return not self._is_over

    def leave(self, one: T) -> None:
        """End a step."""
        with self._lock:
            self._working.discard(one)

    def is_over(self) -> bool:
        """Whether nobody is at work; then nobody will be."""
        with self._lock:
            self._is_over = self._is_over or not self._working
            return self._is_over
