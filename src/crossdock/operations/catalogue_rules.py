"""The rules of products, variants and stock: the marketplace's and, where it differs, each vendor's; with history.

Not here: what a rule means or may be (core/listing_policy.py), or the order rules (settings.py).
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from crossdock.models import CataloguePolicy, CataloguePolicyChange, Marketplace, Store, Vendor
from crossdock.operations import looks, wanted
from crossdock.operations.catalogue_values import clean_rule
from crossdock.operations.record import record
from crossdock.operations.settings import BadSetting, NothingToRevert
from crossdock.operations.what import What

SWITCHES = ("product_sync", "auto_approve", "auto_variants", "inventory_sync")
WORDS = ("price_rounding", "new_status", "on_delete", "conflicts")
AMOUNTS = ("price_factor", "price_amount")
COUNTS = ("stock_buffer", "lease_hours", "poll_minutes")
PLACES = ("vendor_locations", "merchant_location")
RULES = (*SWITCHES, "fields", *AMOUNTS, *WORDS, *COUNTS, *PLACES)
# What looks again at what. Who approves and what becomes of later choices changes nothing that is there.
OF_LISTINGS = frozenset({"product_sync", "auto_variants", "fields", *AMOUNTS, *WORDS} - {"new_status"})
OF_LEVELS = frozenset({"inventory_sync", "stock_buffer", "lease_hours", *PLACES})
# The careful rules: proposals are looked at, new listings are drafts, what a vendor deletes is taken off sale only.
CAREFUL: dict[str, Any] = {
    "product_sync": True,
    "auto_approve": False,
    "auto_variants": True,
    "inventory_sync": True,
    "fields": {},
    "price_factor": Decimal(1),
    "price_amount": Decimal(0),
    "price_rounding": "none",
    "new_status": CataloguePolicy.NewStatus.DRAFT.value,
    "on_delete": CataloguePolicy.OnDelete.DRAFT.value,
    "conflicts": CataloguePolicy.Conflicts.MERCHANT.value,
    "stock_buffer": 0,
    "lease_hours": 24,
}


def read_catalogue_policy(*, marketplace: Marketplace, vendor: Vendor | None = None) -> CataloguePolicy:
    """The marketplace's own rules, or one vendor's overrides (unsaved and all null when it has none)."""
    found = CataloguePolicy.objects.filter(marketplace=marketplace, vendor=vendor).first()
    if found is not None:
        return found
    return CataloguePolicy(marketplace=marketplace, vendor=vendor, **({} if vendor else CAREFUL))


def create_catalogue_policy(*, marketplace: Marketplace, now: datetime) -> CataloguePolicy:
    """The careful rules of a new marketplace."""
    return CataloguePolicy.objects.create(marketplace=marketplace, updated_at=now, **CAREFUL)


def rule_of(vendor: Vendor, rule: str) -> Any:
    """What holds for a vendor: its own, or else the marketplace's."""
    own = getattr(read_catalogue_policy(marketplace=vendor.marketplace, vendor=vendor), rule)
    return getattr(read_catalogue_policy(marketplace=vendor.marketplace), rule) if own is None else own


def check_catalogue_policy(
    *, marketplace: Marketplace, vendor: Vendor | None, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """`changes` in the rows' own types; `fields` whole, with what stays. Raises BadSetting naming the rule."""
    policy = read_catalogue_policy(marketplace=marketplace, vendor=vendor)
    clean: dict[str, Any] = {}
    for rule, value in changes.items():
        if rule not in RULES:
            raise BadSetting(f"no setting is called {rule!r}; there are {', '.join(RULES)}", field=rule)
        clean[rule] = clean_rule(rule, value, own=vendor is None, fields=policy.fields)
    _check_places(marketplace, vendor, clean)
    looks.check_lease(marketplace, vendor, clean)
    return clean


@transaction.atomic
def set_catalogue_policy(
    *, marketplace: Marketplace, changes: Mapping[str, Any], who: str, now: datetime, vendor: Vendor | None = None
) -> CataloguePolicyChange | None:
    """Change rules; null in a vendor's rules means "as the marketplace". What the change touches is looked at again:
    listings for what they say and cost, levels for what is offered. Returns None when nothing differs. Raises
    BadSetting."""
    Marketplace.objects.select_for_update().get(pk=marketplace.pk)
    clean = check_catalogue_policy(marketplace=marketplace, vendor=vendor, changes=changes)
    policy = read_catalogue_policy(marketplace=marketplace, vendor=vendor)
    before = {rule: getattr(policy, rule) for rule in clean if getattr(policy, rule) != clean[rule]}
    if not before:
        return None
    for rule in before:
        setattr(policy, rule, clean[rule])
    policy.updated_at = now
    policy.save()
    after = {rule: clean[rule] for rule in before}
    change = CataloguePolicyChange.objects.create(
        policy=policy, at=now, who=who, before=_plain(before), after=_plain(after)
    )
    data = {"vendor": vendor.name if vendor else "", "before": change.before, "after": change.after}
    record(What.CATALOGUE_POLICY_CHANGED, marketplace=marketplace, who=who, now=now, data=data | {"change": change.pk})
    _look_again(marketplace, vendor, frozenset(before), now)
    return change


@transaction.atomic
def revert_catalogue_change(*, change: CataloguePolicyChange, who: str, now: datetime) -> CataloguePolicyChange:
    """Put back what a change replaced. Raises NothingToRevert when a rule was changed again since."""
    policy = change.policy
    if _plain({rule: getattr(policy, rule) for rule in change.after}) != change.after:
        raise NothingToRevert("a later change replaced these values")
    back = {rule: value for rule, value in change.before.items() if rule != "fields"}
    if "fields" in change.before:
        gone = dict.fromkeys(change.after["fields"])  # null takes a field's own way away
        back["fields"] = gone | change.before["fields"]
    made = set_catalogue_policy(marketplace=policy.marketplace, vendor=policy.vendor, changes=back, who=who, now=now)
    if made is None:
        raise NothingToRevert("nothing differs")
    return made


def look_again(*, marketplace: Marketplace, rules: frozenset[str], now: datetime) -> None:
    """Listings and levels that these rules touch, inside the caller's transaction."""
    _look_again(marketplace, None, rules, now)


def _look_again(marketplace: Marketplace, vendor: Vendor | None, rules: frozenset[str], now: datetime) -> None:
    wanted.want(
        marketplace_id=marketplace.pk,
        vendor=vendor,
        listings=bool(rules & OF_LISTINGS),
        levels=bool(rules & OF_LEVELS),
        now=now,
        reason="settings_changed",
    )
    if "poll_minutes" in rules:
        looks.retime(marketplace, vendor, now)
    if "vendor_locations" in rules:
        wanted.read_stock(marketplace, vendor, now)


def _check_places(marketplace: Marketplace, vendor: Vendor | None, clean: Mapping[str, Any]) -> None:
    """Locations are ids that the store has told of; another store's would silently offer nothing."""
    if clean.get("vendor_locations"):
        if vendor is None:
            raise BadSetting("vendor_locations are a vendor's; choose the vendor", field="vendor_locations")
        _check_known(Store.objects.filter(vendor=vendor).first(), clean["vendor_locations"], "vendor_locations")
    if clean.get("merchant_location"):
        if marketplace.add_ons.get("locations") is False:
            raise BadSetting("the add-on Locations is off; switch it on first", field="merchant_location")
        store = Store.objects.filter(marketplace=marketplace, vendor=None).first()
        _check_known(store, [clean["merchant_location"]], "merchant_location")


def _check_known(store: Store | None, ids: list[str], rule: str) -> None:
    known = {each["id"]: each for each in (store.locations if store else [])}
    for one in ids:
        if one not in known:
            there = ", ".join(f"{each['id']} ({each['name']})" for each in known.values()) or "none known yet"
            raise BadSetting(f"the store has no location {one!r}; there are: {there}", field=rule)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {rule: f"{value.normalize():f}" if isinstance(value, Decimal) else value for rule, value in values.items()}
