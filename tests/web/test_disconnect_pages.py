"""Parting with a store: what happens and what is under way is said first; then once; and the same store comes back."""

import pytest
from django.urls import reverse

from crossdock.models import Activity, MerchantOrder, Store, VendorOrder
from crossdock.operations.stores import connect_store
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("own", [True, False])
def test_a_store_is_parted_with_knowingly_and_comes_back(own: bool) -> None:
    world = World()
    store = world.shop if own else world.vendor_store
    sent = rows.vendor_order(rows.order(world.shop), world.vendor, state="linked", remote_id="77")
    VendorOrder.objects.update(store=world.vendor_store)
    client = world.client("owner")
    address = reverse("part_with_store", args=[world.place.slug, store.pk])
    said = client.get(address).content.decode()
    assert sent.order.name in said
    assert world.order.name in said
    assert ("No new order comes in" in said) == own
    for _ in range(2):
        client.post(reverse("disconnect_store", args=[world.place.slug, store.pk]))
    assert Store.objects.get(pk=store.pk).state == "disconnected"
    assert Activity.objects.filter(what="store.disconnected").count() == 1
    assert "Connect it again" in client.get(address).content.decode()
    assert MerchantOrder.objects.filter(name=sent.order.name).exists()
    again = connect_store(
        marketplace=world.place, vendor=None if own else world.vendor, platform=store.platform,
        typed_domain=store.domain, credentials={}, now=rows.NOW,
    )  # fmt: skip
    assert (again.pk, Store.objects.get(pk=store.pk).state) == (store.pk, "connected")
    assert VendorOrder.objects.get(pk=sent.pk).remote_id == "77"
