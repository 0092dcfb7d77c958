"""Print how fast the embedded server is: `python -m tests.benchmarks.server`.

The server runs in a process of its own, as `python -m julep serve` does, with its data in a file.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

JSON: TypeAlias = dict[str, Any]

_WORDS = (
    "alpha beta gamma delta cat dog house tree river mountain cloud stone fire water wind".split()
)  # noqa: SIM905 - words are read best in a row
_KEY = "benchmark"
_PIECES_OF_DOC = 100
_MESSAGE = {"role": "user", "content": "hi"}


class Scale(NamedTuple):
    """How much to measure."""

    requests: int
    executions: int
    steps: int
    snippets: int
    entries: int


FULL = Scale(requests=1000, executions=200, steps=20, snippets=20_000, entries=10_000)
TINY = Scale(requests=2, executions=2, steps=2, snippets=200, entries=10)


class Caller:
    """Sends requests over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)

    def __call__(self, method: str, path: str, body: JSON | None = None) -> Any:
        """What the server answers, which must not be an error."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {"X-Auth-Key": _KEY})
        response = self._connection.getresponse()
        answer = response.read()
        assert response.status < 300, answer
        return json.loads(answer)


def main(scale: Scale = FULL) -> None:
    """Measure everything."""
    started = time.perf_counter()
    with _serving() as port:
        _show("process until it answers", f"{(time.perf_counter() - started) * 1000:.0f} ms")
        call = Caller(port)
        agent = call("POST", "/agents", {"name": "A"})
        _requests(call, agent, scale)
        _chat(call, agent, scale)
        _executions(call, agent, scale)
        _search(call, agent, scale)


def _requests(call: Caller, agent: JSON, scale: Scale) -> None:
    for name, method, path, body in (
        ("create an agent", "POST", "/agents", {"name": "A"}),
        ("get an agent", "GET", f"/agents/{agent['id']}", None),
        ("list 10 of 1000 agents", "GET", "/agents?limit=10", None),
    ):
        started = time.perf_counter()
        for _ in range(scale.requests):
            call(method, path, body)
        _show(name, f"{scale.requests / (time.perf_counter() - started):.0f} a second")


def _chat(call: Caller, agent: JSON, scale: Scale) -> None:
    session = f"/sessions/{call('POST', '/sessions', {'agent': agent['id']})['id']}"
    unsaved = {"messages": [_MESSAGE], "save": False}
    _time("chat, beside the model", lambda: call("POST", f"{session}/chat", unsaved))
    past = {"messages": [_MESSAGE] * (scale.entries - 1)}
    call("POST", f"{session}/chat", past)
    _time(f"chat after {scale.entries} entries", lambda: call("POST", f"{session}/chat", unsaved))
    _time(f"history of {scale.entries} entries", lambda: call("GET", f"{session}/history"))


def _executions(call: Caller, agent: JSON, scale: Scale) -> None:
    main: list[JSON] = [{"evaluate": {"n": "$ _.n + 1"}}] * scale.steps
    task = call("POST", f"/agents/{agent['id']}/tasks", {"name": "T", "main": main})
    path = f"/tasks/{task['id']}/executions"
    started = time.perf_counter()
    ids = [call("POST", path, {"input": {"n": 0}})["id"] for _ in range(scale.executions)]
    for id in ids:
        while call("GET", f"/executions/{id}")["status"] != "succeeded":
            pass
    seconds = time.perf_counter() - started
    name = f"{scale.executions} executions of {scale.steps} steps"
    _show(name, f"{scale.executions * scale.steps / seconds:.0f} steps a second")


def _search(call: Caller, agent: JSON, scale: Scale) -> None:
    for number in range(scale.snippets // _PIECES_OF_DOC):
        content = [_sentence(number, piece) for piece in range(_PIECES_OF_DOC)]
        call("POST", f"/agents/{agent['id']}/docs", {"title": f"T{number}", "content": content})
    vector = call("POST", "/embed", {"text": "cat dog house"})["vectors"][0]
    text, near = {"text": "cat dog"}, {"vector": vector, "confidence": 0.1}
    for name, body in {"text": text, "vector": near, "hybrid": {**text, **near}}.items():
        path, lean = f"/agents/{agent['id']}/search", {**body, "include_embeddings": False}
        _time(f"{name} search in {scale.snippets} snippets", lambda: call("POST", path, lean))  # noqa: B023 - called at once


def _sentence(number: int, piece: int) -> str:
    words = (_WORDS[(number * 7 + piece * 3 + at * at) % len(_WORDS)] for at in range(12))
    return f"{' '.join(words)} {number} {piece}"


def _time(name: str, call: Any) -> None:
    times: list[float] = []
    for _ in range(5):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    _show(name, f"{min(times) * 1000:.1f} ms")


def _show(name: str, value: str) -> None:
    print(f"{name:34} {value}", flush=True)


@contextmanager
def _serving() -> Generator[int]:
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "agents.db")
        command = [sys.executable, "-m", "julep", "serve", "--port", "0", "--db", database]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI_")}
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env={**environment, "JULEP_API_KEY": _KEY},
        ) as process:
            assert process.stdout
            match = re.search(r":(\d+)", process.stdout.readline())
            assert match
            try:
                yield int(match[1])
            finally:
                process.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.benchmarks.server", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only see whether it works")
    main(TINY if parser.parse_args().tiny else FULL)
