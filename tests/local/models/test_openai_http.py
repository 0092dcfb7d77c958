"""Answers and vectors from a server that speaks OpenAI's API."""

from __future__ import annotations

import json
import logging
import math
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, said
from tests.local.fake_openai import FakeOpenAI
from tests.plain_http import plain_http
from tests.wire import Connection, Seen, Wire


@contextmanager
def _client(path: Path | None = None, **options: Any) -> Generator[httpx.Client]:
    with (
        LocalServer(path, **options) as server,
        plain_http(server) as client,
    ):
        yield client


def _session(client: httpx.Client, **agent: Any) -> JSON:
    created = client.post("/agents", json={"name": "A", **agent}).json()
    session: JSON = client.post("/sessions", json={"agent": created["id"]}).json()
    return session


def _chat(client: httpx.Client, session: JSON, **more: Any) -> httpx.Response:
    return client.post(f"/sessions/{session['id']}/chat", json=said("hi", **more))


def test_an_endpoint_answers_chat(openai: FakeOpenAI) -> None:
    """The request goes out with key, model, messages and settings; the answer comes back."""
    with _client(openai_base_url=openai.url + "/", openai_api_key="k") as client:
        session = _session(client, model="large", default_settings={"temperature": 0.1})
        answer = _chat(client, session, max_tokens=5).json()
        models = client.get("/agents/models").json()
    assert answer["choices"][0]["message"]["content"] == "hello"
    assert answer["usage"]["total_tokens"] == 4
    path, key, body = openai.requests[0]
    assert (path, key) == ("/v1/chat/completions", "Bearer k")
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("large", 0.1, 5)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert models == {"models": [{"id": "small"}, {"id": "large"}]}


def test_the_environment_names_the_endpoint(
    openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OPENAI_BASE_URL alone is enough; an agent without a model gets the first one."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_BASE_URL", openai.url)
    with _client() as client:
        assert _chat(client, _session(client)).status_code == 201
    assert openai.asked("/v1/chat/completions")[0]["model"] == "small"
    assert {key for _, key, _ in openai.requests} == {None}


def test_an_endpoint_streams(openai: FakeOpenAI) -> None:
    """Its chunks are passed on, a usage in the last one too."""
    chunks: list[JSON] = [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "he"}}]},
        {"choices": [{"index": 0, "delta": {"content": "llo"}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"total_tokens": 9}},
    ]
    events = [*map(json.dumps, chunks), "[DONE]"]
    openai.answers["/v1/chat/completions"] = (200, events)
    with _client(openai_base_url=openai.url) as client:
        session = _session(client, model="small")
        lines = [line for line in _chat(client, session, stream=True).text.split("\n\n") if line]
        history = client.get(f"/sessions/{session['id']}/history").json()["entries"]
    seen = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert [choice["delta"].get("content") for event in seen for choice in event["choices"]] == [
        "he",
        "llo",
        None,
    ]
    assert seen[-1]["usage"] == {"total_tokens": 9}
    assert history[-1]["content"][0]["text"] == "hello"
    assert openai.asked("/v1/chat/completions")[0]["stream_options"] == {"include_usage": True}


def test_a_stream_without_a_finish_is_given_one(openai: FakeOpenAI) -> None:
    """Some servers end with [DONE] and no finish reason; callers count on it."""
    chunk = {"choices": [{"index": 0, "delta": {"content": "x"}}]}
    openai.answers["/v1/chat/completions"] = (200, [json.dumps(chunk), "[DONE]"])
    with _client(openai_base_url=openai.url) as client:
        text = _chat(client, _session(client, model="m"), stream=True).text
    last = json.loads(text.strip().split("\n\n")[-1].removeprefix("data: "))
    assert last["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ((429, {"error": {"message": "slow down"}}), 502, "429: slow down"),
        ((401, {"error": "who are you"}), 502, "401: who are you"),
        ((400, {"error": {"message": "too long"}}), 400, "400: too long"),
        ((500, "oops"), 502, "oops"),
        ((200, ["nonsense"]), 502, "isn't a JSON object"),
        ((200, {"error": {"message": "overloaded"}}), 502, "overloaded"),
        ((200, b"<!doctype html><title>Welcome</title>"), 502, "ends in /v1"),
        ((404, b"<html>Not here</html>"), 400, "ends in /v1"),
        ((503, b""), 502, "503: Service Unavailable"),
        ((301, b""), 502, "301: Moved Permanently"),
        ((200, b""), 502, "isn't a JSON object"),
        ((200, {"choices": None}), 502, "without any choice"),
        ((200, {"choices": [{"index": 0}]}), 502, "no message"),
        ((200, b"[" * 100_000), 502, "isn't a JSON object"),
    ],
)
def test_an_endpoints_errors_are_told(
    openai: FakeOpenAI, answer: tuple[int, Any], status: int, text: str
) -> None:
    """Its status decides who is to blame; its message is passed on."""
    openai.answers["/v1/chat/completions"] = answer
    with _client(openai_base_url=openai.url) as client:
        response = _chat(client, _session(client, model="m"))
    assert response.status_code == status
    assert text in response.json()["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("status", "head", "words"),
    [
        ("200 OK", "Content-Type: text/event-stream", "more than 67,108,864 bytes"),
        ("500 No", "Content-Type: text/plain", "more than 67,108,864 bytes"),
        ("200 OK", "Content-Encoding: gzip, gzip", "packed its answer more than once"),
    ],
)
def test_an_endless_answer_is_left(status: str, head: str, words: str, stream: bool) -> None:
    """Long before it fills the memory."""

    def endless(connection: Connection, _: Seen) -> None:
        connection.send(f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode())
        while True:
            connection.send(b"x" * 1_000_000)

    with Wire(endless) as wire, _client(openai_base_url=wire.url) as client:
        response = _chat(client, _session(client, model="m"), stream=stream)
    assert response.status_code == 502
    assert words in response.json()["error"]["message"]


def test_the_list_of_models_is_asked_for_once(openai: FakeOpenAI) -> None:
    """Many turns of an agent without a model need no more than one look at what there is."""
    with _client(openai_base_url=openai.url) as client:
        session = _session(client)
        for _ in range(3):
            assert _chat(client, session).status_code == 201
    assert len(openai.asked("/v1/models")) == 1


def test_an_answer_is_made_sound(openai: FakeOpenAI) -> None:
    """Halves of characters, counts in floats and arguments as objects are what models send."""
    function = {"name": "f", "arguments": {"a": 1}}
    calls = [{"id": "c", "type": "function", "function": function, "signature": {"of": "x"}}]
    message = {"role": "assistant", "content": "a\ud83d", "tool_calls": calls, "refusal": 3}
    unlikely = {"content": [{"token": "a", "logprob": -math.inf}]}
    choice = {"index": 0, "message": message, "finish_reason": "", "logprobs": unlikely}
    answer = {"choices": [choice], "usage": {"total_tokens": 4.0}}
    openai.answers["/v1/chat/completions"] = (200, answer)
    with _client(openai_base_url=openai.url) as client:
        session = _session(client)
        told = _chat(client, session).json()
        entries = client.get(f"/sessions/{session['id']}/history").json()["entries"]
    (choice,) = told["choices"]
    assert choice["message"]["content"] == entries[-1]["content"][0]["text"] == "a\ufffd"
    (call,) = choice["message"]["tool_calls"]
    assert (call["function"]["arguments"], call["signature"]) == ('{"a":1}', {"of": "x"})
    assert choice["finish_reason"] == "tool_calls"
    assert choice["logprobs"] == {"content": [{"token": "a", "logprob": -9999.0}]}
    assert told["usage"]["total_tokens"] == 4


def test_an_endpoints_key_is_not_told(openai: FakeOpenAI) -> None:
    """A server that says which key it refused, in an answer or in a stream, is not quoted on it."""
    told = {"error": {"message": "Incorrect API key provided: sk-0123456789"}}
    with _client(openai_base_url=openai.url, openai_api_key="sk-0123456789") as client:
        session = _session(client)
        openai.answers["/v1/chat/completions"] = (401, told)
        refused = _chat(client, session).text
        openai.answers["/v1/chat/completions"] = (200, [json.dumps(told)])
        streamed = _chat(client, session, stream=True).text
    for text in (refused, streamed):
        assert "Incorrect API key provided: ***" in text
        assert "sk-0123456789" not in text


def test_an_endpoint_that_is_not_there_is_named() -> None:
    """The error says which server wasn't reached, and the history stays as it was."""
    with _client(openai_base_url="http://127.0.0.1:9/v1") as client:
        session = _session(client, model="m")
        response = _chat(client, session)
        history = client.get(f"/sessions/{session['id']}/history").json()["entries"]
    assert response.status_code == 502
    assert "http://127.0.0.1:9/v1 wasn't reached" in response.json()["error"]["message"]
    assert history == []


def _hits(client: httpx.Client, agent: JSON, text: str) -> list[str]:
    vector = client.post("/embed", json={"text": text}).json()["vectors"][0]
    body = {"vector": vector, "confidence": 0.9}
    hits = client.post(f"/agents/{agent['id']}/search", json=body).json()["docs"]
    return [hit["title"] for hit in hits]


def _with_docs(client: httpx.Client) -> JSON:
    agent: JSON = client.post("/agents", json={"name": "A"}).json()
    for title in ("Cats", "Dogs"):
        body = {"title": title, "content": "x"}
        assert client.post(f"/agents/{agent['id']}/docs", json=body).status_code == 201
    return agent


def test_an_endpoint_makes_vectors(openai: FakeOpenAI) -> None:
    """Vectors of another length are fitted, and sessions recall by meaning."""
    with _client(openai_base_url=openai.url, embedding_model="e") as client:
        agent = _with_docs(client)
        assert _hits(client, agent, "a cat") == ["Cats"]
        session = client.post("/sessions", json={"agent": agent["id"]}).json()
    assert session["recall_options"]["mode"] == "vector"
    sent = openai.asked("/v1/embeddings")[0]
    assert (sent["model"], sent["dimensions"]) == ("e", 1024)
    assert sent["input"] == ["Title: Cats\n\nx"]


@pytest.mark.parametrize(
    "data", [[{}], [{"embedding": "x"}], [{"embedding": ["a"]}], [{"embedding": None}], [], "x"]
)
def test_what_is_no_vector_is_a_failing_model(openai: FakeOpenAI, data: Any) -> None:
    """The error says what came instead."""
    openai.answers["/v1/embeddings"] = (200, {"data": data})
    with _client(openai_base_url=openai.url, embedding_model="e") as client:
        answer = client.post("/embed", json={"text": "x"})
    assert answer.status_code == 502
    assert "vector" in answer.json()["error"]["message"]


def test_a_key_may_have_any_letters(openai: FakeOpenAI) -> None:
    """A key that was pasted with a line end, or isn't ASCII, is sent as it is meant."""
    with _client(openai_base_url=openai.url, openai_api_key=" schlüssel\n") as client:
        assert _chat(client, _session(client, model="m")).status_code == 201
    (key,) = {key for _, key, _ in openai.requests}
    assert key is not None
    assert key.encode("latin-1").decode() == "Bearer schlüssel"


def test_documents_get_their_vectors_when_the_model_is_back(openai: FakeOpenAI) -> None:
    """A failing model fails the job and keeps the document; the next search embeds it."""
    openai.answers["/v1/embeddings"] = (500, {"error": "down"})
    with _client(openai_base_url=openai.url, embedding_model="e") as client:
        agent = client.post("/agents", json={"name": "A"}).json()
        body = {"title": "Cats", "content": "x"}
        doc = client.post(f"/agents/{agent['id']}/docs", json=body).json()
        job = client.get(f"/jobs/{doc['jobs'][0]}").json()
        del openai.answers["/v1/embeddings"]
        assert _hits(client, agent, "a cat") == ["Cats"]
    assert job["state"] == "failed"


def test_another_model_makes_all_vectors_again(openai: FakeOpenAI, tmp_path: Path) -> None:
    """Vectors of two models can't be compared."""
    path = tmp_path / "agents.db"
    with _client(path) as client:
        agent = _with_docs(client)
    with _client(path, openai_base_url=openai.url, embedding_model="e") as client:
        assert _hits(client, agent, "a cat") == ["Cats"]
    with _client(path, openai_base_url=openai.url, embedding_model="e") as client:
        openai.requests.clear()
        assert _hits(client, agent, "a cat") == ["Cats"]
    assert [body["input"] for body in openai.asked("/v1/embeddings")] == [["a cat"]]


def test_a_model_on_this_machine_is_used_when_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fastembed makes the vectors if it is installed with its weights; nothing is downloaded."""
    asked: list[JSON] = []

    class Vector(list[float]):
        def tolist(self) -> list[float]:
            return list(self)

    class TextEmbedding:
        def __init__(self, model: str, **options: Any) -> None:
            asked.append({"model": model, **options})

        def embed(self, texts: list[str]) -> list[Vector]:
            return [Vector([3.0, 4.0]) for _ in texts]

    module = ModuleType("fastembed")
    module.__dict__["TextEmbedding"] = TextEmbedding
    module.__spec__ = pytest.__spec__
    monkeypatch.setitem(sys.modules, "fastembed", module)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with _client() as client:
        vector = client.post("/embed", json={"text": "x"}).json()["vectors"][0]
    assert vector[:3] == [pytest.approx(0.6), pytest.approx(0.8), 0]
    assert asked[0]["local_files_only"] is True


def test_a_login_in_the_address_is_sent_and_not_shown(
    openai: FakeOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes out as a header; logs of any level and errors are without it."""
    caplog.set_level(logging.DEBUG)
    with LocalServer(openai_base_url=openai.url.replace("://", "://me:s3cret@")) as server:
        assert server.model_in_words() == f"{openai.url} (small, unless an agent names another)"
        assert openai.requests[-1][1] == "Basic bWU6czNjcmV0"
        assert "s3cret" not in caplog.text + repr(server.about)
