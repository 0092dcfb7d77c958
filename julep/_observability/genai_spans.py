"""Spans of chats, agents, tools and tasks, by OpenTelemetry's conventions for generative AI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from julep._request import Request
from julep.types._json import is_object
from julep.types._plain import OMIT

from .http_spans import server_of
from .span_content import as_text, captures_content, input_messages, output_messages
from .spans import NO_SPAN, Kind, Span, begun, is_traced

if TYPE_CHECKING:
    # It brings all models of chats, which most programs don't need for their first answer.
    from julep.types.turns import Call

_SETTINGS: Final = {
    "model": "gen_ai.request.model",
    "agent": "gen_ai.agent.id",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "max_tokens": "gen_ai.request.max_tokens",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "seed": "gen_ai.request.seed",
    "stop": "gen_ai.request.stop_sequences",
    "n": "gen_ai.request.choice.count",
}
"""What chats are asked with, and what OpenTelemetry calls it."""


def chat_span(request: Request[Any], url: str) -> Span:
    """Begin the span of one answer of a model.

    Args:
        request: What asks for it.
        url: Where the client sends its requests.
    """
    if not is_traced():
        return NO_SPAN
    asked: Mapping[str, Any] = request.body
    settings = {ours: _given(asked.get(name)) for name, ours in _SETTINGS.items()}
    told = {
        **settings,
        **server_of(url),
        "gen_ai.conversation.id": request.path.split("/")[2],
        "gen_ai.output.type": _output_type(asked.get("response_format")),
    }
    span = _begun("chat", settings["gen_ai.request.model"], told, "client")
    if span.is_recording and captures_content():
        span.set({"gen_ai.input.messages": input_messages(asked["messages"])})
    return span


def tell_answer(span: Span, answer: Any) -> None:
    """Add what a model answered."""
    if not span.is_recording:
        return
    reasons = [choice.finish_reason for choice in answer.choices if choice.finish_reason]
    span.set(
        {
            "gen_ai.response.id": answer.id or None,
            "gen_ai.response.finish_reasons": [getattr(one, "value", one) for one in reasons]
            or None,
            "gen_ai.usage.input_tokens": getattr(answer.usage, "prompt_tokens", None),
            "gen_ai.usage.output_tokens": getattr(answer.usage, "completion_tokens", None),
        }
    )
    if captures_content():
        span.set({"gen_ai.output.messages": output_messages(answer.choices)})


def agent_span(session_id: str, agent: Any) -> Span:
    """Begin the span of an agent whose functions are called here: its turns and their calls."""
    if not is_traced():
        return NO_SPAN
    told = {"gen_ai.conversation.id": session_id, "gen_ai.agent.id": _given(agent)}
    return _begun("invoke_agent", None, told)


def run_span(task_id: str, name: str | None) -> Span:
    """Begin the span of a task that is run to its end."""
    if not is_traced():
        return NO_SPAN
    return _begun("invoke_workflow", name, {"gen_ai.workflow.name": name, "julep.task.id": task_id})


def tool_span(call: Call, description: str | None) -> Span:
    """Begin the span of a function that a model calls."""
    if not is_traced():
        return NO_SPAN
    told = {
        "gen_ai.tool.name": call.name,
        "gen_ai.tool.type": "function",
        "gen_ai.tool.call.id": call.id,
        "gen_ai.tool.description": description,
    }
    span = _begun("execute_tool", call.name, told)
    if span.is_recording and captures_content():
        span.set({"gen_ai.tool.call.arguments": as_text(call.arguments)})
    return span


def tell_result(span: Span, text: str, fault: str | None) -> None:
    """Add what became of a call of a function.

    Args:
        span: Its span.
        text: The result, as the model is given it.
        fault: The kind of error that it failed with instead.
    """
    if fault is not None:
        span.fail(fault)
    elif span.is_recording and captures_content():
        span.set({"gen_ai.tool.call.result": text})


def _begun(
    operation: str, name: str | None, told: Mapping[str, Any], kind: Kind = "internal"
) -> Span:
    shown = f"{operation} {name}" if name else operation
    known = {"gen_ai.operation.name": operation, "gen_ai.provider.name": "julep"}
    return begun(shown, kind, {**known, **told})


def _output_type(form: Any) -> str | None:
    kind: Any = form.get("type") if is_object(form) else getattr(form, "type", None)
    return kind if kind in (None, "text") else "json"


def _given(value: Any) -> Any:
    return None if value is OMIT else value
