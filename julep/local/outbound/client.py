"""Sending a task's request, following its redirects, and reading the answer."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import anyio
import httpx

from julep.local.scripting import Web
from julep.local.workflow.ports import EffectError, HttpCall, HttpReply
from julep.types._json import as_object, is_array

from .addresses import is_public
from .failures import told
from .policy import CallPolicy
from .public_only import PublicOnly, public_addresses
from .response_body import ACCEPTED, read_body
from .scripted import ScriptedTransport, note

_SECONDS_TO_CONNECT = 10  # of the call's own limit, which is meant for the answer
_MOST_REDIRECTS = 20  # as httpx and browsers have it
MOST_THREADS = 40
"""That wait for others at a time, beside those that everything else here uses and that only compute."""
_LAST_PORT = 65_535
# Whatever else a request carries may be a secret.
_TO_OTHERS = {
    "accept",
    "accept-encoding",
    "accept-language",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "user-agent",
}


class OutboundClient:
    """Sends requests within a policy. Nothing of one request is kept for another.

    Args:
        policy: What requests may reach and bring back.
        web: Remembers them; once anything is scripted there, it answers them.
        judge: Whether an address is public.

    Attributes:
        threads: For what can only wait for another server on a thread.
    """

    def __init__(
        self, policy: CallPolicy, web: Web, judge: Callable[[str], bool] = is_public
    ) -> None:
        self._policy = policy
        self._web = web
        self._judge = judge
        self.threads: anyio.CapacityLimiter = anyio.CapacityLimiter(MOST_THREADS)
        self._real: httpx.AsyncClient | None = None
        self._scripted: httpx.AsyncClient | None = None

    async def call(self, call: HttpCall) -> HttpReply:
        """Make a request; return the answer, whatever its status.

        Raises:
            EffectError: It isn't allowed, can't be sent, there was no answer, or one too long.
        """
        self._refuse_if_off()
        request = self._build(call)
        try:
            with anyio.fail_after(call.timeout):
                return await self._exchange(request, call.options)
        except TimeoutError:
            message = f"TimeoutError: no full answer within {call.timeout:g} seconds"
            raise EffectError(f"{message} (at {request.url})", transient=True) from None
        except EffectError:
            raise
        except Exception as error:
            raise told(error, request.url) from error

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return those addresses of a host that tasks may connect to, for what isn't HTTP.

        Raises:
            EffectError: It isn't allowed, or other servers are scripted.
            OSError: Nobody knows the host.
        """
        self._refuse_if_off()
        if self._web:
            raise EffectError(f"Answers of other servers are scripted, and none of {host}:{port}")
        private = self._policy.allow_private_calls
        return await public_addresses(host, port, (lambda _: True) if private else self._judge)

    @property
    def most_bytes(self) -> int:
        """How long an answer may be."""
        return self._policy.max_api_call_bytes

    def _refuse_if_off(self) -> None:
        if not self._policy.allow_api_calls:
            raise EffectError(
                "Requests of tasks to other servers are switched off on this server "
                "(allow_api_calls=False, or --no-api-calls)"
            )

    async def aclose(self) -> None:
        """Close the connections."""
        for client in filter(None, (self._real, self._scripted)):
            await client.aclose()

    @property
    def _client(self) -> httpx.AsyncClient:
        if self._web:
            self._scripted = self._scripted or _new_client(ScriptedTransport(self._web))
            return self._scripted
        if self._real is None:
            # Given a transport, httpx takes no proxy of the environment.
            private = self._policy.allow_private_calls
            self._real = _new_client(None if private else PublicOnly(self._judge))
        return self._real

    def _build(self, call: HttpCall) -> httpx.Request:
        try:
            url = _addressed(httpx.URL(call.url))
            headers = httpx.Headers({"Accept-Encoding": ACCEPTED, **_login(url)})
            headers.update(call.headers)
            bare = url.copy_with(userinfo=b"")
            request = self._client.build_request(call.method, bare, headers=headers, **_body(call))
        except Exception as error:
            # Whatever it is, it is the same at the next attempt.
            text = f"The request can't be built: {told(error, call.url)}"
            raise EffectError(text) from error
        if call.secret_params:
            # It is sent in the place of the URL's path and query, which httpx logs.
            whole = request.url.copy_merge_params(dict(call.secret_params))
            request.extensions["target"] = whole.raw_path
        return request

    async def _exchange(self, request: httpx.Request, options: Mapping[str, Any]) -> HttpReply:
        for _ in range(_MOST_REDIRECTS + 1):
            await note(self._web, request, options.get("json"))
            response = await self._client.send(request, stream=True, auth=None)
            try:
                if not options.get("follow_redirects") or response.next_request is None:
                    return await self._read(response)
            finally:
                with anyio.CancelScope(shield=True):
                    await response.aclose()
            request = _redirected(request, response.next_request)
            _addressed(request.url)
        raise httpx.TooManyRedirects(f"more than {_MOST_REDIRECTS} redirects")

    async def _read(self, response: httpx.Response) -> HttpReply:
        return HttpReply(
            status_code=response.status_code,
            headers=dict(response.headers),
            content=await read_body(response, self._policy.max_api_call_bytes),
            reason=response.reason_phrase,
            url=str(response.url),
        )


def _addressed(url: httpx.URL) -> httpx.URL:
    """Return the URL if its port exists: name resolution may take the rest of dividing by 65 536."""
    if url.port is not None and url.port > _LAST_PORT:
        raise httpx.InvalidURL(f"the port {url.port} is above {_LAST_PORT}")
    return url


def _new_client(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=transport,
        timeout=httpx.Timeout(None, connect=_SECONDS_TO_CONNECT),
        # What a server sets in one execution must not go out with another's requests.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


def _login(url: httpx.URL) -> dict[str, str]:
    if not url.userinfo:
        return {}
    # As a header: httpx logs URLs.
    pair = f"{url.username}:{url.password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _body(call: HttpCall) -> dict[str, Any]:
    options: dict[str, Any] = {
        name: value for name, value in call.options.items() if name != "follow_redirects"
    }
    if isinstance(options.get("data"), str):
        options["content"] = options.pop("data")
    if "files" in options:
        # JSON has no tuples: [name, content, type].
        files = as_object(options["files"]).items()
        options["files"] = {name: tuple(file) if is_array(file) else file for name, file in files}
    return options


def _redirected(request: httpx.Request, following: httpx.Request) -> httpx.Request:
    following.url = following.url.copy_with(userinfo=b"")
    following.extensions.pop("target", None)
    if not _is_same_or_safer(request.url, following.url):
        for name in set(following.headers) - _TO_OTHERS:
            del following.headers[name]
    return following


def _is_same_or_safer(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether both are the same server, or the second is the first one with encryption."""
    origins = [(url.scheme, url.host, url.port) for url in (one, other)]
    safer = [("http", one.host, None), ("https", one.host, None)]
    return origins[0] == origins[1] or origins == safer
