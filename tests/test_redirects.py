"""Redirects, and HTTP clients that users bring."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    ConfigurationError,
    NotFoundError,
    Request,
    UnexpectedResponse,
)
from julep.resources.agents import Agents
from julep.types import Agent

from .conftest import ADA, KEY, Face
from .wire import HANG_UP, Answer, Connection, Seen, Wire, answering, silent

AT_ONCE = "\r\nRetry-After: 0"
"""Behind a status, it lets clients try again without a pause."""


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


def signing(face: Face) -> Any:
    """An HTTP client of the user's that adds keys in every way there is."""

    def sign(request: httpx.Request) -> None:
        request.headers["X-Signature"] = "secret-hook"

    async def sign_later(request: httpx.Request) -> None:
        sign(request)

    kind: Any = httpx.Client if face.blocks else httpx.AsyncClient
    return kind(
        follow_redirects=True,
        headers={"X-Api-Key": "secret-header"},
        cookies={"session": "secret-cookie"},
        auth=("joe", "secret-password"),
        event_hooks={"request": [sign if face.blocks else sign_later]},
    )


FOR_EVERYONE = {
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
}


@pytest.mark.parametrize("borrowed", [False, True])
async def test_nothing_of_the_sender_follows_to_another_host(face: Face, *, borrowed: bool) -> None:
    """Of all that client, call and the user's HTTP client add, the stranger sees nothing."""
    own = {"X-Api-Key": "secret-1", "Proxy-Authorization": "secret-2", "X-Team": "t"}
    http: Any = signing(face) if borrowed else None

    def twice(connection: Connection, seen: Seen) -> None:
        answer = answering(ADA) if seen.target == "/y" else redirecting("/y")
        answer(connection, seen)

    with Wire(twice) as stranger, Wire(redirecting(f"{stranger.url}/x")) as server:
        client = face.client(
            base_url=server.url, auth_key="secret-3", headers=own, httpx_client=http
        )
        request = Request("POST", "/a", Any, body={}, headers={"X-Custom-Api-Key": "secret-4"})
        assert await face.call(client.send, request) == ADA
        if borrowed:
            await face.call(http.close if face.blocks else http.aclose)
    assert server.seen[0].headers["X-Custom-Api-Key"] == "secret-4"
    assert len(stranger.seen) == 2
    for seen in stranger.seen:
        assert seen.headers["Host"] == stranger.url.removeprefix("http://")
        assert {name.lower() for name in seen.headers} <= FOR_EVERYONE


async def test_a_secret_does_not_follow_to_another_host(face: Face) -> None:
    """A redirect that would repeat its value elsewhere is refused, and says so."""
    with Wire(answering({})) as stranger, Wire(redirecting(f"{stranger.url}/x")) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(ConfigurationError, match="secrets don't follow to another server"):
            await face.call(client.secrets.create, name="n", value="v")
        with pytest.raises(ConfigurationError, match="secrets don't follow to another server"):
            await face.call(client.secrets.update, "s1", name="n", value="v")
    assert stranger.seen == []


@pytest.mark.parametrize("status", [301, 302, 303])
@pytest.mark.parametrize("later", ["404 No", "429 Busy", "503 Busy", "500 Oh", None])
async def test_what_was_done_is_not_sent_again(face: Face, status: int, later: str | None) -> None:
    """Whatever becomes of the result that a redirect points to, a create is sent once, and not refused."""

    def answer(connection: Connection, seen: Seen) -> object:
        if seen.method == "POST":
            return redirecting("/done", status)(connection, seen)
        if later is None:
            return HANG_UP
        return answering({}, f"{later}\r\nRetry-After: 0")(connection, seen)

    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_retries=2)
        for retries in (None, 2):
            with pytest.raises(
                (UnexpectedResponse, APIConnectionError), match="may have been done"
            ):
                await face.call(client.send, Request("POST", "/a", Any, body={}, retries=retries))
    assert [seen.method for seen in server.seen].count("POST") == 2


@pytest.mark.parametrize("later", ["404 No", "400 No"])
async def test_what_may_be_repeated_is_sent_again(face: Face, later: str) -> None:
    """Where a redirect that says nothing of a change leads to a refusal, the change itself is asked for again."""

    def answer(connection: Connection, seen: Seen) -> object:
        if seen.method == "GET":
            return answering({}, f"{later}\r\nRetry-After: 0")(connection, seen)
        is_first = len(server.seen) == 1
        return (redirecting("/done", 303) if is_first else answering(ADA))(connection, seen)

    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_retries=1)
        await face.call(client.send, Request("PUT", "/a", Any, body={}))
    assert [seen.method for seen in server.seen] == ["PUT", "GET", "PUT"]


@pytest.mark.parametrize(
    ("request_", "status", "says"),
    [
        (
            Agents.delete(None, "a1"),
            302,
            "an attempt before, whose answer was lost, may have deleted it",
        ),
        (
            Agents.delete(None, "a1"),
            307,
            "an attempt before, whose answer was lost, may have deleted it",
        ),
        (Agents.create(None, name="Ada"), 307, "may have been done all the same: look before"),
    ],
)
async def test_a_redirect_to_itself_leaves_open_what_was_done(
    face: Face, request_: Request[Any], status: int, says: str
) -> None:
    """What is sent again to the very same address may be refused because it was done there before."""

    def answer(connection: Connection, seen: Seen) -> object:
        is_first = len(server.seen) == 1
        again = redirecting(request_.path, status) if is_first else answering({}, "404 No")
        return again(connection, seen)

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(NotFoundError, match=says):
            await face.call(client.send, request_)
        assert len(server.seen) == 2


OLD: dict[str, Any] = {**ADA, "about": "old", "metadata": {"a": 1}}
NEW: dict[str, Any] = {**ADA, "about": "new", "metadata": {}}
WRITES: list[tuple[Request[Any], Any, Any]] = [
    (Agents.create_or_update(None, "a1", name="Ada", about="new"), OLD, NEW),
    (
        Agents.create_or_update(None, "a1", name="Ada", about="new", metadata={}),
        {**NEW, "metadata": {"a": 1}},
        NEW,
    ),
    (
        Agents.create_or_update(None, "a1", name="Ada", about="new", instructions="be kind"),
        {**NEW, "instructions": ["be brief"]},
        {**NEW, "instructions": ["be kind"]},
    ),
    (
        Agents.create_or_update(
            None, "a1", name="Ada", about="new", default_settings={"temperature": 1}
        ),
        {**NEW, "default_settings": {"temperature": 0.5}},
        {**NEW, "default_settings": {"temperature": 1.0, "top_p": 1.0}},
    ),
    (Agents.delete(None, "a1"), OLD, {"id": "a1"}),
    (Request("PATCH", "/agents/a1", Agent, body={"about": "new"}), OLD, NEW),
]


@pytest.mark.parametrize(("write", "before", "after"), WRITES)
async def test_a_redirect_is_no_proof_of_a_write(
    face: Face, write: Request[Any], before: Any, after: Any
) -> None:
    """What shows that it was not done has it sent again; what shows that it was done is the result."""

    def answer(connection: Connection, seen: Seen) -> object:
        if seen.method == "GET":
            return answering(before, f"200 OK{AT_ONCE}")(connection, seen)
        is_first = len(server.seen) == 1
        return (redirecting(seen.target, 303) if is_first else answering(after))(connection, seen)

    with Wire(answer) as server:
        await face.call(face.client(base_url=server.url, max_retries=1).send, write)
    assert [seen.method for seen in server.seen] == [write.method, "GET", write.method]
    before = after
    with Wire(answer) as server:
        await face.call(face.client(base_url=server.url, max_retries=1).send, write)
    assert [seen.method for seen in server.seen] == [write.method, "GET"]


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_write_that_every_redirect_loses_fails(face: Face, status: int) -> None:
    """The error says where the redirect leads, and what base_url passes by it."""

    def answer(connection: Connection, seen: Seen) -> object:
        if seen.method != "GET":
            return redirecting(f"/real{seen.target}", status)(connection, seen)
        status_of = "404 No" if seen.target.endswith("/agents") else "200 OK"
        return answering(OLD, status_of + AT_ONCE)(connection, seen)

    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_retries=1)
        for call, given in (
            (client.agents.create_or_update, "a1"),
            (client.agents.ensure, "ada"),
        ):
            with pytest.raises(UnexpectedResponse, match="a redirect led to") as lost:
                await face.call(call, given, name="Ada", about="new")
            assert f"use base_url='{server.url}/real'" in str(lost.value)
        with pytest.raises(UnexpectedResponse, match="a redirect led to") as lost:
            await face.call(client.agents.create, name="Ada")
        assert f"use base_url='{server.url}/real'" in str(lost.value)


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1/x", "http://x:99999/", "ftp://x/", "http://["]
)
@pytest.mark.parametrize("status", [303, 307])
async def test_what_was_answered_was_delivered(face: Face, place: str, status: int) -> None:
    """A redirect to where nobody can go is a connection error after the request has arrived."""
    with Wire(redirecting(place, status)) as server:
        client = face.client(base_url=server.url, max_retries=2)
        with pytest.raises(APIConnectionError) as caught:
            await face.call(client.agents.create, name="Ada")
    assert caught.value.delivered
    assert len(server.seen) == 1


@pytest.mark.parametrize("kind", [ValueError, TypeError, KeyError, ExceptionGroup])
async def test_errors_of_hooks_become_ours(face: Face, kind: Any) -> None:
    """What a hook of the user's HTTP client raises is the cause of a connection error."""
    problem = kind("oh", [ValueError()]) if kind is ExceptionGroup else kind("oh")

    def fail(_: object) -> None:
        raise problem

    async def fail_later(_: object) -> None:
        raise problem

    client_of: Any = httpx.Client if face.blocks else httpx.AsyncClient
    hooks = {"request": [fail if face.blocks else fail_later]}
    async with face.inside(client_of(event_hooks=hooks)) as http:
        client = face.client(httpx_client=http)
        with pytest.raises(APIConnectionError, match="oh") as caught:
            await face.call(client.agents.get, "a1")
    assert caught.value.__cause__ is problem


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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://julep.test", "https://julep.test:8443"),
        ("http://julep.test:8080", "https://julep.test"),
        ("http://julep.test:8080", "http://julep.test"),
        ("https://julep.test", "http://julep.test"),
        ("https://julep.test", "https://julep.test:8443"),
        ("http://julep.test", "http://julep.test."),
        ("http://julep.test", "http://evil-julep.test"),
        ("http://julep.test", "http://julep.test.evil"),
    ],
)
async def test_another_port_or_scheme_is_another_server(
    face: Face, before: str, after: str, httpx_mock: HTTPXMock
) -> None:
    """Only the change from http to https on the usual ports keeps the key."""
    location = {"location": f"{after}/agents/a1"}
    httpx_mock.add_response(url=f"{before}/agents/a1", status_code=307, headers=location)
    httpx_mock.add_response(url=f"{after}/agents/a1", json=ADA)
    await face.call(face.client(base_url=before).agents.get, "a1")
    assert "Authorization" not in httpx_mock.get_requests()[1].headers


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
