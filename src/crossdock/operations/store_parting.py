"""What parting with a store would mean: the orders that are under way there. Read before a person disconnects it.

Not here: disconnecting (stores.py).
"""

from django.db.models import QuerySet
from msgspec import Struct

from crossdock.models import Store, VendorOrder

# By what becomes of them.
WAIT = (VendorOrder.State.HELD, VendorOrder.State.READY)
THERE = (VendorOrder.State.LINKED,)
DOUBTFUL = (VendorOrder.State.SENDING, VendorOrder.State.UNKNOWN)
NAMED = 20


class Parting(Struct, frozen=True):
    """Vendor orders under way: `waiting` are made by hand then, `there` are in the store and no longer followed,
    `doubtful` are being sent or their outcome is not known. `named`: the newest, (order, its name, its state)."""

    waiting: int
    there: int
    doubtful: int
    named: tuple[tuple[int, str, str], ...]

    @property
    def more(self) -> int:
        return self.waiting + self.there + self.doubtful - len(self.named)


def parting(*, store: Store) -> Parting:
    """Of a vendor's store what is for it; of the merchant's everything, as nothing comes in and no parcel goes out."""
    rows = _under_way(store)
    counts = [rows.filter(state__in=states).count() for states in (WAIT, THERE, DOUBTFUL)]
    newest = rows.filter(state__in=(*WAIT, *THERE, *DOUBTFUL)).order_by("-pk")
    named = newest.values_list("order_id", "order__name", "state")[:NAMED]
    return Parting(counts[0], counts[1], counts[2], tuple((number, name, state) for number, name, state in named))


def _under_way(store: Store) -> QuerySet[VendorOrder]:
    if store.vendor_id is None:
        return VendorOrder.objects.filter(marketplace=store.marketplace_id)
    return VendorOrder.objects.filter(marketplace=store.marketplace_id, vendor=store.vendor_id, store=store)
