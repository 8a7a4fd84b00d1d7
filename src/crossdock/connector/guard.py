"""The guard against requests to places a store cannot be: other schemes, private and local addresses.

Not here: pinning the resolved address for the call itself, which needs a client per store.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit


class AddressRefused(Exception):
    """The address is not one that a store may have here, or it has none at all."""


async def guard(url: str, *, allow_private: bool) -> None:
    """Raises AddressRefused unless `url` may be called: https to public addresses, or anything when `allow_private`."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise AddressRefused(f"{parts.scheme or 'no scheme'} is not called; use https")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("an address with a user name or password in it is not called")
    if allow_private:
        return
    if parts.scheme != "https":
        raise AddressRefused("only https is called; CROSSDOCK_ALLOW_PRIVATE=1 allows http to local stores")
    for address in await _addresses(parts.hostname, parts.port or 443):
        if not _public(address):
            raise AddressRefused(f"{parts.hostname} is a private or local address; CROSSDOCK_ALLOW_PRIVATE=1 allows it")


def _public(address: IPv4Address | IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:10.0.0.1 reaches 10.0.0.1
    seen = mapped or address
    return bool(seen.is_global) and not seen.is_multicast


async def _addresses(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AddressRefused(f"{host} was not found") from error
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
