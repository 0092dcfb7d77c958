"""What is sent when a server says that something is elsewhere."""

from __future__ import annotations

import copy
from typing import Final, TypeVar

import httpx

from julep._exchange import Body
from julep.errors import ConfigurationError

from .contents import content_of, new_request

HttpT = TypeVar("HttpT", httpx.Client, httpx.AsyncClient)

MAX_REDIRECTS: Final = 20
"""As many as httpx follows; whoever needs more goes round in circles."""

# A server that the user did not name learns how to read the request, and nothing about who sent it.
_FOR_EVERYONE: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "content-type",
        "user-agent",
    }
)
_ABOUT_THE_BODY: Final = ("content-length", "content-type")


def redirected(
    request: httpx.Request, response: httpx.Response, *, is_confidential: bool = False
) -> httpx.Request:
    """Make the request that follows a redirect.

    To another server go only headers that say nothing about the sender. A method that does work
    stays with the server that did it: what follows a 303, or a POST's 301 or 302, is a GET.

    Raises:
        ConfigurationError: The body is confidential, and would go to another server.
    """
    url = request.url.join(response.headers["location"])
    method, content = _repeated(request, response.status_code)
    is_elsewhere = not is_same_server(url, request.url)
    if is_elsewhere and content and is_confidential:
        raise ConfigurationError(
            f"the server sends this secret on to {url.host}, and secrets don't follow to another "
            "server. If that is the right one, use its address as base_url"
        )
    headers = request.headers.copy()
    for name in request.headers:
        is_ours = name in _FOR_EVERYONE or (name != "host" and not is_elsewhere)
        if not is_ours or (name in _ABOUT_THE_BODY and not content):
            del headers[name]
    headers["Host"] = url.netloc.decode("ascii")
    return new_request(method, url, headers, content or None, request.extensions)


def _repeated(request: httpx.Request, status: int) -> tuple[str, bytes | Body]:
    if status == 303 or (status < 303 and request.method == "POST"):
        return "GET", b""
    return request.method, content_of(request)


def is_same_server(url: httpx.URL, before: httpx.URL) -> bool:
    """Tell whether a redirect stays on a server, if only to change from http to https."""
    if url.host != before.host:
        return False
    is_upgrade = (before.scheme, url.scheme) == ("http", "https")
    standard = url.port is None and before.port is None
    return (url.scheme, url.port) == (before.scheme, before.port) or (is_upgrade and standard)


def without_additions(http: HttpT) -> HttpT:
    """Copy a user's client without what it adds to each request, for a server that is not theirs.

    It shares the connections, the proxies and the certificates of the one that it is made from.
    """
    stranger = copy.copy(http)
    stranger.auth = httpx.Auth()  # which adds nothing
    stranger.event_hooks = {}
    return stranger
