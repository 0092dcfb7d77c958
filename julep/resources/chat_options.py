"""How chats are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from julep._paths import Id
from julep._tools.toolbox import OfferedTool, OnCall, OnToolError
from julep.types.setting_dicts import ResponseFormatDict
from julep.types.settings import ResponseFormat
from julep.types.tool_dicts import ToolChoiceDict
from julep.types.tools import KnownToolChoice, NamedToolChoice


class PromptOptions(TypedDict, total=False):
    """How the model is asked. What is not given comes from the session and its agent.

    Attributes:
        model: Name of the language model.
        agent: Which of a session's agents answers.
        tools: Tools besides the agent's own: functions, tools as for `agents.tools.create`, and,
            with `AsyncJulep`, open sessions of the `mcp` package, whose servers' tools are called.
        tool_choice: `auto`, `none`, or `{"type": "function", "function": {"name": …}}`.
        recall: Whether documents are recalled. Default true.
        save: Whether question and answer go into the history. Default true.
        auto_run_tools: Whether the server runs the tools that the model calls (servers after June
            2025; others ignore it).
        recall_tools: Whether the model is given earlier tool calls again (the same servers).
        n: How many answers the model gives, as `choices`; at least 1 (servers of 2025).
        remember: Accepted by all servers, and used by none.
        metadata: Data for the templates of messages (servers of 2025).
        stop: Up to 4 texts at which the model stops.
        seed: For answers that can be repeated, -1 to 1000.
        max_tokens: The most tokens of the answer, at least 1.
        logit_bias: From tokens to weights, -100 to 100.
        response_format: `{"type": "text" | "json_object" | "json_schema", …}`.
        temperature: 0 to 5.
        top_p: 0 to 1.
        min_p: 0 to 1.
        frequency_penalty: -2 to 2.
        presence_penalty: -2 to 2.
        repetition_penalty: 0 to 2.
        length_penalty: 0 to 2.
    """

    model: str | None
    agent: Id | None
    tools: Iterable[OfferedTool]
    tool_choice: KnownToolChoice | ToolChoiceDict | NamedToolChoice | Mapping[str, Any] | None
    recall: bool
    save: bool
    auto_run_tools: bool
    recall_tools: bool
    n: int | None
    remember: bool
    metadata: Mapping[str, Any] | None
    stop: Sequence[str]
    seed: int | None
    max_tokens: int | None
    logit_bias: Mapping[str, float] | None
    response_format: ResponseFormatDict | ResponseFormat | Mapping[str, Any] | None
    temperature: float | None
    top_p: float | None
    min_p: float | None
    frequency_penalty: float | None
    presence_penalty: float | None
    repetition_penalty: float | None
    length_penalty: float | None


class LoopOptions(TypedDict, total=False):
    """What becomes of the functions that the model calls.

    Attributes:
        max_turns: How often the model is asked, at most: 8 by default. Each time that it calls
            functions it is asked again with their results.
        on_call: Is called with each `Call` before its function is, and after. A `ToolError` raised
            before refuses the call with that text.
        on_tool_error: What becomes of an exception of a function: the model is told (`tell`), or
            the caller gets it (`raise`).
        parallel: Whether several calls of one turn are made at the same time. Default true.
        timeout: Seconds for the whole, functions included; the client's own `timeout` is for each
            request. Functions that run longer are left behind.
    """

    max_turns: int
    on_call: OnCall | None
    on_tool_error: OnToolError
    parallel: bool
    timeout: float | None


class ChatOptions(PromptOptions, LoopOptions, total=False):
    """How to chat."""
