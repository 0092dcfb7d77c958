"""What a server can do wrong. Each answer is bytes on a plain socket."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import attrs

from tests.wire import HANG_UP, Connection, Seen

from .operations import Operation

FOR_EVER: Final = 4.0
"""Seconds; far more than any call of these has."""

OF_GATEWAYS: Final = {502, 503, 504}
"""What is answered on behalf of a server that may have done its work."""

Answer: TypeAlias = Callable[[Connection, Seen, Operation], object]


@attrs.frozen
class Fault:
    """One thing that a server does wrong.

    Attributes:
        answer: Does it, for a request and the operation that it belongs to.
        is_refusal: Whether the server says by it that it did not begin.
        is_verdict: Whether the server itself says by it that it failed.
        moves_all_but_posts: Whether every other method is sent on as it is, and nothing was done.
        never_silent: Whether bytes keep coming, which is all that a stream asks for.
        is_looked_up: Whether a name is looked up, which nothing can interrupt on the blocking face.
        on_accept: Whether it happens before a request was read.
        harms_some: Whether it depends on the answer if anything of it is lost.
    """

    answer: Answer
    is_refusal: bool = False
    is_verdict: bool = False
    moves_all_but_posts: bool = False
    never_silent: bool = False
    is_looked_up: bool = False
    on_accept: bool = False
    harms_some: bool = False


def head(operation: Operation, status: str = "", headers: str = "") -> bytes:
    """The head of an answer, without its length."""
    kind, status = operation.media_type, status or operation.status
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}".encode()


def with_length(start: bytes, body: bytes) -> bytes:
    """An answer that says how long it is."""
    return start + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(start: bytes, body: bytes) -> bytes:
    """An answer in one chunk."""
    size = f"{len(body):x}".encode()
    return start + b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\n" + body + b"\r\n0\r\n\r\n"


def _saying(
    body: bytes | None = None, status: str = "", headers: str = "", kind: str = ""
) -> Answer:
    """An answer that is HTTP, whatever it says."""

    def answer(connection: Connection, _: Seen, operation: Operation) -> None:
        start = head(operation, status, headers)
        if kind:
            start = start.replace(operation.media_type.encode(), kind.encode())
        connection.send(with_length(start, operation.body() if body is None else body))

    return answer


def _made(make: Callable[[Operation], bytes]) -> Answer:
    """Bytes that depend on the operation, and the end of the connection."""

    def answer(connection: Connection, _: Seen, operation: Operation) -> object:
        connection.send(make(operation))
        return HANG_UP

    return answer


def _raw(data: bytes) -> Answer:
    return _made(lambda _: data)


def _after_head(data: bytes) -> Answer:
    return _made(lambda operation: head(operation) + data)


def _open(make: Callable[[Operation], bytes]) -> Answer:
    """Bytes that depend on the operation; the connection stays as it is."""

    def answer(connection: Connection, _: Seen, operation: Operation) -> None:
        connection.send(make(operation))

    return answer


def _endless(start: Callable[[Operation], bytes], again: bytes, pause: float) -> Answer:
    """Bytes that come for so long that no client should wait for their end."""

    def answer(connection: Connection, _: Seen, operation: Operation) -> object:
        end = time.monotonic() + FOR_EVER
        connection.send(start(operation))
        while not connection.wire.hung_up.wait(pause) and time.monotonic() < end:
            if again:
                connection.send(again)
        return HANG_UP

    return answer


def _reset(connection: Connection, *_: Any) -> object:
    connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return HANG_UP


def _statuses() -> Iterator[tuple[str, Fault]]:
    refused = b'{"error": {"message": "no", "code": "no", "type": "t"}}'
    for code in (400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 418, 422, 425, 426, 451, 499):
        yield str(code), Fault(_saying(refused, f"{code} No"))
    for code in (500, 501, 502, 503, 504, 507, 520, 599, 999):
        answer = _saying(b"Internal Server Error", f"{code} Oh", kind="text/plain")
        yield str(code), Fault(answer, is_verdict=code not in OF_GATEWAYS)
    for code in (101, 204, 205, 206, 304, 300, 305, 306):
        yield f"{code} without a body", Fault(_raw(f"HTTP/1.1 {code} Odd\r\n\r\n".encode()))
    for wait in ("0", "1e9", "-1", "x, 1 Jan 99999999999999999999 00:00:00 GMT", "\xff", "9" * 400):
        for code in (429, 503):
            answer = _saying(b"{}", f"{code} Busy", f"Retry-After: {wait}\r\n")
            yield f"{code}, Retry-After {wait[:12]}", Fault(answer, is_refusal=True)
    yield "429", Fault(_saying(b"{}", "429 Busy"), is_refusal=True)
    yield "429 at once", Fault(_saying(b"{}", "429 Busy", "retry-after-ms: 1\r\n"), is_refusal=True)


def _bodies() -> Iterator[tuple[str, Fault]]:
    values = {
        "nothing": b"",
        "null": b"null",
        "a number": b"7",
        "a list": b"[1, 2]",
        "an empty object": b"{}",
        "fields of other types": b'{"id": {"a": 1}, "created_at": [], "items": 5, "choices": "x"}',
        "broken JSON": b'{"id": "a',
        "two values": b"{}{}",
        "NaN": b'{"id": NaN}',
        "a huge number": b'{"id": ' + b"9" * 5000 + b"}",
        "a huge time": b'{"id": "a", "created_at": 1e300}',
        "half a surrogate": b'{"id": "\\ud83d"}',
        "bytes that are no UTF-8": b'{"id": "\xff\xfe"}',
        "deep nesting": b"[" * 50_000,
        "a web page": b"<html><body>Welcome</body></html>",
        "zeros": b"\0" * 500,
        "python's repr": b"{'id': None}",
    }
    for name, body in values.items():
        yield f"body: {name}", Fault(_saying(body))
    for name in ("fields of other types", "deep nesting", "a web page", "half a surrogate"):
        yield f"error: {name}", Fault(_saying(values[name], "400 No"))
    for text in ("{[]: 1}", "+".join("1" * 5000), "[" * 5000, "(" * 300, "{'a': 1 if"):
        body = b'{"error": {"message": "' + text.encode() + b'"}}'
        yield f"error: message {text[:9]}", Fault(_saying(body, "400 No"))
        yield (
            f"events: {text[:9]}",
            Fault(_saying(f"data: {text}\n\n".encode(), kind="text/event-stream")),
        )
    for events in ("data:\n\n", "event: error\ndata: oh\n\n", 'data: {"error": "oh"}\n\n', ":\n\n"):
        body = events.encode()
        yield f"events: {events.strip()!r}", Fault(_saying(body, kind="text/event-stream"))
    for kind in ("text/html", "application/octet-stream", "x", "text/event-stream", "\xff/\xfe"):
        yield f"type: {kind!r}", Fault(_saying(kind=kind))


def _lengths() -> Iterator[tuple[str, Fault]]:
    yield (
        "length: too short",
        Fault(_open(lambda it: head(it) + b"Content-Length: 5\r\n\r\n" + it.body())),
    )
    yield (
        "length: too long",
        Fault(_made(lambda it: head(it) + b"Content-Length: 99999\r\n\r\n" + it.body())),
    )
    for length in (b"-1", b"x", b"1, 2", b"99999999999999999999999", b""):
        yield (
            f"length: {length.decode()}",
            Fault(_after_head(b"Content-Length: " + length + b"\r\n\r\n{}")),
        )
    yield (
        "length: twice",
        Fault(_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x")),
    )
    yield (
        "length and chunks",
        Fault(_made(lambda it: chunked(head(it) + b"Content-Length: 3\r\n", it.body()))),
    )
    yield "two answers", Fault(_open(lambda it: with_length(head(it), it.body()) * 2))
    yield (
        "an answer and some bytes",
        Fault(_open(lambda it: with_length(head(it), it.body()) + b"bonus")),
    )
    yield "chunks and some bytes", Fault(_open(lambda it: chunked(head(it), it.body()) + b"bonus"))
    for bad in (b"zz\r\n", b"5\r\nab", b"-1\r\n", b"FFFFFFFFFFFFFFFFF\r\n", b"2\r\n{}xx0\r\n\r\n"):
        yield (
            f"chunks: {bad!r}",
            Fault(_after_head(b"Transfer-Encoding: chunked\r\n\r\n" + bad)),
        )
    yield (
        "transfer coding: unheard of",
        Fault(_made(lambda it: head(it) + b"Transfer-Encoding: rot13\r\n\r\n" + it.body())),
    )


def _connections() -> Iterator[tuple[str, Fault]]:
    def closed(*_: Any) -> object:
        return HANG_UP

    yield "closed on accept", Fault(closed, is_refusal=True, on_accept=True)
    yield "reset on accept", Fault(_reset, is_refusal=True, on_accept=True)
    yield "closed after the request", Fault(closed)
    yield "reset after the request", Fault(_reset)
    starts = {
        "nonsense": b"\x16\x03\x01\x02\0",
        "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
        "half a status line": b"HTTP/1.1 20",
        "no version": b"200 OK\r\n\r\n{}",
        "HTTP/0.9": b"{}",
        "HTTP/9.9": b"HTTP/9.9 200 OK\r\n\r\n{}",
        "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n{}",
        "half the headers": b"HTTP/1.1 200 OK\r\nContent-Ty",
        "a header without a colon": b"HTTP/1.1 200 OK\r\nnothing\r\n\r\n{}",
        "a header with a zero": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n{}",
        "folded headers": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        "a huge header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n{}",
        "many headers": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 20_000 + b"\r\n{}",
        "only a 100": b"HTTP/1.1 100 Continue\r\n\r\n",
        "a body of HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n{}",
    }
    for name, start in starts.items():
        yield f"closed after {name}", Fault(_raw(start))
    for share in (0, 1, 0.5):
        yield f"cut in the body at {share}", Fault(_cut(share))


def _cut(share: float) -> Answer:
    def cut(operation: Operation) -> bytes:
        body = operation.body()
        whole = with_length(head(operation), body)
        return whole[: len(whole) - len(body) + int(len(body) * share) - (share == 1)]

    return _made(cut)


def _times() -> Iterator[tuple[str, Fault]]:
    def started(it: Operation) -> bytes:
        return head(it) + b"Content-Length: 9999999\r\n\r\n"

    yield "silence", Fault(_endless(lambda _: b"", b"", 0.05))
    yield "silence in the headers", Fault(_endless(lambda _: b"HTTP/1.1 200 OK\r\nX-", b"", 0.05))
    yield "silence in the body", Fault(_endless(started, b"", 0.05))
    yield "trickled status line", Fault(_endless(lambda _: b"HTTP/1.1 200 O", b"k", 0.02))
    yield "trickled headers", Fault(_endless(lambda _: b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.02))
    yield "trickled body", Fault(_endless(started, b" ", 0.02), never_silent=True)
    yield (
        "flood of 100",
        Fault(_endless(lambda _: b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 9, 0.005)),
    )
    yield "flood of 103", Fault(_endless(lambda _: b"", b"HTTP/1.1 103 Hint\r\nX: a\r\n\r\n", 0.02))
    yield "a body without end", Fault(_endless(lambda it: head(it) + b"\r\n", b" " * 65536, 0.0001))


def _codings() -> Iterator[tuple[str, Fault]]:
    def packed(coding: str, pack: Callable[[bytes], bytes], *, harms_some: bool = False) -> Fault:
        start = f"Content-Encoding: {coding}\r\n"
        answer = _open(lambda it: with_length(head(it, headers=start), pack(it.body())))
        return Fault(answer, harms_some=harms_some)

    for coding in ("gzip", "deflate", "br", "zstd", "rot13", "gzip, gzip", "\xff", ","):
        yield f"coding: {coding!r} that is none", packed(coding, bytes)
    yield "coding: half of gzip", packed("gzip", lambda body: gzip.compress(body)[:-12])
    yield (
        "coding: gzip with a wrong sum",
        packed("gzip", lambda body: gzip.compress(body)[:-8] + b"\0" * 8),
    )
    yield (
        "coding: half of deflate",
        packed("deflate", lambda body: zlib.compress(body)[:-6], harms_some=True),
    )
    yield "coding: gzip of zeros", packed("gzip", lambda _: gzip.compress(b"\0" * 3_000_000))
    yield (
        "coding: members of gzip",
        packed("gzip", lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])),
    )


def _redirects() -> Iterator[tuple[str, Fault]]:
    places = {
        "nowhere": "http://127.0.0.1:1/x",
        "a port that is none": "http://127.0.0.1:99999/",
        "another protocol": "ftp://127.0.0.1/",
        "nonsense": "http://[",
        "an empty host": "http:///x",
        "itself": "",
        "a circle": "/round",
        "a script": "javascript:alert(1)",
        "a name with bad letters": "http://\xff\xfe/",
        "a long path": "/" + "a" * 70_000,
    }
    for name, place in places.items():
        for code in (301, 302, 303, 307, 308):
            answer = _saying(b"", f"{code} Go", f"Location: {place}\r\n")
            # The two repeat a request as the server asks, and do nothing themselves.
            yield (
                f"{code} to {name}",
                Fault(
                    answer,
                    is_refusal=code >= 307,
                    moves_all_but_posts=code < 303,
                    is_looked_up="name" in name,
                ),
            )
    yield "302 without a place", Fault(_saying(b"", "302 Go"))


KINDS: Final[dict[str, dict[str, Fault]]] = {
    "statuses": dict(_statuses()),
    "bodies": dict(_bodies()),
    "lengths": dict(_lengths()),
    "connections": dict(_connections()),
    "times": dict(_times()),
    "codings": dict(_codings()),
    "redirects": dict(_redirects()),
}
FAULTS: Final = {name: fault for kind in KINDS.values() for name, fault in kind.items()}
"""Every fault, by name."""
