"""Which addresses are public.

The lists are the registries of special-purpose addresses that IANA keeps (RFC 6890 and later). They
stand here because Python's own lists differ between its releases.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SPECIAL_4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by a provider's customers
        "127.0.0.0/8",
        "168.63.129.16/32",  # public in form; what Azure answers its own machines on
        "169.254.0.0/16",  # link-local, the metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
    )
]
_GLOBAL_6 = IPv6Network("2000::/3")
_SPECIAL_6 = [
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocols, Teredo among them, which wraps IPv4
        "2001:db8::/32",
        "2002::/16",  # 6to4, which wraps IPv4
        "3fff::/20",
    )
]
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Tell whether an IP address is for anyone to reach, not this machine's or its network's alone.

    An IPv6 address that stands for an IPv4 one is judged by that, or isn't public.
    """
    # A zone (`%eth0`) only ever belongs to an address of one link.
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        return _is_public_6(ip)
    return not _within(ip, _SPECIAL_4)


def _is_public_6(ip: IPv6Address) -> bool:
    if ip in _MAPPED or ip in _NAT64:
        return not _within(IPv4Address(int(ip) & 0xFFFFFFFF), _SPECIAL_4)
    return ip in _GLOBAL_6 and not _within(ip, _SPECIAL_6)


def _within(ip: IPv4Address | IPv6Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(ip in network for network in networks)
