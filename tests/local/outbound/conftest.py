"""Calling servers of these tests as a task does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import anyio
import pytest

from julep.local.outbound.addresses import is_public
from julep.local.outbound.client import OutboundClient
from julep.local.outbound.policy import CallPolicy
from julep.local.scripting import Web
from julep.local.workflow.ports import HttpCall, HttpReply

Call: TypeAlias = Callable[..., HttpReply]


def policy(*, allow_private_calls: bool = True, max_api_call_bytes: int = 100_000) -> CallPolicy:
    """A policy that allows calls."""
    return CallPolicy(
        allow_api_calls=True,
        allow_private_calls=allow_private_calls,
        max_api_call_bytes=max_api_call_bytes,
    )


@pytest.fixture
def call() -> Call:
    """Send one request: `call(url, private=False, json=…)`."""

    def send(
        url: str,
        *,
        private: bool = True,
        judge: Callable[[str], bool] = is_public,
        most_bytes: int = 100_000,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        timeout: float = 10,
        **options: Any,
    ) -> HttpReply:
        described = HttpCall(
            method=method, url=url, headers=headers or {}, options=options, timeout=timeout
        )

        async def run() -> HttpReply:
            allowed = policy(allow_private_calls=private, max_api_call_bytes=most_bytes)
            client = OutboundClient(allowed, Web(), judge)
            try:
                return await client.call(described)
            finally:
                await client.aclose()

        return anyio.run(run)

    return send
