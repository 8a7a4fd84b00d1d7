"""Vendors on platforms that cannot do everything: what the audit lets pass there, and what it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from crossdock.connector import registry
from crossdock.rehearsal import mixing
from crossdock_sandbox.audit.told import Told
from crossdock_sandbox.traffic.plan import Market, Shop, Terms
from tests.rehearsal.small_world import World

NORTH, SOUTH = "cd-1-1001-7-1", "cd-1-1004-8-1"
LATER = 2e9  # after every vendor order was made


def world(*cannot: str) -> World:
    """Both vendors on a platform that cannot do this."""
    made = World(Terms())
    market = made.built.market
    shops = tuple(replace(shop, cannot=frozenset(cannot)) for shop in market.shops)
    made.built = replace(made.built, market=replace(market, shops=shops))
    return made


def words(of: World, **said: Any) -> list[str]:
    return [each.what for each in of.verdict(**said).deviations]


# -- what is left to a person --


def test_what_cannot_be_cancelled_must_be_told() -> None:
    made = world("cancel_order")
    made.order("south", "1004")["cancelled_at"] = None
    (what,) = words(made)
    assert what.endswith("is not cancelled, the customer's order is")
    verdict = made.verdict(told=Told(cancels=frozenset({SOUTH})))
    assert (verdict.deviations, sum(verdict.absent.values())) == ((), 3)


def test_who_can_cancel_is_not_excused_by_telling() -> None:
    made = world()
    made.order("south", "1004")["cancelled_at"] = None
    assert words(made, told=Told(cancels=frozenset({SOUTH})))


def test_an_edit_that_cannot_follow_must_be_told() -> None:
    made = world("edit_note")
    made.order("market", "1001")["note"] = "Ring once"
    made.ledger.orders["1001"].edited["note"] = LATER
    assert len(words(made)) == 2, "at both vendors"
    south = "cd-1-1001-8-1"
    assert words(made, told=Told(edits=frozenset({NORTH, south}))) == []
    assert len(words(world_with(made, cannot=()), told=Told(edits=frozenset({NORTH, south})))) == 2


def world_with(made: World, cannot: tuple[str, ...]) -> World:
    market = made.built.market
    shops = tuple(replace(shop, cannot=frozenset(cannot)) for shop in market.shops)
    made.built = replace(made.built, market=replace(market, shops=shops))
    return made


@pytest.mark.parametrize("field", ["tags", "attributes", "metafields"])
def test_what_has_no_place_may_be_absent_but_not_another(field: str) -> None:
    made = world(f"edit_{field}")
    order = made.order("north", "1001")
    order[field] = [each for each in order[field] if isinstance(each, dict) and each.get("type") == "id"]
    assert words(made) == []
    order[field] = ["other"] if field == "tags" else [{"name": "x", "value": "y", "namespace": "a", "key": "b"}]
    assert words(made)


def test_a_note_is_never_without_a_place() -> None:
    made = world("edit_note")
    made.order("north", "1001")["note"] = ""
    assert words(made)


# -- told in other places --


def elsewhere(order: dict[str, Any]) -> None:
    """As a store without fields for e-mail, tags, note and metafields keeps them."""
    order["attributes"] += [
        {"name": "Marketplace customer e-mail", "value": order["email"]},
        {"name": "Marketplace tags", "value": ", ".join(order["tags"])},
        {"name": "custom.gift", "value": "yes"},
    ]
    line = {"id": "n", "variant_id": None, "title": f"Note: {order['note']}", "quantity": 1, "price": "0.00"}
    order["lines"].append(line | {"discount": "0.00"})
    order |= {"email": "", "tags": [], "note": None, "metafields": []}


def test_it_may_be_in_details_and_lines_of_nothing() -> None:
    made = world()
    for key, shop in (("1001", "north"), ("1001", "south")):
        elsewhere(made.order(shop, key))
    made.ship("1001", "north")
    parcel = made.order("north", "1001")["fulfillments"][0]
    parcel["lines"].append({"line_id": "n", "quantity": 1})
    assert words(made) == []


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "e-mail": lambda order: order["attributes"][-3].update(value="x@y.example"),
    "tags": lambda order: order["attributes"][-2].update(value="vip, more"),
    "metafield": lambda order: order["attributes"][-1].update(value="no"),
    "note": lambda order: order["lines"][-1].update(title="Note: x"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_there_is_found(name: str) -> None:
    made = world()
    order = made.order("north", "1001")
    elsewhere(order)
    SPOILT[name](order)
    assert len(words(made)) == 1


def test_discounts_and_taxes_may_be_the_orders() -> None:
    made = world()
    order = made.order("north", "1002")
    order |= {"discounts_in": "order", "taxes_in": "order", "total_discounts": "2.00", "total_tax": "0.00"}
    order["lines"][0]["discount"] = "0.00"
    assert words(made) == []
    order["total_discounts"] = "1.00"
    assert words(made)


def test_a_channel_tells_whether_it_is_paid() -> None:
    made = world("mark_paid")
    order = made.order("north", "1001")
    order |= {"channel_name": "Hub", "financial_status": "pending"}
    assert words(made) == []
    order["channel_name"] = "Hub (not paid yet)"
    assert words(made) == []
    made.ledger.orders["1001"].paid_at = LATER
    assert words(made)
    assert words(made, told=Told(edits=frozenset({NORTH}))) == []


def test_a_vendors_shop_that_writes_to_the_buyer_is_found() -> None:
    made = world()
    made.stores["north"]["mails"] = [{"address": "zoe@buyer.example", "order_id": "1"}]
    assert set(words(made)) == {"the vendor's shop wrote to the buyer"}


# -- platforms in turn --


def test_shops_are_spread_and_know_what_they_cannot() -> None:
    shops = tuple(Shop(key=f"s{number}", name="", email="", offers=()) for number in range(7))
    names = mixing.vendors()
    market = mixing.mixed(Market(merchant="m", name="", currency="EUR", shops=shops), names)
    assert [shop.platform for shop in market.shops] == [names[at % len(names)] for at in range(7)]
    for shop in market.shops:
        declared = registry.platform(shop.platform).capabilities
        assert ("cancel_order" in shop.cannot) == (declared.cancel_order.can == "no")
    assert {shop.platform for shop in mixing.plain(market).shops} == {""}


def test_unknown_platforms_are_named() -> None:
    with pytest.raises(mixing.CannotPlay, match="there are"):
        mixing.check(["nowhere"], "")


# -- stores that refuse what they have not --


def test_what_a_store_refused_for_lack_of_stock_must_be_told() -> None:
    made = world()
    reference = "cd-1-1001-8-1"
    lost = made.order("south", "1001")
    made.stores["south"]["orders"].remove(lost)
    told = Told(refusals=frozenset({reference}))
    assert "the vendor order is missing" in words(made, told=told), "the store says nothing of the kind"
    made.stores["south"]["sold_out"] = [reference]
    assert "the vendor order is missing" in words(made), "nobody was told"
    assert words(made, told=told) == []


def test_two_stores_may_count_their_orders_alike() -> None:
    """A vendor's own sale in one shop is another's vendor order by number."""
    made = world()
    made.order("south", "1001")["id"] = "7"
    made.ledger.own["sale"] = ("north", "7")
    assert words(made) == []
    made.ledger.own["sale"] = ("south", "7")
    assert "the vendor order is missing" in words(made)
