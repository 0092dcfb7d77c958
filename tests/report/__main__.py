"""Measure what is promised, and print one table in Markdown with what falls short: `python -m tests.report`.

Let nothing else run on the machine meanwhile. Progress is told on the error stream.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.missing import is_skipped
from tests.benchmarks.table import HEADING, Row, read

from . import machine, readme
from .apart import python_of
from .parts import SCALES, Part, chosen
from .running import found

APART: Final = (
    "speed with the run-time dependencies alone, as most programs have it, from the registry"
)


def measured(parts: Iterable[Part], environments: Path | None) -> Iterator[Row | str]:
    """Run all parts, and yield what they print; tells how long each takes."""
    for part in parts:
        print(f"{time.strftime('%H:%M:%S')} {part.name} …", file=sys.stderr, flush=True)
        python = python_of(part, environments) if environments else sys.executable
        started = time.monotonic()
        yield from found(part, python)
        yield ""
        print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def printed(found_here: Iterable[Row | str]) -> list[Row]:
    """Print the table as it grows, and other tables after it; return the rows."""
    rows: list[Row] = []
    others: list[str] = []
    print(f"\n{HEADING}", flush=True)
    for one in found_here:
        if isinstance(one, Row):
            rows.append(one)
            print(one, flush=True)
        elif is_skipped(one):
            print(one, flush=True)
        elif one or (others and others[-1]):
            others.append(one)
    if others:
        print("\n" + "\n".join(others).rstrip(), flush=True)
    return rows


def summed_up(rows: Iterable[Row]) -> Iterator[str]:
    """Yield what falls short."""
    short = [row for row in rows if not row.is_reached]
    yield f"\nFalls short: {len(short) or 'nothing'}\n"
    for row in short:
        yield f"- {row.work}: {row.value:.2f} {row.unit}, goal {row.goal:.2f}. {row.note}".rstrip()


def given() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="tests.report", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="normal", help="how much (%(default)s)")
    parser.add_argument("--only", action="append", default=[], help="a part or a group of parts")
    parser.add_argument("--peers", action="store_true", help="other SDKs too, from their registry")
    parser.add_argument("--apart", action="store_true", help=APART)
    parser.add_argument("--readme", action="store_true", help="write some of it into the README")
    parser.add_argument("--from", type=Path, dest="file", help="read a report instead of making it")
    options = parser.parse_args()
    try:
        options.parts = chosen(options.scale, options.only, with_peers=options.peers)
    except ValueError as error:
        parser.error(str(error))
    return options


def made(options: argparse.Namespace) -> list[Row]:
    """Measure, and print what was found; return the rows."""
    if machine.is_busy():
        print("others are at work on this machine: figures will be off", file=sys.stderr)
    print("\n\n".join([*machine.described(), f"Scale: {options.scale}"]), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        return printed(measured(options.parts, Path(folder) if options.apart else None))


def main() -> int:
    """Return 1 where something falls short, 2 where it can't be told."""
    options = given()
    if options.file:
        rows = [row for line in options.file.read_text().splitlines() if (row := read(line))]
    else:
        rows = made(options)
    print("\n".join(summed_up(rows)))
    if options.readme:
        readme.write(rows)
    return 0 if all(row.is_reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
