"""The prompt step: a model's answer, with the tools that it calls run on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from julep.local.models.completion_objects import Completion
from julep.local.records import Message, ToolCall
from julep.local.workflow.ports import ModelRequest
from julep.local.workflow.position import Outcome, StepContext, StepError
from julep.local.workflow.run import Run
from julep.local.workflow.step_records import PromptMessage, PromptStep
from julep.local.workflow.toolset import ResolvedTool
from julep.types._json import JsonObject, as_object

from .prompt_tools import tools_of_prompt
from .retries import with_retries
from .tool_call import call_tool

_Tools: TypeAlias = Mapping[
    str, tuple[ResolvedTool, JsonObject]
]  # with what a model is given of each

_DEFAULT_MODEL = "gpt-4o"
_MAX_ROUNDS = 50
"""Answers of a model that calls tools again and again; each is a request that somebody pays for."""
_MAX_QUESTIONS = 10
"""Times that a model is asked again because its calls can't be run, as servers of 2025 do without end
(tests/data/workflow_cases/real25_56_prompt_tool_call)."""


async def prompt(run: Run, at: StepContext[PromptStep]) -> Outcome:
    """Return the whole completion, or with `unwrap` the text of its message."""
    tools = await tools_of_prompt(run, at)
    messages = await _messages(run, at)
    for number in range(_MAX_ROUNDS):
        completion = await _complete(run, at, number, messages, tools)
        calls = _calls(completion)
        if not (calls and tools and at.step["auto_run_tools"]):
            return Outcome(_unwrapped(completion) if at.step["unwrap"] else completion)
        results = await _run_tools(run, at, number, calls, tools)
        messages = [*messages, _said(completion), *_replies(calls, results)]
    raise StepError(f"The model still calls tools after {_MAX_ROUNDS} rounds")


async def _messages(run: Run, at: StepContext[PromptStep]) -> list[Message]:
    written = at.step["prompt"]
    if isinstance(written, str):
        return [{"role": "user", "content": await run.evaluate(at, written)}]
    return [await _message(run, at, message) for message in written]


async def _message(run: Run, at: StepContext[PromptStep], written: PromptMessage) -> Message:
    spoken = {"role": "user", **_parts(written, ("role", "content", "name"))}
    calls = _parts(written, ("tool_calls", "tool_call_id"))
    said = {name: value for name, value in calls.items() if value}
    message = {**said, **as_object(await run.evaluate(at, spoken))}
    if not isinstance(role := message["role"], str):
        raise StepError(f"The role of a message is text, not {type(role).__name__}")
    return cast("Message", message)


def _parts(message: PromptMessage, names: Sequence[str]) -> JsonObject:
    return {name: value for name, value in message.items() if name in names}


async def _complete(
    run: Run,
    at: StepContext[PromptStep],
    number: int,
    messages: Sequence[Message],
    tools: _Tools,
) -> Completion:
    request = _request(run, at, messages, tools)

    async def ask() -> Completion:
        for _ in range(_MAX_QUESTIONS):
            reply = await with_retries(run, lambda: run.effects.complete(run.execution, request))
            if all(_can_run(at, call, tools) for call in _calls(reply)):
                return _whole(reply)
        raise StepError(f"The model called tools that can't be run {_MAX_QUESTIONS} times")

    return await run.journal.once(f"{at.key}:reply{number}", ask)


def _request(
    run: Run, at: StepContext[PromptStep], messages: Sequence[Message], tools: _Tools
) -> ModelRequest:
    agent = run.execution.agent
    given = {**(agent.get("default_settings") or {}), **(at.step["settings"] or {})}
    settings = {name: value for name, value in given.items() if value is not None}
    model = settings.pop("model", None) or agent.get("model") or _DEFAULT_MODEL
    return ModelRequest(
        model=str(model),
        messages=messages,
        settings=settings,
        tools=[offer for _, offer in tools.values()] or None,
        tool_choice=at.step["tool_choice"],
    )


def _can_run(at: StepContext[PromptStep], call: ToolCall, tools: _Tools) -> bool:
    # With `unwrap` only text is an output, so there a call that nobody runs leads nowhere.
    leads = at.step["auto_run_tools"] or not at.step["unwrap"]
    return leads and call["function"]["name"] in tools


def _whole(completion: Completion) -> Completion:
    """Return a completion with the fields that the self-hosted server's have, null where they lack.

    Transitions show them (tests/data/workflow_cases/real25_56_prompt_tool_call).
    """
    choices = [
        {
            **{name: value for name, value in choice.items() if value is not None},
            "message": {"tool_calls": None, "function_call": None, **choice["message"]},
        }
        for choice in completion["choices"]
    ]
    usage: JsonObject = {
        "prompt_tokens_details": None,
        "completion_tokens_details": None,
        **(completion.get("usage") or {}),
    }
    nulls = {"service_tier": None, "system_fingerprint": None}
    return cast("Completion", {**nulls, **completion, "choices": choices, "usage": usage})


def _calls(completion: Completion) -> list[ToolCall]:
    return cast("list[ToolCall]", completion["choices"][0]["message"].get("tool_calls") or [])


def _said(completion: Completion) -> Message:
    message = completion["choices"][0]["message"]
    # Some models' servers refuse the nulls of fields that they don't know.
    kept = {name: it for name, it in message.items() if it is not None or name == "content"}
    return cast("Message", kept)


def _unwrapped(completion: Completion) -> object:
    if len(completion["choices"]) != 1:
        raise StepError("Only one choice is supported with unwrap")
    return completion["choices"][0]["message"].get("content")


async def _run_tools(
    run: Run,
    at: StepContext[PromptStep],
    number: int,
    calls: Sequence[ToolCall],
    tools: _Tools,
) -> dict[str, object]:
    results: dict[str, object] = {}
    waiting: list[ToolCall] = []
    for call in calls:
        tool, _ = tools[call["function"]["name"]]
        if tool.type == "function":
            waiting.append(call)
        else:
            results[call["id"]] = await _run_tool(run, at, number, call, tool)
    if waiting:
        answer = await run.pause(at, number, list(waiting))
        results |= dict(_client_results(waiting, answer))
    return results


async def _run_tool(
    run: Run, at: StepContext[PromptStep], number: int, call: ToolCall, tool: ResolvedTool
) -> object:
    async def perform() -> object:
        return await call_tool(run, tool, _arguments(call))

    return await run.journal.once(f"{at.key}:tool{number}.{call['id']}", perform)


def _arguments(call: ToolCall) -> object:
    written = call["function"].get("arguments") or "{}"
    try:
        return json.loads(written) if isinstance(written, str) else written
    except ValueError as error:
        name = call["function"]["name"]
        raise StepError(f"The model's arguments for {name} are not JSON: {error}") from error


def _client_results(calls: Sequence[ToolCall], answer: object) -> Iterator[tuple[str, object]]:
    """Yield each call's result: by its id, by its function's name, or the whole answer."""
    by_key = as_object(answer)
    named = any(key in by_key for call in calls for key in _keys(call))
    for call in calls:
        found = [by_key[key] for key in _keys(call) if key in by_key]
        yield call["id"], found[0] if found else (None if named else answer)


def _keys(call: ToolCall) -> tuple[str, str]:
    return call["id"], call["function"]["name"]


def _replies(calls: Sequence[ToolCall], results: Mapping[str, object]) -> Iterator[Message]:
    for call in calls:
        result = results[call["id"]]
        content = result if isinstance(result, str) else json.dumps(result)
        yield {"role": "tool", "tool_call_id": call["id"], "content": content}
