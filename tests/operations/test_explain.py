"""Why?, What next?, How is it?, Is it well? — answered from rows."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import connection

from crossdock.core.orders import Contact
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.models import Attention, DirtyKey, MerchantOrder, Parcel, Store, Sweep, VendorOrder
from crossdock.models.seal import Ring
from crossdock.operations.doctor import Level, doctor
from crossdock.operations.explain import VendorOrderFacts, why
from crossdock.operations.find import find_orders
from crossdock.operations.listings import NewLink, link_variants
from crossdock.operations.opened import open_draft
from crossdock.operations.plans import NoSuchKey, plan_key
from crossdock.operations.status import status
from tests.operations import rows

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor, self.shop = rows.vendor(self.place), rows.store(self.place)
        self.vendor_store = rows.store(self.place, self.vendor)
        self.order: MerchantOrder = rows.order(self.shop)

    def part(self, **values: Any) -> VendorOrder:
        return rows.vendor_order(self.order, self.vendor, **values)

    def told(self) -> VendorOrderFacts:
        return why(asked=self.order.name).vendor_orders[0]


@pytest.fixture
def world() -> World:
    return World()


def test_an_order_is_found_by_all_its_names(world: World) -> None:
    row = world.part(state="linked", remote_id="900900", remote_name="#77")
    names = [world.order.name, world.order.name[1:], world.order.remote_id, "900900", "#77", row.reference]
    for text in [*names, f"id:{world.order.pk}", f"  {row.reference} "]:
        assert [found.pk for found in find_orders(text=text)] == [world.order.pk], text
    for text in ("", "#", "id:x", "id:999999", "cd-1-2-3-4", "nothing"):
        assert find_orders(text=text) == [], text


def test_another_marketplaces_order_of_the_same_name_is_told_apart(world: World) -> None:
    other = rows.marketplace("other")
    twin = rows.order(rows.store(other), int(world.order.remote_id))
    assert why(asked=world.order.name).others == (world.order.pk,)
    assert why(asked=world.order.name, marketplace=other).order.id == twin.pk  # type: ignore[union-attr]  # found


@pytest.mark.parametrize(
    ("facts", "state", "reason", "release"),
    [
        ({"add_on_active": False}, "manual", "add_on_inactive", "switch_on_add_on"),
        ({"order_sync": False}, "manual", "order_sync_off", "switch_on_order_sync"),
        ({"vendor_has_store": False}, "manual", "vendor_has_no_store", "connect_store"),
        ({"vendor_active": False}, "held", "vendor_gone", "restore_vendor"),
        ({"store_state": "uninstalled"}, "held", "store_not_connected", "reconnect_store"),
        (rows.UNPAID, "held", "not_paid", "order_paid"),
        ({"lines_unlinked": 2}, "held", "lines_not_linked", "link_lines"),
        ({"maximum_quantity": 1}, "held", "quantity_above_maximum", "change_limit"),
        ({"held_by_person": True}, "held", "held_by_person", "person_releases"),
    ],
)
def test_what_waits_says_what_would_release_it(
    world: World, facts: dict[str, Any], state: str, reason: str, release: str
) -> None:
    world.part(facts=facts)
    told = world.told()
    assert (told.state, told.reason, told.releases) == (state, reason, (release,))
    assert [fact["rule"] for fact in told.trace if not fact["passed"]]


def test_everything_that_keeps_it_is_said(world: World) -> None:
    world.part(facts=rows.UNPAID | {"lines_unlinked": 1, "maximum_quantity": 1})
    assert world.told().releases == ("order_paid", "link_lines", "change_limit")


def test_a_pushed_order_says_where_it_is_and_how_its_parcels_are(world: World) -> None:
    row = world.part(state="linked", remote_id="9", remote_name="#9", linked_at=rows.NOW)
    Parcel.objects.create(
        vendor_order=row, order=world.order, remote_id="55", status="success", lines=[], tracking={"numbers": ["A"]},
        shipped_at=rows.NOW, state="rejected", reason="fulfillment_refused", words="on hold",
    )  # fmt: skip
    told = world.told()
    assert (told.remote_id, told.remote_name, told.linked_at) == ("9", "#9", rows.NOW)
    assert [(parcel.state, parcel.words) for parcel in told.parcels] == [("rejected", "on hold")]


def test_a_refused_and_an_unknown_order_say_so(world: World) -> None:
    row = world.part(state="rejected", reason="rejected_by_store", words="variant is gone")
    Attention.objects.create(
        marketplace=world.place, order=world.order, vendor_order=row, reason="rejected_by_store", opened_at=rows.NOW
    )
    world.part(state="unknown", reason="outcome_unknown", part=2)
    told = why(asked=world.order.name)
    assert [(part.state, part.words) for part in told.vendor_orders] == [
        ("rejected", "variant is gone"),
        ("unknown", ""),
    ]
    assert [need.reason for need in told.attention] == ["rejected_by_store"]


def test_tracking_not_back_is_answered_with_last_and_next_listing(world: World) -> None:
    row = world.part(state="linked", remote_id="9")
    sweep = Sweep.objects.get(store=world.vendor_store)
    Sweep.objects.filter(pk=sweep.pk).update(finished_at=rows.NOW, last_error="timed out")
    _key(world.vendor_store, "sweep", sweep.pk, rows.later(minutes=5))
    _key(world.vendor_store, "vendor_order", row.pk, None, reason="needs_reauthorisation", attempts=2)
    told = world.told()
    assert told.store is not None
    pull = told.store.pulls[0]
    assert (pull.last_at, pull.next_at, pull.last_error) == (rows.NOW, rows.later(minutes=5), "timed out")
    wait = told.waits[0]
    assert (wait.due_at, wait.attempts, wait.reason) == (None, 2, "needs_reauthorisation")


def test_an_order_never_seen_is_answered_with_the_state_of_the_merchants_store(world: World) -> None:
    Store.objects.filter(pk=world.shop.pk).update(state="needs_reauth", state_words="401")
    told = why(asked="#424242")
    assert told.order is None
    assert [(store.domain, store.state, store.state_words) for store in told.stores] == [
        (world.shop.domain, "needs_reauth", "401")
    ]


def test_the_wrong_product_is_answered_with_the_link_and_who_made_it(world: World) -> None:
    draft = msgspec.structs.replace(_draft(world), lines=tuple(_lines(world, "22", "33", "")))
    world.part(state="linked", remote_id="9", sealed_sent=_sealed(draft))
    link_variants(
        marketplace=world.place, links=[NewLink(world.vendor.pk, "1", "11", "2", "22")], made_by="import", now=rows.NOW
    )
    lines = world.told().lines
    assert [(line.variant_id, line.found, line.made_by) for line in lines] == [
        ("22", "link", "import"),
        ("33", "sku_or_title", ""),
        ("", "", ""),
    ]


def test_the_wrong_customer_is_answered_with_whose_details_were_sent(world: World) -> None:
    buyer = rows.core_order(int(world.order.remote_id)).contact
    own = msgspec.structs.replace(_draft(world), contact=buyer)
    instead = msgspec.structs.replace(own, contact=Contact(email="shop@example.com"))
    row = world.part(state="linked", remote_id="9", sealed_sent=_sealed(own))
    assert world.told().contact == "buyer"
    VendorOrder.objects.filter(pk=row.pk).update(sealed_sent=_sealed(instead))
    assert world.told().contact == "merchant"
    MerchantOrder.objects.update(sealed=None, erased_at=rows.NOW)
    assert world.told().contact == "unknown"


def test_what_can_no_longer_be_opened_is_left_out(world: World) -> None:
    world.part(sealed=b"sealed with a key that is gone")
    assert world.told().lines == ()


def _draft(world: World) -> VendorOrderDraft:
    scratch = rows.vendor_order(world.order, world.vendor, part=9)
    draft = open_draft(scratch)
    scratch.delete()
    assert draft is not None
    return draft


def _lines(world: World, *variants: str) -> list[DraftLine]:
    line = _draft(world).lines[0]
    return [msgspec.structs.replace(line, variant_id=variant) for variant in variants]


def _sealed(draft: VendorOrderDraft) -> bytes:
    return Ring.from_settings().seal(msgspec.json.encode(draft))


def test_no_answer_carries_buyers_data(world: World) -> None:
    world.part(facts=rows.UNPAID)
    for said in (repr(why(asked=world.order.name)), repr(plan_key(text=f"order:{world.order.name}", now=rows.NOW))):
        assert "Ada" not in said
        assert "example.com" not in said


def test_the_plan_of_a_ready_order_is_to_create_it(world: World) -> None:
    row = world.part()
    (planned,) = plan_key(text=f"vendor_order:{row.pk}", now=rows.NOW)
    assert [action["action"] for action in planned.actions] == ["create_order"]
    assert planned.actions[0]["total"] == "40.00"
    assert not planned.marked


def test_the_plan_of_a_waiting_order_names_the_rules(world: World) -> None:
    row = world.part(facts=rows.UNPAID)
    _key(world.vendor_store, "vendor_order", row.pk, rows.NOW, attempts=3)
    (planned,) = plan_key(text=f"vendor_order:{row.pk}", now=rows.NOW)
    assert (planned.actions, planned.reasons, planned.attempts) == ((), ("paid",), 3)


def test_the_plan_of_an_order_is_its_parts_and_parcels(world: World) -> None:
    row = world.part(state="sending")
    Parcel.objects.create(
        vendor_order=row, order=world.order, remote_id="55", status="success", lines=[["1", 2]],
        tracking={"numbers": ["A"]}, shipped_at=rows.NOW, state="ready",
    )  # fmt: skip
    planned = plan_key(text=f"order:{world.order.name}", now=rows.NOW)
    assert [key.key.partition(":")[0] for key in planned] == ["order", "vendor_order", "fulfillment"]
    assert [action["action"] for key in planned for action in key.actions] == ["look_up_order", "create_fulfillment"]


@pytest.mark.parametrize("text", ["order", "moon:1", "vendor_order:x", "vendor_order:999999", "order:#none", "sweep:"])
def test_an_odd_key_is_refused(text: str) -> None:
    with pytest.raises(NoSuchKey):
        plan_key(text=text, now=rows.NOW)


def test_status_counts_what_there_is(world: World) -> None:
    world.part(state="linked", remote_id="1", linked_at=rows.NOW)
    world.part(facts=rows.UNPAID, part=2)
    order = world.order.pk
    _key(world.shop, "order", order, rows.later(minutes=-1))
    _key(world.shop, "fulfillment", order, rows.later(minutes=1))
    _key(world.vendor_store, "subscription", world.vendor_store.pk, rows.NOW)
    told = status(now=rows.NOW, marketplace=world.place)
    assert (told.orders, told.vendor_orders) == (1, {"held": 1, "linked": 1})
    assert (told.keys.due, told.keys.later, told.keys.oldest_due_at) == (1, 1, rows.later(minutes=-1))
    assert told.recurring.due == 1
    assert not told.quiet
    assert told.pushed_last_hour == 1
    assert status(now=rows.NOW, marketplace=rows.marketplace("other")).orders == 0


def test_a_worker_counts_as_alive_while_it_gives_signs(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s), (%s)", [rows.NOW, rows.later(minutes=-5)]
        )
    assert [worker.alive for worker in status(now=rows.NOW, heartbeat=10).workers] == [True, False]


def test_the_doctor_finds_each_illness(world: World) -> None:
    levels = {check.code: check.level for check in doctor(now=rows.NOW)}
    assert levels.pop("workers") is Level.FAIL  # none signed on
    assert set(levels.values()) == {Level.OK}

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [rows.later(hours=5)])
    world.part(state="unknown")
    world.part(state="sending", sending_at=rows.NOW, part=2)
    _key(world.shop, "order", world.order.pk, rows.NOW)
    _key(world.shop, "subscription", world.shop.pk, rows.later(hours=9), attempts=1)
    Store.objects.filter(pk=world.vendor_store.pk).update(state="uninstalled", sealed=b"not sealed by us")
    Attention.objects.create(marketplace=world.place, reason="items_edited", opened_at=rows.NOW)
    found = {check.code: check for check in doctor(now=rows.later(hours=5))}
    ill = {code for code, check in found.items() if check.level is not Level.OK}
    wanted = {
        "keys",
        "stores",
        "subscriptions",
        "sweeps",
        "stuck_keys",
        "sending_orders",
        "unknown_orders",
        "attention",
    }
    assert ill == wanted
    assert found["keys"].seen == {"count": 1, "stores": [world.vendor_store.domain]}


def _key(store: Store, kind: str, ref: int, due_at: Any, *, reason: str = "", attempts: int = 0) -> None:
    DirtyKey.objects.update_or_create(
        store=store,
        kind=kind,
        ref=ref,
        defaults={
            "lane": store.pk % 8, "priority": 0, "due_at": due_at, "reason": reason, "attempts": attempts,
            "marked_at": rows.NOW - timedelta(hours=1),
        },
    )  # fmt: skip
