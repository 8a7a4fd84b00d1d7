"""Squarespace's shapes -> ours: products, variants, pictures, stock.

Not here: reading them (products.py, inventory.py).
"""

from collections.abc import Iterable
from decimal import Decimal

from crossdock.core.catalog import Level, Media, Option, Product, ProductStatus, Variant
from crossdock.platforms.squarespace import wire
from crossdock.platforms.squarespace.mapping import utc

# There is one place where a site keeps stock, and it has no name (FACTS section 4).
LOCATION, LOCATION_NAME = "site", "Squarespace"

GRAMS = {"KILOGRAM": Decimal(1000), "POUND": Decimal("453.59237")}
_MILLIGRAM = Decimal("0.001")


def product(of: wire.Product) -> Product:
    """A product, always whole: its variants come with it, all of them."""
    names = tuple(of.variant_attributes or ())
    variants = of.variants or []
    return Product(
        id=of.id,
        title=of.name or "",
        updated_at=utc(of.modified_on),
        handle=of.url_slug or "",
        status=ProductStatus.DRAFT if of.is_visible is False else ProductStatus.ACTIVE,
        html=of.description or "",
        tags=tuple(sorted((tag for tag in of.tags or () if tag), key=str.casefold)),
        options=tuple(Option(name, _values(variants, name)) for name in names),
        media=tuple(_media(each) for each in sorted(of.images or (), key=lambda each: each.order_index or 0)),
        variants=tuple(variant(each, of.id, names) for each in variants),
    )


def variant(of: wire.Variant, product_id: str, names: tuple[str, ...]) -> Variant:
    """On sale, what is asked is the sale's price and the other is what it was. Unlimited stock is not counted: the
    quantity is then only the last one known (FACTS section 4)."""
    pricing, stock = of.pricing or wire.Pricing(), of.stock or wire.VariantStock(unlimited=True)
    base, sale = _amount(pricing.base_price), _amount(pricing.sale_price)
    on_sale = bool(pricing.on_sale) and sale is not None
    chosen = of.attributes or {}
    return Variant(
        id=of.id,
        product_id=product_id,
        options=tuple(chosen.get(name, "") for name in names),
        sku=of.sku or "",
        barcode=of.gtin or "",
        price=sale if on_sale else base,
        compare_at=base if on_sale else None,
        grams=_grams(of.shipping_measurements),
        item_id=of.id,
        tracked=not stock.unlimited,
        available=None if stock.unlimited else stock.quantity,
    )


def level(of: wire.Stock, version: int) -> Level:
    return Level(of.variant_id, LOCATION, of.quantity, version)


def _values(variants: Iterable[wire.Variant], name: str) -> tuple[str, ...]:
    """In the order of the variants: the product's list has names only. One without the attribute has an empty value."""
    return tuple(dict.fromkeys((each.attributes or {}).get(name, "") for each in variants))


def _media(of: wire.Image) -> Media:
    return Media(url=of.url or "", id=of.id, alt=of.alt_text or "")


def _amount(of: wire.Money | None) -> Decimal | None:
    return of.value if of is not None else None


def _grams(of: wire.Measurements | None) -> Decimal | None:
    """To the milligram. Zero is what nobody entered."""
    weight = of.weight if of is not None else None
    if weight is None or not weight.value or weight.unit not in GRAMS:
        return None
    return Decimal(format((weight.value * GRAMS[weight.unit]).quantize(_MILLIGRAM).normalize(), "f"))
