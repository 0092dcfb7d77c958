"""Chat: a message in, an answer out, whole or piece by piece."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypedDict, TypeVar, Unpack, cast, overload

from julep._checks import check_timeout
from julep._faces import Async, FaceT, Resource, Sync, as_face
from julep._keywords import checked, refuse_misspelt, shows_keywords
from julep._paths import Id, id_or_omit, path
from julep._request import Request
from julep._toolbox import OfferedTool, OnCall, OnToolError, Toolbox, toolbox
from julep.errors import APIError
from julep.types._plain import is_foreign_model
from julep.types.entries import Message
from julep.types.settings import ResponseFormat
from julep.types.tools import ToolChoice
from julep.types.turns import Answer

from .chat_loop import Exchange, Loop
from .chat_stream import ChatStream

R = TypeVar("R")

MOST_TURNS: Final = 8
"""How often a model is asked when nothing else is said."""

OneMessage: TypeAlias = str | Message | Mapping[str, Any]
Messages: TypeAlias = OneMessage | Sequence[OneMessage]
"""A text (said by the user), a message as a dict or a `Message`, or a list of those."""


class PromptOptions(TypedDict, total=False):
    """How the model is asked. What is not given comes from the session and its agent.

    Attributes:
        model: Name of the language model.
        agent: Which of a session's agents answers.
        tools: Tools besides the agent's own: functions, and tools as for `agents.tools.create`.
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
    tools: Sequence[OfferedTool]
    tool_choice: ToolChoice | Mapping[str, Any] | None
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
    response_format: ResponseFormat | Mapping[str, Any] | None
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


class Chat(Resource[FaceT]):
    """Say something in a session and get the agent's answer: call it, or `stream` it."""

    # A descriptor named `__call__` would hide its parameters from editors; overloads show them.
    @overload
    def __call__(
        self: Chat[Sync],
        session_id: Id,
        messages: Messages,
        *,
        stream: Literal[False] = False,
        **options: Unpack[ChatOptions],
    ) -> Answer: ...
    @overload
    def __call__(
        self: Chat[Sync],
        session_id: Id,
        messages: Messages,
        *,
        stream: Literal[True],
        **options: Unpack[ChatOptions],
    ) -> ChatStream[Sync]: ...
    @overload
    def __call__(
        self: Chat[Async],
        session_id: Id,
        messages: Messages,
        *,
        stream: Literal[False] = False,
        **options: Unpack[ChatOptions],
    ) -> Coroutine[Any, Any, Answer]: ...
    @overload
    def __call__(
        self: Chat[Async],
        session_id: Id,
        messages: Messages,
        *,
        stream: Literal[True],
        **options: Unpack[ChatOptions],
    ) -> ChatStream[Async]: ...
    @shows_keywords
    def __call__(
        self: Chat[Any],
        session_id: Id,
        messages: Messages,
        *,
        stream: bool = False,
        **options: Unpack[ChatOptions],
    ) -> object:
        """Say something in a session and get the agent's answer.

        Functions in `tools` are offered to the model, called when it calls them, and their results
        are sent to it, until it answers.

        Args:
            session_id: The session, or its id.
            messages: A text, a message (a dict or a `Message`), or a list of those.
            stream: Whether to give a stream of chunks instead of the whole answer.
            **options: `model`, `agent`, `tools`, `tool_choice`, `recall`, `save`, `temperature`,
                `max_tokens` and the other settings, see `PromptOptions`; and how functions are
                called, see `LoopOptions`.

        Returns:
            The answer: `.text`, `.message`, `.tool_calls`, `.docs`, `.usage`, all `.choices`, and
            the `.turns` that led to it. With `stream=True` a `ChatStream`.

        Raises:
            ValueError: There is no message, or two tools have the same name. Nothing was sent.
            TypeError: A function can't be a tool. Nothing was sent.
            TurnLimitReached: The model was asked `max_turns` times, and calls functions still.
            InternalServerError: The model failed.
        """
        if stream:
            return self.stream(session_id, messages, **options)
        return as_face(self._face, _answered(self._loop(session_id, messages, options)))

    @shows_keywords
    def stream(
        self, session_id: Id, messages: Messages, **options: Unpack[ChatOptions]
    ) -> ChatStream[FaceT]:
        """Say something in a session and get the answer piece by piece (servers of 2025).

        Args:
            session_id: The session, or its id.
            messages: A text, a message (a dict or a `Message`), or a list of those.
            **options: As for `chat`.

        Returns:
            Chunks to iterate over, of all turns; when done, `.text`, `.message`, `.usage`, `.docs`
            and `.turns`.

        Raises:
            TurnLimitReached: While iterating: as for `chat`.
            StreamInterrupted: While iterating: the answer broke off; `partial` is what came.
        """
        return ChatStream(self, self._loop(session_id, messages, options))

    def _loop(self, session_id: Id, messages: Messages, options: ChatOptions) -> Loop:
        given = checked(ChatOptions, options)
        rules = {name: given.pop(name) for name in LoopOptions.__annotations__ if name in given}
        where = path("/sessions/{session_id}/chat", session_id=session_id)
        max_turns, timeout = rules.pop("max_turns", MOST_TURNS), rules.pop("timeout", None)
        box = toolbox(given.get("tools") or (), blocks=isinstance(self._face, Sync), **rules)
        return Loop(
            self._face,
            self._engine,
            session_id,
            _exchange(where, messages, given, box),
            box,
            _checked_turns(max_turns),
            check_timeout(timeout),
        )


async def _answered(loop: Loop) -> Answer:
    loop.begin()
    while True:
        answer = await _asked(loop)
        if not await loop.goes_on_after(answer):
            return loop.completed(answer)


async def _asked(loop: Loop) -> Answer:
    try:
        return await loop.engine.call(loop.exchange.request(Answer))
    except APIError as refusal:
        if not await loop.mends(refusal):
            raise
    return await loop.engine.call(loop.exchange.request(Answer))


def prompt_request(
    where: str, messages: Messages, options: PromptOptions, returns: type[R], *, missing: str = ""
) -> Request[R]:
    """Describe what asks the model nothing and is sent like a chat."""
    given = checked(PromptOptions, options)
    box = toolbox(given.get("tools") or (), blocks=False)
    return _exchange(where, messages, given, box).request(returns, missing=missing)


def _exchange(where: str, messages: Messages, settings: dict[str, Any], box: Toolbox) -> Exchange:
    if settings.get("tools"):
        settings["tools"] = box.offered
    if "agent" in settings:
        settings["agent"] = id_or_omit("agent", settings["agent"])
    return Exchange(where, listed(messages), settings)


def _checked_turns(count: object) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"max_turns must be a whole number from 1, not {count!r}")
    return count


def listed(messages: Messages) -> list[Message | Mapping[str, Any]]:
    """Messages in whichever form, as a list of messages.

    Raises:
        ValueError: There is none.
        TypeError: One is neither text, a mapping, a `Message` nor a model of the caller's own.
    """
    if isinstance(messages, str | Message | Mapping) or is_foreign_model(messages):
        messages = cast("list[OneMessage]", [messages])
    if not isinstance(cast("object", messages), Iterable):
        kind = type(messages).__name__
        raise TypeError(f"messages must be text, a dict, a Message or a list of those, not {kind}")
    if not (several := list(messages)):
        raise ValueError("messages is empty; a chat needs at least one")
    return [_message(one, index) for index, one in enumerate(several)]


def _message(one: OneMessage, index: int) -> Message | Mapping[str, Any]:
    if isinstance(one, str):
        return {"role": "user", "content": one}
    if isinstance(one, Mapping):
        refuse_misspelt(one, [name for _, name, _ in Message.__fields__], f"messages[{index}]")
        return one
    if isinstance(one, Message) or is_foreign_model(one):
        return one
    raise TypeError(
        f"messages[{index}] must be text, a dict or a Message, not {type(one).__name__}"
    )
