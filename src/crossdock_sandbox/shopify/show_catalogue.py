"""How products, options, variants and pictures read in GraphQL: one table per type. Not for stock (`show_stock.py`)."""

import re
from html import unescape
from typing import Any

from crossdock_sandbox.shopify import catalogue, publications
from crossdock_sandbox.shopify.graph import Context, gid, number_of, page, when
from crossdock_sandbox.shopify.show import Table, first, metafield, metafields, numbered, or_none
from crossdock_sandbox.shopify.state_catalogue import Item, Media, Option, Product, Variant

_MARK = re.compile(r"<[^>]*>")


class OptionOf:
    """An option together with its product, which alone knows what is used of it."""

    __slots__ = ("it", "product")
    gql = "ProductOption"

    def __init__(self, it: Option, product: Product) -> None:
        self.it, self.product = it, product


def options(product: Product, args: dict[str, Any], _ctx: Any) -> list[OptionOf]:
    return [OptionOf(one, product) for one in first(product.options, args)]


def _text(html: str) -> str:
    return unescape(_MARK.sub(" ", html)).strip()


def in_order(product: Product, args: dict[str, Any]) -> list[Variant]:
    return sorted(product.variants, key=lambda one: one.id) if args.get("sortKey") == "ID" else product.variants


PRODUCT: Table = {
    **numbered("Product"),
    "description": lambda o, a, _c: _text(o.html)[: a.get("truncateAt")],
    "descriptionHtml": lambda o, _a, _c: o.html,
    "featuredMedia": lambda o, _a, _c: o.media[0] if o.media else None,
    "hasOnlyDefaultVariant": lambda o, _a, _c: o.plain,
    "hasOutOfStockVariants": lambda o, _a, _c: any(one.tracked and one.available <= 0 for one in o.variants),
    "isGiftCard": lambda _o, _a, _c: False,
    "media": lambda o, a, _c: page(o.media, a, lambda one: one.id),
    "mediaCount": lambda o, _a, _c: {"count": len(o.media), "precision": "EXACT"},
    "metafield": metafield,
    "metafields": metafields,
    "options": options,
    "productType": lambda o, _a, _c: o.product_type,
    "publishedAt": lambda o, _a, c: when(o.created_at) if publications.on_online_store(c.shop, o) else None,
    "publishedOnPublication": lambda o, a, _c: publications.is_on(o, number_of(a["publicationId"], "Publication")),
    "resourcePublicationsCount": lambda o, _a, _c: {"count": publications.count(o), "precision": "EXACT"},
    "totalInventory": lambda o, _a, _c: sum(one.available for one in o.variants if one.tracked),
    "tracksInventory": lambda o, _a, _c: any(one.tracked for one in o.variants),
    "variants": lambda o, a, _c: page(in_order(o, a), a, lambda one: one.id),
    "variantsCount": lambda o, _a, _c: {"count": len(o.variants), "precision": "EXACT"},
}


def _option_values(of: OptionOf, _args: Any, _ctx: Any) -> list[dict[str, Any]]:
    """All of them, used or not; `values` of the option are those in use."""
    used = catalogue.used_values(of.product)
    return [
        {"id": gid("ProductOptionValue", one.id), "name": one.name, "hasVariants": one.id in used,
         "linkedMetafieldValue": None}
        for one in of.it.values
    ]  # fmt: skip


def _used_names(of: OptionOf, _args: Any, _ctx: Any) -> list[str]:
    used = catalogue.used_values(of.product)
    return [one.name for one in of.it.values if one.id in used]


OPTION: Table = {
    "id": lambda o, _a, _c: gid("ProductOption", o.it.id),
    "name": lambda o, _a, _c: o.it.name,
    "optionValues": _option_values,
    "position": lambda o, _a, _c: o.product.options.index(o.it) + 1,
    "values": _used_names,
}


def selected_options(variant: Variant) -> list[dict[str, str]]:
    return [
        {"name": option.name, "value": value.name}
        for option, value in zip(variant.product.options, variant.values, strict=True)
    ]


def _quantity(variant: Variant, ctx: Context) -> int:
    ctx.saw(variant.id)
    return variant.available


VARIANT: Table = {
    **numbered("ProductVariant"),
    "availableForSale": lambda o, _a, _c: not o.tracked or o.policy == "CONTINUE" or o.available > 0,
    "barcode": or_none("barcode"),
    "compareAtPrice": lambda o, _a, _c: None if o.compare_at is None else f"{o.compare_at:.2f}",
    "displayName": lambda o, _a, _c: f"{o.product.title} - {o.title}",
    "inventoryItem": lambda o, _a, _c: Item(o),
    "inventoryPolicy": lambda o, _a, _c: o.policy,
    "inventoryQuantity": lambda o, _a, c: _quantity(o, c),
    "media": lambda o, a, _c: page([o.media] if o.media else [], a, lambda one: one.id),
    "metafield": lambda _o, _a, _c: None,
    "metafields": lambda _o, a, _c: page([], a, lambda one: one.id),
    "position": lambda o, _a, _c: o.product.variants.index(o) + 1,
    "price": lambda o, _a, _c: f"{o.price:.2f}",
    "selectedOptions": lambda o, _a, _c: selected_options(o),
    "sellableOnlineQuantity": lambda o, _a, _c: o.available if o.tracked else 0,
    "sku": lambda o, _a, _c: o.sku,
}


def _image(media: Media) -> dict[str, Any] | None:
    if media.status != "READY":
        return None
    return {"altText": media.alt or None, "height": 1024, "id": gid("ImageSource", media.id), "url": media.url,
            "width": 1024}  # fmt: skip


def _errors(media: Media) -> list[dict[str, Any]]:
    if media.status != "FAILED":
        return []
    words = "The image could not be downloaded."
    return [{"code": "IMAGE_DOWNLOAD_FAILURE", "details": words, "message": words}]


MEDIA: Table = {
    **numbered("MediaImage"),
    "alt": or_none("alt"),
    "fileStatus": lambda o, _a, _c: o.status,
    "image": lambda o, _a, _c: _image(o),
    "mediaContentType": lambda _o, _a, _c: "IMAGE",
    "mediaErrors": lambda o, _a, _c: _errors(o),
    "mimeType": lambda o, _a, _c: "image/jpeg" if o.status == "READY" else None,
    "originalSource": lambda o, _a, _c: {"fileSize": 4096, "url": o.url} if o.status == "READY" else None,
    "preview": lambda o, _a, _c: {"image": _image(o), "status": o.status},
}
SET_OPERATION: Table = {
    "id": lambda o, _a, _c: gid("ProductSetOperation", o.id),
    "userErrors": lambda o, _a, _c: o.errors,
}
