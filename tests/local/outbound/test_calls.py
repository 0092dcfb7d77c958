"""What is sent, what goes along on redirects, and what a failure tells."""

from __future__ import annotations

import logging
import socket
import struct

import anyio
import pytest

from julep.local import LocalServer
from julep.local.outbound.client import OutboundClient
from julep.local.scripting import Web
from julep.local.workflow.ports import EffectError, HttpCall
from tests.local.outbound.conftest import Call, policy
from tests.wire import HANG_UP, Answer, Connection, Seen, Wire, answering, silent


def _redirecting(to: str, status: str = "307 Temporary Redirect") -> Answer:
    def answer(connection: Connection, _seen: Seen) -> None:
        head = (
            f"HTTP/1.1 {status}\r\nLocation: {to}\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
        )
        connection.send(head.encode())

    return answer


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_redirect_elsewhere_takes_no_secrets_along(call: Call) -> None:
    """Of the headers only those go to another server that every request has."""
    headers = {"Authorization": "Bearer s3cret", "X-Api-Key": "s3cret", "Accept": "text/plain"}
    with Wire(answering({})) as other, Wire(_redirecting(other.url)) as first:
        url = first.url.replace("://", "://me:s3cret@")
        call(url, headers=headers, cookies={"session": "s3cret"}, follow_redirects=True)
        assert "s3cret" in str(first.seen[0].headers)
        assert "s3cret" not in str(other.seen[0].headers)
        assert other.seen[0].headers["Accept"] == "text/plain"


def test_a_redirect_within_a_server_keeps_the_headers(call: Call) -> None:
    """The server that was given a key may see it again."""

    def answer(connection: Connection, seen: Seen) -> None:
        move, stay = _redirecting("/there"), answering({})
        (stay if seen.target == "/there" else move)(connection, seen)

    with Wire(answer) as wire:
        call(wire.url, headers={"X-Api-Key": "k"}, follow_redirects=True)
        assert [seen.headers["X-Api-Key"] for seen in wire.seen] == ["k", "k"]


def test_redirects_end(call: Call) -> None:
    """A circle is left, and not entered again."""
    with (
        Wire(_redirecting("/")) as wire,
        pytest.raises(EffectError, match="20 redirects") as caught,
    ):
        call(wire.url, follow_redirects=True)
    assert not caught.value.transient


def test_a_redirect_is_an_answer_unless_followed(call: Call) -> None:
    """By default the task decides what to do with it."""
    with Wire(_redirecting("http://127.0.0.1:1/")) as wire:
        assert call(wire.url).status_code == 307


def test_a_login_in_the_url_is_sent_and_not_shown(
    call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes out as a header; logs of any level and errors are without it."""
    caplog.set_level(logging.DEBUG)
    with Wire(answering({})) as wire:
        call(wire.url.replace("://", "://me:s3cret@"))
        assert wire.seen[0].headers["Authorization"] == "Basic bWU6czNjcmV0"
    with pytest.raises(EffectError) as caught:
        call(f"http://me:s3cret@127.0.0.1:{_closed_port()}/")
    assert "s3cret" not in caplog.text + str(caught.value)


def test_a_header_of_the_task_goes_before_one_of_ours(call: Call) -> None:
    """In whatever case it is spelt, and it is sent once."""
    headers = {"authorization": "Bearer k", "accept-encoding": "identity"}
    with Wire(answering({})) as wire:
        call(wire.url.replace("://", "://me:pass@"), headers=headers)
        seen = wire.seen[0].headers
    assert seen.get_all("Authorization") == ["Bearer k"]
    assert seen.get_all("Accept-Encoding") == ["identity"]


@pytest.mark.parametrize("url", ["http://me:s3cret@127.0.0.1:99999/", "http://me:s3/cret@h/"])
def test_a_url_that_cannot_be_read_shows_no_password(call: Call, url: str) -> None:
    """Whoever refuses it, what stands before the host stays out."""
    with pytest.raises(EffectError) as caught:
        call(url)
    assert "cret" not in str(caught.value)
    assert not caught.value.transient


def test_no_port_is_taken_for_another(call: Call) -> None:
    """A number above the last port is refused, and not shortened to one that answers."""
    with Wire(answering({})) as wire, pytest.raises(EffectError, match="port") as caught:
        call(f"http://127.0.0.1:{wire.server_address[1] + 65_536}/")
    assert not caught.value.transient
    assert not wire.seen


def test_a_redirect_to_no_port_is_the_same_at_each_attempt(call: Call) -> None:
    """Where a redirect leads is looked at as the first address is."""
    with (
        Wire(_redirecting("http://127.0.0.1:99999/")) as wire,
        pytest.raises(EffectError, match="99999") as caught,
    ):
        call(wire.url, follow_redirects=True)
    assert not caught.value.transient


def test_a_host_that_refuses_is_not_tried_for_long(call: Call) -> None:
    """The error says who refused; a typo in a URL is told in seconds."""
    port = _closed_port()
    with pytest.raises(EffectError, match=f"Connection refused.*127.0.0.1:{port}") as caught:
        call(f"http://127.0.0.1:{port}/")
    assert caught.value.transient
    assert caught.value.patience < 60


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"])
@pytest.mark.parametrize("by_reset", [False, True])
def test_a_host_that_hangs_up_is_not_tried_for_long(
    call: Call, begun: bytes, *, by_reset: bool
) -> None:
    """With good manners or without, before its answer or in the middle of it."""

    def answer(connection: Connection, _seen: Seen) -> object:
        connection.send(begun)
        if by_reset:
            # Closing at once is a reset.
            linger = struct.pack("ii", 1, 0)
            connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return HANG_UP

    with Wire(answer) as wire, pytest.raises(EffectError) as caught:
        call(wire.url)
    assert caught.value.transient
    assert caught.value.patience < 60


def test_a_server_without_tls_is_not_asked_for_it_again(call: Call, server: LocalServer) -> None:
    """What speaks no TLS, or has a wrong certificate, won't be better in a second."""
    with pytest.raises(EffectError, match="SSL") as caught:
        call(server.url.replace("http:", "https:"))
    assert not caught.value.transient


def test_the_timeout_is_for_the_whole_call(call: Call) -> None:
    """A server that stays silent costs what the tool allows."""
    with Wire(silent) as wire, pytest.raises(EffectError, match=r"within 0\.2 seconds") as caught:
        call(wire.url, timeout=0.2)
    assert caught.value.transient


@pytest.mark.parametrize(
    "options",
    [
        {"json": {"x": float("nan")}},
        {"content": "\ud800"},
        {"headers": {"X": "é"}},
        {"headers": {"X": "a\r\nb: c"}},
        {"headers": {"Content-Length": "3"}, "content": "ab"},
        {"method": "no method"},
        {"data": [1]},
        {"params": 5},
        {"files": {"a": 5}},
    ],
)
def test_what_cannot_be_sent_fails_at_once(call: Call, options: dict[str, object]) -> None:
    """No attempt can mend it."""
    with Wire(answering({})) as wire, pytest.raises(EffectError) as caught:
        call(wire.url, **{"method": "POST", **options})
    assert not caught.value.transient


def test_files_are_sent_with_name_and_type(call: Call) -> None:
    """A list stands for the parts that JSON has no tuple for."""
    with Wire(answering({})) as wire:
        call(wire.url, method="POST", files={"f": ["a.csv", "x,y", "text/csv"], "g": "plain"})
        body = wire.seen[0].body
    assert b'filename="a.csv"\r\nContent-Type: text/csv\r\n\r\nx,y' in body


def test_cookies_of_one_call_are_not_kept() -> None:
    """What one execution was given is no other's, though both go through one caller."""

    async def call_twice(url: str) -> None:
        client = OutboundClient(policy(), Web())
        for cookies in ({}, {"mine": "1"}):
            options = {"cookies": cookies}
            await client.call(HttpCall(method="GET", url=url, headers={}, options=options))
        await client.aclose()

    with Wire(_redirecting("/", "302 Found")) as wire:
        anyio.run(call_twice, wire.url)
        assert [seen.headers["Cookie"] for seen in wire.seen] == [None, "mine=1"]
