"""Scripted replies and faults on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, Make, said


@pytest.fixture(autouse=True)
def _forget(server: LocalServer) -> Iterator[None]:
    """Each test begins and ends without scripts."""
    server.model_calls.clear()
    yield
    server.replies.clear()
    server.faults.clear()


def _broken(messages: list[JSON]) -> str:
    return f"{1 / (len(messages) - len(messages))}"


async def _asleep(messages: list[JSON]) -> str:
    return str(messages)


def _chat(http: httpx.Client, session: JSON, **more: Any) -> httpx.Response:
    return http.post(f"/sessions/{session['id']}/chat", json=said("hi", **more))


def test_replies_are_given_in_order_before_the_model(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """When the queue is empty the real model answers again."""
    server.replies.add("one")
    server.replies.add("two")
    texts = [_chat(http, session).json()["choices"][0]["message"]["content"] for _ in range(3)]
    assert texts[:2] == ["one", "two"]
    assert "echo" in texts[2]
    assert [call["messages"][-1]["content"] for call in server.model_calls] == ["hi"] * 3


def test_a_reply_may_call_tools(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON, session: JSON
) -> None:
    """The agent's and the request's functions go to the model; its calls come back and are kept."""
    make(
        f"/agents/{agent['id']}/tools", name="own", type="function", description="mine", function={}
    )
    extra = [{"function": {"name": "extra", "parameters": {"type": "object"}}}]
    server.replies.add(tool_calls=[("own", {"city": "Paris"})])
    choice = _chat(http, session, tools=extra, tool_choice="auto").json()["choices"][0]
    (call,) = choice["message"]["tool_calls"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", None)
    assert json.loads(call["function"]["arguments"]) == {"city": "Paris"}
    sent = server.model_calls[-1]
    assert [tool["function"]["name"] for tool in sent["tools"]] == ["own", "extra"]
    assert sent["tools"][0]["function"]["description"] == "mine"
    assert sent["tool_choice"] == "auto"

    answer = {"role": "tool", "tool_call_id": call["id"], "content": "sunny"}
    response = http.post(f"/sessions/{session['id']}/chat", json={"messages": [answer]})
    assert response.status_code == 201
    told = server.model_calls[-1]["messages"][-2:]
    assert told[0]["tool_calls"][0]["id"] == call["id"]
    assert told[1] == answer


def test_a_tool_call_can_be_streamed(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """The pieces of a call add up in the history."""
    server.replies.add(tool_calls=[("own", {"n": 1})])
    lines = _chat(http, session, stream=True).text.split("\n\n")
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line]
    choices = [choice for event in events for choice in event["choices"]]
    assert choices[-1]["finish_reason"] == "tool_calls"
    entry = http.get(f"/sessions/{session['id']}/history").json()["entries"][-1]
    assert entry["tool_calls"][0]["function"] == {"name": "own", "arguments": '{"n": 1}'}


@pytest.mark.parametrize(
    ("status", "expected"), [(500, (502, "llm_api_error")), (400, (400, "llm_bad_request"))]
)
def test_a_failing_model_is_told_apart_from_a_bad_request(
    server: LocalServer, http: httpx.Client, session: JSON, status: int, expected: tuple[int, str]
) -> None:
    """Errors of the model's server have codes of their own, in streams too, and keep nothing."""
    for stream in (False, True):
        server.replies.add(error="no more tokens", status=status)
        response = _chat(http, session, stream=stream)
        assert (response.status_code, response.json()["error"]["code"]) == expected
        assert "no more tokens" in response.json()["error"]["message"]
    assert http.get(f"/sessions/{session['id']}/history").json()["entries"] == []


def test_several_choices_are_returned_and_the_first_is_kept(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """`n` asks for more answers than one."""
    server.replies.add("a")
    choices = _chat(http, session, n=3).json()["choices"]
    assert [choice["index"] for choice in choices] == [0, 1, 2]
    assert len(http.get(f"/sessions/{session['id']}/history").json()["entries"]) == 2


def test_an_agent_answers_with_its_own_model_and_settings(
    server: LocalServer, http: httpx.Client, make: Make
) -> None:
    """`agent` picks who answers; the request's settings go before the agent's."""
    one = make("/agents", name="One", model="m1", default_settings={"temperature": 0.1})
    two = make("/agents", name="Two", model="m2", default_settings={"temperature": 0.2, "x": 1})
    session = make("/sessions", agents=[one["id"], two["id"]])
    _chat(http, session)
    assert server.model_calls[-1]["model"] == "m1"
    _chat(http, session, agent=two["id"], top_p=0.5)
    settings = {
        key: server.model_calls[-1].get(key) for key in ("model", "temperature", "x", "top_p")
    }
    assert settings == {"model": "m2", "temperature": 0.2, "x": 1, "top_p": 0.5}
    _chat(http, session, agent=two["id"], temperature=0.9, model="m3")
    assert (server.model_calls[-1]["model"], server.model_calls[-1]["temperature"]) == ("m3", 0.9)
    stranger = make("/agents", name="Three")
    assert _chat(http, session, agent=stranger["id"]).status_code == 404


def test_a_status_happens_as_often_as_it_is_told(server: LocalServer, http: httpx.Client) -> None:
    """The next requests of that method and path get the status and headers; others don't."""
    server.faults.add(
        method="GET", path="/agents", status=503, headers={"Retry-After": "0"}, times=2
    )
    assert http.get("/users").status_code == 200
    refused = http.get("/api/agents")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "0")
    assert [http.get("/agents").status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(("drop", "handled"), [("before", 0), ("after", 1)])
def test_a_connection_is_dropped_before_or_after_the_work(
    server: LocalServer, http: httpx.Client, user: JSON, drop: Any, handled: int
) -> None:
    """The caller sees a broken connection; only `after` leaves a trace of the request."""
    server.faults.add(method="POST", path="/users", drop=drop)
    mark = user["id"]
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/users", json={"name": "x", "metadata": {"mark": mark}})
    listed = http.get("/users", params={"metadata_filter.mark": mark}).json()["items"]
    assert len(listed) == handled


def test_a_stream_is_cut_after_some_events(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """The caller gets so many events and then a broken connection."""
    server.faults.add(path="/sessions/*/chat", cut_after=2)
    seen: list[str] = []
    body = said("a b c d e", stream=True)
    with (
        http.stream("POST", f"/sessions/{session['id']}/chat", json=body) as response,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        seen.extend(line for line in response.iter_lines() if line)
    assert len(seen) <= 2


def test_a_cut_waits_for_a_stream(server: LocalServer, http: httpx.Client, session: JSON) -> None:
    """Whole answers have nothing to cut and leave it for the stream behind them, which alone is cut."""
    server.faults.add(cut_after=1)
    assert _chat(http, session).is_success
    assert http.get("/agents").status_code == 200
    assert list(server.faults.unused()) == ["the fault for * *"]
    with pytest.raises(httpx.RemoteProtocolError):
        _chat(http, session, stream=True)
    assert len(server.faults) == 0
    assert '"finish_reason":"stop"' in _chat(http, session, stream=True).text


def test_scripts_that_say_nothing_are_refused() -> None:
    """An empty reply or fault is a mistake of the test."""
    server = LocalServer()
    with pytest.raises(ValueError, match="text, tool_calls or an error"):
        server.replies.add()
    with pytest.raises(ValueError, match="status, drop, cut_after or delay"):
        server.faults.add(path="/agents")


def test_a_long_past_is_refused_unless_the_session_says_how_to_shorten_it(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """Without `context_overflow` a budget that is too small is an error of the request."""
    session = make("/sessions", agent=agent["id"], token_budget=45, system_template="S")
    server.replies.add("word " * 30)
    assert _chat(http, session).status_code == 201
    refused = _chat(http, session)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "prompt_too_big")
    assert "token_budget is 45" in refused.json()["error"]["message"]


def test_truncate_leaves_the_oldest_out(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """What fits of the past is sent, newest first to stay."""
    options = {"token_budget": 60, "context_overflow": "truncate", "system_template": "S"}
    session = make("/sessions", agent=agent["id"], **options)
    for text in ("first " * 30, "second", "third"):
        server.replies.add(text)
        _chat(http, session)
    _chat(http, session)
    contents = [message["content"] for message in server.model_calls[-1]["messages"]]
    assert contents == ["S", "hi", "second", "hi", "third", "hi"]


def test_adaptive_puts_a_summary_in_the_place_of_the_oldest(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """The model sums up what doesn't fit; the summary goes on being sent, the history stays."""
    options = {"token_budget": 45, "context_overflow": "adaptive", "system_template": "S"}
    session = make("/sessions", agent=agent["id"], **options)
    for text in ("first " * 30, "it was long", "second", "third"):
        server.replies.add(text)
    for _ in range(3):
        assert _chat(http, session).status_code == 201
    contents = [message["content"] for message in server.model_calls[-1]["messages"]]
    summary = "Summary of the conversation so far: it was long"
    assert contents == ["S", summary, "hi", "second", "hi"]
    history = http.get(f"/sessions/{session['id']}/history").json()
    assert any("first" in entry["content"][0]["text"] for entry in history["entries"])
    assert {relation["relation"] for relation in history["relations"]} == {"summary_of"}


_NO_REPLIES: list[JSON] = [
    {"tool_calls": {"price": {"item": 1}}},
    {"tool_calls": ["price"]},
    {"tool_calls": [("price", "item")]},
    {"tool_calls": [(1, {})]},
    {"tool_calls": [("price", {"item": {1, 2}})]},
    {"error": 5},
    {"text": "a", "delay": "1"},
    {"error": "a", "status": "500"},
]


_NOT_SAID: list[Any] = [{"a": 1}, lambda: "x", 5, b"text", [], [("price", "item")], _asleep]


@pytest.mark.parametrize("said", _NOT_SAID)
def test_what_no_model_says_is_refused_where_it_is_written(said: Any) -> None:
    """A mapping, a function without the messages, or one that must be awaited among it."""
    with pytest.raises(TypeError):
        LocalServer().replies.add("first", said)


def test_one_script_may_hold_many_replies(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """Texts, calls, and functions of the messages that the model gets, in order."""
    server.replies.add(
        "one", [("f", {"a": 1})], lambda messages: f"{len(messages)}: {messages[-1]['content']}"
    )
    said = [_chat(http, session).json()["choices"][0]["message"] for _ in range(3)]
    assert said[0]["content"] == "one"
    assert said[1]["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"a": 1}'}
    assert said[2]["content"] == f"{len(server.model_calls[-1]['messages'])}: hi"


@pytest.mark.parametrize(
    ("reply", "message"),
    [(_broken, "ZeroDivisionError"), (len, "TypeError: a reply must be a text")],
)
def test_a_function_that_gives_no_reply_is_told(
    server: LocalServer, http: httpx.Client, session: JSON, reply: Any, message: str
) -> None:
    """As a request that can't be answered: nobody tries again and takes the next reply."""
    server.replies.add(reply)
    refused = _chat(http, session)
    assert (refused.status_code, message in refused.text) == (400, True)


def test_what_was_never_used_is_told() -> None:
    """Replies, results, answers and faults, unless that is meant."""
    server = LocalServer()
    server.assert_used()
    server.replies.add("Hello", [("price", {})], str)
    server.replies.add(error="busy")
    server.integrations.add("brave", "search", result={})
    server.web.add("https://a.test", status=404)
    server.faults.add(path="/agents", status=503)
    with pytest.raises(AssertionError, match="never used") as unused:
        server.assert_used()
    for told in ("'Hello'", "calls price", "of str", "'busy'", "brave.search", "a.test", "/agents"):
        assert told in str(unused.value)
    server.allow_unused()
    server.assert_used()


def test_a_fault_that_happened_once_was_used(server: LocalServer, http: httpx.Client) -> None:
    """How often is for the test to say."""
    server.faults.add(path="/agents", status=503, times=3)
    http.get("/agents")
    server.assert_used()


@pytest.mark.parametrize("reply", _NO_REPLIES)
def test_a_reply_of_another_type_is_refused_where_it_is_written(reply: dict[str, Any]) -> None:
    """Not where the server would stumble over it."""
    with pytest.raises(TypeError):
        LocalServer().replies.add(**reply)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": "503"}, TypeError),
        ({"status": 99}, ValueError),
        ({"status": True}, TypeError),
        ({"drop": "during"}, ValueError),
        ({"cut_after": 1.5}, TypeError),
        ({"cut_after": -1}, ValueError),
        ({"delay": -1}, ValueError),
        ({"status": 503, "times": 0}, ValueError),
        ({"status": 503, "path": None}, TypeError),
        ({"status": 503, "headers": [("a", "b")]}, TypeError),
    ],
)
def test_a_fault_that_cannot_happen_is_refused_where_it_is_written(
    fault: dict[str, Any], kind: type[Exception]
) -> None:
    """A misspelt one would pass silently."""
    with pytest.raises(kind):
        LocalServer().faults.add(**fault)
