"""What if? — what a change of the rules of products, variants and stock would do, before anybody saves it.

Every listing is planned twice from what was last read, by the rules that hold and by those that are tried, and the
difference is told; so for stock figures. Nothing is read from a store, nothing is written. Not here: the rules of
orders (preview.py).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.core.listing_policy import ListingPolicy
from crossdock.models import Level, Listing, Marketplace, Vendor
from crossdock.operations.catalogue_rules import OF_LISTINGS, check_catalogue_policy, read_catalogue_policy
from crossdock.operations.listing_cases import MADE, Planned, Seen, plan_listings, policies_of
from crossdock.operations.listing_writes import Write, writes
from crossdock.operations.stock_story import figures
from crossdock.sync.kinds.level_rows import LevelRow

MOST_LISTINGS = 1_000  # two to three milliseconds each, of a page that somebody waits for
MOST_LEVELS = 5_000
MOST_NAMED = 10
CHUNK = 500
LISTING_RULES = OF_LISTINGS | {"new_status"}  # of what is still to be made
SEEN_LEVELS = frozenset({"inventory_sync", "stock_buffer"})  # the other rules of stock show after reading anew


class Example(Struct, frozen=True):
    """One value that would change. `field` as in listing_writes.Write, or "stock"; `variant` its title, "" = the
    product's."""

    listing_id: int | None
    product: str
    vendor: str
    variant: str
    field: str
    before: str
    after: str


class CataloguePreview(Struct, frozen=True):
    """`changed` listings of `looked` (of `listings` in all) would be written; `fields` counts the values by field.
    `stopped` listings would not get what is on its way to them now. `levels` figures of `levels_looked` (of
    `levels_all`) would be others. `later`: rules that only count for what comes. `named` are the first few values."""

    differs: bool
    listings: int
    looked: int
    changed: int
    stopped: int
    fields: dict[str, int]
    levels_all: int
    levels_looked: int
    levels: int
    later: tuple[str, ...]
    named: tuple[Example, ...]


def preview_catalogue_policy(
    *, marketplace: Marketplace, changes: Mapping[str, Any], vendor: Vendor | None = None
) -> CataloguePreview:
    """What saving `changes` would do. Raises settings.BadSetting."""
    clean = check_catalogue_policy(marketplace=marketplace, vendor=vendor, changes=changes)
    now = read_catalogue_policy(marketplace=marketplace, vendor=vendor)
    differing = {rule: value for rule, value in clean.items() if getattr(now, rule) != value}
    trial = _Trial(marketplace, vendor, differing)
    if LISTING_RULES & differing.keys():
        trial.listings()
    if SEEN_LEVELS & differing.keys():
        trial.levels()
    later = tuple(rule for rule in differing if rule not in LISTING_RULES | SEEN_LEVELS)
    return CataloguePreview(bool(differing), later=later, **trial.found())


class _Trial:
    """The rules that hold beside those that are tried, and what is found on the way."""

    def __init__(self, marketplace: Marketplace, vendor: Vendor | None, differing: Mapping[str, Any]) -> None:
        self._place = marketplace
        self._owner = vendor.pk if vendor else None
        self._differing = differing
        self._count = Counter[str]()
        self._fields = Counter[str]()
        self._named: list[Example] = []

    def found(self) -> dict[str, Any]:
        names = ("listings", "looked", "changed", "stopped", "levels_all", "levels_looked", "levels")
        return {name: self._count[name] for name in names} | {
            "fields": dict(self._fields.most_common()),
            "named": tuple(self._named[:MOST_NAMED]),
        }

    def listings(self) -> None:
        rows = Listing.objects.filter(marketplace=self._place, state__in=MADE).select_related("vendor").order_by("pk")
        if self._owner is not None:
            rows = rows.filter(vendor=self._owner)
        self._count["listings"] = rows.count()
        for some in _cut(list(rows[:MOST_LISTINGS])):
            now, then = self._rules({row.vendor_id for row in some})
            seen = Seen(self._place, some)
            by_now, by_then = (
                plan_listings(marketplace=self._place, listings=some, policies=rules, seen=seen)
                for rules in (now, then)
            )
            for one, other in zip(by_now, by_then, strict=True):
                self._compare(one, other)

    def levels(self) -> None:
        rows = Level.objects.filter(marketplace=self._place).order_by("pk")
        if self._owner is not None:
            rows = rows.filter(vendor=self._owner)
        self._count["levels_all"] = rows.count()
        for some in _cut(list(rows[:MOST_LEVELS].values_list("pk", flat=True))):
            found = figures(marketplace=self._place, ids=some)
            _, then = self._rules({row.vendor_id for _, row, _ in found})
            for figure, row, decision in found:
                self._count["levels_looked"] += 1
                target = _target(row, then[row.vendor_id])
                if target != decision.target:
                    self._count["levels"] += 1
                    before, after = ("" if each is None else str(each) for each in (decision.target, target))
                    self._name(Example(figure.listing_id, figure.title, figure.vendor, "", "stock", before, after))

    def _rules(self, vendors: set[int]) -> tuple[dict[int, ListingPolicy], dict[int, ListingPolicy]]:
        return (
            policies_of(self._place, vendors),
            policies_of(self._place, vendors, changes=self._differing, owner=self._owner),
        )

    def _compare(self, now: Planned, then: Planned) -> None:
        self._count["looked"] += 1
        known = {(write.field, write.variant): write for write in writes(now)}
        new = {(write.field, write.variant): write for write in writes(then)}
        more = [write for key, write in new.items() if key not in known or known[key].after != write.after]
        self._count["changed"] += bool(more)
        self._count["stopped"] += bool(known.keys() - new.keys())
        self._fields.update(write.field for write in more)
        for write in more:
            self._name(_example(then, write, known.get((write.field, write.variant))))

    def _name(self, example: Example) -> None:
        """One of each product first: ten variants of one tell less than ten products."""
        if len(self._named) < MOST_NAMED and all(each.product != example.product for each in self._named):
            self._named.append(example)


def _example(planned: Planned, write: Write, known: Write | None) -> Example:
    """What would be written by the rules that hold stands for what is there, where nothing is there yet."""
    before = write.before or (known.after if known else "")
    title = write.title if write.variant and write.title != planned.title else ""
    row = planned.listing
    return Example(row.pk, planned.title, row.vendor.name, title, write.field, before, write.after)


def _target(row: LevelRow, policy: ListingPolicy) -> int | None:
    """The level's target by other rules."""
    tried = msgspec.structs.replace(row, inventory_sync=policy.inventory_sync, buffer=policy.stock_buffer)
    return tried.decide().target


def _cut(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))
