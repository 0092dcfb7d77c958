"""Chat: a message in, an answer out, whole or piece by piece."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar, Unpack, cast, overload

from julep._codec import OMIT
from julep._faces import Async, FaceT, Resource, Sync, operation
from julep._keywords import checked, refuse_misspelt, shows_keywords
from julep._paths import Id, id_or_omit, path
from julep._request import Request
from julep.types._plain import is_foreign_model
from julep.types.chat import MessageChatResponse
from julep.types.entries import Message
from julep.types.settings import ResponseFormat
from julep.types.tools import CreateTool, ToolChoice

from .chat_stream import ChatStream

R = TypeVar("R")

OneMessage: TypeAlias = str | Message | Mapping[str, Any]
Messages: TypeAlias = OneMessage | Sequence[OneMessage]
"""A text (said by the user), a message as a dict or a `Message`, or a list of those."""


class ChatOptions(TypedDict, total=False):
    """How to chat. What is not given comes from the session and its agent.

    Attributes:
        model: Name of the language model.
        agent: Which of a session's agents answers.
        tools: Tools besides the agent's own.
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
    tools: Sequence[CreateTool | Mapping[str, Any]]
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
    ) -> MessageChatResponse: ...
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
    ) -> Coroutine[Any, Any, MessageChatResponse]: ...
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

        Args:
            session_id: The session, or its id.
            messages: A text, a message (a dict or a `Message`), or a list of those.
            stream: Whether to give a stream of chunks instead of the whole answer.
            **options: `model`, `agent`, `tools`, `tool_choice`, `recall`, `save`, `temperature`,
                `max_tokens` and the other settings; see `ChatOptions`.

        Returns:
            The answer: `.text`, `.message`, `.tool_calls`, `.docs`, `.usage` and all `.choices`.
            With `stream=True` a `ChatStream`.

        Raises:
            ValueError: There is no message. Nothing was sent.
            InternalServerError: The model failed.
        """
        if stream:
            return self.stream(session_id, messages, **options)
        return self._answer(session_id, messages, **options)

    @operation
    def _answer(
        self, session_id: Id, messages: Messages, **options: Unpack[ChatOptions]
    ) -> Request[MessageChatResponse]:
        return chat_request(_where(session_id), messages, options, MessageChatResponse)

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
            Chunks to iterate over; when done, `.text`, `.message`, `.usage` and `.docs`.

        Raises:
            StreamInterrupted: While iterating: the answer broke off; `partial` is what came.
        """
        request = chat_request(
            _where(session_id), messages, options, MessageChatResponse, stream=True
        )
        return ChatStream(self, request)


def chat_request(
    where: str,
    messages: Messages,
    options: ChatOptions,
    returns: type[R],
    *,
    stream: bool = OMIT,
    missing: str = "",
) -> Request[R]:
    """Describe a chat, or what is sent like one."""
    body = {"messages": listed(messages), **checked(ChatOptions, options), "stream": stream}
    if "agent" in body:
        body["agent"] = id_or_omit("agent", body["agent"])
    return Request("POST", where, returns, body=body, missing=missing)


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


def _where(session_id: Id) -> str:
    return path("/sessions/{session_id}/chat", session_id=session_id)
