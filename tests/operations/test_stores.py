"""Vendors, stores and links: singly and by the thousand."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from crossdock.models import Activity, Attention, DirtyKey, Marketplace, Store, Sweep, VariantLink, Vendor
from crossdock.models.seal import Ring
from crossdock.operations.listings import (
    ForeignVendor,
    NewLink,
    link_variants,
    unlink_variants,
)
from crossdock.operations.stores import (
    DomainRefused,
    NewStore,
    StoreTaken,
    UnknownPlatform,
    connect_store,
    connect_stores,
    disconnect_store,
    pause_store,
    reauthorize_store,
    resume_store,
)
from crossdock.operations.vendors import NewVendor, VendorNameTaken, add_vendors, set_vendor_active
from tests.operations import rows

pytestmark = pytest.mark.django_db
TOKEN = {"mode": "token", "access_token": "shpat_1", "client_id": "c", "client_secret": "s"}


def connect(place: Marketplace, typed: str = "Oak-Iron", vendor: Vendor | None = None, **values: Any) -> Store:
    given: dict[str, Any] = {"platform": "shopify", "credentials": TOKEN, "now": rows.NOW, "who": "owner"}
    return connect_store(marketplace=place, vendor=vendor, typed_domain=typed, **(given | values))


def marked(kind: str) -> set[int]:
    return set(DirtyKey.objects.filter(kind=kind, due_at__isnull=False).values_list("ref", flat=True))


def test_a_connected_store_is_sealed_marked_and_swept() -> None:
    place = rows.marketplace()
    store = connect(place, "https://oak-iron.myshopify.com/admin")
    assert (store.domain, store.base_url) == ("oak-iron.myshopify.com", "https://oak-iron.myshopify.com")
    kept = Store.objects.get()
    assert b"shpat_1" not in bytes(kept.sealed)
    assert msgspec.json.decode(Ring.from_settings().open(kept.sealed)) == TOKEN
    assert len(kept.hook_key) >= 24
    assert list(Sweep.objects.values_list("kind", "since")) == [("orders", rows.NOW)]
    assert marked("subscription") == {store.pk}
    assert marked("sweep") == set(Sweep.objects.values_list("pk", flat=True))


def test_credentials_that_end_are_to_be_renewed_before() -> None:
    ends = rows.NOW + timedelta(hours=1)
    store = connect(rows.marketplace(), credentials=TOKEN | {"mode": "expiring", "expires_at": ends.isoformat()})
    assert store.renew_at is not None
    assert rows.NOW < store.renew_at < ends


@pytest.mark.parametrize(
    ("values", "error"), [({"platform": "moonshop"}, UnknownPlatform), ({"typed": "not a shop!"}, DomainRefused)]
)
def test_odd_input_is_refused_and_leaves_nothing(values: dict[str, Any], error: type[Exception]) -> None:
    place = rows.marketplace()
    with pytest.raises(error):
        connect(place, **values)
    assert not Store.objects.exists()


def test_a_store_and_a_place_are_taken_once() -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    connect(place, "one", vendor)
    for typed, owner in (("one", None), ("two", vendor)):
        with pytest.raises(StoreTaken):
            connect(place, typed, owner)
    connect(place, "mine")
    with pytest.raises(StoreTaken):
        connect(place, "second-of-mine")


def test_a_disconnected_store_is_taken_up_again_as_itself() -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    store = connect(place, "one", vendor)
    disconnect_store(store=store, now=rows.NOW, who="owner")
    gone = Store.objects.get()
    assert (gone.state, msgspec.json.decode(Ring.from_settings().open(gone.sealed))) == ("disconnected", {})
    again = connect(place, "one", vendor)
    assert again.pk == store.pk
    assert Store.objects.get().state == "connected"


def test_pausing_and_resuming_wakes_what_was_parked() -> None:
    place = rows.marketplace()
    store = connect(place)
    DirtyKey.objects.update(due_at=None)
    Attention.objects.create(marketplace=place, store=store, reason="store_unreachable", opened_at=rows.NOW)
    pause_store(store=store, now=rows.NOW, who="owner")
    assert Store.objects.get().state == "paused"
    resume_store(store=Store.objects.get(), now=rows.NOW, who="owner")
    assert Store.objects.get().state == "connected"
    assert not DirtyKey.objects.filter(due_at=None).exists()
    assert not Attention.objects.filter(closed_at=None).exists()


def test_new_credentials_connect_a_store_again_and_release_its_orders() -> None:
    place = rows.marketplace()
    vendor, shop = rows.vendor(place), rows.store(place)
    store = rows.store(place, vendor, state="needs_reauth", failures=4)
    waiting = rows.order(shop)
    rows.vendor_order(waiting, vendor, facts={"store_state": "needs_reauth"})
    reauthorize_store(store=store, credentials=TOKEN | {"access_token": "new"}, now=rows.NOW, who="owner")
    kept = Store.objects.get(pk=store.pk)
    assert (kept.state, kept.failures) == ("connected", 0)
    assert msgspec.json.decode(Ring.from_settings().open(kept.sealed))["access_token"] == "new"
    assert marked("order") == {waiting.pk}


def test_thousands_are_one_statement_each() -> None:
    place = rows.marketplace()
    vendors = add_vendors(marketplace=place, vendors=[NewVendor(f"Vendor {n}") for n in range(300)], now=rows.NOW)
    assert [vendor.name for vendor in vendors[:2]] == ["Vendor 0", "Vendor 1"]
    new = [NewStore("shopify", f"shop-{n}", TOKEN, vendor.pk) for n, vendor in enumerate(vendors)]
    stores = connect_stores(marketplace=place, stores=new, now=rows.NOW)
    assert [store.vendor_id for store in stores] == [vendor.pk for vendor in vendors]
    assert len(marked("subscription")) == len(marked("sweep")) == 300
    links = [NewLink(vendor.pk, "p", f"m{n}", "q", f"v{n}") for n, vendor in enumerate(vendors)]
    assert link_variants(marketplace=place, links=links, made_by="import", now=rows.NOW) == 300
    assert VariantLink.objects.count() == 300
    whats = ["marketplace.created", "vendors.added", "stores.connected", "variants.linked"]
    assert list(Activity.objects.order_by("id").values_list("what", flat=True)) == whats


def test_nothing_connected_is_nothing_done() -> None:
    place = rows.marketplace()
    assert connect_stores(marketplace=place, stores=[], now=rows.NOW) == []
    assert add_vendors(marketplace=place, vendors=[], now=rows.NOW) == []


def test_one_taken_name_leaves_none_of_them() -> None:
    place = rows.marketplace()
    with pytest.raises(VendorNameTaken):
        add_vendors(marketplace=place, vendors=[NewVendor("A"), NewVendor("B"), NewVendor("A")], now=rows.NOW)
    assert not Vendor.objects.exists()


def test_a_link_replaces_the_older_and_marks_what_waits_for_it() -> None:
    place = rows.marketplace()
    vendor, shop = rows.vendor(place), rows.store(place)
    waiting, unassigned = rows.order(shop), rows.order(shop, has_unassigned=True)
    rows.vendor_order(waiting, vendor, facts={"lines_linked": 0, "lines_unlinked": 1})
    rows.order(shop)  # nothing of it waits
    first, second = NewLink(vendor.pk, "1", "11", "2", "22"), NewLink(vendor.pk, "1", "11", "3", "33")
    link_variants(marketplace=place, links=[first], made_by="person", now=rows.NOW)
    link_variants(marketplace=place, links=[first, second], made_by="person", now=rows.NOW)
    assert list(VariantLink.objects.values_list("vendor_variant_id", flat=True)) == ["33"]
    assert marked("order") == {waiting.pk, unassigned.pk}
    assert unlink_variants(marketplace=place, merchant_variant_ids=["11", "99"], now=rows.NOW) == 1


def test_a_link_to_another_marketplaces_vendor_is_refused() -> None:
    place, other = rows.marketplace(), rows.marketplace("other")
    with pytest.raises(ForeignVendor):
        link_variants(
            marketplace=place,
            links=[NewLink(rows.vendor(other).pk, "1", "11", "2", "22")],
            made_by="person",
            now=rows.NOW,
        )


def test_a_vendor_taken_out_of_the_trade_has_its_orders_looked_at() -> None:
    place = rows.marketplace()
    vendor, shop = rows.vendor(place), rows.store(place)
    waiting = rows.order(shop)
    rows.vendor_order(waiting, vendor, facts=rows.UNPAID)
    set_vendor_active(vendor=vendor, active=False, now=rows.NOW, who="owner")
    assert not Vendor.objects.get().active
    assert marked("order") == {waiting.pk}
