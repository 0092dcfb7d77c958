"""Tests of `fastapi_backend.py`, on a server whose model says what each of them wants to hear.

Run them with `pytest test_fastapi_backend.py`. The fixtures `julep` and `julep_server` come with the SDK.
"""

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from fastapi_backend import app

from julep import Julep
from julep.local import LocalServer

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def visitor(julep_server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Visit the backend, which uses the test's own server."""
    monkeypatch.setenv("JULEP_BASE_URL", julep_server.url)
    monkeypatch.setenv("JULEP_API_KEY", julep_server.key)
    with TestClient(app) as browser:
        yield browser


def begin(visitor: TestClient) -> str:
    """Begin a conversation."""
    session_id: str = visitor.post("/sessions").json()["id"]
    return session_id


def ask(visitor: TestClient, session_id: str, text: str) -> list[tuple[str, str]]:
    """Ask, and read the events of the answer: the kind and the data of each."""
    answer = visitor.post(f"/sessions/{session_id}/answers", json={"text": text})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    events = [part.splitlines() for part in answer.text.split("\n\n") if part]
    return [
        (kind.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for kind, data in events
    ]


def test_an_answer_comes_in_pieces(visitor: TestClient) -> None:
    """And the conversation is remembered."""
    session_id = begin(visitor)
    events = ask(visitor, session_id, "Good morning!")
    assert "".join(data for kind, data in events if kind == "text").endswith("Good morning!")
    assert events[-1] == ("end", "stop")

    said = visitor.get(f"/sessions/{session_id}/entries").json()
    assert [entry["role"] for entry in said] == ["user", "assistant"]


def test_the_model_looks_up_the_hours(visitor: TestClient, julep_server: LocalServer) -> None:
    """It calls our function, and gets what it returns."""
    julep_server.replies.add([("opening_hours", {"day": "Friday"})], "We are open from 9 to 17.")
    events = ask(visitor, begin(visitor), "When are you open on Friday?")
    assert "".join(data for kind, data in events if kind == "text") == "We are open from 9 to 17."
    assert julep_server.model_calls[-1]["messages"][-1]["content"] == "9 to 17"


def test_what_visitors_write_is_no_template(visitor: TestClient, julep_server: LocalServer) -> None:
    """The model gets it letter by letter."""
    ask(visitor, begin(visitor), "{{ agent.name }} {% if %}")
    assert julep_server.model_calls[-1]["messages"][-1]["content"] == "{{ agent.name }} {% if %}"


def test_a_lost_conversation_is_not_found(visitor: TestClient) -> None:
    """An error before the first piece has a status, and no events."""
    answer = visitor.post(f"/sessions/{NOBODY}/answers", json={"text": "Hello?"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such conversation.")
    assert visitor.post("/sessions/1/answers", json={"text": "Hello?"}).status_code == 422


def test_a_model_that_fails_is_a_bad_gateway(
    visitor: TestClient, julep_server: LocalServer
) -> None:
    """Its words are for the log, not for visitors."""
    julep_server.replies.add(error="out of memory at 10.0.0.7")
    answer = visitor.post(f"/sessions/{begin(visitor)}/answers", json={"text": "Hello?"})
    assert (answer.status_code, answer.json()["detail"]) == (502, "The library can't answer now.")


def test_an_answer_that_breaks_off_says_so(visitor: TestClient, julep_server: LocalServer) -> None:
    """The status is sent by then, so an event tells it."""
    session_id = begin(visitor)
    julep_server.faults.add(path="/sessions/*/chat", cut_after=3)
    events = ask(visitor, session_id, "Tell me a long story.")
    assert [kind for kind, _ in events] == ["text", "text", "error"]


def test_the_api_is_documented(visitor: TestClient) -> None:
    """Models of the SDK with their fields, and answers as streams of events."""
    document = visitor.get("/openapi.json").json()
    assert "role" in document["components"]["schemas"]["Entry"]["properties"]
    answers = document["paths"]["/sessions/{session_id}/answers"]["post"]["responses"]["200"]
    assert list(answers["content"]) == ["text/event-stream"]


def test_there_is_one_porter(visitor: TestClient, julep: Julep) -> None:
    """However often the backend starts."""
    with TestClient(visitor.app):
        assert [agent.name for agent in julep.agents.list()] == ["Porter"]


def test_what_is_no_question_is_refused_in_a_few_words(visitor: TestClient) -> None:
    """Nothing of it comes back."""
    path, json_type = f"/sessions/{begin(visitor)}/answers", {"Content-Type": "application/json"}
    for text, status in (
        ('"\\ud800"', 422),
        ("NaN", 422),
        (f'"{"x" * 5000}"', 422),
        ("x" * 60_000, 413),
    ):
        answer = visitor.post(path, content=f'{{"text": {text}}}', headers=json_type)
        assert answer.status_code == status
        assert len(answer.content) < 200
