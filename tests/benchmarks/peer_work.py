"""What one SDK costs beside its HTTP library. Run by the SDK's own Python, which may lack all else."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, Final
from unittest.mock import patch

from anyio.from_thread import BlockingPortal, start_blocking_portal

from .imports import seconds
from .samples import AGENT, HEADERS, ID, KEY
from .sdks import SDKS, Sdk
from .timing import Effort, Round, at_once, awaited, best, blocking

URL: Final = "http://127.0.0.1:9"
AUTHORIZATION: Final = {"Authorization": f"Bearer {KEY}"}


def main() -> None:
    """Print the ratios of one SDK as JSON."""
    name, url, *effort = sys.argv[1:]
    sdk = next(sdk for sdk in SDKS if sdk.name == name)
    peer = _Peer(sdk, Effort(*map(int, effort)))
    with start_blocking_portal() as portal:
        print(json.dumps(dict(peer.measured(url, portal))))


class _Peer:
    """One SDK at work."""

    def __init__(self, sdk: Sdk, effort: Effort) -> None:
        self._sdk = sdk
        self._http: Any = import_module(sdk.http)
        self._effort = effort

    def measured(self, url: str, portal: BlockingPortal) -> Iterator[tuple[str, float]]:
        """Do all the work; gives what it is and how it compares."""
        runs = Effort(max(1, self._effort.rounds // 2), 1)
        yield "import of the client, of the HTTP library's", self._import(runs)
        yield (
            "cold interpreter to its first answer, ms over the HTTP library",
            self._cold(url, runs),
        )
        with (
            patch.object(self._http.HTTPTransport, "handle_request", self._answer),
            patch.object(self._http.AsyncHTTPTransport, "handle_async_request", self._answer_later),
        ):
            yield "call on a mock, blocking", self._call()
            yield "call on a mock, awaiting", self._awaited_call(portal)
        crowds = max(1, self._effort.rounds // 4)
        yield "1 000 calls, 100 at once", self._calls(url, portal, crowds)
        yield "100 streams of 100 events at once", self._streams(url, portal, crowds)

    def _import(self, runs: Effort) -> float:
        programs = {"bare": "", "http": f"import {self._sdk.http}", "sdk": self._sdk.loading}
        times = best({name: partial(seconds, code) for name, code in programs.items()}, runs)
        return (times["sdk"] - times["bare"]) / max(1e-3, times["http"] - times["bare"])

    def _cold(self, url: str, runs: Effort) -> float:
        root = self._sdk.making.partition(".")[0]
        by_sdk = f"import {root}; URL, KEY = {url!r}, {KEY!r}; client = {self._sdk.making}"
        by_http = f"import {self._sdk.http} as h; h.Client().get({url + '/agents/a'!r}).json()"
        programs = {"http": by_http, "sdk": f"{by_sdk}; client.{self._sdk.getting}({ID!r})"}
        times = best({name: partial(seconds, code) for name, code in programs.items()}, runs)
        return (times["sdk"] - times["http"]) / 1000

    def _call(self) -> float:
        http, client = self._http.Client(), self._sdk.client(URL, is_awaited=False)
        return self._ratio(
            blocking(lambda: self._get(http, URL).json()),
            blocking(lambda: self._sdk.get(client)),
            self._effort,
        )

    def _awaited_call(self, portal: BlockingPortal) -> float:
        return self._awaited(portal, awaited, URL, self._effort)

    def _calls(self, url: str, portal: BlockingPortal, rounds: int) -> float:
        return self._awaited(portal, at_once, url, Effort(rounds, 10 * self._effort.calls))

    def _awaited(
        self,
        portal: BlockingPortal,
        work: Callable[..., Awaitable[float]],
        url: str,
        effort: Effort,
    ) -> float:
        with self._opened(url, portal) as (http, client):

            async def get() -> object:
                return (await self._get(http, url)).json()

            async def call() -> object:
                return await self._sdk.get(client)

            return self._ratio(_in(portal, work, get), _in(portal, work, call), effort)

    def _streams(self, url: str, portal: BlockingPortal, rounds: int) -> float:
        effort = Effort(rounds, self._effort.calls)
        with self._opened(url, portal) as (http, client):
            read = partial(_read_stream, http, url + self._sdk.path)
            stream = partial(self._sdk.read_stream, client)
            return self._ratio(_in(portal, at_once, read), _in(portal, at_once, stream), effort)

    @contextmanager
    def _opened(self, url: str, portal: BlockingPortal) -> Generator[tuple[Any, Any]]:
        """Have both clients closed in the end: asyncio may mix up sockets that are merely dropped."""
        http, client = self._http.AsyncClient(), self._sdk.client(url, is_awaited=True)
        manage = portal.wrap_async_context_manager
        with manage(http), manage(client):
            yield http, client

    def _ratio(self, http: Round, sdk: Round, effort: Effort) -> float:
        times: Mapping[str, float] = best({"http": http, "sdk": sdk}, effort)
        return times["sdk"] / max(1e-3, times["http"])

    def _get(self, http: Any, url: str) -> Any:
        return http.get(f"{url}/agents/{ID}", headers=AUTHORIZATION)

    def _answer(self, *_: object) -> Any:
        return self._http.Response(200, headers=HEADERS, stream=self._http.ByteStream(AGENT))

    async def _answer_later(self, *_: object) -> Any:
        return self._answer()


async def _read_stream(http: Any, url: str) -> None:
    body = {"messages": ["hello"], "stream": True}
    async with http.stream("POST", url, json=body, headers=AUTHORIZATION) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                json.loads(line.removeprefix("data: "))


def _in(portal: BlockingPortal, work: Callable[..., Awaitable[float]], call: Any) -> Round:
    return lambda count: portal.call(work, call, count)


if __name__ == "__main__":
    main()
