"""Vendure's shapes -> ours: products, variants, pictures, stock.

Not here: reading them (products.py, inventory.py).
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from crossdock.core.catalog import Level, Media, Option, Product, ProductStatus, Variant
from crossdock.platforms.vendure import drafts, wire

NOT_TRACKED = "FALSE"
INHERITED = "INHERIT"


def product(of: wire.Product, settings: wire.Settings, locations: Collection[str] = ()) -> Product:
    """A product, always whole. Its `updatedAt` does not move with its variants' or its stock's: the youngest of all
    does."""
    groups = [group.id for group in of.option_groups]
    return Product(
        id=of.id,
        title=of.name,
        updated_at=_youngest(of),
        handle=of.slug,
        status=ProductStatus.ACTIVE if of.enabled else ProductStatus.DRAFT,
        html=of.description,
        options=tuple(
            [Option(one.name, tuple(value.name for value in one.options), one.id) for one in of.option_groups]
        ),
        media=_media(of),
        variants=tuple([variant(one, of.id, groups, settings, locations) for one in of.variants]),
    )


def variant(
    of: wire.Variant, product_id: str, groups: Sequence[str], settings: wire.Settings, locations: Collection[str]
) -> Variant:
    """The price as the store keeps it, with or without taxes. A threshold below zero lets it be sold on."""
    chosen = {one.group_id: one.name for one in of.options}
    counted = tracked(of, settings)
    shown = [one for one in levels(of, settings) if not locations or one.location_id in locations]
    return Variant(
        id=of.id,
        product_id=product_id,
        options=tuple(chosen.get(group, "") for group in groups),
        sku=of.sku,
        price=Decimal(of.price).scaleb(-drafts.DIGITS),
        item_id=of.id,
        tracked=counted,
        oversell=counted and threshold(of, settings) < 0,
        available=sum(one.available for one in shown) if counted else None,
    )


def levels(of: wire.Variant, settings: wire.Settings, version: int = 0) -> list[Level]:
    """What may be sold at each place: on hand less allocated, and at the first place less what is kept back
    (`outOfStockThreshold`, of the whole variant)."""
    kept = max(threshold(of, settings), 0)
    found = []
    for one in sorted(of.stock_levels, key=lambda one: (len(one.stock_location_id), one.stock_location_id)):
        available = one.stock_on_hand - one.stock_allocated - kept
        found.append(Level(of.id, one.stock_location_id, available, version))
        kept = 0
    return found


def tracked(of: wire.Variant, settings: wire.Settings) -> bool:
    return settings.track_inventory if of.track_inventory == INHERITED else of.track_inventory != NOT_TRACKED


def threshold(of: wire.Variant, settings: wire.Settings) -> int:
    return settings.out_of_stock_threshold if of.use_global_out_of_stock_threshold else of.out_of_stock_threshold


def _youngest(of: wire.Product) -> datetime:
    moments = [of.updated_at, *(one.updated_at for one in of.variants)]
    moments += [level.updated_at for one in of.variants for level in one.stock_levels]
    return max(moments).astimezone(UTC)


def _media(of: wire.Product) -> tuple[Media, ...]:
    """The featured one first. Only images have an address that can be copied."""
    first = of.featured_asset.id if of.featured_asset else ""
    rows = sorted(of.assets, key=lambda one: one.id != first)
    return tuple([Media(one.source if one.type == "IMAGE" else "", one.id, kind=one.type.lower()) for one in rows])
