"""Print what the SDK costs in one table, mostly beside httpx: `python -m tests.benchmarks`."""

from __future__ import annotations

import argparse

from . import measured, peers
from .table import HEADING
from .timing import scaled


def main() -> None:
    """Measure, and print each row as soon as it is there."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the work (%(default)s)")
    parser.add_argument("--only", action="append", help="a part of it by its name, such as calls")
    parser.add_argument(
        "--peers",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="other SDKs too, from their registry; FOLDER keeps their environments",
    )
    options = parser.parse_args()
    effort = scaled(options.scale)
    print(HEADING)
    for row in measured(effort, options.only):
        print(row, flush=True)
    if options.peers is not None:
        for line in peers.compared(effort, options.peers):
            print(line, flush=True)


if __name__ == "__main__":
    main()
