"""Buyers are forgotten by the worker, in a world of stores: once done, after so many days, and for good.

Not here: what a person asks for (tests/operations/test_privacy.py).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crossdock.models import MerchantOrder
from crossdock.operations.buyers import orders_of_buyer
from crossdock.operations.privacy import erase_buyer, erase_buyers, set_retention
from crossdock.sync import privacy
from tests.outside import second_pass
from tests.world import ADDRESS, BUYER, World, at_home, furnish, place, play

PERSONAL = (BUYER["email"], ADDRESS["address1"], BUYER["last_name"], BUYER["phone"].removeprefix("+"))


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def ship(world: World) -> None:
    for order in await world.orders("vendor1"):
        if not order["fulfillments"]:
            tracking = {"company": "PostNord", "numbers": ["T1"]}
            await world.control("fulfill_order", store="vendor1", order_id=order["id"], tracking=tracking)
    await world.quiet()


async def left(world: World) -> list[str]:
    """Tables that hold anything of the buyer, readable or sealed."""
    columns = await world.sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type IN ('text', 'jsonb', 'character varying')"
    )
    found = []
    for table, column in columns:
        for words in PERSONAL:
            query = f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s'  # noqa: S608  names of our tables
            if (await world.sql(query, [f"%{words}%"]))[0][0]:
                found.append(f"{table}.{column}: {words}")
    sealed = await world.sql(
        "SELECT 'sealed' FROM merchant_order WHERE sealed IS NOT NULL OR buyer IS NOT NULL"
        " UNION ALL SELECT 'sealed' FROM vendor_order WHERE sealed IS NOT NULL OR sealed_sent IS NOT NULL"
    )
    return found + [row[0] for row in sealed]


def test_a_buyer_is_forgotten_once_the_order_is_done_and_does_not_come_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await place(world, {"V1-A": 1})
        await world.quiet()

        def found() -> list[MerchantOrder]:
            return list(orders_of_buyer(marketplace=world.marketplace, text=BUYER["email"].upper()))

        asked = await world.do(found)
        wish = await world.do(erase_buyers, orders=asked, now=world.clock(), who="olga")
        assert (wish.erased, wish.later) == (0, 1)
        assert await privacy.forget(world.context.pool, world.clock()) == 0
        await ship(world)
        assert await privacy.forget(world.context.pool, world.clock()) == 1
        assert await left(world) == []
        # The store tells of it again, by webhook and by sweep, changed and unchanged: nothing comes back.
        said = {"note": f"for {BUYER['last_name']}", "email": BUYER["email"]}
        await world.control("edit_order", store="market", order_id=placed["order_id"], set=said)
        await world.quiet()
        assert await second_pass(world) == Counter()
        assert await left(world) == []
        parcels = (await world.orders("market"))[0]["fulfillments"]
        assert [each["tracking"]["numbers"] for each in parcels] == [["T1"]]

    play(database, scenario)


def test_buyers_are_kept_for_so_many_days_and_no_longer_than_their_orders_need(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        await ship(world)
        await place(world, {"V1-B": 1})
        await world.quiet()
        await world.do(set_retention, marketplace=world.marketplace, days=30, now=world.clock(), who="olga")
        assert await privacy.forget(world.context.pool, world.clock() + timedelta(days=29)) == 0
        assert await privacy.forget(world.context.pool, world.clock() + timedelta(days=31)) == 1
        kept = await world.sql("SELECT erased_at IS NULL FROM merchant_order ORDER BY id")
        assert kept == [(False,), (True,)]
        said = await world.sql("SELECT who, data FROM activity WHERE what = 'privacy.forgotten'")
        assert said == [("", {"orders": 1})]

    play(database, scenario)


def test_an_order_given_up_is_no_longer_read_for_what_was_in_it(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        await world.sql("UPDATE vendor_order SET remote_lines = '[]', read_needed = true")

        def give_up() -> None:
            erase_buyer(order=MerchantOrder.objects.get(), now=world.clock(), who="olga", unfinished=True)

        await world.do(give_up)
        await ship(world)
        assert await second_pass(world) == Counter()
        assert await left(world) == []
        assert [key for key in await world.keys() if key[0] != "subscription"] == []

    play(database, scenario)
