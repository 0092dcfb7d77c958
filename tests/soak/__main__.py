"""Do everything at once for long: `python -m tests.soak`, ten minutes if not told otherwise.

Clients of both faces work on an embedded server in a process of its own, whose requests go wrong
now and then. Between the rounds all clients are closed, and what both processes hold is measured.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from .measures import Measure, can_measure, growth, measured
from .server import Served, serving
from .workers import Tally, work

_ROUNDS: Final = 6
"""As many as tell a growth from its beginning; two at least."""
_LONG: Final = 120.0
"""Seconds from which on memory tells something."""
_HEAD: Final = (
    "| round | deeds | errors of faults | client MB | threads | files "
    "| server MB | threads | files | connections |\n" + "|---" * 10 + "|"
)


def main(seconds: float, rounds: int) -> int:
    """Print what came of it; return how much of it should not be."""
    tally, measures = Tally(), list[Measure]()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        print(_HEAD, flush=True)
        for number in range(rounds):
            work(server.url, "trio" if number % 2 else "asyncio", seconds / rounds, tally)
            if can_measure():
                measures.append(_measure(server))
                print(_line(number + 1, tally, measures[-1]), flush=True)
        happened = server.end()
    wrong = [f"not flat: {name}" for name in growth(measures, is_long=seconds >= _LONG)]
    wrong += tally.wrong
    print(f"\n{happened} requests went wrong on purpose; of them the clients saw:")
    print(", ".join(f"{count} {name}" for name, count in tally.faults.most_common()) or "nothing")
    print("done:", ", ".join(f"{count} {name}" for name, count in tally.done.most_common()))
    print("\n".join(wrong) or "all right, and flat")
    return len(wrong)


def _measure(server: Served) -> Measure:
    gc.collect()
    return measured(os.getpid(), server.process.pid, server.port)


def _line(number: int, tally: Tally, measure: Measure) -> str:
    client, server, connections = measure
    cells = [
        str(number),
        str(tally.done.total()),
        str(tally.faults.total()),
        *(f"{client.memory:.0f}", str(client.threads), str(client.files)),
        *(f"{server.memory:.0f}", str(server.threads), str(server.files)),
        str(connections),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    options = parser.parse_args()
    sys.exit(1 if main(options.seconds, options.rounds) else 0)
