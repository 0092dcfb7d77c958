"""Clients with a server of their own: the newcomer's first steps, over real HTTP."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest

from julep import (
    APIConnectionError,
    AsyncClient,
    AsyncJulep,
    AuthenticationError,
    Client,
    ConfigurationError,
    Julep,
    NotFoundError,
)

from .conftest import Face


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model but the offline one."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def local(face: Face, path: Path | None = None) -> Any:
    """A client of this face with a server of its own."""
    return (Julep if face.blocks else AsyncJulep).local(path)


def listens(client: Any) -> bool:
    """Whether somebody answers the knock at a client's URL."""
    address = urlsplit(str(client._engine.options.base_url))
    with socket.socket() as knock:
        return knock.connect_ex((address.hostname, address.port)) == 0


def test_aliases_are_the_same_classes() -> None:
    """`Client` and `AsyncClient` are other names."""
    assert Client is Julep
    assert AsyncClient is AsyncJulep


async def test_a_newcomer_gets_everywhere(face: Face) -> None:
    """Agent, document, session, chat, stream, history and list work without account and network."""
    async with face.inside(local(face)) as client:
        agent = await face.call(client.agents.create, name="Ada", instructions=["be kind"])
        doc = await face.call(
            client.agents.docs.create, agent, title="Moon", content="The moon is far."
        )
        found = await face.call(client.agents.docs.search, agent, text="moon")
        session = await face.call(client.sessions.create, agent=agent)
        answer = await face.call(client.sessions.chat, session, "Hello!")
        stream = client.sessions.chat.stream(session, "And again?")
        chunks = await face.take(stream)
        history = await face.call(client.sessions.history, session)
        agents = await face.take(client.agents.list(page_size=1))

    assert [hit.id for hit in found.docs] == [doc.id]
    assert answer.text
    assert "".join(chunk.text for chunk in chunks) == stream.text
    assert [entry.content for entry in history.entries if entry.role == "user"]
    assert [one.id for one in agents] == [agent.id]


async def test_a_server_of_ones_own_can_be_pinged(face: Face) -> None:
    """It counts as one of 2025 and takes the key that was made for it."""
    async with face.inside(local(face)) as client:
        assert (await face.call(client.ping)).generation == "2025"
        with pytest.raises(AuthenticationError):
            await face.call(client.with_options(api_key="another").ping)


async def test_the_server_stops_with_its_client(face: Face) -> None:
    """Leaving `with` ends both, and the client says so."""
    async with face.inside(local(face)) as client:
        await face.call(client.ping)
    assert not listens(client)
    with pytest.raises(ConfigurationError, match="closed"):
        await face.call(client.agents.get, "a1")


async def test_each_server_has_data_of_its_own(face: Face) -> None:
    """What is kept in memory is gone with the server, and seen by no other."""
    async with face.inside(local(face)) as one, face.inside(local(face)) as other:
        agent = await face.call(one.agents.create, name="Ada")
        with pytest.raises(NotFoundError):
            await face.call(other.agents.get, agent)


async def test_a_file_keeps_the_data(face: Face, tmp_path: Path) -> None:
    """A second server on the same file knows what the first was told."""
    async with face.inside(local(face, tmp_path / "agents.db")) as client:
        agent = await face.call(client.agents.create, name="Ada")
    async with face.inside(local(face, tmp_path / "agents.db")) as client:
        assert (await face.call(client.agents.get, agent)).name == "Ada"


def test_whatever_uses_a_server_keeps_it_alive() -> None:
    """A server runs as long as a copy or a resource of its client does, and no longer."""
    copy = Julep.local().with_options(timeout=5)
    agents = Julep.local().agents
    gc.collect()
    assert copy.agents.list().to_list() == []
    assert agents.create(name="Ada").name == "Ada"

    address = agents._engine.options.base_url
    del agents
    gc.collect()
    gone = Julep(base_url=address, max_retries=0)
    assert not listens(gone)
    with pytest.raises(APIConnectionError):
        gone.agents.get("a1")


def test_closing_a_copy_stops_the_server() -> None:
    """A copy shares the connections and the server, so it closes them too."""
    client = Julep.local()
    client.with_options(timeout=5).close()
    assert not listens(client)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_aclosing_closes_a_client(backend: str) -> None:
    """`aclose` is the name that the standard library's `aclosing` and exit stacks of others ask for."""

    async def main() -> None:
        async with aclosing(AsyncJulep.local()) as client:
            await client.ping()
        assert not listens(client)

    anyio.run(main, backend=backend)


def test_a_program_that_never_closes_its_client_ends() -> None:
    """A script without `with` ends by itself, and says nothing."""
    code = (
        "import julep; client = julep.Julep.local(); print(client.agents.create(name='Ada').name)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert (ran.stdout, ran.stderr) == ("Ada\n", "")
