"""What was recorded from a server of 2025: each of its answers is read, each refusal told, each stream replayed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpx import HTTPXMock

from julep import (
    APIError,
    EntriesInputChatMlMessage,
    Julep,
    JulepApi,
    StreamInterrupted,
)
from julep._codec import structure, to_plain
from julep._reply import Reply
from julep._server_errors.bodies import describe_error
from julep.errors import error_class
from julep.types import (
    EmbedQueryResponse,
    File,
    Listing,
    ListModelsResponse,
    Project,
    RenderResponse,
    ResourceDeleted,
    Secret,
    Transition,
)

from .conftest import KEY, URL, Face
from .flat_client import OPERATIONS, arguments_of, call
from .recorded import Recorded, lost, recorded_2025
from .test_recorded import FORMS
from .wire import HANG_UP, Connection, Seen, Wire

LATE_FORMS: dict[str, Any] = {
    r"DELETE /(agents|users)/[^/]+/docs": Listing[ResourceDeleted],
    r"GET /agents/models": ListModelsResponse,
    r"POST /embed": EmbedQueryResponse,
    r"GET /files": list[File],
    r"(GET|POST) /files(/.+)?": File,
    r"GET /projects": Listing[Project],
    r"POST /projects": Project,
    r"POST /sessions/[^/]+/render": RenderResponse,
    r"(POST|PUT) /secrets(/.+)?": Secret,
    r"GET /secrets": list[Secret],
    r"GET /executions/[^/]+/transitions/.+": Transition,
    r"GET /healthz": dict[str, Any],
    **FORMS,
}
"""What each operation answers with, by method and path; the first that fits."""

ALL = recorded_2025().values()
REFUSALS = [one for one in ALL if one.status >= 300]
STREAMS = [one for one in ALL if one.pieces]
CHATS = [one for one in STREAMS if one.method == "POST"]
STATUSES = [one for one in STREAMS if one.path.endswith("/status.stream")]
ANSWERS = [one for one in ALL if one.status < 300 and not one.pieces]


def name(one: Recorded) -> str:
    """What a recording is called."""
    return one.name


@pytest.mark.parametrize("one", ANSWERS, ids=name)
def test_nothing_that_the_server_answered_is_lost(one: Recorded) -> None:
    """Each answer is read as the type of its operation, with all keys and values."""
    called = f"{one.method} {one.path}"
    form = next(form for pattern, form in LATE_FORMS.items() if re.fullmatch(pattern, called))
    read = structure(one.answer, form)
    assert lost(one.answer, to_plain(read)) == []


def told(one: Recorded) -> APIError:
    """The error that a refusal is told as."""
    return describe_error(Reply(one.status, one.headers, one.content, URL), one.method)


@pytest.mark.parametrize("one", REFUSALS, ids=name)
def test_each_refusal_is_one_readable_line(one: Recorded) -> None:
    """In the class of its status, in the server's words, and short enough to be read."""
    error = told(one)
    assert isinstance(error, error_class(one.status))
    assert len(str(error).splitlines()) == 1
    assert len(error.message) < 250
    assert not error.message.startswith("{")
    assert one.status == 307 or one.method == "HEAD" or "without a message" not in error.message


@pytest.mark.parametrize(
    ("recording", "message"),
    [
        ("chat_two_agents_no_user", "users: List should have at least 2 items after"),
        ("executions_update_bad_status_422", "status: Input should be 'running' or 'cancelled'"),
        ("search_no_query_422", "body: needs text, vector or text and vector"),
        ("tasks_create_if_in_foreach_422", "main[0].ForeachStep.foreach.do: needs wait_for_input,"),
        ("tasks_create_label_digits_422", "main[0].EvaluateStep.label: String should match"),
        ("tasks_create_parallelism_101_422", "main[0].Main.parallelism: Input should be less"),
        ("tasks_create_sub_bad_step", "steps.0: needs evaluate, tool, prompt, get, set, log,"),
        (
            "tasks_create_text_evaluate_422",
            "main[0].EvaluateStep.evaluate: Input should be a valid",
        ),
        ("tasks_create_unknown_step_422", "main[0]: needs evaluate, tool, prompt, get, set, log,"),
        ("tools_create_integration_unknown_422", "integration.provider: Input should be 'dummy',"),
    ],
)
def test_only_what_matters_of_a_refusal_is_told(recording: str, message: str) -> None:
    """Not what is wrong with a value as each of the other forms that it may have; `details` has all."""
    error = told(recorded_2025()[recording])
    assert error.message.startswith(message)
    assert "; " not in error.message
    assert error.details


def documented(one: Recorded) -> str | None:
    """The documented operation that a recording is of."""
    for operation, described in OPERATIONS.items():
        path = re.sub(
            "/((parent|child)_)?id(?=/|$)|/string",
            r"/[0-9a-f-]{36}",
            described["example"]["sends"]["path"],
        )
        if described["method"] == one.method and re.fullmatch(path, one.path):
            return operation
    return None


@pytest.mark.parametrize("one", [one for one in ALL if documented(one)], ids=name)
def test_the_documented_client_reads_each_answer(one: Recorded, httpx_mock: HTTPXMock) -> None:
    """Without loss, or as an error in one line; a stream is put together."""
    httpx_mock.add_response(
        status_code=one.status, headers=one.headers, content=one.content, is_reusable=True
    )
    operation = str(documented(one))
    arguments = arguments_of(operation)
    if one.status < 300 and one.name != "chat_stream_two_tool_calls":
        result = call("sync", operation, **arguments)
        assert one.pieces or one.answer is None or lost(one.answer, to_plain(result)) == []
        return
    with pytest.raises((APIError, StreamInterrupted)) as caught:
        call("sync", operation, **arguments)
    assert len(str(caught.value).splitlines()) == 1


FASTER = 4
"""How many times as fast streams are replayed as they were recorded."""


def replaying(one: Recorded) -> Any:
    """A server that sends a recorded stream with the recorded pauses, all of them shortened alike."""

    def answer(connection: Connection, _: Seen) -> object:
        begun = time.monotonic()
        connection.begin_stream()
        for after, text in one.pieces:
            time.sleep(max(0.0, begun + after / FASTER - time.monotonic()))
            connection.send_chunk(text.encode())
        if one.ended_by == "client":
            connection.wait_for_hang_up()
            return HANG_UP
        connection.end_stream()
        return None

    return answer


TOLD: dict[str, Any] = {
    "chat_stream_empty": ("", [], "stop", 8),
    "chat_stream_unicode": ("grüß 😀 \u2028 line\nbreak", [], "stop", 8),
    "chat_stream_two_choices": ("first a", [], "stop", 60),
    "chat_stream_tool_calls_in_one_piece": (
        "",
        [("call_1", "get_weather", "{}"), ("call_2", "get_weather", "[]")],
        "tool_calls",
        8,
    ),
}
"""Text, tool calls, finish reason and tokens of the chats that came whole."""


@pytest.mark.parametrize("one", CHATS, ids=name)
async def test_a_recorded_chat_is_replayed(face: Face, one: Recorded) -> None:
    """With its pauses: what it says, the calls by their ids, the true reason, and the tokens."""
    with Wire(replaying(one)) as server:
        stream = face.client(base_url=server.url).sessions.chat.stream("s1", "x")
        if one.name not in TOLD:
            with pytest.raises(StreamInterrupted, match="lost pieces of the arguments") as caught:
                await face.take(stream)
            message = caught.value.partial
            assert [call.function.arguments for call in message.tool_calls] == ['{"city":', '{"z"']
            assert message.text == "wait"
            return
        await face.take(stream)
    made: list[Any] = stream.message.tool_calls or []
    calls = [(call.id, call.function.name, call.function.arguments) for call in made]
    found = (stream.text, calls, stream.finish_reason, stream.usage.total_tokens)
    assert found == TOLD[one.name]


@pytest.mark.parametrize("one", STATUSES, ids=name)
@pytest.mark.slow
async def test_a_recorded_status_is_replayed(face: Face, one: Recorded) -> None:
    """To its end; an execution that waits is told and left."""
    wanted = re.findall(r'"status":"(\w+)"', one.content.decode())
    with Wire(replaying(one)) as server:
        stream = face.client(base_url=server.url).executions.status.stream("e1")
        found = await face.take(stream, 1 if one.ended_by == "client" else None)
    assert [event.status for event in found] == wanted


def answered_by(content: bytes) -> httpx.Client:
    """An HTTP client whose every request is answered with this event stream."""
    headers = {"content-type": "text/event-stream"}
    return httpx.Client(
        transport=httpx.MockTransport(
            lambda _: httpx.Response(200, headers=headers, content=content)
        )
    )


def edges(content: bytes) -> set[int]:
    """The places around the ends of the events of a stream."""
    ends = {found.end() for found in re.finditer(b"\n\n", content)}
    return {end + shift for end in ends for shift in (-3, -2, -1, 0, 1, 2, 8)}


def read_in_pieces(pieces: list[bytes]) -> None:
    """Read a chat whose body arrives in these pieces and then ends."""
    with httpx.Client(transport=answering(pieces)) as http:
        client = Julep(api_key=KEY, base_url=URL, httpx_client=http)
        for _ in client.sessions.chat.stream("s1", "x"):
            pass


def read_whole(pieces: list[bytes]) -> None:
    """Read it with the documented client, as one answer."""
    with httpx.Client(transport=answering(pieces)) as http:
        client = JulepApi(api_key=KEY, auth_key=KEY, base_url=URL, httpx_client=http)
        said = EntriesInputChatMlMessage(role="user", content="x")
        client.chat_route_generate("s1", False, True, False, True, [said])


def answering(pieces: list[bytes]) -> httpx.MockTransport:
    """A server that answers everything with these pieces of an event stream."""
    headers = {"content-type": "text/event-stream"}
    return httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=iter(pieces)))


SAYS_ENOUGH = re.compile(b'"total_tokens"|"finish_reason":"tool_calls"')
"""What a stream of 2025 must have said for its answer to be whole."""


@pytest.mark.parametrize("read", [read_in_pieces, read_whole])
@pytest.mark.parametrize("one", CHATS, ids=name)
def test_a_chat_that_is_cut_never_passes_for_whole(
    one: Recorded, read: Callable[[list[bytes]], None]
) -> None:
    """Around the end of each event, where proxies cut."""
    enough = next(SAYS_ENOUGH.finditer(one.content)).start()
    ends = [found.end() for found in re.finditer(b"\n\n", one.content)]
    for cut in (end + shift for end in ends for shift in (-3, -2, -1, 0, 1, 8)):
        if cut <= enough:
            with pytest.raises(StreamInterrupted):
                read([one.content[:cut]])


WHOLE = recorded_2025()["chat_stream_unicode"].content


@given(
    st.integers(0, WHOLE.index(b'"total_tokens"')),
    st.lists(st.integers(0, len(WHOLE)), max_size=20),
)
def test_a_chat_may_be_cut_and_split_anywhere(cut: int, splits: list[int]) -> None:
    """At any byte, and in pieces of any size."""
    places = [0, *sorted(place for place in splits if place < cut), cut]
    with pytest.raises(StreamInterrupted):
        read_in_pieces([WHOLE[start:end] for start, end in pairwise(places)])
