"""Requests in the form of httpx, from their first sending to the last redirect."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Generic, TypeVar

import anyio
import httpx

from julep._exchange import Headers, Outgoing
from julep.errors import ConfigurationError

from .contents import new_request
from .deadlines import CONNECT_TIMEOUT, Deadline
from .failures import TranslatedErrors
from .redirects import MAX_REDIRECTS, is_same_server, redirected, without_additions

HttpT = TypeVar("HttpT", httpx.Client, httpx.AsyncClient)

_ACCEPTED: Final = ((b"Accept-Encoding", b"gzip, deflate"), (b"Connection", b"keep-alive"))


class Attempt(TranslatedErrors, Generic[HttpT]):
    """A request on its way: what is sent now, to whom, and how much time there is.

    Attributes:
        http: The user's client to send it with, if there is one.
        request: What is to be sent.
        timeouts: As httpx wants them. The same object for all hops of this attempt, and for no
            other: that is how the pool's side of it is found again.
        was_done: Whether a server did what was asked, and the request only fetches the result.
        was_lost: Whether a redirect led back to where it was sent, which may be what became of the work.
    """

    def __init__(self, outgoing: Outgoing, http: HttpT | None) -> None:
        super().__init__(outgoing)
        self.http: HttpT | None = http
        self.timeouts = _timeouts(outgoing.timeout)
        self.was_done = False
        self.was_lost = False
        self._hops = 0
        # It is not left to a user's client to follow them, since it would take the keys along.
        self._follows = (outgoing if http is None else http).follow_redirects
        if http is not None and outgoing.timeout is None:
            self.timeouts = http.timeout.as_dict()
        self.request = _request(outgoing, self.timeouts, http)

    def goes_on(self, response: httpx.Response) -> bool:
        """Turn to where an answer points, if it does; False when it is the answer."""
        is_redirect = response.status_code >= 300 and response.has_redirect_location
        if not (is_redirect and self._follows):
            return False
        self.was_answered = True
        self._hops += 1
        if self._hops > MAX_REDIRECTS:
            raise httpx.TooManyRedirects("more redirects than are worth following")
        before = self.request
        self.request = redirected(before, response, is_confidential=self.outgoing.is_confidential)
        is_same_method = self.request.method == before.method
        self.was_done = self.was_done or not is_same_method
        self.was_lost = self.was_lost or (is_same_method and self.request.url == before.url)
        if self.http is not None and not is_same_server(self.request.url, before.url):
            self.http = without_additions(self.http)
        return True

    def start_reading(self) -> None:
        """Leave the body only the time that the headers have not used."""
        limit = self.timeouts["read"]
        # The SDK's own connections know how much that is.
        if self.http is not None and isinstance(limit, Deadline):
            self.timeouts["read"] = Deadline(limit.left())

    def end_with(self, scope: anyio.CancelScope) -> None:
        """Let a scope end when the time is over, also where that begins anew."""
        limit = self.timeouts["write"]
        if isinstance(limit, Deadline):
            limit.scope = scope

    def start_stream(self) -> None:
        """Limit the wait for each piece from now on, and no longer the whole, but for an upload."""
        if self.outgoing.is_upload:
            self.start_reading()
        elif self.outgoing.timeout is not None:
            self.timeouts["read"] = Deadline(self.outgoing.timeout)

    def start_piece(self) -> None:
        """Begin to wait for a piece. What arrives and belongs to none does not extend the wait."""
        # The body was given the object itself, when its first piece was asked for.
        limit = self.timeouts["read"]
        if isinstance(limit, Deadline):
            if self.outgoing.is_upload:
                limit.left()
            else:
                limit.restart()

    @property
    def left_for_piece(self) -> float | None:
        """Seconds that are left to wait for a piece; None for any time."""
        limit = self.timeouts["read"]
        return limit.left() if isinstance(limit, Deadline) else limit

    def check_time(self) -> None:
        """Stop when the time is over: a server that trickles could go on for ever."""
        limit = self.timeouts["write"]
        if isinstance(limit, Deadline):
            limit.left()


def checked_client(http: object, kind: type[HttpT]) -> HttpT | None:
    """Check the user's HTTP client, if there is one.

    Raises:
        ConfigurationError: It is not of the kind that this face needs.
    """
    if http is None or isinstance(http, kind):
        return http
    raise ConfigurationError(
        f"httpx_client must be an httpx.{kind.__name__}, not {type(http).__name__}"
    )


def _timeouts(limit: float | None) -> dict[str, float | None]:
    if limit is None:
        return {"connect": CONNECT_TIMEOUT, "read": None, "write": None, "pool": None}
    left = Deadline(limit)
    connect = left if limit < CONNECT_TIMEOUT else CONNECT_TIMEOUT
    return {"connect": connect, "read": left, "write": left, "pool": left}


def _request(
    outgoing: Outgoing,
    timeouts: dict[str, float | None],
    http: httpx.Client | httpx.AsyncClient | None,
) -> httpx.Request:
    """Make the request; for a client of the user's with its headers, cookies and parameters."""
    url = _url(outgoing.url)
    if http is not None and http.params:
        url = url.copy_merge_params(http.params)
    defaults = _ACCEPTED if http is None else tuple(http.headers.raw)
    headers = _headers(defaults, outgoing.headers, url.netloc)
    extensions = {"timeout": timeouts}
    request = new_request(outgoing.method, url, headers, outgoing.content, extensions)
    if http is not None and http.cookies:
        http.cookies.set_cookie_header(request)
    return request


@lru_cache(maxsize=64)
def _headers(defaults: Headers, headers: Headers, host: bytes) -> httpx.Headers:
    """Put headers together; those of the request win over the client's."""
    names = {name.lower() for name, _ in headers}
    kept = [header for header in defaults if header[0].lower() not in names]
    return httpx.Headers([*kept, *headers, (b"Host", host)])


@lru_cache(maxsize=256)
def _url(text: str) -> httpx.URL:
    # Parsing is a quarter of what a call costs, and programs ask for the same things again.
    return httpx.URL(text)
