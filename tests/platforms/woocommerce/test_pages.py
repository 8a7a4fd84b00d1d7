"""Lists that shift while they are read miss nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.connector.contract import Role
from crossdock.connector.errors import Rejected
from crossdock.platforms.woocommerce.store import WooCommerceStore
from tests.platforms.woocommerce.recorded import Site, store
from tests.platforms.woocommerce.shop import Listing

START = 1_800_000_000
SINCE = datetime.fromtimestamp(START, UTC)


def orders(listing: Listing) -> WooCommerceStore:
    site = Site()
    listing.fields = {"status": "processing", "currency": "USD"}
    site.on("GET", "orders", listing)
    return store(site, Role.MERCHANT)


async def all_changed(client: WooCommerceStore, since: datetime = SINCE) -> list[int]:
    seen, cursor = [], ""
    for _ in range(200):
        page = await client.changed_orders(since, cursor)
        seen += [int(order.id) for order in page.items]
        cursor = page.cursor
        if not cursor:
            return seen
    raise AssertionError("it never ends")


@pytest.mark.parametrize("seconds", [1, 3, 1000])
async def test_whatever_changed_in_however_few_seconds(seconds: int) -> None:
    listing = Listing({id: START + id % seconds for id in range(1, 401)})
    assert set(await all_changed(orders(listing))) == set(range(1, 401))


async def test_the_bound_is_exclusive_and_the_second_is_in() -> None:
    listing = Listing({1: START - 1, 2: START, 3: START + 1})
    assert set(await all_changed(orders(listing))) == {2, 3}
    late = SINCE + timedelta(microseconds=900_000)
    assert set(await all_changed(orders(listing), late)) == {2, 3}


@pytest.mark.parametrize("spread", [1, 2, 40])
async def test_changes_while_it_is_read(spread: int) -> None:
    listing = Listing({id: START + id % spread for id in range(1, 301)})
    touched: list[int] = []

    def touch(of: Listing) -> None:
        for id in range(1, 300, 71):
            if id not in touched[-8:]:
                of.seconds[id] = START + 1000 + len(touched)
                touched.append(id)
        listing.between = None if len(touched) > 40 else touch

    listing.between = touch
    assert set(await all_changed(orders(listing))) == set(range(1, 301))


@settings(max_examples=25)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=260), st.integers(0, 3))
async def test_nothing_at_or_after_the_time_is_missed(offsets: list[int], since: int) -> None:
    listing = Listing({id: START + offset for id, offset in enumerate(offsets, 1)})
    wanted = {id for id, offset in enumerate(offsets, 1) if offset >= since}
    assert set(await all_changed(orders(listing), SINCE + timedelta(seconds=since))) == wanted


async def test_the_hour_that_comes_twice() -> None:
    """The site's clock goes back an hour: what changed after that is listed before what changed earlier."""
    seconds = {id: START + id * 10 for id in range(1, 121)}
    listing = Listing(seconds, turned_back=START + 600)
    assert set(await all_changed(orders(listing))) == set(seconds)


@pytest.mark.parametrize("going", [3, 9, 30])
async def test_a_catalogue_that_shrinks_while_it_is_read(going: int) -> None:
    """Products that go move the others forward."""
    listing = Listing(dict.fromkeys(range(1, 201), START), name="Mug", type="simple")
    site = Site()
    site.on("GET", "products", listing)
    site.on("GET", "settings/products/woocommerce_weight_unit", {"value": "kg"})

    def shrink(of: Listing) -> None:
        for id in sorted(of.seconds)[:going]:
            if len(of.seconds) > 90:
                del of.seconds[id]

    listing.between = shrink
    seen: set[int] = set()
    cursor, done = "", 0
    client = store(site)
    for _ in range(100):
        page = await client.catalogue(cursor)
        seen |= {int(each.id) for each in page.products}
        assert page.done >= done or not page.cursor
        cursor, done = page.cursor, page.done
        if not cursor:
            break
    assert set(listing.seconds) <= seen


async def test_a_place_that_is_none_of_ours() -> None:
    with pytest.raises(Rejected) as caught:
        await store(Site()).catalogue("what?")
    assert caught.value.code == "cursor"
