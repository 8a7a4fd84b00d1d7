"""Products and variations in the API's shape. Not for changing them (`products.py`, `catalogue.py`)."""

import re
from decimal import Decimal
from typing import Any

from crossdock_sandbox.woocommerce import money
from crossdock_sandbox.woocommerce.call import Call, links
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Attribute, Image, Meta, Product

Json = dict[str, Any]
RELATED = 5
UNCATEGORIZED = 15  # of every fresh shop
PLAIN: Json = {
    "featured": False, "catalog_visibility": "visible", "description": "", "short_description": "",
    "date_on_sale_from": None, "date_on_sale_from_gmt": None, "date_on_sale_to": None, "date_on_sale_to_gmt": None,
    "downloads": [], "download_limit": -1, "download_expiry": -1, "external_url": "", "button_text": "",
    "tax_status": "taxable", "tax_class": "", "low_stock_amount": None, "sold_individually": False,
    "shipping_class": "", "shipping_class_id": 0, "reviews_allowed": True, "upsell_ids": [], "cross_sell_ids": [],
    "purchase_note": "", "default_attributes": [], "grouped_products": [], "menu_order": 0, "post_password": "",
}  # fmt: skip


def meta(rows: list[Meta]) -> list[Json]:
    return [{"id": one.id, "key": one.key, "value": one.value} for one in rows]


def plain(it: Product, name: str) -> Any:
    return it.plain.get(name, PLAIN[name])


def image_url(address: str, src: str) -> str:
    return src if "://" in src else f"{address}/wp-content/uploads/{src}"


def _image(call: Call, it: Image) -> Json:
    shop = call.shop
    return {
        "id": it.id,
        "date_created": shop.local(it.created_at),
        "date_created_gmt": shop.gmt(it.created_at),
        "date_modified": shop.local(it.created_at),
        "date_modified_gmt": shop.gmt(it.created_at),
        "src": image_url(call.address, it.src),
        "name": it.name,
        "alt": it.alt,
    }


def _dates(shop: Shop, it: Product) -> Json:
    return {
        "date_created": shop.local(it.created_at),
        "date_created_gmt": shop.gmt(it.created_at),
        "date_modified": shop.local(it.modified_at),
        "date_modified_gmt": shop.gmt(it.modified_at),
    }


def _stock(it: Product) -> Json:
    """A variation that leaves counting to its parent shows the parent's figure (FACTS, Products)."""
    holder = it.holder
    managed = holder is not None
    backorders = holder.backorders if holder is not None else it.backorders
    quantity = holder.stock if holder is not None else None
    status = holder.stock_status if holder is not None else it.stock_status
    return {
        "manage_stock": it.manage if managed or it.manage is not True else True,
        "stock_quantity": quantity,
        "stock_status": status,
        "backorders": backorders,
        "backorders_allowed": backorders != "no",
        "backordered": status == "onbackorder",
        "low_stock_amount": plain(it, "low_stock_amount"),
    }


def permalink(call: Call, it: Product) -> str:
    if it.parent is not None:
        chosen = "&".join(f"attribute_{_key(it.parent, name)}={_value(it.parent, name, option)}"
                          for name, option in it.choices)  # fmt: skip
        return f"{call.address}/product/{it.parent.slug}/{'?' if chosen else ''}{chosen}"
    if it.status in ("trash", "draft", "pending"):
        return f"{call.address}/?post_type=product&p={it.id}"
    return f"{call.address}/product/{it.slug}/"


def _shared(parent: Product, name: str) -> Attribute | None:
    return next((one for one in parent.attributes if one.name.lower() == name.lower()), None)


def _key(parent: Product, name: str) -> str:
    found = _shared(parent, name)
    return (found.slug if found else name).lower().replace(" ", "-")


def _value(parent: Product, name: str, option: str) -> str:
    found = _shared(parent, name)
    return option.lower().replace(" ", "-") if found and found.id else option


def chosen_keys(it: Product) -> list[tuple[str, str, str, str]]:
    """Of a variation's choices: key and value as they are kept, and both as they are shown."""
    parent = it.parent
    if parent is None:
        return []
    return [(_key(parent, name), _value(parent, name, option), name, option) for name, option in it.choices]


def _price_html(call: Call, it: Product) -> str:
    currency = call.shop.currency
    prices = [Decimal(one.price) for one in it.variations if one.price]
    if it.kind == "variable":
        return money.range_html(min(prices), max(prices), currency) if prices else ""
    if it.kind == "grouped":
        inside = [call.shop.products[one] for one in plain(it, "grouped_products") if one in call.shop.products]
        found = [Decimal(one.price) for one in inside if one.price]
        return money.range_html(min(found), max(found), currency) if found else ""
    return money.price_html(it.regular, it.sale, currency)


def _price(call: Call, it: Product) -> str:
    if it.kind != "grouped":
        return it.price
    inside = [call.shop.products[one] for one in plain(it, "grouped_products") if one in call.shop.products]
    prices = [one.price for one in inside if one.price]
    return min(prices, key=Decimal) if prices else ""


def _on_sale(call: Call, it: Product) -> bool:
    if it.kind == "grouped":
        known = call.shop.products
        return any(known[one].sale for one in plain(it, "grouped_products") if one in known)
    return any(one.sale for one in it.variations) if it.kind == "variable" else bool(it.sale)


def paragraphs(text: str) -> str:
    """As WordPress shows a text: in paragraphs, unless it is in blocks already."""
    if not text.strip():
        return ""
    if re.match(r"\s*<(p|div|ul|ol|h\d|table|blockquote|figure|!--)\b", text):
        return f"{text.strip()}\n"
    rows = (each.strip().replace("\n", "<br />\n") for each in re.split(r"\n\s*\n", text.strip()))
    return "".join(f"<p>{each}</p>\n" for each in rows)


def _attributes(it: Product) -> list[Json]:
    if it.parent is not None:
        return choices(it)
    return [
        {"id": one.id, "name": one.name, "slug": one.slug, "position": one.position, "visible": one.visible,
         "variation": one.variation, "options": one.options}
        for one in it.attributes
    ]  # fmt: skip


def choices(it: Product) -> list[Json]:
    parent = it.parent
    rows = []
    for key, _, name, option in chosen_keys(it):
        found = _shared(parent, name) if parent is not None else None
        rows.append({"id": found.id if found else 0, "name": found.name if found else name, "slug": key,
                     "option": option})  # fmt: skip
    return rows


def _related(shop: Shop, it: Product) -> list[int]:
    """Of the real thing's choice by chance, some of the same category."""
    found: dict[int, None] = {}
    for category in it.categories:
        for number in shop.by_category.get(category, ())[: 2 * RELATED]:
            if number != it.id and number in shop.products and shop.products[number].status == "publish":
                found[number] = None
    return list(found)[:RELATED]


def _terms(shop: Shop, kind: str, numbers: list[int]) -> list[Json]:
    rows = shop.terms.get(kind, {})
    return [{"id": one, "name": rows[one].name, "slug": rows[one].slug} for one in numbers if one in rows]


def told(call: Call, it: Product) -> None:
    """The answer tells its stock."""
    if call.shop.ledger is not None and (holder := it.holder) is not None:
        call.told.update((it.id, holder.id))


def product(call: Call, it: Product, *, edit: bool = False, created: bool = False) -> Json:
    """A product, or a variation as the products endpoint shows it. `edit`: the answer to a write."""
    told(call, it)
    shop = call.shop
    variation = it.parent is not None
    images = it.images or (it.parent.images[:1] if it.parent is not None else [])
    shape: Json = {
        "id": it.id,
        "name": it.full_name,
        "slug": it.slug,
        "permalink": permalink(call, it),
        **_dates(shop, it),
        "type": it.kind,
        "status": it.status,
        **{name: plain(it, name) for name in ("featured", "catalog_visibility")},
        **{name: plain(it, name) if edit else paragraphs(plain(it, name)) for name in ("description",
                                                                                       "short_description")},
        "sku": it.sku,
        "price": _price(call, it),
        "regular_price": "" if it.kind == "variable" else it.regular,
        "sale_price": "" if it.kind == "variable" else it.sale,
        **{name: plain(it, name) for name in ("date_on_sale_from", "date_on_sale_from_gmt", "date_on_sale_to",
                                              "date_on_sale_to_gmt")},
        "on_sale": _on_sale(call, it),
        "purchasable": it.kind not in ("external", "grouped") and bool(it.price),
        "total_sales": str(it.total_sales) if variation else it.total_sales,
        "virtual": it.virtual,
        "downloadable": it.downloadable,
        **{name: plain(it, name) for name in ("downloads", "download_limit", "download_expiry", "external_url",
                                              "button_text", "tax_status", "tax_class")},
        **_stock(it),
        "sold_individually": plain(it, "sold_individually"),
        "weight": it.weight,
        "dimensions": it.dimensions,
        "shipping_required": not it.virtual,
        "shipping_taxable": not it.virtual,
        **{name: plain(it, name) for name in ("shipping_class", "shipping_class_id")},
        "reviews_allowed": not variation and plain(it, "reviews_allowed"),
        "average_rating": "0" if edit else "0.00",
        "rating_count": 0,
        **{name: plain(it, name) for name in ("upsell_ids", "cross_sell_ids")},
        "parent_id": it.parent.id if it.parent is not None else 0,
        "purchase_note": plain(it, "purchase_note"),
        "categories": _terms(shop, "categories", it.categories or [UNCATEGORIZED]),
        "brands": _terms(shop, "brands", it.brands),
        "tags": _terms(shop, "tags", it.tags),
        "images": [_image(call, one) for one in images],
        "attributes": _attributes(it),
        "default_attributes": plain(it, "default_attributes"),
        "variations": [one.id for one in it.variations],
        "grouped_products": plain(it, "grouped_products"),
        "menu_order": plain(it, "menu_order"),
        "price_html": _price_html(call, it),
        "related_ids": _related(shop, it),
        "meta_data": meta(it.meta),
        "has_options": it.kind == "variable",
        "post_password": plain(it, "post_password"),
        "global_unique_id": it.gtin,
    }  # fmt: skip
    if edit:
        shape |= {"permalink_template": f"{call.address}/product/%pagename%/",
                  "generated_slug": it.slug.removesuffix("__trashed")}  # fmt: skip
    return shape | {"_links": links(call, f"products/{it.id}", "products",
                                    up=f"products/{it.parent.id}" if it.parent is not None else "")}  # fmt: skip


def variation(call: Call, it: Product, parent: Product) -> Json:
    """A variation as its parent's endpoint shows it."""
    told(call, it)
    stock = _stock(it)
    status = stock.pop("stock_status")
    images = it.images or parent.images[:1]
    own = f"products/{parent.id}/variations"
    return {
        "id": it.id,
        "type": "variation",
        **_dates(call.shop, it),
        "description": paragraphs(plain(it, "description")),
        "permalink": permalink(call, it),
        "sku": it.sku,
        "global_unique_id": it.gtin,
        "price": it.price,
        "regular_price": it.regular,
        "sale_price": it.sale,
        **{name: plain(it, name) for name in ("date_on_sale_from", "date_on_sale_from_gmt", "date_on_sale_to",
                                              "date_on_sale_to_gmt")},
        "on_sale": bool(it.sale),
        "status": it.status,
        "purchasable": bool(it.price),
        "virtual": it.virtual,
        "downloadable": it.downloadable,
        **{name: plain(it, name) for name in ("downloads", "download_limit", "download_expiry", "tax_status")},
        "tax_class": it.plain.get("tax_class", "parent"),
        **stock,
        "stock_status": status,
        "weight": it.weight,
        "dimensions": it.dimensions,
        **{name: plain(it, name) for name in ("shipping_class", "shipping_class_id")},
        "image": _image(call, images[0]) if images else None,
        "attributes": choices(it),
        "menu_order": plain(it, "menu_order"),
        "meta_data": meta(it.meta),
        "name": it.options,
        "parent_id": parent.id,
        "_links": links(call, f"{own}/{it.id}", own, up=f"products/{parent.id}"),
    }  # fmt: skip
