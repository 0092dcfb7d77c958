"""Much at once: nothing is lost, mixed up or done twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from julep import ConflictError, Julep
from julep.local import LocalServer
from julep.types import Execution

EXECUTIONS: Final = 200
STEPS: Final = 20


@pytest.fixture
def client(server: LocalServer) -> Iterator[Julep]:
    """A client that doesn't try again: what fails, fails."""
    with Julep(base_url=server.url, api_key=server.key, max_retries=0) as client:
        yield client


@pytest.mark.slow
def test_many_executions_at_once_end_as_one_does(client: Julep) -> None:
    """Each of 200 executions has its own numbers, in steps, branches and state."""
    count = {"evaluate": {"n": "$ _.n + 1"}}
    keep = {"set": {"n": "$ _.n"}}
    main = [count, keep, *[count] * (STEPS - 3), {"evaluate": {"n": "$ _.n", "kept": "$ state.n"}}]
    task = client.tasks.create(client.agents.create(name="Ada"), name="Count", main=main)

    def start(number: int) -> Execution:
        return client.executions.create(task, input={"n": number * 1000})

    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(start, range(EXECUTIONS)))
    for number, execution in enumerate(started):
        first = number * 1000
        transitions = list(client.executions.transitions.stream(execution))
        assert transitions[-1].output == {"n": first + STEPS - 2, "kept": first + 1}
        assert [one.current.step for one in transitions if one.current] == [0, *range(STEPS)]
    listed = client.executions.list(task).to_list()
    assert {one.id for one in listed} == {one.id for one in started}
    assert {one.status for one in listed} == {"succeeded"}


def test_writes_from_many_threads_all_arrive(client: Julep) -> None:
    """Creates and merges that go on at once are all there afterwards."""
    agent = client.agents.create(name="Ada")

    def write(number: int) -> None:
        client.users.create(name=f"user {number}", metadata={"crowd": agent.id})
        client.agents.update(agent, metadata={f"key {number}": number})
        client.agents.docs.create(agent, title=f"Doc {number}", content=f"about {number}")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(100)))
    users = client.users.list(metadata_filter={"crowd": agent.id}).to_list()
    assert {user.name for user in users} == {f"user {number}" for number in range(100)}
    assert client.agents.get(agent).metadata == {f"key {n}": n for n in range(100)}
    assert len(client.agents.docs.list(agent).to_list()) == 100


def test_one_name_is_given_once(client: Julep) -> None:
    """Of many that ask for the same unique name at once, one gets it and the rest are told."""

    def create(_: int) -> bool:
        try:
            client.agents.create(name="Ada", canonical_name="the_only_ada")
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(create, range(32))) == 1


def test_chats_in_one_session_keep_all_that_was_said(client: Julep) -> None:
    """Question and answer of each chat are in the history, next to each other or not."""
    session = client.sessions.create(agent=client.agents.create(name="Ada"))

    def say(number: int) -> str:
        return client.sessions.chat(session, f"number {number}").text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(say, range(40)))
    entries = client.sessions.history(session).entries
    said = {entry.text for entry in entries}
    assert len(entries) == 80
    assert said == {f"number {n}" for n in range(40)} | answers
