"""The player against a sandbox in the same process, without any hub: what it does, keeps account of, and gives up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.traffic.building import build
from crossdock_sandbox.traffic.ledger import Built
from crossdock_sandbox.traffic.plan import (
    Cancel,
    Edit,
    Found,
    HandOver,
    Happening,
    Line,
    Market,
    Offer,
    Pay,
    Place,
    Share,
    Shop,
    Terms,
)
from crossdock_sandbox.traffic.player import Pace, Player, first_half
from crossdock_sandbox.world import Sandbox

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRACKING = {"company": "Correios", "numbers": ["BR1"], "urls": ["https://track.example/BR1"]}


class Here:
    """Control of a sandbox in this process, on a clock that moves when the player sleeps."""

    def __init__(self) -> None:
        self.seconds = START.timestamp()
        self.sandbox = Sandbox(seed=1, now=lambda: datetime.fromtimestamp(self.seconds, UTC))

    async def batch(self, ops: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [await self._one(op) for op in ops]

    async def _one(self, op: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self.sandbox.control(op)
        except BadInput as error:
            return {"error": str(error)}

    def clock(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await self.sandbox.settle()


async def market(here: Here) -> Built:
    offer = Offer(
        key="lamp",
        shop="north",
        title="Lamp",
        sku="L-1",
        price="30.00",
        listing_title="Lamp",
        listing_sku="L-1",
        listing_vendor="North",
        found=Found.LINK,
    )
    shop = Shop(key="north", name="North", email="north@example.com", offers=(offer,))
    plan = Market(merchant="market", name="Market", currency="BRL", shops=(shop,))
    stood: list[int] = []
    built = await build(here, plan, plan="rehearsal", progress=stood.append)
    assert sum(stood) == 2
    return built


def place(order: str, *, paid: bool, quantity: int = 2) -> Place:
    person = {"first_name": "Zoë", "last_name": "F", "email": "zoe@example.com", "phone": "+5511987654321"}
    rest = {"customer": person, "shipping": [{"title": "Frete", "price": "5.00"}], "note": "", "tags": []}
    return Place(START, order, (Line("lamp", quantity, "30.00"),), paid, rest)


def player(here: Here, built: Built, happenings: list[Happening], terms: Terms) -> Player:
    return Player(
        here,
        built,
        terms,
        happenings,
        reference=lambda order, shop: f"cd-1-{order}-7-1",
        clock=here.clock,
        sleep=here.sleep,
        pace=Pace(patience=5.0),
    )


async def test_what_shoppers_do_is_done_and_kept() -> None:
    here = Here()
    built = await market(here)
    later = START + timedelta(minutes=1)
    happenings: list[Happening] = [
        place("a", paid=True),
        place("b", paid=False),
        place("c", paid=True),
        Pay(later, "b"),
        Edit(later, "a", {"note": "Ring twice"}),
        Cancel(later, "c", "customer"),
    ]
    ledger = await player(here, built, happenings, Terms(order_sync=False)).play()
    assert ledger.refused == []
    assert ledger.played == {"place_order": 3, "pay_order": 1, "edit_order": 1, "cancel_order": 1}
    assert [(order.paid, order.cancelled, order.edits) for order in ledger.orders.values()] == [
        (True, False, 1),
        (True, False, 0),
        (True, True, 0),
    ]
    found = await here.batch([{"op": "find_orders", "store": "market", "name": ledger.orders["a"].name}])
    (order,) = found[0]["orders"]
    assert (order["id"], order["note"], order["total"]) == (ledger.orders["a"].order_id, "Ring twice", "65.00")
    assert set(ledger.orders["a"].offers.values()) == {"lamp"}


async def test_a_vendor_order_that_never_comes_holds_nobody_up_and_is_told() -> None:
    here = Here()
    built = await market(here)
    ship = HandOver(START + timedelta(seconds=1), "a", "north", 1, Share.LEFT, TRACKING)
    happenings: list[Happening] = [place("a", paid=True), ship, place("b", paid=True)]
    ledger = await player(here, built, happenings, Terms()).play()
    assert ledger.unmet == ["order a never reached north; 1 happenings not played"]
    assert set(ledger.orders) == {"a", "b"}


async def test_what_is_not_sent_is_not_waited_for() -> None:
    here = Here()
    built = await market(here)
    ship = [HandOver(START + timedelta(seconds=1), key, "north", 1, Share.LEFT, TRACKING) for key in ("a", "b")]
    happenings: list[Happening] = [place("a", paid=False), place("b", paid=True), *ship]
    unpaid = await player(here, built, happenings[:1] + ship[:1], Terms()).play()
    assert unpaid.unmet == [], "it was never paid"
    off = await player(here, built, happenings, Terms(order_sync=False)).play()
    assert off.unmet == []
    assert off.played == {"place_order": 2, "not_sent": 2}


async def test_what_a_store_refuses_is_told_with_its_words() -> None:
    here = Here()
    built = await market(here)
    happenings: list[Happening] = [place("a", paid=True, quantity=0)]
    ledger = await player(here, built, happenings, Terms()).play()
    assert ledger.orders == {}
    assert len(ledger.refused) == 1
    assert ledger.refused[0].startswith("place_order at market for order a: ")


def test_half_of_the_units() -> None:
    assert first_half([("a", 1), ("b", 1)]) == [("a", 1)]
    assert first_half([("a", 3)]) == [("a", 1)]
    assert first_half([("a", 1), ("b", 4)]) == [("a", 1), ("b", 1)]
    assert first_half([("a", 1)]) == []
