"""Where a request may go: https to public addresses, and what the operator allows besides.

The address is parsed as the transport parses it, so that both mean the same host. What is allowed is told as addresses,
and those are what is connected to (routes.py). Not here: connecting, or what a person types (platforms).
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from pyreqwest.http import Url

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str], Awaitable[Sequence[str]]]

LOOK_UP_SECONDS = 10.0
# What is no public host, by the IANA registries of special addresses (RFC 6890 and what updates it), written out:
# `is_global` differs between Python's releases. 168.63.129.16 is public by number, and the own host in one cloud.
_SPECIAL_4 = tuple(
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
    )
)
_UNICAST_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are where it goes


class AddressRefused(Exception):
    """The address is not one that a store may have here, or it has none at all."""


async def look_up(host: str) -> Sequence[str]:
    """The system's own resolver, in the order in which to try (RFC 6724). Raises OSError."""
    asking = asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    found = await asyncio.wait_for(asking, LOOK_UP_SECONDS)
    return [str(entry[4][0]) for entry in found]


async def guard(
    url: str | Url, *, allow_private: bool, networks: Sequence[Network] = (), resolve: Resolver = look_up
) -> tuple[Address, ...]:
    """The addresses that may be connected to for `url`; none when `allow_private`: wherever its name leads.
    https to public addresses, http or https to `networks`. One address that is not allowed refuses the name.
    Raises AddressRefused."""
    parts = parse(url) if isinstance(url, str) else url
    if parts.scheme not in ("https", "http") or not parts.host_str:
        raise AddressRefused(f"{parts.scheme or 'no scheme'} is not called; use https")
    if parts.username or parts.password is not None:
        raise AddressRefused("an address with a user name or password in it is not called")
    if allow_private:
        return ()
    if parts.scheme != "https" and not networks:
        raise AddressRefused("only https is called; CROSSDOCK_ALLOW_PRIVATE=1 allows http to local stores")
    addresses = await _addresses(parts, resolve)
    for address in addresses:
        _allow(parts, address, networks)
    return addresses


def parse(url: str) -> Url:
    """As the transport reads it: 0x7f.1 is 127.0.0.1, full-width digits are digits, names are in punycode."""
    try:
        return Url(url)
    except ValueError as error:
        raise AddressRefused("that is no web address; write it like https://shop.example") from error


def public(address: Address) -> bool:
    """Whether it is some host of the internet, also behind IPv4 inside IPv6."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    inner = _inner(address)
    if inner is not None:
        return public(inner)
    return address in _UNICAST_6 and not any(address in network for network in _SPECIAL_6)


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:  # ::ffff:10.0.0.1 reaches 10.0.0.1
        return address.ipv4_mapped
    return IPv4Address(address.packed[-4:]) if address in _NAT64 else None


def _allow(parts: Url, address: Address, networks: Sequence[Network]) -> None:
    inner = _inner(address) if isinstance(address, IPv6Address) else None
    if any((inner or address) in network for network in networks):
        return
    if parts.scheme != "https":
        raise AddressRefused("only https is called; CROSSDOCK_ALLOW_NETWORKS names where http may be")
    if not public(address):
        raise AddressRefused(
            f"{parts.host_str} is a private or local address; CROSSDOCK_ALLOW_NETWORKS names those that may be called"
        )


async def _addresses(parts: Url, resolve: Resolver) -> tuple[Address, ...]:
    host = parts.host_str or ""
    if parts.domain is None:
        return (ip_address(host.strip("[]")),)
    try:
        found = await resolve(host)
        known = tuple(dict.fromkeys(ip_address(text.partition("%")[0]) for text in found))
    except (OSError, TimeoutError, ValueError) as error:  # ValueError: a label longer than DNS has
        raise AddressRefused(f"{host} was not found") from error
    if not known:
        raise AddressRefused(f"{host} was not found")
    return known
