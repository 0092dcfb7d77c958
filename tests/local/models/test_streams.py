"""Streams of models as their servers really send them, seen by a caller of this one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import httpx
import pytest

from julep._codec import structure
from julep._sse import Event, EventDecoder
from julep.local import LocalServer
from julep.types.chat import ChunkChatResponse
from tests.local.conftest import JSON, said
from tests.local.fake_openai import FakeOpenAI, completion, fake_openai
from tests.plain_http import plain_http

Ask: TypeAlias = Callable[..., tuple[int, list[Event]]]
DONE = b"data: [DONE]\n\n"
CHAT = "/v1/chat/completions"


def chunk(content: str | None = None, finish: str | None = None, **delta: Any) -> bytes:
    """One chunk as an event; what isn't ASCII is escaped."""
    told = {**({} if content is None else {"content": content}), **delta}
    choice = {"index": 0, "delta": told, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def raw(text: str) -> bytes:
    """One chunk with a text that isn't escaped."""
    return chunk("TEXT").replace(b"TEXT", text.encode())


END = chunk(finish="stop") + DONE


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOpenAI]:
    """What all tests here have the model's server be."""
    with fake_openai() as fake:
        yield fake


@pytest.fixture
def openai(fake: FakeOpenAI) -> FakeOpenAI:
    """The same, which sends its answers whole."""
    fake.missing = 0
    return fake


@pytest.fixture(scope="module")
def http(fake: FakeOpenAI) -> Iterator[httpx.Client]:
    """A server whose model is the fake."""
    with (
        LocalServer(openai_base_url=fake.url) as server,
        plain_http(server) as client,
    ):
        yield client


@pytest.fixture
def session(http: httpx.Client) -> JSON:
    """A session with an agent."""
    agent = http.post("/agents", json={"name": "A", "model": "m"}).json()
    session: JSON = http.post("/sessions", json={"agent": agent["id"]}).json()
    return session


@pytest.fixture
def ask(http: httpx.Client, session: JSON, openai: FakeOpenAI) -> Ask:
    """Stream an answer while the model's server sends these bytes: the status and the events."""

    def stream(body: Any) -> tuple[int, list[Event]]:
        openai.answers[CHAT] = (200, body)
        response = http.post(f"/sessions/{session['id']}/chat", json=said("hi", stream=True))
        decoder = EventDecoder()
        return response.status_code, [*decoder.feed(response.content), *decoder.end()]

    return stream


def text_of(events: list[Event]) -> str:
    """What all events say together."""
    choices = [choice for event in events for choice in json.loads(event.data)["choices"]]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


def _kept(http: httpx.Client, session: JSON) -> list[str]:
    entries = http.get(f"/sessions/{session['id']}/history").json()["entries"]
    return [entry["content"][0]["text"] for entry in entries]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (raw("a\u2028b\u2029c\x85d") + END, "a\u2028b\u2029c\x85d"),
        (chunk("a\ud83d") + chunk("\ude00b") + END, "a\U0001f600b"),
        (chunk("a\ud83d") + chunk("b") + END, "a\ufffdb"),
        (chunk("a\ud83d") + END, "a\ufffd"),
        (chunk("a\ud83d") + DONE, "a\ufffd"),
        (chunk("a\ud83db\ude00") + END, "a\ufffdb\ufffd"),
        (b"\xef\xbb\xbf" + chunk("a") + END, "a"),
        (b": hello\n\ndata:\n\ndata: \n\n" + chunk("a") + b"data:\n\n" + END, "a"),
        ((chunk("a") + END).replace(b"\n", b"\r\n"), "a"),
        ((chunk("a") + END).replace(b"\n", b"\r"), "a"),
        ((chunk("a") + END).replace(b', "delta"', b',\ndata: "delta"'), "a"),
        (b"event: ping\ndata: {}\n\n" + chunk("a") + END, "a"),
        (b"event: message\n" + chunk("a") + END, "a"),
        (chunk("a") + DONE, "a"),
        (chunk("a", finish="stop"), "a"),
        (chunk("a", finish="stop").rstrip(), "a"),
        (completion("all at once"), "all at once"),
        (chunk(content=None) + chunk("a") + END, "a"),
        (b'data: {"choices": [], "usage": {"total_tokens": 1.0}}\n\n' + chunk("a") + END, "a"),
        (chunk("a", name=3, role=["x"], tool_calls={"x": 1}, x=[1]) + END, "a"),
        (chunk("a").replace(b"null", b'["stop"], "logprobs": {"content": 1}') + END, "a"),
        (chunk("a").replace(b'"index": 0', b'"index": {}') + END, "a"),
        (chunk("a").replace(b'"index": 0', b'"index": false') + END, "a"),
        (b'data: {"choices": [{"delta": null}]}\n\n' + chunk("a") + END, "a"),
        (chunk().replace(b'{"index"', b'{"error": null, "index"') + chunk("a") + END, "a"),
    ],
)
def test_what_a_model_says_arrives(ask: Ask, body: Any, text: str) -> None:
    """Whichever way servers cut and mark their streams, the text is the same."""
    status, events = ask(body)
    assert (status, text_of(events)) == (200, text)
    read = [structure(json.loads(event.data), ChunkChatResponse) for event in events]
    choices = [choice for event in read for choice in event.choices]
    assert [choice.finish_reason for choice in choices].count("stop") >= 1
    assert len(choices) == len(events)


@pytest.mark.parametrize("body", [chunk("a", finish="stop"), chunk("a") + END, chunk("a") + DONE])
def test_the_use_of_tokens_is_told_in_the_end(ask: Ask, body: bytes) -> None:
    """Callers take its absence for a model that broke off, so it is counted where no model tells."""
    _, events = ask(body)
    told = [json.loads(event.data)["usage"] for event in events]
    assert told[:-1] == [None] * (len(told) - 1)
    assert told[-1]["completion_tokens"] == 1


ERRORS = [
    b"",
    b'data: {"error": {"message": "overloaded"}}\n\n',
    b'event: error\ndata: {"message": "overloaded"}\n\n',
    b'event: error\ndata: {"error": {"message": "overloaded"}}\n\n',
    b"event: error\ndata: overloaded\n\n",
    b'data: {"type": "error", "message": "overloaded"}\n\n' + END,
    b'data: {"detail": "overloaded"}\n\n',
    b"data: nonsense\n\n",
]


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("begun", [b"", chunk(role="assistant", content="")])
def test_a_model_that_fails_before_its_first_word_is_a_status(
    ask: Ask, begun: bytes, error: bytes
) -> None:
    """Nothing was sent yet, so the request fails as a whole, in the model's words."""
    status, events = ask(begun + error)
    assert (status, events) == (502, [])


@pytest.mark.parametrize("error", ERRORS)
def test_a_model_that_fails_half_way_is_told_in_an_event(
    ask: Ask, http: httpx.Client, session: JSON, error: bytes
) -> None:
    """The last event is an error in the model's words; half an answer isn't kept."""
    status, events = ask(chunk("half an ans") + error)
    assert (status, text_of(events[:-1])) == (200, "half an ans")
    assert events[-1].name == "error"
    told = json.loads(events[-1].data)["error"]
    assert told["code"] == "llm_api_error"
    assert "overloaded" in told["message"] or b"overloaded" not in error
    assert _kept(http, session) == ["hi"]


def test_a_server_may_hang_up_after_the_last_word(ask: Ask, openai: FakeOpenAI) -> None:
    """An answer that is whole stays one, though its body isn't; half of one does not."""
    openai.missing = 5
    assert text_of(ask(chunk("a", finish="stop"))[1]) == "a"
    _, events = ask(chunk("half"))
    assert events[-1].name == "error"
    assert "broke off" in events[-1].data


def test_a_choice_that_never_ends_breaks_the_stream_off(ask: Ask) -> None:
    """Each choice that has begun must be given a reason."""
    other = chunk("x").replace(b'"index": 0', b'"index": 1')
    _, events = ask(other + chunk("a", finish="stop"))
    assert events[-1].name == "error"


@pytest.mark.parametrize("index", [{}, {"index": None}, {"index": 0}])
def test_calls_are_put_together_by_their_ids(
    ask: Ask, http: httpx.Client, session: JSON, index: JSON
) -> None:
    """Servers leave the index out, or give the same one to all; a new id begins a new call."""
    pieces: list[JSON] = [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a"'}},
        {"function": {"arguments": ":1}"}},
        {"id": "c2", "type": "function", "function": {"name": "g", "arguments": {"b": 2}}},
    ]
    body = b"".join(chunk(tool_calls=[{**index, **piece}]) for piece in pieces)
    assert ask(body + chunk(finish="tool_calls") + DONE)[0] == 200
    entries = http.get(f"/sessions/{session['id']}/history").json()["entries"]
    calls = [(call["id"], call["function"]) for call in entries[-1]["tool_calls"]]
    assert calls == [
        ("c1", {"name": "f", "arguments": '{"a":1}'}),
        ("c2", {"name": "g", "arguments": '{"b":2}'}),
    ]
