"""Which proxy the environment wants for a request. Nothing here opens a connection.

The choice is made for each request, by scheme, host and port, since `NO_PROXY` may name any of them.
"""

from __future__ import annotations

import ipaddress
import os
from importlib.util import find_spec
from typing import Final, TypeAlias
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import attrs

from julep._checks import is_address
from julep.errors import ConfigurationError

_SOCKS: Final = frozenset({"socks5", "socks5h"})
_SCHEMES: Final = _SOCKS | {"http", "https"}
_STANDARD_PORTS: Final = {"http": 80, "https": 443}

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@attrs.frozen
class Proxy:
    """A proxy, and where it was named.

    Attributes:
        url: Its address; a name and a password may be part of it.
        source: The environment variable that names it, or the system's settings.
    """

    url: str = attrs.field(repr=False)
    source: str

    def check(self) -> None:
        """Refuse what no connection can go through.

        Raises:
            ConfigurationError: It is not an address, or of a kind that is not supported here.
        """
        if not is_address(self.url, _SCHEMES):
            raise self.unusable()
        if self.url.partition("://")[0].lower() in _SOCKS and find_spec("socksio") is None:
            raise ConfigurationError(
                f"{self.source} names a SOCKS proxy, which needs another package: "
                "pip install httpx[socks]"
            )

    def unusable(self) -> ConfigurationError:
        """Make the error for an address that isn't one."""
        scheme, separator, rest = self.url.rpartition("://")
        shown = f"{scheme}{separator}{rest.rpartition('@')[2]}"
        return ConfigurationError(
            f"{self.source} is {shown!r}, which can't be used as a proxy. Use an address such as "
            "http://127.0.0.1:3128, https://proxy.example:3128 or socks5://127.0.0.1:1080, or list "
            "the host in NO_PROXY"
        )


class Proxies:
    """The proxies of the environment, as they were when this was made."""

    def __init__(self) -> None:
        self._by_scheme = {kind: url.strip() for kind, url in getproxies().items()}
        self._is_environment = bool(getproxies_environment())
        without = self._by_scheme.pop("no", "")
        self._without = without.lower().replace(",", " ").split()

    def __bool__(self) -> bool:
        return bool(self._by_scheme)

    def choose(self, scheme: str, host: str, port: int | None) -> Proxy | None:
        """Return the proxy for a request, or None when it goes there directly."""
        kind = scheme if scheme in self._by_scheme else "all"
        url = self._by_scheme.get(kind)
        if url is None or self._is_excepted(scheme, host, port or _STANDARD_PORTS.get(scheme)):
            return None
        return Proxy(url if "://" in url else f"http://{url}", self._source(kind))

    def _is_excepted(self, scheme: str, host: str, port: int | None) -> bool:
        if not self._is_environment:
            return bool(proxy_bypass(host))  # the settings of macOS or Windows
        return any(_covers(entry, scheme, host.lower(), port) for entry in self._without)

    def _source(self, kind: str) -> str:
        wanted = f"{kind}_proxy"
        # As in urllib, the variable in lower case goes first.
        names = sorted((name for name in os.environ if name.lower() == wanted), reverse=True)
        return names[0] if self._is_environment and names else "the system's proxy setting"


def _covers(entry: str, scheme: str, host: str, port: int | None) -> bool:
    """Tell whether an entry of `NO_PROXY` covers a host: `*`, name, suffix, address or network."""
    only_for, _, place = entry.rpartition("://")
    name, its_port = _name_and_port(place)
    if only_for not in {"", "all", scheme} or its_port not in {None, port}:
        return False
    if (network := _network(name)) is not None and (address := _network(host)) is not None:
        return address.version == network.version and address.network_address in network
    bare = name.removeprefix("*").removeprefix(".")
    is_below = host.endswith(f".{bare}") and _network(host) is None
    return name == "*" or is_below or (host == name)


def _name_and_port(place: str) -> tuple[str, int | None]:
    if place.startswith("["):
        name, _, rest = place[1:].partition("]")
    elif place.count(":") == 1:
        name, _, rest = place.partition(":")
    else:
        return place, None
    port = rest.removeprefix(":")
    return (name, int(port)) if port.isdecimal() else (name + rest, None)


def _network(text: str) -> Network | None:
    """Read a network, or the one of a single address; None for names."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
