"""What only real connections show: deadlines, redirects, reuse, broken answers, clients of users."""

from __future__ import annotations

import gc
import gzip
import json
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest

from julep import (
    APIConnectionError,
    APITimeoutError,
    AsyncJulep,
    ConfigurationError,
    Julep,
    Request,
)

from .conftest import ADA, KEY, Face
from .wire import HANG_UP, Connection, Seen, Wire, answering, silent

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


async def test_a_request_arrives_as_described(face: Face) -> None:
    """Method, path, headers and JSON body are on the wire."""
    with Wire(answering(ADA)) as server:
        await face.call(face.client(base_url=f"{server.url}/api").agents.create, name="\u00c9va")
    seen = server.seen[0]
    assert (seen.method, seen.target) == ("POST", "/api/agents")
    assert json.loads(seen.body) == {"name": "\u00c9va", "about": "", "model": ""}
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["Accept"] == "application/json"
    assert seen.headers["Authorization"] == f"Bearer {KEY}"
    assert seen.headers["User-Agent"].startswith("julep-python/")
    assert seen.headers["Host"] == server.url.removeprefix("http://")


async def test_a_request_without_body_says_so(face: Face) -> None:
    """GET carries neither a body nor a content type."""
    with Wire(answering(ADA)) as server:
        await face.call(face.client(base_url=server.url).agents.get, "a1")
    assert server.seen[0].body == b""
    assert "Content-Type" not in server.seen[0].headers
    assert "Content-Length" not in server.seen[0].headers


@pytest.mark.parametrize("is_read", [False, True])
async def test_what_a_users_client_brings_is_freed_with_the_call(
    face: Face, *, is_read: bool
) -> None:
    """Nothing of an answer waits for the collector, whether a hook has read it or not."""
    answers = list[weakref.ref[httpx.Response]]()

    def answer(_: httpx.Request) -> httpx.Response:
        response = httpx.Response(200, stream=httpx.ByteStream(json.dumps(ADA).encode()))
        answers.append(weakref.ref(response))
        return response

    async def read(response: httpx.Response) -> None:
        await response.aread()

    kind: Any = httpx.Client if face.blocks else httpx.AsyncClient
    hooks = [httpx.Response.read if face.blocks else read] if is_read else []
    http = kind(transport=httpx.MockTransport(answer), event_hooks={"response": hooks})
    client = face.client(httpx_client=http)
    gc.disable()
    try:
        await face.call(client.agents.get, "a1")
        assert [freed() for freed in answers] == [None]
    finally:
        gc.enable()


async def test_connections_are_used_again(face: Face) -> None:
    """Calls one after the other share a connection, also with a copy of the client."""
    with Wire(answering(ADA)) as server:
        client = face.client(base_url=server.url)
        for one in (client, client, client.with_options(timeout=5)):
            await face.call(one.agents.get, "a1")
    assert [seen.connection for seen in server.seen] == [1, 1, 1]


async def test_a_connection_that_the_server_closed_is_replaced(face: Face) -> None:
    """A server that closes idle connections is met with a new one."""

    def answer(connection: Connection, seen: Seen) -> object:
        connection.send_json(ADA)
        return HANG_UP

    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_retries=1)
        for _ in range(3):
            await face.call(client.agents.get, "a1")
    assert [seen.connection for seen in server.seen] == [1, 2, 3]


async def test_a_compressed_answer_is_read(face: Face) -> None:
    """Bodies that servers compress come out as they were."""

    def answer(connection: Connection, seen: Seen) -> None:
        assert "gzip" in seen.headers["Accept-Encoding"]
        body = gzip.compress(json.dumps(ADA).encode())
        connection.send(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body))
        connection.send(body)

    with Wire(answer) as server:
        agent = await face.call(face.client(base_url=server.url).agents.get, "a1")
    assert agent.name == "Ada"


async def test_a_broken_compression_is_a_broken_connection(face: Face) -> None:
    """A body that can't be unpacked is told without an error of httpx."""

    def answer(connection: Connection, _: Seen) -> None:
        connection.send(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")

    with Wire(answer) as server, pytest.raises(APIConnectionError, match="the connection broke"):
        await face.call(face.client(base_url=server.url).agents.get, "a1")


async def test_an_answer_that_never_comes_times_out(face: Face) -> None:
    """The error says how long was waited and what sets it; the connection is closed."""
    with Wire(silent) as server:
        with pytest.raises(APITimeoutError, match=r"within 0\.2 s; timeout sets the limit"):
            await face.call(face.client(base_url=server.url, timeout=0.2).agents.get, "a1")
        assert await face.wait(server.hung_up)


async def test_a_server_that_trickles_times_out(face: Face) -> None:
    """The limit is on the whole answer: bytes that keep coming don't extend it."""

    def trickle(connection: Connection, _: Seen) -> object:
        connection.send(HEAD + b"Content-Length: 1000000\r\n\r\n")
        while not server.hung_up.wait(0.02):
            connection.send(b" ")
        return HANG_UP

    with Wire(trickle) as server:
        with pytest.raises(APITimeoutError):
            await face.call(face.client(base_url=server.url, timeout=0.3).agents.get, "a1")
        server.hung_up.set()


async def test_a_request_may_have_a_timeout_of_its_own(face: Face) -> None:
    """`timeout` of a request is used in place of the client's."""
    request = Request("GET", "/agents/a1", Any, timeout=0.2)
    with Wire(silent) as server, pytest.raises(APITimeoutError, match=r"within 0\.2 s"):
        await face.call(face.client(base_url=server.url).send, request)


async def test_no_time_at_all_sends_nothing(face: Face) -> None:
    """A timeout of 0 is over before it begins."""
    with Wire(answering(ADA)) as server:
        with pytest.raises(APITimeoutError, match="timeout is 0 seconds"):
            await face.call(face.client(base_url=server.url, timeout=0).agents.get, "a1")
        assert server.seen == []


async def test_no_limit_waits(face: Face) -> None:
    """With `timeout=None` an answer is read like any other."""
    with Wire(answering(ADA)) as server:
        client = face.client(base_url=server.url, timeout=None)
        assert (await face.call(client.agents.get, "a1")).name == "Ada"


async def test_nobody_there_is_told_as_such(face: Face) -> None:
    """A refused connection asks whether the server runs, and was not delivered."""
    with Wire(silent) as server:
        url = server.url
    with pytest.raises(APIConnectionError, match="Is the server running, and base_url") as caught:
        await face.call(face.client(base_url=url).agents.get, "a1")
    assert not caught.value.delivered


async def test_a_server_without_tls_is_told_as_such(face: Face) -> None:
    """An address with https:// of a server that speaks http:// is a usual slip."""
    with Wire(silent) as server:
        server.greet = lambda connection: connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        client = face.client(base_url=server.url.replace("http", "https"))
        with pytest.raises(APIConnectionError, match="Does the server speak http:// and not"):
            await face.call(client.agents.get, "a1")


async def test_a_host_that_does_not_exist_is_told_as_such(face: Face) -> None:
    """A name that no DNS knows is a connection error."""
    client = face.client(base_url="http://nowhere.invalid")
    with pytest.raises(APIConnectionError, match="can't connect"):
        await face.call(client.agents.get, "a1")


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 OK\r\n", HEAD + b"Content-Length: 99\r\n\r\n{", b"no HTTP at all\r\n\r\n"],
)
async def test_a_connection_that_breaks_is_told_as_such(face: Face, start: bytes) -> None:
    """Whatever had arrived before, the error is one of the SDK, and the request may have arrived."""

    def broken(connection: Connection, _: Seen) -> object:
        connection.send(start)
        return HANG_UP

    with Wire(broken) as server, pytest.raises(APIConnectionError, match="the connection broke"):
        await face.call(face.client(base_url=server.url).agents.get, "a1")


async def test_a_closed_client_says_so(face: Face) -> None:
    """After `close`, and after leaving `with`, calls are refused."""
    client = face.client()
    async with face.inside(client):
        pass
    with pytest.raises(ConfigurationError, match="this client is closed; make a new one"):
        await face.call(client.agents.get, "a1")


async def test_a_client_can_be_closed_twice(face: Face) -> None:
    """The second `close` does nothing."""
    client = face.client()
    await face.call(client.close)
    await face.call(client.close)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_one_client_serves_several_loops(backend: str) -> None:
    """A client made outside goes from loop to loop, with connections of each loop's own."""

    async def call() -> str:
        return (await client.agents.get("a1")).name

    async def last_call() -> str:
        async with client:
            return await call()

    with Wire(answering(ADA)) as server:
        client = AsyncJulep(api_key=KEY, base_url=server.url)
        names = [anyio.run(call, backend=backend), anyio.run(last_call, backend=backend)]
    gc.collect()
    assert names == ["Ada", "Ada"]
    assert [seen.connection for seen in server.seen] == [1, 2]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_call_gives_its_connection_back(backend: str) -> None:
    """Cancelling is heard at once by the server, and the client goes on."""

    async def main() -> None:
        async with AsyncJulep(api_key=KEY, base_url=server.url) as client:
            with anyio.move_on_after(0.1):
                await client.agents.get("a1")
            assert await anyio.to_thread.run_sync(server.hung_up.wait, 10)
            server.answer = answering(ADA)
            assert (await client.agents.get("a1")).name == "Ada"

    with Wire(silent) as server:
        anyio.run(main, backend=backend)


def test_a_client_may_be_shared_by_threads() -> None:
    """Calls from several threads at once all get their answers."""
    with (
        Wire(answering(ADA)) as server,
        Julep(api_key=KEY, base_url=server.url) as client,
        ThreadPoolExecutor(4) as pool,
    ):
        agents = list(pool.map(client.agents.get, ["a1"] * 20))
    assert [agent.name for agent in agents] == ["Ada"] * 20


@pytest.mark.parametrize("proxy", ["127.0.0.1:{}", "http://127.0.0.1:{}"])
async def test_a_proxy_of_the_environment_is_used(
    face: Face, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`HTTP_PROXY` carries calls to other hosts, with and without a scheme in it."""
    with Wire(answering(ADA)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.format(server.server_address[1]))
        monkeypatch.setenv("http_proxy", proxy.format(server.server_address[1]))
        await face.call(face.client(base_url="http://julep.test").agents.get, "a1")
    assert server.seen[0].target == "http://julep.test/agents/a1"


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Content-Length": "5"}, "Too little data"),
        ({"Host": "elsewhere"}, "Host"),
        ({"Transfer-Encoding": "gzip"}, "Transfer-Encoding"),
    ],
)
async def test_a_request_that_http_does_not_allow_is_a_mistake(
    face: Face, headers: dict[str, str], said: str
) -> None:
    """Headers of an `httpx_client` that break it are told as such, and nothing is sent again."""
    http: Any = (httpx.Client if face.blocks else httpx.AsyncClient)(headers=headers)
    with Wire(silent) as server:
        client = face.client(base_url=server.url, httpx_client=http, max_retries=5)
        with pytest.raises(ConfigurationError, match=f"HTTP does not allow .*{said}"):
            await face.call(client.agents.get, "a1")
        await face.call(http.close if face.blocks else http.aclose)
    assert len(server.seen) <= 1
