"""Tools as dicts, one for each kind. Editors complete the keys, and show the text below each.

Plain mappings are taken just as well: variables need no annotation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Required, TypeAlias, TypedDict

Provider: TypeAlias = Literal[
    "brave",
    "wikipedia",
    "weather",
    "spider",
    "browserbase",
    "cloudinary",
    "remote_browser",
    "email",
    "google_sheets",
    "arxiv",
    "mcp",
    "llama_parse",
    "ffmpeg",
    "unstructured",
    "algolia",
    "mailgun",
    "dummy",
]
"""The services that self-hosted servers speak to."""


SystemResource: TypeAlias = Literal["agent", "user", "task", "execution", "doc", "session", "job"]
SystemSubresource: TypeAlias = Literal["tool", "doc", "execution", "transition"]
SystemOperation: TypeAlias = Literal[
    "create",
    "update",
    "patch",
    "create_or_update",
    "embed",
    "change_status",
    "search",
    "chat",
    "history",
    "delete",
    "get",
    "list",
]
HttpMethod: TypeAlias = Literal[
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"
]


class FunctionDict(TypedDict, total=False):
    """A function that a language model may call; `FunctionDef` is the same as a class."""

    name: str
    """Left alone by clients: it is the name of the tool."""
    description: str | None
    """What it does, for the model."""
    parameters: Mapping[str, Any] | None
    """JSON Schema of its arguments, an object."""


class IntegrationDict(TypedDict, total=False):
    """A service that the server speaks to."""

    provider: Required[Provider]
    """The service."""
    method: str | None
    """What is asked of it; it has a default for most services."""
    setup: Mapping[str, Any] | None
    """Keys and addresses of the service; `$ secrets.NAME` takes a stored secret."""
    arguments: Mapping[str, Any] | None
    """Arguments that are always the same. Self-hosted servers don't use them in tasks."""


class SystemDict(TypedDict, total=False):
    """An operation of the API that the server calls itself."""

    resource: Required[SystemResource]
    """What it is about."""
    operation: Required[SystemOperation]
    """What is done."""
    resource_id: str | None
    """Id of what it is about, where that is always the same."""
    subresource: SystemSubresource | None
    """What of the resource is meant, such as its documents."""
    arguments: Mapping[str, Any] | None
    """Arguments that are always the same."""


class ApiCallDict(TypedDict, total=False):
    """An HTTP request that the server makes. A step's arguments fill in more of it."""

    method: Required[HttpMethod]
    """The HTTP method."""
    url: Required[str]
    """The address, beginning with `http://` or `https://`."""
    schema: Mapping[str, Any] | None
    """JSON Schema of the answer."""
    headers: Mapping[str, str] | None
    """Headers by name."""
    content: str | None
    """The body as text."""
    data: Mapping[str, Any] | None
    """The body as the fields of a form."""
    files: Mapping[str, Any] | None
    """Files of a form."""
    json: Any
    """The body as JSON."""
    cookies: Mapping[str, str] | None
    """Cookies by name."""
    params: str | Mapping[str, Any] | None
    """Query parameters."""
    follow_redirects: bool | None
    """Whether redirects are followed."""
    timeout: int | None
    """Seconds to wait for the answer."""
    params_schema: Mapping[str, Any] | None
    """JSON Schema of what a model may fill in."""
    secrets: Mapping[str, Any] | None
    """Names of stored secrets that the request may use."""
    include_response_content: bool
    """Whether the result holds the body of the answer. Default true."""


class BuiltInDict(TypedDict, total=False):
    """Settings of a tool that the model's maker defines."""

    type: str
    """The name of the kind of tool."""
    name: str
    """What the model knows the tool as."""


class ComputerDict(BuiltInDict, total=False):
    """Settings of a screen."""

    display_width_px: int
    """Its width in pixels, at least 600. Default 1024."""
    display_height_px: int
    """Its height in pixels, at least 400. Default 768."""
    display_number: int
    """Which display, 1 to 10. Default 1."""


class ToolBaseDict(TypedDict, total=False):
    """What tools of all kinds have."""

    name: Required[str]
    """A Python identifier of at most 40 characters, unique for the agent."""
    description: str | None
    """What it does, for the model. Servers of 2024 read it from `function`."""


class FunctionToolDict(ToolBaseDict, total=False):
    """A function that your program runs."""

    type: Literal["function"]
    """What kind of tool it is. Default `function`."""
    function: FunctionDict | None
    """What it takes and does."""


class IntegrationToolDict(ToolBaseDict, total=False):
    """A service that the server speaks to."""

    type: Required[Literal["integration"]]
    """What kind of tool it is."""
    integration: Required[IntegrationDict]
    """The service and its setup."""


class SystemToolDict(ToolBaseDict, total=False):
    """An operation of the API that the server calls itself."""

    type: Required[Literal["system"]]
    """What kind of tool it is."""
    system: Required[SystemDict]
    """The operation."""


class ApiCallToolDict(ToolBaseDict, total=False):
    """An HTTP request that the server makes."""

    type: Required[Literal["api_call"]]
    """What kind of tool it is."""
    api_call: Required[ApiCallDict]
    """The request."""


class ComputerToolDict(ToolBaseDict, total=False):
    """A screen for models that use one."""

    type: Required[Literal["computer_20241022"]]
    """What kind of tool it is."""
    computer_20241022: ComputerDict | Mapping[str, Any] | None
    """Its settings."""


class TextEditorToolDict(ToolBaseDict, total=False):
    """An editor for models that use one."""

    type: Required[Literal["text_editor_20241022"]]
    """What kind of tool it is."""
    text_editor_20241022: BuiltInDict | Mapping[str, Any] | None
    """Its settings."""


class BashToolDict(ToolBaseDict, total=False):
    """A shell for models that use one."""

    type: Required[Literal["bash_20241022"]]
    """What kind of tool it is."""
    bash_20241022: BuiltInDict | Mapping[str, Any] | None
    """Its settings."""


ToolDict: TypeAlias = (
    FunctionToolDict
    | IntegrationToolDict
    | SystemToolDict
    | ApiCallToolDict
    | ComputerToolDict
    | TextEditorToolDict
    | BashToolDict
)
"""A tool of any kind."""


class NamedFunctionDict(TypedDict):
    """The function that a model has to call."""

    name: str
    """Name of the function."""


class ToolChoiceDict(TypedDict):
    """The tool that a model has to call; `NamedToolChoice` is the same as a class."""

    type: Literal["function"]
    """What kind of tool it is."""
    function: NamedFunctionDict
    """The function."""
