"""What one evaluation may use: processor time and memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from time import thread_time
from typing import TypeVar

T = TypeVar("T")

MAX_LENGTH = 2_048_000
"""Characters or items of one value that an operation makes, as on servers of 2025."""
SECONDS = 1.0
"""Of processor time. Honest templates and expressions take a thousandth of it."""
POINTER = 16
"""Bytes that an item of a list or dict takes besides itself: a pointer, and room to grow."""
_BYTES = 32_000_000  # that are built, beside what Python needs: four outputs of the greatest size
_TICKS_BETWEEN_LOOKS = 64  # a look at the clock costs as much as so many small operations


class InvalidExpression(Exception):
    """An expression that can't be evaluated; the text says why."""


class LimitExceeded(InvalidExpression):
    """An expression that would take too long or grow too big."""


class Budget:
    """Counts what an evaluation uses, and ends it when that is too much.

    Time is the thread's processor time, so a busy machine does not fail honest expressions.

    Attributes:
        size: How many bytes may be built, and one value have that an operation walks through.
        is_out_of_time: Whether time is what was too much.
    """

    def __init__(self, seconds: float = SECONDS, size: int = _BYTES) -> None:
        self.size: int = size
        self._deadline = thread_time() + seconds
        self._left = size
        self._ticks = 0
        self.is_out_of_time: bool = False

    def tick(self) -> None:
        """Count one small operation."""
        self._ticks += 1
        if self._ticks % _TICKS_BETWEEN_LOOKS == 0:
            self.look()

    def look(self) -> None:
        """Look at the clock."""
        if thread_time() > self._deadline:
            self.is_out_of_time = True
            raise LimitExceeded("The expression takes too long: do less in one step")

    def allocate(self, size: int) -> None:
        """Take `size` bytes off what may still be built; call it before building."""
        self._left -= size
        if self._left < 0:
            raise LimitExceeded("The expression builds too much data: do less in one step")


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


def budget() -> Budget:
    """Return the budget of the evaluation that is going on, or a fresh one outside of any."""
    return _current.get() or Budget()


class spending:  # noqa: N801 - reads as a statement: `with spending():`
    """Makes a budget the current one for a `with` block.

    Without one given it is that of the block around it, or else a fresh one.
    """

    def __init__(self, allowance: Budget | None = None) -> None:
        self._allowance = allowance or budget()

    def __enter__(self) -> Budget:
        self._token = _current.set(self._allowance)
        return self._allowance

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def ticking(items: Iterable[T]) -> Iterator[T]:
    """Yield the items, each one a small operation."""
    allowance = budget()
    for item in items:
        allowance.tick()
        yield item


def pay_for(length: int, each: int = 1) -> None:
    """Take a string or list to be made off the budget; `each` is its items' size in bytes."""
    if length > MAX_LENGTH:
        raise LimitExceeded(f"Too long: {length} where {MAX_LENGTH} is the most")
    budget().allocate(length * each)
