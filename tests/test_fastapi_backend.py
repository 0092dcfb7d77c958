"""The web backend of the examples on uvicorn: browsers that go away end the model's call."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib import import_module
from typing import Any

import httpx
import pytest
import uvicorn

from julep.local import LocalServer

from .conftest import PATIENCE
from .test_examples import EXAMPLES
from .wire import HANG_UP, Connection, Seen, Wire

WORD: Any = {"choices": [{"index": 0, "delta": {"content": "Well, "}, "finish_reason": None}]}


@contextmanager
def serving(app: Any) -> Generator[str]:
    """An application on uvicorn, at an address of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def model_that_says(words: int) -> Wire:
    """A model that says so many words, and then thinks until it is left."""

    def speak(connection: Connection, _: Seen) -> object:
        connection.begin_stream(*[json.dumps(WORD)] * words)
        connection.wait_for_hang_up()
        return HANG_UP

    return Wire(speak)


@pytest.mark.slow
@pytest.mark.parametrize("words", [0, 2])
def test_a_browser_that_goes_away_ends_the_call_of_the_model(
    words: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the answer has begun or not; and visitors who stay are answered."""
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    app = import_module("fastapi_backend").app
    with (
        model_that_says(words) as model,
        LocalServer(openai_base_url=f"{model.url}/v1", openai_api_key="k") as julep_server,
    ):
        monkeypatch.setenv("JULEP_BASE_URL", julep_server.url)
        monkeypatch.setenv("JULEP_API_KEY", julep_server.key)
        with serving(app) as address, httpx.Client(base_url=f"http://{address}") as browser:
            session_id = browser.post("/sessions").json()["id"]
            visitor = HTTPConnection(address, timeout=PATIENCE)
            ask(visitor, f"/sessions/{session_id}/answers")
            assert not words or visitor.getresponse().readline() == b"event: text\n"
            wait_for(lambda: bool(model.seen))
            visitor.close()
            assert model.hung_up.wait(PATIENCE)
            assert browser.post("/sessions").status_code == 201


def ask(visitor: HTTPConnection, path: str) -> None:
    """Send a question, and don't wait for the answer."""
    visitor.request("POST", path, '{"text": "Hello?"}', {"Content-Type": "application/json"})


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.01)
