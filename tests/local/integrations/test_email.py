"""Email by a server of these tests."""

from __future__ import annotations

import base64
import ssl
import threading
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Self

import anyio
import pytest

from julep.local.integrations import email
from julep.local.integrations.providers import BUILT_IN
from julep.local.outbound.client import OutboundClient
from julep.local.outbound.policy import CallPolicy
from julep.local.scripting import Web
from julep.local.workflow.ports import EffectError
from tests.conftest import PATIENCE
from tests.local.integrations.conftest import Integrate
from tests.wire import Connection, Wire, answering

MESSAGE = {
    "to": "ada@x.test, bob@x.test",
    "from": "julep@x.test",
    "subject": "Grüße",
    "body": "Hello\n.\nÖ",
}
LOGIN = {"user": "julep", "password": "the password"}


class Session(StreamRequestHandler):
    """A connection of a mail server."""

    def handle(self) -> None:
        """Answer commands until the client has had enough."""
        assert isinstance(self.server, Post)
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line)
            word = line.partition(" ")[0].upper()
            self.wfile.write(self.server.answers.get(word, b"250 ok\r\n"))
            if word == "DATA":
                while (text := self.rfile.readline()) != b".\r\n":
                    self.server.message += text
                self.wfile.write(b"250 taken\r\n")
            elif word == "STARTTLS":
                # It has no certificate, so it gets no further.
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                with pytest.raises(ssl.SSLError):
                    context.wrap_socket(self.connection, server_side=True)
                return


class Post(ThreadingTCPServer):
    """A mail server on a free port of 127.0.0.1."""

    daemon_threads = True

    def __init__(self, **answers: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        usual = {"EHLO": b"250-here\r\n250 AUTH PLAIN\r\n", "AUTH": b"235 welcome\r\n"}
        self.answers = {**usual, "DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n", **answers}
        self.said: list[str] = []
        self.message = b""

    def send(self, integrate: Integrate, message: Any = MESSAGE, **options: Any) -> Any:
        """Send a message by it."""
        setup = {"host": "localhost", "port": str(self.server_address[1]), **LOGIN}
        return integrate("email.send", None, message, **{**setup, **options})

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def test_a_message_is_sent(integrate: Integrate) -> None:
    """To all addresses, after a login, as plain text."""
    assert BUILT_IN["email.send"] is email.SEND
    with Post() as post:
        assert post.send(integrate) == {"success": True}
    login = base64.b64encode(b"\0julep\0the password").decode()
    # Releases of Python spell the commands differently.
    assert [line.partition(" size=")[0].lower() for line in post.said] == [
        "ehlo [127.0.0.1]",
        f"auth plain {login.lower()}",
        "mail from:<julep@x.test>",
        "rcpt to:<ada@x.test>",
        "rcpt to:<bob@x.test>",
        "data",
        "quit",
    ]
    head, _, body = post.message.decode().partition("\r\n\r\n")
    assert body == "Hello\r\n..\r\nÖ\r\n"
    assert "Subject: =?utf-8?" in head
    assert 'Content-Type: text/plain; charset="utf-8"' in head


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"EHLO": b"250 here\r\n"}, "SMTP AUTH extension not supported by server."),
        ({"AUTH": b"535 not the password\r\n"}, r"^\(535, b'not \*\*\*'\)"),
        ({"RCPT": b"550 unknown\r\n"}, "550.*unknown"),
        (
            {"AUTH": b"500 AUTH PLAIN AGp1bGVwAHRoZSBwYXNzd29yZA==\r\n"},
            r"^\(500, b'AUTH PLAIN AGp1bGVwAH\*\*\*",
        ),
        ({"EHLO": b"250-on and on\r\n" * 10_000}, "more than 65,536 bytes"),
        ({"EHLO": b"250-x\r\n250 STARTTLS\r\n", "STARTTLS": b"220 go on\r\n"}, "SSL"),
    ],
)
def test_a_refusal_is_told_at_once(integrate: Integrate, answers: Any, message: str) -> None:
    """Without the password; one that is no server of mail doesn't fill the memory."""
    with Post(**answers) as post, pytest.raises(EffectError, match=message) as caught:
        post.send(integrate)
    assert not caught.value.transient
    assert LOGIN["password"] not in str(caught.value)
    assert post.message == b""
    if "STARTTLS" in answers:
        assert not any(line.startswith("AUTH") for line in post.said)


def test_no_letter_of_a_password_is_told(integrate: Integrate) -> None:
    """Of one that the login can't hold."""
    with Post() as post, pytest.raises(EffectError, match="ASCII characters only") as caught:
        post.send(integrate, password="pässword")
    assert "\\xe4" not in str(caught.value)


def test_what_was_taken_is_sent(integrate: Integrate) -> None:
    """Whatever the server says to the farewell."""
    with Post(QUIT=b"500 no\r\n") as post:
        assert post.send(integrate) == {"success": True}


def test_mail_is_bound_by_the_policy_of_api_calls(integrate: Integrate) -> None:
    """Servers of mail are other servers; in a test that scripts those, none is reached."""
    web = Web()
    web.add("https://x.test", json={})
    with Post() as post:
        for options, message in (
            ({"allow": False}, "switched off"),
            ({"private": False}, "no public address"),
            ({"web": web}, "scripted, and none of localhost"),
        ):
            with pytest.raises(EffectError, match=message):
                post.send(integrate, **options)
    assert post.said == []
    with pytest.raises(EffectError, match="refused"):
        post.send(integrate)


@pytest.mark.parametrize(
    ("setup", "message"),
    [
        ({"port": "none"}, "setup.port: Input should be a valid integer"),
        ({"password": 1}, "setup.password: Input should be a valid string"),
        ({"subject": "a\r\nBcc: eve@x.test"}, "may not contain linefeed"),
        ({"subject": "a" * 1_001}, "arguments.subject: String should have at most 1000 characters"),
    ],
)
def test_mistakes_are_told(integrate: Integrate, setup: Any, message: str) -> None:
    """Before anybody is asked; a subject can't add recipients."""
    given = {name: setup.pop(name, MESSAGE[name]) for name in MESSAGE}
    with Post() as post, pytest.raises(EffectError, match=message):
        post.send(integrate, given, **setup)
    assert post.said == []


@pytest.mark.parametrize("to", ["(" * 1_000, "a:b;" * 9, "))((", "@", ""])
def test_odd_addresses_fail_the_step_alone(integrate: Integrate, to: str) -> None:
    """Python's parser fails on them with errors of any kind, or takes them, as its releases differ."""
    with Post() as post, suppress(EffectError):
        post.send(integrate, {**MESSAGE, "to": to})


def test_a_silent_server_is_left() -> None:
    """When the execution is cancelled, the connection ends, and with it the thread that waits."""
    policy = CallPolicy(allow_api_calls=True, allow_private_calls=True, max_api_call_bytes=1)

    async def cancelled(port: int) -> None:
        client = OutboundClient(policy, Web())
        setup: Any = {"host": "localhost", "port": port, **LOGIN}
        with anyio.move_on_after(0.2):
            await email.SEND.call(client, "", dict(MESSAGE), setup)

    with Wire(answering({})) as wire:
        wire.greet = Connection.wait_for_hang_up
        anyio.run(cancelled, wire.server_address[1])
        assert wire.hung_up.wait(PATIENCE)
