"""What tasks meet outside, by script: integrations, other servers, and the time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, Make, maker
from tests.plain_http import plain_http
from tests.wire import Connection, Seen, Wire

BRAVE = {"name": "brave", "type": "integration", "integration": {"provider": "brave"}}
WEATHER = {
    "name": "weather",
    "type": "integration",
    "integration": {
        "provider": "weather",
        "method": "get",
        "setup": {"openweathermap_api_key": "k"},
    },
}
WEB = {
    "name": "web",
    "type": "api_call",
    "api_call": {"method": "POST", "url": "https://api.test/orders"},
}
HOUR = 3600


@pytest.fixture(autouse=True)
def _forget(server: LocalServer) -> Iterator[None]:
    """Each test begins and ends without scripts."""
    yield
    for part in (server.replies, server.integrations, server.web):
        part.clear()
    server.integration_calls.clear()
    server.web_calls.clear()


class Tasks:
    """Starts tasks of one agent and looks at them."""

    def __init__(self, http: httpx.Client, make: Make) -> None:
        self._http = http
        self._make = make
        self._agent = make("/agents", name="Ada")["id"]

    def start(self, *main: JSON, tools: Any = (), input: JSON | None = None) -> str:
        """The id of a new execution."""
        task = self._make(
            f"/agents/{self._agent}/tasks", name="T", main=list(main), tools=list(tools)
        )
        id: str = self._make(f"/tasks/{task['id']}/executions", input=input or {})["id"]
        return id

    def look(self, id: str) -> JSON:
        """The execution."""
        execution: JSON = self._http.get(f"/executions/{id}").json()
        return execution

    def end(self, *main: JSON, **more: Any) -> JSON:
        """An execution that came to its end."""
        id = self.start(*main, **more)
        self._http.get(f"/executions/{id}/transitions.stream")
        return self.look(id)


@pytest.fixture
def tasks(http: httpx.Client, make: Make) -> Tasks:
    """Tasks on the server of the module."""
    return Tasks(http, make)


@pytest.fixture
def loose(lenient: httpx.Client) -> Tasks:
    """Tasks on a server that takes what the self-hosted one refuses."""
    return Tasks(lenient, maker(lenient))


def test_integrations_give_what_is_scripted(server: LocalServer, tasks: Tasks) -> None:
    """In order, the last result again and again; what was asked is seen, setup and all."""
    server.integrations.add("weather", "get", result={"result": "rain"})
    server.integrations.add("weather", "get", result={"result": "sun"})
    step = {"tool": "weather", "arguments": {"location": "$ _.place"}}
    given = [tasks.end(step, tools=[WEATHER], input={"place": place})["output"] for place in "ABC"]
    assert given == [{"result": "rain"}, {"result": "sun"}, {"result": "sun"}]
    assert server.integration_calls[1] == {
        "provider": "weather",
        "method": "get",
        "arguments": {"location": "B"},
        "setup": {"openweathermap_api_key": "k"},
    }


def test_what_integrations_are_asked_is_plain_data(server: LocalServer, tasks: Tasks) -> None:
    """An id is text, as in requests; what JSON lacks fails the step, and the error says where."""
    server.integrations.add("brave", "search", result={})
    id = tasks.end({"tool": "brave", "arguments": {"query": "$ execution.id"}}, tools=[BRAVE])["id"]
    assert server.integration_calls[-1]["arguments"] == {"query": id}
    failed = tasks.end({"tool": "brave", "arguments": {"query": "$ {1, 2}"}}, tools=[BRAVE])
    assert "query is not JSON-serialisable (set)" in failed["output"]


def test_a_tool_without_a_method_uses_the_providers_first(
    server: LocalServer, tasks: Tasks
) -> None:
    """As on self-hosted servers."""
    server.integrations.add("brave", "search", result={"result": []})
    done = tasks.end({"tool": "brave", "arguments": {"query": "x"}}, tools=[BRAVE])
    assert done["output"] == {"result": []}
    assert server.integration_calls[-1]["method"] == "search"


def test_an_integration_fails_as_scripted(server: LocalServer, tasks: Tasks) -> None:
    """At once, with that text."""
    server.integrations.add("brave", "search", error="HTTP error 422")
    failed = tasks.end({"tool": "brave", "arguments": {"query": "x"}}, tools=[BRAVE])
    assert (failed["status"], failed["output"]) == (
        "failed",
        "Error in executing brave: HTTP error 422",
    )


def test_functions_of_the_program_are_integrations() -> None:
    """They get arguments and setup; the script goes before them, and what they raise fails a step."""

    def weather(arguments: JSON, setup: JSON) -> JSON:
        return {"result": f"{arguments['location']} by {setup['openweathermap_api_key']}"}

    async def brave(arguments: JSON, setup: JSON) -> JSON:
        raise LookupError(arguments["query"])

    functions = {"weather.get": weather, "brave.search": brave}
    with (
        LocalServer(integrations=functions) as server,
        plain_http(server) as http,
    ):
        tasks = Tasks(http, maker(http))
        ask = {"tool": "weather", "arguments": {"location": "Oslo"}}
        assert tasks.end(ask, tools=[WEATHER])["output"] == {"result": "Oslo by k"}
        failed = tasks.end({"tool": "brave", "arguments": {"query": "x"}}, tools=[BRAVE])
        assert failed["output"] == "Error in executing brave: LookupError: x"
        server.integrations.add("weather", "get", result={"result": "fog"})
        assert tasks.end(ask, tools=[WEATHER])["output"] == {"result": "fog"}


def test_a_built_in_integration_shows_no_key(caplog: pytest.LogCaptureFixture) -> None:
    """Not in what it gives, how it fails, or what is logged; it fails at once."""
    caplog.set_level(logging.DEBUG)

    def answer(connection: Connection, seen: Seen) -> None:
        status = "429 Too Many" if "London" in seen.target else "200 OK"
        connection.send_json({"message": seen.target, "clouds": {"all": 7}}, status)

    with (
        Wire(answer) as wire,
        LocalServer(integrations={"weather": wire.url}) as server,
        plain_http(server) as http,
    ):
        tasks = Tasks(http, maker(http))
        setup = {"openweathermap_api_key": "the weather's key"}
        tool = {**WEATHER, "integration": {"provider": "weather", "setup": setup}}
        done = tasks.end({"tool": "weather", "arguments": {"location": "Oslo"}}, tools=[tool])
        assert "Cloud cover: 7%" in done["output"]["result"]
        failed = tasks.end({"tool": "weather", "arguments": {"location": "London"}}, tools=[tool])
        path = f"/executions/{failed['id']}/transitions"
        shown = f"{done}{failed}{http.get(path).text}{caplog.text}"
    assert failed["output"].startswith("Error in executing weather: HTTP error 429: /data/2.5")
    assert len(wire.seen) == 2
    for spelling in ("the weather's key", "the+weather", "the%20weather"):
        assert spelling not in shown


def test_a_setup_takes_secrets_in_any_spelling(
    server: LocalServer, tasks: Tasks, make: Make
) -> None:
    """Public tasks write them in braces, which makes a set of one."""
    make("/secrets", name="KEY", value="the key")
    server.integrations.add("weather", "get", result={})
    for written in ("$ secrets.KEY", "$ {secrets.KEY}", "{{secrets.KEY}}", "{secrets.KEY}"):
        setup = {"openweathermap_api_key": written}
        tool = {**WEATHER, "integration": {"provider": "weather", "setup": setup}}
        assert tasks.end({"tool": "weather"}, tools=[tool])["status"] == "succeeded"
        assert server.integration_calls[-1]["setup"] == {"openweathermap_api_key": "the key"}


def test_a_tool_has_arguments_of_its_own(server: LocalServer, tasks: Tasks) -> None:
    """Those of the step go before them."""
    server.integrations.add("brave", "search", result={})
    preset = {"query": "x", "country": "no"}
    tool = {**BRAVE, "integration": {"provider": "brave", "arguments": preset}}
    tasks.end({"tool": "brave", "arguments": {"query": "y"}}, tools=[tool])
    assert server.integration_calls[-1]["arguments"] == {"query": "y", "country": "no"}


def test_other_servers_answer_what_is_scripted(server: LocalServer, tasks: Tasks) -> None:
    """Patterns, queries and methods choose; redirects and headers are as real ones."""
    server.web.add(url="https://api.test/ord*", status=307, headers={"Location": "/v2?a=1"})
    server.web.add(url="https://api.test/v2", method="POST", json={"ok": True}, status=201)
    step = {"tool": "web", "arguments": {"json": {"n": "$ _.n"}, "follow_redirects": True}}
    output = tasks.end(step, tools=[WEB], input={"n": 2})["output"]
    assert (output["status_code"], output["json"]) == (201, {"ok": True})
    assert output["headers"]["content-type"] == "application/json"
    assert [(call["method"], call["url"], call["json"]) for call in server.web_calls] == [
        ("POST", "https://api.test/orders", {"n": 2}),
        ("POST", "https://api.test/v2?a=1", {"n": 2}),
    ]


def test_a_failing_server_is_tried_again_by_the_clock(server: LocalServer, tasks: Tasks) -> None:
    """A pause between tries is over when the clock says so; the next answer is the next one's."""
    server.web.add("https://api.test/orders", status=503)
    server.web.add("https://api.test/orders", error="refused")
    server.web.add("https://api.test/orders", content="fine")
    id = tasks.start({"tool": "web"}, {"evaluate": {"status": "$ _.status_code"}}, tools=[WEB])
    server.clock.advance(HOUR)
    assert tasks.look(id)["output"] == {"status": 200}
    assert len(server.web_calls) == 3


def test_what_is_not_scripted_fails_where_other_answers_are(
    server: LocalServer, tasks: Tasks
) -> None:
    """It reaches no network, and the error says what to add."""
    server.web.add("https://api.test/other", json={})
    failed = tasks.end({"tool": "web"}, tools=[WEB])
    assert failed["status"] == "failed"
    assert "web.add('https://api.test/orders', json=...)" in failed["output"]


def test_an_hour_of_sleep_passes_at_once(server: LocalServer, tasks: Tasks) -> None:
    """Steps before and behind it are done when `advance` returns, and transitions tell the time."""
    id = tasks.start(
        {"evaluate": {"n": "$ 1"}}, {"sleep": {"hours": 1}}, {"evaluate": {"n": "$ _.n + 1"}}
    )
    server.clock.advance(HOUR - 1)
    assert tasks.look(id)["status"] == "running"
    server.clock.advance(1)
    assert (tasks.look(id)["status"], tasks.look(id)["output"]) == ("succeeded", {"n": 2})


def test_sleeps_end_one_after_the_other(server: LocalServer, tasks: Tasks) -> None:
    """Each counts from the end of the one before it; work between them takes no time of theirs."""

    def answer(messages: list[JSON]) -> str:
        time.sleep(0.05)
        return f"{len(messages)} messages"

    server.replies.add(answer)
    half, ask = {"sleep": {"minutes": 30}}, {"prompt": "hi", "unwrap": True}
    two, three = tasks.start(half, ask, half), tasks.start(half, half, half)
    server.clock.advance(HOUR)
    assert [tasks.look(id)["status"] for id in (two, three)] == ["succeeded", "running"]
    server.clock.advance(HOUR / 2)
    assert tasks.look(three)["status"] == "succeeded"


def test_waiting_for_input_does_not_hold_the_clock(
    lenient: httpx.Client, lenient_server: LocalServer, loose: Tasks
) -> None:
    """A branch that waits is at rest; once it was answered it goes on before time does."""
    wait = {"wait_for_input": {"info": {"question": "x"}}}
    hour = {"sleep": {"hours": 1}}
    id = loose.start({"parallel": [hour, wait, hour]}, hour)
    lenient_server.clock.advance(2 * HOUR)
    assert loose.look(id)["status"] == "awaiting_input"
    lenient.put(f"/executions/{id}", json={"status": "running", "input": {}})
    lenient_server.clock.advance(HOUR)
    assert loose.look(id)["status"] == "succeeded"


def test_slow_replies_go_by_the_clock(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """A model that takes an hour, and a stream with pauses between its words, end with it."""
    session = make("/sessions", agent=agent["id"])
    server.replies.add("one two", delay=HOUR, chunk_delay=HOUR)
    body = {"messages": [{"role": "user", "content": "hi"}], "stream": True}
    answers: list[httpx.Response] = []
    asking = threading.Thread(
        target=lambda: answers.append(http.post(f"/sessions/{session['id']}/chat", json=body))
    )
    asking.start()
    while asking.is_alive():
        server.clock.advance(HOUR)
        asking.join(0.01)
    assert '"content":" two"' in answers[0].text


@pytest.mark.parametrize(
    ("provider", "method", "more"),
    [
        ("brave", "search", {}),
        ("brave", None, {"result": {}}),
        (5, "search", {"result": {}}),
        ("brave", "search", {"result": {1, 2}}),
        ("brave", "search", {"result": {}, "error": "x"}),
        ("brave", "search", {"error": 5}),
    ],
)
def test_a_result_that_cannot_be_given_is_refused(
    provider: Any, method: Any, more: dict[str, Any]
) -> None:
    """Where it is written."""
    with pytest.raises(TypeError):
        LocalServer().integrations.add(provider, method, **more)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"url": None}, TypeError),
        ({"url": "https://a.test", "json": {1}}, TypeError),
        ({"url": "https://a.test", "json": {}, "content": ""}, TypeError),
        ({"url": "https://a.test", "status": "503"}, TypeError),
        ({"url": "https://a.test", "headers": {"a": 1}}, TypeError),
        ({"url": "https://a.test", "status": 99}, ValueError),
        ({"url": "a.test"}, ValueError),
    ],
)
def test_an_answer_that_cannot_be_given_is_refused(
    answer: dict[str, Any], kind: type[Exception]
) -> None:
    """Where it is written."""
    with pytest.raises(kind):
        LocalServer().web.add(**answer)


@pytest.mark.parametrize(
    "integrations", [{"brave": print}, {"brave.": print}, {"brave.search": "x"}, [print]]
)
def test_functions_that_stand_for_nothing_are_refused(integrations: Any) -> None:
    """When the server is made."""
    with pytest.raises(TypeError):
        LocalServer(integrations=integrations)


@pytest.mark.parametrize(
    ("seconds", "kind"), [("1", TypeError), (True, TypeError), (-1, ValueError)]
)
def test_the_clock_takes_seconds_alone(seconds: Any, kind: type[Exception]) -> None:
    """And none below 0: time goes on."""
    with pytest.raises(kind):
        LocalServer().clock.advance(seconds)
