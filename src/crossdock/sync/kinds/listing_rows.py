"""Listings as their drain holds them: loaded with the vendor's product, links and rules, kept by state.

Not here: what a listing should be (core/listing_plan.py), or carrying it out (listing.py, listing_steps.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector.contract import Operation
from crossdock.core.catalog import Product, ProductStatus, Variant
from crossdock.core.listing import ListingAction
from crossdock.core.listing_policy import ListingPolicy, merge
from crossdock.sync.brake import VENDOR_DELETED
from crossdock.sync.catalogue_rows import product_of, variant_of
from crossdock.sync.db import named, one

_encode = msgspec.json.encode


class Step(Struct, frozen=True):
    """A write that the platform works on by itself; to be asked after from then on."""

    action: ListingAction
    operation: Operation
    after: datetime


_step_of = msgspec.json.Decoder(Step).decode


class LinkRow(Struct, frozen=True):
    """Which variant is which. `open`: an order of it still waits for its vendor."""

    listing_id: int
    vendor_variant_id: str
    merchant_variant_id: str
    ended: bool
    open: bool


class ListingRow(Struct):
    """A listing. JSON columns as text; `was` is the state it was found in, `seen` what was wanted then."""

    id: int
    marketplace_id: int
    vendor_id: int
    store_id: int
    product_id: str
    merchant_product_id: str
    origin: str
    state: str
    reason: str
    words: str
    reference: str
    seen: int
    written: str | None
    taken: str
    problems: str
    not_offered: str
    operation: str | None
    ending: str
    live_at: datetime | None
    ended_at: datetime | None
    data: bytes | None
    gone_at: datetime | None
    seen_at: datetime | None
    product_whole: bool | None
    deleted_at_merchant: bool
    catalogue_read: bool
    vendor_currency: str
    off_sale: bool
    off_at: datetime | None  # the vendor took it off sale, and it was allowed to follow
    was: str = ""
    taken_was: str = "[]"
    reason_was: str = ""
    off: int = 0  # to be kept: 1 = the vendor took it off sale, -1 = it did not after all
    settled: bool = False  # looked at as far as it was wanted, and kept
    product: Product | None = None
    links: tuple[LinkRow, ...] = ()

    @property
    def step(self) -> Step | None:
        return None if self.operation is None else _step_of(self.operation)

    def working(self, action: ListingAction, operation: Operation, after: datetime) -> None:
        self.operation = _encode(Step(action, operation, after)).decode()

    @property
    def fresh(self) -> bool:
        """Its first look ever: whatever else brings a listing here counts up what is wanted."""
        return self.was == "wanted" and self.seen == 1

    @property
    def comes_back(self) -> bool:
        """It ended, and goes on: by itself, or because it was chosen anew while the merchant had its product still."""
        return self.state == "ended" or (self.state == "wanted" and bool(self.merchant_product_id))

    @property
    def vendor_gone(self) -> bool:
        """The vendor's product is deleted or put away."""
        return self.gone_at is not None or (self.product is not None and self.product.status is ProductStatus.ARCHIVED)

    @property
    def ending_begun(self) -> bool:
        """It was allowed to end, and does."""
        return self.state == "live" and self.reason == VENDOR_DELETED and self.ended_at is not None

    @property
    def known(self) -> bool:
        """Enough is known of the vendor's product to say what the listing should be."""
        if self.gone_at is not None:
            return True
        told = self.product is not None and bool(self.product_whole)
        return told and (self.catalogue_read or bool(self.product and self.product.variants))


class Merchant(Struct, frozen=True):
    """The store that listings are made in, and the rules for one vendor's."""

    store_id: int
    marketplace_id: int
    currency: str
    location_id: str
    on: bool  # the add-on is active and products are synced
    policy: ListingPolicy


class When(Struct, frozen=True):
    """What is left for later: what lost its product after `settled`, for many that go together are seen together; and,
    up to `full_until`, what is to be made."""

    now: datetime
    settled: datetime
    full_until: datetime | None

    @property
    def full(self) -> bool:
        return self.full_until is not None and self.full_until > self.now


async def load(cursor: AsyncCursor[Any], vendor_id: int, store_id: int, size: int, when: When) -> list[ListingRow]:
    """A vendor's listings that are to be looked at, those on sale first."""
    parameters = {"vendor_id": vendor_id, "store_id": store_id, "size": size}
    await cursor.execute(named("load_listings"), parameters | msgspec.structs.asdict(when))
    rows = [ListingRow(*row) for row in await cursor.fetchall()]
    if not rows:
        return []
    variants = await _variants(cursor, rows)
    await cursor.execute(named("load_listing_links"), {"ids": [row.id for row in rows]})
    links: defaultdict[int, list[LinkRow]] = defaultdict(list)
    for link in [LinkRow(*row) for row in await cursor.fetchall()]:
        links[link.listing_id].append(link)
    for row in rows:
        row.was, row.taken_was, row.reason_was = row.state, row.taken, row.reason
        row.links = tuple(links[row.id])
        if row.data is not None:
            row.product = whole(product_of(row.data), variants[row.store_id, row.product_id])
    return rows


async def _variants(cursor: AsyncCursor[Any], rows: Sequence[ListingRow]) -> Mapping[tuple[int, str], list[Variant]]:
    columns = {"store_ids": [row.store_id for row in rows], "product_ids": [row.product_id for row in rows]}
    await cursor.execute(named("load_vendor_variants"), columns)
    found: defaultdict[tuple[int, str], list[Variant]] = defaultdict(list)
    for store_id, product_id, data in await cursor.fetchall():
        found[store_id, product_id].append(variant_of(data))
    return found


def resumed(link: LinkRow) -> LinkRow:
    return msgspec.structs.replace(link, ended=False)


def whole(product: Product, variants: Sequence[Variant]) -> Product:
    """With its variants in the order of its options' values: a store lists them so."""
    places = [{value: at for at, value in enumerate(option.values)} for option in product.options]

    def place(variant: Variant) -> tuple[int, ...]:
        return tuple(at.get(value, len(at)) for at, value in zip(places, variant.options, strict=False))

    return msgspec.structs.replace(product, variants=tuple(sorted(variants, key=place)))


async def merchant(cursor: AsyncCursor[Any], store_id: int, vendor_id: int) -> Merchant:
    await cursor.execute(named("load_merchant"), {"store_id": store_id, "vendor_id": vendor_id})
    marketplace_id, currency, location_id, add_ons = one(await cursor.fetchone())
    await cursor.execute(named("load_listing_rules"), {"store_id": store_id, "vendor_id": vendor_id})
    rules: dict[bool, dict[str, Any]] = {False: {}, True: {}}
    for own, *values in await cursor.fetchall():
        rules[own] = dict(zip(RULES, values, strict=True))
    policy = merge(rules[False], rules[True])
    if not add_ons.get("auto_variants", True):
        policy = msgspec.structs.replace(policy, auto_variants=False)
    own = rules[True].get("merchant_location")
    chosen = (rules[False].get("merchant_location") if own is None else own) or ""
    return Merchant(
        store_id=store_id,
        marketplace_id=marketplace_id,
        currency=currency,
        location_id=chosen if chosen and add_ons.get("locations", True) else location_id,
        on=bool(add_ons.get("vendor_store_connect", True)) and policy.product_sync,
        policy=policy,
    )


RULES = (
    "product_sync",
    "auto_variants",
    "inventory_sync",
    "fields",
    "price_factor",
    "price_amount",
    "price_rounding",
    "new_status",
    "on_delete",
    "stock_buffer",
    "lease_hours",
    "merchant_location",
    "conflicts",
)


async def save(cursor: AsyncCursor[Any], row: ListingRow, *, done: bool, now: datetime) -> bool:
    """False when a person moved it on meanwhile. `done`: it was looked at as far as it was wanted. After the commit the
    caller says that it is so (`kept`)."""
    await cursor.execute(
        named("save_listing"),
        {
            "id": row.id,
            "was": row.was,
            "state": row.state,
            "reason": row.reason,
            "words": row.words[:500],
            "merchant_product_id": row.merchant_product_id,
            "written": row.written,
            "taken": row.taken,
            "taken_was": row.taken_was,
            "not_offered": row.not_offered,
            "problems": row.problems,
            "operation": row.operation,
            "live_at": row.live_at,
            "ended_at": row.ended_at,
            "off": row.off,
            "seen": row.seen if done else 0,
            "now": now,
        },
    )
    kept = await cursor.fetchone() is not None
    row.settled = done or not kept
    return kept


def kept(row: ListingRow) -> None:
    """What was saved is committed."""
    row.was, row.taken_was = row.state, row.taken


async def join(cursor: AsyncCursor[Any], row: ListingRow, pairs: Sequence[tuple[str, str]], now: datetime) -> list[str]:
    """(vendor's, merchant's) variants that are the same; returns the merchant's whose link is new."""
    if not pairs:
        return []
    ordered = sorted({merchant_id: vendor_id for vendor_id, merchant_id in pairs}.items())
    await cursor.execute(
        named("join_variants"),
        {
            "listing_id": row.id,
            "merchant_product_id": row.merchant_product_id,
            "vendor_variant_ids": [vendor_id for _, vendor_id in ordered],
            "merchant_variant_ids": [merchant_id for merchant_id, _ in ordered],
            "now": now,
        },
    )
    return [found[0] for found in await cursor.fetchall()]


async def part(cursor: AsyncCursor[Any], row: ListingRow, ids: Sequence[str] | None, now: datetime) -> list[str]:
    """Links of these merchant's variants end (None = all of the listing's)."""
    parameters = {"listing_id": row.id, "merchant_variant_ids": None if ids is None else list(ids), "now": now}
    await cursor.execute(named("part_variants"), parameters)
    return [found[0] for found in await cursor.fetchall()]


async def left(cursor: AsyncCursor[Any], vendor_id: int, store_id: int, when: When) -> datetime | None:
    """When a vendor's next listing is to be looked at; None = none is."""
    parameters = {"vendor_id": vendor_id, "store_id": store_id}
    await cursor.execute(named("listings_left"), parameters | msgspec.structs.asdict(when))
    row = await cursor.fetchone()
    due_at: datetime | None = row[0] if row else None
    return due_at


async def unchanged(cursor: AsyncCursor[Any], rows: Sequence[ListingRow]) -> None:
    """Looked at, and nothing to be kept of it."""
    if rows:
        ordered = sorted(rows, key=lambda row: row.id)
        columns = {"ids": [row.id for row in ordered], "seens": [row.seen for row in ordered]}
        await cursor.execute(named("listings_unchanged"), columns)
