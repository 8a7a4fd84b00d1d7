"""Shopify's GraphQL shapes -> ours: products, variants, media, stock.

Not here: webhook bodies (bodies_products.py), or what we write (listing_inputs.py).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from crossdock.core.catalog import Level, Media, Option, Product, Variant
from crossdock.platforms.shopify import wire_products as wire
from crossdock.platforms.shopify import words
from crossdock.platforms.shopify.ids import number
from crossdock.platforms.shopify.mapping import micros, tags, utc

# A product without options has this one option, with this one value (FACTS section 6).
NO_OPTION, NO_VALUE = "Title", "Default Title"
_STANDALONE = (NO_VALUE,)
FAILED = "FAILED"  # of a medium: it could not be fetched (FACTS section 6)

GRAMS = {
    "GRAMS": Decimal(1),
    "KILOGRAMS": Decimal(1000),
    "POUNDS": Decimal("453.59237"),
    "OUNCES": Decimal("28.349523125"),
}
_MILLIGRAM = Decimal("0.001")


def product(
    of: wire.Product | wire.BulkLine,
    media: Iterable[wire.Medium | wire.BulkLine],
    variants: Iterable[Variant],
    *,
    whole: bool,
) -> Product:
    """A product with all its `media`, and those of its variants that are given."""
    assert of.updated_at is not None  # noqa: S101  every product has one; only other lines of a bulk file have not
    return Product(
        id=number(of.id),
        title=of.title,
        updated_at=utc(of.updated_at),
        handle=of.handle,
        status=words.product_status(of.status),
        vendor_name=of.vendor,
        product_type=of.product_type,
        html=of.description_html,
        tags=tags(of.tags),
        options=options((each.name, each.values, number(each.id)) for each in of.options),
        media=tuple([medium(each) for each in media]),
        variants=tuple(variants),
        whole=whole,
    )


def medium(of: wire.Medium | wire.BulkLine) -> Media:
    """The address of an image is not there until Shopify has processed it."""
    kind = of.media_content_type.lower()
    url, failed = of.image.url if of.image else "", of.status == FAILED
    return Media(url=url, id=number(of.id), alt=of.alt or "", kind=kind or "image", failed=failed)


def options(of: Iterable[tuple[str, Sequence[str], str]]) -> tuple[Option, ...]:
    """Without the one that stands for none, which is alone."""
    found = tuple(Option(name, tuple(values), id) for name, values, id in of)
    return () if [(one.name, one.values) for one in found] == [(NO_OPTION, _STANDALONE)] else found


def values(of: Iterable[str]) -> tuple[str, ...]:
    found = tuple(of)
    return () if found == _STANDALONE else found


def variant(of: Any, product_id: str, locations: int) -> Variant:
    """A variant of GraphQL or of a bulk file; its stock is summed over the `locations` that were asked for."""
    item = of.inventory_item
    weight = item.measurement.weight if item.measurement is not None else None
    chosen = tuple([each.value for each in of.selected_options])
    return Variant(
        number(of.id),
        product_id,
        () if chosen == _STANDALONE else chosen,
        of.sku or "",
        of.barcode or "",
        of.price,
        of.compare_at_price,
        grams(weight.unit, weight.value) if weight is not None else None,
        number(item.id),
        item.tracked,
        of.inventory_policy == "CONTINUE",
        _summed(item, locations) if locations else of.inventory_quantity,
    )


@lru_cache(4096)  # many variants weigh the same
def grams(unit: str, value: Decimal) -> Decimal | None:
    """To the milligram, so that a weight in pounds is one figure wherever it is read. Zero is what nobody entered."""
    if not value or unit not in GRAMS:
        return None
    return Decimal(format((value * GRAMS[unit]).quantize(_MILLIGRAM).normalize(), "f"))


def _summed(item: Any, locations: int) -> int:
    """Where the item is not stocked there is none."""
    found = 0
    for index in range(locations):
        level = getattr(item, f"level{index}")
        if level is not None and level.quantities:
            found += level.quantities[0].quantity
    return found


def level(item_id: str, of: wire.StockLevel) -> Level:
    return Level(number(item_id), number(of.location.id), of.quantities[0].quantity, micros(of.updated_at))
