"""What tool steps, embedding and searching do."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from julep.local.workflow.ports import EffectError, HttpReply
from tests.local.workflow.driver import result, run
from tests.local.workflow.fakes import ScriptedEffects

_OK = HttpReply(status_code=200, headers={"x": "y"}, content=b'{"n": 1}')


@pytest.mark.parametrize("arguments", ["_", None, {"q": "$ _.q"}])
def test_dummy_integrations_return_their_arguments(arguments: Any) -> None:
    """The arguments default to the input, and the dummy gives back what it gets."""
    step = {"tool": "echo"} | ({"arguments": arguments} if arguments else {})
    tool = {"name": "echo", "type": "integration", "integration": {"provider": "dummy"}}
    assert run({"tools": [tool], "main": [step]}, {"q": 1}).output == {"q": 1}


def test_integrations_are_tried_again_when_that_may_help() -> None:
    """Transient failures are waited out with growing pauses."""
    effects = ScriptedEffects()
    effects.failures = [EffectError("busy", transient=True)] * 3
    tool = {
        "name": "w",
        "type": "integration",
        "integration": {"provider": "weather", "method": "get"},
    }
    told = run({"tools": [tool], "main": [{"tool": "w", "arguments": {"q": "x"}}]}, effects=effects)
    assert told.output == {"called": "weather", "q": "x"}
    assert effects.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "failures", [[EffectError("no key")], [EffectError("busy", transient=True)] * 99]
)
def test_integrations_that_keep_failing_fail_the_step(failures: list[EffectError]) -> None:
    """Other failures fail at once, transient ones after an hour."""
    effects = ScriptedEffects()
    effects.failures = failures
    text = str(failures[0])
    tool = {
        "name": "w",
        "type": "integration",
        "integration": {"provider": "weather", "method": "get"},
    }
    told = run({"tools": [tool], "main": [{"tool": "w"}]}, effects=effects)
    assert result(told) == ("failed", f"Error in executing weather.get: {text}")
    assert effects.clock <= 1_000 + 3_600


def test_a_system_tool_that_names_nothing_fails() -> None:
    """Without a resource and an operation there is nothing to call."""
    tool = {"name": "s", "type": "system", "system": {"resource": "agent"}}
    told = run({"tools": [tool], "main": [{"tool": "s", "arguments": {}}]})
    assert result(told) == ("failed", "A system tool needs a resource and an operation")


def test_an_unknown_tool_fails() -> None:
    """A tool that the task lacks is an error without type."""
    assert run([{"tool": "nope"}]).output == "Tool nope not found in the toolset"


@pytest.mark.parametrize(("inherit", "status"), [(True, "succeeded"), (False, "failed")])
def test_agent_tools_are_there_when_inherited(inherit: bool, status: str) -> None:
    """A task with `inherit_tools` finds the agent's tools, and its own ones shadow them."""
    dummy: Any = {"type": "integration", "integration": {"provider": "dummy"}}
    other: Any = {"type": "integration", "integration": {"provider": "x", "method": "y"}}
    told = run(
        {
            "inherit_tools": inherit,
            "tools": [{"name": "own", **dummy}],
            "main": [{"tool": "own"}, {"tool": "function.theirs"}],
        },
        {"n": 1},
        agent_tools=[{"name": "own", **other}, {"name": "theirs", **dummy}],
    )
    assert told.view.status == status
    assert told.effects.calls == []


def test_system_tools_call_the_servers_own_api() -> None:
    """The definition names the operation; its presets and the arguments are its parameters."""
    tool = {
        "name": "docs",
        "type": "system",
        "system": {
            "resource": "agent",
            "subresource": "doc",
            "operation": "search",
            "resource_id": "agent-1",
            "arguments": {"limit": 3},
        },
    }
    told = run(
        {"tools": [tool], "main": [{"tool": "docs", "arguments": {"text": "{_.q}"}}]}, {"q": "hi"}
    )
    expected = {"agent_id": "agent-1", "limit": 3, "text": "hi"}
    assert told.output == {"operation": "agent.doc.search", "arguments": expected}


def _api_task(definition: Any, arguments: Any) -> Any:
    tool = {"name": "api", "type": "api_call", "api_call": definition}
    return {"tools": [tool], "main": [{"tool": "api", "arguments": arguments}]}


def test_api_calls_send_what_tool_and_arguments_say() -> None:
    """The definition gives method, url and headers, with secrets filled in; arguments the rest."""
    effects = ScriptedEffects(http_replies=[_OK])
    effects.known_secrets = {"TOKEN": "s3cret"}
    definition = {
        "method": "POST",
        "url": "http://a/b",
        "headers": {"Authorization": "$ f'Bearer {secrets.TOKEN}'"},
    }
    arguments = {
        "json_": {"q": "$ _.q"},
        "params": {"p": "1"},
        "headers": {"Authorization": "no", "X": "1"},
    }
    told = run(_api_task(definition, arguments), {"q": 2}, effects=effects)
    [call] = effects.http_calls
    assert (call.method, call.url, call.timeout) == ("POST", "http://a/b", 600.0)
    assert call.headers == {"Authorization": "Bearer s3cret", "X": "1"}
    assert call.options == {"json": {"q": 2}, "params": {"p": "1"}}
    assert told.output == {
        "status_code": 200,
        "headers": {"x": "y"},
        "content": base64.b64encode(b'{"n": 1}').decode(),
        "json": {"n": 1},
    }
    assert "s3cret" not in repr(told.history)


def test_api_calls_may_leave_the_content_out() -> None:
    """`include_response_content: false` gives the parsed body alone; no JSON is null."""
    reply = HttpReply(status_code=204, headers={}, content=b"")
    definition = {"method": "GET", "url": "http://a", "include_response_content": False}
    told = run(
        _api_task(definition, {"url": "http://c"}), effects=ScriptedEffects(http_replies=[reply])
    )
    assert told.output == {"status_code": 204, "headers": {}, "json": None}
    assert told.effects.http_calls[0].url == "http://c"


def test_api_calls_fail_on_refusals() -> None:
    """A status that is no success fails the step in httpx's words."""
    reply = HttpReply(status_code=404, headers={}, content=b"", reason="Not Found")
    told = run(
        _api_task({"method": "GET", "url": "http://a"}, "_"),
        effects=ScriptedEffects(http_replies=[reply]),
    )
    assert told.output.startswith(
        "HTTPStatusError: Client error '404 Not Found' for url 'http://a'"
    )


def test_a_refused_api_call_tells_no_secret() -> None:
    """A secret that the URL carries is masked in the execution's error."""
    reply = HttpReply(status_code=401, headers={}, content=b"", reason="Unauthorized")
    effects = ScriptedEffects(http_replies=[reply])
    effects.known_secrets = {"EMPTY": "", "KEY": "s3cret"}
    task = _api_task({"method": "GET", "url": "$ f'http://a/?key={secrets.KEY}'"}, "_")
    told = run(task, effects=effects)
    assert effects.http_calls[0].url == "http://a/?key=s3cret"
    assert "for url 'http://a/?key=***'" in told.output


def test_api_calls_are_tried_again_when_the_other_side_is_busy() -> None:
    """503 and lost connections are retried."""
    busy = HttpReply(status_code=503, headers={}, content=b"")
    lost = EffectError("ConnectError: refused", transient=True)
    effects = ScriptedEffects(http_replies=[busy, lost, _OK])
    assert run(_api_task({"method": "GET", "url": "http://a"}, "_"), effects=effects).output[
        "json"
    ] == {"n": 1}


def test_embed_and_search_work() -> None:
    """`embed` gives vectors, `search` what the agent's search answers."""
    told = run(
        [{"embed": {"text": ["a", "{_.t}"]}}, {"search": {"text": "$ inputs[0].t", "limit": 3}}],
        {"t": "abc"},
    )
    assert told.history[1].output == {"vectors": [[1.0], [3.0]]}
    assert told.output["docs"] == [{"id": "doc-1", "title": "abc"}]
    assert told.effects.calls == [("search", {"text": "abc", "limit": 3})]
