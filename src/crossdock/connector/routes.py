"""Which of the library's clients carries a request: a name whose addresses were checked is connected to at one of these
and nowhere else, whatever DNS says by then (docs/decisions/addresses.md).

Not here: which addresses are allowed (guard.py), or the exchange itself (http.py).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.http import Url

from crossdock.connector.guard import Address

BELIEVED_SECONDS = 60.0  # one look-up a minute and name, not one a call
MOST_TRIED = 3  # addresses of one name
MOST_CLIENTS = 512  # 0.1 MB each; a further one costs 6 ms of CPU, and the one unused longest goes

Origin = tuple[str, str, int]


class Check(Protocol):
    async def __call__(self, url: Url) -> Sequence[Address]: ...


class Routes:
    """Clients by where they lead. One without a pin serves literal addresses and those that need no check."""

    def __init__(self, check: Check, build: Callable[[], ClientBuilder]) -> None:
        self._check = check
        self._build = build
        self._plain = build().build()
        self._pinned: OrderedDict[tuple[str, str], Client] = OrderedDict()
        self._believed: dict[Origin, tuple[float, tuple[str, ...]]] = {}
        self._asking: dict[Origin, asyncio.Lock] = {}

    async def to(self, url: Url) -> list[tuple[str, Client]]:
        """(address, client) in the order in which to try; "" for the client without a pin. Raises AddressRefused."""
        addresses = await self._addresses(_origin(url), url)
        if url.domain is None or not addresses:
            return [("", self._plain)]
        return [(address, self._pin(url.domain, address)) for address in addresses[:MOST_TRIED]]

    def avoid(self, url: Url, address: str) -> None:
        """No connection came about there: it is tried last as long as the name is believed."""
        origin = _origin(url)
        until, known = self._believed[origin]
        self._believed[origin] = (until, (*(other for other in known if other != address), address))

    async def close(self) -> None:
        for client in (self._plain, *self._pinned.values()):
            await client.close()

    async def _addresses(self, origin: Origin, url: Url) -> tuple[str, ...]:
        passing = asyncio.get_running_loop().time
        until, addresses = self._believed.get(origin, (0.0, ()))
        if until > passing():
            return addresses
        async with self._asking.setdefault(origin, asyncio.Lock()):
            until, addresses = self._believed.get(origin, (0.0, ()))
            if until > passing():
                return addresses
            addresses = tuple(str(address) for address in await self._check(url))
            self._believed[origin] = (passing() + BELIEVED_SECONDS, addresses)
            return addresses

    def _pin(self, host: str, address: str) -> Client:
        """Kept while it is used: its connections lead to an address that was checked. One that is put away finishes
        what it carries."""
        key = (host, address)
        client = self._pinned.get(key)
        if client is None:
            client = self._pinned[key] = self._build().resolve(host, address, 0).build()
            if len(self._pinned) > MOST_CLIENTS:
                self._pinned.popitem(last=False)
        else:
            self._pinned.move_to_end(key)
        return client


def _origin(url: Url) -> Origin:
    return (url.scheme, url.host_str or "", url.port_or_known_default or 0)
