"""The market and the happenings that are made of marketplace files: complete, in time order, the same by seed."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from crossdock.rehearsal import market, schedule
from crossdock.rehearsal.olist import Olist, read
from crossdock_sandbox.traffic.plan import Authorize, Cancel, Found, HandOver, Happening, Pay, Place
from tests.rehearsal import files


@pytest.fixture
def small(tmp_path: Path) -> Olist:
    return read(files.write(tmp_path))


@pytest.fixture(scope="module")
def real(shared: Path) -> Olist:
    return read(shared / "data" / "olist")


def of(happenings: list[Happening], order: str) -> list[Happening]:
    return [happening for happening in happenings if happening.order == order]


def test_orders_without_items_are_lent_some_if_their_life_is_unusual(small: Olist) -> None:
    selection = market.select(small, orders=None, seed=1)
    assert [order.id for order in selection.orders] == ["o2", "o1", "o3", "o4"]
    assert (selection.whole, selection.partial, selection.lent) == (2, 1, 1)
    assert selection.orders[3].items[0].product_id == "p3"


def test_fewer_orders_are_the_first_with_a_share_of_the_others(real: Olist) -> None:
    selection = market.select(real, orders=40, seed=1)
    assert selection.whole == 40
    assert {order.status for order in selection.orders} >= {"delivered", "canceled"}
    assert len(selection.orders) < 50


def test_a_bought_order_is_lines_of_its_vendors_with_quantities(small: Olist) -> None:
    orders = market.select(small, orders=None, seed=1).orders
    place, *_ = of(schedule.happenings(orders, seed=1), "o1")
    assert isinstance(place, Place)
    assert [(line.offer, line.quantity, line.price) for line in place.lines] == [
        ("p1:s1", 2, "10.00"),
        ("p2:s2", 1, "7.50"),
    ]
    assert sum(Decimal(line["price"]) for line in place.rest["shipping"]) == Decimal("11.25")
    assert place.paid
    assert place.rest["shipping_address"]["zip"] == "01234-000"


def test_a_boleto_is_unpaid_until_approved_even_if_shipped_before(small: Olist) -> None:
    orders = market.select(small, orders=None, seed=1).orders
    life = [each for each in of(schedule.happenings(orders, seed=1), "o2") if isinstance(each, Place | Pay | HandOver)]
    assert [type(each) for each in life][:3] == [Place, HandOver, Pay]
    assert not life[0].paid  # type: ignore[union-attr]  # the first is the Place
    assert life[2].at == datetime(2017, 5, 3, 10, 10, tzinfo=UTC)


def test_a_cancelled_order_is_cancelled_and_not_shipped(small: Olist) -> None:
    orders = market.select(small, orders=None, seed=1).orders
    kinds = {order: [type(each) for each in of(schedule.happenings(orders, seed=1), order)] for order in ("o3", "o4")}
    assert kinds["o3"] == [Place, Cancel]
    assert kinds["o4"] in ([Place, Cancel], [Place, Authorize, Pay, Cancel], [Place, Pay, Cancel])


def test_the_whole_market(real: Olist) -> None:
    selection = market.select(real, orders=None, seed=1)
    plan = market.build(real, selection, seed=1, everything=True)
    assert len(plan.shops) == 3095
    assert len({shop.name for shop in plan.shops}) == len({shop.key for shop in plan.shops}) == 3095
    assert len({offer.key for offer in plan.offers}) == len({offer.sku for offer in plan.offers}) == len(plan.offers)
    assert {offer.key.partition(":")[0] for offer in plan.offers} == {product.id for product in real.products}
    found = Counter(offer.found for offer in plan.offers)
    assert 0.88 < found[Found.LINK] / len(plan.offers) < 0.92
    assert all(found[each] > 100 for each in Found)
    sold = {offer.key for offer in plan.offers}
    assert all(market.offer_key(item) in sold for order in selection.orders for item in order.items)


def test_what_is_unlinked_is_found_in_exactly_the_way_it_says(real: Olist) -> None:
    plan = market.build(real, market.select(real, orders=2000, seed=1), seed=1, everything=False)
    names = {shop.name for shop in plan.shops}
    skus, titles = {offer.sku: offer.key for offer in plan.offers}, defaultdict(set)
    for offer in plan.offers:
        titles[offer.title].add(offer.key)
    for offer in plan.offers:
        by_sku, by_title = skus.get(offer.listing_sku), offer.key in titles[offer.listing_title]
        if offer.found is Found.SKU:
            assert (by_sku, by_title) == (offer.key, False)
        elif offer.found is Found.TITLE:
            assert (by_sku, by_title) == (None, True)
        elif offer.found is not Found.LINK:
            assert (by_sku, by_title) == (None, False)
        assert (offer.listing_vendor in names) == (offer.found is not Found.NOBODY)


def test_all_happenings_are_in_time_order_and_of_placed_orders(real: Olist) -> None:
    orders = market.select(real, orders=None, seed=1).orders
    happenings = schedule.happenings(orders, seed=1)
    assert all(before.at <= after.at for before, after in pairwise(happenings))
    placed: set[str] = set()
    for happening in happenings:
        if isinstance(happening, Place):
            placed.add(happening.order)
        assert happening.order in placed
    counted = Counter(type(happening).__name__ for happening in happenings)
    assert counted["Place"] == len(orders)
    assert all(counted[kind] > 100 for kind in ("Pay", "Authorize", "Cancel", "Edit", "HandOver", "Correct", "Recall"))


def test_the_same_seed_plays_the_same_and_another_does_not(real: Olist) -> None:
    orders = market.select(real, orders=300, seed=1).orders
    assert schedule.happenings(orders, seed=1) == schedule.happenings(orders, seed=1)
    assert schedule.happenings(orders, seed=1) != schedule.happenings(orders, seed=2)


def test_discounts_taxes_tips_and_a_second_currency_are_there(real: Olist) -> None:
    orders = market.select(real, orders=None, seed=1).orders
    places = [each for each in schedule.happenings(orders, seed=1) if isinstance(each, Place)]
    assert any(line.discount != "0.00" for place in places for line in place.lines)
    assert any(line.tax and place.rest["taxes_included"] for place in places for line in place.lines)
    assert any(line.tax and not place.rest["taxes_included"] for place in places for line in place.lines)
    assert any("tip" in place.rest for place in places)
    assert any("presentment" in place.rest for place in places)
    assert any(line.price == "0.00" for place in places for line in place.lines)
