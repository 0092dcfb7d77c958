"""Servers of both generations, as far as they change what a request leaves out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import attrs
import httpx
from pytest_httpx import HTTPXMock

from .conftest import URL

Json: TypeAlias = dict[str, Any]

TEMPLATE: Final = "the server's own"
RESET_IN_2025: Final[dict[str, Json]] = {
    "agents": {"about": "", "model": "", "instructions": [], "default_system_template": TEMPLATE},
    "users": {"name": "", "about": ""},
    "sessions": {"render_templates": True, "forward_tool_calls": False},
}
"""What a PATCH without these fields sets them to on servers of 2025."""
_NO_METADATA: Final[Json] = {"metadata": {}}


@attrs.define
class World:
    """What a server holds, by path, and what it was sent.

    Attributes:
        stored: Resources by path.
        tools: The tools of the agent `a1`.
        sent: The method and the body of each write.
        read: The paths of the reads.
    """

    stored: dict[str, Json] = attrs.field(factory=dict[str, Json])
    tools: list[Json] = attrs.field(factory=list[Json])
    sent: list[tuple[str, Json]] = attrs.field(factory=list[tuple[str, Json]])
    read: list[str] = attrs.field(factory=list[str])

    def serve(self, httpx_mock: HTTPXMock, write: Callable[[World, str, str, Json], Any]) -> None:
        """Answer all requests of a test."""

        def answer(request: httpx.Request) -> httpx.Response:
            path = request.url.path.removeprefix(httpx.URL(URL).path)
            if request.method == "GET":
                self.read.append(path)
                return self._read(path)
            body = json.loads(request.content)
            self.sent.append((request.method, body))
            if path not in self.stored and "/tools/" not in path:
                return httpx.Response(404, json={"error": {"message": "no such thing"}})
            return httpx.Response(200, json=write(self, request.method, path, body))

        httpx_mock.add_callback(answer, is_reusable=True)

    def _read(self, path: str) -> httpx.Response:
        if path.endswith("/tools"):
            return httpx.Response(200, json={"items": self.tools})
        if path not in self.stored:
            return httpx.Response(404, json={"error": {"message": "no such thing"}})
        if self.stored[path].get("name", "x") == "":
            return httpx.Response(400, json={"error": {"message": "Invalid value for user"}})
        return httpx.Response(200, json=self.stored[path])


def writes_of_2025(world: World, method: str, path: str, body: Json) -> Json:
    """Write as servers of 2025 do: a PATCH resets some fields, a PUT forgets the instructions."""
    kind = path.split("/")[1]
    if "/tools/" in path:
        return _write_tool(world, method, path, body)
    defaults = RESET_IN_2025[kind]
    old = world.stored[path]
    if method == "PUT":
        kept: Json = {name: old[name] for name in ("id", "instructions") if name in old}
        new: Json = {**_NO_METADATA, **defaults, **body, **kept}
    else:
        metadata = {**old.get("metadata", {}), **body.get("metadata", {})}
        new = {**old, **defaults, **body, "metadata": metadata}
    world.stored[path] = new
    return new


def _write_tool(world: World, method: str, path: str, body: Json) -> Json:
    number = next(n for n, tool in enumerate(world.tools) if path.endswith(tool["id"]))
    old = world.tools[number]
    kind = str(body.get("type", old["type"]))
    base: Json = {"id": old["id"], "description": None} if method == "PUT" else old
    world.tools[number] = {**base, **body, "type": kind, kind: body.get(kind)}
    return {**world.tools[number], kind: None}


def writes_of_2024(world: World, method: str, path: str, body: Json) -> Json:
    """Write as servers of 2024 do: what is not sent stays, and the answer is a receipt."""
    assert method == "PATCH"
    assert not isinstance(body.get("instructions"), str), "a PATCH of text is a 400"
    if "/tools/" in path:
        world.tools[0] = {**world.tools[0], "type": "function", **body}
    else:
        world.stored[path] |= body
    return {"id": path.rpartition("/")[2], "updated_at": "2024-09-09T00:00:00Z", "jobs": []}
