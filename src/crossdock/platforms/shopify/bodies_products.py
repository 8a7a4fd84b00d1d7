"""Webhook bodies of products and stock -> ours. They keep Shopify's old REST shape (bodies.py).

A body does not say whether a variant's stock is counted, nor what it weighs, and only a first hundred of variants. Its
stock figures are left out: they have no time of their own, inventory_levels/update has.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from crossdock.core.catalog import Level, Media, Product, Variant
from crossdock.platforms.shopify import words
from crossdock.platforms.shopify.mapping import micros, tags, utc
from crossdock.platforms.shopify.mapping_products import FAILED, options, values

UNSAID = ("tracked", "grams")


class _Option(Struct):
    name: str
    values: list[str] = []
    id: int = 0


class _Preview(Struct):
    src: str | None = None


class _Medium(Struct):
    id: int
    media_content_type: str = ""
    status: str | None = None
    alt: str | None = None
    preview_image: _Preview | None = None


class _Variant(Struct):
    id: int
    price: Decimal
    option1: str | None = None
    option2: str | None = None
    option3: str | None = None
    sku: str | None = None
    barcode: str | None = None
    compare_at_price: Decimal | None = None
    inventory_item_id: int | None = None
    inventory_policy: str | None = None


class _Product(Struct):
    id: int
    title: str
    updated_at: datetime
    variants: list[_Variant]
    handle: str | None = None
    status: str | None = None
    vendor: str | None = None
    product_type: str | None = None
    body_html: str | None = None
    tags: str | None = None
    options: list[_Option] | None = None
    media: list[_Medium] | None = None
    variant_gids: list[msgspec.Raw] | None = None


class _Level(Struct):
    inventory_item_id: int
    location_id: int
    updated_at: datetime
    available: int | None = None


_PRODUCT = msgspec.json.Decoder(_Product, strict=False)
_LEVEL = msgspec.json.Decoder(_Level, strict=False)


def product(body: bytes) -> Product:
    """A product. Raises msgspec.MsgspecError for a body that is not one."""
    of = _PRODUCT.decode(body)
    return Product(
        id=str(of.id),
        title=of.title,
        updated_at=utc(of.updated_at),
        handle=of.handle or "",
        status=words.product_status(of.status),
        vendor_name=of.vendor or "",
        product_type=of.product_type or "",
        html=of.body_html or "",
        tags=tags(tag.strip() for tag in (of.tags or "").split(",")),
        options=options((each.name, each.values, str(each.id)) for each in of.options or ()),
        media=tuple(_medium(each) for each in of.media or ()),
        variants=tuple(_variant(each, str(of.id)) for each in of.variants),
        whole=len(of.variant_gids or ()) <= len(of.variants),
        unsaid=UNSAID,
    )


def level(body: bytes) -> Level | None:
    """Stock of one item at one location; None where it is no longer kept. Raises msgspec.MsgspecError otherwise."""
    of = _LEVEL.decode(body)
    if of.available is None:
        return None
    return Level(str(of.inventory_item_id), str(of.location_id), of.available, micros(of.updated_at))


def _medium(of: _Medium) -> Media:
    kind = of.media_content_type.lower() or "image"
    url = of.preview_image.src if of.preview_image and kind == "image" else ""
    return Media(url=url or "", id=str(of.id), alt=of.alt or "", kind=kind, failed=of.status == FAILED)


def _variant(of: _Variant, product_id: str) -> Variant:
    chosen: Sequence[str | None] = (of.option1, of.option2, of.option3)
    return Variant(
        id=str(of.id),
        product_id=product_id,
        options=values(each for each in chosen if each is not None),
        sku=of.sku or "",
        barcode=of.barcode or "",
        price=of.price,
        compare_at=of.compare_at_price,
        item_id=str(of.inventory_item_id or ""),
        oversell=of.inventory_policy == "continue",
    )
