"""Is the server there, does it take the key, and of which generation is it?"""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import APIConnectionError, AuthenticationError, InternalServerError, Ping

from .conftest import URL, Face

HEALTH = {"status": "ok", "postgres": "ok"}
PAGE: dict[str, Any] = {"items": []}


async def test_a_server_of_2025_tells_its_health(face: Face, httpx_mock: HTTPXMock) -> None:
    """`/healthz` answers, so the server is of the newer line."""
    httpx_mock.add_response(url=f"{URL}/healthz", json=HEALTH)
    httpx_mock.add_response(url=f"{URL}/agents?limit=1", json=PAGE)
    assert await face.call(face.client().ping) == Ping(url=URL, generation="2025", health=HEALTH)


async def test_a_server_of_2024_has_no_health(face: Face, httpx_mock: HTTPXMock) -> None:
    """No such route, but agents: the older line."""
    httpx_mock.add_response(url=f"{URL}/healthz", status_code=404, json={"detail": "Not Found"})
    httpx_mock.add_response(url=f"{URL}/agents?limit=1", json=PAGE)
    assert await face.call(face.client().ping) == Ping(url=URL, generation="2024")


async def test_a_wrong_key_is_an_error(face: Face, httpx_mock: HTTPXMock) -> None:
    """A server that is there and does not take the key is no success."""
    httpx_mock.add_response(url=f"{URL}/healthz", json=HEALTH)
    refused = {"error": {"message": "Could not validate API KEY"}}
    httpx_mock.add_response(url=f"{URL}/agents?limit=1", status_code=403, json=refused)
    with pytest.raises(AuthenticationError, match="came from api_key and was sent as"):
        await face.call(face.client().ping)


async def test_a_server_in_trouble_is_an_error(face: Face, httpx_mock: HTTPXMock) -> None:
    """Health that is not well is raised."""
    httpx_mock.add_response(url=f"{URL}/healthz", status_code=503, json={"status": "down"})
    httpx_mock.add_response(url=f"{URL}/agents?limit=1", json=PAGE, is_optional=True)
    with pytest.raises(InternalServerError):
        await face.call(face.client().ping)


async def test_no_server_is_an_error(face: Face) -> None:
    """Nobody there is told like in any other call."""
    with pytest.raises(APIConnectionError, match="can't connect"):
        await face.call(face.client(base_url="http://127.0.0.1:1").ping)
