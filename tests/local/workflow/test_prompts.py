"""What prompt steps send to a model and do with its answer."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.workflow.ports import EffectError
from julep.types._json import as_object
from tests.local.workflow.driver import result, run
from tests.local.workflow.fakes import ScriptedEffects, completion


def test_a_prompt_gives_the_whole_completion() -> None:
    """Settings go over the agent's, nulls are dropped, and a plain prompt is a user message."""
    agent: dict[str, Any] = {
        "name": "A",
        "model": "m1",
        "default_settings": {"temperature": 1, "top_p": 0.5},
    }
    settings = {"temperature": 0, "top_p": None, "model": "m2"}
    told = run(
        [{"prompt": "Hi {_.who}", "settings": settings}],
        {"who": "you"},
        agent=agent,
        effects=ScriptedEffects(["Hello"]),
    )
    assert told.output == completion("Hello")
    [request] = told.effects.model_requests
    assert (request.model, request.settings, request.tools) == ("m2", {"temperature": 0}, None)
    assert request.messages == [{"role": "user", "content": "Hi you"}]


def test_messages_are_the_users_unless_they_say_otherwise() -> None:
    """A message without a role is the user's; tool messages keep what they refer to."""
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    written: list[Any] = [
        {"content": "{_.x}"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": [{"type": "text", "text": "$ _.x"}], "tool_call_id": "c"},
    ]
    told = run([{"prompt": written}], {"x": "hi"}, effects=ScriptedEffects(["ok"]))
    assert told.effects.model_requests[0].messages == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": [{"type": "text", "text": "hi"}], "tool_call_id": "c"},
    ]


def test_a_role_that_is_no_text_fails_the_step() -> None:
    """Only when it is evaluated is it known what it is."""
    told = run([{"prompt": [{"role": "$ 1.5", "content": "Hi"}]}])
    assert result(told) == ("failed", "The role of a message is text, not float")


def test_a_prompt_without_a_model_takes_the_default_one() -> None:
    """An agent that names no model is served by gpt-4o."""
    told = run([{"prompt": "x"}], agent={"name": "A", "model": ""}, effects=ScriptedEffects(["y"]))
    assert told.effects.model_requests[0].model == "gpt-4o"


def test_unwrap_needs_one_choice() -> None:
    """With several choices there is no one text to give."""
    reply = completion("a")
    reply["choices"] *= 2
    told = run([{"prompt": "x", "unwrap": True}], effects=ScriptedEffects([reply]))
    assert told.view.status == "failed"


def test_model_errors_fail_the_step() -> None:
    """What the model's server says is the execution's error."""
    told = run([{"prompt": "x"}], effects=ScriptedEffects([EffectError("no such model")]))
    assert result(told) == ("failed", "no such model")


_FUNCTION: Any = {
    "name": "ask",
    "type": "function",
    "description": "Asks",
    "function": {"parameters": {"type": "object"}},
}
_DUMMY: Any = {"name": "echo", "type": "integration", "integration": {"provider": "dummy"}}


def _called(name: str, id: str, arguments: str = '{"q": 1}') -> Any:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def test_function_calls_of_a_model_wait_for_the_client() -> None:
    """The wait lists the calls; what the client resumes with goes back to the model."""
    calls = [_called("ask", "c1"), _called("ask", "c2")]
    effects = ScriptedEffects([completion(None, calls=calls), "fine"])
    told = run(
        {"tools": [_FUNCTION], "main": [{"prompt": "x", "unwrap": True}]},
        effects=effects,
        resumes=[{"c1": "yes", "c2": {"n": 2}}],
    )
    assert told.output == "fine"
    assert told.history[1].output == calls
    first, second = effects.model_requests
    offered = {"name": "ask", "description": "Asks", "parameters": {"type": "object"}}
    assert first.tools == [{"type": "function", "function": offered}]
    assert second.messages[1:] == [
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c1", "content": "yes"},
        {"role": "tool", "tool_call_id": "c2", "content": '{"n": 2}'},
    ]


def test_other_tools_of_a_model_run_until_it_stops_calling() -> None:
    """The server calls integrations itself, as often as the model asks."""
    replies = [
        completion(None, calls=[_called("echo", f"c{i}", f'{{"i": {i}}}')]) for i in range(3)
    ]
    effects = ScriptedEffects([*replies, "end"])
    told = run({"tools": [_DUMMY], "main": [{"prompt": "x", "unwrap": True}]}, effects=effects)
    assert (told.output, told.types) == ("end", ["init", "finish"])
    results = [
        each["content"] for each in effects.model_requests[-1].messages if each["role"] == "tool"
    ]
    assert results == ['{"i": 0}', '{"i": 1}', '{"i": 2}']


def test_without_auto_run_tools_the_calls_are_the_output() -> None:
    """The completion is given as it is, for the workflow to act on."""
    reply = completion(None, calls=[_called("echo", "c")])
    told = run(
        {"tools": [_DUMMY], "main": [{"prompt": "x", "auto_run_tools": False}]},
        effects=ScriptedEffects([reply]),
    )
    assert told.output == reply


_OWN: Any = {"name": "own", "type": "function", "function": {}}


@pytest.mark.parametrize(
    ("tools", "names"),
    [
        ("all", ["ask", "echo"]),
        ([{"ref": {"name": "echo"}}], ["echo"]),
        ([{"ref": {"id": "tool-1"}}], ["ask"]),
        ([_OWN], ["own"]),
        ([], None),
    ],
)
def test_a_prompt_offers_the_tools_that_it_names(tools: Any, names: list[str] | None) -> None:
    """All tools by default; else those referred to, or defined on the spot."""
    told = run(
        {
            "tools": [{**_FUNCTION, "id": "tool-1"}, _DUMMY],
            "main": [{"prompt": "x", "tools": tools, "tool_choice": "auto"}],
        },
        effects=ScriptedEffects(["y"]),
    )
    offered = told.effects.model_requests[0].tools
    shown = None if offered is None else [as_object(each["function"])["name"] for each in offered]
    assert shown == names


def test_a_model_that_calls_strangers_is_asked_again() -> None:
    """A reply that calls tools which the task lacks is not taken, but only so often."""
    strange = completion(None, calls=[_called("nobody", "c")])
    step = {"main": [{"prompt": "x", "unwrap": True}]}
    told = run(step, effects=ScriptedEffects([strange, strange, "after"]))
    assert result(told) == ("succeeded", "after")
    told = run(step, effects=ScriptedEffects([strange] * 20))
    assert result(told) == ("failed", "The model called tools that can't be run 10 times")


def test_with_unwrap_a_call_that_nobody_runs_is_asked_again() -> None:
    """Only text can be unwrapped."""
    reply = completion(None, calls=[_called("echo", "c")])
    step = {"prompt": "x", "unwrap": True, "auto_run_tools": False}
    told = run({"tools": [_DUMMY], "main": [step]}, effects=ScriptedEffects([reply, "after"]))
    assert result(told) == ("succeeded", "after")
