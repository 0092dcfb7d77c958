"""Messages, what they consist of, and the history that keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

import attrs

from ._model import Model, tagged
from .tools import ToolCall

Role: TypeAlias = (
    Literal[
        "user",
        "assistant",
        "system",
        "tool",
        "function",
        "function_response",
        "function_call",
        "auto",
    ]
    | str
)
EntrySource: TypeAlias = (
    Literal["api_request", "api_response", "tool_response", "internal", "summarizer", "meta"] | str
)
ImageDetail: TypeAlias = Literal["low", "high", "auto"] | str


@attrs.define(kw_only=True)
class ImageUrl(Model):
    """Where an image is.

    Attributes:
        url: An HTTP URL, or a data URL in base64.
        detail: How closely the model looks at it.
    """

    url: str
    detail: ImageDetail = "auto"


@tagged("type", "text")
@attrs.define(kw_only=True)
class TextPart(Model):
    """Text within a message.

    Attributes:
        text: The text.
        type: Always `text`.
    """

    text: str
    type: str = "text"


@tagged("type", "image_url")
@attrs.define(kw_only=True)
class ImagePart(Model):
    """An image within a message.

    Attributes:
        image_url: Where the image is.
        type: Always `image_url`.
    """

    image_url: ImageUrl
    type: str = "image_url"


@tagged("type", "tool_result", key="tool_use_id")
@attrs.define(kw_only=True)
class ToolResultPart(Model):
    """The result of a tool call within a message.

    Attributes:
        tool_use_id: Id of the call.
        content: What the tool gave, as parts of text or images.
        type: Always `tool_result`.
    """

    tool_use_id: str
    content: list[Any]
    type: str = "tool_result"


ContentPart: TypeAlias = TextPart | ImagePart | ToolResultPart | Mapping[str, Any]
Content: TypeAlias = str | Sequence[str | ContentPart]
EntryContent: TypeAlias = str | Sequence[str | ContentPart | Sequence[Any]] | Mapping[str, Any]


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def text_of(content: EntryContent | None) -> str:
    """Return the text of a content, its parts joined; images and tool calls have none."""
    if content is None or isinstance(content, (str, Mapping)):
        return content if isinstance(content, str) else ""
    return "".join(_text(part) for part in content)


def _text(part: str | ContentPart | Sequence[Any]) -> str:
    return part.text if isinstance(part, TextPart) else part if isinstance(part, str) else ""


@attrs.define(kw_only=True)
class Message(Model):
    """A message to a model or from one.

    Attributes:
        role: Who speaks.
        content: Text, or parts of text and images. None when the message is a tool call alone.
        name: Name of the speaker.
        tool_calls: Tool calls that the model asks for.
        tool_call_id: Id of the call that this message answers.
        continue_: Whether the model goes on with this message instead of starting a new one.
        id: Id of the message, where the server gives one.
        created_at: When it was made, where the server says so.
    """

    role: Role
    content: Content | None = None
    name: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    continue_: bool | None = None
    id: str | None = None
    created_at: datetime | None = None

    @property
    def text(self) -> str:
        """The text of the message, parts joined; empty when there is none."""
        return text_of(self.content)


@attrs.define(kw_only=True)
class BaseEntry(Model):
    """What a history keeps of a message.

    Attributes:
        role: Who spoke.
        content: What was said. Objects that are not parts of messages stay plain mappings.
        source: What made the entry.
        name: Name of the speaker.
        tokenizer: What counted the tokens.
        token_count: How many tokens it has.
        timestamp: The time that it refers to.
        model: Name of the language model.
        tool_calls: Tool calls that the model asked for.
        tool_call_id: Id of the call that this entry answers.
    """

    role: Role
    content: EntryContent | None
    source: EntrySource
    name: str | None = None
    tokenizer: str | None = None
    token_count: int | None = None
    timestamp: datetime | None = None
    model: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """The text of the entry, parts joined; empty when there is none."""
        return text_of(self.content)


@attrs.define(kw_only=True)
class Entry(BaseEntry):
    """An entry of a session's history.

    Attributes:
        id: Id of the entry.
        created_at: When it was stored.
    """

    id: str
    created_at: datetime | None = None


@attrs.define(kw_only=True)
class Relation(Model):
    """A link between two entries.

    Attributes:
        head: Id of the entry that it starts from.
        relation: What the link means.
        tail: Id of the entry that it leads to.
    """

    head: str
    relation: str
    tail: str


@attrs.define(kw_only=True)
class History(Model):
    """What was said in a session.

    Attributes:
        entries: The entries, oldest first.
        session_id: Id of the session.
        relations: Links between entries.
        created_at: When it was put together.
    """

    entries: list[Entry]
    session_id: str
    relations: list[Relation] = attrs.field(factory=list[Relation])
    created_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        """Put the entries in order; no server promises one."""
        times = [entry.created_at for entry in self.entries]
        if None not in times:
            self.entries = sorted(self.entries, key=lambda entry: entry.created_at or _NEVER)
