"""Locations: which a store has, which of a vendor's are summed, and where the merchant keeps a vendor's stock.

Choosing is a rule like others (catalogue_rules.py: vendor_locations, merchant_location). Not here: reading them.
"""

from typing import Any

from msgspec import Struct

from crossdock.models import Marketplace, Store, Vendor
from crossdock.operations.catalogue_rules import read_catalogue_policy, rule_of


class Place(Struct, frozen=True):
    """One location of a store. `chosen`: its stock counts (vendor), or is where stock is kept (merchant)."""

    id: str
    name: str
    active: bool
    default: bool
    chosen: bool


def vendor_places(*, vendor: Vendor) -> tuple[Place, ...]:
    """The vendor's locations; with none chosen all active ones count."""
    store = Store.objects.filter(vendor=vendor).first()
    chosen = rule_of(vendor, "vendor_locations") or []
    return tuple(
        _place(store, each, each["id"] in chosen if chosen else each.get("active", True)) for each in _known(store)
    )


def merchant_places(*, marketplace: Marketplace, vendor: Vendor | None = None) -> tuple[Place, ...]:
    """The merchant's locations; the one mapped under the add-on Locations, otherwise the default one, is chosen."""
    store = Store.objects.filter(marketplace=marketplace, vendor=None).first()
    mapped = ""
    if marketplace.add_ons.get("locations") is not False:
        own = read_catalogue_policy(marketplace=marketplace)
        mapped = (rule_of(vendor, "merchant_location") if vendor else own.merchant_location) or ""
    at = mapped or (store.location_id if store else "")
    return tuple(_place(store, each, each["id"] == at) for each in _known(store))


def _known(store: Store | None) -> list[dict[str, Any]]:
    return list(store.locations) if store else []


def _place(store: Store | None, each: dict[str, Any], chosen: bool) -> Place:
    return Place(
        id=str(each["id"]),
        name=str(each.get("name", "")),
        active=bool(each.get("active", True)),
        default=store is not None and each["id"] == store.location_id,
        chosen=bool(chosen),
    )
