"""Print how fast the embedded server is: `python -m tests.benchmarks.server`.

The server runs in a process of its own, as `python -m julep serve` does, with its data in a file.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from . import curves
from .table import HEADING, Row

JSON: TypeAlias = dict[str, Any]

_WORDS = ("cat", "dog", "house", "tree", "river", "cloud", "stone", "fire", "water", "wind", "sea")
_KEY = "benchmark"
_THREADS = 8
_PIECES_OF_DOC = 100
_PER_CHAT = 5_000  # messages that a chat takes at most
_LONG = 2_000_000  # characters of what is called long
_APART = 2.0  # times that one kind of search may take another's
_MESSAGE = {"role": "user", "content": "hi"}


class Scale(NamedTuple):
    """How much to measure; each field is a number of things, `calls` of each kind."""

    calls: int
    agents: int
    entries: int
    snippets: int
    executions: int


def scaled(share: float) -> Scale:
    """So much of the whole, and at least one of everything."""
    some = [max(1, round(full * share)) for full in (1000, 1000, 200)]
    calls, agents, executions = some
    # An answer makes the entries odd, and a document has a hundred pieces.
    entries, snippets = max(100, round(10_000 * share)), max(100, round(20_000 * share))
    return Scale(calls, agents, entries, snippets, executions)


class Caller:
    """Sends requests over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self.close = self._connection.close

    def __call__(self, method: str, path: str, body: JSON | None = None) -> Any:
        """What the server answers, which must not be an error."""
        return json.loads(self.text(method, path, body))

    def text(self, method: str, path: str, body: JSON | None = None) -> bytes:
        """The answer as it comes."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {"X-Auth-Key": _KEY})
        response = self._connection.getresponse()
        answer = response.read()
        assert response.status < 300, answer
        return answer


def main(scale: Scale, most: int) -> None:
    """Measure everything, curves up to so many things of each kind."""
    started = time.perf_counter()
    with serving() as (port, process), closing(Caller(port)) as call:
        _show("start of the process", f"{(time.perf_counter() - started) * 1000:.0f} ms")
        agent = call("POST", "/agents", {"name": "A"})
        _calls(call, port, agent, scale)
        _chat(call, agent, scale)
        _agents(call, scale)
        _long_list(call, port, scale)
        _search(call, agent, scale)
        _steps(call, agent, max(1, scale.executions // 10), 200)
        _steps(call, agent, scale.executions, 20)
    with serving() as (port, process), closing(Caller(port)) as call:
        _curves(call, process, curves.sizes(most))


def _curves(call: Caller, process: int, sizes: Sequence[int]) -> None:
    print(HEADING)
    for curve in curves.curves(call, process, sizes):
        print(curves.row(curve), flush=True)


def _calls(call: Caller, port: int, agent: JSON, scale: Scale) -> None:
    one = f"/agents/{agent['id']}"
    _rate("get", scale.calls, lambda: call("GET", one))
    _rate("create", scale.calls, lambda: call("POST", "/users", {"name": "U"}))
    _rate("list of 100", scale.calls, lambda: call("GET", "/users?limit=100"))

    def get_often(_: int) -> None:
        with closing(Caller(port)) as mine:
            for _ in range(scale.calls):
                mine("GET", one)

    started = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(get_often, range(_THREADS)))
    _show_rate(f"get, from {_THREADS} threads", scale.calls * _THREADS, started)


def _chat(call: Caller, agent: JSON, scale: Scale) -> None:
    session = f"/sessions/{call('POST', '/sessions', {'agent': agent['id']})['id']}"
    unsaved = {"messages": [_MESSAGE], "save": False}
    _rate("chat", scale.calls, lambda: call("POST", f"{session}/chat", unsaved))
    for first in range(0, scale.entries, _PER_CHAT):
        messages = [_MESSAGE] * min(_PER_CHAT, scale.entries - first)
        call("POST", f"{session}/chat", {"messages": messages})
    entries = len(call("GET", f"{session}/history")["entries"])
    _best(f"history of {entries} entries", lambda: call("GET", f"{session}/history"))
    _best(f"chat behind {entries} entries", lambda: call("POST", f"{session}/chat", unsaved))


def _agents(call: Caller, scale: Scale) -> None:
    for number in range(scale.agents - 1):
        call("POST", "/agents", {"name": "A", "metadata": {"number": number}})
    pages = range(0, scale.agents, 100)
    _best(
        f"list all of {scale.agents} agents",
        lambda: [call("GET", f"/agents?offset={offset}") for offset in pages],
    )
    found = "/agents?metadata_filter.number=7"
    _best("find one of them by its metadata", lambda: call("GET", found))


def _long_list(call: Caller, port: int, scale: Scale) -> None:
    count = max(1, scale.agents // 25)
    for _ in range(count):
        call("POST", "/agents", {"name": "A", "metadata": {"text": "x" * _LONG}})
    user = f"/users/{call('POST', '/users', {'name': 'U'})['id']}"
    waits: list[float] = []
    done = threading.Event()

    def read_often() -> None:
        with closing(Caller(port)) as mine:
            while not (waits and done.is_set()):
                waits.append(_seconds(lambda: mine("GET", user)))

    with ThreadPoolExecutor(1) as threads:
        threads.submit(read_often)
        listed = f"/agents?limit={count}"
        _show(
            f"list of {count} agents of 2 MB", f"{_seconds(lambda: call.text('GET', listed)):.2f} s"
        )
        done.set()
    _show("longest read of another meanwhile", f"{max(waits) * 1000:.0f} ms")


def _search(call: Caller, agent: JSON, scale: Scale) -> None:
    for number in range(scale.snippets // _PIECES_OF_DOC):
        content = [_sentence(number, piece) for piece in range(_PIECES_OF_DOC)]
        call("POST", f"/agents/{agent['id']}/docs", {"title": f"T{number}", "content": content})
    vector = call("POST", "/embed", {"text": "cat dog house"})["vectors"][0]
    text, near = {"text": "cat dog"}, {"vector": vector, "confidence": 0.1}
    times: dict[str, float] = {}
    for kind, body in {"text": text, "vector": near, "hybrid": {**text, **near}}.items():
        lean = {**body, "include_embeddings": False}
        search = functools.partial(call, "POST", f"/agents/{agent['id']}/search", lean)
        times[kind] = _best(f"{kind} search, {scale.snippets} snippets", search)
    apart = max(times.values()) / min(times.values())
    note = ", ".join(f"{kind} {time * 1000:.1f} ms" for kind, time in times.items())
    work = f"slowest kind of search, {scale.snippets} snippets"
    print(Row(work, "of the quickest", apart, _APART, note))


def _steps(call: Caller, agent: JSON, executions: int, steps: int) -> None:
    main: list[JSON] = [{"evaluate": {"n": "$ _.n + 1"}}] * steps
    task = call("POST", f"/agents/{agent['id']}/tasks", {"name": "T", "main": main})
    path = f"/tasks/{task['id']}/executions"
    started = time.perf_counter()
    ids = [call("POST", path, {"input": {"n": 0}})["id"] for _ in range(executions)]
    for id in ids:
        while call("GET", f"/executions/{id}")["status"] != "succeeded":
            pass
    _show_rate(f"steps, {executions} executions of {steps}", executions * steps, started)


def _sentence(number: int, piece: int) -> str:
    words = (_WORDS[(number * 7 + piece * 3 + at * at) % len(_WORDS)] for at in range(12))
    return f"{' '.join(words)} {number} {piece}"


def _rate(name: str, count: int, call: Callable[[], object]) -> None:
    started = time.perf_counter()
    for _ in range(count):
        call()
    _show_rate(name, count, started)


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _best(name: str, call: Callable[[], object]) -> float:
    times = [_seconds(call) for _ in range(5)]
    _show(name, f"{min(times) * 1000:.1f} ms")
    return min(times)


def _show_rate(name: str, count: int, started: float) -> None:
    _show(name, f"{count / (time.perf_counter() - started):.0f} a second")


def _show(name: str, value: str) -> None:
    print(f"{name:44} {value}", flush=True)


@contextmanager
def serving() -> Generator[tuple[int, int]]:
    """A server on a new file, as its port and the id of its process."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "agents.db") as found:
        yield found


@contextmanager
def served(
    database: Path, *options: str, variables: Mapping[str, str] | None = None
) -> Generator[tuple[int, int]]:
    """A server on this file, as its port and the id of its process, which is killed at the end."""
    command = [sys.executable, "-m", "julep", "serve", "--port", "0", "--db", str(database)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI_")}
    with subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "JULEP_API_KEY": _KEY, **(variables or {})},
    ) as process:
        assert process.stdout
        match = re.search(r":(\d+)", process.stdout.readline())
        if match is None:
            # It has said why.
            sys.exit(process.wait() or 1)
        try:
            yield int(match[1]), process.pid
        finally:
            process.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.benchmarks.server", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the whole (%(default)s)")
    parser.add_argument(
        "--most", type=int, default=10_000, help="things of each kind in curves (%(default)s)"
    )
    options = parser.parse_args()
    main(scaled(options.scale), options.most)
