"""What the screens of orders need besides seed.py: views of the list, an act on many, an order with a long story that
was marked as paid. Not here: the rest of the marketplace.
"""

from datetime import datetime, timedelta

from django.urls import reverse

from crossdock.models import Marketplace, MerchantOrder, User, VendorOrder
from crossdock.operations.order_batch import act_on_orders
from crossdock.operations.order_views import keep_view
from crossdock.operations.payment import mark_paid
from tests.operations import rows


def order_screens(place: Marketplace, owner: User, now: datetime) -> dict[str, str]:
    """The address of each screen by its name."""
    at = {"marketplace": place, "user": owner, "now": now}
    view = keep_view(name="Failed lately", query={"show": "failed", "span": "week"}, shared=True, **at)
    keep_view(name="Unpaid", query={"payment": "unpaid"}, shared=False, **at)
    batch = act_on_orders(
        marketplace=place, act="hold", orders=_mixed(place), key="seed", now=now - timedelta(minutes=3), who="owner"
    )
    listed = reverse("orders", args=[place.slug])
    return {
        "orders-view": f"{listed}?view={view.pk}&show=failed&span=month",
        "orders-filters": f"{listed}?view=0&needs=on&since=2026-01-01",
        "orders-acted": reverse("acted_on_orders", args=[place.slug, batch.pk]),
        "order-marked-paid": reverse("order", args=[place.slug, _marked(place, now).pk]),
    }


def _mixed(place: Marketplace) -> list[int]:
    """Some that can be held, and some that cannot."""
    rows_of = VendorOrder.objects.filter(marketplace=place).order_by("-pk")
    waiting = rows_of.filter(state="manual").values_list("order_id", flat=True)[:2]
    return [*waiting, *rows_of.filter(state="linked").values_list("order_id", flat=True)[:2]]


def _marked(place: Marketplace, now: datetime) -> MerchantOrder:
    """Waited for its payment, was marked as paid, and goes to a store that asks for patience."""
    shop = place.stores.get(vendor=None)
    vendor = place.vendors.order_by("pk")[1]
    placed = now - timedelta(hours=2)
    order = rows.order(shop, 3200, financial_status="pending", placed_at=placed, seen_at=placed)
    marked = {"marked_paid_by": "owner", "marked_paid_at": now - timedelta(minutes=20)}
    part = rows.vendor_order(order, vendor, facts=rows.UNPAID | marked, created_at=placed)
    mark_paid(order=order, now=now - timedelta(minutes=20), who="owner", note="Bank transfer of 21 November")
    for minutes in range(2, 30, 2):
        rows.call(
            part.store or shop, at=now - timedelta(minutes=minutes), kind="vendor_order", ref=part.pk, status=429,
            outcome="limited",
        )  # fmt: skip
    return order
