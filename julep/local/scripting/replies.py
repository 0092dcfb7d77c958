"""What the model says."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .checks import as_json, check, check_number

ToolCalls: TypeAlias = Sequence[tuple[str, Mapping[str, Any]]]
"""Calls of functions: the name of each, and its arguments."""
Said: TypeAlias = str | ToolCalls
"""What a model says: a text, or calls of functions."""
Speaker: TypeAlias = Callable[[list[dict[str, Any]]], Said]
"""A function of the messages that the model gets; it gives what the model says."""

_PAIRS = "a list of pairs of a name and its arguments"
_SAID = "a text, a list of tool calls, or a function of the messages"
_SHOWN = 40


class ToolCall(NamedTuple):
    """A call of a function, its arguments as JSON."""

    name: str
    arguments: str


class Reply(NamedTuple):
    """One scripted reply of the model.

    Attributes:
        speaker: Tells text and calls when the model is asked.
    """

    text: str | None = None
    tool_calls: Sequence[ToolCall] = ()
    speaker: Speaker | None = None
    error: str | None = None
    status: int = 500
    delay: float = 0
    chunk_delay: float = 0

    def spoken(self, messages: list[dict[str, Any]]) -> Reply:
        """Return the reply with its text and calls.

        Raises:
            Exception: What its function raises.
            TypeError: Its function gives no reply.
        """
        return self if self.speaker is None else self._replace(**_said(self.speaker(messages)))


class Replies:
    """Replies that are given, in order, before any real model is asked."""

    def __init__(self) -> None:
        self._queue: deque[Reply] = deque()

    def add(
        self,
        *replies: Said | Speaker,
        tool_calls: ToolCalls = (),
        error: str | None = None,
        status: int = 500,
        delay: float = 0,
        chunk_delay: float = 0,
    ) -> None:
        """Have the model answer more requests, one with each reply.

        Args:
            *replies: What it says to each: a text, a list of tool calls, or a function that gets
                the messages and gives one of these. It is called when the model is asked, on a
                thread of its own.
            tool_calls: What it calls beside the one text, or in its place: names of functions, each
                with its arguments.
            error: It fails with this message in the place of an answer.
            status: The HTTP status of the failing model's server, 400..599; 400, 404, 413 and
                422 blame the request.
            delay: Seconds before it answers, each time.
            chunk_delay: Seconds before each piece of a streamed answer. Pieces are words and tool
                calls. Both delays go by the server's `clock`.

        Raises:
            TypeError: An argument is of another type, or goes with one reply and there are more.
            ValueError: The reply would be empty, or a number is out of its range.
        """
        if not (replies or tool_calls or error is not None):
            raise ValueError("give a text, tool_calls or an error")
        check("error", error, str | None, "a text")
        check_number("status", status, int, 400, 599)
        check_number("delay", delay, int | float, 0)
        check_number("chunk_delay", chunk_delay, int | float, 0)
        calls = _calls(tool_calls)
        if (calls or error is not None) and (len(replies) > 1 or callable(next(iter(replies), 0))):
            raise TypeError("tool_calls and error make one reply: add the others on their own")
        said = [_reply(reply) for reply in replies] or [Reply()]
        more: dict[str, Any] = {"tool_calls": calls} if calls else {}
        more |= {"error": error, "status": status, "delay": delay, "chunk_delay": chunk_delay}
        self._queue.extend(reply._replace(**more) for reply in said)

    def clear(self) -> None:
        """Forget the replies that weren't given."""
        self._queue.clear()

    def take(self) -> Reply | None:
        """Return the next reply, or None when there's none left."""
        return self._queue.popleft() if self._queue else None

    def unused(self) -> Iterator[str]:
        """Return the replies that were never given, in words."""
        return map(_in_words, list(self._queue))

    def __len__(self) -> int:
        return len(self._queue)


def _reply(given: Any) -> Reply:
    return Reply(speaker=_speaker(given)) if callable(given) else Reply(**_said(given))


def _said(given: Any) -> dict[str, Any]:
    if isinstance(given, str):
        return {"text": given}
    if isinstance(given, Mapping):
        raise TypeError(f"a reply must be {_SAID}; for an answer in JSON write json.dumps(…)")
    check("a reply", given, list | tuple, _SAID)
    if not given:
        raise TypeError("a reply is an empty list of tool calls")
    return {"tool_calls": _calls(given)}


def _speaker(given: Callable[..., Any]) -> Speaker:
    if inspect.iscoroutinefunction(given):
        raise TypeError("a reply must be a plain function: it is called on a thread of its own")
    try:
        inspect.signature(given).bind([])
    except TypeError as error:
        raise TypeError(
            f"a reply's function takes the messages, and nothing else: {error}"
        ) from None
    except ValueError:
        pass  # some of C have no signature
    return given


def _calls(given: ToolCalls) -> tuple[ToolCall, ...]:
    check("tool_calls", given, list | tuple, _PAIRS)
    return tuple(_call(call) for call in given)


def _call(given: Any) -> ToolCall:
    check("a tool call", given, list | tuple, "a pair of a name and its arguments")
    if len(given) != 2:
        raise TypeError(f"a tool call must be a pair of a name and its arguments, not {given!r}")
    name, arguments = given
    check("a tool call's name", name, str, "a text")
    check("a tool call's arguments", arguments, Mapping, "a mapping")
    return ToolCall(name, as_json("a tool call's arguments", dict(arguments)))


def _in_words(reply: Reply) -> str:
    if reply.error is not None:
        return f"the reply that fails with {reply.error[:_SHOWN]!r}"
    if reply.speaker is not None:
        return f"the reply of {getattr(reply.speaker, '__qualname__', reply.speaker)}"
    if reply.text is not None:
        return f"the reply {reply.text[:_SHOWN]!r}"
    return f"the reply that calls {', '.join(call.name for call in reply.tool_calls)}"
