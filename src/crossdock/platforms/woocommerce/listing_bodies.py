"""Our wishes -> WooCommerce's bodies for products and variations. None in a wish = the field is not sent.

Not here: sending them (listings.py). Prices and weights are strings (FACTS, Products).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crossdock.core.catalog import Media
from crossdock.core.listing import DesiredProduct, DesiredVariant
from crossdock.platforms.woocommerce import wire_products as wire
from crossdock.platforms.woocommerce import words
from crossdock.platforms.woocommerce.mapping_products import VENDOR_NAME

Options = Sequence[tuple[str, tuple[str, ...]]]
_CODE = re.compile(r"[0-9-]+")  # WooCommerce drops letters and blanks without a word (FACTS, Products)


def product(of: DesiredProduct) -> dict[str, Any]:
    """Without tags and categories, which are numbers."""
    body: dict[str, Any] = {}
    if of.title is not None:
        body["name"] = of.title
    if of.html is not None:
        body["description"] = of.html
    if of.status is not None:
        body["status"] = words.STATUS_WORD[of.status]
    if of.media is not None:
        body["images"] = [image(each) for each in of.media]
    if of.vendor_name is not None:
        body["meta_data"] = [{"key": VENDOR_NAME, "value": of.vendor_name}]
    return body


def image(of: Media) -> dict[str, Any]:
    """One that is there already is named by its number: a `src` would be fetched, and kept, again."""
    if of.id.isdecimal():
        return {"id": int(of.id)}
    return {"src": of.url, "alt": of.alt}


def attributes(of: Options) -> list[dict[str, Any]]:
    return [
        {"name": name, "position": at, "visible": True, "variation": True, "options": list(values)}
        for at, (name, values) in enumerate(of)
    ]


def with_values(there: Sequence[wire.Attribute], rows: Sequence[tuple[str, ...]]) -> list[dict[str, Any]] | None:
    """The product's attributes with the values that new variants bring; None when there are none."""
    used = [each for each in there if each.variation]
    body, more = [], False
    for each in there:
        known = [words.plain(value) for value in each.options]
        new: list[str] = []
        if each in used:
            at = used.index(each)
            new = [row[at] for row in rows if at < len(row)]
        values = list(dict.fromkeys([*known, *new]))
        more = more or len(values) > len(known)
        named: dict[str, Any] = {"id": each.id} if each.id else {"name": words.plain(each.name)}
        body.append(named | {"variation": each.variation, "visible": each.visible, "options": values})
    return body if more else None


def choice(names: Sequence[str], values: Sequence[str], ids: Sequence[int] = ()) -> list[dict[str, Any]]:
    """A variation's attributes, each by the number of a shop-wide one or by its name."""
    rows = []
    for at, (name, value) in enumerate(zip(names, values, strict=True)):
        number = ids[at] if at < len(ids) else 0
        rows.append(({"id": number} if number else {"name": name}) | {"option": value})
    return rows


def variant(of: DesiredVariant, now: wire.Sellable | None, grams: Decimal | None) -> dict[str, Any]:
    """`now` as it is, None = it is being made; `grams` in one unit of the store's weights."""
    body: dict[str, Any] = prices(of, now)
    if of.sku is not None:
        body["sku"] = of.sku
    if of.barcode is not None and (not of.barcode or _CODE.fullmatch(of.barcode)):
        body["global_unique_id"] = of.barcode
    if of.grams is not None and grams is not None:
        body["weight"] = words.money((of.grams / grams).quantize(Decimal("0.000001")).normalize())
    if of.tracked is not None:
        body |= counted(of.tracked, now)
    if of.oversell is not None:
        body["backorders"] = "yes" if of.oversell else "no"
    return body


def counted(tracked: bool, now: wire.Sellable | None) -> dict[str, Any]:
    """Stock begins with none; a figure that is there stays. The parent's own figure is not a variation's."""
    if tracked and (now is None or now.manage_stock is not True):
        return {"manage_stock": True, "stock_quantity": 0}
    return {"manage_stock": tracked}


def prices(of: DesiredVariant, now: wire.Sellable | None) -> dict[str, Any]:
    """A price before is WooCommerce's regular price, and the price then a sale's. The store's own end of a sale is
    taken off with it: it would end a price that is meant to stay."""
    if of.price is None and of.compare_at is None and not of.clear_compare_at:
        return {}
    price, before = of.price, of.compare_at
    if now is not None:
        price = price if price is not None else words.maybe_amount(now.price)
        if before is None and not of.clear_compare_at and now.on_sale:
            before = words.maybe_amount(now.regular_price)
    if price is None:
        return {}
    if before is None or before <= price:
        return {"regular_price": words.money(price), "sale_price": ""}
    dates = {"date_on_sale_from_gmt": None, "date_on_sale_to_gmt": None}
    return {"regular_price": words.money(before), "sale_price": words.money(price), **dates}
