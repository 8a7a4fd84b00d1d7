"""The audit itself: stores in perfect order pass under every setting, and every kind of planted error is found."""

from collections.abc import Callable
from typing import Any

import pytest

from crossdock_sandbox.audit.findings import Kind
from crossdock_sandbox.traffic.plan import Terms
from tests.rehearsal.small_world import MERCHANT, MERCHANTS_OWN, World

Spoil = Callable[[World], None]
EVERY_TERMS = [
    Terms(order_sync=sync, paid_only=paid, push_unsynced=unsynced, override=override, contact=MERCHANTS_OWN)
    for sync in (True, False)
    for paid in (True, False)
    for unsynced in (True, False)
    for override in (True, False)
]


@pytest.mark.parametrize("terms", EVERY_TERMS, ids=str)
def test_stores_in_order_pass(terms: Terms) -> None:
    world = World(terms)
    verdict = world.verdict()
    assert verdict.deviations == ()
    assert verdict.orders == 5
    assert verdict.vendor_orders == sum(len(world.stores[shop]["orders"]) for shop in ("north", "south"))


def test_what_is_rightly_absent_is_counted_by_reason() -> None:
    assert World(Terms()).verdict().absent == {"it was never paid": 1, "no line is linked": 1}
    assert set(World(Terms(order_sync=False)).verdict().absent) == {"order sync is off"}


def test_parcels_in_order_pass() -> None:
    world = World(Terms())
    world.ship("1001", "north", quantity=1, number=1)
    world.ship("1001", "north", quantity=1, number=2)
    world.ship("1001", "south", number=3)
    assert world.verdict().deviations == ()
    assert world.verdict().parcels == 3


def test_a_cancelled_order_may_also_never_have_reached_the_vendor() -> None:
    world = World(Terms())
    remove(world, "south", "1004")
    assert world.verdict().deviations == ()


def test_an_unsure_vendor_order_may_be_missing_but_is_counted() -> None:
    world = World(Terms())
    remove(world, "south", "1001")
    verdict = world.verdict(unsure=("cd-1-1001-8-1",))
    assert (verdict.deviations, verdict.unknown, verdict.lost) == ((), 1, 0)
    assert World(Terms()).verdict().unknown == 0


def test_an_unsure_parcel_may_be_missing_but_not_twice() -> None:
    world = World(Terms())
    world.ship("1001", "north")
    unsure = ("v1001north1",)
    assert world.verdict(unsure_parcels=unsure).deviations == ()
    at_merchant = world.order(MERCHANT, "1001")["fulfillments"]
    at_merchant.append({**at_merchant[0], "id": "again"})
    assert world.verdict(unsure_parcels=unsure).duplicates == 1
    at_merchant.clear()
    assert world.verdict(unsure_parcels=unsure).deviations == ()


def test_an_order_that_nobody_placed_is_found() -> None:
    world = World(Terms())
    world.stores[MERCHANT]["orders"].append({**world.order(MERCHANT, "1001"), "id": "999", "name": "#999"})
    (found,) = world.verdict().deviations
    assert (found.kind, found.order) == (Kind.FOREIGN, "#999")


def remove(world: World, store: str, key: str) -> None:
    world.stores[store]["orders"].remove(world.order(store, key))


def change(store: str, key: str, **fields: Any) -> Spoil:
    return lambda world: world.order(store, key).update(fields)


def change_line(store: str, key: str, **fields: Any) -> Spoil:
    return lambda world: world.order(store, key)["lines"][0].update(fields)


def change_address(which: str, **fields: Any) -> Spoil:
    return lambda world: world.order("north", "1001")[which].update(fields)


def copy(store: str, key: str, **fields: Any) -> Spoil:
    def spoil(world: World) -> None:
        world.stores[store]["orders"].append({**world.order(store, key), "id": "copy", **fields})

    return spoil


def without(store: str, key: str) -> Spoil:
    return lambda world: remove(world, store, key)


PLANTED: dict[str, tuple[Spoil, Kind, str]] = {
    "pushed twice": (copy("north", "1001", name="#1"), Kind.DUPLICATE, "one too many"),
    "never pushed": (without("south", "1001"), Kind.LOST, "missing"),
    "linked part never pushed": (without("north", "1002"), Kind.LOST, "missing"),
    "customer's order gone": (without(MERCHANT, "1003"), Kind.LOST, "gone"),
    "unpaid pushed": (copy("north", "1001", reference="cd-1-1003-7-1"), Kind.UNWANTED, "never paid"),
    "unlinked pushed": (copy("south", "1001", reference="cd-1-1005-8-1"), Kind.UNWANTED, "no line is linked"),
    "at another vendor": (copy("south", "1001", reference="cd-1-1002-8-1"), Kind.UNWANTED, "no line of the customer"),
    "of an unknown order": (copy("north", "1001", reference="cd-1-4711-7-1"), Kind.FOREIGN, "no order of the merchant"),
    "without reference": (copy("north", "1001", reference=None), Kind.FOREIGN, "no order of the merchant"),
    "not cancelled": (change("south", "1004", cancelled_at=None), Kind.DIFFERENT, "is not cancelled"),
    "wrongly cancelled": (change("north", "1001", cancelled_at="2026-01-02"), Kind.DIFFERENT, "should not be"),
    "customer's order cancelled": (
        change(MERCHANT, "1001", cancelled_at="2026"),
        Kind.DIFFERENT,
        "not what was played",
    ),
    "customer's order paid": (change(MERCHANT, "1003", financial_status="paid"), Kind.DIFFERENT, "not what was played"),
    "wrong quantity": (change_line("north", "1001", quantity=1), Kind.DIFFERENT, "lines are 1 x v-lamp"),
    "wrong variant": (change_line("north", "1001", variant_id="v-vase"), Kind.DIFFERENT, "lines are 2 x v-vase"),
    "custom instead of variant": (change_line("north", "1001", variant_id=None), Kind.DIFFERENT, "custom:Own lamp"),
    "no line": (change("north", "1001", lines=[], total="6.00"), Kind.DIFFERENT, "lines are none"),
    "wrong price": (change_line("north", "1001", price="30.01"), Kind.DIFFERENT, "the customer paid 60.00"),
    "price of the catalogue": (change_line("south", "1001", price="1.00"), Kind.DIFFERENT, "the customer paid 40.00"),
    "discount forgotten": (change_line("north", "1002", discount="0.00"), Kind.DIFFERENT, "the customer paid 18.00"),
    "discount a cent off": (change_line("north", "1002", discount="2.01"), Kind.DIFFERENT, "goods cost 17.99"),
    "tax invented": (
        change_line("north", "1001", taxes=[{"title": "VAT", "price": "1.00"}]),
        Kind.DIFFERENT,
        "has tax 1.00",
    ),
    "taxes said included": (change("north", "1001", taxes_included=True), Kind.DIFFERENT, "taxes are included"),
    "all shipping to one": (
        change("north", "1001", shipping=[{"title": "Frete", "price": "10.00"}], total="70.00"),
        Kind.DIFFERENT,
        "its share is 6.0000",
    ),
    "a cent of shipping lost": (
        change("north", "1001", shipping=[{"title": "Frete", "price": "5.99"}], total="65.99"),
        Kind.DIFFERENT,
        "vendor orders make 109.99",
    ),
    "wrong total": (change("north", "1001", total="66.01"), Kind.DIFFERENT, "total is 66.01"),
    "tip passed on": (change("north", "1001", tip="3.00"), Kind.DIFFERENT, "tip of 3.00"),
    "wrong currency": (change("north", "1001", currency="USD"), Kind.DIFFERENT, "currency is USD"),
    "payment not carried": (change("north", "1001", financial_status="pending"), Kind.DIFFERENT, "payment is pending"),
    "payment not said": (change("north", "1001", financial_status=None), Kind.DIFFERENT, "payment is not said"),
    "payment method told": (
        change("north", "1001", transactions=[{"kind": "sale", "status": "s", "amount": "1", "gateway": "boleto"}]),
        Kind.DIFFERENT,
        "how the customer paid",
    ),
    "wrong e-mail": (change("north", "1001", email="other@buyer.example"), Kind.DIFFERENT, "e-mail is"),
    "wrong phone": (change("north", "1001", phone="+5511900000000"), Kind.DIFFERENT, "phone is"),
    "wrong name": (change("north", "1001", customer={"first_name": "Zo"}), Kind.DIFFERENT, "customer is 'Zo'"),
    "no customer": (change("north", "1001", customer=None), Kind.DIFFERENT, "customer is ''"),
    "no address": (change("north", "1001", shipping_address=None), Kind.DIFFERENT, "shipping address is missing"),
    "old address": (change_address("shipping_address", address1="Old"), Kind.DIFFERENT, "address1 'Old'"),
    "wrong state": (change_address("shipping_address", province_code="RJ"), Kind.DIFFERENT, "province_code 'RJ'"),
    "wrong recipient": (change_address("shipping_address", last_name="F"), Kind.DIFFERENT, "last_name 'F'"),
    "wrong address phone": (change_address("shipping_address", phone="1"), Kind.DIFFERENT, "phone '1'"),
    "wrong billing address": (change_address("billing_address", zip="9"), Kind.DIFFERENT, "billing address has zip"),
    "note not followed": (change("north", "1001", note="Ring once"), Kind.DIFFERENT, "note is 'Ring once'"),
    "tags not followed": (change("north", "1001", tags=["Crossdock"]), Kind.DIFFERENT, "tags are []"),
    "tag invented": (change("north", "1001", tags=["vip", "pushed"]), Kind.DIFFERENT, "'pushed'"),
    "metafields not followed": (change("north", "1001", metafields=[]), Kind.DIFFERENT, "metafields are []"),
    "details not followed": (change("north", "1001", attributes=[]), Kind.DIFFERENT, "additional details are []"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_found(name: str) -> None:
    spoil, kind, words = PLANTED[name]
    world = World(Terms())
    spoil(world)
    found = world.verdict().deviations
    assert any(each.kind is kind and words in each.what for each in found), found


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_not_found_elsewhere(name: str) -> None:
    """What is complained of is where the error is, and the rest of the world still passes."""
    world = World(Terms())
    PLANTED[name][0](world)
    assert len({each.order for each in world.verdict().deviations}) == 1


def test_unsynced_lines_kept_back_are_found_when_they_should_go() -> None:
    world = World(Terms(push_unsynced=True))
    world.order("north", "1002")["lines"].pop()
    assert any("1 x custom:Listed rug" in each.what for each in world.verdict().deviations)


def test_vendor_orders_are_found_although_order_sync_is_off() -> None:
    world = World(Terms(order_sync=False))
    world.stores["north"]["orders"] = World(Terms()).stores["north"]["orders"]
    found = world.verdict().deviations
    assert {each.what.split(" although ")[1] for each in found} == {"order sync is off"}
    assert {each.kind for each in found} == {Kind.UNWANTED}


@pytest.mark.parametrize(
    "spoil",
    [
        change("north", "1001", email="zoe@buyer.example"),
        change("north", "1001", note="write to ZOE@buyer.example"),
        change("north", "1001", attributes=[{"name": "Call", "value": "tel. 11 98765-4321"}]),
        change("north", "1001", billing_address={"phone": "(11) 98765-4321"}),
        change("north", "1001", tags=["vip", "zoe@buyer.example"]),
    ],
)
def test_a_buyer_shown_despite_the_override_is_found(spoil: Spoil) -> None:
    world = World(Terms(override=True, contact=MERCHANTS_OWN))
    spoil(world)
    assert any("although the override is on" in each.what for each in world.verdict().deviations)


def test_an_override_that_was_forgotten_is_found() -> None:
    world = World(Terms(override=True, contact=MERCHANTS_OWN))
    world.stores["north"] = World(Terms()).stores["north"]
    words = " ".join(each.what for each in world.verdict().deviations)
    assert "e-mail is 'zoe@buyer.example', should be 'desk@market.example'" in words
    assert "customer is 'Zoë 🌻 Ferreira', should be 'The Market'" in words


def spoil_parcel(world: World, name: str) -> None:
    at_vendor, at_merchant = world.order("north", "1001")["fulfillments"], world.order(MERCHANT, "1001")["fulfillments"]
    match name:
        case "not carried":
            at_merchant.clear()
        case "carried twice":
            at_merchant.append({**at_merchant[0], "id": "again"})
        case "carried without tracking":
            at_merchant[0]["tracking"] = {}
        case "old tracking":
            at_merchant[0]["tracking"]["numbers"] = ["BR0"]
        case "other pieces":
            at_merchant[0]["lines"][0]["quantity"] = 1
        case "other line":
            at_merchant[0]["lines"][0]["line_id"] = "1001-1"
        case "cancelled at the vendor only":
            at_vendor[0]["status"] = "cancelled"
            world.ledger.orders["1001"].parcels[0].recalled = True
        case "cancelled at the merchant only":
            at_merchant[0]["status"] = "cancelled"
        case "the vendor's own gone":
            at_vendor.clear()
        case "the vendor's own cancelled by another":
            at_vendor[0]["status"] = at_merchant[0]["status"] = "cancelled"
        case "made by another":
            at_vendor.append({**at_vendor[0], "id": "other"})


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("not carried", Kind.LOST, "is missing"),
        ("carried twice", Kind.DUPLICATE, "once too often"),
        ("carried without tracking", Kind.DIFFERENT, "parcel has tracking - - -"),
        ("old tracking", Kind.DIFFERENT, "parcel has tracking Correios BR0"),
        ("other pieces", Kind.LOST, "is missing"),
        ("other line", Kind.FOREIGN, "of no standing parcel"),
        ("cancelled at the vendor only", Kind.FOREIGN, "of no standing parcel"),
        ("cancelled at the merchant only", Kind.LOST, "is missing"),
        ("the vendor's own gone", Kind.LOST, "of the vendor is gone"),
        ("the vendor's own cancelled by another", Kind.DIFFERENT, "the vendor did not do it"),
        ("made by another", Kind.FOREIGN, "was not made by the vendor"),
    ],
)
def test_a_planted_error_in_parcels_is_found(name: str, kind: Kind, words: str) -> None:
    world = World(Terms())
    world.ship("1001", "north")
    spoil_parcel(world, name)
    found = world.verdict().deviations
    assert any(each.kind is kind and words in each.what for each in found), found


def test_duplicates_and_losses_are_counted() -> None:
    world = World(Terms())
    copy("north", "1001", name="#1")(world)
    remove(world, "north", "1002")
    verdict = world.verdict()
    assert (verdict.duplicates, verdict.lost) == (1, 1)
