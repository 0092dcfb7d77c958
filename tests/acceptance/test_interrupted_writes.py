"""Killed while it writes, a server keeps each answered write, and each other one whole or not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import pytest

from julep import Julep, JulepError
from julep.types import Agent, Session

from .process import serving

WRITERS: Final = 4
ANSWERED: Final = 40
PIECES: Final = 20


def _pieces(title: str) -> list[str]:
    return [f"{title} piece{number}" for number in range(PIECES)]


@pytest.mark.slow
def test_writes_are_whole(tmp_path: Path) -> None:
    """Documents have all their pieces and are found by them; chats have question and answer."""
    answered: SimpleQueue[str] = SimpleQueue()
    with ThreadPoolExecutor(WRITERS) as pool, serving(tmp_path / "db") as client:
        agent = client.agents.create(name="Ada")
        session = client.sessions.create(agent=agent)

        def write(writer: int) -> None:
            for number in count():
                title = f"w{writer}n{number}"
                try:
                    _write(client, agent, session, title)
                except JulepError:
                    return
                answered.put(title)

        pool.map(write, range(WRITERS))
        kept = {answered.get() for _ in range(ANSWERED)}
    with serving(tmp_path / "db") as client:
        _check(client, agent, session, kept)


def _write(client: Julep, agent: Agent, session: Session, title: str) -> None:
    client.agents.docs.create(agent, title=title, content=_pieces(title))
    client.sessions.chat(session, title, recall=False)


def _check(client: Julep, agent: Agent, session: Session, kept: set[str]) -> None:
    docs = {doc.title: doc for doc in client.agents.docs.list(agent)}
    assert kept <= set(docs)
    for title, doc in docs.items():
        assert doc.content == _pieces(title)
        found = client.agents.docs.search(agent, text=f"{title} piece{PIECES - 1}", limit=1).docs
        assert [hit.id for hit in found] == [doc.id]
    said = [(entry.role, entry.text) for entry in client.sessions.history(session).entries]
    asked = [text for role, text in said if role == "user"]
    assert kept <= set(asked)
    assert [role for role, _ in said] == ["user", "assistant"] * len(asked)
