"""Finding the orders of one buyer, by an e-mail address or an order, though buyers' data is sealed.

Each order keeps a keyed mark of its buyer's address, which finds it and tells nothing. Not here: showing or forgetting
what is found (privacy_export.py, privacy.py).
"""

from typing import Final

from django.db.models import QuerySet
from msgspec import Struct

from crossdock.models import Marketplace, MerchantOrder
from crossdock.models.seal import Ring, SealError
from crossdock.operations.find import find_orders
from crossdock.operations.opened import open_order
from crossdock.operations.record import Refused

BATCH: Final = 500
MOST: Final = 2000  # orders of one buyer
LONGEST: Final = 254  # characters of an address (RFC 5321)


class NoSuchBuyer(Refused):
    """Nothing is kept of such a buyer, or it was forgotten before."""

    code = "no_such_buyer"


class UnclearBuyer(Refused):
    """What was typed may be several orders: one has to be named more closely."""

    code = "unclear_buyer"


class Sought(Struct, frozen=True):
    """What a person typed: an e-mail address, or else an order by anything that it is called."""

    text: str

    @property
    def by_email(self) -> bool:
        return "@" in self.text


def orders_of_buyer(*, marketplace: Marketplace, text: str) -> QuerySet[MerchantOrder]:
    """The orders that `text` names and whose buyer is still known, newest first: all of an e-mail address, or one
    order. Raises NoSuchBuyer, UnclearBuyer."""
    sought = Sought(text.strip()[:LONGEST])
    known = MerchantOrder.objects.filter(marketplace=marketplace, erased_at=None).order_by("-pk")
    if sought.by_email:
        mark_missing(marketplace=marketplace)
        found = known.filter(buyer__in=Ring.from_settings().marks(sought.text))
    else:
        named = find_orders(text=sought.text, marketplace=marketplace) if sought.text else []
        if len(named) > 1:
            raise UnclearBuyer("several orders are called that", field="buyer")
        found = known.filter(pk__in=[each.pk for each in named])
    if not found.exists():
        raise NoSuchBuyer("no order of such a buyer is kept", field="buyer")
    return found.select_related("marketplace", "store")


def mark_missing(*, marketplace: Marketplace) -> None:
    """Orders kept before marks were are given theirs, once."""
    ring, after = Ring.from_settings(), 0
    rows = MerchantOrder.objects.filter(marketplace=marketplace, buyer=None, sealed__isnull=False).order_by("pk")
    while batch := list(rows.filter(pk__gt=after).only("pk", "sealed")[:BATCH]):
        after = batch[-1].pk
        for row in batch:
            row.buyer = _mark(row, ring)
        told = [row for row in batch if row.buyer is not None]
        MerchantOrder.objects.bulk_update(told, ["buyer"])


def _mark(row: MerchantOrder, ring: Ring) -> bytes | None:
    try:
        order = open_order(row)
    except SealError:
        return None  # its key is lost: `crossdock doctor` says so
    return ring.mark(order.contact.email) if order else None
