"""The forms that messages take, and sessions of several people."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, Make, said


def _say(http: httpx.Client, session: JSON, *messages: JSON, **more: Any) -> JSON:
    body = {"messages": list(messages), **more}
    response = http.post(f"/sessions/{session['id']}/chat", json=body)
    assert response.status_code == 201, response.text
    answer: JSON = response.json()
    return answer


def _told(server: LocalServer) -> list[JSON]:
    messages: list[JSON] = server.model_calls[-1]["messages"]
    return messages[1:]


def _kept(http: httpx.Client, session: JSON) -> list[JSON]:
    entries: list[JSON] = http.get(f"/sessions/{session['id']}/history").json()["entries"]
    return entries


_IMAGE: JSON = {"type": "image_url", "image_url": {"url": "https://x/{{ agent.name }}.png"}}


def test_parts_are_rendered_told_and_kept(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """Texts and image addresses are templates; several parts stay parts."""
    parts = [{"type": "text", "text": "I am {{ agent.name }}"}, _IMAGE]
    _say(http, session, {"role": "user", "content": parts})
    seen = [
        {"type": "text", "text": "I am Ada"},
        {"type": "image_url", "image_url": {"url": "https://x/Ada.png"}},
    ]
    assert _told(server) == [{"role": "user", "content": seen}]
    assert _kept(http, session)[0]["content"] == seen


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (" hi ", [" hi "]),
        (["a", "b"], ["a", "b"]),
        ([{"type": "text", "text": "one"}], ["one"]),
        ({"a": 1}, ['{\n    "a": 1\n}']),
    ],
)
def test_every_form_of_content_becomes_a_list_of_parts(
    server: LocalServer, http: httpx.Client, session: JSON, content: Any, kept: list[str]
) -> None:
    """One part of text is told as plain text again."""
    _say(http, session, {"role": "user", "content": content})
    parts = [{"type": "text", "text": text} for text in kept]
    assert _kept(http, session)[0]["content"] == parts
    assert _told(server)[0]["content"] == (kept[0].strip() if len(kept) == 1 else parts)


def test_names_are_kept_and_not_told(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """The model sees role and content, the history the name too."""
    _say(http, session, {"role": "user", "content": "hi", "name": "Joe"})
    assert _told(server) == [{"role": "user", "content": "hi"}]
    assert _kept(http, session)[0]["name"] == "Joe"


def test_a_session_of_many_knows_them_all(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON, user: JSON
) -> None:
    """Two agents and two users may talk in one session, in any numbers."""
    others = make("/agents", name="Eve"), make("/users", name="Kim")
    people = {"agents": [agent["id"], others[0]["id"]], "users": [user["id"], others[1]["id"]]}
    template = "{{ agents | map(attribute='name') | join }}/{{ users | length }}/{{ user.name }}/{{ agent.name }}"
    for shape in (people, {"agents": people["agents"]}, {**people, "users": people["users"][:1]}):
        session = make("/sessions", system_template=template, **shape)
        _say(http, session, {"role": "user", "content": "hi"}, agent=others[0]["id"])
        system = server.model_calls[-1]["messages"][0]["content"]
        assert system.startswith("AdaEve/")
        assert system.endswith("/Eve")


def test_tools_of_the_answering_agent_are_told(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """Another agent's tools aren't, and a request's tool doesn't replace one of the same name."""
    other = make("/agents", name="Eve")
    make(
        f"/agents/{agent['id']}/tools", name="mine", type="function", description="own", function={}
    )
    make(f"/agents/{other['id']}/tools", name="theirs", type="function", function={})
    make(
        f"/agents/{agent['id']}/tools",
        name="kept",
        type="integration",
        integration={"provider": "dummy"},
    )
    session = make("/sessions", agents=[agent["id"], other["id"]])
    sent: list[JSON] = [{"type": "function", "name": "mine", "description": "sent", "function": {}}]
    choice = {"function": {"name": "mine"}}
    _say(http, session, {"role": "user", "content": "hi"}, tools=sent, tool_choice=choice)
    asked = server.model_calls[-1]
    assert [
        (tool["function"]["name"], tool["function"]["description"]) for tool in asked["tools"]
    ] == [("mine", "own")]
    assert asked["tool_choice"] == {"type": "function", **choice}
    _say(http, session, {"role": "user", "content": "hi"}, agent=other["id"])
    assert [tool["function"]["name"] for tool in server.model_calls[-1]["tools"]] == ["theirs"]


@pytest.mark.parametrize("mode", ["text", "vector", "hybrid"])
def test_every_mode_recalls(http: httpx.Client, make: Make, agent: JSON, mode: str) -> None:
    """Each way finds the document that shares words with the message, within its options."""
    docs = f"/agents/{agent['id']}/docs"
    for title, topic in (("Cats", "pets"), ("More cats", "pets"), ("Cats at sea", "ships")):
        make(docs, title=title, content="feeding cats", metadata={"topic": topic})
    floor = {} if mode == "text" else {"confidence": 0.2}
    options = {"mode": mode, "limit": 1, "metadata_filter": {"topic": "pets"}, **floor}
    session = make("/sessions", agent=agent["id"], recall_options=options)
    found = _say(http, session, *said("feeding cats")["messages"])["docs"]
    assert len(found) == 1
    assert found[0]["metadata"] == {"topic": "pets"}


def test_long_messages_are_searched_by_their_end_and_start(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """A text query is the beginning of the last message, up to its greatest length."""
    make(f"/agents/{agent['id']}/docs", title="Cats", content="purr")
    options = {"mode": "text", "max_query_length": 100}
    session = make("/sessions", agent=agent["id"], recall_options=options)
    early = _say(http, session, *said("cats " + "x" * 200)["messages"])
    late = _say(http, session, *said("x" * 200 + " cats")["messages"])
    assert [len(answer["docs"]) for answer in (early, late)] == [1, 0]


def _call(id: str) -> JSON:
    function = {"name": "look", "arguments": "{}"}
    return {"id": id, "type": "function", "function": function}


def _result(id: str, content: str) -> JSON:
    return {"role": "tool", "tool_call_id": id, "content": content}


def test_calls_without_results_end_no_session(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """Models refuse calls that nothing answers: each is given a result, and late ones find theirs."""
    calling = {"role": "assistant", "content": None, "tool_calls": [_call("a"), _call("b")]}
    _say(http, session, {"role": "user", "content": "look"}, calling)
    missing = "No result was given for this call."
    assert _told(server)[2:] == [_result("a", missing), _result("b", missing)]
    _say(http, session, {"role": "user", "content": "well?"})
    _say(http, session, _result("b", "sunny"))
    told = [(message["role"], message["content"]) for message in _told(server)]
    assert told[1:4] == [("assistant", None), ("tool", missing), ("tool", "sunny")]
    assert [role for role, _ in told].count("tool") == 2


def test_tools_of_the_past_may_be_left_out(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """`recall_tools: false` tells the model nothing of earlier calls and their results."""
    calling = {"role": "assistant", "content": "wait", "tool_calls": [_call("a")]}
    _say(http, session, {"role": "user", "content": "look"}, calling, _result("a", "sunny"))
    _say(http, session, {"role": "user", "content": "hi"}, recall_tools=False)
    told = _told(server)
    assert "tool" not in {message["role"] for message in told}
    assert all("tool_calls" not in message for message in told)
    assert [message["content"] for message in told[:2]] == ["look", "wait"]


def test_the_same_id_may_be_used_again(
    server: LocalServer, http: httpx.Client, session: JSON
) -> None:
    """Some models number their calls anew in each turn."""
    for content in ("one", "two"):
        calling = {"role": "assistant", "content": None, "tool_calls": [_call("call_0")]}
        _say(http, session, calling, _result("call_0", content))
    results = [message["content"] for message in _told(server) if message["role"] == "tool"]
    assert results == ["one", "two"]


def test_results_whose_calls_were_left_out_are_left_out_too(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """A budget may cut between a call and its result, which no model could make sense of."""
    session = make(
        "/sessions", agent=agent["id"], token_budget=160, context_overflow="truncate", recall=False
    )
    calling = {"role": "assistant", "content": "word " * 90, "tool_calls": [_call("a")]}
    _say(http, session, calling)
    _say(http, session, _result("a", "sunny"))
    _say(http, session, {"role": "user", "content": "hi"})
    assert "tool" not in [message["role"] for message in _told(server)]
    assert "sunny" in [entry["content"][0]["text"] for entry in _kept(http, session)]


def test_a_chat_has_as_many_messages_as_are_told_at_once(http: httpx.Client, session: JSON) -> None:
    """And a message as many parts; each takes time in which nobody else is answered."""
    part = {"type": "text", "text": ""}
    messages = [{"role": "user", "content": "a"}] * 5001
    for sent in (messages, [{"role": "user", "content": [part] * 5001}]):
        answer = http.post(f"/sessions/{session['id']}/chat", json={"messages": sent})
        assert answer.status_code == 422
        assert "too_long" in {each["type"] for each in answer.json()["error"]["details"]}
