"""What a recorded request needs to be there: the resources that its path and body name.

Agents, users, sessions and tasks are made under their recorded ids. The ids of the others are given
by the server, so these take their places in the path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import httpx

from julep.types._json import is_object
from tests.recorded import exchanges

JSON: TypeAlias = dict[str, Any]
RECORDED: Final[Mapping[str, Any]] = exchanges()
AGENT: Final = "a37c4085-7c32-4007-9587-e4e928943d9b"
NOWHERE: Final = "01890000-0000-7000-8000-000000000000"
NOBODY: Final = {NOWHERE, "models", "abc", "xyz"}
"""What stands where ids do and names nothing."""
BODIES: Final = {
    "agents": "agents_create",
    "users": "users_create",
    "tools": "tools_create",
    "docs": "docs_agent_create",
    "users' docs": "docs_user_create",
    "tasks": "tasks_create",
    "chat": "chat_basic",
}
"""The recordings that made what the others are about."""
TOO_SHORT: Final = (1, 2)
"""A vector that the recordings were refused with."""
MARKS: Final = {"m": 1, "q": 1, "em": 1}
"""What the recorded sessions and executions have as their metadata, taken together."""


class World:
    """Makes what is needed, over HTTP.

    Args:
        http: a client of the server.
        main: the steps of every task.
        bodies: what is sent to make each kind of resource.
    """

    def __init__(
        self,
        http: httpx.Client,
        main: list[JSON],
        bodies: Mapping[str, JSON] | None = None,
    ) -> None:
        self._http = http
        self._main = main
        self._bodies = bodies or {kind: body_of(name) for kind, name in BODIES.items()}
        self._makers: Mapping[str, Callable[[str, str], str]] = {
            "agents": lambda _, known: self._made(f"/agents/{known}", "agents"),
            "users": lambda _, known: self._made(f"/users/{known}", "users"),
            "sessions": self._session,
            "tasks": self._task,
            "tools": lambda above, _: self._made(f"{above}/tools", "tools"),
            "docs": self._doc,
            "search": self._doc,
            "executions": lambda above, _: self._settled(self._started(above)["id"]),
            "jobs": lambda _above, _id: str(self._started("")["metadata"]["jobs"][0]),
            "history": lambda above, _: self._made(f"{above}/chat", "chat"),
            "transitions": lambda above, _: self._last_of(f"{above}/transitions"),
            "files": lambda _above, _id: self._made("/files", "files"),
            "secrets": lambda _above, _id: self._made("/secrets", "secrets"),
            "projects": lambda _above, _id: self._made("/projects", "projects"),
        }

    def path(self, recorded: str, *, lists: bool, made: bool = True) -> str:
        """The path with the ids of what it names.

        Args:
            recorded: the path as it was recorded.
            lists: whether something of the kind at its end is to be there.
            made: whether the last thing that it names is to be there.
        """
        above, words = "", recorded.strip("/").split("/")
        last = len(words) - 2
        for place in range(0, len(words) - 1, 2):
            kind, id = words[place : place + 2]
            there = kind in self._makers and id not in NOBODY and (place < last or made)
            above += f"/{kind}/{self._makers[kind](above, id) if there else id}"
        if len(words) % 2 == 0:
            return above
        if words[-1] in self._makers and lists and not NOBODY & set(words):
            self._makers[words[-1]](above, "")
        return f"{above}/{words[-1]}"

    def body(self, recorded: Any) -> Any:
        """The body, with the people that it names made, and a vector of this server's own."""
        if not is_object(recorded):
            return recorded
        body: JSON = dict(recorded)
        for kind in ("agent", "user"):
            if body.get(kind, NOWHERE) not in NOBODY:
                self._makers[f"{kind}s"]("", body[kind])
        if len(body.get("vector", "")) > len(TOO_SHORT):
            text = self._bodies["docs"]["content"][0]
            body["vector"] = self._http.post("/embed", json={"text": text}).json()["vectors"][0]
        return body

    def _session(self, _above: str, id: str) -> str:
        agent = self._makers["agents"]("", AGENT)
        return str(self._post(f"/sessions/{id}", {"agent": agent, "metadata": MARKS})["id"])

    def _task(self, above: str, id: str) -> str:
        above = above or f"/agents/{self._makers['agents']('', AGENT)}"
        self._makers["tools"](above, "")
        body = {**self._bodies["tasks"], "main": self._main, "inherit_tools": True}
        return str(self._post(f"{above}/tasks/{id}", body)["id"])

    def _doc(self, above: str, _id: str) -> str:
        above = above or f"/agents/{self._makers['agents']('', AGENT)}"
        kind = "users' docs" if above.startswith("/users") else "docs"
        return self._made(f"{above}/docs", kind)

    def _started(self, above: str) -> JSON:
        task = above or f"/tasks/{self._task('', '')}"
        return self._post(f"{task}/executions", {"input": {"n": 9, "a": 2}, "metadata": MARKS})

    def _settled(self, execution: str) -> str:
        path = f"/executions/{execution}"
        while self._http.get(path).json()["status"] in {"queued", "starting", "running"}:
            pass
        return execution

    def _last_of(self, path: str) -> str:
        return str(self._http.get(path).json()["items"][0]["id"])

    def _made(self, path: str, kind: str) -> str:
        return str(self._post(path, self._bodies[kind])["id"])

    def _post(self, path: str, body: JSON) -> JSON:
        response = self._http.post(path.removesuffix("/"), json=body)
        assert response.status_code == 201, response.text
        made: JSON = response.json()
        return made


def body_of(name: str) -> JSON:
    """The body of a recorded request."""
    body: JSON = RECORDED[name]["request"]["body"]
    return body


def main_of(name: str) -> list[JSON]:
    """The steps of the task that a recording is about, in the language of 2025."""
    if "wait" in name or "cancel" in name:
        return [{"wait_for_input": {"info": {"q": "what?"}}}]
    if "ifelse" in name:
        big, small = {"evaluate": {"r": "big"}}, {"evaluate": {"r": "small"}}
        return [{"if": "$ _.n > 5", "then": big, "else": small}]
    steps: list[JSON] = body_of("tasks_create")["main"]
    return steps
