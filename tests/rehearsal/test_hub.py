"""Making a rehearsal's market known to the hub, and reading from its rows how far it is."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from crossdock.models import DirtyKey, OrderPolicy, Store, Sweep, VariantLink, Vendor
from crossdock.rehearsal import hub
from crossdock_sandbox.traffic.ledger import Built, OpenStore
from crossdock_sandbox.traffic.plan import Terms
from tests.rehearsal.small_world import MERCHANT, MERCHANTS_OWN, World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def built() -> Built:
    stores = {
        name: OpenStore(
            platform="shopify",
            store=name,
            domain=f"{name}.myshopify.com",
            base_url=f"http://127.0.0.1:9100/shopify/{name}",
            credentials={"mode": "token", "access_token": "t", "client_id": "c", "client_secret": "s"},
        )
        for name in (MERCHANT, "north", "south")
    }
    return replace(World(Terms()).built, stores=stores)


def test_a_market_is_joined_whole(built: Built) -> None:
    terms = Terms(paid_only=False, push_unsynced=True, override=True, contact=MERCHANTS_OWN)
    joined = hub.join(built, terms, slug="rehearsal", now=NOW)
    assert set(Vendor.objects.values_list("name", flat=True)) == {"north", "south"}
    assert Store.objects.filter(vendor=None).get().domain == f"{MERCHANT}.myshopify.com"
    assert set(VariantLink.objects.values_list("merchant_variant_id", "vendor_variant_id")) == {
        ("lv-lamp", "v-lamp"),
        ("lv-vase", "v-vase"),
        ("lv-tea", "v-tea"),
    }
    policy = OrderPolicy.objects.get(vendor=None)
    assert (policy.order_sync, policy.paid_only, policy.push_unsynced) == (True, False, True)
    assert (policy.override_customer, policy.merchant_email) == (True, MERCHANTS_OWN["email"])
    north = Vendor.objects.get(name="north")
    assert joined.reference("17", "north") == f"cd-{joined.marketplace.pk}-17-{north.pk}-1"


def test_it_is_known_how_many_stores_are_left(built: Built) -> None:
    joined = hub.join(built, Terms(contact=MERCHANTS_OWN), slug="rehearsal", now=NOW)
    assert hub.stores_left(joined, NOW) == 3
    DirtyKey.objects.filter(kind="subscription", store__vendor=None).delete()
    assert hub.stores_left(joined, NOW) == 2
    DirtyKey.objects.filter(kind="subscription").update(due_at=NOW + timedelta(days=1))
    assert hub.stores_left(joined, NOW) == 0
    catalogue = Sweep.objects.create(store=Store.objects.filter(vendor__name="north").get(), kind="catalogue")
    assert hub.stores_left(joined, NOW) == 1, "its catalogue is not read"
    Sweep.objects.filter(pk=catalogue.pk).update(finished_at=NOW)
    assert hub.stores_left(joined, NOW) == 0


def test_it_is_known_when_everything_was_swept(built: Built) -> None:
    joined = hub.join(built, Terms(contact=MERCHANTS_OWN), slug="rehearsal", now=NOW)
    Sweep.objects.update(since=NOW)
    later = NOW + timedelta(minutes=1)
    assert not hub.unswept(joined, NOW)
    assert hub.unswept(joined, later)
    Sweep.objects.filter(kind="orders").update(since=later)
    assert not hub.unswept(joined, later), "stores without orders have nothing to sweep"


def test_a_fresh_hub_is_sure_of_everything_and_has_work(built: Built) -> None:
    joined = hub.join(built, Terms(contact=MERCHANTS_OWN), slug="rehearsal", now=NOW, linked=False)
    assert hub.unsure(joined) == ([], [])
    assert hub.left(hub.state(joined, NOW)), "levels are to be looked at once"
    DirtyKey.objects.filter(kind="level").delete()
    assert not hub.left(hub.state(joined, NOW)), "connecting and sweeping recur; they are not a backlog"
