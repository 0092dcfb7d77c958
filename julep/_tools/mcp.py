"""Tools of MCP servers: an open session of the `mcp` package lists and calls them.

The package is not needed here. Its releases call fields `nextCursor` or `next_cursor`, and take the
place of a page as `cursor` or within `params`; both are spoken.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final, Protocol, TypeGuard

from julep._codec import decode_json, encode, to_plain
from julep._codec.mismatch import JSON_NAMES, Mismatch, named
from julep.errors import ToolError
from julep.types._json import is_object
from julep.types.tools import FunctionDef

from .function import LONGEST_NAME, is_name, json_arguments

_MOST_PAGES: Final = 1000
"""Pages of tools; a server that has more gives the same ones again."""


class McpSession(Protocol):
    """What a `ClientSession` of the `mcp` package can do, and its `Client`."""

    async def list_tools(self) -> Any:
        """Return a page of the tools that the server has."""

    async def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> Any:
        """Call a tool of the server."""


def is_session(tool: object) -> TypeGuard[McpSession]:
    """Whether something can do what a session does."""
    # A check against the protocol would be a third of what a function costs in `tools`.
    return hasattr(tool, "list_tools") and hasattr(tool, "call_tool")


class McpTool:
    """A tool of an MCP server.

    Attributes:
        name: What the model calls it by: its own name, made to be what Julep's servers take.
        description: What the model is told that it does.
        parameters: The JSON Schema of its arguments.
        is_async: Always true.
    """

    is_async = True

    def __init__(self, session: McpSession, tool: Any, taken: Collection[str]) -> None:
        self._session = session
        self._own_name: str = tool.name
        self.name = _free(_sound(tool.name), taken)
        self.description: str | None = _field(tool, "description") or _field(tool, "title")
        self.parameters: dict[str, Any] = dict(_field(tool, "input_schema") or {"type": "object"})

    @property
    def definition(self) -> FunctionDef:
        """What servers and models are given of it."""
        return FunctionDef(name=self.name, description=self.description, parameters=self.parameters)

    def read(self, arguments: str | Mapping[str, Any] | None) -> dict[str, Any]:
        """Read what a model calls it with; the server looks at the values.

        Raises:
            Mismatch: It is no JSON object.
        """
        given = json_arguments(arguments)
        if not is_object(given):
            raise Mismatch("the arguments", JSON_NAMES[dict], named(given))
        return given

    async def __call__(self, /, **arguments: Any) -> str:
        """Call it.

        Raises:
            ToolError: It failed.
        """
        result = await self._session.call_tool(self._own_name, arguments)
        text = _told(result)
        if _field(result, "is_error"):
            raise ToolError(text or "the tool failed")
        return text


async def tools_of(session: McpSession) -> list[Any]:
    """Return what a session says of all tools of its server, page by page."""
    page = await session.list_tools()
    tools = list(page.tools)
    for _ in range(_MOST_PAGES):
        if not (cursor := _field(page, "next_cursor")):
            break
        page = await session.list_tools(**_at(session, cursor))
        tools += page.tools
    return tools


def _at(session: McpSession, cursor: str) -> dict[str, Any]:
    parameters = inspect.signature(session.list_tools).parameters
    if "params" not in parameters:
        return {"cursor": cursor}
    try:
        return {"params": import_module("mcp.types").PaginatedRequestParams(cursor=cursor)}
    except ImportError:
        return {"params": SimpleNamespace(cursor=cursor)}


def _field(value: Any, name: str) -> Any:
    """Return a field by its name in either spelling; None where there is none."""
    head, *rest = name.split("_")
    in_camel_case = head + "".join(map(str.capitalize, rest))
    return getattr(value, name, getattr(value, in_camel_case, None))


def _sound(name: str) -> str:
    """Make a name what Julep's servers take: many of MCP's have dashes, dots and slashes."""
    name = re.sub(r"\W", "_", name)[:LONGEST_NAME]
    return name if is_name(name) else f"_{name}"[:LONGEST_NAME]


def _free(name: str, taken: Collection[str]) -> str:
    """Put a number to a name that another tool has: servers know nothing of each other."""
    ends = (f"_{number}" for number in range(2, len(taken) + 3))
    numbered = (name[: LONGEST_NAME - len(end)] + end for end in ends)
    return name if name not in taken else next(one for one in numbered if one not in taken)


def _told(result: Any) -> str:
    """Give a result as text, which is what any model takes as the result of a tool."""
    texts = [_text(block) for block in _field(result, "content") or ()]
    structured = to_plain(_field(result, "structured_content"))
    if structured is not None and not _says(texts, structured):
        texts.append(encode(structured).decode())
    return "\n".join(texts)


def _says(texts: list[str], structured: Any) -> bool:
    """Whether texts say what the structured content does, as they should; not all servers see to it."""
    values = [_value(text) for text in texts]
    said: list[Any] = [texts, values, *texts, *values]
    return structured in said or structured in [{"result": each} for each in said]


def _value(text: str) -> Any:
    try:
        return decode_json(text)
    except ValueError:
        return text


def _text(block: Any) -> str:
    """Give a part of a result as text; of images and sounds, that they are there."""
    held = getattr(block, "resource", block)
    text = getattr(held, "text", None)
    if isinstance(text, str):
        return text
    known = (_field(held, name) for name in ("name", "uri", "mime_type"))
    return f"[{block.type}, not shown here: {', '.join(str(each) for each in known if each)}]"
