"""Chat: a message in, an answer out, whole or piece by piece."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypeVar, Unpack, cast
from typing import overload as variant

import attrs

from julep._checks import check_count, check_timeout
from julep._faces import Async, FaceT, Resource, Sync, as_face
from julep._keywords import checked, shows_keywords
from julep._keywords.misspelt import refuse_misspelt
from julep._output import Output
from julep._paths import Id, id_or_omit
from julep._request import Request
from julep._tools.toolbox import described, toolbox
from julep.types._plain import is_foreign_model
from julep.types.entries import Message
from julep.types.message_dicts import MessageDict
from julep.types.turns import Answer, ParsedAnswer

from .chat_answers import answered, parsed_answer
from .chat_loop import Exchange, Loop
from .chat_options import ChatOptions, LoopOptions, PromptOptions
from .chat_stream import ChatStream
from .session_requests import where_of

R = TypeVar("R")
T = TypeVar("T")

MOST_TURNS: Final = 8
"""How often a model is asked when nothing else is said."""

OneMessage: TypeAlias = str | MessageDict | Message | Mapping[str, Any]
Messages: TypeAlias = OneMessage | Sequence[OneMessage]
"""A text (said by the user), a message as a dict or a `Message`, or a list of those."""


class Chat(Resource[FaceT]):
    """Say something in a session and get the agent's answer: call it, or `stream` it."""

    # A descriptor named `__call__` would hide its parameters from editors; overloads show them.
    @variant
    def __call__(
        self: Chat[Sync],
        session_id: Id,
        messages: Messages,
        *,
        stream: Literal[False] = False,
        **options: Unpack[ChatOptions],
    ) -> Answer: ...
    @variant
    def __call__(
        self: Chat[Sync],
        session_id: Id,
        messages: Messages,
        *,
        stream: Literal[True],
        **options: Unpack[ChatOptions],
    ) -> ChatStream[Sync]: ...
    @variant
    def __call__(
        self: Chat[Async],
        session_id: Id,
        messages: Messages,
        *,
        stream: Literal[False] = False,
        **options: Unpack[ChatOptions],
    ) -> Coroutine[Any, Any, Answer]: ...
    @variant
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
    ) -> Answer | Awaitable[Answer] | ChatStream[Any]:
        """Say something in a session and get the agent's answer.

        Functions in `tools` are offered to the model, called when it calls them, and their results
        are sent to it, until it answers.

        Args:
            session_id: The session, or its id.
            messages: A text, a message (a dict or a `Message`), or a list of those.
            stream: Whether to give a stream of chunks instead of the whole answer.
            **options: `model`, `agent`, `tools`, `tool_choice`, `recall`, `save`, `temperature`,
                `max_tokens` and the other settings; and how functions are called: `max_turns`,
                `on_call`, `on_tool_error`, `parallel`, `timeout`. The signature shows them all.

        Returns:
            The answer: `.text`, `.message`, `.tool_calls`, `.docs`, `.usage`, all `.choices`, and
            the `.turns` that led to it. With `stream=True` a `ChatStream`.

        Raises:
            ValueError: There is no message, two tools have the same name, or a number is out of range.
                Nothing was sent.
            TypeError: A function can't be a tool, or a number is not whole. Nothing was sent.
            TurnLimitReached: The model was asked `max_turns` times, and still calls functions.
            InternalServerError: The model failed.
        """
        __tracebackhide__ = True
        if stream:
            return self.stream(session_id, messages, **options)
        return as_face(self._face, answered(self._loop(session_id, messages, options), Answer))

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
        __tracebackhide__ = True
        return ChatStream(self, self._loop(session_id, messages, options))

    @variant
    def parse(
        self: Chat[Sync],
        session_id: Id,
        messages: Messages,
        output: type[T],
        *,
        repair: int = 0,
        **options: Unpack[ChatOptions],
    ) -> ParsedAnswer[T]: ...
    @variant
    def parse(
        self: Chat[Sync],
        session_id: Id,
        messages: Messages,
        output: Any,
        *,
        repair: int = 0,
        **options: Unpack[ChatOptions],
    ) -> ParsedAnswer[Any]: ...
    @variant
    def parse(
        self: Chat[Async],
        session_id: Id,
        messages: Messages,
        output: type[T],
        *,
        repair: int = 0,
        **options: Unpack[ChatOptions],
    ) -> Coroutine[Any, Any, ParsedAnswer[T]]: ...
    @variant
    def parse(
        self: Chat[Async],
        session_id: Id,
        messages: Messages,
        output: Any,
        *,
        repair: int = 0,
        **options: Unpack[ChatOptions],
    ) -> Coroutine[Any, Any, ParsedAnswer[Any]]: ...
    @shows_keywords
    def parse(
        self: Chat[Any],
        session_id: Id,
        messages: Messages,
        output: Any,
        *,
        repair: int = 0,
        **options: Unpack[ChatOptions],
    ) -> ParsedAnswer[Any] | Awaitable[ParsedAnswer[Any]]:
        """Say something in a session and get the agent's answer as a value of a type.

        The JSON Schema of the type is sent as `response_format`. Servers of 2024 and 2025 take that;
        whether an answer keeps to it is up to the model behind them. So JSON in a fenced block
        counts, too, and so does a value without the object around it that the schema asks for.

        Args:
            session_id: The session, or its id.
            messages: A text, a message (a dict or a `Message`), or a list of those.
            output: The type: a class with annotated fields, a model of pydantic's, `list[…]`, a
                `Literal`, an enum, a union and so on. Or a JSON Schema as a dict, for plain data.
            repair: How often the model is told what is wrong with an answer that does not fit, and
                asked again. Each time is one of the `max_turns`.
            **options: As for `chat`, but for `response_format`.

        Returns:
            The answer; `.parsed` is the value.

        Raises:
            OutputMismatch: The answer does not fit, was cut or filtered, or the model refused or
                called tools that are not functions; `.text`, `.path` and `.answer` tell more.
            TypeError: The type has no form in JSON. Nothing was sent.
            ValueError: As for `chat`.
            TurnLimitReached: As for `chat`.
        """
        __tracebackhide__ = True
        if "response_format" in options:
            raise TypeError("parse makes the response_format itself, from output")
        asked = Output(output)
        loop = self._loop(session_id, messages, {**options, "response_format": asked.format})
        return as_face(
            self._face, parsed_answer(loop, asked, check_count("repair", repair, least=0))
        )

    def _loop(self, session_id: Id, messages: Messages, options: ChatOptions) -> Loop:
        given = checked(ChatOptions, options)
        rules = {name: given.pop(name) for name in LoopOptions.__annotations__ if name in given}
        where = where_of(session_id, "/chat")
        max_turns, timeout = rules.pop("max_turns", MOST_TURNS), rules.pop("timeout", None)
        box = toolbox(given.get("tools") or (), blocks=isinstance(self._face, Sync), **rules)
        return Loop(
            self._engine,
            session_id,
            _exchange(where, messages, given, box.offered),
            box,
            check_count("max_turns", max_turns),
            check_timeout(timeout),
        )


def prompt_request(
    where: str, messages: Messages, options: PromptOptions, returns: type[R], *, missing: str = ""
) -> Request[R]:
    """Describe what asks the model nothing and is sent like a chat."""
    given = checked(PromptOptions, options)
    offered = described(given.get("tools") or ())
    chat = _exchange(where, messages, given, offered).request(returns)
    return attrs.evolve(chat, missing=missing, asks_model=False)


def _exchange(
    where: str, messages: Messages, settings: dict[str, Any], offered: list[Any]
) -> Exchange:
    if settings.get("tools") is not None:
        settings["tools"] = offered
    if "agent" in settings:
        settings["agent"] = id_or_omit("agent", settings["agent"])
    return Exchange(where, listed(messages), settings)


def listed(messages: Messages) -> list[MessageDict | Message | Mapping[str, Any]]:
    """Return messages in whichever form as a list of messages.

    Raises:
        ValueError: There is no message.
        TypeError: One is neither text, a mapping, a `Message` nor a model of the caller's own.
    """
    __tracebackhide__ = True
    if isinstance(messages, str | Message | Mapping) or is_foreign_model(messages):
        messages = cast("list[OneMessage]", [messages])
    if not isinstance(cast("object", messages), Iterable):
        kind = type(messages).__name__
        raise TypeError(f"messages must be text, a dict, a Message or a list of those, not {kind}")
    if not (several := list(messages)):
        raise ValueError("messages is empty; a chat needs at least one")
    return [_message(one, index) for index, one in enumerate(several)]


def _message(one: OneMessage, index: int) -> MessageDict | Message | Mapping[str, Any]:
    __tracebackhide__ = True
    if isinstance(one, str):
        return {"role": "user", "content": one}
    if isinstance(one, Mapping):
        refuse_misspelt(one, MessageDict, f"messages[{index}]")
        return one
    if isinstance(one, Message) or is_foreign_model(one):
        return one
    raise TypeError(
        f"messages[{index}] must be text, a dict or a Message, not {type(one).__name__}"
    )
