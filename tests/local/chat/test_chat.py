"""Chat: what the model is told, what comes back, what is kept."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from julep import Julep
from julep.local import LocalServer
from tests.conftest import PATIENCE
from tests.local.conftest import JSON, Make, said
from tests.wire import HANG_UP, Connection, Seen, Wire


def _chat(http: httpx.Client, session: JSON, text: str, **more: Any) -> JSON:
    response = http.post(f"/sessions/{session['id']}/chat", json=said(text, **more))
    assert response.status_code == 201, response.text
    answer: JSON = response.json()
    return answer


def _rendered(http: httpx.Client, session: JSON, text: str, **more: Any) -> list[JSON]:
    response = http.post(f"/sessions/{session['id']}/render", json=said(text, **more))
    assert response.status_code == 200, response.text
    messages: list[JSON] = response.json()["messages"]
    return messages


def _history(http: httpx.Client, session: JSON) -> list[tuple[str, str]]:
    entries = http.get(f"/sessions/{session['id']}/history").json()["entries"]
    return [(entry["role"], entry["content"][0]["text"]) for entry in entries]


def test_the_offline_model_says_what_it_is(http: httpx.Client, session: JSON) -> None:
    """The echo repeats the message and names itself a stand-in."""
    answer = _chat(http, session, "hello there")
    choice = answer["choices"][0]
    assert "offline stand-in" in choice["message"]["content"]
    assert choice["message"]["content"].endswith("hello there")
    assert (choice["finish_reason"], choice["message"]["role"]) == ("stop", "assistant")
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0
    assert (answer["jobs"], answer["docs"]) == ([], [])


def test_the_default_system_message_without_a_user(http: httpx.Client, session: JSON) -> None:
    """The default template tells name, purpose and instructions."""
    assert _rendered(http, session, "hi")[0] == {
        "role": "system",
        "name": None,
        "tool_calls": [],
        "tool_call_id": None,
        "continue": None,
        "content": "You are Ada. About you: a helper. \n\n\nInstructions:\n- be kind\n- be brief\n\n",
    }


def test_the_default_system_message_with_user_situation_and_docs(
    http: httpx.Client, make: Make, agent: JSON, user: JSON
) -> None:
    """The default template tells who is spoken to, the situation and what was recalled."""
    make(f"/agents/{agent['id']}/docs", title="Cats", content=["purr", "nap"])
    make(f"/agents/{agent['id']}/docs", title="Dogs", content="bark")
    session = make("/sessions", agent=agent["id"], user=user["id"], situation="In a shop")
    assert _rendered(http, session, "Do cats purr or nap, or bark?")[0]["content"] == (
        "You are Ada. About you: a helper. You are talking to a user  and their name is Joe. "
        "About the user: dev.\nSituation: In a shop\n\nInstructions:\n- be kind\n- be brief\n\n"
        "Relevant documents:\nCats\npurr\nnap\n---Dogs\nbark\n---"
    )


def test_templates_see_everything_that_takes_part(
    http: httpx.Client, make: Make, agent: JSON, user: JSON
) -> None:
    """Session, agents, users, settings, tools and the request's metadata are in scope."""
    template = (
        "{{ session.situation }}/{{ agents[0].name }}/{{ current_agent.about }}/{{ users | length }}"
        "/{{ settings.temperature }}/{{ tools | length }}/{{ metadata.k }}/{{ nothing }}"
    )
    session = make(
        "/sessions",
        agent=agent["id"],
        user=user["id"],
        situation="S",
        system_template=template,
    )
    messages = _rendered(http, session, "hi", temperature=0.5, metadata={"k": "v"})
    assert messages[0]["content"] == "S/Ada/a helper/1/0.5/0/v/"


def test_new_messages_are_templates_unless_told_otherwise(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """`render_templates: false` leaves braces alone."""
    rendered = make("/sessions", agent=agent["id"])
    assert _rendered(http, rendered, "I am {{ agent.name }}")[1]["content"] == "I am Ada"
    raw = make("/sessions", agent=agent["id"], render_templates=False)
    assert _rendered(http, raw, "I am {{ agent.name }}")[1]["content"] == "I am {{ agent.name }}"


def test_templates_see_what_tools_are_for_and_not_their_keys(
    http: httpx.Client, make: Make, agent: JSON, session: JSON
) -> None:
    """A visitor who asks for the tools is told names and descriptions, and no set-up."""
    weather = {"provider": "weather", "setup": {"openweathermap_api_key": "sk-weather"}}
    url = f"/agents/{agent['id']}/tools"
    make(url, name="sky", type="integration", description="looks up", integration=weather)
    shown = _rendered(http, session, "{{ tools }}{{ tools[0].description }}")[1]["content"]
    assert "sky" in shown
    assert shown.endswith("looks up")
    assert "sk-weather" not in shown


def test_the_templates_of_a_request_have_one_budget_together(
    http: httpx.Client, session: JSON
) -> None:
    """What a single message may take, many messages may not take each."""
    url = f"/sessions/{session['id']}/render"
    template = "{{ 'a' * 100000 }}" * 3
    assert http.post(url, json=said(template)).status_code == 200
    messages = [{"role": "user", "content": template}] * 3
    response = http.post(url, json={"messages": messages})
    assert response.status_code == 400
    assert "write more than" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% if %}", "Template syntax error"),
        ("{{ a.b.c }}", "Template undefined variable"),
        ("{{ agent.__class__.__mro__ }}", "Template error"),
        ("{{ ''.__class__ }}{{ ''['__class__'].x }}", "Template error"),
        ("{{ 1 / 0 }}", "Template error"),
        ("{{ 'a' * 10 ** 9 }}", "Template error"),
        ("{{ 10 ** (10 ** 8) }}", "Template error"),
        ("{{ '%999999999d' % 1 }}", "Template error"),
        ("{{ '{:999999999}'.format(1) }}", "Template error"),
        ("{{ '{:{w}}'.format(1, w=999999999) }}", "Template error"),
        ("{{ '%*d' % (999999999, 1) }}", "Template error"),
        ("{{ '%999999999d' | format(1) }}", "Template error"),
        ("{{ 'x' | center(10 ** 9) }}", "Template error"),
        ("{{ 'x'.ljust(999999999) }}", "Template error"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
            "Template error",
        ),
        ("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", "Template error"),
        (
            "{% set n = namespace(s='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
            "Template error",
        ),
    ],
)
def test_templates_can_neither_escape_nor_go_on_for_ever(
    http: httpx.Client, session: JSON, template: str, message: str
) -> None:
    """A wrong or greedy template is an error of the request, and the server goes on."""
    response = http.post(f"/sessions/{session['id']}/render", json=said(template))
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(message)


def test_request_and_answer_are_kept(http: httpx.Client, session: JSON) -> None:
    """The history has both, oldest first, and the next request carries them on."""
    answer = _chat(http, session, "one")["choices"][0]["message"]["content"]
    assert _history(http, session) == [("user", "one"), ("assistant", answer)]
    contents = [message["content"] for message in _rendered(http, session, "two")[1:]]
    assert contents == ["one", answer, "two"]


def test_an_entry_tells_all_about_its_message(http: httpx.Client, session: JSON) -> None:
    """Content is a list of parts; time, source and tokens are noted."""
    _chat(http, session, "hello there")
    history = http.get(f"/sessions/{session['id']}/history").json()
    entry = history["entries"][0]
    assert entry["content"] == [{"type": "text", "text": "hello there"}]
    assert (entry["source"], entry["tokenizer"]) == ("api_request", "openai_tokenizer")
    assert entry["token_count"] == 9
    assert (history["session_id"], history["relations"]) == (session["id"], [])
    assert http.get(f"/sessions/{session['id']}").json()["updated_at"] > session["updated_at"]


def test_nothing_is_kept_without_save(http: httpx.Client, session: JSON) -> None:
    """`save: false` leaves no trace."""
    _chat(http, session, "one", save=False)
    assert _history(http, session) == []


def test_of_a_very_long_history_the_end_is_told(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """As much as any model could read; the rest stays in the history, and few requests are noted."""
    session = make("/sessions", agent=agent["id"], render_templates=False)
    server.model_calls.clear()
    for number in range(12):
        _chat(http, session, f"{number} " + "x" * 490_000)
    told = [message["content"] for message in server.model_calls[-1]["messages"][1:]]
    assert 7_000_000 < sum(map(len, told)) < 8_500_000
    assert [text.split()[0] for text in told][-3:] == ["10", "[echo,", "11"]
    assert len(_history(http, session)) == 24
    noted = [call["messages"] for call in server.model_calls]
    assert sum(len(each["content"]) for messages in noted for each in messages) < 17_000_000


def test_history_can_be_deleted(http: httpx.Client, session: JSON) -> None:
    """After deletion the session begins anew."""
    _chat(http, session, "one")
    response = http.delete(f"/sessions/{session['id']}/history")
    assert (response.status_code, response.json()["id"]) == (202, session["id"])
    assert _history(http, session) == []
    assert len(_rendered(http, session, "two")) == 2
    assert http.delete(f"/sessions/{uuid4()}/history").status_code == 404


def test_the_history_of_an_unknown_session_is_empty(http: httpx.Client) -> None:
    """The API knows no missing history."""
    response = http.get(f"/sessions/{uuid4()}/history")
    assert (response.status_code, response.json()["entries"]) == (200, [])


def test_deleting_a_session_deletes_its_history(http: httpx.Client, session: JSON) -> None:
    """Entries go with their session."""
    _chat(http, session, "one")
    http.delete(f"/sessions/{session['id']}")
    assert _history(http, session) == []


def test_recalled_docs_are_returned(
    http: httpx.Client, make: Make, agent: JSON, user: JSON
) -> None:
    """Documents of agent and user that share words with the message come with the answer."""
    make(f"/agents/{agent['id']}/docs", title="Cats", content="Cats eat fish")
    make(f"/users/{user['id']}/docs", title="Joe", content="Joe has a cat")
    make(f"/users/{user['id']}/docs", title="Rates", content="Interest is at 3 %")
    session = make("/sessions", agent=agent["id"], user=user["id"])
    docs = _chat(http, session, "What should I feed my cat?")["docs"]
    assert {doc["title"] for doc in docs} == {"Cats", "Joe"}
    assert _chat(http, session, "What should I feed my cat?", recall=False)["docs"] == []


def test_recall_looks_at_the_last_messages(http: httpx.Client, make: Make, agent: JSON) -> None:
    """Vector recall goes by what was said before, too."""
    make(f"/agents/{agent['id']}/docs", title="Cats", content="fish")
    options = {"mode": "vector", "confidence": 0.2, "num_search_messages": 2}
    session = make("/sessions", agent=agent["id"], recall_options=options)
    _chat(http, session, "cats fish")
    assert [doc["title"] for doc in _chat(http, session, "tell me")["docs"]] == ["Cats"]
    _chat(http, session, "weather tomorrow")
    assert _chat(http, session, "tell me")["docs"] == []


def _events(http: httpx.Client, session: JSON, text: str, **more: Any) -> list[JSON]:
    body = said(text, stream=True, **more)
    with http.stream("POST", f"/sessions/{session['id']}/chat", json=body) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_a_streamed_answer_comes_in_chunks(http: httpx.Client, session: JSON) -> None:
    """All chunks share one id; the texts add up; the end tells why, and again with the usage."""
    events = _events(http, session, "hello there")
    assert len({(event["id"], event["created_at"]) for event in events}) == 1
    choices = [choice for event in events for choice in event["choices"]]
    text = "".join(choice["delta"].get("content") or "" for choice in choices)
    assert text.endswith("hello there")
    assert {choice["delta"]["role"] for choice in choices} == {"assistant"}
    reasons = [choice["finish_reason"] for choice in choices]
    assert reasons == [None] * (len(reasons) - 2) + ["stop"] * 2
    assert events[-1]["usage"]["total_tokens"] > 0
    assert all(event["docs"] == [] and event["jobs"] == [] for event in events)
    assert _history(http, session) == [("user", "hello there"), ("assistant", text)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        said("x", temperature=5.1),
        said("x", stop=list("abcde")),
        said("x", seed=1001),
        said("x", max_tokens=0),
        said("x", logit_bias={"1": 101}),
        said("x", response_format={"type": "yaml"}),
        said("x", stream="true"),
        said("x", recall=1),
        said("x", agent="nobody"),
        said("x", tools=[{"type": "function", "name": "1"}]),
        said("x", tool_choice="maybe"),
        {"messages": [{"role": "narrator", "content": "x"}]},
        {"messages": [{"role": "user", "content": [{"type": "video"}]}]},
    ],
)
def test_requests_out_of_their_limits_are_refused(
    http: httpx.Client, session: JSON, body: JSON
) -> None:
    """The documented limits of chat requests are kept."""
    assert http.post(f"/sessions/{session['id']}/chat", json=body).status_code == 422


def test_an_unknown_session_is_not_found(http: httpx.Client) -> None:
    """Chat needs a session."""
    response = http.post(f"/sessions/{uuid4()}/chat", json=said("x"))
    assert response.status_code == 404
    assert response.json()["error"]["message"] == "Session not found during get"


def test_models_that_can_be_asked_for_are_listed(http: httpx.Client) -> None:
    """Offline there is the echo."""
    assert http.get("/agents/models").json() == {"models": [{"id": "echo"}]}


def test_ordinary_formatting_stays_possible(http: httpx.Client, session: JSON) -> None:
    """Big numbers may be shown, texts padded and replaced."""
    template = (
        "{{ '%d' % 50000000 }} {{ '{:,}'.format(50000000) }} {{ 'x' | center(5) }}|"
        "{{ 'aXb' | replace('X', '-') }} {{ 'a'.ljust(3) }}| {{ [1, 2] + [3] }} {{ 2 ** 10 }}"
    )
    expected = "50000000 50,000,000   x  |a-b a  | [1, 2, 3] 1024"
    assert _rendered(http, session, template)[1]["content"] == expected


def test_templates_have_the_functions_of_expressions(http: httpx.Client, session: JSON) -> None:
    """What tasks can call, templates can."""
    template = (
        "{{ dump_json({'a': 1}) }} {{ match_regex('a+', 'aaa') }} {{ math.sqrt(9) }}{{ NEWLINE }}"
    )
    expected = '{"a": 1} True 3.0\n'
    assert _rendered(http, session, f"{template}.")[1]["content"] == f"{expected}."


def test_a_caller_who_leaves_before_the_first_word_ends_the_call_of_the_model() -> None:
    """Models think for long before it; nobody waits for what they would say."""
    asked = threading.Event()

    def think(connection: Connection, _: Seen) -> object:
        asked.set()
        connection.wait_for_hang_up()
        return HANG_UP

    with (
        Wire(think) as model,
        LocalServer(openai_base_url=f"{model.url}/v1", openai_api_key="k") as server,
        Julep(base_url=server.url, api_key=server.key) as client,
    ):
        session = client.sessions.create(agent=client.agents.create(name="Ada", model="m"))
        url = urlsplit(f"{server.url}/sessions/{session.id}/chat")
        caller = HTTPConnection(url.netloc, timeout=PATIENCE)
        body = json.dumps(said("hi", stream=True))
        caller.request("POST", url.path, body, {"Authorization": f"Bearer {server.key}"})
        assert asked.wait(PATIENCE)
        caller.close()
        assert model.hung_up.wait(PATIENCE)
        assert client.sessions.history(session).entries == []
