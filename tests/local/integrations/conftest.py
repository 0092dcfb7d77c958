"""Calling built-in integrations, whose services are servers of these tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import anyio
import pytest

from julep.local.integrations.registry import Registry
from julep.local.outbound.client import OutboundClient
from julep.local.outbound.policy import CallPolicy
from julep.local.scripting import Integrations, Web
from tests.wire import Connection, Seen, Wire

Integrate: TypeAlias = Callable[..., Any]


class Asked(NamedTuple):
    """What a service was asked: its path, the query, headers and the JSON."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: Any


def asked(seen: Seen) -> Asked:
    """Take a request apart."""
    url = urlsplit(seen.target)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    return Asked(url.path, query, dict(seen.headers), json.loads(seen.body or b"null"))


def service(
    answer: Callable[[Asked], Any], *, status: str = "200 OK", media: str = "application/json"
) -> AbstractContextManager[Wire]:
    """A service whose answers are bytes, or values that are sent as JSON."""

    def send(connection: Connection, seen: Seen) -> None:
        value = answer(asked(seen))
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.send(head.encode() + body)

    return Wire(send)


@pytest.fixture
def integrate() -> Integrate:
    """Call an integration: `integrate("brave.search", wire.url, {"query": "x"}, brave_api_key="k")`."""

    def call(
        name: str,
        address: str | None,
        arguments: Any,
        *,
        allow: bool = True,
        private: bool = True,
        most_bytes: int = 100_000,
        web: Web | None = None,
        **setup: Any,
    ) -> Any:
        provider, _, method = name.partition(".")
        policy = CallPolicy(
            allow_api_calls=allow, allow_private_calls=private, max_api_call_bytes=most_bytes
        )
        integrations = Integrations()
        integrations.provide({provider: address} if address else {})
        definition = {"provider": provider, "method": method, "setup": setup}

        async def run() -> Any:
            client = OutboundClient(policy, web or Web())
            try:
                return await Registry(integrations, client).call(definition, arguments)
            finally:
                await client.aclose()

        return anyio.run(run)

    return call
