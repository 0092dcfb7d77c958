"""Where jobs are done: an agent on an embedded server, with what else a job needs."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

import attrs
import httpx

from julep import Agent, File, Julep, Session, Task
from julep.local import LocalServer

AT_EASE: Final = 60.0
"""Seconds for what is not tried, but used to see what became of it."""
CONTENT: Final = bytes(range(256)) * 20
"""What is in files."""
FLOW: Final[list[Any]] = [
    {"tool": "double", "arguments": {"n": "$ _.n"}},
    {"wait_for_input": {"info": {"q": "$ _.result"}}},
    {"evaluate": {"n": "$ _.a + 1"}},
]
"""A function is called, a question asked, and the answer to it made an output."""
DOUBLE: Final = {
    "name": "double",
    "type": "function",
    "function": {"parameters": {"type": "object"}},
}
TEXTS: Final = {"a.md": "# A\nfirst", "b.md": "# B\nsecond", "c.md": "# C\nthird"}


@attrs.define(slots=False)
class Ground:
    """What a job is done with.

    Attributes:
        server: The embedded server.
        client: A client that talks to it straight.
        folder: A folder of its own.
        url: Where the client of a job finds the server.
        asked: What functions of the caller's were asked.
        in_processes: Whether commands are processes.
        is_hurried: Whether something goes wrong, so that nothing is to be waited for long.
        name: A name that nothing else has.
    """

    server: LocalServer
    client: Julep
    folder: Path
    url: str = ""
    asked: list[Any] = attrs.field(factory=list[Any])
    in_processes: bool = False
    is_hurried: bool = False
    name: str = attrs.field(factory=lambda: f"n{uuid4().hex}")

    def within(self, seconds: float) -> float:
        """How many seconds a job is given."""
        return seconds if self.is_hurried else AT_EASE

    @cached_property
    def agent(self) -> Agent:
        """An agent."""
        return self.client.agents.create(name=self.name)

    @cached_property
    def session(self) -> Session:
        """A session with it."""
        return self.client.sessions.create(agent=self.agent)

    @cached_property
    def task(self) -> Task:
        """A task of it."""
        return self.client.tasks.create(self.agent, name="t", main=FLOW, tools=[DOUBLE])

    @cached_property
    def quick(self) -> Task:
        """A task that asks nothing."""
        return self.client.tasks.create(
            self.agent, name="q", main=[{"evaluate": {"n": "$ _.n + 1"}}]
        )

    @cached_property
    def file(self) -> File:
        """A file on the server."""
        return self.client.files.upload(CONTENT, name=f"{self.name} there")

    @cached_property
    def texts(self) -> Path:
        """A folder with some texts."""
        folder = self.folder / "texts"
        folder.mkdir()
        for name, text in TEXTS.items():
            (folder / name).write_text(text)
        return folder

    @cached_property
    def flow(self) -> Path:
        """A file with a task that asks nothing."""
        file = self.folder / "flow.yaml"
        file.write_text(json.dumps({"name": "f", "main": [{"evaluate": {"n": "$ _.n + 1"}}]}))
        return file

    def double(self, n: int) -> int:
        """Double a number."""
        self.asked.append(n)
        return n * 2

    def answer(self, question: dict[str, int]) -> dict[str, int]:
        """Answer the question of the task."""
        self.asked.append(f"{question['q']}?")
        return {"a": question["q"]}

    def said(self) -> list[Any]:
        """What users said in the session, and what functions were asked."""
        return self._said_in(self.session) + self.asked

    def said_anywhere(self) -> list[Any]:
        """What users said to the agent, in sessions of which it is not known who made them."""
        recent = [one for one in self.client.sessions.list(limit=9) if one.agent == self.agent.id]
        return [said for session in recent for said in self._said_in(session)]

    def _said_in(self, session: Session) -> list[Any]:
        entries = self.client.sessions.history(session).entries
        return [str(one.content) for one in entries if one.role == "user"]

    def started(self) -> list[Any]:
        """What the task was started with, and what functions were asked."""
        return [f"started with {one.input}" for one in self._executions(self.task)] + self.asked

    def _executions(self, task: Task) -> Iterable[Any]:
        return self.client.executions.list(task)

    def runs_of_the_flow(self) -> list[Any]:
        """What the task of the file was started with by the command."""
        tasks = (one for one in self.client.tasks.list(self.agent) if one.name == "f")
        return [f"started {one.input}" for task in tasks for one in self._executions(task)]

    def documents(self) -> list[Any]:
        """Of which files the agent has documents."""
        return [
            (one.metadata or {})["julep_path"] for one in self.client.agents.docs.list(self.agent)
        ]

    def agents(self) -> list[Any]:
        """The agents that a job has ensured."""
        return [one.name for one in self.client.agents.list() if one.name == f"{self.name}'s"]

    def tools(self) -> list[Any]:
        """The names of the agent's tools."""
        return [one.name for one in self.client.agents.tools.list(self.agent)]

    def tasks(self) -> list[Any]:
        """The names of the agent's tasks."""
        return [one.name for one in self.client.tasks.list(self.agent) if one.name == self.name]

    def files(self) -> list[Any]:
        """The names of the files that a job has sent."""
        return [one.name for one in self.client.files.list() if one.name == self.name]


@attrs.frozen
class Land:
    """An embedded server for many grounds.

    Attributes:
        server: The server.
        client: A client that talks to it.
        http: The same, for what is sent on as it is.
    """

    server: LocalServer
    client: Julep
    http: httpx.Client

    @contextmanager
    def ground(self, *, in_processes: bool = False) -> Generator[Ground]:
        """What one job is done with."""
        with TemporaryDirectory() as folder:
            place = Path(folder)
            ground = Ground(self.server, self.client, place, in_processes=in_processes)
            yield ground
            self.server.replies.clear()
            if "agent" in vars(ground):
                self.client.agents.delete(ground.agent)
            # Lists that grow with the cells would make the last ones slow.
            for file in list(self.client.files.list()):
                if file.name.startswith(ground.name):
                    self.client.files.delete(file)


@contextmanager
def land() -> Generator[Land]:
    """Start an embedded server."""
    with (
        LocalServer() as server,
        Julep(base_url=server.url, api_key=server.key, timeout=AT_EASE) as client,
        httpx.Client(
            base_url=server.url,
            headers={"Authorization": f"Bearer {server.key}"},
            timeout=AT_EASE,
            limits=httpx.Limits(),
        ) as http,
    ):
        yield Land(server, client, http)
