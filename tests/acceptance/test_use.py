"""What people do with a server besides calling one method after another."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import pytest

from julep import APITimeoutError, AuthenticationError, Julep, UnprocessableEntityError
from julep.local import LocalServer

ODD: Final = "Ünï 🦊 \u202eعربى\u202c \x00\x1f \u2028 日本 \U0010ffff '\"\\"


@pytest.fixture
def client(server: LocalServer) -> Iterator[Julep]:
    """A client of the module's server."""
    with Julep(base_url=server.url, api_key=server.key) as client:
        yield client


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    """A server on the same file gives the same answers, byte for byte of what was written."""
    with Julep.local(tmp_path / "agents.db") as client:
        agent = client.agents.create(name="Ada", metadata={"odd": ODD})
        user = client.users.create(name="Joe")
        client.agents.tools.create(agent, name="add", function={"parameters": {"type": "object"}})
        client.agents.docs.create(agent, title="Cats", content="They purr.")
        session = client.sessions.create(agent=agent, user=user, situation="At home")
        client.sessions.chat(session, "Do cats purr?")
        task = client.tasks.create(agent, name="Count", main=[{"evaluate": {"n": "$ _.n + 1"}}])
        list(client.executions.transitions.stream(client.executions.create(task, input={"n": 1})))
        client.files.create(name="a.bin", content=bytes(range(256)))
        client.secrets.create(name="token", value="s3cret")
        before = _all(client, agent.id, session.id, task.id)
    with Julep.local(tmp_path / "agents.db") as client:
        assert _all(client, agent.id, session.id, task.id) == before
        assert [hit.title for hit in client.agents.docs.search(agent, text="purr").docs] == ["Cats"]


def _all(client: Julep, agent: str, session: str, task: str) -> list[Any]:
    lists = (
        client.agents.list(),
        client.users.list(),
        client.agents.tools.list(agent),
        client.agents.docs.list(agent),
        client.sessions.list(),
        client.tasks.list(agent),
        client.executions.list(task),
        client.files.list(),
        client.secrets.list(),
    )
    entries = client.sessions.history(session).entries
    return [*(one.to_dict() for each in lists for one in each), *(one.to_dict() for one in entries)]


def test_two_clients_see_what_the_other_does(server: LocalServer) -> None:
    """There is one world, whichever header carries the key and wherever the API begins."""
    with (
        Julep(base_url=server.url, api_key=server.key) as one,
        Julep(base_url=f"{server.url}/api/", auth_key=server.key) as other,
    ):
        agent = one.agents.create(name="Ada")
        other.agents.update(agent, about="changed elsewhere")
        assert one.agents.get(agent).about == "changed elsewhere"
        assert other.sessions.chat(one.sessions.create(agent=agent), "hi").text


@pytest.mark.parametrize("keys", [{"api_key": "wrong"}, {"auth_key": "wrong"}, {}])
def test_without_the_key_there_is_no_answer(server: LocalServer, keys: dict[str, Any]) -> None:
    """A wrong key and none at all are refused, with the way the key went."""
    with Julep(base_url=server.url, **keys) as client:
        with pytest.raises(AuthenticationError, match="key") as refused:
            client.agents.list().to_list()
        assert refused.value.status == 403
        assert "wrong" not in str(refused.value)


def test_odd_text_comes_back_as_it_went(client: Julep) -> None:
    """Names, keys, documents and messages keep every character."""
    agent = client.agents.create(name="Ada", about=ODD, metadata={ODD: [ODD], "": 10**400})
    assert client.agents.get(agent).about == ODD
    assert client.agents.get(agent).metadata == {ODD: [ODD], "": 10**400}
    doc = client.agents.docs.create(agent, title=ODD, content=ODD)
    assert client.docs.get(doc).content == [ODD]
    session = client.sessions.create(agent=agent, render_templates=False)
    client.sessions.chat(session, ODD)
    assert client.sessions.history(session).entries[0].text == ODD


def test_large_things_fit(client: Julep) -> None:
    """Megabytes of text are stored and come back; a list of pieces may be long."""
    text = "0123456789" * 200_000
    assert client.users.get(client.users.create(name="Joe", about=text)).about == text
    agent = client.agents.create(name="Ada")
    doc = client.agents.docs.create(agent, title="Long", content=[f"p{n}" for n in range(2000)])
    assert len(client.docs.get(doc).content) == 2000


@pytest.mark.parametrize(
    ("change", "metadata"),
    [
        ({}, {"a": 1, "b": {"c": 1, "d": 2}}),
        ({"metadata": {"e": 3}}, {"a": 1, "b": {"c": 1, "d": 2}, "e": 3}),
        ({"metadata": {"b": {"c": 5}}}, {"a": 1, "b": {"c": 5}}),
        ({"metadata": {"a": None}}, {"a": None, "b": {"c": 1, "d": 2}}),
        ({"metadata": None}, {"a": 1, "b": {"c": 1, "d": 2}}),
    ],
)
def test_a_patch_merges_the_top_of_metadata(
    client: Julep, change: Any, metadata: dict[str, Any]
) -> None:
    """Keys are added and replaced, everything else stays as it was."""
    user = client.users.create(name="Joe", about="asks", metadata={"a": 1, "b": {"c": 1, "d": 2}})
    patched = client.users.update(user, **change)
    assert (patched.name, patched.about, patched.metadata) == ("Joe", "asks", metadata)
    assert client.users.get(user).metadata == metadata


def test_an_update_leaves_nothing_of_before(client: Julep) -> None:
    """What isn't given is as in a new resource, but for id and time of birth."""
    agent = client.agents.create(name="Ada", about="x", instructions="y", metadata={"a": 1})
    updated = client.agents.reset(agent, name="Bea")
    assert (updated.id, updated.created_at) == (agent.id, agent.created_at)
    assert (updated.about, updated.instructions, updated.metadata) == ("", [], {})
    assert updated.updated_at
    assert agent.updated_at
    assert updated.updated_at > agent.updated_at


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"tier": "gold"}, ["gold"]),
        ({"tier": "1"}, ["text"]),
        ({"tier": 1}, ["number"]),
        ({"tier": True}, ["truth"]),
        ({"tier": None}, ["null"]),
        ({"tier": {"x": 1}}, ["object"]),
        ({"tier": [2]}, ["array"]),
        ({"odd.key'\"": "v"}, ["odd"]),
        ({"tier": "gold", "nope": 1}, []),
    ],
)
def test_filters_tell_values_and_types_apart(wanted: dict[str, Any], found: list[str]) -> None:
    """A filter finds what contains it: text is no number, and a part of an object will do."""
    values: dict[str, dict[str, Any]] = {
        "gold": {"tier": "gold"},
        "text": {"tier": "1"},
        "number": {"tier": 1},
        "truth": {"tier": True},
        "null": {"tier": None},
        "object": {"tier": {"x": 1, "y": 2}},
        "array": {"tier": [1, 2]},
        "odd": {"odd.key'\"": "v"},
    }
    with Julep.local() as client:
        for name, metadata in values.items():
            client.users.create(name=name, metadata=metadata)
        assert [user.name for user in client.users.list(metadata_filter=wanted)] == found


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("docs.embed", {"text": ["x"] * 101}, "List should have at most 100"),
        ("agents.create", {"name": "x" * 256}, "name: String should have at most 255"),
        ("agents.get", {"agent_id": "7"}, "path.agent_id: Input should be a valid UUID"),
        ("sessions.create", {"agent": "x"}, "agent: Input should be a valid UUID"),
    ],
)
def test_refusals_say_what_is_wrong(
    client: Julep, method: str, arguments: dict[str, Any], message: str
) -> None:
    """The error names the field and what it takes."""
    with pytest.raises(UnprocessableEntityError, match=message):
        attrgetter(method)(client)(**arguments)


def test_an_empty_document_is_refused(client: Julep) -> None:
    """A list that may not be empty is told apart from a text."""
    agent = client.agents.create(name="Ada")
    with pytest.raises(UnprocessableEntityError, match="List should have at least 1"):
        client.agents.docs.create(agent, title="t", content=[])


def test_an_answer_is_kept_when_its_end_was_heard(server: LocalServer, client: Julep) -> None:
    """Leaving a stream at its last word keeps the answer, leaving it before that gives it up."""
    session = client.sessions.create(agent=client.agents.create(name="Ada"))
    server.replies.add("one two three")
    for chunk in client.sessions.chat.stream(session, "to the end"):
        if chunk.choices[0].finish_reason:
            break
    # More than all buffers on the way hold: it can't have been sent before the loop is left.
    server.replies.add("word " * 100_000)
    for _ in client.sessions.chat.stream(session, "only the beginning"):
        break
    client.sessions.chat(session, "next")
    said = [entry.text for entry in client.sessions.history(session).entries]
    assert {"to the end", "one two three", "only the beginning"} <= set(said)
    assert "word" not in "".join(said)


@pytest.mark.slow
def test_a_stop_in_the_middle_of_an_answer_is_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Someone gave up on a slow model; when the server stops, nothing looks like a fault of it."""
    with LocalServer() as server, Julep(base_url=server.url, api_key=server.key) as client:
        server.replies.add("late", delay=600)
        session = client.sessions.create(agent=client.agents.create(name="Ada"))
        with pytest.raises(APITimeoutError):
            client.with_options(timeout=0.1, max_retries=0).sessions.chat(session, "hi")
    assert [record for record in caplog.records if record.exc_info] == []
