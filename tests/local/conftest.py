"""A running server for each test module, and what most tests need of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from julep.local import LocalServer
from julep.local.models.settings import model_settings
from julep.local.outbound.policy import CallPolicy
from julep.local.scripting import Script
from julep.local.setup import Setup
from julep.local.store.store import Store
from tests.plain_http import plain_http

JSON: TypeAlias = dict[str, Any]
Make: TypeAlias = Callable[..., JSON]


def setup(path: Path | None, **more: Any) -> Any:
    """What a server is to be."""
    fields = {
        "path": path,
        "host": "127.0.0.1",
        "port": 0,
        "key": "k",
        "key_is_given": False,
        "models": model_settings("http://127.0.0.1:1", None, None),
        "allow_origins": (),
        "api_calls": CallPolicy(
            allow_api_calls=True, allow_private_calls=True, max_api_call_bytes=1
        ),
        "durability": "normal",
        "strict": True,
        "script": Script(),
    }
    made: Any = Setup
    return made(**fields | more)


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store in memory."""
    store = Store()
    yield store
    store.close()


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server in memory, answered by the offline echo."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OPENAI_API_KEY", raising=False)
        patch.delenv("OPENAI_BASE_URL", raising=False)
        with LocalServer() as running:
            yield running


@pytest.fixture(scope="module")
def http(server: LocalServer) -> Iterator[httpx.Client]:
    """A client that shows the server's key."""
    headers = {"Authorization": f"Bearer {server.key}"}
    with plain_http(server, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def lenient_server() -> Iterator[LocalServer]:
    """A server that takes what the self-hosted one refuses."""
    with LocalServer(strict=False) as server:
        yield server


@pytest.fixture(scope="module")
def lenient(lenient_server: LocalServer) -> Iterator[httpx.Client]:
    """A client of that server."""
    with plain_http(lenient_server) as client:
        yield client


@pytest.fixture
def make(http: httpx.Client) -> Make:
    """Create something: `make("/agents", name="Ada")` gives the new resource."""
    return maker(http)


def maker(http: httpx.Client) -> Make:
    """What creates something with this client."""

    def create(path: str, **body: Any) -> JSON:
        response = http.post(path, json=body)
        assert response.status_code == httpx.codes.CREATED, response.text
        resource: JSON = response.json()
        return resource

    return create


@pytest.fixture
def agent(make: Make) -> JSON:
    """An agent named Ada."""
    return make("/agents", name="Ada", about="a helper", instructions=["be kind", "be brief"])


@pytest.fixture
def user(make: Make) -> JSON:
    """A user named Joe."""
    return make("/users", name="Joe", about="dev")


@pytest.fixture
def session(make: Make, agent: JSON) -> JSON:
    """A session of Ada with nobody."""
    return make("/sessions", agent=agent["id"])


def said(text: str, **more: Any) -> JSON:
    """The body of a chat request with one message of a user."""
    return {"messages": [{"role": "user", "content": text}], **more}
