"""Print what the SDK costs in one table, mostly beside httpx: `python -m tests.benchmarks`."""

from __future__ import annotations

import argparse

from . import PARTS, measured, peers
from .table import HEADING
from .timing import scaled


def main() -> None:
    """Measure, and print each row as soon as it is there."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the work (%(default)s)")
    parser.add_argument("--only", action="append", help="a part of it, such as calls or peers")
    parser.add_argument(
        "--peers",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="other SDKs too, from their registry; FOLDER keeps their environments",
    )
    options = parser.parse_args()
    effort = scaled(options.scale)
    parts = [name for name in options.only or PARTS if name != "peers"]
    print(HEADING)
    for row in measured(effort, parts):
        print(row, flush=True)
    if options.peers is not None or "peers" in (options.only or ()):
        for line in peers.compared(effort, options.peers or ""):
            print(line, flush=True)


if __name__ == "__main__":
    main()
