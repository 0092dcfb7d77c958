"""Streams on real connections: typed items, early ends, broken ends, and nothing left open."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import httpx
import pytest

from julep import (
    APIConnectionError,
    APITimeoutError,
    AsyncJulep,
    ConfigurationError,
    ExecutionStatusEvent,
    InternalServerError,
    Julep,
    NotFoundError,
    StreamInterrupted,
    UnexpectedResponse,
)

from .conftest import ADA, KEY, PATIENCE, Face
from .wire import HANG_UP, Answer, Connection, Seen, Wire, silent


def status(word: str, count: int = 0) -> str:
    """An event of a status stream."""
    return json.dumps({"execution_id": "e1", "status": word, "transition_count": count})


def streaming(*events: str, end: bool = True) -> Answer:
    """A server that sends these events and then ends the stream, or hangs up in the middle."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.begin_stream(*events)
        if end:
            connection.end_stream()
        return None if end else HANG_UP

    return answer


def endless(*events: str) -> Answer:
    """A server that sends these events and then says nothing until the client hangs up."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.begin_stream(*events)
        connection.wait_for_hang_up()
        return HANG_UP

    return answer


def words(found: list[ExecutionStatusEvent]) -> list[str]:
    """The statuses of events."""
    return [event.status for event in found]


async def test_a_stream_gives_typed_items(face: Face) -> None:
    """Each event is a model; the loop ends with the stream."""
    events = [status("queued"), status("running", 1), status("succeeded", 2)]
    with Wire(streaming(*events)) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        found = await face.take(stream)

    assert all(isinstance(event, ExecutionStatusEvent) for event in found)
    assert words(found) == ["queued", "running", "succeeded"]
    assert found[1].transition_count == 1
    assert server.seen[0].target == "/executions/e1/status.stream"


async def test_nothing_is_sent_before_the_stream_is_read(face: Face) -> None:
    """Making a stream opens no connection."""
    with Wire(streaming()) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        assert repr(stream) == "<StatusStream of GET /executions/e1/status.stream>"
        assert server.seen == []


async def test_an_early_break_hangs_up_at_once(face: Face) -> None:
    """Leaving the loop closes the connection, without `with` and without waiting."""
    with Wire(endless(status("running"))) as server:
        client = face.client(base_url=server.url)
        found = await face.take(client.executions.status.stream("e1"), 1)
        # Waits without letting the loop go on: nothing may be left to be done there.
        assert server.hung_up.wait(PATIENCE)
        assert words(found) == ["running"]
        gc.collect()


async def test_leaving_a_with_block_hangs_up(face: Face) -> None:
    """A stream that is entered is closed on leaving, read or not."""
    with Wire(endless(status("running"))) as server:
        client = face.client(base_url=server.url)
        async with face.inside(client.executions.status.stream("e1")):
            assert len(server.seen) == 1
        assert await face.wait(server.hung_up)


async def test_a_with_block_left_by_an_error_hangs_up(face: Face) -> None:
    """The error comes out as it is, and the connection is closed."""
    with Wire(endless(status("running"))) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        with pytest.raises(LookupError):
            await _fail_inside(face, stream)
        assert await face.wait(server.hung_up)


async def _fail_inside(face: Face, stream: Any) -> None:
    async with face.inside(stream) as entered:
        await face.take(entered, 1)
        raise LookupError


async def test_an_abandoned_connection_is_given_back(face: Face) -> None:
    """After a loop was left, the client goes on with its next call."""
    with Wire(_status_or_json) as server:
        client = face.client(base_url=server.url)
        for _ in range(3):
            await face.take(client.executions.status.stream("e1"), 1)
        agent = await face.call(client.agents.get, "a1")
        assert agent.name == "Ada"
        assert [seen.connection for seen in server.seen] == [1, 2, 3, 4]


async def test_a_stream_left_behind_for_long_harms_no_other_call(face: Face) -> None:
    """Its time may be over when the next call is made."""
    with Wire(_status_or_json) as server:
        client = face.client(base_url=server.url)
        hasty = client.with_options(timeout=0.3)
        await face.take(hasty.executions.status.stream("e1"), 1)
        time.sleep(0.4)  # noqa: ASYNC251 - nothing else is to be done meanwhile
        assert (await face.call(client.agents.get, "a1")).name == "Ada"


def _status_or_json(connection: Connection, seen: Seen) -> object:
    if not seen.target.endswith(".stream"):
        connection.send_json(ADA)
        return None
    connection.begin_stream(status("running"))
    connection.wait_for_hang_up()
    return HANG_UP


async def test_a_stream_that_was_read_leaves_its_connection_to_others(face: Face) -> None:
    """A stream read to its end gives back a connection that can be used again."""
    with Wire(streaming(status("succeeded"))) as server:
        client = face.client(base_url=server.url)
        async with face.inside(client.executions.status.stream("e1")) as stream:
            # The final status ends the loop; the body's own end is not waited for.
            assert words(await face.take(stream)) == ["succeeded"]
        assert words(await face.take(client.executions.status.stream("e1"))) == ["succeeded"]


async def test_a_stream_left_behind_its_end_harms_no_other_call(face: Face) -> None:
    """The connection of a body that has ended may serve again, though its items were not all read."""

    def answer(connection: Connection, seen: Seen) -> None:
        if not seen.target.endswith(".stream"):
            connection.send_json(ADA)
            return
        connection.begin_stream()
        event = f"data: {status('running')}".encode()
        connection.send(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        connection.end_stream()

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        assert len(await face.take(client.executions.status.stream("e1"), 1)) == 1
        gc.collect()
        await face.call(client.agents.create, name="A")
        assert [seen.connection for seen in server.seen] == [1, 1]


async def test_a_stream_is_read_once(face: Face) -> None:
    """A second loop over the same stream is empty, and nothing is sent again."""
    with Wire(streaming(status("succeeded"))) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        assert len(await face.take(stream)) == 1
        assert await face.take(stream) == []
        assert len(server.seen) == 1


async def test_a_stream_that_ends_too_soon_is_interrupted(face: Face) -> None:
    """A proper end of the body before the final status is still an interruption."""
    with Wire(streaming(status("queued"), status("running", 3))) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        with pytest.raises(StreamInterrupted) as caught:
            await face.take(stream)

    error = caught.value
    assert error.partial.transition_count == 3
    assert error.url == f"{server.url}/executions/e1/status.stream"
    assert "the body stopped before the execution did" in str(error)


async def test_a_cut_stream_is_interrupted_with_what_came(face: Face) -> None:
    """A connection that breaks in the middle raises `StreamInterrupted` with the last item."""
    with Wire(streaming(status("running"), end=False)) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        with pytest.raises(StreamInterrupted) as caught:
            await face.take(stream)

    assert caught.value.partial.status == "running"
    assert isinstance(caught.value, APIConnectionError)


async def test_an_event_without_end_is_interrupted(face: Face) -> None:
    """One event may be as large as an answer may; many small ones may be more together."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.begin_stream(*[status("running")] * 50)
        connection.send(b"5dc\r\n" + b"data: ".ljust(1500, b"x") + b"\r\n")
        connection.wait_for_hang_up()
        return HANG_UP

    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_response_bytes=1000)
        with pytest.raises(StreamInterrupted, match="max_response_bytes sets the limit") as caught:
            await face.take(client.executions.status.stream("e1"))
        assert await face.wait(server.hung_up)
    assert caught.value.partial.status == "running"


async def test_silence_ends_a_stream(face: Face) -> None:
    """`timeout` limits the time between two events."""
    with Wire(endless(status("running"))) as server:
        stream = face.client(base_url=server.url, timeout=0.2).executions.status.stream("e1")
        with pytest.raises(StreamInterrupted, match=r"within 0\.2 s"):
            await face.take(stream)
        assert await face.wait(server.hung_up)


@pytest.mark.parametrize("is_borrowed", [False, True])
@pytest.mark.slow
async def test_a_stream_may_last_longer_than_its_limit(face: Face, *, is_borrowed: bool) -> None:
    """What keeps talking is heard to its end, whoever brought the HTTP client."""

    def answer(connection: Connection, _: Seen) -> None:
        connection.begin_stream()
        for _again in range(10):
            time.sleep(0.1)
            connection.send_event(status("running"))
        connection.send_event(status("succeeded"))
        connection.end_stream()

    kind: Any = httpx.Client if face.blocks else httpx.AsyncClient
    async with face.inside(kind(timeout=0.5)) as http:
        given: dict[str, Any] = {"httpx_client": http} if is_borrowed else {"timeout": 0.5}
        with Wire(answer) as server:
            client = face.client(base_url=server.url, **given)
            found = await face.take(client.executions.status.stream("e1"))
    assert words(found) == ["running"] * 10 + ["succeeded"]


async def test_a_server_that_never_answers_is_not_a_stream(face: Face) -> None:
    """Until it is open, a stream times out like any call."""
    with Wire(silent) as server:
        stream = face.client(base_url=server.url, timeout=0.2).executions.status.stream("e1")
        with pytest.raises(APITimeoutError):
            await face.take(stream)


async def test_an_error_on_opening_is_raised(face: Face) -> None:
    """A status that is no success becomes its exception, for a loop and for `with`."""

    def missing(connection: Connection, _: Seen) -> None:
        connection.send_json({"error": {"message": "No such execution"}}, "404 Not Found")

    with Wire(missing) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(NotFoundError, match="No such execution"):
            await face.take(client.executions.status.stream("e1"))
        with pytest.raises(NotFoundError, match="No such execution"):
            await _fail_inside(face, client.executions.status.stream("e1"))


async def test_opening_is_tried_again(face: Face) -> None:
    """Reading a stream is safe to repeat until it is open; a chat is not."""

    def answer(connection: Connection, seen: Seen) -> None:
        if len(server.seen) == 1 or seen.method == "POST":
            connection.send_json({}, "500 Oops\r\nretry-after-ms: 1")
        else:
            connection.begin_stream(status("succeeded"))
            connection.end_stream()

    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_retries=1)
        assert words(await face.take(client.executions.status.stream("e1"))) == ["succeeded"]
        with pytest.raises(InternalServerError):
            await face.take(client.sessions.chat.stream("s1", "hi"))
        assert [seen.method for seen in server.seen] == ["GET", "GET", "POST"]


async def test_json_where_a_stream_should_be_is_unexpected(face: Face) -> None:
    """An answer that is no stream says so."""

    def whole(connection: Connection, _: Seen) -> None:
        connection.send_json({"execution_id": "e1", "status": "running"})

    with Wire(whole) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        with pytest.raises(UnexpectedResponse, match="it is not a stream"):
            await face.take(stream)


@pytest.mark.parametrize("event", ["{broken", '{"status": "running"}', "[1]", "null"])
async def test_an_event_that_is_not_the_api_is_unexpected(face: Face, event: str) -> None:
    """The error shows the event and where it came from, and the connection is closed."""
    with Wire(endless(event)) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(UnexpectedResponse) as caught:
            await face.take(client.executions.status.stream("e1"))
        assert caught.value.body == event
        assert "an event of the stream" in str(caught.value)
        assert await face.wait(server.hung_up)


@pytest.mark.parametrize("name", ["", "event: error\n"])
async def test_an_error_within_a_stream_is_told(face: Face, name: str) -> None:
    """In the server's words, without the key that they may repeat, with the last item before."""
    event = f'{name}data: {{"error": {{"message": "gone, {KEY}"}}}}\n\n'.encode()

    def answer(connection: Connection, _: Seen) -> object:
        connection.begin_stream(status("running"))
        connection.send(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        connection.wait_for_hang_up()
        return HANG_UP

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(StreamInterrupted, match=r"the server says: gone, \*\*\*") as caught:
            await face.take(client.executions.status.stream("e1"))
        assert await face.wait(server.hung_up)
    assert caught.value.partial.status == "running"


async def test_the_error_of_an_execution_is_no_error_of_the_stream(face: Face) -> None:
    """An event of a failed execution says what went wrong there."""
    failed = json.dumps({"execution_id": "e1", "status": "failed", "error": "no such tool"})
    with Wire(streaming(failed)) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        (event,) = await face.take(stream)
    assert event.error == "no such tool"


async def test_a_stream_can_be_awaited_open(face: Face) -> None:
    """`await stream` opens it, on the awaiting face."""
    with Wire(streaming(status("succeeded"))) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        opened = stream.__enter__() if face.blocks else await stream
        assert opened is stream
        assert len(server.seen) == 1
        assert words(await face.take(stream)) == ["succeeded"]


async def test_streams_go_through_a_client_of_the_users(face: Face) -> None:
    """A borrowed HTTP client streams as well, and stays open."""
    with Wire(streaming(status("running"), status("succeeded"))) as server:
        http: Any = httpx.Client() if face.blocks else httpx.AsyncClient()
        async with face.inside(http):
            client = face.client(base_url=server.url, httpx_client=http)
            assert len(await face.take(client.executions.status.stream("e1"))) == 2
            await face.call(client.close)
            assert not http.is_closed


@pytest.mark.parametrize("kind", [Julep, AsyncJulep])
def test_a_stream_never_opened_leaves_nothing(kind: Any) -> None:
    """A stream that is thrown away unread warns of nothing."""
    kind(api_key="k", base_url="http://127.0.0.1:9").executions.status.stream("e1")
    gc.collect()


async def test_a_closed_client_opens_no_stream(face: Face) -> None:
    """After `close` a stream is refused with a clear error."""
    client = face.client(base_url="http://127.0.0.1:9")
    await face.call(client.close)
    with pytest.raises(ConfigurationError, match="this client is closed; make a new one"):
        await face.take(client.executions.status.stream("e1"))
