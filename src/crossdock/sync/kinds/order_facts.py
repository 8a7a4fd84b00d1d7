"""What routing a batch of orders is decided from: links, catalogue matches, vendors, rules; one statement each.

Not here: the decision (order.py, core).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector import registry
from crossdock.connector.capabilities import Can
from crossdock.core import add_ons as add_ons_core
from crossdock.core.decision import Policy, PolicyOverride, merge
from crossdock.core.routing import Candidate, Found, Link, Routing, Wanted
from crossdock.sync.db import named

Here = tuple[int, str]  # a marketplace and a word of it


class _Listed(Struct, frozen=True):
    """Of a kept product, only whose it says it is."""

    vendor_name: str = ""


_listed = msgspec.json.Decoder(_Listed).decode


class VendorFacts(Struct, frozen=True):
    """A vendor as a decision sees it. `policy` is the marketplace's with the vendor's own over it; `most_lines` is what
    its platform takes in one order."""

    id: int
    active: bool
    store_id: int | None
    platform: str
    store_state: str
    add_on_active: bool
    connecting_active: bool
    policy: Policy
    most_lines: int | None
    catalogue_read: bool = True


class Facts(Struct, frozen=True):
    """Everything of the marketplaces that a batch of orders touches."""

    links: Mapping[Here, Link]
    skus: Mapping[Here, tuple[Candidate, ...]]
    titles: Mapping[Here, tuple[Candidate, ...]]
    names: Mapping[Here, int]
    listed: Mapping[Here, str] = {}  # the name on each product asked for; "" = none

    def links_of(self, marketplace_id: int, wanted: Wanted) -> dict[str, Link]:
        pairs = ((variant_id, self.links.get((marketplace_id, variant_id))) for variant_id in wanted.variant_ids)
        return {variant_id: link for variant_id, link in pairs if link is not None}

    def found_of(self, marketplace_id: int, wanted: Wanted) -> Found:
        m = marketplace_id
        return Found(
            by_sku={sku: self.skus[m, sku] for sku in wanted.skus if (m, sku) in self.skus},
            by_title={title: self.titles[m, title] for title in wanted.titles if (m, title) in self.titles},
            vendors_by_name={name: self.names[m, name] for name in wanted.vendor_names if (m, name) in self.names},
            vendors_by_product={
                id: self.names[m, name]
                for id in wanted.product_ids
                if (name := self.listed.get((m, id))) and (m, name) in self.names
            },
        )

    def unread(self, marketplace_id: int, split: Routing) -> frozenset[str]:
        """Products at the merchant that alone could say whose a line is, and that were never read."""
        silent = (
            each.line.product_id
            for each in split.lines
            if each.vendor_id is None and not each.line.gift_card and not each.line.vendor_name.strip()
        )
        return frozenset(id for id in silent if id and (marketplace_id, id) not in self.listed)


async def load(cursor: AsyncCursor[Any], wanted: Sequence[tuple[int, Wanted]]) -> Facts:
    """`wanted`: each order's marketplace and what its lines ask for. The catalogue is searched only for orders that
    have a line without a link."""
    links = await _links(cursor, {(m, id) for m, want in wanted for id in want.variant_ids})
    searching = [
        (m, want)
        for m, want in wanted
        if want.lines_without_variant or any((m, id) not in links for id in want.variant_ids)
    ]
    if not searching:
        return Facts(links, {}, {}, {})
    listed = await _listed_names(cursor, {(m, id) for m, want in searching for id in want.product_ids})
    names = {(m, name) for m, want in searching for name in want.vendor_names}
    names |= {(m, name) for (m, _), name in listed.items() if name}
    return Facts(
        links,
        await _candidates(cursor, "load_by_sku", "skus", {(m, sku) for m, want in searching for sku in want.skus}),
        await _candidates(cursor, "load_by_title", "titles", {(m, t) for m, want in searching for t in want.titles}),
        await _names(cursor, names),
        listed,
    )


async def _links(cursor: AsyncCursor[Any], asked: set[Here]) -> dict[Here, Link]:
    if not asked:
        return {}
    await cursor.execute(named("load_links"), _pairs(asked, "variant_ids"))
    return {
        (m, variant): Link(vendor, product, theirs) for m, variant, vendor, product, theirs in await cursor.fetchall()
    }


async def _candidates(
    cursor: AsyncCursor[Any], statement: str, column: str, asked: set[Here]
) -> dict[Here, tuple[Candidate, ...]]:
    if not asked:
        return {}
    await cursor.execute(named(statement), _pairs(asked, column))
    found: defaultdict[Here, list[Candidate]] = defaultdict(list)
    for m, word, vendor_id, product_id, variant_id in await cursor.fetchall():
        found[m, word].append(Candidate(vendor_id, product_id, variant_id))
    return {key: tuple(candidates) for key, candidates in found.items()}


async def _names(cursor: AsyncCursor[Any], asked: set[Here]) -> dict[Here, int]:
    if not asked:
        return {}
    await cursor.execute(named("load_vendor_names"), _pairs(asked, "names"))
    return {(m, name): vendor_id for m, name, vendor_id in await cursor.fetchall()}


async def _listed_names(cursor: AsyncCursor[Any], asked: set[Here]) -> dict[Here, str]:
    """The vendor's name on the merchant's products; "" = none. Decoded here: a text may hold what jsonb refuses."""
    if not asked:
        return {}
    await cursor.execute(named("load_merchant_products"), _pairs(asked, "product_ids"))
    return {(m, id): _listed(bytes(data)).vendor_name.strip() for m, id, data in await cursor.fetchall()}


def _pairs(asked: Iterable[Here], column: str) -> dict[str, Any]:
    ordered = sorted(asked)
    return {"marketplace_ids": [m for m, _ in ordered], column: [word for _, word in ordered]}


async def vendors(cursor: AsyncCursor[Any], by_marketplace: Mapping[int, set[int]]) -> dict[int, VendorFacts]:
    """The vendors that orders were split to, with the rules that hold for each."""
    ids = sorted({id for group in by_marketplace.values() for id in group})
    if not ids:
        return {}
    await cursor.execute(named("load_rules"), {"ids": sorted(by_marketplace)})
    rules = {row[0]: (row[1], _policy(row[2:])) for row in await cursor.fetchall()}
    await cursor.execute(named("load_vendors"), {"ids": ids})
    owner = {id: m for m, group in by_marketplace.items() for id in group}
    return {row[0]: _vendor(row, *rules[owner[row[0]]]) for row in await cursor.fetchall()}


def _vendor(row: Sequence[Any], add_ons: Mapping[str, bool], policy: Policy) -> VendorFacts:
    id, active, store_id, platform, state, catalogue_read, own_add_ons, *own = row
    switches = {**add_ons, **own_add_ons}
    override = PolicyOverride(**dict(zip(POLICY_FIELDS, own, strict=True)))
    can = registry.platform(platform).capabilities if platform else None
    return VendorFacts(
        id=id,
        active=active,
        store_id=store_id,
        platform=platform or "",
        store_state=state or "",
        add_on_active=add_ons_core.is_on(switches, add_ons_core.pushing(platform or "")),
        connecting_active=add_ons_core.is_on(switches, add_ons_core.CONNECTING),
        policy=merge(policy, override),
        most_lines=can.most_order_lines if can else None,
        catalogue_read=catalogue_read or can is None or can.read_catalogue.can is Can.NO,
    )


POLICY_FIELDS = (
    "order_sync",
    "paid_only",
    "push_unsynced",
    "override_customer",
    "merchant_name",
    "merchant_email",
    "merchant_phone",
    "minimum_value",
    "maximum_value",
    "minimum_quantity",
    "maximum_quantity",
)


def _policy(row: Sequence[Any]) -> Policy:
    given = {name: value for name, value in zip(POLICY_FIELDS, row, strict=True) if value is not None}
    return Policy(**given)
