"""The stage: plays one run after another in the demo's stores, takes people's acts, and says what is to be seen.

A run is its seed and the acts with their times (script.py): the same run makes the same orders of the same things, and
switches the same conditions at the same moments. Stores are not emptied between runs. Not here: HTTP (stage_server.py).
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from random import Random
from typing import Any

from crossdock.rehearsal import conditions, demo, script
from crossdock.rehearsal.hub import Hub
from crossdock.rehearsal.looks import Looks
from crossdock.rehearsal.shoppers import Shoppers
from crossdock.rehearsal.trouble import failed_calls, sending
from crossdock.rehearsal.without import Without
from crossdock_sandbox.traffic.control import Control, one
from crossdock_sandbox.traffic.ledger import Built, PlayedOrder
from crossdock_sandbox.traffic.plan import (
    Cancel,
    HandOver,
    Happening,
    Line,
    OfOrder,
    OfParcel,
    OfShop,
    Pay,
    Restock,
    Share,
)

STEP = 0.25  # seconds between two looks at what is due
LATEST = 15_000  # milliseconds that an act of a link waits for what it is about; then it is left out
LOOK_EVERY = 1.0
WATCHED = 30.0  # seconds that somebody counts as watching after having asked
YOURS = "you-"
BY_PERSON = 9  # the number of a parcel that a person sends: unlike those of the trade


class Refused(Exception):
    """The act cannot be done now. `code`: why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Stage:
    """`kill`: kill -9 a worker."""

    def __init__(self, control: Control, built: Built, joined: Hub, *, kill: Callable[[], None]) -> None:
        self.control = control
        self.built = built
        self.joined = joined
        self._kill = kill
        self.stores = (built.market.merchant, *(shop.key for shop in built.market.shops))
        self.offers = {offer.key: offer for offer in built.market.offers}
        self.cannot_cancel = frozenset(shop.key for shop in built.market.shops if "cancel_order" in shop.cannot)
        self.watched_at = 0.0
        self._playing: asyncio.Task[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def end(self) -> None:
        """Stop playing."""
        before, self._playing = self._playing, None
        if before is not None:
            before.cancel()
            with suppress(asyncio.CancelledError):
                await before

    async def keep(self) -> None:
        """Play what was begun, for ever or until cancelled."""
        looked = 0.0
        while True:
            await asyncio.sleep(STEP)
            if self._playing is not None and self._playing.done():
                self._playing.result()
            now = time.time()
            async with self._one_at_a_time:
                await self._play_due()
                if now - self.watched_at < WATCHED and now - looked >= LOOK_EVERY:
                    await self._look(now)
                    looked = time.time()

    async def begin(self, run: script.Run) -> None:
        """A run from its beginning; what the one before had switched on ends."""
        async with self._one_at_a_time:
            await self._begin(run)

    async def _begin(self, run: script.Run) -> None:
        await self.end()
        self.run, self.began, self.played = run, time.time(), 0
        self.on: dict[str, frozenset[str]] = {}
        self.without, self.kills, self._bought = Without(), 0, 0
        await self._switch()
        self.counters = await self._count()
        self.hits: dict[str, int] = {}
        trade = demo.happenings(demo.on_sale(self.built), seed=run.seed, start=datetime.now(UTC))
        self.shoppers = Shoppers(
            self.control,
            self.built,
            demo.TERMS,
            trade,
            reference=self.joined.reference,
            clock=time.time,
            sleep=asyncio.sleep,
            heard=self._heard,
        )
        self.looks = Looks(self.shoppers, self.built.market.merchant, self.cannot_cancel)
        self._playing = asyncio.create_task(self.shoppers.play())

    async def act(self, act: script.Act) -> None:
        """Do it now, and keep it in the run. Raises Refused."""
        if len(self.run.acts) >= script.MOST_ACTS:
            raise Refused("full")
        if not script.sound(act):
            raise Refused("odd")
        async with self._one_at_a_time:
            await self._do(act)
            self._keep(act)

    def _keep(self, act: script.Act) -> None:
        done = script.Done(min(script.LAST, int(1000 * (time.time() - self.began))), act)
        acts = (*self.run.acts[: self.played], done, *self.run.acts[self.played :])
        self.run, self.played = script.Run(self.run.seed, acts), self.played + 1

    async def _play_due(self) -> None:
        """The acts of a run that came as a link, each at its moment; what it is about may come a little later than it
        did when the act was recorded, so it is waited for."""
        while self.played < len(self.run.acts):
            due, now = self.run.acts[self.played], 1000 * (time.time() - self.began)
            if due.at > now:
                return
            try:
                await self._do(due.act)
            except Refused:
                if now - due.at < LATEST:
                    return
            self.played += 1

    async def _do(self, act: script.Act) -> None:
        match act:
            case script.Order():
                self._order(act)
            case script.Stock():
                await self._stock(act)
            case script.Switch():
                await self._turn(act)
            case script.Kill():
                await self._kill_worker()
            case script.Trade():
                self.shoppers.trade(act.on)
            case _:
                self._to_order(act)

    def _order(self, act: script.Order) -> None:
        if any(offer not in self.built.listings for offer, _ in act.lines):
            raise Refused("not_listed")
        self._bought += 1
        lines = tuple(Line(offer, pieces, "") for offer, pieces in act.lines)
        random = Random(f"{self.run.seed}:{YOURS}{self._bought}")
        number = 900_000 + self._bought  # of the buyer: unlike those of the trade
        self.shoppers.put(
            demo.bought(f"{YOURS}{self._bought}", number, datetime.now(UTC), lines, paid=act.paid, random=random)
        )

    def _to_order(self, act: script.Pay | script.Cancel | script.Ship) -> None:
        played = self.shoppers.ledger.orders.get(act.order)
        if played is None or played.cancelled:
            raise Refused("no_order")
        now = datetime.now(UTC)
        if isinstance(act, script.Ship):
            self._ship(act, played, now)
        elif isinstance(act, script.Cancel):
            self.shoppers.put(Cancel(now, act.order, "customer"))
        elif played.paid:
            raise Refused("paid")
        else:
            self.shoppers.put(Pay(now, act.order))
        self.looks.soon(act.order)

    def _ship(self, act: script.Ship, played: PlayedOrder, now: datetime) -> None:
        watched = self.looks.orders.get(act.order)
        there = watched is not None and any(part.shop == act.shop and part.there for part in watched.parts)
        if not there:
            raise Refused("not_there")
        tracking = demo.tracking(Random(f"{self.run.seed}:{act.order}:{act.shop}"))
        self.shoppers.put(HandOver(now, act.order, act.shop, BY_PERSON, Share.LEFT, tracking))

    async def _stock(self, act: script.Stock) -> None:
        offer, ids = self.offers.get(act.offer), self.built.goods.get(act.offer)
        if offer is None or ids is None:
            raise Refused("not_listed")
        op = {"op": "set_stock", "store": offer.shop, "variant_id": ids.variant, "available": act.pieces}
        await one(self.control, op)
        self._heard(Restock(datetime.now(UTC), f"set-{self.played}", offer.shop, offer.key, 0))

    async def _turn(self, act: script.Switch) -> None:
        if act.store not in self.stores:
            raise Refused("no_store")
        before = self.on.get(act.store, frozenset())
        self.on[act.store] = before | {act.what} if act.on else before - {act.what}
        await self._switch()

    async def _switch(self) -> None:
        for result in await self.control.batch(conditions.ops(self.on, seed=self.run.seed, stores=self.stores)):
            if "error" in result:
                raise RuntimeError(result["error"])

    async def _kill_worker(self) -> None:
        for order, shop in self._known(await asyncio.to_thread(sending, self.joined)):
            self.without.failed(order, shop, answered=False)
        self.kills += 1
        self._kill()

    # what is seen

    async def _look(self, now: float) -> None:
        seen = await self.looks.look(now)
        self.hits = {kind: count - self.counters.get(kind, 0) for kind, count in (await self._count()).items()}
        parts = {self.looks.reference(each, part): (each.played.key, part.shop) for each in seen for part in each.parts}
        for reference, answered in await asyncio.to_thread(failed_calls, list(parts)):
            self.without.failed(*parts[reference], answered=answered)

    def _known(self, references: list[str]) -> list[tuple[str, str]]:
        """The order and the vendor of each reference that is this run's."""
        ours = {
            self.looks.reference(each, part): (each.played.key, part.shop)
            for each in self.looks.orders.values()
            for part in each.parts
        }
        return [ours[reference] for reference in references if reference in ours]

    def _heard(self, happening: Happening) -> None:
        """The shoppers or the vendors' people have done this."""
        vendors = happening.shop if isinstance(happening, OfParcel | OfShop) else ""
        on = self.on.get(vendors or self.built.market.merchant, frozenset())
        shops: set[str] = set()
        if isinstance(happening, OfOrder) and (played := self.shoppers.ledger.orders.get(happening.order)):
            shops = self.shoppers.goes_to(played)
        self.without.told(happening, on, shops)
        self.looks.soon(happening.order)

    async def _count(self) -> dict[str, int]:
        """Faults that the sandbox has carried out, and calls to stores that did not answer."""
        counters = await one(self.control, {"op": "counters"})
        return {**counters["faults"], "outage": int(counters.get("outage", 0))}
