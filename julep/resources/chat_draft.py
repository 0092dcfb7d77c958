"""A chat's answer put together from the chunks of its stream."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import attrs

from julep._codec import structure
from julep.types._json import objects
from julep.types._tool_calls import ToolCallPieces
from julep.types.chat import (
    ChatChoice,
    ChatOutputChunk,
    ChunkChatResponse,
    CompletionUsage,
    FinishReason,
)
from julep.types.docs import DocReference
from julep.types.entries import Message
from julep.types.tools import ToolCall
from julep.types.turns import Answer


@attrs.define
class ChoiceDraft:
    """What has been said so far by one choice.

    Attributes:
        role: Who speaks.
        text: The text, in pieces.
        calls: The tool calls.
    """

    role: str = "assistant"
    text: list[str] = attrs.field(factory=list[str])
    calls: ToolCallPieces = attrs.field(factory=ToolCallPieces)
    _reason: FinishReason | None = None
    _has_gone_on: bool = False

    def add(self, choice: ChatOutputChunk) -> None:
        """Take in the next piece."""
        delta = choice.delta
        self.role = delta.role or self.role
        self.text.append(delta.text)
        if delta.tool_calls:
            self.calls.add(delta.tool_calls)
        if not choice.finish_reason:
            self._has_gone_on = True
        elif self._reason in {None, "stop"}:
            # Servers of 2025 say `stop` with every piece that has no reason, also after the true one.
            self._reason = choice.finish_reason

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the model stopped, as far as that is known."""
        return "tool_calls" if self._reason == "stop" and self.calls else self._reason

    @property
    def has_true_reason(self) -> bool:
        """Whether the reason is surely the model's: `stop` is not, where it came from the start."""
        return self._reason is not None and (self._has_gone_on or self._reason != "stop")

    def message(self) -> Message:
        """Return the message that the pieces make."""
        calls = [structure(call, ToolCall) for call in self.calls.as_dicts()]
        text = "".join(self.text)
        return Message(role=self.role, content=text or None, tool_calls=calls or None)


def _drafts() -> defaultdict[int, ChoiceDraft]:
    return defaultdict(ChoiceDraft)


@attrs.define
class ChatDraft:
    """What has been said so far by all choices.

    Attributes:
        head: The first chunk.
        choices: The choices by their index.
        usage: Tokens used, once the server has reported them.
        docs: The documents that were recalled.
    """

    head: ChunkChatResponse | None = None
    choices: defaultdict[int, ChoiceDraft] = attrs.field(factory=_drafts)
    usage: CompletionUsage | None = None
    docs: list[DocReference] = attrs.field(factory=list[DocReference])
    _must_tell_usage: bool = False

    def read(self, value: Any) -> ChunkChatResponse:
        """Make a chunk of an event's value, and take it in."""
        chunk = structure(value, ChunkChatResponse)
        self._must_tell_usage = self._must_tell_usage or _is_late(value)
        self.head = self.head or chunk
        self.docs = chunk.docs or self.docs
        self.usage = chunk.usage or self.usage
        for choice in chunk.choices:
            self.choices[choice.index].add(choice)
        return chunk

    @property
    def first(self) -> ChoiceDraft:
        """The choice that counts where only one does."""
        return self.choices[0]

    def answer(self) -> Answer:
        """Return the answer that the chunks add up to."""
        return Answer(
            id=self.head.id if self.head else "",
            created_at=self.head.created_at if self.head else None,
            usage=self.usage,
            jobs=self.head.jobs if self.head else [],
            docs=self.docs,
            choices=[
                ChatChoice(index=index, message=one.message(), finish_reason=one.finish_reason)
                for index, one in sorted(self.choices.items())
            ],
        )

    def fault(self, *, is_told: bool) -> str | None:
        """Say why the answer can't be whole although its stream is over; None if it may be.

        Args:
            is_told: Whether the server said that the stream is complete.
        """
        if any(draft.calls.is_cut for draft in self.choices.values()):
            return (
                "the server lost pieces of the arguments of a tool call, as servers of 2025 do; "
                "ask without `stream`"
            )
        if is_told or self.usage is not None:
            return None
        reasons = [draft.finish_reason for draft in self.choices.values()]
        if not any(reasons):
            return "the body stopped before the model did"
        if self._must_tell_usage and not any(d.has_true_reason for d in self.choices.values()):
            return "the model stopped before its end, since its use of tokens was never told"
        return None


def _is_late(chunk: dict[str, Any]) -> bool:
    """Tell whether a chunk is of a server of 2025, which reports the use of tokens at the end."""
    return "usage" in chunk and any(
        "tool_calls" in choice for choice in objects(chunk.get("choices"))
    )
