"""What a recorded request needs to be there: the resources that its path and body name.

Agents, users, sessions and tasks are made under their recorded ids. The ids of the others are given
by the server, so these take their places in the path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import httpx

from tests.recorded import exchanges

JSON: TypeAlias = dict[str, Any]
RECORDED: Final[Mapping[str, Any]] = exchanges()
AGENT: Final = "a37c4085-7c32-4007-9587-e4e928943d9b"
MARKS: Final = {"m": 1, "q": 1, "em": 1}
"""What the recorded sessions and executions have as their metadata, taken together."""


class World:
    """Makes what is needed, over HTTP.

    Args:
        http: a client of the server.
        main: the steps of every task.
    """

    def __init__(self, http: httpx.Client, main: list[JSON]) -> None:
        self._http = http
        self._main = main
        self._makers: Mapping[str, Callable[[str, str], str]] = {
            "agents": lambda _, known: self._named(f"/agents/{known}", "agents_create"),
            "users": lambda _, known: self._named(f"/users/{known}", "users_create"),
            "sessions": self._session,
            "tasks": self._task,
            "tools": lambda above, _: self._named(f"{above}/tools", "tools_create"),
            "docs": self._doc,
            "search": self._doc,
            "executions": lambda above, _: self._settled(self._started(above)["id"]),
            "jobs": lambda _above, _id: str(self._started("")["jobs"][0]),
            "history": lambda above, _: self._named(f"{above}/chat", "chat_basic"),
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
            above += (
                f"/{kind}/{id if place == last and not made else self._makers[kind](above, id)}"
            )
        if len(words) % 2 == 0:
            return above
        if words[-1] in self._makers and lists:
            self._makers[words[-1]](above, "")
        return f"{above}/{words[-1]}"

    def body(self, recorded: Any) -> Any:
        """The body, with the people that it names made, and a vector of this server's own."""
        body: JSON = dict(recorded or {})
        for kind in ("agent", "user"):
            if kind in body:
                self._makers[f"{kind}s"]("", body[kind])
        if "vector" in body:
            text = body_of("docs_agent_create")["content"][0]
            body["vector"] = self._http.post("/embed", json={"text": text}).json()["vectors"][0]
        return None if recorded is None else body

    def _session(self, _above: str, id: str) -> str:
        agent = self._makers["agents"]("", AGENT)
        return str(self._post(f"/sessions/{id}", {"agent": agent, "metadata": MARKS})["id"])

    def _task(self, above: str, id: str) -> str:
        above = above or f"/agents/{self._makers['agents']('', AGENT)}"
        self._makers["tools"](above, "")
        body = {**body_of("tasks_create"), "main": self._main, "inherit_tools": True}
        return str(self._post(f"{above}/tasks/{id}", body)["id"])

    def _doc(self, above: str, _id: str) -> str:
        above = above or f"/agents/{self._makers['agents']('', AGENT)}"
        kind = "user" if above.startswith("/users") else "agent"
        return self._named(f"{above}/docs", f"docs_{kind}_create")

    def _started(self, above: str) -> JSON:
        task = above or f"/tasks/{self._task('', '')}"
        return self._post(f"{task}/executions", {"input": {"n": 9}, "metadata": MARKS})

    def _settled(self, execution: str) -> str:
        path = f"/executions/{execution}"
        while self._http.get(path).json()["status"] in {"queued", "starting", "running"}:
            pass
        return execution

    def _named(self, path: str, recording: str) -> str:
        return str(self._post(path, body_of(recording))["id"])

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
