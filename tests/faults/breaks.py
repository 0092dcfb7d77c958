"""A run whose connection breaks somewhere: `python -m tests.faults.breaks` tries every single byte.

The server counts the bytes of requests and answers, and one for the work between them. When its count
is over it hangs up, and goes on counting never again, or is not there any more.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, Final, Self

import attrs

from julep import JulepError
from tests.conftest import Face

from .matrix import FACES

AT_ONCE: Final = 24
"""Runs at a time; most of each is waiting for what is unsure to become sure."""
PATIENCE: Final = 20.0
"""Seconds that a run may take: a start of unknown fate takes two, and an answer one."""

Json = dict[str, Any]


def _call(id: str, n: int) -> Json:
    return {
        "id": id,
        "type": "function",
        "function": {"name": "double", "arguments": json.dumps({"n": n})},
    }


WAITS: Final[list[Any]] = [{"q": 1}, _call("c1", 1), {"q": 2}, [_call("c2", 2), _call("c3", 3)]]
"""What the execution asks, one after the other: two questions, and three calls of a function."""
INPUTS: Final[list[Json]] = [{"a": 1}, {"result": 2}, {"a": 2}, {"c2": 4, "c3": 6}]
"""What it is to be given."""


class Gone(Exception):
    """The count is over."""


class Breaking(ThreadingTCPServer):
    """A server with one task, which hangs up once after so many bytes.

    Attributes:
        left: How many bytes are left; None when it does not count.
        counted: How many there were.
        edges: The counts at the ends of requests, of the work, and of answers.
        returns: Whether it is there again afterwards.
        has_tokens: Whether it shows tokens of waits.
        starts: How many executions were started.
        given: What the waits were given.
    """

    daemon_threads = True

    def __init__(
        self, after: int | None, *, returns: bool = True, has_tokens: bool = False
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.left = after
        self.counted = 0
        self.edges: list[int] = []
        self.returns = returns
        self.has_tokens = has_tokens
        self.starts: list[Json] = []
        self.given: list[Any] = []
        self.is_gone = False
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def most(self, size: int) -> int:
        """How many of so many bytes there may be."""
        return size if self.left is None else min(size, self.left)

    def count(self, size: int, *, is_edge: bool = False) -> None:
        """Count bytes; hang up where the count is over."""
        self.counted += size
        if is_edge:
            self.edges.append(self.counted)
        if self.left is not None:
            self.left -= size
            if self.left <= 0:
                self.left, self.is_gone = None, not self.returns
                raise Gone

    def answer(self, method: str, target: str, body: Any) -> tuple[Any, str]:
        """Do what a request asks for."""
        where = target.partition("?")[0]
        if method == "POST" and where == "/tasks/t1/executions":
            self.starts.append(body["metadata"])
            return self._execution(len(self.starts) - 1), "201 Created"
        if where == "/tasks/t1/executions":
            return {"items": [self._execution(n) for n in reversed(range(len(self.starts)))]}, OK
        if where.endswith("/status.stream"):
            return {"detail": "Not Found"}, "404 Not Found"
        if where.endswith("/transitions"):
            return {"items": self._transitions()}, OK
        if method in ("PUT", "POST"):
            return self._resume(target, body["input"])
        return self._execution(0), OK

    def _resume(self, target: str, input: Json) -> tuple[Any, str]:
        number = len(self.given)
        is_open = number < len(WAITS)
        if not is_open or (self.has_tokens and not target.endswith(f"=token{number}")):
            return {"error": {"message": "there is no such wait"}}, "404 Not Found"
        self.given.append(input)
        return (self._execution(0) if self.has_tokens else None), OK

    def _execution(self, number: int) -> Json:
        is_over = len(self.given) == len(WAITS)
        state = {"status": "succeeded", "output": 7} if is_over else {"status": "awaiting_input"}
        return {
            "id": f"e{number}",
            "task_id": "t1",
            "input": {},
            "metadata": self.starts[number],
            **state,
        }

    def _transitions(self) -> list[Json]:
        found: list[Json] = []
        for number, output in enumerate(WAITS[: len(self.given) + 1]):
            place = {"current": {"workflow": "main", "step": number}}
            token = {"metadata": {"task_token": f"token{number}"}} if self.has_tokens else {}
            found.append({"id": f"w{number}", "type": "wait", "output": output, **place, **token})
            if number < len(self.given):
                found.append({"id": f"s{number}", "type": "step", "output": {}, **place})
        return found

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: connections are broken on purpose."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()
        self.server_close()


OK: Final = "200 OK"
END: Final = b"\r\n\r\n"
PIECE: Final = 65536


class _Handler(BaseRequestHandler):
    """A connection. Clients send no request before the answer to the last one is there."""

    @property
    def breaking(self) -> Breaking:
        """The server that took the connection."""
        assert isinstance(self.server, Breaking)
        return self.server

    def handle(self) -> None:
        """Answer requests until somebody hangs up."""
        try:
            while not self.breaking.is_gone and (head := self._head()):
                self._exchange(*head)
        except (Gone, ConnectionError):
            pass

    def _exchange(self, head: str, body: bytes) -> None:
        server = self.breaking
        method, target = head.split(" ", 2)[:2]
        sizes = [line for line in head.lower().split("\r\n") if line.startswith("content-length:")]
        size = int(sizes[0].partition(":")[2]) if sizes else 0
        while len(body) < size:
            body += self._some()
        server.count(0, is_edge=True)
        value, status = server.answer(method, target, json.loads(body or "null"))
        server.count(1, is_edge=True)
        text = json.dumps(value).encode()
        start = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
        whole = f"{start}Content-Length: {len(text)}\r\n\r\n".encode() + text
        self.request.sendall(whole[: server.most(len(whole))])
        server.count(server.most(len(whole)))
        server.edges.append(server.counted)

    def _head(self) -> tuple[str, bytes] | None:
        """The head of a request, and what came of its body with it."""
        found = b""
        while END not in found:
            if not (piece := self._some()):
                return None
            found += piece
        head, _, body = found.partition(END)
        return head.decode(), body

    def _some(self) -> bytes:
        piece: bytes = self.request.recv(self.breaking.most(PIECE))
        self.breaking.count(len(piece))
        return piece


@attrs.define
class Outcome:
    """What came of a run.

    Attributes:
        position: Where its connection broke.
        result: Its output, or the name of an exception's class.
        starts: How many executions were started.
        given: What its waits were given.
        asked: What functions of the caller's were asked.
        seconds: How long it took.
        edges: Where requests, work and answers ended.
    """

    position: int | None
    result: Any = None
    starts: int = 0
    given: list[Any] = attrs.field(factory=list[Any])
    asked: list[Any] = attrs.field(factory=list[Any])
    seconds: float = 0
    edges: list[int] = attrs.field(factory=list[int])

    @property
    def is_right(self) -> bool:
        """Whether everything happened once."""
        was_asked = sorted(map(str, self.asked)) == sorted(map(str, [1, 2, "1!", "2!", 3]))
        return self.result == 7 and self.starts == 1 and self.given == INPUTS and was_asked


def outcome(
    face: str,
    position: int | None,
    *,
    returns: bool = True,
    has_tokens: bool = False,
    **options: Any,
) -> Outcome:
    """Run the task, and break its connection at a position."""
    found, runner = Outcome(position), Face(face)

    def double(n: int) -> int:
        found.asked.append(n)
        return n * 2

    def answer(question: Json) -> Json:
        found.asked.append(f"{question['q']}!")
        return {"a": question["q"]}

    async def run() -> None:
        client = runner.client(base_url=server.url)
        given = {"timeout": PATIENCE, **options}
        try:
            run = await runner.call(client.tasks.run, "t1", tools=[double], answer=answer, **given)
            found.result = run.output
        except JulepError as error:
            found.result = type(error).__name__

    began = time.monotonic()
    with Breaking(position, returns=returns, has_tokens=has_tokens) as server:
        runner.run(run, {})
    found.seconds = time.monotonic() - began
    found.starts, found.given, found.edges = len(server.starts), server.given, server.edges
    return found


def outcomes(face: str, positions: Iterable[int], **options: Any) -> Iterator[Outcome]:
    """Run the task for each position, many at a time."""

    def break_at(position: int) -> Outcome:
        return outcome(face, position, **options)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield from threads.map(break_at, positions)


def main() -> int:
    """Break the run at every byte, or at every so many."""
    parser = argparse.ArgumentParser(prog="tests.faults.breaks", description=__doc__)
    parser.add_argument(
        "--step", type=int, default=1, help="bytes between two places (%(default)s)"
    )
    parser.add_argument("--faces", default="", help="only those whose names hold this")
    step, began, wrong = parser.parse_args().step, time.monotonic(), 0
    for face in (name for name in FACES if parser.parse_args().faces in name):
        for has_tokens in (False, True):
            whole = outcome(face, None, has_tokens=has_tokens).edges[-1]
            found = list(outcomes(face, range(0, whole, step), has_tokens=has_tokens))
            bad = [one for one in found if not one.is_right]
            slowest, wrong = max(one.seconds for one in found), wrong + len(bad)
            shown = f"{face}, tokens {has_tokens}: {len(bad)} wrong of {len(found)}"
            print(f"{shown}, the slowest took {slowest:.1f} s", *bad[:5], sep="\n", flush=True)
    print(f"{time.monotonic() - began:.0f} seconds")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
