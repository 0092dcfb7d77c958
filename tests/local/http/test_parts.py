"""The parts around the application: faults, the end, the description, and what servers share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from julep.local.fields import Field, Form, text
from julep.local.http.cancelled_requests import Ending
from julep.local.http.docs_page import page
from julep.local.http.fault_injection import FaultyApp
from julep.local.http.openapi import describe
from julep.local.http.server import run
from julep.local.http.sharing import open_server
from julep.local.models.settings import model_settings
from julep.local.routes import Operation
from julep.local.scripting import Faults
from julep.types.common import Listing
from julep.types.users import User
from tests.local.conftest import setup


class Connection:
    """The end of a connection that uvicorn has, as far as it matters.

    Attributes:
        sent: what was sent.
        is_closed: whether it is.
    """

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.is_closed = False
        self.transport = self

    async def send(self, message: Any) -> None:
        """Send something."""
        self.sent.append(message)

    def close(self) -> None:
        """Close it."""
        self.is_closed = True


class App:
    """An application that answers in two pieces.

    Attributes:
        handled: how many requests it got.
    """

    def __init__(self) -> None:
        self.handled = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        del scope, receive
        self.handled += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})


def answered(faults: Faults, path: str = "/users", **more: Any) -> tuple[App, Connection]:
    """What comes of a request while these faults are planned."""
    app, connection = App(), Connection()
    scope = {"type": "http", "method": "GET", "path": path, **more}

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    anyio.run(FaultyApp(app, faults), scope, receive, connection.send)
    return app, connection


def bodies(connection: Connection) -> list[bytes]:
    """The pieces of an answer."""
    return [each["body"] for each in connection.sent if "body" in each]


@pytest.mark.parametrize(
    ("fault", "handled", "pieces", "closed"),
    [
        ({"drop": "before"}, 0, [], True),
        ({"drop": "after"}, 1, [], True),
        ({"cut_after": 0}, 1, [], True),
        ({"cut_after": 1}, 1, [b"one"], True),
        ({"delay": 0.001}, 1, [b"one", b"two"], False),
    ],
)
def test_a_fault_does_what_it_says(
    fault: Any, handled: int, pieces: list[bytes], closed: bool
) -> None:
    """Once; the next request goes well."""
    faults = Faults()
    faults.add(**fault)
    app, connection = answered(faults)
    assert (app.handled, bodies(connection), connection.is_closed) == (handled, pieces, closed)
    app, connection = answered(faults)
    assert (app.handled, bodies(connection)) == (1, [b"one", b"two"])


def test_a_fault_may_be_a_status() -> None:
    """In the form that errors have, with its headers; the request isn't handled."""
    faults = Faults()
    faults.add(path="/users", status=429, headers={"retry-after": "7"})
    app, connection = answered(faults, "/api/users", root_path="/api")
    start, body = connection.sent
    assert (app.handled, start["status"]) == (0, 429)
    assert (b"retry-after", b"7") in start["headers"]
    assert b'"code":"http_429"' in body["body"]


def test_only_requests_go_wrong() -> None:
    """And only those that are meant."""
    faults = Faults()
    faults.add(path="/agents", drop="before")
    assert answered(faults)[0].handled == 1
    assert answered(faults, "/agents", type="websocket")[0].handled == 1
    assert len(faults) == 1


@pytest.mark.parametrize(("kind", "is_quiet"), [("http", True), ("lifespan", False)])
def test_a_request_that_is_cancelled_ends_quietly(kind: str, is_quiet: bool) -> None:
    """The server would print where it was; what isn't a request is told."""
    ended: list[bool] = []

    async def forever(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        await anyio.sleep_forever()

    async def play() -> None:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await Ending(forever)({"type": kind}, anyio.sleep_forever, anyio.sleep)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - neither is used
            ended.append(True)

    anyio.run(play)
    assert ended == [True] * is_quiet


def operation(**more: Any) -> Any:
    """An operation on users."""
    fields: Any = {"method": "GET", "path": "/users/{user_id}", "call": print, "answer": User}
    made: Any = Operation
    return made(**fields | more)


def test_operations_are_described() -> None:
    """With their parameters, their bodies and what they answer."""
    form = Form[Any]({"name": Field(text(1))})
    document: Any = describe(
        [
            operation(),
            operation(method="PUT", body=form),
            operation(path="/users", answer=Listing[User]),
        ]
    )
    get, put = (document["paths"]["/users/{user_id}"][name] for name in ("get", "put"))
    assert [each["name"] for each in get["parameters"]] == ["user_id"]
    assert put["requestBody"]["content"]["application/json"]["schema"]["required"] == ["name"]
    assert "requestBody" not in get
    assert "User" in document["components"]["schemas"]
    assert {"get"} == document["paths"]["/users"].keys()
    names = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(set(names)) == 3
    shown = page(document)
    assert shown.count("<tr>") == 3
    assert "<td>PUT</td><td>/users/{user_id}</td>" in shown


def test_a_description_is_shown_as_text() -> None:
    """Nothing of it is read as HTML."""
    document: Any = {"info": {"title": "<b>"}, "paths": {"/<i>": {"get": {"summary": "a & b"}}}}
    shown = page(document)
    assert "<title>&lt;b&gt;</title>" in shown
    assert "<td>GET</td><td>/&lt;i&gt;</td><td>a &amp; b</td>" in shown


def test_a_file_has_one_server(tmp_path: Path) -> None:
    """Which stops with its last user; others settings are refused, and named."""
    path = tmp_path / "agents.db"
    first = open_server(setup(path))
    second = open_server(setup(path, key="other"))
    assert second.running is first.running
    assert second.setup is first.setup
    for more, name in (
        ({"strict": False}, "strict"),
        ({"durability": "full"}, "durability"),
        ({"key": "x", "key_is_given": True}, "key"),
        ({"port": 1}, "port"),
        ({"models": model_settings("http://127.0.0.1:2", None, None)}, "openai_base_url"),
    ):
        with pytest.raises(ValueError, match=rf"with other settings \({name}\)"):
            open_server(setup(path, **more))
    first.end()
    third = open_server(setup(path))
    assert third.running is second.running
    second.end()
    third.end()
    anew = open_server(setup(path))
    assert anew.running is not first.running
    anew.end()


def test_servers_without_a_file_are_each_their_own() -> None:
    """Whatever they are set up with."""
    one, other = open_server(setup(None)), open_server(setup(None))
    assert one.running is not other.running
    one.end()
    other.end()


def test_what_cannot_start_leaves_the_port(tmp_path: Path) -> None:
    """A server that is told its file is none can be told another one, at the same port."""
    no_database = tmp_path / "agents.db"
    no_database.write_text("text " * 100)
    before = run(setup(None))
    before.stop()
    with pytest.raises(OSError, match="file is not a database"):
        run(setup(no_database, port=before.port))
    after = run(setup(None, port=before.port))
    assert after.port == before.port
    after.stop()
