"""Add-ons: switching them for the marketplace or one vendor, and what each needs besides to do its work.

Not here: what a rule makes of them (core/decision.py and the drains), or the order rules (settings.py).
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q
from msgspec import Struct

from crossdock.connector import registry
from crossdock.core import add_ons
from crossdock.models import Marketplace, Store, Vendor
from crossdock.operations import wanted
from crossdock.operations.catalogue_rules import read_catalogue_policy
from crossdock.operations.record import record
from crossdock.operations.settings import BadSetting, mark_waiting, read_order_policy
from crossdock.operations.what import What

STANDING = (Store.State.CONNECTED, Store.State.UNREACHABLE)


class Need(StrEnum):
    """Something that has to be so before an add-on or a rule does its work."""

    MERCHANT_STORE = "merchant_store"
    CONNECTING = "connecting"
    PUSHING = "pushing"
    VENDOR_STORES = "vendor_stores"
    ORDER_SYNC = "order_sync"
    PRODUCT_SYNC = "product_sync"
    INVENTORY_SYNC = "inventory_sync"
    VARIANT_RULE = "variant_rule"
    PLACES = "places"


class Needed(Struct, frozen=True):
    """`met` as things are now; `count` where it is about how many."""

    need: Need
    met: bool
    count: int = 0


class AddOn(Struct, frozen=True):
    """One switch. `own`: as it is switched for this vendor alone (None = as the marketplace); `on`: as it holds."""

    name: str
    on: bool
    own: bool | None
    platform: str
    needs: tuple[Needed, ...]

    @property
    def ready(self) -> bool:
        return self.on and all(each.met for each in self.needs)


class _Standing(Struct, frozen=True):
    """What the needs are judged by, read once."""

    switches: dict[str, bool]
    platforms: dict[str, int]  # vendors' stores that are connected, by platform
    merchant: bool
    places: bool
    rules: dict[str, bool]


LAST = (add_ons.LOCATIONS, add_ons.AUTO_VARIANTS, add_ons.VENDOR_MAPPING)


def read_add_ons(*, marketplace: Marketplace, vendor: Vendor | None = None) -> list[AddOn]:
    """Every add-on with its state; for a vendor those that may differ for it."""
    standing = _standing(marketplace, vendor)
    own = vendor.add_ons if vendor else {}
    names = [add_ons.CONNECTING, *map(add_ons.pushing, registry.platforms()), *LAST]
    return [
        AddOn(
            name,
            add_ons.is_on(standing.switches, name),
            own.get(name),
            _title(add_ons.platform_of(name)),
            _needs(name, standing),
        )
        for name in names
        if vendor is None or _concerns(vendor, name)
    ]


def order_needs(*, marketplace: Marketplace, vendor: Vendor | None = None) -> tuple[Needed, ...]:
    """What pushing orders stands on."""
    standing = _standing(marketplace, vendor)
    pushing = [name for name in standing.platforms if add_ons.is_on(standing.switches, add_ons.pushing(name))]
    ways = Needed(Need.PUSHING, len(pushing) == len(standing.platforms), len(standing.platforms) - len(pushing))
    return (
        *(_need(need, standing) for need in (Need.MERCHANT_STORE, Need.CONNECTING)),
        ways,
        *(_need(need, standing) for need in (Need.VENDOR_STORES, Need.INVENTORY_SYNC)),
    )


@transaction.atomic
def set_add_on(
    *, marketplace: Marketplace, add_on: str, on: bool | None, who: str, now: datetime, vendor: Vendor | None = None
) -> None:
    """Switch an add-on, such as "order_push:…"; for a vendor None = as the marketplace. Nothing is done or kept where
    it is so already. Raises BadSetting."""
    _check(add_on, on, vendor)
    kept = Marketplace.objects.select_for_update().get(pk=marketplace.pk)
    owner: Marketplace | Vendor = Vendor.objects.select_for_update().get(pk=vendor.pk) if vendor else kept
    before = owner.add_ons
    after = _after(before, add_on, on, own=vendor is not None)
    if after == before:
        return
    owner.add_ons = after
    owner.save(update_fields=["add_ons"])
    (vendor or marketplace).add_ons = after
    _look_again(marketplace, vendor, add_on, now)
    data = {"add_on": add_on, "on": on, "vendor": vendor.name if vendor else ""}
    data |= {"vendor_id": vendor.pk if vendor else None, "was": before.get(add_on, None if vendor else True)}
    record(What.ADD_ON_SWITCHED, marketplace=marketplace, who=who, now=now, data=data)


def _check(add_on: str, on: bool | None, vendor: Vendor | None) -> None:
    if not add_ons.NAMES.fullmatch(add_on):
        raise BadSetting(f"no add-on is called {add_on!r}", field="add_on")
    if vendor is not None and not add_ons.for_a_vendor(add_on):
        raise BadSetting(f"{add_on} is switched for the whole marketplace; a vendor has rules for it", field="add_on")
    if vendor is None and on is None:
        raise BadSetting("an add-on is on or off for the marketplace; only a vendor may leave it open", field="add_on")


def _after(before: dict[str, bool], add_on: str, on: bool | None, *, own: bool) -> dict[str, bool]:
    """The marketplace keeps only what is off; a vendor what it has otherwise."""
    others = {name: value for name, value in before.items() if name != add_on}
    if on is None or (on and not own):
        return others
    return others | {add_on: on}


def _look_again(marketplace: Marketplace, vendor: Vendor | None, add_on: str, now: datetime) -> None:
    mark_waiting(marketplace, vendor, now)
    wanted.want(
        marketplace_id=marketplace.pk,
        vendor=vendor,
        listings=add_on in (add_ons.AUTO_VARIANTS, add_ons.CONNECTING),
        levels=add_on == add_ons.LOCATIONS,
        now=now,
        reason="settings_changed",
    )
    if add_on == add_ons.LOCATIONS:
        wanted.read_stock(marketplace, None, now)


def _standing(marketplace: Marketplace, vendor: Vendor | None) -> _Standing:
    stores = list(
        Store.objects.filter(Q(vendor=None) | Q(state__in=STANDING), marketplace=marketplace)
        .filter(Q(vendor=None) | (Q(vendor=vendor) if vendor else Q(vendor__active=True)))
        .values_list("vendor_id", "platform", "state", "locations")
    )
    merchants = [row for row in stores if row[0] is None]
    platforms: dict[str, int] = {}
    for _, platform, _, _ in (row for row in stores if row[0] is not None):
        platforms[platform] = platforms.get(platform, 0) + 1
    return _Standing(
        switches=marketplace.add_ons | (vendor.add_ons if vendor else {}),
        platforms=platforms,
        merchant=any(state in STANDING for _, _, state, _ in merchants),
        places=any(len(places or ()) > 1 for _, _, _, places in stores),
        rules=_rules(marketplace, vendor),
    )


def _rules(marketplace: Marketplace, vendor: Vendor | None) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for owner in (None, vendor) if vendor else (None,):
        orders = read_order_policy(marketplace=marketplace, vendor=owner)
        goods = read_catalogue_policy(marketplace=marketplace, vendor=owner)
        own = {"order_sync": orders.order_sync}
        own |= {rule: getattr(goods, rule) for rule in ("product_sync", "inventory_sync", "auto_variants")}
        found |= {rule: value for rule, value in own.items() if value is not None}
    return found


def _needs(name: str, standing: _Standing) -> tuple[Needed, ...]:
    if add_ons.platform_of(name):
        needs = (Need.MERCHANT_STORE, Need.CONNECTING, Need.ORDER_SYNC)
        count = standing.platforms.get(add_ons.platform_of(name), 0)
        return (*(_need(each, standing) for each in needs), Needed(Need.VENDOR_STORES, count > 0, count))
    return tuple(_need(each, standing) for each in NEEDS[name])


NEEDS = {
    add_ons.CONNECTING: (Need.MERCHANT_STORE, Need.VENDOR_STORES),
    add_ons.LOCATIONS: (Need.CONNECTING, Need.INVENTORY_SYNC, Need.PLACES),
    add_ons.AUTO_VARIANTS: (Need.CONNECTING, Need.PRODUCT_SYNC, Need.VARIANT_RULE),
    add_ons.VENDOR_MAPPING: (Need.CONNECTING, Need.PRODUCT_SYNC, Need.VENDOR_STORES),
}
RULE_OF = {
    Need.ORDER_SYNC: "order_sync",
    Need.PRODUCT_SYNC: "product_sync",
    Need.INVENTORY_SYNC: "inventory_sync",
    Need.VARIANT_RULE: "auto_variants",
}


def _need(need: Need, standing: _Standing) -> Needed:
    if need in RULE_OF:
        return Needed(need, standing.rules.get(RULE_OF[need], False))
    if need is Need.VENDOR_STORES:
        count = sum(standing.platforms.values())
        return Needed(need, count > 0, count)
    if need is Need.CONNECTING:
        return Needed(need, add_ons.is_on(standing.switches, add_ons.CONNECTING))
    return Needed(need, standing.merchant if need is Need.MERCHANT_STORE else standing.places)


def _concerns(vendor: Vendor, name: str) -> bool:
    store = vendor.stores.first()
    platform = add_ons.platform_of(name)
    return add_ons.for_a_vendor(name) and (not platform or store is None or store.platform == platform)


def _title(platform: str) -> str:
    return registry.platforms()[platform].title if platform else ""
