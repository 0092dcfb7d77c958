"""Kill the embedded server under load, or cut its power: `python -m tests.benchmarks.durability`.

Prints what was answered before, and what of that is gone afterwards.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

from attrs import define, field

from . import power_cut
from .growing import MESSAGE
from .server import Caller, served
from .table import HEADING, Row

_CLIENTS = 8
_GONE = (OSError, HTTPException, ValueError, AssertionError)
"""What a client sees of a server that is killed; an answer that is cut off is no JSON."""


@define
class Answered:
    """What one client was told, in order.

    Attributes:
        users: Ids of those it made.
        executions: Ids of those it started.
        session: Where it talks.
        turns: How often it was answered there.
    """

    users: list[str] = field(factory=list[str])
    executions: list[str] = field(factory=list[str])
    session: str = ""
    turns: int = 0

    def __len__(self) -> int:
        return len(self.users) + len(self.executions) + self.turns


class Loss(NamedTuple):
    """What was answered, and what of it is gone.

    Attributes:
        holes: How often something is gone while something later is there.
    """

    answered: int
    gone: int
    holes: int


class Trial:
    """One server on one file, killed again and again."""

    def __init__(self, folder: Path, durability: str, *, power: bool) -> None:
        self._data = folder / "data"
        self._data.mkdir()
        self._file = self._data / "agents.db"
        self._folder = folder
        self._options = ("--durability", durability)
        self._power = power
        self._chance = random.Random(durability)
        self._task = ""
        self._agent = ""

    def kill(self, number: int, seconds: float) -> Loss:
        """Serve so long, kill the server, and look what is left."""
        variables: Mapping[str, str] = {}
        if self._power:
            place = self._folder / str(number)
            place.mkdir()
            variables = power_cut.variables(place, self._data)
            # What is there was on the disk before.
            for file in self._data.iterdir():
                (place / "synced" / file.name).write_bytes(file.read_bytes())
        with served(self._file, *self._options, variables=variables) as (port, process):
            self._prepare(port)
            answered = self._until_killed(port, process, seconds)
        if self._power:
            power_cut.cut(self._folder / str(number), self._data, self._chance)
        self._check_file()
        with served(self._file) as (port, _), closing(Caller(port)) as call:
            losses = [_loss(call, each) for each in answered]
        return Loss(*(sum(column) for column in zip(*losses, strict=True)))

    def _prepare(self, port: int) -> None:
        with closing(Caller(port)) as call:
            self._agent = call("POST", "/agents", {"name": "A"})["id"]
            body = {"name": "T", "main": [{"evaluate": {"n": "$ _.n + 1"}}] * 5}
            task = call("POST", f"/agents/{self._agent}/tasks", body)
            self._task = f"/tasks/{task['id']}/executions"

    def _until_killed(self, port: int, process: int, seconds: float) -> Sequence[Answered]:
        every = [Answered() for _ in range(_CLIENTS)]
        killer = threading.Timer(seconds, os.kill, (process, signal.SIGKILL))
        with ThreadPoolExecutor(_CLIENTS) as threads:
            killer.start()
            list(threads.map(partial(self._write, port), every))
        killer.join()
        return every

    def _write(self, port: int, answered: Answered) -> None:
        try:
            with closing(Caller(port)) as call:
                session = call("POST", "/sessions", {"agent": self._agent})["id"]
                answered.session = session
                while True:
                    answered.users.append(call("POST", "/users", {"name": "U"})["id"])
                    call("POST", f"/sessions/{session}/chat", {"messages": [MESSAGE]})
                    answered.turns += 1
                    started = call("POST", self._task, {"input": {"n": 0}})
                    answered.executions.append(started["id"])
        except _GONE:
            return

    def _check_file(self) -> None:
        with closing(sqlite3.connect(self._file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def _loss(call: Caller, answered: Answered) -> Loss:
    users = [_is_there(call, f"/users/{id}") for id in answered.users]
    executions = [_has_ended(call, f"/executions/{id}") for id in answered.executions]
    entries = 0
    if answered.turns:
        entries = len(call("GET", f"/sessions/{answered.session}/history")["entries"])
    assert entries % 2 == 0, "half of a turn was kept"
    gone = users.count(False) + executions.count(False) + max(0, answered.turns - entries // 2)
    holes = sum(each != sorted(each, reverse=True) for each in (users, executions))
    return Loss(len(answered), gone, holes)


def _is_there(call: Caller, place: str) -> bool:
    try:
        return bool(call("GET", place))
    except AssertionError:
        return False


def _has_ended(call: Caller, place: str) -> bool:
    if not _is_there(call, place):
        return False
    while (found := call("GET", place))["status"] != "succeeded":
        assert found["status"] != "failed", found
        time.sleep(0.01)
    return bool(found["output"] == {"n": 5})


def rows(kills: int, seconds: float) -> Iterator[Row]:
    """Measure what each way to end takes, beyond what it may take."""
    for power in (False, True) if power_cut.can_be_simulated() else (False,):
        for durability in ("normal", "full"):
            with tempfile.TemporaryDirectory() as folder:
                trial = Trial(Path(folder), durability, power=power)
                losses = [trial.kill(number, seconds) for number in range(kills)]
            total = Loss(*(sum(column) for column in zip(*losses, strict=True)))
            may_lose = power and durability == "normal"
            broken = total.holes + (0 if may_lose else total.gone)
            way = "power cut" if power else "kill -9"
            note = (
                f"{total.answered} answered, {total.gone} gone, "
                f"{total.holes} of them before something that is there"
            )
            work = f"{kills} times {way}, durability {durability}"
            yield Row(work, "promises broken", broken, 0, note)


def main(kills: int, seconds: float) -> int:
    """Print what came of each way to end; return how many promises were broken."""
    print(HEADING)
    broken = 0
    for row in rows(kills, seconds):
        print(row, flush=True)
        broken += int(row.value)
    return broken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.benchmarks.durability", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of each kind (%(default)s)")
    parser.add_argument("--seconds", type=float, default=2.0, help="before each (%(default)s)")
    options = parser.parse_args()
    sys.exit(1 if main(options.kills, options.seconds) else 0)
