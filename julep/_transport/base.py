"""What the transports of both faces share."""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, Self, TypeAlias

import httpx

from julep._exchange import Outgoing
from julep._http.connections import forget_in_children, taken_back, transports_of
from julep._http.proxies import Proxies, Proxy
from julep._http.requests import Attempt, HttpT
from julep._options import shown_url
from julep._reply import EVENT_STREAM, Reply, media_type
from julep.errors import ConfigurationError

Route: TypeAlias = tuple[str, Proxy | None]
"""What the choice of a pool depends on: the scheme, and the proxy to go through."""


class BaseTransport(Generic[HttpT]):
    """What the transports of both faces share.

    Args:
        http: A client of the user's to send with.
        is_direct: Whether no proxy stands between: a server in this process is behind none.
    """

    def __init__(self, http: HttpT | None, *, is_direct: bool) -> None:
        self._http: HttpT | None = http
        self._is_direct = is_direct
        self._proxies = None if is_direct else Proxies()
        self._closed = False
        self._original: Self | None = None
        forget_in_children(self)

    def __deepcopy__(self, memo: object) -> Self:
        # The options of a client can be copied and its connections can't. An embedded server lives
        # as long as the transport that it was started for.
        copy = self.__class__(self._http, is_direct=self._is_direct)
        copy._original = self  # noqa: SLF001 - of this very class
        return copy

    def __reduce__(self) -> tuple[Any, ...]:
        if self._http is not None:
            raise TypeError(
                "a client with an httpx_client can't be pickled: make one where it is used"
            )
        return partial(type(self), is_direct=self._is_direct), ()

    def forget(self) -> object:
        """Give up all connections without closing them, for a process that inherited them."""
        raise NotImplementedError

    def _route(self, attempt: Attempt[HttpT]) -> Route:
        url = attempt.request.url
        if self._proxies:
            attempt.proxy = self._proxies.choose(url.scheme, url.host, url.port)
        return url.scheme, attempt.proxy

    def _refuse_closed(self) -> None:
        if self._closed or (self._http is not None and self._http.is_closed):
            raise ConfigurationError("this client is closed; make a new one")

    def _taken_back(
        self, transports: list[Any], attempt: Attempt[HttpT], *, is_closed: bool = True
    ) -> list[Any]:
        """Free what an exchange left taken; gives the connections to close."""
        if self._http is not None:
            transports = transports_of(self._http)
        parts = [taken_back(one, attempt.timeouts, is_closed=is_closed) for one in transports]
        return [lost for part in parts for lost in part]


def reply_to(response: httpx.Response, content: bytes, attempt: Attempt[Any]) -> Reply:
    """Make a reply of a response that has been read."""
    return Reply(
        response.status_code,
        response.headers,
        content,
        attempt.outgoing.shown_url,
        was_done=attempt.was_done,
        place=shown_url(str(attempt.request.url)) if attempt.was_done else "",
        was_lost=attempt.was_lost,
    )


def is_stream(response: httpx.Response, outgoing: Outgoing) -> bool:
    """Tell whether a response is a success that is read while it arrives."""
    is_wanted = outgoing.is_piecewise or media_type(response.headers) == EVENT_STREAM
    return response.is_success and is_wanted
