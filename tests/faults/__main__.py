"""Try every operation and every job against every fault: `python -m tests.faults`.

It prints what it counted, and ends with 1 where the SDK broke its word. It takes about 25 minutes on two cores with
other work, and with `--each-face` 50; on quiet ones less than half of that.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from tests.benchmarks.table import HEADING, Row

from .cells import KINDS, Ask, Cell, Sound
from .matrix import Patience
from .plan import PARTS, Choice, of_sound
from .workers import Workers

TELL_EVERY: Final = 60.0
"""Seconds between two lines on stderr that tell how far it is."""


class Matrix:
    """What was filled, and what is wrong in it.

    Attributes:
        cells: All of it.
        broken: How many cells are wrong, by kind.
    """

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.broken = Counter[str]()

    def add(self, cell: Cell) -> None:
        """Take a cell, and print at once what is wrong with it."""
        self.cells.append(cell)
        for kind, what in cell.faults():
            self.broken[kind] += 1
            print(f"{kind}: {cell.ask}: {what}"[:400], flush=True)

    def fill(self, workers: Workers, asks: Sequence[Ask]) -> None:
        """Have cells filled. What may have come of a lack of time is tried again, alone."""
        hasty, told = list[Ask](), time.monotonic()
        for number, cell in enumerate(workers.fill(asks), 1):
            if time.monotonic() > told + TELL_EVERY:
                told = time.monotonic()
                print(f"{cell.ask.part}: {number} of {len(asks)}", file=sys.stderr, flush=True)
            if cell.lacked_time:
                hasty.append(cell.ask)
            else:
                self.add(cell)
        for ask in hasty:
            for cell in workers.fill([ask]):
                self.add(cell)

    def report(self) -> None:
        """Print what was counted."""
        print(f"\n{HEADING}")
        disagreements = list(self.disagreements())
        counts = {kind: self.broken[kind] for kind in KINDS}
        counts["faces that disagree"] = len(disagreements)
        for kind, number in counts.items():
            print(Row(kind, f"of {len(self.cells)} cells", number, 0))
        classes = Counter(cell.outcome.result for cell in self.cells)
        print("\nBy class: " + " · ".join(f"{it} {count}" for it, count in classes.most_common()))
        groups = Counter(f"{cell.ask.part} ({cell.ask.face})" for cell in self.cells)
        print("By part: " + " · ".join(f"{it} {count}" for it, count in groups.items()))
        print(*disagreements, sep="\n")

    def disagreements(self) -> Iterator[str]:
        """Tell of each pair of an operation and a fault in which the faces end differently."""
        results: dict[tuple[str, str], dict[str, list[str]]] = {}
        for cell in self.cells:
            by_result = results.setdefault((cell.ask.title, cell.ask.fault), {})
            # Whether a server is given up before the time is over depends on the machine.
            result = cell.outcome.result.replace("APITimeoutError", "APIConnectionError")
            by_result.setdefault(result, []).append(cell.ask.face)
        for (title, fault), by_result in results.items():
            if len(by_result) > 1:
                told = ", ".join(f"{name} on {'/'.join(on)}" for name, on in by_result.items())
                yield f"faces that disagree: {title} · {fault}: {told}"


def filled(parts: list[str], choice: Choice, workers: Workers) -> Matrix:
    """Fill some parts of the matrix."""
    matrix, sounds = Matrix(), dict[str, Sound]()
    for cell in workers.fill(of_sound(choice, parts)):
        matrix.add(cell)
        if not any(cell.faults()):
            sounds[cell.ask.name] = Sound(cell.outcome.value, cell.asked)
    for part in parts:
        matrix.fill(workers, [*PARTS[part](choice, sounds)])
    return matrix


def main() -> int:
    """Fill the matrix."""
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--faults", default="", help="only those whose names hold this")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th fault")
    parser.add_argument("--operations", default="", help="only those whose names hold this")
    parser.add_argument("--faces", default="", help="only those whose names hold this")
    parser.add_argument("--each-face", action="store_true", help="jobs on all faces, not in turn")
    parser.add_argument("--parts", nargs="*", default=[*PARTS], choices=PARTS, help="only these")
    parser.add_argument("--slack", type=float, default=0.25, help="seconds over (%(default)s)")
    workers = 4 * (os.cpu_count() or 1)
    parser.add_argument("--workers", type=int, default=workers, help="processes (%(default)s)")
    given = parser.parse_args()
    choice = Choice(given.operations, given.faults, given.faces, given.every, given.each_face)
    start = time.monotonic()
    with Workers(given.workers, Patience(slack=given.slack)) as crowd:
        matrix = filled(given.parts, choice, crowd)
    matrix.report()
    print(f"{time.monotonic() - start:.0f} seconds")
    return 1 if matrix.broken else 0


if __name__ == "__main__":
    sys.exit(main())
