"""WooCommerce's products and variations -> ours.

A product without variations is its own only variant, under the same id. Stock is kept under "<product>" or
"<product>/<variation>": a variation can only be written through its parent (FACTS, Products).
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from crossdock.core.catalog import Level, Media, Option, Product, Variant
from crossdock.platforms.woocommerce import wire_products as wire
from crossdock.platforms.woocommerce import words
from crossdock.platforms.woocommerce.mapping import EPOCH

PLACE = "store"  # WooCommerce has one place
VENDOR_NAME = "_crossdock_vendor_name"
REFERENCE = "_crossdock_reference"
ANY = "Any"  # a variation without a value for an attribute fits every one (FACTS, Products)
# Sold elsewhere, or no goods of their own: an order cannot be placed for them.
NOT_SOLD = frozenset({"external", "grouped"})
UNCATEGORISED = "uncategorized"


class Reading(Struct, frozen=True):
    """What a product's reader knows of its store: `grams` in one unit of its weights (None = not known). `vendor`: what
    is sold out without being counted is counted as none, so that nobody goes on offering it."""

    grams: Decimal | None = None
    vendor: bool = True


def product(of: wire.Product, variations: Iterable[wire.Variation], how: Reading) -> Product:
    """`variations` are all of them."""
    names = [each for each in of.attributes if each.variation] if of.variable else []
    if of.variable:
        variants = tuple(variation(each, str(of.id), names, how) for each in variations)
    else:
        variants = (sellable(of, str(of.id), (), str(of.id), how),)
    return Product(
        id=str(of.id),
        title=words.plain(of.name),
        updated_at=words.gmt(of.date_modified_gmt) or EPOCH,
        handle=of.slug or "",
        status=words.product_status(of.status),
        vendor_name=words.plain(of.brands[0].name) if of.brands else words.meta_text(of.meta(VENDOR_NAME)),
        product_type=kind(of),
        html=of.description or "",
        tags=tuple(sorted((words.plain(each.name) for each in of.tags), key=str.casefold)),
        options=tuple(option(each, at, variants) for at, each in enumerate(names)),
        media=tuple(Media(each.src or "", str(each.id), each.alt or "") for each in of.images),
        variants=variants,
        whole=True,
        unsaid=("grams",) if how.grams is None else (),
    )


def kind(of: wire.Product) -> str:
    """The first category is the product's type; the one that every product without any has is none."""
    names = [words.plain(each.name) for each in of.categories]
    return next((name for name in names if name.casefold() != UNCATEGORISED), "")


def option(of: wire.Attribute, at: int, variants: Iterable[Variant]) -> Option:
    values = [words.plain(value) for value in of.options]
    used = [variant.options[at] for variant in variants if at < len(variant.options)]
    return Option(words.plain(of.name), tuple(dict.fromkeys([*values, *used])), str(of.id or ""))


def variation(of: wire.Variation, parent_id: str, names: Iterable[wire.Attribute], how: Reading) -> Variant:
    said = {words.plain(each.name).casefold(): words.plain(str(each.option or "")) for each in of.attributes}
    options = tuple(said.get(words.plain(each.name).casefold()) or ANY for each in names)
    return sellable(of, parent_id, options, f"{parent_id}/{of.id}", how)


def sellable(of: wire.Sellable, product_id: str, options: tuple[str, ...], item_id: str, how: Reading) -> Variant:
    weight = words.maybe_amount(of.weight)
    price, regular = words.maybe_amount(of.price), words.maybe_amount(of.regular_price)
    crossed = regular if of.on_sale and regular is not None and price is not None and regular > price else None
    counted = stock_of(of, vendor=how.vendor, part="/" in item_id)
    return Variant(
        id=str(of.id),
        product_id=product_id,
        options=options,
        sku=str(of.sku or ""),
        barcode=str(of.global_unique_id or ""),
        price=price if price is not None else regular,
        compare_at=crossed,
        grams=weight * how.grams if weight is not None and how.grams is not None else None,
        item_id=item_id,
        tracked=counted is not None,
        oversell=(of.backorders or "no") != "no",
        available=counted,
    )


def stock_of(of: wire.Stock, *, vendor: bool, part: bool = False) -> int | None:
    """What is left; None = not counted. In the merchant's store only a figure of its own counts: one that is the
    parent's is shared by all variations. A variation (`part`) that a vendor switched off has none."""
    if vendor and part and of.status != "publish":
        return 0
    if of.manage_stock == "parent":
        return (of.available or 0) if vendor else None
    if of.manage_stock:
        return of.available or 0
    return 0 if vendor and of.stock_status == "outofstock" else None


def level(of: wire.Stock, item_id: str, *, vendor: bool) -> Level | None:
    """None = not counted."""
    left = stock_of(of, vendor=vendor, part="/" in item_id)
    if left is None:
        return None
    return Level(item_id, PLACE, left, words.micros(words.gmt(of.date_modified_gmt) or EPOCH))
