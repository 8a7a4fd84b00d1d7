"""Finding an order by whatever a person has at hand: its name, its id in either store, our reference, our own id.

Not here: what is said about it (explain.py).
"""

from django.db.models import Q, QuerySet

from crossdock.models import Marketplace, MerchantOrder, VendorOrder

OURS = "id:"
MOST = 20


def find_orders(*, text: str, marketplace: Marketplace | None = None) -> list[MerchantOrder]:
    """Orders that `text` may mean, newest first: "#1001" or "1001", a store's order id, "cd-1-…", "id:17"."""
    orders = MerchantOrder.objects.order_by("-id").select_related("marketplace", "store")
    if marketplace is not None:
        orders = orders.filter(marketplace=marketplace)
    text = text.strip()
    for wanted in _ways(text):
        found = list(orders.filter(wanted)[:MOST])
        if found:
            return found
    return []


def _ways(text: str) -> list[Q]:
    """The merchant's own names first, then ids, then the vendors' stores; the first way that finds something counts."""
    if text.startswith(OURS):
        return [Q(pk=int(text[len(OURS) :]))] if text[len(OURS) :].isdigit() else []
    ways = [Q(name__in=[text, f"#{text}"]), Q(remote_id=text), Q(pk__in=_vendor_orders(Q(remote_id=text)))]
    ways += [Q(pk__in=_vendor_orders(Q(remote_name__in=[text, f"#{text}"])))]
    return [Q(pk__in=_vendor_orders(Q(reference=text)))] if text.startswith("cd-") else ways


def _vendor_orders(wanted: Q) -> QuerySet[VendorOrder, int]:
    return VendorOrder.objects.filter(wanted).values_list("order_id", flat=True)
