"""Try every operation and every job against every fault: `python -m tests.faults`.

It takes two hours on two busy cores, prints what it counted, and ends with 1 where the SDK broke its word.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import count, cycle, product
from typing import Final
from unittest.mock import patch

import attrs

from julep import _retry
from julep._client import base
from tests.benchmarks.table import HEADING, Row

from .commands import COMMANDS
from .grounds import land
from .jobs import JOBS
from .kinds import FAULTS
from .matrix import FACES, Outcome, Patience, listening, outcome_of, sound
from .operations import OPERATIONS
from .passage import Place
from .trials import ALL_JOBS, Trials, places
from .watch import SPANS

SHORT_WAIT: Final = 0.02
"""Seconds before a repeat; the usual ones would leave no time for any within the limit."""
COMMANDS_WAIT: Final = 1.0
"""Seconds for each call of a command; the usual ones are minutes."""
PROCESS_TAKES: Final = 30.0
"""Seconds that a command may take as a process, which knows nothing of the two above."""


@attrs.frozen
class Cell:
    """One cell of the matrix, and what was found in it.

    Attributes:
        name: Of the operation, or of the job and the place at which it was disturbed.
        fault: What went wrong, or `none`.
        face: The face of the client.
        outcome: What came of it.
        is_in_time: Whether it ended when it should.
    """

    name: str
    fault: str
    face: str
    outcome: Outcome
    is_in_time: bool = True

    def faults(self) -> Iterator[tuple[str, str]]:
        """What the SDK promises otherwise, by kind."""
        outcome = self.outcome
        if outcome.foreign is not None:
            yield "foreign exceptions", outcome.foreign.strip().rpartition("\n")[2]
        if outcome.repeats:
            yield "double effects", f"{outcome.repeats} things were done again"
        if outcome.lost:
            yield "lost results", outcome.lost
        if not outcome.is_usable:
            yield "clients that can't go on", "; ".join(outcome.noise)
        if not self.is_in_time:
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
    "lost results",
    "clients that can't go on",
    "over budget",
    "keys shown",
    "warnings",
    "failures without a fault",
)


def visit(operation: str, fault: str, face: str, patience: Patience) -> Cell:
    """Fill the cell of an operation; `none` is a server that is well."""
    heard, it = Outcome(), OPERATIONS[operation]
    kind = FAULTS.get(fault) or sound(it)
    if fault == "none":
        patience = Patience(timeout=10)
    with listening(heard):
        outcome = outcome_of(face, it, kind, patience)
    outcome.noise.extend(heard.noise)
    return Cell(operation, fault, face, outcome, patience.allows(outcome.seconds, it, kind))


def of_operations(options: argparse.Namespace, patience: Patience) -> Iterator[Cell]:
    """Fill the cells of operations: each with each fault on each face."""
    operations = [name for name in OPERATIONS if options.operations in name]
    faces = [name for name in FACES if options.faces in name]
    for operation, face in product(operations, faces):
        yield visit(operation, "none", face, patience)
    for fault, operation, face in product(chosen(options), operations, faces):
        yield visit(operation, fault, face, patience)


def of_jobs(options: argparse.Namespace, patience: Patience) -> Iterator[Cell]:
    """Fill the cells of jobs: each with each fault in each place, on one of its faces in turn."""
    names = [name for name in JOBS if options.operations in name]
    faces = count()
    with land() as at:
        trials = Trials(at, patience)
        for (turn, fault), name in product(enumerate(chosen(options)), names):
            job = JOBS[name]
            for place in places(trials.sound(name).asked, turn):
                face = job.faces[next(faces) % len(job.faces)]
                if options.faces in face:
                    yield of_job(trials, name, fault, place, face)


def of_commands(options: argparse.Namespace, patience: Patience) -> Iterator[Cell]:
    """Fill the cells of commands: each with each fault, in one place in turn."""
    names = [name for name in COMMANDS if options.operations in name]
    with land() as at:
        trials = Trials(at, patience)
        for (turn, fault), name in product(enumerate(chosen(options)), names):
            found = list(places(trials.sound(name).asked, turn))
            yield of_job(trials, name, fault, found[turn % len(found)], "sync")


def of_processes(options: argparse.Namespace, patience: Patience) -> Iterator[Cell]:
    """Fill cells of commands that are processes: each fault with one of them in turn."""
    names = [name for name in COMMANDS if options.operations in name]
    with land() as at:
        trials = Trials(at, patience)
        for fault, name in zip(chosen(options), cycle(names), strict=False):
            yield of_job(trials, name, fault, Place(1), "sync", in_processes=True)


def of_job(
    trials: Trials, name: str, fault: str, place: Place, face: str, *, in_processes: bool = False
) -> Cell:
    """Fill the cell of a job."""
    outcome = trials.tried(name, fault, place, face, in_processes=in_processes)
    limit = PROCESS_TAKES if in_processes else ALL_JOBS[name].seconds + trials.patience.slack
    is_in_time = outcome.seconds <= limit or FAULTS[fault].is_looked_up
    return Cell(f"{name}, {place}", fault, face, outcome, is_in_time)


def chosen(options: argparse.Namespace) -> list[str]:
    """The faults that were asked for."""
    return [name for name in FAULTS if options.faults in name][:: options.every]


def told(cell: Cell) -> Iterator[str]:
    """Print at once what is wrong in a cell; gives the kinds."""
    for kind, what in cell.faults():
        place = f"{cell.name} · {cell.fault} · {cell.face}"
        print(f"{kind}: {place}: {what}"[:400], flush=True)
        yield kind


def report(cells: list[Cell], broken: Counter[str]) -> None:
    """Print what was counted."""
    print(f"\n{HEADING}")
    counts = {**{kind: broken[kind] for kind in KINDS}, "faces that disagree": disagreements(cells)}
    for kind, number in counts.items():
        print(Row(kind, f"of {len(cells)} cells", number, 0))
    classes = Counter(cell.outcome.result for cell in cells)
    print("\nBy class: " + " · ".join(f"{name} {count}" for name, count in classes.most_common()))


def disagreements(cells: Iterable[Cell]) -> int:
    """For how many pairs of operation and fault the faces end differently."""
    results: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        results.setdefault((cell.name, cell.fault), set()).add(cell.outcome.result)
    return sum(len(names) > 1 for names in results.values())


PARTS: Final = {
    "operations": of_operations,
    "jobs": of_jobs,
    "commands": of_commands,
    "processes": of_processes,
}


def main() -> int:
    """Fill the matrix."""
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--faults", default="", help="only those whose names hold this")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th fault")
    parser.add_argument("--operations", default="", help="only those whose names hold this")
    parser.add_argument("--faces", default="", help="only those whose names hold this")
    parser.add_argument("--parts", nargs="*", default=PARTS, choices=PARTS, help="only these")
    parser.add_argument("--slack", type=float, default=0.25, help="seconds over (%(default)s)")
    options = parser.parse_args()
    patience = Patience(slack=options.slack)
    start, cells, broken = time.monotonic(), list[Cell](), Counter[str]()
    SPANS.listen()
    with hurried():
        for part in options.parts:
            for cell in PARTS[part](options, patience):
                cells.append(cell)
                broken.update(told(cell))
    report(cells, broken)
    print(f"{time.monotonic() - start:.0f} seconds")
    return 1 if broken else 0


@contextmanager
def hurried() -> Generator[None]:
    """Have clients wait less between repeats, and those of commands for answers."""
    with (
        patch.object(_retry, "FIRST_WAIT", SHORT_WAIT),
        patch.object(base, "DEFAULT_TIMEOUT", COMMANDS_WAIT),
    ):
        yield


if __name__ == "__main__":
    sys.exit(main())
