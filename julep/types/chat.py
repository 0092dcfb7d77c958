"""What chats answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

import attrs

from ._json import is_array
from ._model import Model
from .docs import DocReference
from .entries import Content, Message, Role, text_of
from .settings import ChatSettings
from .tools import CreateTool, FunctionTool, ToolCall, ToolChoice

FinishReason: TypeAlias = Literal["stop", "length", "content_filter", "tool_calls"] | str


@attrs.define(kw_only=True)
class ChatInput(ChatSettings):
    """What a chat is asked with.

    Attributes:
        messages: The new messages, at least one.
        tools: Tools for this chat alone, beside the agent's own.
        tool_choice: Which tools the model may call.
        recall: Whether documents are looked up.
        save: Whether the messages are kept in the history.
        remember: Not used by any server.
        metadata: Data attached by the developer.
    """

    messages: list[Message]
    tools: list[CreateTool | FunctionTool | dict[str, Any]] | None = None
    tool_choice: ToolChoice | None = None
    recall: bool | None = None
    save: bool | None = None
    remember: bool | None = None
    metadata: dict[str, Any] | None = None


@attrs.define(kw_only=True)
class BaseTokenLogProb(Model):
    """How likely a token was.

    Attributes:
        token: The token.
        logprob: Natural logarithm of its probability.
        bytes: The token in UTF-8.
    """

    token: str
    logprob: float
    bytes: list[int] | None = None


@attrs.define(kw_only=True)
class TokenLogProb(BaseTokenLogProb):
    """How likely a token of an answer was, and which others were likely.

    Attributes:
        top_logprobs: The likeliest tokens in its place.
    """

    top_logprobs: list[BaseTokenLogProb] = attrs.field(factory=list[BaseTokenLogProb])


@attrs.define(kw_only=True)
class LogProbResponse(Model):
    """How likely the tokens of an answer were.

    Attributes:
        content: The tokens, in their order.
    """

    content: list[TokenLogProb] | None = None


@attrs.define(kw_only=True)
class BaseChatOutput(Model):
    """What choices have in common, whole ones and chunks.

    Attributes:
        index: Which choice, from 0.
        finish_reason: Why the model stopped; None while it goes on.
        logprobs: How likely the tokens were, when asked for.
        tool_calls: Tool calls that the model asks for, from servers that put them here.
    """

    index: int = 0
    finish_reason: FinishReason | None = None
    logprobs: LogProbResponse | None = None
    tool_calls: list[ToolCall] | None = None


@attrs.define(kw_only=True)
class ChatChoice(BaseChatOutput):
    """One answer of the model.

    Attributes:
        message: The answer; the last one when there are several messages.
        messages: All messages of the answer, when there are several.
    """

    message: Message
    messages: list[Message] | None = None

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Take the last of several messages as the answer."""
        messages = fields.get("messages")
        if fields.get("message") is not None or not is_array(messages) or not messages:
            return fields
        return {**fields, "message": messages[-1]}


@attrs.define(kw_only=True)
class Delta(Model):
    """What a chunk adds to a message.

    Attributes:
        role: Who speaks.
        content: What is added.
        name: Name of the speaker.
        tool_calls: Tool calls, or parts of them.
        tool_call_id: Id of the call that the message answers.
    """

    role: Role | None = None
    content: Content | None = None
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """The text that is added; empty when there is none."""
        return text_of(self.content)


@attrs.define(kw_only=True)
class ChatOutputChunk(BaseChatOutput):
    """What a chunk adds to one answer of the model.

    Attributes:
        delta: What is added.
    """

    delta: Delta = attrs.field(factory=Delta)


@attrs.define(kw_only=True)
class CompletionUsage(Model):
    """How many tokens a chat took.

    Attributes:
        completion_tokens: Tokens of the answer.
        prompt_tokens: Tokens of the messages sent to the model.
        total_tokens: Their sum.
    """

    completion_tokens: int | None = None
    prompt_tokens: int | None = None
    total_tokens: int | None = None


@attrs.define(kw_only=True)
class BaseChatResponse(Model):
    """What whole and streamed answers have in common.

    Attributes:
        id: Id of the answer.
        created_at: When it was made.
        usage: How many tokens it took.
        jobs: Ids of the background jobs that it started.
        docs: The documents recalled.
    """

    id: str
    created_at: datetime | None = None
    usage: CompletionUsage | None = None
    jobs: list[str] = attrs.field(factory=list[str])
    docs: list[DocReference] = attrs.field(factory=list[DocReference])


@attrs.define(kw_only=True)
class MessageChatResponse(BaseChatResponse):
    """The answer to a chat.

    Attributes:
        choices: The answers of the model, one unless more were asked for.
    """

    choices: list[ChatChoice]

    def __str__(self) -> str:
        return self.text

    def __shown__(self) -> dict[str, Any]:
        """Return what there is to show: text and calls stand for a single choice."""
        held = super().__shown__()
        if len(self.choices) == 1:
            del held["choices"]
        return {"text": self.text, "tool_calls": self.tool_calls} | held

    @property
    def message(self) -> Message | None:
        """The message of the first choice."""
        return self.choices[0].message if self.choices else None

    @property
    def text(self) -> str:
        """The text of the first choice, its parts joined; empty when there is none."""
        return self.choices[0].message.text if self.choices else ""

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The tool calls that the first choice asks for."""
        if not self.choices:
            return []
        return self.choices[0].message.tool_calls or self.choices[0].tool_calls or []

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the model stopped with the first choice."""
        return self.choices[0].finish_reason if self.choices else None


@attrs.define(kw_only=True)
class ChunkChatResponse(BaseChatResponse):
    """A part of a streamed answer.

    Attributes:
        choices: What is added to each answer of the model.
    """

    choices: list[ChatOutputChunk] = attrs.field(factory=list[ChatOutputChunk])

    @property
    def text(self) -> str:
        """The text that is added to the first choice; empty when there is none."""
        return self.choices[0].delta.text if self.choices else ""


ChatResponse: TypeAlias = MessageChatResponse | ChunkChatResponse
