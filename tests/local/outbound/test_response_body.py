"""How much of an answer is read."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib

import pytest

from julep.local.workflow.ports import EffectError
from tests.local.outbound.conftest import Call
from tests.wire import HANG_UP, Connection, Seen, Wire

_MOST = 100_000


def _sending(body: bytes, *headers: str) -> Wire:
    def answer(connection: Connection, _seen: Seen) -> None:
        head = "".join(f"{line}\r\n" for line in (f"Content-Length: {len(body)}", *headers))
        connection.send(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body)

    return Wire(answer)


def _flood(connection: Connection, _seen: Seen) -> object:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    try:
        while True:
            connection.send(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
    except ConnectionError:
        connection.wire.hung_up.set()
        return HANG_UP


def _deflated(body: bytes) -> bytes:
    raw = zlib.compressobj(wbits=-15)
    return raw.compress(body) + raw.flush()


_BOMB = gzip.compress(b"0" * 10_000_000, mtime=0)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * (_MOST + 1), []),
        (_BOMB, ["Content-Encoding: gzip"]),
        (gzip.compress(_BOMB, mtime=0), ["Content-Encoding: gzip, gzip"]),
        (gzip.compress(b"0", mtime=0) + _BOMB, ["Content-Encoding: x-gzip"]),
        (zlib.compress(b"0" * 10_000_000), ["Content-Encoding: deflate"]),
        (_deflated(b"0" * 10_000_000), ["Content-Encoding: deflate"]),
    ],
)
def test_an_answer_over_the_limit_is_not_read(call: Call, body: bytes, headers: list[str]) -> None:
    """The limit holds for what is sent and for what it unpacks to, and the error names the option."""
    with (
        _sending(body, *headers) as wire,
        pytest.raises(EffectError, match="max_api_call_bytes") as it,
    ):
        call(wire.url, most_bytes=_MOST)
    assert not it.value.transient


def test_a_bomb_takes_no_memory(call: Call) -> None:
    """What is beyond the limit isn't unpacked at all."""
    bomb = gzip.compress(b"0" * 100_000_000, mtime=0)
    tracemalloc.start()
    try:
        with _sending(bomb, "Content-Encoding: gzip") as wire, pytest.raises(EffectError):
            call(wire.url, most_bytes=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_an_answer_without_end_is_hung_up_on(call: Call) -> None:
    """A server that sends for ever is left at the limit."""
    with Wire(_flood) as wire:
        with pytest.raises(EffectError, match="longer than 100,000 bytes"):
            call(wire.url, most_bytes=_MOST)
        assert wire.hung_up.wait(10)


def test_an_empty_answer_is_empty_however_packed(call: Call) -> None:
    """Nothing needs no unpacking."""
    for body, coding in ((b"", "gzip"), (gzip.compress(b"", mtime=0), "deflate, gzip")):
        with _sending(body, f"Content-Encoding: {coding}") as wire:
            assert call(wire.url).content == b""


@pytest.mark.slow
def test_an_answer_in_crumbs_is_given_up(call: Call) -> None:
    """Each piece takes time to read, however short it is."""

    def crumble(connection: Connection, _seen: Seen) -> object:
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                connection.send(b"1\r\nx\r\n" * 1000)
        return HANG_UP

    with Wire(crumble) as wire, pytest.raises(EffectError, match="more than 50,000 pieces"):
        call(wire.url, timeout=60)


def test_long_headers_are_refused(call: Call) -> None:
    """Many headers are as little read as a long body."""
    headers = [f"X-{number}: {'x' * 1000}" for number in range(80)]
    with _sending(b"", *headers) as wire, pytest.raises(EffectError, match="headers are longer"):
        call(wire.url)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"hello", "identity"),
        (gzip.compress(b"hello", mtime=0), "gzip"),
        (gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0), "GZIP"),
        (gzip.compress(b"hello", mtime=0) + bytes(100), "gzip"),
        (zlib.compress(b"hello"), "deflate"),
        (_deflated(b"hello"), "deflate"),
        (gzip.compress(zlib.compress(b"hello"), mtime=0), "deflate, gzip"),
    ],
)
def test_a_packed_answer_is_unpacked(call: Call, body: bytes, coding: str) -> None:
    """In each form of the codings that were asked for."""
    with _sending(body, f"Content-Encoding: {coding}") as wire:
        assert call(wire.url).content == b"hello"
    assert wire.seen[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("body", "coding", "message"),
    [
        (b"hello", "gzip", "says that it is gzip, and isn't"),
        (gzip.compress(b"hello", mtime=0)[:-9], "gzip", "says that it is gzip, and isn't"),
        (b"hello", "br", "only gzip, deflate are read"),
        (zlib.compress(b"hello")[:-5], "deflate", "says that it is deflate, and isn't"),
        (gzip.compress(b"hello", mtime=0) + b"more", "gzip", "says that it is gzip, and isn't"),
        (gzip.compress(b"", mtime=0) * 2_000, "gzip", "more than 1,000 parts"),
        (b"hello", "gzip, gzip, gzip, gzip", "more than 3 times"),
    ],
)
def test_what_cannot_be_unpacked_is_told(
    call: Call, body: bytes, coding: str, message: str
) -> None:
    """The same answer would come again, so nothing is repeated."""
    wire = _sending(body, f"Content-Encoding: {coding}")
    with wire, pytest.raises(EffectError, match=message) as caught:
        call(wire.url)
    assert not caught.value.transient
