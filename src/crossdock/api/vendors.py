"""Vendors: the list, adding one, inviting its people, switching it off and on, letting its losses pass the brake.

Not here: their stores (stores.py), or their own rules (settings.py).
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.shapes import Cursor, Done, Given, Id, Limit, Page, Text, oldest_first, page
from crossdock.models import Vendor
from crossdock.operations.invitations import invite
from crossdock.operations.offering import release_brake
from crossdock.operations.vendors import add_vendor, set_vendor_active

router = Router(tags=["Vendors"])


class VendorTold(Schema):
    """`braked_at`: the brake holds its losses since then. `store_id` null = it has none: orders are shipped by hand."""

    id: int
    name: str
    email: str
    active: bool
    created_at: datetime
    braked_at: datetime | None
    store_id: int | None
    store_state: str | None


class NewVendor(Given):
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    email: Annotated[str, Field(max_length=200)] = ""


class Switched(Given):
    active: bool


class Invite(Given):
    email: Annotated[str, Field(min_length=3, max_length=254)]
    role: Literal["vendor_owner", "vendor_staff"] = "vendor_owner"


class InvitationTold(Schema):
    """`failed`: why no mail went out; then `link` is for you to pass on. A link is told only now."""

    id: int
    email: str
    role: str
    expires_at: datetime
    failed: str
    link: str | None


@router.get("vendors", response=Page[VendorTold])
@needs("vendors:read", merchants=True)
def list_vendors(
    request: Any, limit: Limit = 50, cursor: Cursor = "", active: bool | None = None, q: Text = ""
) -> dict[str, Any]:
    """Oldest first. `q`: in the name."""
    rows = caller(request).merchant.vendors.prefetch_related("stores")
    if q.strip():
        rows = rows.filter(name__icontains=q.strip())
    if active is not None:
        rows = rows.filter(active=active)
    return page(oldest_first(rows, limit, cursor), _told)


@router.get("vendors/{int:vendor_id}", response=VendorTold)
@needs("vendors:read", merchants=True)
def read_vendor(request: Any, vendor_id: Id) -> dict[str, Any]:
    """One vendor."""
    return _told(_row(request, vendor_id))


@router.post("vendors", response={201: VendorTold})
@needs("vendors:write", merchants=True)
def add(request: Any, given: NewVendor) -> dict[str, Any]:
    """Add a vendor. Its orders are shipped by hand until it connects a store."""
    mine = caller(request)
    name, email = given.name.strip(), given.email.strip()
    return _told(add_vendor(marketplace=mine.merchant.marketplace, name=name, email=email, **mine.by))


@router.post("vendors/{int:vendor_id}/active", response=Done)
@needs("vendors:write", merchants=True)
def switch(request: Any, vendor_id: Id, given: Switched) -> Done:
    """Take a vendor out of the trade, or back in."""
    set_vendor_active(vendor=_row(request, vendor_id), active=given.active, **caller(request).by)
    return Done()


@router.post("vendors/{int:vendor_id}/invite", response={201: InvitationTold})
@needs("vendors:write", merchants=True)
def invite_person(request: Any, vendor_id: Id, given: Invite) -> dict[str, Any]:
    """Ask somebody by mail to act for the vendor. The merchant's own people are invited on its pages."""
    mine, vendor = caller(request), _row(request, vendor_id)
    made = invite(marketplace=mine.merchant.marketplace, email=given.email, role=given.role, vendor=vendor, **mine.by)
    row = made.invitation
    told = {"id": row.pk, "email": row.email, "role": row.role, "expires_at": row.expires_at}
    return told | {"failed": made.failed, "link": made.link if made.failed else None}


@router.post("vendors/{int:vendor_id}/release-brake", response=Done)
@needs("vendors:write", merchants=True)
def let_go_on(request: Any, vendor_id: Id) -> Done:
    """The losses that the brake holds are meant."""
    release_brake(vendor=_row(request, vendor_id), **caller(request).by)
    return Done()


def _row(request: Any, number: int) -> Vendor:
    rows = caller(request).merchant.vendors.select_related("marketplace").prefetch_related("stores")
    return get_object_or_404(rows, pk=number)


def _told(row: Vendor) -> dict[str, Any]:
    store = next(iter(row.stores.all()), None)
    return {
        "id": row.pk,
        "name": row.name,
        "email": row.email,
        "active": row.active,
        "created_at": row.created_at,
        "braked_at": row.brake_at,
        "store_id": store.pk if store else None,
        "store_state": store.state if store else None,
    }
