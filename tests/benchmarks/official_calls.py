"""Run by the Python of the official SDK: its calls beside httpx alone."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import httpx

from .calls import BASE, KEY, USERS, answer, answer_later, awaiting_row, blocking_row
from .timing import Effort


def main() -> None:
    """Compare as the benchmark of this project's calls does."""
    effort = Effort(*map(int, sys.argv[1:]))
    official: Any = import_module("julep")
    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = official.Julep(base_url=BASE, api_key=KEY, http_client=http)
    print(blocking_row("official: call, blocking", http, client, effort, USERS))
    async_http = httpx.AsyncClient(transport=httpx.MockTransport(answer_later))
    async_client = official.AsyncJulep(base_url=BASE, api_key=KEY, http_client=async_http)
    print(awaiting_row("official: call, awaiting", async_http, async_client, effort, USERS))


if __name__ == "__main__":
    main()
