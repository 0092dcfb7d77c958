"""Runs a part, and reads the rows that it prints. Whatever happens to it is a row too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO, TypeAlias

from tests.benchmarks.missing import is_skipped, needed, skipped
from tests.benchmarks.table import HEADING, Row, read

from .parts import Part

ROOT: Final = Path(__file__).parent.parent.parent
_PATIENCE: Final = 10.0  # seconds, in which a part that takes too long can end what it started

Found: TypeAlias = Row | str
"""A row, or a line of a table of the part's own."""


def found(part: Part, python: str = sys.executable) -> Iterator[Found]:
    """Run a part by a Python, and yield what it prints, as it comes."""
    missed, last, any_row = False, "", False
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = _started(part, python, errors)
        timer = threading.Timer(part.seconds, _end, (process, signal.SIGINT))
        timer.start()
        started = time.monotonic()
        try:
            for line in _lines(process):
                last, row = line, read(line)
                if row:
                    any_row, missed = True, missed or not row.is_reached
                any_row = any_row or is_skipped(line)
                if row or _is_of_a_table(line):
                    yield row or line
            status = process.wait()
        finally:
            timer.cancel()
            _end(process, signal.SIGKILL)
        errors.seek(0)
        is_late = time.monotonic() - started > part.seconds
        late = f"took more than {part.seconds:.0f} s, and " if is_late else ""
        words = _last_words(errors.read()) or last
        why = f"{late}ended with {status}: {words}"
    if status and not missed and (needs := needed(words)):
        yield skipped(part.name, needs)
    elif status and not missed:
        yield Row(part.name, "crashes", 1, 0, why)
    elif not any_row and part.group != "peers":
        yield Row(part.name, "failures", 0, 0, last)


def _started(part: Part, python: str, errors: TextIO) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, *part.command],
        cwd=ROOT,
        env={**os.environ, **part.settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,  # so that what it started can be ended with it
    )


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout
    with process.stdout:
        for line in process.stdout:
            if text := line.strip():
                yield text


def _end(process: subprocess.Popen[str], how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    if how is not signal.SIGKILL:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        _end(process, signal.SIGKILL)


def _is_of_a_table(line: str) -> bool:
    return line.startswith("|") and line not in HEADING.splitlines()


def _last_words(errors: str) -> str:
    return next((line.strip()[:200] for line in reversed(errors.splitlines()) if line.strip()), "")
