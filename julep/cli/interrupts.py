"""Ctrl-C, and SIGTERM, which does the same: ends a command in order."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, Self

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, FrameType | None], object] | int


def on_interrupt(handler: Handler) -> None:
    """Have a handler called by either signal."""
    for number in _SIGNALS:
        signal.signal(number, handler)


class Deferred:
    """A block that neither ends; a second one does. `is_due` tells of the first.

    What is made within it is known afterwards, and can be put away.

    Attributes:
        is_due: Whether one came.
    """

    def __init__(self) -> None:
        self.is_due: bool = False
        self._before: list[Any] = []

    def __enter__(self) -> Self:
        self._before = [signal.getsignal(number) for number in _SIGNALS]
        on_interrupt(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in zip(_SIGNALS, self._before, strict=True):
            signal.signal(number, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_due:
            raise KeyboardInterrupt
        self.is_due = True
