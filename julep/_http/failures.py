"""What goes wrong on the way, in the form of the SDK's errors."""

from __future__ import annotations

from types import TracebackType
from typing import Final, Self

import httpx

from julep._exchange import Outgoing
from julep.errors import APIConnectionError, APITimeoutError, ConfigurationError, JulepError

from .proxies import Proxy


class TranslatedErrors:
    """Raises what goes wrong inside as the SDK's own errors, with nothing of httpx in them."""

    proxy: Proxy | None = None
    """What it goes through, if that is known."""
    was_answered = False
    """Whether a server had answered before: then the request has arrived, whatever came later."""

    def __init__(self, outgoing: Outgoing) -> None:
        self.outgoing = outgoing

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        # Cancellation, Ctrl-C and what a loop throws are not errors of a call.
        __tracebackhide__ = True
        if isinstance(error, Exception) and not isinstance(error, JulepError):
            failure = self._failure(error)
            if not (isinstance(error, _OF_HTTP) or _is_mistake(error)):
                raise failure from error  # something of the user's: a hook, or a transport
            # It quotes what a server sent, which may be a key: nothing may lead to it.
            del error
            try:
                raise failure from None
            finally:
                failure.__context__ = None

    def _failure(self, error: Exception) -> JulepError:
        if _is_mistake(error):
            return ConfigurationError(_mistake(self.outgoing, error))
        kind = APITimeoutError if _is_timeout(error) else APIConnectionError
        return kind(
            _message(self.outgoing, error, self.proxy),
            method=self.outgoing.method,
            url=self.outgoing.shown_url,
            delivered=self.was_answered or not isinstance(error, _UNDELIVERED),
        )


_OF_HTTP: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TimeoutError)


_UNDELIVERED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def _is_mistake(error: Exception) -> bool:
    """Tell whether the request itself breaks the rules of HTTP, in the words of httpx or of h11."""
    # h11's own come through where a body does not fit its headers. It is not a dependency of ours.
    return type(error).__name__ == "LocalProtocolError"


def _mistake(outgoing: Outgoing, error: Exception) -> str:
    return (
        f"{outgoing.method} {outgoing.shown_url}: HTTP does not allow this request "
        f"({outgoing.mask.text(str(error))}); correct the headers that it was given"
    )


def _is_timeout(error: Exception) -> bool:
    return isinstance(error, httpx.TimeoutException | TimeoutError)


def _reason(error: BaseException | None) -> str:
    """Return what the error says, or what led to it: on trio a failed handshake says nothing itself."""
    while error is not None and not str(error):
        error = error.__cause__ or error.__context__
    return "" if error is None else str(error)


def _message(outgoing: Outgoing, error: Exception, proxy: Proxy | None) -> str:
    said = outgoing.mask.text(_reason(error)) or type(error).__name__
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        if proxy is not None:
            return f"can't connect through the proxy that {proxy.source} names ({said})"
        if "[SSL" in said and "CERTIFICATE" not in said:
            return f"can't connect ({said}). Does the server speak http:// and not https://?"
        return f"can't connect ({said}). Is the server running, and base_url right?"
    if isinstance(error, httpx.PoolTimeout):
        return (
            "all connections of this client are busy; raise its limit, or make fewer calls at once"
        )
    if _is_timeout(error):
        limit = "" if outgoing.timeout is None else f" within {outgoing.timeout:.3g} s"
        return f"no full answer{limit}; timeout sets the limit"
    if not isinstance(error, _OF_HTTP):
        said = f"{type(error).__name__}: {said}"
    return f"the connection broke ({said})"
