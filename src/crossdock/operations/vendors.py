"""Vendors: those who supply and ship, one by one or thousands at once.

Not here: their stores (stores.py).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from msgspec import Struct

from crossdock.models import Marketplace, Vendor
from crossdock.operations.marks import hold_routing
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What
from crossdock.sync import dirty

BATCH = 5000


class NewVendor(Struct, frozen=True):
    name: str
    email: str = ""


class VendorNameTaken(Refused):
    """A vendor's name is unique within its marketplace."""

    code = "vendor_name_taken"


def add_vendor(*, marketplace: Marketplace, name: str, now: datetime, email: str = "", who: str = "") -> Vendor:
    """One vendor. Raises VendorNameTaken."""
    return add_vendors(marketplace=marketplace, vendors=[NewVendor(name, email)], now=now, who=who)[0]


@transaction.atomic
def add_vendors(
    *, marketplace: Marketplace, vendors: Sequence[NewVendor], now: datetime, who: str = ""
) -> list[Vendor]:
    """Many vendors, all or none, in the order given. Raises VendorNameTaken."""
    hold_routing(marketplace.pk)
    rows = [Vendor(marketplace=marketplace, name=each.name, email=each.email, created_at=now) for each in vendors]
    try:
        with transaction.atomic():
            made = Vendor.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError as error:
        raise VendorNameTaken("a vendor of that name is there already", field="name") from error
    with connection.cursor() as cursor:  # a line may carry the new vendor's name
        dirty.mark_unassigned(cursor, marketplace_id=marketplace.pk, now=now, reason="vendors_added")
    data = {"count": len(made), "names": [vendor.name for vendor in made[:5]]}
    record(What.VENDORS_ADDED, marketplace=marketplace, who=who, now=now, data=data)
    return made


@transaction.atomic
def set_vendor_active(*, vendor: Vendor, active: bool, now: datetime, who: str = "") -> None:
    """Take a vendor out of the trade, or back in; orders that have not left for it are decided again."""
    hold_routing(vendor.marketplace_id)
    Vendor.objects.filter(pk=vendor.pk).update(active=active)
    with connection.cursor() as cursor:
        dirty.mark_orders(
            cursor,
            marketplace_id=vendor.marketplace_id,
            vendor_id=vendor.pk,
            states=dirty.NOT_SENT,
            now=now,
            reason="vendor_changed",
        )
    data = {"vendor": vendor.name, "active": active}
    record(What.VENDOR_CHANGED, marketplace=vendor.marketplace_id, who=who, now=now, data=data)
