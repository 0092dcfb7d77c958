"""What each kind of step does, by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import anyio
import pytest

from julep.local.workflow.ports import EffectError, Execution, HttpReply
from julep.local.workflow.position import Frame, Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.step_kinds import STEP_KINDS, complete, kind_of
from julep.local.workflow.steps import (
    HANDLERS,
    basic,
    branches,
    knowledge,
    loops,
    prompt,
    prompt_tools,
    tool_call,
)
from julep.local.workflow.steps.api_call import api_call
from julep.local.workflow.toolset import ResolvedTool
from tests.local.workflow.driver import run_of
from tests.local.workflow.fakes import ScriptedEffects

HANDLER_OF: dict[str, Any] = {
    "evaluate": basic.evaluate,
    "set": basic.set,
    "get": basic.get,
    "log": basic.log,
    "return": basic.return_,
    "sleep": basic.sleep,
    "error": basic.error,
    "wait_for_input": basic.wait_for_input,
    "if_else": branches.if_else,
    "switch": branches.switch,
    "yield": branches.yield_,
    "foreach": loops.foreach,
    "parallel": loops.parallel,
    "map_reduce": loops.map_reduce,
    "embed": knowledge.embed,
    "search": knowledge.search,
    "prompt": prompt.prompt,
    "tool_call": tool_call.tool_call,
}


def execution(**task: Any) -> Execution:
    """An execution of a task."""
    agent: Any = {"name": "Ada", "model": "m", "default_settings": {"top_p": 1, "stop": None}}
    body: Any = {"main": [], "tools": [], "inherit_tools": False, **task}
    id_ = "00000000-0000-7000-8000-000000000001"
    return Execution(id=id_, task=body, input={}, agent=agent)


def play(
    act: Callable[[Run], Awaitable[Any]], effects: ScriptedEffects | None = None, **task: Any
) -> Any:
    """What somebody does with a run."""

    async def go() -> Any:
        return await act(run_of(execution(**task), effects or ScriptedEffects()))

    return anyio.run(go)


def context(step: Any, input: Any, before: Sequence[Any] = ()) -> StepContext[Any]:
    """A step about to run, after others."""
    steps: Any = [complete(each) for each in (*before, step)]
    frame = Frame(key="main", workflow="main", steps=steps, scope_id="s", input=input)
    return StepContext(frame=frame, index=len(before), input=input)


def outcome(
    step: Any, input: Any = None, effects: ScriptedEffects | None = None, **task: Any
) -> Outcome:
    """What a step gives."""
    result: Outcome = play(
        lambda run: HANDLER_OF[kind_of(step)](run, context(step, input)), effects, **task
    )
    return result


def test_every_kind_of_step_has_its_handler() -> None:
    """No other."""
    assert HANDLERS == HANDLER_OF
    assert HANDLERS.keys() == STEP_KINDS.keys()


@pytest.mark.parametrize(
    ("step", "output"),
    [
        ({"evaluate": {"a": "$ _.n + 1"}}, {"a": 8}),
        ({"set": {"a": "$ _.n"}}, {"a": 7}),
        ({"get": "missing"}, None),
        ({"log": "n is {{_.n}}"}, {"n": 7}),
        ({"return": {"a": "$ _.n"}}, {"a": 7}),
        ({"if": "$ _.n > 6", "then": {"evaluate": {"a": "$ 1"}}}, {"a": 1}),
        ({"if": "$ _.n > 7", "then": {"evaluate": {"a": "$ 1"}}}, {"output": {"n": 7}}),
        ({"if": "$ 0", "then": {"log": "x"}, "else": {"evaluate": {"a": "$ 2"}}}, {"a": 2}),
        (
            {
                "switch": [
                    {"case": "$ 0", "then": {"log": "x"}},
                    {"case": "$ 1", "then": {"evaluate": {"a": "$ 3"}}},
                ]
            },
            {"a": 3},
        ),
        ({"foreach": {"in": "$ [1, 2]", "do": {"evaluate": {"a": "$ _"}}}}, [{"a": 1}, {"a": 2}]),
        (
            {"parallel": [{"evaluate": {"a": "$ 1"}}, {"evaluate": {"b": "$ 2"}}]},
            [{"a": 1}, {"b": 2}],
        ),
        (
            {
                "over": "$ [1, 2, 3]",
                "map": {"evaluate": {"a": "$ _"}},
                "reduce": "$ results + [_.a]",
            },
            [1, 2, 3],
        ),
        (
            {"over": "$ [1, 2]", "map": {"evaluate": {"a": "$ _"}}, "parallelism": 1},
            [{"a": 1}, {"a": 2}],
        ),
        ({"over": "$ []", "map": {"log": "x"}, "initial": 7}, 7),
        ({"workflow": "sub", "arguments": {"x": "$ _.n"}}, {"y": 8}),
        ({"embed": {"text": "ab"}}, {"vectors": [[2.0]]}),
        ({"embed": {"text": ["ab", "c"]}}, {"vectors": [[2.0], [1.0]]}),
        ({"search": {"text": "cats"}}, {"docs": [{"id": "doc-1", "title": "cats"}], "time": 0.1}),
    ],
    ids=str,
)
def test_a_step_gives_its_output(step: Any, output: Any) -> None:
    """From its input and what it says."""
    sub = [{"evaluate": {"y": "$ _.x + 1"}}]
    given = outcome(step, {"n": 7}, sub=[complete(each) for each in sub])
    assert given.output == output
    assert given.returned is ("return" in step)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"error": "no"}, "Error raised by ErrorWorkflowStep: no"),
        ({"sleep": {"seconds": 0}}, "Sleep duration must be greater than 0"),
        ({"switch": [{"case": "$ 0", "then": {"log": "x"}}]}, "Negative indices not allowed"),
        ({"workflow": "nowhere"}, "Workflow nowhere not found in task"),
        ({"embed": {"text": "$ 7"}}, "embed takes text or a list of texts"),
        ({"tool": "nope"}, "Tool nope not found"),
    ],
)
def test_a_step_fails_with_its_words(step: Any, words: str) -> None:
    """Which the execution's error says."""
    with pytest.raises(StepError, match=words):
        outcome(step)


@pytest.mark.parametrize(
    ("sleep", "seconds"),
    [
        ({"seconds": 5}, 5),
        ({"minutes": 1, "seconds": 1}, 61),
        ({"hours": 1}, 3_600),
        ({"days": 1}, 86_400),
    ],
)
def test_a_sleep_counts_from_the_step_before(sleep: Any, seconds: int) -> None:
    """After a crash only what is left of it is slept, if anything."""
    effects = ScriptedEffects()
    assert outcome({"sleep": sleep}, "in", effects).output == "in"
    assert effects.slept == [seconds]

    async def again(run: Run) -> Any:
        at = context({"sleep": sleep}, "in", [{"get": "a"}])
        before: Any = context({"get": "a"}, "in")
        run.record(before, Outcome(None))
        effects.clock += seconds - 1
        for _ in range(2):
            await basic.sleep(run, at)
            effects.clock += 1

    play(again, effects)
    assert effects.slept[1:] == [1, 0]


def test_what_was_set_is_got() -> None:
    """In the scope of the step."""

    async def act(run: Run) -> Any:
        at = context({"set": {"a": "$ 5"}}, None)
        run.record(at, await basic.set(run, at))
        return await basic.get(run, context({"get": "a"}, None, [{"set": {"a": "$ 5"}}]))

    assert play(act).output == 5


def test_a_log_is_told_as_it_was_written() -> None:
    """Beside the output, which is the input."""
    given = outcome({"log": "n is {{_.n}}"}, {"n": 7})
    assert given.metadata == {"log": "n is {{_.n}}"}


TOOLS: Any = [
    {"name": "f", "type": "function", "description": "d", "function": {"parameters": {"x": 1}}},
    {"id": "i", "name": "s", "type": "system", "system": {"resource": "user", "operation": "list"}},
    {
        "name": "a",
        "type": "api_call",
        "api_call": {"url": "http://a", "method": "GET", "schema": {"y": 1}},
    },
]
ANYTHING: dict[str, Any] = {"type": "object", "properties": {}}


SHOWN: list[Any] = [
    ("all", {"f": {"x": 1}, "s": ANYTHING, "a": {"y": 1}}),
    ([], {}),
    ([{"ref": {"name": "f"}}], {"f": {"x": 1}}),
    ([{"ref": {"id": "i"}}], {"s": ANYTHING}),
    ([{"name": "own", "type": "function", "function": {}}], {"own": ANYTHING}),
]


@pytest.mark.parametrize(
    ("tools", "parameters"),
    SHOWN,
)
def test_a_prompt_shows_tools_to_the_model(tools: Any, parameters: Any) -> None:
    """All of the task, those that are named, or some of its own."""
    at: Any = context({"prompt": "x", "tools": tools}, None)
    shown = play(lambda run: prompt_tools.tools_of_prompt(run, at), tools=TOOLS)
    offers = {name: offer["function"] for name, (_, offer) in shown.items()}
    assert {name: each["parameters"] for name, each in offers.items()} == parameters
    if "f" in offers:
        assert offers["f"]["description"] == "d"


@pytest.mark.parametrize(
    ("step", "output"),
    [
        ({"prompt": "hi {{_.n}}", "unwrap": True}, "hello"),
        ({"prompt": [{"role": "user", "content": "x"}], "unwrap": True}, "hello"),
    ],
)
def test_a_prompt_is_answered(step: Any, output: str) -> None:
    """By the agent's model, with its settings but those that are null."""
    effects = ScriptedEffects(["hello"])
    assert outcome({**step, "settings": {"temperature": 0}}, {"n": 7}, effects).output == output
    (request,) = effects.model_requests
    assert (request.model, request.settings) == ("m", {"top_p": 1, "temperature": 0})
    assert request.messages[0]["role"] == "user"
    assert request.tools is None


def tool(type: str, **definition: Any) -> ResolvedTool:
    """A tool."""
    return ResolvedTool(name="t", type=type, description=None, definition=definition)


@pytest.mark.parametrize(
    ("called", "arguments", "result"),
    [
        (tool("integration"), {"a": 1}, {"a": 1}),
        (tool("integration", provider="p", method="m"), {"a": 1}, {"called": "p", "a": 1}),
        (
            tool("system", resource="user", operation="get", resource_id="u", arguments={"x": 1}),
            {"y": 2},
            {"operation": "user.get", "arguments": {"user_id": "u", "x": 1, "y": 2}},
        ),
        (
            tool("system", resource="agent", subresource="doc", operation="list"),
            None,
            {"operation": "agent.doc.list", "arguments": {}},
        ),
    ],
)
def test_a_tool_is_called(called: ResolvedTool, arguments: Any, result: Any) -> None:
    """With what it says itself and what it is given."""
    assert play(lambda run: tool_call.call_tool(run, called, arguments)) == result


def test_a_tool_that_can_not_be_called_fails() -> None:
    """As one does that fails."""
    with pytest.raises(StepError, match="Tools of type bash_20241022 are not supported"):
        play(lambda run: tool_call.call_tool(run, tool("bash_20241022"), {}))
    effects = ScriptedEffects()
    effects.failures = [EffectError("no key")]
    with pytest.raises(StepError, match=r"Error in executing p\.m: no key"):
        play(
            lambda run: tool_call.call_tool(run, tool("integration", provider="p", method="m"), {}),
            effects,
        )


def called(effects: ScriptedEffects, definition: Any, arguments: Any) -> Any:
    """What an `api_call` gives."""
    return play(lambda run: api_call(run, definition, arguments), effects)


def test_an_api_call_sends_what_tool_and_arguments_say() -> None:
    """The tool's own headers and time-out count; arguments that are null are none."""
    effects = ScriptedEffects([], [HttpReply(status_code=201, headers={"x": "y"}, content=b"[1]")])
    definition = {
        "method": "POST",
        "url": "http://a",
        "headers": {"A": "own"},
        "timeout": 7,
        "json": {"d": 1},
    }
    arguments = {
        "url": "http://b",
        "headers": {"a": "no", "B": "c"},
        "timeout": 9,
        "params": None,
        "json_": [2],
        "follow_redirects": False,
    }
    assert called(effects, definition, arguments) == {
        "status_code": 201,
        "headers": {"x": "y"},
        "content": "WzFd",
        "json": [1],
    }
    (call,) = effects.http_calls
    assert (call.method, call.url, call.timeout) == ("POST", "http://b", 7.0)
    assert call.headers == {"A": "own", "B": "c"}
    assert call.options == {"json": [2], "follow_redirects": False}


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({}, "The api_call has no url"),
        ({"url": "x"}, "can't be sent: url must be text that begins with http"),
        ({"url": "http://a", "headers": {"a": 1}}, "can't be sent: headers must have text"),
    ],
)
def test_an_api_call_that_can_not_be_sent_fails(definition: Any, words: str) -> None:
    """Before anything is sent."""
    effects = ScriptedEffects()
    with pytest.raises(StepError, match=words):
        called(effects, definition, {})
    assert effects.http_calls == []


@pytest.mark.parametrize(
    ("status", "words", "tries"),
    [
        (199, "Informational response '199'", 1),
        (300, "Redirect response '300'", 1),
        (404, "Client error '404'", 1),
        (500, "Server error '500'", 1),
        (503, "Server error '503'", 2),
        (429, "Client error '429'", 2),
        (600, "Invalid status code '600'", 1),
    ],
)
def test_an_api_call_that_is_refused_says_so(status: int, words: str, tries: int) -> None:
    """What passes is tried again."""
    refused = HttpReply(status_code=status, headers={}, content=b"", url="http://u:p@a")
    effects = ScriptedEffects([], [refused, HttpReply(status_code=200, headers={}, content=b"")])
    definition = {"url": "http://a", "include_response_content": False}
    if tries == 2:
        assert called(effects, definition, {}) == {"status_code": 200, "headers": {}, "json": None}
    else:
        with pytest.raises(EffectError, match=rf"{words} for url 'http://\*\*\*@a'"):
            called(effects, definition, {})
    assert len(effects.http_calls) == tries
