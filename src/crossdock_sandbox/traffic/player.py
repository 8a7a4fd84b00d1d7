"""Plays happenings in their true order: shoppers at the merchant's store, vendors' people at theirs.

A vendor can only ship what it has been sent, so its happenings wait for the vendor order, in their own queue, while the
marketplace trades on. Not here: the hub; the player neither knows nor asks it anything.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from crossdock_sandbox.platforms import platforms
from crossdock_sandbox.traffic.control import Control
from crossdock_sandbox.traffic.ledger import Built, Ledger, PlayedOrder, PlayedParcel
from crossdock_sandbox.traffic.plan import (
    Authorize,
    Cancel,
    Correct,
    Deliver,
    Edit,
    HandOver,
    Happening,
    OfParcel,
    OfShop,
    Pay,
    Place,
    Recall,
    Sell,
    Share,
    Terms,
)
from crossdock_sandbox.traffic.shops import shop_op

OPS_A_REQUEST = 64
LOOKS_A_REQUEST = 256
SHORTEST_NAP, LONGEST_NAP = 0.02, 0.4  # seconds, while nothing moves
Reference = Callable[[str, str], str]  # (merchant order id, shop) -> the reference its first vendor order carries


class Pace(Struct, frozen=True):
    """How fast. `factor`: so many times real time; None = as fast as orders come through, with at most `in_flight`
    vendor orders awaited and `webhooks` undelivered, and no more than `rate` happenings a second, evenly. Something
    awaited longer than `young` seconds holds nobody up."""

    factor: float | None = None
    rate: float | None = None
    in_flight: int = 200
    webhooks: int = 1000
    young: float = 5.0
    patience: float = 300.0  # seconds without any vendor order coming, after which the rest is given up


class Timeline:
    """Happenings in their order, with a look at the next one; may be without end."""

    def __init__(self, happenings: Iterable[Happening]) -> None:
        self._rest = iter(happenings)
        self.next = next(self._rest, None)

    def pop(self) -> None:
        self.next = next(self._rest, None)


class VendorPart:
    """One vendor's part of one order: what waits to happen to it, and the vendor order once it has come."""

    def __init__(self) -> None:
        self.queue: deque[OfParcel] = deque()
        self.busy = False
        self.order_id = ""
        self.lines: list[dict[str, Any]] = []
        self.parcels: dict[int, PlayedParcel] = {}
        self.emptied = False
        self.refused = False


class Player:
    """`progress(done, awaited)` is told after every step. `clock` gives seconds, the same clock as the sandbox's."""

    def __init__(
        self,
        control: Control,
        built: Built,
        terms: Terms,
        happenings: Iterable[Happening],
        *,
        reference: Reference,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        pace: Pace | None = None,
        progress: Callable[[int, int], None] = lambda done, awaited: None,
    ) -> None:
        self.control = control
        self.built = built
        self.terms = terms
        self.timeline = Timeline(happenings)
        self.reference = reference
        self.clock = clock
        self.sleep = sleep
        self.pace = pace or Pace()
        self.progress = progress
        self.ledger = Ledger(terms=terms)
        self.offers = {offer.key: offer for offer in built.market.offers}
        self.shops = {shop.key: shop for shop in built.market.shops}
        self.parts: dict[tuple[str, str], VendorPart] = {}
        self.awaited: dict[tuple[str, str], float] = {}
        self.ready: deque[Happening] = deque()
        self.undelivered = 0
        self.done = 0
        self.taken = 0

    async def play(self) -> Ledger:
        """Everything, to the end or to the end of patience. The ledger says what was refused or never came."""
        started = moved = self.clock()
        idle = SHORTEST_NAP
        first = self.timeline.next.at if self.timeline.next else None
        while self.timeline.next or self.ready or self._queued():
            batch = self._take(started, first)
            await self._perform(batch)
            met = await self._look()
            if batch or met:
                moved, idle = self.clock(), SHORTEST_NAP
            elif self.clock() - moved > self.pace.patience and not self._waits_for_time():
                break
            else:
                await self.sleep(idle)
                idle = min(idle * 1.5, LONGEST_NAP)
            self.progress(self.done, len(self.awaited))
        self._give_up()
        return self.ledger

    def _waits_for_time(self) -> bool:
        """The next happening is for later, by the pace that was asked for."""
        return self.pace.factor is not None and self.timeline.next is not None

    # what comes next

    def _take(self, started: float, first: datetime | None) -> list[Happening]:
        """The next happenings, at most one of each order, so that a request keeps the true order."""
        batch: list[Happening] = []
        touched: set[str] = set()
        while self.ready and len(batch) < OPS_A_REQUEST:
            batch.append(self.ready.popleft())
        touched.update(each.order for each in batch)
        room = self._room(len(batch))
        while (happening := self.timeline.next) and len(batch) < room and self._is_due(happening, started, first):
            if happening.order in touched:
                break
            if isinstance(happening, OfParcel):
                self._queue(happening)
            elif isinstance(happening, Place | OfShop) or happening.order in self.ledger.orders:
                touched.add(happening.order)
                batch.append(happening)
            else:
                self.done += 1  # its order was refused
            self.timeline.pop()
            self.taken += 1
        return batch

    def _room(self, taken: int) -> int:
        """How many happenings a request may have now, `taken` among them."""
        if self.pace.factor is not None:
            return OPS_A_REQUEST
        if self.undelivered >= self.pace.webhooks:
            return 0
        now = self.clock()
        young = sum(1 for since in self.awaited.values() if now - since < self.pace.young)
        return min(OPS_A_REQUEST, taken + self.pace.in_flight - young)

    def _is_due(self, happening: Happening, started: float, first: datetime | None) -> bool:
        if self.pace.factor is None or first is None:
            return self.pace.rate is None or self.taken <= (self.clock() - started) * self.pace.rate
        return (happening.at - first).total_seconds() <= (self.clock() - started) * self.pace.factor

    def _queue(self, happening: OfParcel) -> None:
        played = self.ledger.orders.get(happening.order)
        self.done += 1
        if played is None or played.cancelled or happening.shop not in self._shops_that_get(played):
            self._count("not_sent")
            return
        part = self.parts.setdefault((happening.order, happening.shop), VendorPart())
        if part.refused:
            self._count("not_sent")
            return
        part.queue.append(happening)
        self._next(part)

    def _next(self, part: VendorPart) -> None:
        if part.queue and part.order_id and not part.busy:
            part.busy = True
            self.ready.append(part.queue.popleft())

    def _queued(self) -> bool:
        return any(part.queue and self._can_come(order) for (order, _), part in self.parts.items())

    def _can_come(self, order: str) -> bool:
        played = self.ledger.orders[order]
        return played.go_at > 0 and not played.cancelled

    def _shops_that_get(self, played: PlayedOrder) -> set[str]:
        offers = (self.offers[key] for key in played.offers.values())
        return {offer.shop for offer in offers if self.terms.goes_out(offer.found)}

    # doing it

    async def _perform(self, batch: list[Happening]) -> None:
        asked = [(happening, op) for happening in batch if (op := self._op(happening)) is not None]
        began = self.clock()
        results = await self.control.batch([op for _, op in asked])
        for (happening, op), result in zip(asked, results, strict=True):
            self._settle(happening, op, result, began)
        for happening in batch:
            if isinstance(happening, OfParcel):
                part = self.parts[happening.order, happening.shop]
                part.busy = False
                self._next(part)
            else:
                self.done += 1

    def _op(self, happening: Happening) -> dict[str, Any] | None:
        """The control operation of `happening`; None when there is nothing to do it to (any more)."""
        if isinstance(happening, OfParcel):
            return self._parcel_op(happening)
        if isinstance(happening, OfShop):
            return shop_op(happening, self.built, self.ledger)
        store = self.built.market.merchant
        if isinstance(happening, Place):
            return self._place_op(happening)
        order_id = self.ledger.orders[happening.order].order_id
        if isinstance(happening, Edit):
            return {"op": "edit_order", "store": store, "order_id": order_id, "set": happening.fields}
        if isinstance(happening, Cancel):
            return {"op": "cancel_order", "store": store, "order_id": order_id, "reason": happening.reason}
        word = "pay_order" if isinstance(happening, Pay) else "authorize_order"
        return {"op": word, "store": store, "order_id": order_id}

    def _place_op(self, place: Place) -> dict[str, Any] | None:
        if missing := [line.offer for line in place.lines if line.offer not in self.built.listings]:
            self.ledger.refused.append(f"order {place.order}: {missing[0]} is not listed at the merchant's")
            return None
        lines = [
            {
                "variant_id": self.built.listings[line.offer].variant,
                "quantity": line.quantity,
                **({"price": line.price} if line.price else {}),
                "discount": line.discount,
                "tax": list(line.tax),
            }
            for line in place.lines
        ]
        op = {"op": "place_order", "store": self.built.market.merchant, "lines": lines, "paid": place.paid}
        return op | ({"refuse_when_short": True} if place.obeys else {}) | place.rest

    def _parcel_op(self, happening: OfParcel) -> dict[str, Any] | None:
        part = self.parts[happening.order, happening.shop]
        if isinstance(happening, HandOver):
            return self._hand_over_op(part, happening)
        parcel = part.parcels.get(happening.parcel)
        if parcel is None:
            return None
        word = {Correct: "update_tracking", Recall: "cancel_fulfillment", Deliver: "deliver_fulfillment"}[
            type(happening)
        ]
        if word not in platforms()[self.built.stores[happening.shop].platform].ops:
            self._count(f"no_{word}")  # the vendor's own software cannot
            return None
        op: dict[str, Any] = {"op": word, "store": happening.shop, "fulfillment_id": parcel.fulfillment_id}
        return op | {"tracking": happening.tracking} if isinstance(happening, Correct) else op

    def _hand_over_op(self, part: VendorPart, happening: HandOver) -> dict[str, Any] | None:
        if part.emptied or not part.lines:
            return None
        op: dict[str, Any] = {
            "op": "fulfill_order",
            "store": happening.shop,
            "order_id": part.order_id,
            "tracking": happening.tracking,
        }
        units = [(line["id"], line["quantity"]) for line in part.lines]
        whole = happening.share is Share.LEFT or "partial_fulfillment" in self.shops[happening.shop].cannot
        if whole or sum(quantity for _, quantity in units) < 2:
            part.emptied = True
            return op
        return op | {"lines": [{"line_id": line, "quantity": quantity} for line, quantity in first_half(units)]}

    # what came of it

    def _settle(self, happening: Happening, op: dict[str, Any], result: dict[str, Any], began: float) -> None:
        if "error" in result:
            self.ledger.refused.append(f"{op['op']} at {op['store']} for order {happening.order}: {result['error']}")
            self._count("refused")
            return
        if "sold_out" in result:
            self._count("sold_out_at_vendor" if isinstance(happening, Sell) else "sold_out")
            return
        self._count(type(happening).__name__.lower() if isinstance(happening, OfShop) else op["op"])
        if isinstance(happening, Place):
            self._placed(happening, result)
        elif isinstance(happening, OfShop):
            if isinstance(happening, Sell):
                self.ledger.own[happening.order] = (happening.shop, str(result["order_id"]))
        elif isinstance(happening, OfParcel):
            self._shipped(happening, result)
        else:
            self._changed(happening, began)

    def _placed(self, place: Place, result: dict[str, Any]) -> None:
        offers = {str(line): each.offer for line, each in zip(result["line_ids"], place.lines, strict=True)}
        played = PlayedOrder(
            key=place.order, order_id=str(result["order_id"]), name=result["name"], offers=offers, paid=place.paid
        )
        self.ledger.orders[place.order] = played
        if place.paid or not self.terms.paid_only:
            self._goes_out(played)

    def _changed(self, happening: Authorize | Pay | Cancel | Edit, began: float) -> None:
        played = self.ledger.orders[happening.order]
        if isinstance(happening, Pay):
            played.paid, played.paid_at = True, began
            if not played.go_at:
                self._goes_out(played)
        elif isinstance(happening, Edit):
            played.edits += 1
            played.edited |= dict.fromkeys(happening.fields, began)
        elif isinstance(happening, Cancel):
            played.cancelled, played.paid_first = True, played.paid
            for shop in self._shops_that_get(played):
                self.awaited.pop((played.key, shop), None)

    def _goes_out(self, played: PlayedOrder) -> None:
        if played.cancelled:
            return
        played.go_at = self.clock()
        for shop in self._shops_that_get(played):
            self.awaited[played.key, shop] = played.go_at

    def _shipped(self, happening: OfParcel, result: dict[str, Any]) -> None:
        part = self.parts[happening.order, happening.shop]
        if isinstance(happening, HandOver):
            parcel = PlayedParcel(
                shop=happening.shop, number=happening.parcel, fulfillment_id=str(result["fulfillment_id"])
            )
            part.parcels[happening.parcel] = parcel
            self.ledger.orders[happening.order].parcels.append(parcel)
        elif isinstance(happening, Recall):
            part.parcels[happening.parcel].recalled = True
            part.emptied = False

    # what the vendors' people see

    async def _look(self) -> int:
        """Look for awaited vendor orders, those longest not looked at first; how many were there."""
        asked = list(self.awaited)[:LOOKS_A_REQUEST]
        ops: list[dict[str, Any]] = [
            {"op": "find_orders", "store": shop, "reference": self.reference(self.ledger.orders[order].order_id, shop)}
            for order, shop in asked
        ]
        *results, pending = await self.control.batch([*ops, {"op": "pending"}])
        self.undelivered = int(pending["webhooks"])
        met = 0
        for key, result in zip(asked, results, strict=True):
            since = self.awaited.pop(key)
            if found := result.get("orders"):
                self._meet(key, found[0])
                met += 1
            elif result.get("sold_out"):
                self._refused(key)
                met += 1
            else:
                self.awaited[key] = since
        return met

    def _meet(self, key: tuple[str, str], vendor_order: dict[str, Any]) -> None:
        part = self.parts.setdefault(key, VendorPart())
        part.order_id = str(vendor_order["id"])
        part.lines = [{"id": str(line["id"]), "quantity": int(line["quantity"])} for line in vendor_order["lines"]]
        self._next(part)

    def _refused(self, key: tuple[str, str]) -> None:
        """The vendor's store has not what was ordered: there is nothing to ship until a person has seen to it."""
        self._count("refused_for_lack_of_stock")
        part = self.parts.setdefault(key, VendorPart())
        part.refused = True
        part.queue.clear()

    def _give_up(self) -> None:
        if self.timeline.next:
            self.ledger.unmet.append(f"nothing moved any more; from {self.timeline.next.at} on nothing was played")
        for (order, shop), part in self.parts.items():
            if part.queue and not part.order_id and self._can_come(order):
                self.ledger.unmet.append(f"order {order} never reached {shop}; {len(part.queue)} happenings not played")

    def _count(self, what: str) -> None:
        self.ledger.played[what] = self.ledger.played.get(what, 0) + 1


def first_half(units: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Half of all units (rounded down), from the first lines on."""
    left = sum(quantity for _, quantity in units) // 2
    half: list[tuple[str, int]] = []
    for line, quantity in units:
        taken = min(quantity, left)
        if taken:
            half.append((line, taken))
            left -= taken
    return half
