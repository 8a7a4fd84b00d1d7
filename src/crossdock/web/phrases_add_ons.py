"""Add-ons in words: what each does, and what it still needs. Not here: switching them (operations/add_ons.py)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crossdock.connector import registry
from crossdock.core.add_ons import AUTO_VARIANTS, CONNECTING, LOCATIONS, VENDOR_MAPPING, platform_of
from crossdock.operations.add_ons import Need
from crossdock.web.phrase import Phrase, Words

PUSHING = Phrase(
    _("Order push to %(platform)s"),
    _("Orders are pushed to vendors' stores of this platform. Off: they are made by hand."),
)
ADD_ONS: dict[str, Phrase] = {
    CONNECTING: Phrase(
        _("Vendor store connection"),
        _("Vendors' stores are joined with yours: products, stock and orders. Off: vendors work by hand."),
    ),
    LOCATIONS: Phrase(
        _("Locations"),
        _("You choose which of a vendor's locations count, and where your store keeps the stock. Off: all, default."),
    ),
    AUTO_VARIANTS: Phrase(
        _("Auto add and remove variants"),
        _("Variants that vendors add or take away follow on your listings. Off: for nobody, whatever the rule says."),
    ),
    VENDOR_MAPPING: Phrase(
        _("Mapping by vendors"),
        _("Vendors confirm which of their products are listings of yours. Off: only your people do."),
    ),
}
# When it is met, and when it is not.
NEEDS: dict[Need, tuple[Words, Words]] = {
    Need.MERCHANT_STORE: (_("Your store is connected"), _("Your store is not connected. Connect it")),
    Need.CONNECTING: (_("Vendors' stores are joined"), _("Vendors' stores are not joined. Switch that on")),
    Need.PUSHING: (
        _("Order push is on for your vendors' platforms"),
        _("Order push is off for a platform that vendors have. Switch it on"),
    ),
    Need.VENDOR_STORES: (_("Vendors' stores are connected"), _("No vendor's store is connected. See to vendors")),
    Need.ORDER_SYNC: (_("Order sync is enabled"), _("Order sync is off. Enable it")),
    Need.PRODUCT_SYNC: (_("Product sync is enabled"), _("Product sync is off. Enable it")),
    Need.INVENTORY_SYNC: (
        _("Inventory sync is enabled"),
        _("Inventory sync is off, so stock will not match. Enable it"),
    ),
    Need.VARIANT_RULE: (_("The rule is on under Variant sync"), _("The rule is off under Variant sync. Switch it on")),
    Need.PLACES: (
        _("A store has more than one location"),
        _("No store has more than one location yet, so there is nothing to choose. See to stores"),
    ),
}
SWITCHED: dict[bool | None, Words] = {
    True: _("%(add_on)s: on"),
    False: _("%(add_on)s: off"),
    None: _("%(add_on)s: as the marketplace"),
}


def add_on_title(name: str) -> str:
    """What an add-on is called; its code where it is not known any more."""
    platform = platform_of(name)
    if not platform:
        return str(ADD_ONS[name].title) if name in ADD_ONS else name
    known = registry.platforms().get(platform)
    return str(PUSHING.title) % {"platform": known.title if known else platform}


def add_on_change(data: Mapping[str, Any]) -> str:
    """What a switch did, from its activity."""
    return str(SWITCHED[data.get("on")]) % {"add_on": add_on_title(str(data.get("add_on", "")))}
