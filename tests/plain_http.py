"""HTTP to an embedded server, without the SDK."""

from __future__ import annotations

from typing import Any

import httpx

from julep.local import LocalServer


def plain_http(server: LocalServer, **options: Any) -> httpx.Client:
    """A client that shows the server's key, unless other headers are given.

    It reads no certificates, which takes longer than most tests and says nothing about plain HTTP.
    """
    given: dict[str, Any] = {
        "base_url": server.url,
        "headers": {"X-Auth-Key": server.key},
        "verify": False,
    }
    return httpx.Client(**given | options)
