"""A server of real connections whose answers are bytes, for what no mock can show."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from http.client import HTTPMessage, parse_headers
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Any, NamedTuple, Self

from .conftest import PATIENCE


class Seen(NamedTuple):
    """A request as it arrived.

    Attributes:
        method: The HTTP method.
        target: Path and query.
        headers: By name, whatever the case.
        body: The body.
        connection: Which connection it came on, from 1.
    """

    method: str
    target: str
    headers: HTTPMessage
    body: bytes
    connection: int


class Connection(StreamRequestHandler):
    """What a script answers through."""

    @property
    def wire(self) -> Wire:
        """The server that took the connection."""
        assert isinstance(self.server, Wire)
        return self.server

    def handle(self) -> None:
        """Answer requests until either side has had enough."""
        number = self.wire.count()
        if self.wire.greet is not None and self.wire.greet(self) is HANG_UP:
            return
        while line := self.rfile.readline().split():
            headers = parse_headers(self.rfile)
            body = self.rfile.read(int(headers.get("Content-Length", 0)))
            seen = Seen(line[0].decode(), line[1].decode(), headers, body, number)
            self.wire.seen.append(seen)
            if self.wire.answer(self, seen) is HANG_UP:
                return

    def send(self, data: bytes) -> None:
        """Put bytes on the wire."""
        self.wfile.write(data)

    def send_json(self, value: Any, status: str = "200 OK") -> None:
        """Answer with JSON."""
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.send(head.encode() + b"\r\n\r\n" + body)

    def begin_stream(self, *events: str) -> None:
        """Begin a stream of events, and send the first of them."""
        self.send(STREAM_HEAD)
        for event in events:
            self.send_event(event)

    def send_event(self, event: str) -> None:
        """Send one event, as a chunk."""
        self.send_chunk(f"data: {event}\n\n".encode())

    def send_chunk(self, data: bytes) -> None:
        """Send a piece of a stream."""
        self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def pass_on(self, pieces: Iterable[bytes]) -> None:
        """Send a stream as it comes from elsewhere, to its end."""
        self.begin_stream()
        for piece in pieces:
            self.send_chunk(piece)
        self.end_stream()

    def end_stream(self) -> None:
        """End a stream properly."""
        self.send(b"0\r\n\r\n")

    def wait_for_hang_up(self) -> None:
        """Stay silent until the client closes the connection, and note that it did."""
        self.connection.settimeout(PATIENCE)
        try:
            has_hung_up = self.connection.recv(1) == b""
        except ConnectionError:
            has_hung_up = True
        if has_hung_up:
            self.wire.hung_up.set()


HANG_UP = object()
"""What an answer returns to close the connection without another word."""

STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)

Answer = Callable[[Connection, Seen], object]


class Wire(ThreadingTCPServer):
    """Listens on 127.0.0.1, on a free port unless told which, and answers each request as a function says.

    Attributes:
        seen: The requests that arrived, in their order.
        greet: What is done with a connection before anything is read from it.
        hung_up: Set when a client has closed the connection that `wait_for_hang_up` watches.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128  # a crowd connects at once

    def __init__(self, answer: Answer, *, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.answer = answer
        self.greet: Callable[[Connection], object] | None = None
        self.seen: list[Seen] = []
        self.hung_up = threading.Event()
        self._connections = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def count(self) -> int:
        """The number of a new connection."""
        with self._lock:
            self._connections += 1
            return self._connections

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients of these tests break connections on purpose."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        super().__exit__(kind, error, trace)


def answering(value: Any, status: str = "200 OK") -> Answer:
    """A server that answers everything with the same JSON."""

    def answer(connection: Connection, _: Seen) -> None:
        connection.send_json(value, status)

    return answer


def silent(connection: Connection, _: Seen) -> object:
    """Never answer; note when the client hangs up."""
    connection.wait_for_hang_up()
    return HANG_UP
