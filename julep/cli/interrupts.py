"""Ctrl-C where it would leave something half."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, Self


class Deferred:
    """A block that Ctrl-C does not end; a second one does. `is_due` tells of the first.

    What is made within it is known afterwards, and can be put away.

    Attributes:
        is_due: Whether Ctrl-C was pressed.
    """

    def __init__(self) -> None:
        self.is_due: bool = False
        self._before: Any = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_due:
            raise KeyboardInterrupt
        self.is_due = True
