"""Where requests of tasks may go."""

from __future__ import annotations

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest

from julep import Julep
from julep.local import LocalServer
from julep.local.workflow.ports import EffectError
from tests.local.outbound.conftest import Call
from tests.wire import Connection, Seen, Wire, answering

_ONLY_THIS = "127.0.0.1"


def _redirecting(to: str) -> Wire:
    def answer(connection: Connection, _seen: Seen) -> None:
        head = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
        connection.send(head.encode())

    return Wire(answer)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"]
)
def test_a_private_address_is_not_called_by_any_name(call: Call, host: str) -> None:
    """However it is written, the address that it leads to decides."""
    with Wire(answering({})) as wire:
        with pytest.raises(EffectError, match="no public address") as caught:
            call(f"http://{host}:{wire.server_address[1]}/", private=False)
        assert (wire.seen, caught.value.transient) == ([], False)


def test_a_redirect_is_judged_too(call: Call) -> None:
    """A public server can't send the request on to an address that isn't."""
    with (
        Wire(answering({})) as inside,
        _redirecting(f"http://localhost:{inside.server_address[1]}/") as outside,
    ):
        url = outside.url.replace(_ONLY_THIS, "localhost")
        assert call(url, private=False, judge=bool, follow_redirects=True).content == b"{}"
        inside.seen.clear()
        answers = iter([True, False])

        def judge(_address: str) -> bool:
            return next(answers)

        with pytest.raises(EffectError, match="no public address"):
            call(outside.url, private=False, judge=judge, follow_redirects=True)
        assert inside.seen == []


def test_an_address_that_is_none_is_told(call: Call) -> None:
    """Whether the task gives it or a redirect."""
    with _redirecting("ftp://localhost/") as wire:
        for url in (wire.url, "http:///there"):
            with pytest.raises(EffectError, match="UnsupportedProtocol") as caught:
                call(url, private=False, judge=bool, follow_redirects=True)
            assert not caught.value.transient


def test_the_name_goes_along_with_the_address(call: Call) -> None:
    """The request is sent to the address that was judged, and asks for the name."""
    judged: list[str] = []

    def judge(address: str) -> bool:
        judged.append(address)
        return address == _ONLY_THIS

    with Wire(answering({})) as wire:
        port = wire.server_address[1]
        call(f"http://localhost:{port}/", private=False, judge=judge)
        assert wire.seen[0].headers["Host"] == f"localhost:{port}"
    assert _ONLY_THIS in judged


def test_the_certificate_is_asked_for_by_name(call: Call) -> None:
    """A connection to the address still names the host that the certificate must be of."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    def answer_once(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        # Without a certificate it gets no further.
        with connection, pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)

    with socket.create_server((_ONLY_THIS, 0)) as listener, ThreadPoolExecutor(1) as pool:
        answered = pool.submit(answer_once, listener)
        url = f"https://localhost:{listener.getsockname()[1]}/"
        with pytest.raises(EffectError, match="SSL"):
            call(url, private=False, judge=_ONLY_THIS.__eq__)
        answered.result()
    assert names == ["localhost"]


def test_a_proxy_does_not_look_names_up_instead(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a proxy set, a name that leads inside is refused all the same, and the proxy not asked."""
    with Wire(answering({})) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with pytest.raises(EffectError, match="no public address"):
            call("http://localhost:1/", private=False)
        assert proxy.seen == []


def test_an_unknown_name_is_told(call: Call) -> None:
    """It is tried again, but not for long."""
    with pytest.raises(EffectError, match="ConnectError") as caught:
        call("http://nowhere.invalid/", private=False)
    assert caught.value.transient
    assert caught.value.patience < 60


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, "succeeded"),
        ({"allow_private_calls": False}, "failed"),
        ({"host": "0.0.0.0", "key": "a key of twenty characters"}, "failed"),
        (
            {"host": "0.0.0.0", "key": "a key of twenty characters", "allow_private_calls": True},
            "succeeded",
        ),
    ],
)
def test_the_address_it_listens_on_decides(options: dict[str, object], status: str) -> None:
    """A server on loopback calls everything, another one public addresses only, unless told."""
    with Wire(answering({})) as wire, LocalServer(**options) as server:  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - of several types
        url = f"http://127.0.0.1:{server.port}"
        with Julep(base_url=url, api_key=server.key) as client:
            agent = client.agents.create(name="A")
            tool = {"name": "t", "type": "api_call", "api_call": {"method": "GET", "url": wire.url}}
            task = client.tasks.create(agent, name="T", main=[{"tool": "t"}], tools=[tool])
            execution = client.tasks.executions.create(task, input={})
            list(client.executions.transitions.stream(execution))
            ended = client.executions.get(execution)
    assert ended.status == status
    assert bool(wire.seen) == (status == "succeeded")
