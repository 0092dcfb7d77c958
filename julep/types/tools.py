"""Tools, and calls of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from ._json import is_object
from ._model import Model

KnownToolType: TypeAlias = Literal[
    "function",
    "integration",
    "system",
    "api_call",
    "computer_20241022",
    "text_editor_20241022",
    "bash_20241022",
]
ToolType: TypeAlias = KnownToolType | str


@attrs.define(kw_only=True)
class FunctionDef(Model):
    """A function that a language model may call.

    Attributes:
        name: Left alone by clients; some servers fill in the name of the tool.
        description: What it does. Servers of 2024 take 120 characters, beginning with a letter.
        parameters: JSON Schema of its arguments.
    """

    name: str | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None


@attrs.define(kw_only=True)
class FunctionTool(Model):
    """A function offered in one chat.

    Attributes:
        function: What it is.
        background: Not used by any server.
    """

    function: FunctionDef
    background: bool = False


@attrs.define(kw_only=True)
class CreateTool(Model):
    """What a tool is made from. The field named as its type says how it works.

    Attributes:
        name: A Python identifier of up to 40 characters, unique to the agent.
        type: How it works.
        description: What it does.
        function: The function, for tools of type `function`.
        integration: The service and its set-up, for `integration`.
        system: The operation of the API, for `system`.
        api_call: The HTTP request, for `api_call`.
        computer_20241022: Settings of the model maker's own tool.
        text_editor_20241022: Settings of the model maker's own tool.
        bash_20241022: Settings of the model maker's own tool.
    """

    __late__: ClassVar[frozenset[str]] = frozenset({"description"})

    name: str
    type: ToolType = "function"
    description: str | None = None
    function: FunctionDef | None = None
    integration: Any = None
    system: Any = None
    api_call: Any = None
    computer_20241022: Any = None
    text_editor_20241022: Any = None
    bash_20241022: Any = None

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Find name and description at the top or under the tool's type."""
        under = fields.get(str(fields.get("type", "function")))
        missing = [name for name in ("name", "description") if fields.get(name) is None]
        if not missing or not is_object(under):
            return fields
        return fields | {name: under[name] for name in missing if isinstance(under.get(name), str)}


@attrs.define(kw_only=True)
class Tool(CreateTool):
    """A tool of an agent.

    Attributes:
        id: Id of the tool.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.define(kw_only=True)
class FunctionCall(Model):
    """Which function, and what with.

    Attributes:
        name: Name of the function.
        arguments: The arguments, as JSON text.
    """

    name: str
    arguments: str | None = None


@attrs.define(kw_only=True)
class NamedToolChoice(Model):
    """The tool that the model has to call.

    Attributes:
        type: Type of the tool.
        function: The function, for tools of type `function`.
        integration: The integration, for tools of that type.
        system: The operation, for tools of that type.
        api_call: The HTTP request, for tools of that type.
    """

    type: ToolType = "function"
    function: FunctionCall | None = None
    integration: Any = None
    system: Any = None
    api_call: Any = None


@attrs.define(kw_only=True)
class ToolCall(NamedToolChoice):
    """A call that a language model asks for.

    Attributes:
        id: Id of the call, which its result refers to.
        computer_20241022: Call of the model maker's own tool.
        text_editor_20241022: Call of the model maker's own tool.
        bash_20241022: Call of the model maker's own tool.
    """

    id: str | None = None
    computer_20241022: Any = None
    text_editor_20241022: Any = None
    bash_20241022: Any = None


@attrs.define(kw_only=True)
class ToolResponse(Model):
    """The result of a tool call, as histories keep it.

    Attributes:
        id: Id of the call.
        output: What the tool gave.
    """

    id: str
    output: Any


KnownToolChoice: TypeAlias = Literal["auto", "none", "required"]
ToolChoice: TypeAlias = KnownToolChoice | str | NamedToolChoice
