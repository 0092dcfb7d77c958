"""What a request that failed tells the task, and whether trying again may help."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from typing import cast

import httpx

from julep.local.urls import without_userinfo
from julep.local.workflow.ports import EffectError

_PERMANENT = (
    httpx.DecodingError,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
    httpx.TooManyRedirects,
    httpx.UnsupportedProtocol,
)
_UNREACHED = (httpx.NetworkError, httpx.ConnectTimeout, httpx.ProxyError, httpx.RemoteProtocolError)
SECONDS_FOR_UNREACHED = 10.0
"""For how long a host that refuses, hangs up, or that nobody knows, is tried: a restart, not an
outage. Self-hosted servers try for hours, and tell nobody."""


def told(error: Exception, url: httpx.URL | str) -> EffectError:
    """Put a failure into words, which show no password."""
    where = without_userinfo(str(url))
    what = without_userinfo(f"{type(error).__name__}: {_reason(error)}")
    text = f"{what} (at {where})"
    # A certificate doesn't change from one second to the next.
    if isinstance(error, _PERMANENT) or any(
        isinstance(each, ssl.SSLError) for each in _chain(error)
    ):
        return EffectError(text)
    if isinstance(error, _UNREACHED):
        return EffectError(text, transient=True, patience=SECONDS_FOR_UNREACHED)
    return EffectError(text, transient=isinstance(error, (httpx.HTTPError, OSError)))


def _reason(error: Exception) -> str:
    """Find what the system said: "Connection refused" says more than "all attempts failed"."""
    said = [_of_system(each) for each in _chain(error) if isinstance(each, OSError)]
    return next(filter(None, reversed(said)), None) or str(error) or "no details"


def _of_system(error: OSError) -> str | None:
    # asyncio has words of its own for errors of connections.
    if isinstance(error, ConnectionError) and error.errno:
        return os.strerror(error.errno)
    return error.strerror


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = _below(error)


def _below(error: BaseException) -> BaseException | None:
    if isinstance(error, BaseExceptionGroup):
        return cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error.__cause__ or error.__context__
