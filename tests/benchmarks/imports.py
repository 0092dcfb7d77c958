"""What a program waits for before its first answer: imports, and all that is made at first."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from .loopback import serving
from .table import Row
from .timing import Effort, best

IMPORT: Final = 0.17
FIRST: Final = 40.0
"""Milliseconds over httpx."""
HTTPX: Final = """
import httpx
with httpx.Client(headers={'Authorization': 'Bearer key'}) as http:
    http.get('URL/agents/a1').json()
"""
JULEP: Final = """
import julep
with julep.Julep(base_url='URL', api_key='key') as client:
    client.agents.get('a1')
"""


def rows(effort: Effort) -> Iterator[Row]:
    """Measure the import, and a whole program that asks for one thing."""
    runs = Effort(max(1, effort.rounds // 2), 1)
    with serving() as url:
        programs = {
            "bare": "",
            "import httpx": "import httpx",
            "import julep": "import julep",
            "the client": "import julep; julep.Julep",
            "httpx": HTTPX.replace("URL", url),
            "julep": JULEP.replace("URL", url),
        }
        started = {name: functools.partial(seconds, code) for name, code in programs.items()}
        times = {name: time / 1000 for name, time in best(started, runs).items()}
    over = {name: time - times["bare"] for name, time in times.items()}
    for work, program, goal in (
        ("import", "import julep", IMPORT),
        ("import of the client, with httpx", "the client", 1 + IMPORT),
    ):
        yield Row(
            work,
            "of importing httpx",
            over[program] / max(over["import httpx"], 1e-3),
            goal,
            f"{over[program]:.1f} ms, httpx {over['import httpx']:.1f} ms",
        )
    yield Row(
        "a cold interpreter to its first answer",
        "ms over httpx",
        over["julep"] - over["httpx"],
        FIRST,
        f"julep {times['julep']:.0f} ms, httpx {times['httpx']:.0f} ms",
    )


def seconds(program: str, count: int) -> float:
    """Return how much of the processor's time a program takes, which the program itself tells."""
    telling = f"{program}\nimport time; print(time.process_time())"
    # As installed: what is imported is compiled once.
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", telling]
    return sum(float(subprocess.check_output(command, env=settings)) for _ in range(count))
