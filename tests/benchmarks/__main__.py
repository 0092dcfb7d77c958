"""Print what the SDK costs, side by side with httpx: `python -m tests.benchmarks`.

`--official` installs the official SDK from PyPI, in an environment of its own, and times it too.
"""

from __future__ import annotations

import argparse

from . import calls, events, folders, imports, official, tools
from .timing import Effort


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="the best one counts (%(default)s)")
    parser.add_argument("--calls", type=int, default=100, help="calls in a round (%(default)s)")
    parser.add_argument("--official", action="store_true", help="the official SDK too")
    options = parser.parse_args()
    effort = Effort(options.rounds, options.calls)
    calls.compare(effort)
    events.compare(effort)
    tools.compare(effort)
    folders.compare(effort)
    imports.compare(effort)
    if options.official:
        official.compare(effort)


if __name__ == "__main__":
    main()
