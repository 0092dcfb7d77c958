"""Print what the SDK costs in one table, mostly beside httpx: `python -m tests.benchmarks`."""

from __future__ import annotations

import argparse

from . import measured, official
from .table import HEADING
from .timing import scaled


def main() -> None:
    """Measure, and print each row as soon as it is there."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the work (%(default)s)")
    parser.add_argument("--only", action="append", help="a part of it by its name, such as calls")
    parser.add_argument("--official", action="store_true", help="the official SDK too, from PyPI")
    options = parser.parse_args()
    effort = scaled(options.scale)
    print(HEADING)
    for row in measured(effort, options.only):
        print(row, flush=True)
    if options.official:
        official.compare(effort)


if __name__ == "__main__":
    main()
