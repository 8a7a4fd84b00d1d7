"""Looks at the stores of a run from outside: where each vendor's part of each order really is, and how often.

Never asks the hub. Orders that have ended are looked at less and less often. Not here: what is shown of it (stage.py).
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from crossdock.rehearsal.picture import Step
from crossdock.rehearsal.shoppers import Shoppers
from crossdock_sandbox.audit.dumps import DumpedOrder
from crossdock_sandbox.traffic.ledger import PlayedOrder

Json = dict[str, Any]
ORDERS_A_LOOK = 24
AGAIN = 8.0  # seconds until what has ended is looked at again, doubled each time
LONGEST = 120.0
ENDED = frozenset({Step.DONE, Step.CANCELLED, Step.REFUSED, Step.BY_HAND})
RESTS = ENDED | {Step.UNPAID, Step.VENDOR}  # nothing is under way: somebody has to act first


class Part:
    """One vendor's part, as last seen."""

    def __init__(self, shop: str, sent: bool) -> None:
        self.shop = shop
        self.sent = sent  # a rule sends it
        self.there = self.parcels = self.back = 0
        self.cancelled = self.sold_out = False

    def step(self, played: PlayedOrder, cannot_cancel: bool) -> Step:
        if self.there > 1:
            return Step.TWICE
        if not self.sent:
            return Step.BY_HAND
        if played.cancelled:
            over = self.cancelled or not self.there or cannot_cancel  # then a person at the vendor's is told
            return Step.CANCELLED if over else Step.CANCELLING
        if self.sold_out:
            return Step.REFUSED
        if not self.there:
            return Step.HUB if played.paid else Step.UNPAID
        if not self.parcels:
            return Step.VENDOR
        return Step.DONE if self.back >= self.parcels else Step.SHIPPED


class Watched:
    """One order of the run. `placed`: seconds of the player's clock."""

    def __init__(self, played: PlayedOrder, parts: list[Part], placed: float) -> None:
        self.played = played
        self.parts = parts
        self.placed = placed
        self.quantities: dict[str, int] = {}  # by the order's line id
        self.due = placed
        self.pause = AGAIN

    @property
    def pieces(self) -> list[tuple[str, int]]:
        """What was bought: (offer, pieces)."""
        return [(offer, self.quantities.get(line, 1)) for line, offer in self.played.offers.items()]

    def looked(self, now: float, rests: bool) -> None:
        self.pause = min(self.pause * 2, LONGEST) if rests else AGAIN
        self.due = now + (self.pause if rests else 0)


class Looks:
    """`cannot_cancel`: vendors whose platform lets no app cancel."""

    def __init__(self, shoppers: Shoppers, merchant: str, cannot_cancel: frozenset[str]) -> None:
        self.shoppers = shoppers
        self.merchant = merchant
        self.cannot_cancel = cannot_cancel
        self.orders: dict[str, Watched] = {}

    async def look(self, now: float) -> list[Watched]:
        """At the orders whose turn it is; gives them."""
        self._meet(now)
        some = sorted((each for each in self.orders.values() if each.due <= now), key=lambda each: each.due)
        some = some[:ORDERS_A_LOOK]
        results = iter(await self.shoppers.control.batch([op for each in some for op in self._ops(each)]))
        for each in some:
            self._note(each, results)
            rests = all(self.step(each, part) in RESTS for part in each.parts)
            each.looked(now, rests)
        return some

    def step(self, order: Watched, part: Part) -> Step:
        return part.step(order.played, part.shop in self.cannot_cancel)

    def soon(self, order: str) -> None:
        """Somebody did something to it."""
        if order in self.orders:
            self.orders[order].due, self.orders[order].pause = 0.0, AGAIN

    def _meet(self, now: float) -> None:
        for key, played in self.shoppers.ledger.orders.items():
            if key not in self.orders:
                sent = self.shoppers.goes_to(played)
                parts = [Part(shop, shop in sent) for shop in self.shoppers.vendors_of(played)]
                self.orders[key] = Watched(played, parts, now)

    def _ops(self, order: Watched) -> Iterator[Json]:
        yield {"op": "find_orders", "store": self.merchant, "name": order.played.name}
        for part in order.parts:
            yield {"op": "find_orders", "store": part.shop, "reference": self.reference(order, part)}

    def reference(self, order: Watched, part: Part) -> str:
        return self.shoppers.reference(order.played.order_id, part.shop)

    def _note(self, order: Watched, results: Iterator[Json]) -> None:
        found = _orders(next(results))
        order.quantities |= {line.id: line.quantity for each in found for line in each.lines}
        back = self._back(order, found)
        for part in order.parts:
            result = next(results)
            there = _orders(result)
            part.there = len(there)
            part.sold_out = bool(result.get("sold_out"))
            part.cancelled = bool(there) and all(each.cancelled_at for each in there)
            part.parcels = sum(parcel.stands for each in there for parcel in each.fulfillments)
            part.back = back.get(part.shop, 0)

    def _back(self, order: Watched, found: list[DumpedOrder]) -> dict[str, int]:
        """Parcels on the merchant's order, by the vendor whose lines are in them."""
        counts: dict[str, int] = {}
        for parcel in (parcel for each in found for parcel in each.fulfillments if parcel.stands):
            offers = {order.played.offers.get(line.line_id, "") for line in parcel.lines}
            for shop in {self.shoppers.offers[key].shop for key in offers if key}:
                counts[shop] = counts.get(shop, 0) + 1
        return counts


def _orders(result: Json) -> list[DumpedOrder]:
    return msgspec.convert(result.get("orders", []), list[DumpedOrder], strict=False)
