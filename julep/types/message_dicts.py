"""Messages as dicts. Editors complete the keys, and show the text below each.

Plain mappings are taken just as well: variables need no annotation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypeAlias, TypedDict

ChatRole: TypeAlias = Literal["user", "assistant", "system", "tool", "developer"]
"""Who can speak in a chat."""


class ImageUrlDict(TypedDict, total=False):
    """Where an image is."""

    url: Required[str]
    """An HTTP URL, or a data URL in base64."""
    detail: Literal["low", "high", "auto"]
    """How closely the model looks at it. Default `auto`."""


class TextPartDict(TypedDict, total=False):
    """Text within a message."""

    type: Required[Literal["text"]]
    """The kind of part."""
    text: Required[str]
    """The text."""


class ImagePartDict(TypedDict, total=False):
    """An image within a message."""

    type: Required[Literal["image_url"]]
    """The kind of part."""
    image_url: Required[ImageUrlDict]
    """Where the image is."""


class ToolResultPartDict(TypedDict, total=False):
    """The result of a tool call within a message."""

    type: Required[Literal["tool_result"]]
    """The kind of part."""
    tool_use_id: Required[str]
    """Id of the call."""
    content: Required[Sequence[TextPartDict | ImagePartDict | Mapping[str, Any]]]
    """What the tool gave, as parts of text or images."""


ContentPartDict: TypeAlias = TextPartDict | ImagePartDict | ToolResultPartDict


class FunctionCallDict(TypedDict, total=False):
    """Which function, and what with."""

    name: Required[str]
    """Name of the function."""
    arguments: str
    """The arguments, as JSON text."""


class ToolCallDict(TypedDict, total=False):
    """A call that a language model asked for."""

    id: Required[str]
    """Id of the call, which its result refers to."""
    type: Literal["function"]
    """Type of the tool."""
    function: Required[FunctionCallDict]
    """Which function, and what with."""


# Apart, since Python reserves the name; pyright shows the text below a key in its own class alone.
_Continued = TypedDict("_Continued", {"continue": bool | None}, total=False)


class MessageDict(_Continued, total=False):
    """A message to a model; `Message` is the same as a class.

    With `continue` the model goes on with this message instead of starting a new one.
    """

    role: Required[ChatRole]
    """Who speaks."""
    content: str | Sequence[str | ContentPartDict | Mapping[str, Any]] | None
    """Text, or parts of text and images. None when the message is a tool call alone."""
    name: str | None
    """Name of the speaker."""
    tool_calls: Sequence[ToolCallDict | Mapping[str, Any]] | None
    """Tool calls that the model asked for."""
    tool_call_id: str | None
    """Id of the call that this message answers."""
