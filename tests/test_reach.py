"""Servers that keep the tools of a chat from the model."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep.local import LocalServer

from .conftest import URL, Face

ANSWER = {"id": "a", "choices": [{"message": {"role": "assistant", "content": "Hello."}}]}


def ping() -> str:
    """Answer."""
    return "pong"


async def warnings_of(face: Face, client: Any, session: Any) -> list[str]:
    """What two chats with a function warn of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            answer = await face.call(client.sessions.chat, session, "hi", tools=[ping])
            assert answer.choices
    return [str(one.message) for one in caught if one.category is UserWarning]


ANSWERS: list[tuple[int, dict[str, Any], int]] = [
    (200, {"messages": [], "tools": None}, 1),
    (200, {"messages": [], "tools": [{"name": "ping"}]}, 0),
    (404, {"detail": "Not Found"}, 0),
]


@pytest.mark.parametrize(("status", "rendered", "warned"), ANSWERS)
async def test_tools_that_no_model_hears_of_are_told(
    status: int, rendered: Any, warned: int, face: Face, httpx_mock: HTTPXMock
) -> None:
    """Once for a client, and only where the server says what it tells the model."""
    httpx_mock.add_response(url=f"{URL}/sessions/s1/chat", json=ANSWER, is_reusable=True)
    httpx_mock.add_response(url=f"{URL}/sessions/s1/render", status_code=status, json=rendered)
    found = await warnings_of(face, face.client(), "s1")
    assert len(found) == warned
    assert all("does not tell the model of the tools" in text for text in found)


async def test_the_embedded_server_tells_the_model(face: Face, julep_server: LocalServer) -> None:
    """Nothing is warned of there."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    agent = await face.call(client.agents.create, name="Ada")
    session = await face.call(client.sessions.create, agent=agent)
    assert await warnings_of(face, client, session) == []
