"""Requests in the form of httpx, and what httpx raises in the form of the SDK."""

from __future__ import annotations

import time
from functools import cache, lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx

from .errors import APIConnectionError, APITimeoutError, ConfigurationError

if TYPE_CHECKING:
    import ssl

    from ._engine import Headers, Outgoing

HttpT = TypeVar("HttpT", httpx.Client, httpx.AsyncClient)

CONNECT_TIMEOUT: Final = 5.0
"""Seconds to reach a server, at most; one that is there answers the knock at once."""
MAX_REDIRECTS: Final = 20

_ACCEPTED: Final = [(b"Accept-Encoding", b"gzip, deflate"), (b"Connection", b"keep-alive")]
_PRIVATE_HEADERS: Final = ("Authorization", "X-Auth-Key", "Cookie")


class Clock:
    """The time that is left for one attempt, in the form that httpx wants it."""

    def __init__(self, outgoing: Outgoing) -> None:
        # Sockets take no time-out of nothing.
        left = None if outgoing.timeout is None else max(outgoing.timeout, 0.001)
        self._until = None if left is None else time.monotonic() + left
        connect = CONNECT_TIMEOUT if left is None else min(left, CONNECT_TIMEOUT)
        self.timeouts: dict[str, float | None] = {
            "connect": connect,
            "read": left,
            "write": left,
            "pool": left,
        }

    def start_reading(self) -> None:
        """Give the body only what the headers have left."""
        if self._until is not None:
            self.timeouts["read"] = max(0.001, self._until - time.monotonic())

    def check(self, chunk: bytes) -> bytes:
        """Pass a chunk on, in time: a server that trickles could go on for ever."""
        if self._until is not None and time.monotonic() > self._until:
            raise httpx.ReadTimeout("the answer did not end in time")
        return chunk


class Told:
    """Raises what goes wrong inside as the SDK's own errors, with nothing of httpx in them."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Turn an error of httpx into one of ours."""
        if isinstance(error, httpx.HTTPError | httpx.InvalidURL | TimeoutError):
            failure = _failure(self._outgoing, error)
            failure.__suppress_context__ = True
            raise failure


def checked_client(http: object, kind: type[HttpT]) -> HttpT | None:
    """The user's HTTP client, if there is one.

    Raises:
        ConfigurationError: It is not of the kind that this face needs.
    """
    if http is None or isinstance(http, kind):
        return http
    raise ConfigurationError(
        f"httpx_client must be an httpx.{kind.__name__}, not {type(http).__name__}"
    )


def first_request(
    outgoing: Outgoing, clock: Clock, http: httpx.Client | httpx.AsyncClient | None
) -> tuple[httpx.Request, bool]:
    """The request, and whether redirects of it are followed; a client of the user's decides itself.

    It is not left to follow them, though: it would take the keys along.
    """
    if http is None:
        return _own_request(outgoing, clock), outgoing.follow_redirects
    return _borrowed_request(outgoing, clock, http), http.follow_redirects


def _own_request(outgoing: Outgoing, clock: Clock) -> httpx.Request:
    """The request for a connection pool of the SDK's own."""
    return _request(outgoing, _url(outgoing.url), [*_ACCEPTED, *outgoing.headers], clock.timeouts)


def _borrowed_request(
    outgoing: Outgoing, clock: Clock, http: httpx.Client | httpx.AsyncClient
) -> httpx.Request:
    """The request for a client of the user's: with its headers, cookies, parameters and timeout."""
    names = _names(outgoing.headers)
    theirs = [header for header in http.headers.raw if header[0].lower() not in names]
    url = _url(outgoing.url)
    request = _request(
        outgoing,
        url.copy_merge_params(http.params) if http.params else url,
        [*theirs, *outgoing.headers],
        http.timeout.as_dict() if outgoing.timeout is None else clock.timeouts,
    )
    if http.cookies:
        http.cookies.set_cookie_header(request)
    return request


@lru_cache(maxsize=64)
def _names(headers: Headers) -> frozenset[bytes]:
    return frozenset(name.lower() for name, _ in headers)


def _request(
    outgoing: Outgoing,
    url: httpx.URL,
    headers: list[tuple[bytes, bytes]],
    timeouts: dict[str, float | None],
) -> httpx.Request:
    # Given a stream, httpx leaves Host and Content-Length to its caller and takes half the time.
    content = outgoing.content
    if content is not None:
        headers.append((b"Content-Length", b"%d" % len(content)))
    elif outgoing.method in {"POST", "PUT", "PATCH"}:
        headers.append((b"Content-Length", b"0"))
    headers.append((b"Host", url.netloc))
    request = httpx.Request(
        outgoing.method,
        url,
        headers=headers,
        stream=httpx.ByteStream(content or b""),
        extensions={"timeout": timeouts},
    )
    request.read()
    return request


def redirected(request: httpx.Request, response: httpx.Response) -> httpx.Request:
    """The request that follows a redirect. Keys don't follow to another host."""
    url = request.url.join(response.headers["location"])
    headers = request.headers.copy()
    for name in ("Host", *(() if _is_same_server(url, request.url) else _PRIVATE_HEADERS)):
        headers.pop(name, None)
    method, content = request.method, request.content
    if response.status_code == 303 or (response.status_code < 303 and method == "POST"):
        method, content = "GET", b""
        for name in ("Content-Length", "Content-Type"):
            headers.pop(name, None)
    return httpx.Request(
        method, url, headers=headers, content=content or None, extensions=request.extensions
    )


def pool_options(url: httpx.URL) -> Any:
    """How to reach a host: its certificates checked, through a proxy if the environment says so."""
    return {"verify": _tls() if url.scheme == "https" else False, "proxy": _proxy(url)}


def _proxy(url: httpx.URL) -> str | None:
    proxies = getproxies()
    if not proxies or proxy_bypass(url.host):
        return None
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@lru_cache(maxsize=256)
def _url(text: str) -> httpx.URL:
    # Parsing is a quarter of what a call costs, and programs ask for the same things again.
    return httpx.URL(text)


def _is_same_server(url: httpx.URL, before: httpx.URL) -> bool:
    """Whether a redirect stays on a server, if only to change from http to https."""
    if url.host != before.host:
        return False
    is_upgrade = (before.scheme, url.scheme) == ("http", "https")
    standard = url.port is None and before.port is None
    return (url.scheme, url.port) == (before.scheme, before.port) or (is_upgrade and standard)


def timed_out(outgoing: Outgoing) -> APIConnectionError:
    """The error for an answer that was not complete in time."""
    return _failure(outgoing, TimeoutError())


def _failure(outgoing: Outgoing, error: Exception) -> APIConnectionError:
    kind = APITimeoutError if _is_timeout(error) else APIConnectionError
    return kind(
        _story(outgoing, error),
        method=outgoing.method,
        url=outgoing.shown_url,
        delivered=not isinstance(error, _UNDELIVERED),
    )


_UNDELIVERED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def _is_timeout(error: Exception) -> bool:
    return isinstance(error, httpx.TimeoutException | TimeoutError)


def _story(outgoing: Outgoing, error: Exception) -> str:
    said = str(error) or type(error).__name__
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return f"can't connect ({said}). Is the server running, and base_url right?"
    if isinstance(error, httpx.PoolTimeout):
        return (
            "all connections of this client are busy; raise its limit, or make fewer calls at once"
        )
    if _is_timeout(error):
        limit = "" if outgoing.timeout is None else f" within {outgoing.timeout:.3g} s"
        return f"no full answer{limit}; timeout sets the limit"
    return f"the connection broke ({said})"
