"""Try every operation against every fault on every face: `python -m tests.faults`.

It takes half an hour on two busy cores, prints what it counted, and ends with 1 where the SDK broke its word.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from unittest.mock import patch

import attrs

from julep import _retry
from tests.benchmarks.table import HEADING, Row

from .kinds import FAULTS, Fault
from .matrix import FACES, Outcome, Patience, listening, outcome_of, sound
from .operations import OPERATIONS

SHORT_WAIT = 0.02
"""Seconds before a repeat; the usual ones would leave no time for any within the limit."""


@attrs.frozen
class Cell:
    """One cell of the matrix, and what was found in it."""

    operation: str
    fault: str
    face: str
    outcome: Outcome

    def faults(self, patience: Patience) -> Iterator[tuple[str, str]]:
        """What the SDK promises otherwise, by kind."""
        outcome = self.outcome
        if outcome.foreign is not None:
            yield "foreign exceptions", outcome.foreign.strip().rpartition("\n")[2]
        if outcome.repeats:
            yield "double effects", f"sent {outcome.repeats} times more"
        if not outcome.is_usable:
            yield "clients that can't go on", "; ".join(outcome.noise)
        operation, fault = OPERATIONS[self.operation], kind_of(self.operation, self.fault)
        if self.fault != "none" and not patience.allows(outcome.seconds, operation, fault):
            yield "over budget", f"{outcome.seconds:.2f} s"
        if outcome.shown_key:
            yield "keys shown", outcome.result
        if outcome.is_usable and outcome.noise:
            yield "warnings", "; ".join(outcome.noise)
        if self.fault == "none" and outcome.result != "success":
            yield "failures without a fault", outcome.result


KINDS = (
    "foreign exceptions",
    "double effects",
    "clients that can't go on",
    "over budget",
    "keys shown",
    "warnings",
    "failures without a fault",
)


def kind_of(operation: str, fault: str) -> Fault:
    """The fault of a name; `none` is a server that is well."""
    return FAULTS.get(fault) or sound(OPERATIONS[operation])


def visit(operation: str, fault: str, face: str, patience: Patience) -> Cell:
    """Fill one cell."""
    heard = Outcome()
    if fault == "none":
        patience = Patience(timeout=10)
    with listening(heard):
        outcome = outcome_of(face, OPERATIONS[operation], kind_of(operation, fault), patience)
    outcome.noise.extend(heard.noise)
    return Cell(operation, fault, face, outcome)


def visited(options: argparse.Namespace, patience: Patience) -> Iterator[Cell]:
    """Fill the cells that were asked for."""
    chosen = [name for name in FAULTS if options.faults in name]
    operations = [name for name in OPERATIONS if options.operations in name]
    faces = [name for name in FACES if options.faces in name]
    for operation, face in product(operations, faces):
        yield visit(operation, "none", face, patience)
    for fault, operation, face in product(chosen, operations, faces):
        yield visit(operation, fault, face, patience)


def told(cell: Cell, patience: Patience) -> Iterator[str]:
    """Print at once what is wrong in a cell; gives the kinds."""
    for kind, what in cell.faults(patience):
        place = f"{cell.operation} · {cell.fault} · {cell.face}"
        print(f"{kind}: {place}: {what}"[:400], flush=True)
        yield kind


def report(cells: list[Cell], broken: Counter[str]) -> None:
    """Print what was counted."""
    print(f"\n{HEADING}")
    counts = {**{kind: broken[kind] for kind in KINDS}, "faces that disagree": disagreements(cells)}
    for kind, count in counts.items():
        print(Row(kind, f"of {len(cells)} cells", count, 0))
    classes = Counter(cell.outcome.result for cell in cells)
    print("\nBy class: " + " · ".join(f"{name} {count}" for name, count in classes.most_common()))


def disagreements(cells: Iterable[Cell]) -> int:
    """For how many pairs of operation and fault the faces end differently."""
    results: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        results.setdefault((cell.operation, cell.fault), set()).add(cell.outcome.result)
    return sum(len(names) > 1 for names in results.values())


def main() -> int:
    """Fill the matrix."""
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--faults", default="", help="only those whose names hold this")
    parser.add_argument("--operations", default="", help="only those whose names hold this")
    parser.add_argument("--faces", default="", help="only those whose names hold this")
    parser.add_argument("--slack", type=float, default=0.25, help="seconds over (%(default)s)")
    options = parser.parse_args()
    patience = Patience(slack=options.slack)
    start = time.monotonic()
    cells: list[Cell] = []
    broken = Counter[str]()
    with patch.object(_retry, "FIRST_WAIT", SHORT_WAIT):
        for cell in visited(options, patience):
            cells.append(cell)
            broken.update(told(cell, patience))
    report(cells, broken)
    print(f"{time.monotonic() - start:.0f} seconds")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
