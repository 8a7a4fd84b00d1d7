"""The naive hub, which oversells; and the stores' own word of what was sold and what was told. In virtual time."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from crossdock.rehearsal import judging, naive
from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.audit.levels import wrong_levels
from crossdock_sandbox.audit.oversold import Oversold
from crossdock_sandbox.traffic.ledger import Ledger
from crossdock_sandbox.traffic.plan import (
    Cancel,
    Found,
    Happening,
    Line,
    Market,
    Offer,
    Place,
    Restock,
    Sell,
    Shop,
    Terms,
)
from crossdock_sandbox.traffic.player import Pace

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def market(stock: int) -> Market:
    offer = Offer("lamp", "north", "Lamp", "L", "30.00", "Lamp", "L", "North", Found.LINK, stock=stock)
    return Market("market", "Market", "SEK", (Shop("north", "North", "n@example.com", (offer,)),))


def buy(number: int, after: float) -> Place:
    at = START + timedelta(seconds=after)
    return Place(at, f"o{number}", (Line("lamp", 1, "30.00"),), True, {}, obeys=True)


def sell(number: int, after: float, units: int = 1) -> Sell:
    return Sell(START + timedelta(seconds=after), f"own{number}", "north", "lamp", units)


async def play(stock: int, happenings: list[Happening], delay: float = 0.5) -> tuple[Oversold, Ledger]:
    """In real time: a second of the happenings is a second of the stores."""
    played = await naive.play(market(stock), Terms(), happenings, seed=1, pace=Pace(factor=1.0), delay=delay)
    sandbox, built, ledger = played
    control = naive.InProcess(sandbox)
    dumps = await control.batch([{"op": "dump", "store": name} for name in built.stores])
    stores = msgspec.convert(dumps, list[DumpedStore], strict=False)
    assert wrong_levels(built, stores) == []
    return await judging.oversold(control, built, stores, 2.0), ledger


async def test_orders_with_time_between_them_oversell_nothing() -> None:
    found, ledger = await play(3, [buy(n, 10.0 * n) for n in range(5)])
    assert (found.sold, found.hub, found.window) == (3, 0, 0)
    assert ledger.played == {"place_order": 3, "sold_out": 2}


async def test_a_sale_at_the_vendor_just_before_is_the_window_s() -> None:
    found, ledger = await play(1, [sell(1, 0), buy(1, 0.2), buy(2, 20)])
    assert (found.hub, found.window, found.by["untold"] + found.by["reacting"]) == (0, 1, 1)
    assert ledger.played["sold_out"] == 1


async def test_a_copy_of_stock_while_orders_are_on_their_way_is_the_hub_s() -> None:
    """One left at both; it is sold at the market; the vendor restocks one before the order comes: the copy says two."""
    restock = Restock(START + timedelta(seconds=0.1), "more", "north", "lamp", 1)
    more = [buy(2, 0.65), buy(3, 0.7), buy(4, 0.75)]
    found, _ = await play(1, [buy(1, 0), restock, *more], delay=0.6)
    assert found.hub >= 1


async def test_what_is_cancelled_comes_back_to_both() -> None:
    cancel = Cancel(START + timedelta(seconds=10), "o1", "customer")
    found, ledger = await play(1, [buy(1, 0), cancel, buy(2, 20)])
    assert (found.sold, found.hub, found.window) == (2, 0, 0)
    assert ledger.played["cancel_order"] == 1


async def test_the_vendor_s_shop_sold_it_from_under_the_market() -> None:
    found, _ = await play(1, [buy(1, 0), sell(1, 0.1)], delay=1.0)
    assert (found.hub, found.window, found.raced) == (0, 0, 1)


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_same_seed_plays_the_same(seed: int) -> None:
    happenings: list[Happening] = [buy(n, 0.3 * n) for n in range(20)]
    happenings += [sell(n, 0.3 * n + 0.1) for n in range(10)]
    happenings.sort(key=lambda each: each.at)
    first, second = [(await play(8, happenings))[0] for _ in range(2)]
    assert first == second
    assert first.sold + sum(1 for each in happenings if isinstance(each, Sell)) >= 8
