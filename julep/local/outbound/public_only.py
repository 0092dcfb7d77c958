"""Connections to public addresses only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

import anyio
import httpx

from julep.local.workflow.ports import EffectError

from .addresses import is_public

_PORTS = {"http": 80, "https": 443}


class PublicOnly(httpx.AsyncBaseTransport):
    """Looks a name up once, and connects to those of its addresses that are public.

    The request goes to the address itself, so that nobody looks the name up a second time; `Host`
    and the certificate are still the name's.

    Args:
        judge: Whether an address is public.
    """

    def __init__(self, judge: Callable[[str], bool] = is_public) -> None:
        self._judge = judge
        # Connections are kept by address: one name's would be used for another's.
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises:
            EffectError: None of the host's addresses is public.
            httpx.HTTPError: It wasn't reached, or there was no answer.
        """
        name = request.url.raw_host.decode("ascii")
        if not name or request.url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol("the address has no http:// or no host")
        failure: httpx.TransportError | None = None
        for address in await self._addresses(name, request):
            try:
                return await self._inner.handle_async_request(_to(address, name, request))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError("the host has no address", request=request)

    async def _addresses(self, name: str, request: httpx.Request) -> list[str]:
        port = request.url.port or _PORTS[request.url.scheme]
        try:
            return await public_addresses(name, port, self._judge)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(str(error), request=request) from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


async def public_addresses(name: str, port: int, judge: Callable[[str], bool]) -> list[str]:
    """Look a name up, and return those of its addresses that are public.

    Args:
        name: Of the host.
        port: That is meant to be connected to.
        judge: Whether an address is public.

    Raises:
        EffectError: None is.
        OSError: Nobody knows the name.
        UnicodeError: It can't be one.
    """
    found = await anyio.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(socket_address[0]) for *_, socket_address in found)
    if public := list(filter(judge, addresses)):
        return public
    raise EffectError(
        f"{name} has no public address, and tasks of a server that others can reach may call no "
        "other (allow_private_calls=True or serve --allow-private-calls lifts that)"
    )


def _to(address: str, name: str, request: httpx.Request) -> httpx.Request:
    extensions = dict(request.extensions)
    if not _is_address(name):
        extensions["sni_hostname"] = name
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
