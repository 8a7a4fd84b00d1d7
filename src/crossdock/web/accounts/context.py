"""What the frame of every page shows of the reader: the places they may switch to. Read only where a page asks."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from msgspec import Struct

from crossdock.models import Membership


class Place(Struct, frozen=True):
    """A marketplace, or one vendor's side of it, that the reader belongs to."""

    title: str
    under: str
    address: str
    current: bool


def places(request: HttpRequest) -> dict[str, Any]:
    """`places`: where the reader may go, by name."""
    return {"places": SimpleLazyObject(lambda: _places(request))}


def _places(request: HttpRequest) -> list[Place]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    rows = Membership.objects.filter(user=user).select_related("marketplace", "vendor")
    return [_place(row, request.path) for row in rows.order_by("marketplace__name", "vendor__name")]


def _place(row: Membership, path: str) -> Place:
    slug = row.marketplace.slug
    if row.vendor is None:
        address = reverse("dashboard", args=[slug])
        return Place(row.marketplace.name, "", address, path.startswith(address))
    address = reverse("vendor_home", args=[slug, row.vendor.pk])
    return Place(row.vendor.name, row.marketplace.name, address, path.startswith(address))
