"""Processes that fill cells at the same time: a cell waits for most of the time that it takes.

Each has servers of its own. One that ends or hangs takes its cell with it, and nothing else.
"""

from __future__ import annotations

import gc
import multiprocessing
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from multiprocessing.connection import Connection
from typing import Final, Self

from .cells import Ask, Cell
from .filling import Filler
from .matrix import Patience
from .watch import SPANS

LONGEST: Final = 180.0
"""Seconds that a cell may take, with what comes before and after it; then it hangs."""
SETTLED: Final = 50
"""Cells after which all is imported that any of them needs."""
_SPAWN: Final = multiprocessing.get_context("spawn")


class Worker:
    """A process that fills one cell at a time."""

    def __init__(self, patience: Patience) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_work, args=(theirs, patience))
        self._process.start()
        theirs.close()

    def fill(self, ask: Ask) -> Cell:
        """Have a cell filled."""
        try:
            self._pipe.send(ask)
            if not self._pipe.poll(LONGEST):
                return Cell(ask, breakdown=f"it did not end within {LONGEST:.0f} s")
            cell: Cell = self._pipe.recv()
        except (OSError, EOFError):
            self._process.join(LONGEST)
            return Cell(ask, breakdown=f"its process ended with {self._process.exitcode}")
        return cell

    def end(self, *, at_once: bool = False) -> None:
        """End the process: when it has tidied up, or at once."""
        self._pipe.close()
        if not at_once:
            self._process.join(LONGEST)
        self._process.kill()
        self._process.join()


class Workers:
    """Several of them.

    Args:
        number: How many.
        patience: How long the clients of cells wait.
    """

    def __init__(self, number: int, patience: Patience) -> None:
        self._number = number
        self._patience = patience
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        for _ in range(self._number):
            self._idle.put(Worker(self._patience))
        return self

    def __exit__(self, *exc: object) -> None:
        for _ in range(self._number):
            self._idle.get().end(at_once=exc[0] is not None)

    def fill(self, asks: Iterable[Ask]) -> Iterator[Cell]:
        """Have cells filled, as many at a time as there are workers."""
        with ThreadPoolExecutor(self._number) as threads:
            yield from threads.map(self._fill, asks)

    def _fill(self, ask: Ask) -> Cell:
        worker = self._idle.get()
        try:
            cell = worker.fill(ask)
            if cell.breakdown:
                worker.end(at_once=True)
                worker = Worker(self._patience)
        finally:
            self._idle.put(worker)
        return cell


def _work(pipe: Connection, patience: Patience) -> None:
    """Fill cells until nobody asks for more."""
    SPANS.listen()
    with Filler(patience) as filler:
        try:
            for number in count():
                if number < SETTLED:
                    # What is there is no garbage, and to look for it there takes half of the time.
                    gc.freeze()
                pipe.send(filler.fill(pipe.recv()))
        except (EOFError, BrokenPipeError, KeyboardInterrupt):
            pass
