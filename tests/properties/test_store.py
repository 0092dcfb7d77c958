"""The embedded server holds what plain dicts would, whatever is done to it in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from julep import ConflictError, Julep, NotFoundError
from julep.local import LocalServer

from . import examples

TEXT = st.sampled_from(["a", "b", "Ünï 🦊", "%_'\"", " "])
NAMES = st.sampled_from(["Ada", "Joe", "日本"])
METADATA = st.dictionaries(st.sampled_from("ab"), st.integers(0, 2) | TEXT, max_size=2)
STEPS = st.sampled_from(
    [[{"evaluate": {"n": "$ 1"}}], [{"wait_for_input": {"info": {"q": "$ 1"}}}], [{"get": "a"}]]
)
WORDS = {"evaluate": "succeeded", "wait_for_input": "awaiting_input", "get": "succeeded"}
"""How an execution is that begins with such a step, and was left alone for a while."""

NOTHING = cast("Any", multiple())
"""What a rule gives that makes nothing."""


@define
class Kept:
    """What a resource should be, by its id.

    Attributes:
        owner: The id of what it goes along with, if anything.
        fields: What it was given.
    """

    kind: str
    owner: str | None
    fields: dict[str, Any] = field(factory=dict[str, Any])


class Machine(RuleBasedStateMachine):
    """A server, and dicts that do what it should do."""

    client: Julep
    agents: Bundle[str] = Bundle("agents")
    users: Bundle[str] = Bundle("users")
    owners: Bundle[tuple[str, str]] = Bundle("owners")
    sessions: Bundle[str] = Bundle("sessions")
    docs: Bundle[str] = Bundle("docs")
    tasks: Bundle[str] = Bundle("tasks")

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Kept] = {}
        self.said: dict[str, list[str]] = {}

    def _keep(self, kind: str, made: Any, owner: str | None = None, **fields: Any) -> str:
        self.kept[made.id] = Kept(kind, owner, fields)
        return str(made.id)

    def _forget(self, id: str) -> None:
        """Take it out, with all that goes along."""
        for other in [other for other, one in self.kept.items() if one.owner == id]:
            self._forget(other)
        self.kept.pop(id, None)

    def _of(self, kind: str, owner: str | None = None) -> set[str]:
        return {
            id
            for id, one in self.kept.items()
            if one.kind == kind and (owner is None or one.owner == owner)
        }

    def _owner(self, kind: str) -> Any:
        return self.client.agents if kind == "agent" else self.client.users

    @rule(target=owners, kind=st.sampled_from(["agent", "user"]), name=NAMES, metadata=METADATA)
    def create_owner(self, kind: str, name: str, metadata: Any) -> tuple[str, str]:
        """An agent or a user."""
        made = self._owner(kind).create(name=name, metadata=metadata)
        return kind, self._keep(kind, made, name=name, about="", metadata=metadata)

    @rule(owner=owners, about=TEXT, metadata=METADATA)
    def update_owner(self, owner: tuple[str, str], about: str, metadata: Any) -> None:
        """What is not named stays, and metadata is merged."""
        kind, id = owner
        if self._is_there(id, lambda: self._owner(kind).update(id, about=about, metadata=metadata)):
            fields = self.kept[id].fields
            fields.update(about=about, metadata={**fields["metadata"], **metadata})

    @rule(owner=owners, name=NAMES)
    def reset_owner(self, owner: tuple[str, str], name: str) -> None:
        """What is not named is emptied."""
        kind, id = owner
        if self._is_there(id, lambda: self._owner(kind).reset(id, name=name)):
            self.kept[id].fields = {"name": name, "about": "", "metadata": {}}

    @rule(owner=owners)
    def delete_owner(self, owner: tuple[str, str]) -> None:
        """With its documents, tasks and executions."""
        kind, id = owner
        if self._is_there(id, lambda: self._owner(kind).delete(id)):
            self._forget(id)

    @rule(target=sessions, owner=owners, situation=TEXT)
    def create_session(self, owner: tuple[str, str], situation: str) -> Any:
        """It outlives its agent."""
        kind, id = owner
        if kind != "agent" or id not in self.kept:
            return NOTHING
        made = self.client.sessions.create(agent=id, situation=situation)
        self.said[made.id] = []
        return self._keep("session", made, situation=situation, agent=id)

    @rule(session=sessions, text=TEXT.filter(str.strip))
    def say(self, session: str, text: str) -> None:
        """The message and the answer are kept."""
        if session in self.kept and self.kept[session].fields["agent"] in self.kept:
            answer = self.client.sessions.chat(session, text)
            self.said[session] += [text, answer.text]

    @rule(session=sessions)
    def forget_history(self, session: str) -> None:
        """The session stays."""
        if self._is_there(session, lambda: self.client.sessions.history.delete(session)):
            self.said[session] = []

    @rule(session=sessions)
    def delete_session(self, session: str) -> None:
        """With its history."""
        if self._is_there(session, lambda: self.client.sessions.delete(session)):
            self._forget(session)

    @rule(target=docs, owner=owners, title=NAMES, content=TEXT.filter(str.strip))
    def create_doc(self, owner: tuple[str, str], title: str, content: str) -> Any:
        """A second one with the same title and text is refused."""
        kind, id = owner
        same = {"title": title, "content": [content]}
        if id not in self.kept:
            return NOTHING
        if any(self.kept[doc].fields == same for doc in self._of("doc", id)):
            with pytest.raises(ConflictError):
                self._owner(kind).docs.create(id, title=title, content=content)
            return NOTHING
        made = self._owner(kind).docs.create(id, title=title, content=content)
        return self._keep("doc", made, id, **same)

    @rule(doc=docs)
    def delete_doc(self, doc: str) -> None:
        """Of whichever owner."""
        owner = self.kept[doc].owner if doc in self.kept else None
        if owner is not None:
            self._owner(self.kept[owner].kind).docs.delete(owner, doc)
            self._forget(doc)

    @rule(target=tasks, owner=owners, name=NAMES, main=STEPS)
    def create_task(self, owner: tuple[str, str], name: str, main: Any) -> Any:
        """Of an agent."""
        kind, id = owner
        if kind != "agent" or id not in self.kept:
            return NOTHING
        return self._keep("task", self.client.tasks.create(id, name=name, main=main), id, main=main)

    @rule(task=tasks)
    def execute(self, task: str) -> None:
        """It goes on until it ends or waits."""
        if self._is_there(task, lambda: self.client.tasks.get(task)):
            made = self.client.executions.create(task, input={})
            (kind,) = self.kept[task].fields["main"][0]
            self._keep("execution", made, task, status=WORDS[kind])

    @rule(task=tasks)
    def delete_task(self, task: str) -> None:
        """With its executions."""
        owner = self.kept[task].owner if task in self.kept else None
        if owner is not None:
            self.client.tasks.delete(owner, task)
            self._forget(task)

    @invariant()
    def lists_have_what_is_there(self) -> None:
        """Each once, and nothing else; the rest is not found."""
        c = self.client
        for kind, listed in (("agent", c.agents), ("user", c.users), ("session", c.sessions)):
            assert sorted(one.id for one in listed.list(page_size=3)) == sorted(self._of(kind))
        for kind in ("agent", "user"):
            for id in self._of(kind):
                docs = [doc.id for doc in self._owner(kind).docs.list(id)]
                assert sorted(docs) == sorted(self._of("doc", id))
        for id in self._of("agent"):
            assert {task.id for task in c.tasks.list(id)} == self._of("task", id)

    def teardown(self) -> None:
        """Look at each thing, and delete what stands alone."""
        for id, one in self.kept.items():
            self._look_at(id, one)
        for listed in (self.client.agents, self.client.users, self.client.sessions):
            for each in listed.list().to_list():
                listed.delete(each)
        for id, one in self.kept.items():
            with pytest.raises(NotFoundError):
                self._get(id, one.kind)

    def _look_at(self, id: str, one: Kept) -> None:
        found = self._get(id, one.kind)
        while one.kind == "execution" and found.status != one.fields["status"]:
            assert found.status in {"queued", "starting", "running"}, found
            found = self._get(id, one.kind)
        shown = found.to_dict()
        if one.kind == "session":
            entries = self.client.sessions.history(id).entries
            assert [entry.text for entry in entries] == self.said[id]
            shown["agent"] = one.fields["agent"]
        if one.kind != "task":
            assert {name: shown[name] for name in one.fields} == one.fields

    def _get(self, id: str, kind: str) -> Any:
        resource: Any = getattr(self.client, f"{kind}s")
        return resource.get(id)

    def _is_there(self, id: str, act: Any) -> bool:
        """Do something to what has an id, which fails if it was deleted; tell which."""
        if id in self.kept:
            act()
            return True
        with pytest.raises(NotFoundError):
            act()
        return False


@pytest.fixture(scope="module")
def client() -> Iterator[Julep]:
    """A client of a server of this module's own."""
    with LocalServer() as server, Julep(base_url=server.url, api_key=server.key) as client:
        yield client


@pytest.mark.slow
def test_the_server_holds_what_dicts_would(client: Julep) -> None:
    """After any operations in any order."""
    Machine.client = client
    run_state_machine_as_test(Machine, settings=settings(examples(15), stateful_step_count=30))
