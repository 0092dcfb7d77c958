"""The log of requests."""

from __future__ import annotations

import logging
import re

import httpx
import pytest

from julep.local import LocalServer
from julep.local.http import request_log


def test_each_request_is_a_line(caplog: pytest.LogCaptureFixture) -> None:
    """Method, path, status and time, whatever becomes of it; no query and nothing raw."""
    with caplog.at_level(logging.INFO, request_log._LOG.name), LocalServer() as server:
        key = {"X-Auth-Key": server.key}
        httpx.get(f"{server.url}/agents?limit=1&token=secret", headers=key)
        httpx.get(f"{server.url}/no%1b%5b31m%0athing")
        server.faults.add(path="/users", drop="before")
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{server.url}/users", headers=key)
    lines = [re.sub(r"\d+ ms", "n ms", one.getMessage()) for one in caplog.records]
    assert lines == [
        "GET /agents 200 n ms",
        r"GET /no\x1b[31m\nthing 404 n ms",
        "GET /users - n ms",
    ]
