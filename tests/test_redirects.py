"""Redirects, and HTTP clients that users bring."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import APIConnectionError, APIError, APITimeoutError

from .conftest import ADA, KEY, Face
from .wire import Answer, Connection, Seen, Wire, answering, silent


def redirecting(location: str, status: int = 307) -> Answer:
    """A server that sends everybody elsewhere."""

    def answer(connection: Connection, _: Seen) -> None:
        head = f"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        connection.send(head.encode())

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_on_the_same_server_are_followed_with_the_key(
    face: Face, status: int
) -> None:
    """The key goes along where it was meant for anyway."""

    def answer(connection: Connection, seen: Seen) -> None:
        if seen.target.startswith("/old"):
            redirecting("/new/agents/a1", status)(connection, seen)
        else:
            connection.send_json(ADA)

    with Wire(answer) as server:
        client = face.client(base_url=f"{server.url}/old", auth_key="other-key")
        assert (await face.call(client.agents.get, "a1")).name == "Ada"
    assert server.seen[1].target == "/new/agents/a1"
    assert server.seen[1].headers["Authorization"] == f"Bearer {KEY}"
    assert server.seen[1].headers["X-Auth-Key"] == "other-key"


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [
        (301, "GET", b""),
        (302, "GET", b""),
        (303, "GET", b""),
        (307, "POST", None),
        (308, "POST", None),
    ],
)
async def test_a_redirected_post_keeps_its_body_when_it_may(
    face: Face, status: int, method: str, body: bytes | None
) -> None:
    """307 and 308 repeat the request, the older ones ask for the result."""

    def answer(connection: Connection, seen: Seen) -> None:
        if seen.target == "/agents":
            redirecting("/elsewhere", status)(connection, seen)
        else:
            connection.send_json(ADA)

    with Wire(answer) as server:
        await face.call(face.client(base_url=server.url).agents.create, name="Ada")
    assert server.seen[1].method == method
    assert server.seen[1].body == (server.seen[0].body if body is None else body)


@pytest.mark.parametrize("borrowed", [False, True])
async def test_keys_never_follow_to_another_host(face: Face, *, borrowed: bool) -> None:
    """Neither key nor cookie reaches a server that the user did not name."""
    http: Any = None
    if borrowed:
        kind = httpx.Client if face.blocks else httpx.AsyncClient
        http = kind(follow_redirects=True, cookies={"session": "private"})
    with Wire(answering(ADA)) as stranger, Wire(redirecting(f"{stranger.url}/x")) as server:
        client = face.client(base_url=server.url, auth_key="other-key", httpx_client=http)
        assert (await face.call(client.agents.get, "a1")).name == "Ada"
        if borrowed:
            await face.call(http.close if face.blocks else http.aclose)
    assert server.seen[0].headers["X-Auth-Key"] == "other-key"
    assert stranger.seen[0].headers["Host"] == stranger.url.removeprefix("http://")
    for name in ("Authorization", "X-Auth-Key", "Cookie"):
        assert name not in stranger.seen[0].headers


async def test_a_change_to_https_keeps_the_key(face: Face, httpx_mock: HTTPXMock) -> None:
    """The same host over TLS is the server that the key was meant for."""
    httpx_mock.add_response(
        url="http://julep.test/agents/a1",
        status_code=301,
        headers={"location": "https://julep.test/agents/a1"},
    )
    httpx_mock.add_response(url="https://julep.test/agents/a1", json=ADA)
    await face.call(face.client(base_url="http://julep.test").agents.get, "a1")
    assert httpx_mock.get_requests()[1].headers["Authorization"] == f"Bearer {KEY}"


async def test_redirects_can_be_refused(face: Face) -> None:
    """Without `follow_redirects` the answer is an error that says so."""
    with Wire(redirecting("/new")) as server:
        client = face.client(base_url=server.url, follow_redirects=False)
        with pytest.raises(APIError, match="pass follow_redirects=True"):
            await face.call(client.agents.get, "a1")


async def test_redirects_in_a_circle_end(face: Face) -> None:
    """A server that redirects for ever is given up."""
    with (
        Wire(redirecting("/round")) as server,
        pytest.raises(APIConnectionError, match="redirects"),
    ):
        await face.call(face.client(base_url=server.url).agents.get, "a1")


async def test_a_client_of_the_users_is_used_as_it_is(face: Face) -> None:
    """Its headers, cookies and parameters are sent, the SDK's own win, and it is left open."""
    kind: Any = httpx.Client if face.blocks else httpx.AsyncClient
    http = kind(headers={"X-Mine": "1", "Accept": "x/y"}, cookies={"c": "d"}, params={"p": "q"})
    async with face.inside(http):
        with Wire(answering(ADA)) as server:
            client = face.client(base_url=server.url, httpx_client=http)
            await face.call(client.agents.get, "a1")
            await face.call(client.close)
            assert not http.is_closed
    seen = server.seen[0]
    assert seen.target == "/agents/a1?p=q"
    assert (seen.headers["X-Mine"], seen.headers["Cookie"]) == ("1", "c=d")
    assert seen.headers.get_all("Accept") == ["application/json"]


async def test_a_client_of_the_users_keeps_its_timeout(face: Face) -> None:
    """Without a `timeout` argument the HTTP client's own one counts."""
    kind: Any = httpx.Client if face.blocks else httpx.AsyncClient
    async with face.inside(kind(timeout=0.2)) as http:
        with Wire(silent) as server:
            client = face.client(base_url=server.url, httpx_client=http)
            with pytest.raises(APITimeoutError):
                await face.call(client.agents.get, "a1")


async def test_a_client_of_the_users_can_be_given_a_timeout(face: Face) -> None:
    """With a `timeout` argument, that one counts."""
    kind: Any = httpx.Client if face.blocks else httpx.AsyncClient
    async with face.inside(kind(timeout=None)) as http:
        with Wire(silent) as server:
            client = face.client(base_url=server.url, httpx_client=http, timeout=0.2)
            with pytest.raises(APITimeoutError, match=r"within 0\.2 s"):
                await face.call(client.agents.get, "a1")
