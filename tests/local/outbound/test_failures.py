"""What a failed request tells the task, scripted answers, and bodies that are read up to a limit."""

from __future__ import annotations

import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator
from functools import reduce

import anyio
import httpx
import pytest

from julep.local.outbound.failures import SECONDS_FOR_UNREACHED, told
from julep.local.outbound.public_only import PublicOnly
from julep.local.outbound.response_body import read_body
from julep.local.outbound.scripted import ScriptedTransport, note
from julep.local.scripting import Web
from julep.local.workflow.ports import EffectError

URL = "http://u:s3cret@a/b"
REQUEST = httpx.Request("GET", URL)


def chained(error: Exception, *causes: BaseException) -> Exception:
    """An error with what led to it."""
    last: BaseException = error
    for cause in causes:
        last.__cause__ = cause
        last = cause
    return error


@pytest.mark.parametrize(
    ("error", "transient", "patience"),
    [
        (httpx.InvalidURL("x"), False, None),
        (httpx.UnsupportedProtocol("x"), False, None),
        (httpx.TooManyRedirects("x"), False, None),
        (httpx.DecodingError("x"), False, None),
        (httpx.LocalProtocolError("x"), False, None),
        (httpx.ConnectError("x"), True, SECONDS_FOR_UNREACHED),
        (httpx.ConnectTimeout("x"), True, SECONDS_FOR_UNREACHED),
        (httpx.ReadError("x"), True, SECONDS_FOR_UNREACHED),
        (httpx.RemoteProtocolError("x"), True, SECONDS_FOR_UNREACHED),
        (httpx.ProxyError("x"), True, SECONDS_FOR_UNREACHED),
        (httpx.ReadTimeout("x"), True, 3_600),
        (OSError("x"), True, 3_600),
        (ValueError("x"), False, None),
        (chained(httpx.ConnectError("x"), OSError(1, "y"), ssl.SSLError(1, "z")), False, None),
    ],
)
def test_a_failure_may_pass(error: Exception, transient: bool, patience: float | None) -> None:
    """What wasn't reached is tried for a short while, what is slow for longer."""
    failure = told(error, URL)
    assert failure.transient is transient
    if patience is not None:
        assert failure.patience == patience


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ReadTimeout(""), "ReadTimeout: no details (at http://***@a/b)"),
        (httpx.ConnectError(f"to {URL}"), "ConnectError: to http://***@a/b (at http://***@a/b)"),
        (
            chained(httpx.ConnectError("all failed"), ConnectionRefusedError(111, "odd words")),
            "ConnectError: Connection refused (at http://***@a/b)",
        ),
        (
            chained(httpx.ConnectError("x"), socket.gaierror(-2, "Name unknown")),
            "ConnectError: Name unknown (at http://***@a/b)",
        ),
        (
            chained(
                httpx.ConnectError("x"),
                ExceptionGroup("g", [OSError(5, "first"), OSError(6, "no")]),
            ),
            "ConnectError: first (at http://***@a/b)",
        ),
    ],
)
def test_a_failure_is_told_in_the_systems_words(error: Exception, words: str) -> None:
    """Without a password."""
    assert str(told(error, httpx.URL(URL))) == words


class Body(httpx.AsyncByteStream):
    """A body in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def read(most: int, *pieces: bytes, **headers: str) -> bytes:
    """What is read of a body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = httpx.Response(200, headers=named, stream=Body(*pieces))
    return anyio.run(read_body, response, most)


RAW = zlib.compressobj(wbits=-15)
DEFLATED = RAW.compress(b"abc") + RAW.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("", b"abc"),
        ("identity", b"abc"),
        ("gzip", gzip.compress(b"abc", mtime=0)),
        ("X-GZIP", gzip.compress(b"abc", mtime=0)),
        ("gzip", gzip.compress(b"a", mtime=0) + gzip.compress(b"bc", mtime=0) + b"\0\0"),
        ("deflate", zlib.compress(b"abc")),
        ("deflate", DEFLATED),
        ("deflate, gzip", gzip.compress(zlib.compress(b"abc"), mtime=0)),
        (
            "gzip, gzip, gzip",
            reduce(lambda body, _: gzip.compress(body, mtime=0), range(3), b"abc"),
        ),
    ],
)
def test_a_body_is_unpacked(coding: str, body: bytes) -> None:
    """Up to a limit that it may reach."""
    size = max(3, len(body), *(len(gzip.compress(b"x" * 3)),) * (coding.count("gzip") > 1))
    assert read(size + 100, body[:2], body[2:], content_encoding=coding) == b"abc"
    assert read(3, b"abc") == b"abc"


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        ("", b"x" * 101, "longer than 100 bytes"),
        ("gzip", gzip.compress(b"x" * 101, mtime=0), "longer than 100 bytes"),
        ("gzip", b"abc", "says that it is gzip, and isn't"),
        ("gzip", gzip.compress(b"abc", mtime=0)[:-9], "says that it is gzip, and isn't"),
        ("br", b"abc", "is packed as 'br'; only gzip, deflate are read"),
        ("gzip, gzip, gzip, gzip", b"abc", "packed more than 3 times over"),
    ],
)
def test_what_can_not_be_read_is_an_error(coding: str, body: bytes, words: str) -> None:
    """Never more than the limit is unpacked."""
    with pytest.raises(EffectError, match=words):
        read(100, body, content_encoding=coding)


def test_long_headers_and_very_many_pieces_are_errors() -> None:
    """They keep others waiting."""
    assert read(10, b"a", x="y" * 65_000) == b"a"
    with pytest.raises(EffectError, match="headers are longer than 65,536 bytes"):
        read(10, b"a", x="y" * 65_536)
    assert len(read(50_000, *[b"a"] * 50_000)) == 50_000
    with pytest.raises(EffectError, match="more than 50,000 pieces"):
        read(60_000, *[b"a"] * 50_001)


def answer(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    """What a transport answers."""

    async def play() -> httpx.Response:
        response = await transport.handle_async_request(request)
        await response.aread()
        await transport.aclose()
        return response

    return anyio.run(play)


def test_a_script_answers_requests() -> None:
    """Those that it has answers for."""
    web = Web()
    web.add("http://a/*", json={"x": 1}, status=201)
    web.add("http://b", error="no such host")
    response = answer(ScriptedTransport(web), httpx.Request("GET", "http://a/b?c=d"))
    assert (response.status_code, response.json()) == (201, {"x": 1})
    with pytest.raises(httpx.ConnectError, match="no such host"):
        answer(ScriptedTransport(web), httpx.Request("GET", "http://b"))
    with pytest.raises(EffectError, match="Nothing is scripted for GET http://c"):
        answer(ScriptedTransport(web), httpx.Request("GET", "http://c"))


def test_what_was_sent_is_remembered() -> None:
    """A body as text, and as the value that it was made of."""
    web = Web()
    for request, value in (
        (httpx.Request("POST", "http://a", json=[1]), [1]),
        (httpx.Request("GET", "http://a"), [1]),
        (httpx.Request("POST", "http://a", content=b"\xff"), None),
    ):
        anyio.run(note, web, request, value)
    assert [(call["method"], call["json"], call["text"]) for call in web.calls] == [
        ("POST", [1], "[1]"),
        ("GET", None, ""),
        ("POST", None, "\ufffd"),
    ]


def test_only_addresses_that_are_judged_public_are_called() -> None:
    """The server itself is none."""
    judged: list[str] = []

    def judge(address: str) -> bool:
        judged.append(address)
        return False

    with pytest.raises(EffectError, match="localhost has no public address"):
        answer(PublicOnly(judge), httpx.Request("GET", "http://localhost:1"))
    assert "127.0.0.1" in judged
    with pytest.raises(EffectError, match="has no public address"):
        answer(PublicOnly(), httpx.Request("GET", "http://127.0.0.1:1"))
    for url in ("ftp://a", "/a"):
        with pytest.raises(httpx.UnsupportedProtocol):
            answer(PublicOnly(), httpx.Request("GET", url))
