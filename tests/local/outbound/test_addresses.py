"""Which addresses are public."""

from __future__ import annotations

import pytest

from julep.local.outbound.addresses import is_public

_PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "223.255.255.255"]
_PUBLIC_6 = [
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]
_CLOSED = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
]
_CLOSED_6 = [
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", [*_PUBLIC, *_PUBLIC_6])
def test_a_public_address_is_reached(address: str) -> None:
    """What stands for a public IPv4 address is public too."""
    assert is_public(address)


@pytest.mark.parametrize("address", [*_CLOSED, *_CLOSED_6])
def test_an_address_of_this_machine_or_its_network_is_not(address: str) -> None:
    """Nor is any form of IPv6 that wraps such an address."""
    assert not is_public(address)
