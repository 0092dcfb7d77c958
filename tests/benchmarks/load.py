"""Print how the embedded server bears many clients: `python -m tests.benchmarks.load`.

First all do everything at once; then one reads while executions run, for which it should hardly wait.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from .growing import MESSAGE, run
from .server import Caller, serving
from .table import HEADING, Row

_STEPS = 20  # of each execution
_FAILURES = "failures"
_LATE = 10.0  # medians that the slowest hundredth may take
_GROWTH = 1.2  # allocators keep some, and the data grows
_WORDS = ("cat", "dog", "house", "tree", "river", "cloud")


class Place(NamedTuple):
    """Where the clients work: paths of an agent, a session and a task."""

    agent: str
    session: str
    task: str


class Outcome(NamedTuple):
    """What came of a load.

    Attributes:
        times: How many seconds each request took, the shortest first.
        errors: What went wrong.
        memory: Megabytes of the server after each third.
    """

    times: Sequence[float]
    errors: Sequence[str]
    memory: Sequence[float]


def prepare(call: Caller) -> Place:
    """Make what the clients work with."""
    agent = f"/agents/{call('POST', '/agents', {'name': 'A'})['id']}"
    session = call("POST", "/sessions", {"agent": agent.rpartition("/")[2]})
    body = {"name": "T", "main": [{"evaluate": {"n": "$ _.n + 1"}}] * _STEPS}
    task = call("POST", f"{agent}/tasks", body)
    for word in _WORDS:
        call("POST", f"{agent}/docs", {"title": word, "content": f"about a {word}"})
    return Place(agent, f"/sessions/{session['id']}", f"/tasks/{task['id']}/executions")


def mixed(port: int, process: int, place: Place, clients: int, seconds: float) -> Outcome:
    """Let so many clients do everything for so long."""
    times: list[float] = []
    errors: list[str] = []
    ends = time.monotonic() + seconds

    def work(number: int) -> None:
        chance = random.Random(number)
        with closing(Caller(port)) as call:
            while time.monotonic() < ends:
                started = time.perf_counter()
                try:
                    chance.choice(_DEEDS)(call, place, chance)
                except (AssertionError, OSError) as error:
                    errors.append(repr(error))
                times.append(time.perf_counter() - started)

    with ThreadPoolExecutor(clients) as threads:
        waiting = [threads.submit(work, number) for number in range(clients)]
        memory = [_memory_after(seconds / 3, process) for _ in range(3)]
        for each in waiting:
            each.result()
    return Outcome(sorted(times), errors, memory)


def reads_beside(call: Caller, port: int, place: Place, executions: int) -> Sequence[float]:
    """How many seconds each read takes while so many executions run, the shortest first."""
    times: list[float] = []
    with _running(port, place, executions) as ended:
        while not ended.is_set() or not times:
            started = time.perf_counter()
            call("GET", place.agent)
            times.append(time.perf_counter() - started)
    return sorted(times)


def quantile(times: Sequence[float], share: float) -> float:
    """The time that such a share of the sorted times stays within, in milliseconds."""
    return times[min(len(times) - 1, int(len(times) * share))] * 1000


@contextmanager
def _running(port: int, place: Place, executions: int) -> Generator[threading.Event]:
    ended = threading.Event()

    def start_and_wait() -> None:
        with closing(Caller(port)) as call:
            body = {"input": {"n": 0}}
            ids = [call("POST", place.task, body)["id"] for _ in range(executions)]
            # Once in a while: to ask all the time would be a load of its own.
            while any(_is_open(call, id) for id in reversed(ids)):
                time.sleep(0.05)
        ended.set()

    waiting = threading.Thread(target=start_and_wait)
    waiting.start()
    try:
        yield ended
    finally:
        waiting.join()


def _is_open(call: Caller, id: str) -> bool:
    return call("GET", f"/executions/{id}")["status"] not in {"succeeded", "failed"}


def _memory_after(seconds: float, process: int) -> float:
    time.sleep(seconds)
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _chat(call: Caller, place: Place, chance: random.Random) -> None:
    del chance
    call("POST", f"{place.session}/chat", {"messages": [MESSAGE], "save": False})


def _talk(call: Caller, place: Place, chance: random.Random) -> None:
    del chance
    agent = place.agent.rpartition("/")[2]
    session = f"/sessions/{call('POST', '/sessions', {'agent': agent})['id']}"
    for _ in range(3):
        call("POST", f"{session}/chat", {"messages": [MESSAGE]})
    assert len(call("GET", f"{session}/history")["entries"]) == 6
    call("DELETE", session)


def _user(call: Caller, place: Place, chance: random.Random) -> None:
    del place
    user = (
        f"/users/{call('POST', '/users', {'name': 'U', 'metadata': {'n': chance.random()}})['id']}"
    )
    call("PATCH", user, {"name": "V"})
    assert call("GET", user)["name"] == "V"
    call("DELETE", user)


def _doc(call: Caller, place: Place, chance: random.Random) -> None:
    content = [" ".join(chance.choices(_WORDS, k=9)) + f" {chance.random()}" for _ in range(5)]
    doc = call("POST", f"{place.agent}/docs", {"title": "T", "content": content})
    call("DELETE", f"{place.agent}/docs/{doc['id']}")


def _search(call: Caller, place: Place, chance: random.Random) -> None:
    call("POST", f"{place.agent}/search", {"text": chance.choice(_WORDS)})


def _execute(call: Caller, place: Place, chance: random.Random) -> None:
    del chance
    execution = run(call, place.task, {"n": 0})
    assert call("GET", execution)["output"] == {"n": _STEPS}


def _list(call: Caller, place: Place, chance: random.Random) -> None:
    del chance
    call("GET", f"{place.task}?limit=10")
    call("GET", "/users?limit=10")


_DEEDS: Sequence[Callable[[Caller, Place, random.Random], None]] = (
    _chat,
    _talk,
    _user,
    _doc,
    _search,
    _execute,
    _list,
)


def rows(clients: int, seconds: float, executions: int) -> Iterator[Row]:
    """Measure how a load is borne: what fails, what it takes, and how long a read waits beside it."""
    with serving() as (port, process), closing(Caller(port)) as call:
        place = prepare(call)
        done = mixed(port, process, place, clients, seconds)
        note = "; ".join([f"of {len(done.times)} deeds", *done.errors[:5]])
        yield Row(f"{clients} clients for {seconds:g} s", _FAILURES, len(done.errors), 0, note)
        first, *_, last = done.memory
        note = ", ".join(f"{each:.0f} MB" for each in done.memory)
        yield Row("memory after each third", "of the first", last / (first or 1), _GROWTH, note)
        times = reads_beside(call, port, place, executions)
    middle, late = quantile(times, 0.5), quantile(times, 0.99)
    note = f"{len(times)} reads, median {middle:.2f} ms, 99 % within {late:.2f} ms"
    yield Row(f"reads while {executions} executions run", "medians", late / middle, _LATE, note)


def main(clients: int, seconds: float, executions: int) -> int:
    """Print what came of it; return how many requests failed."""
    print(HEADING)
    failed = 0
    for row in rows(clients, seconds, executions):
        print(row, flush=True)
        failed += int(row.value) if row.unit == _FAILURES else 0
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.benchmarks.load", description=__doc__)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--executions", type=int, default=200)
    options = parser.parse_args()
    sys.exit(1 if main(options.clients, options.seconds, options.executions) else 0)
