"""Email: a message, by the SMTP server that the setup names."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from functools import cached_property
from typing import IO

import anyio.to_thread

from julep.local.outbound.client import OutboundClient
from julep.local.strictness.integration_fields import TAKES
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject

from .built_in import BuiltIn
from .service import Service

_TLS_FROM_THE_START = 465
_SECONDS_OF_SILENCE = 30.0
_MOST_SAID = 64 * 1024
"""Bytes that a server may say in all; a reply of SMTP may have any number of lines."""
_OWN_NAME = "[127.0.0.1]"  # the real one is nobody's business, and looking it up takes a while


async def _send(service: Service, arguments: JsonObject, setup: JsonObject) -> object:
    try:
        message = await anyio.to_thread.run_sync(_message, arguments)
        await _deliver(message, service.client, setup)
    except EffectError:
        raise
    except UnicodeEncodeError:
        # Its words would tell a letter of the password.
        raise EffectError("user and password may hold ASCII characters only") from None
    except Exception as error:
        # Odd addresses make Python's parser fail in many ways, RecursionError among them.
        raise EffectError(str(error) or type(error).__name__) from error
    return {"success": True}


async def _deliver(message: EmailMessage, client: OutboundClient, setup: JsonObject) -> None:
    host, port = str(setup["host"]), int(str(setup["port"]))
    mailer = _Mailer(host, port, await client.addresses(host, port))
    try:
        await anyio.to_thread.run_sync(
            mailer.deliver,
            message,
            str(setup["user"]),
            str(setup["password"]),
            abandon_on_cancel=True,
            limiter=client.threads,
        )
    finally:
        mailer.cut()


def _message(arguments: JsonObject) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = arguments["subject"]
    message["From"] = arguments["from"]
    message["To"] = arguments["to"]
    message.set_content(str(arguments["body"]), charset="utf-8")
    return message


class _Mailer(smtplib.SMTP):
    """Speaks to the addresses that a server was found to have, and has TLS wherever it is offered.

    Args:
        host: What certificates must be of.
        port: Where it listens.
        addresses: That may be connected to.
    """

    def __init__(self, host: str, port: int, addresses: Sequence[str]) -> None:
        super().__init__(local_hostname=_OWN_NAME, timeout=_SECONDS_OF_SILENCE)
        self._host = host
        self._port = port
        self._addresses = addresses

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Not in the constructor, which runs in the loop: reading all certificates takes a while.
        return ssl.create_default_context()

    def deliver(self, message: EmailMessage, user: str, password: str) -> None:
        """Send a message; hold the thread meanwhile."""
        try:
            self.connect(self._host, self._port)
            self.ehlo()
            if self.has_extn("starttls"):
                self.starttls(context=self._tls)
            self.login(user, password)
            self.send_message(message)
            with suppress(smtplib.SMTPException, OSError):
                # It was taken, whatever the server says to a farewell.
                self.quit()
        finally:
            self.close()

    def cut(self) -> None:
        """End the connection, if a thread still waits for it."""
        if (connected := self.sock) is not None:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, and no more in all than a server has to say."""
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        failure: OSError | None = None
        for address in self._addresses:
            try:
                connected = socket.create_connection((address, port), timeout)
            except OSError as error:
                failure = error
            else:
                if port == _TLS_FROM_THE_START:
                    return self._tls.wrap_socket(connected, server_hostname=host)
                return connected
        raise failure or OSError(f"{host} has no address")


class _Bounded:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = _MOST_SAID

    def readline(self, size: int) -> bytes:
        line = self._file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise OSError(f"the server says more than {_MOST_SAID:,} bytes")
        return line

    def close(self) -> None:
        self._file.close()


SEND = BuiltIn(run=_send, takes=TAKES["email.send"])
