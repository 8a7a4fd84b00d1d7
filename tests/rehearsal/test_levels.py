"""The audit of levels and listings at rest, on a tiny market in perfect order that is then spoilt."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.audit.levels import WrongLevel, wrong_levels
from crossdock_sandbox.audit.listed import wrong_listings
from crossdock_sandbox.traffic.plan import Found, Terms
from tests.rehearsal.small_world import MERCHANT, World

# lamp: 2 sold and taken (1001), 1 sold and not paid (1003); tea: 1 taken, 3 cancelled; vase: 1 taken
HAS = {"lamp": 7, "vase": 0, "tea": 5}
MUST = {"lamp": 6, "vase": 0, "tea": 5}


@pytest.fixture
def world() -> World:
    """All stock counted and right; every listing as the vendor's product, at 1.1 times its price."""
    made = World(Terms())
    for store in made.stores.values():
        store |= {"inventory": {}, "products": []}
    for offer in made.built.market.offers:
        theirs, ours = made.built.goods[offer.key], made.built.listings[offer.key]
        if offer.found is Found.LINK:
            made.stores[offer.shop]["inventory"][theirs.variant] = HAS[offer.key]
            made.stores[MERCHANT]["inventory"][ours.variant] = MUST[offer.key]
        for store, ids, price in ((offer.shop, theirs, "10.05"), (MERCHANT, ours, "11.06")):
            variant = {"id": ids.variant, "sku": offer.key, "title": "M", "price": price, "barcode": "1"}
            product = {
                "id": ids.product,
                "title": offer.title,
                "tags": ["A"],
                "product_type": "x",
                "variants": [variant],
            }
            made.stores[store]["products"].append(product)
    return made


def stores(world: World) -> list[DumpedStore]:
    return msgspec.convert(list(world.stores.values()), list[DumpedStore], strict=False)


def levels(world: World, **rule: Any) -> list[WrongLevel]:
    return wrong_levels(world.built, stores(world), **rule)


def listings(world: World) -> list[tuple[str, str]]:
    return [(each.offer, each.what) for each in wrong_listings(world.built, stores(world), factor=Decimal("1.1"))]


def level_of(world: World, store: str, offer: str) -> tuple[dict[str, Any], str]:
    ids = world.built.listings if store == MERCHANT else world.built.goods
    return world.stores[store]["inventory"], ids[offer].variant


def test_a_market_in_order_has_nothing_wrong(world: World) -> None:
    assert levels(world) == []
    assert listings(world) == []


def test_a_level_too_high_or_too_low_is_told_with_its_sums(world: World) -> None:
    inventory, variant = level_of(world, MERCHANT, "lamp")
    inventory[variant] = 7
    (wrong,) = levels(world)
    assert (wrong.offer, wrong.has, wrong.must) == ("lamp", 7, 6)
    assert wrong.why == "7 available at the vendor, 1 sold and not taken, 0 kept back"
    inventory[variant] = 5
    assert [each.has for each in levels(world)] == [5]


def test_what_the_vendor_sold_too_much_makes_none(world: World) -> None:
    inventory, variant = level_of(world, "north", "vase")
    inventory[variant] = -4
    assert levels(world) == []


def test_a_buffer_is_kept_back(world: World) -> None:
    assert {each.offer: each.must for each in levels(world, buffer=2)} == {"lamp": 4, "tea": 3}


def test_a_vendor_order_cancelled_at_the_vendor_alone_is_waiting_again(world: World) -> None:
    world.order("north", "1001")["cancelled_at"] = "2026-01-01T00:00:00+00:00"
    inventory, variant = level_of(world, "north", "lamp")
    inventory[variant] = 9
    assert levels(world) == []  # 9 - 2 waiting again - 1 unpaid


def test_what_the_merchant_does_not_count_and_the_vendor_does_is_wrong(world: World) -> None:
    inventory, variant = level_of(world, MERCHANT, "tea")
    del inventory[variant]
    assert [(each.offer, each.has, each.must) for each in levels(world)] == [("tea", None, 5)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "Lamp!", "title is"),
        ("product_type", "y", "type is"),
        ("tags", [], "lacks the tags"),
    ],
)
def test_a_listing_that_does_not_follow_is_told(world: World, field: str, value: Any, words: str) -> None:
    product = world.built.listings["lamp"].product
    next(each for each in world.stores[MERCHANT]["products"] if each["id"] == product)[field] = value
    assert [(offer, what.startswith(words)) for offer, what in listings(world)] == [("lamp", True)]


@pytest.mark.parametrize(("field", "value"), [("price", "11.05"), ("sku", "other"), ("barcode", None), ("title", "L")])
def test_a_variant_that_does_not_follow_is_told(world: World, field: str, value: Any) -> None:
    product = world.built.listings["tea"].product
    found = next(each for each in world.stores[MERCHANT]["products"] if each["id"] == product)
    found["variants"][0][field] = value
    assert [offer for offer, _ in listings(world)] == ["tea"]


def test_a_listing_that_is_not_there_is_told(world: World) -> None:
    del world.built.listings["vase"]
    assert listings(world) == [("vase", "is not at the merchant's")]
