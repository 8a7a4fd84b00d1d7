"""Products v2: create, update (by POST), delete; their variants likewise (FACTS section 5).

Not for pictures (`images.py`) nor stock: the update of a variant changes neither.
"""

import re
from decimal import Decimal
from typing import Any

from crossdock_sandbox.squarespace import reading, show
from crossdock_sandbox.squarespace.call import Call, Done
from crossdock_sandbox.squarespace.products import TYPES, product
from crossdock_sandbox.squarespace.refusal import Refusal, absent, conflict, invalid, missing
from crossdock_sandbox.squarespace.state import Product, Variant

MOST_VARIANTS, MOST_ATTRIBUTES = 250, 6
CEILING = {"JPY": 999_999_999, "KRW": 99_999_999, "HUF": 10_000_000, "COP": 10_000_000}


def created(call: Call) -> Done:
    given, shop, now = call.body, call.shop, call.world.now()
    kind = reading.one_of(given, "type", TYPES[:3])
    if reading.needed(given, "storePageId") != shop.store_page:
        raise invalid("storePageId was not found.", "STORE_PAGE_NOT_FOUND")
    rows = reading.rows(given, "variants")
    if not rows:
        raise missing("variants")
    name = reading.text(given, "name", 200) or ""
    made = Product(f"{call.world.id():024x}", kind, shop.store_page, name, now, now)
    made.attributes = _attributes(given, "variantAttributes")
    _fields(call, made, given)
    made.slug = made.slug or f"{_slug(name)}-{made.id[-6:]}"
    for row in rows:
        add_variant(call, made, row)
    for one in made.variants:
        shop.variants[one.id] = one
    shop.products[made.id] = made
    shop.touch_product(made, now)
    return 201, show.product(shop, made)


def updated(call: Call, product_id: str) -> Done:
    it, given = product(call.shop, product_id), call.body
    _fields(call, it, given)
    if it.type == "DIGITAL" and given.get("pricing") is not None:
        it.price, _, _ = _pricing(call, given)
    for name in ("variantAttributes", "productAttributeNames"):  # which of the two is live is not known
        if given.get(name) is not None:
            _keep_attributes(it, _attributes(given, name))
    call.shop.touch_product(it, call.world.now())
    return 200, show.product(call.shop, it)


def deleted(call: Call, product_id: str) -> Done:
    it = product(call.shop, product_id)
    if it.type == "DIGITAL":
        raise _not_of_this_type()
    remove(call.shop, it)
    return 204, None


def remove(shop: Any, it: Product) -> None:
    for one in it.variants:
        shop.variants.pop(one.id, None)
    shop.products.pop(it.id)
    shop.product_changes.forget(it.id)


def variant_created(call: Call, product_id: str) -> Done:
    it = product(call.shop, product_id)
    if it.type == "DIGITAL":
        raise _not_of_this_type()
    if it.variants and not it.attributes:
        raise conflict("The product has no attributes yet.", "PRODUCT_UPDATE_CONFLICT")
    made = add_variant(call, it, call.body)
    call.shop.variants[made.id] = made
    call.shop.touch_product(it, call.world.now())
    return 201, show.variant(call.shop, made)


def variant_updated(call: Call, product_id: str, variant_id: str) -> Done:
    it, given = variant(call, product_id, variant_id), call.body
    if given.get("sku") is not None:
        it.sku = _sku(it.product, reading.text(given, "sku", 60, need=True) or "", it)
    if given.get("pricing") is not None:
        it.price, it.on_sale, it.sale_price = _pricing(call, given)
    if given.get("attributes") is not None:
        it.attributes = _values(it.product, given["attributes"], it)
    _codes(it, given)
    call.shop.touch_product(it.product, call.world.now())
    return 200, show.variant(call.shop, it)


def variant_deleted(call: Call, product_id: str, variant_id: str) -> Done:
    it = variant(call, product_id, variant_id)
    if len(it.product.variants) == 1:
        raise conflict("A product keeps one variant.", "INSUFFICIENT_PRODUCT_VARIANTS")
    it.product.variants.remove(it)
    call.shop.variants.pop(it.id)
    call.shop.touch_product(it.product, call.world.now())
    return 204, None


def variant(call: Call, product_id: str, variant_id: str) -> Variant:
    it = product(call.shop, product_id)
    if it.type == "DIGITAL":
        raise _not_of_this_type()
    found = next((one for one in it.variants if one.id == variant_id), None)
    if found is None:
        raise absent("The variant was not found.", "PRODUCT_VARIANT_NOT_FOUND")
    return found


def add_variant(call: Call, it: Product, row: dict[str, Any]) -> Variant:
    if len(it.variants) >= MOST_VARIANTS:
        raise conflict(f"At most {MOST_VARIANTS} variants.", "ENTITY_LIMIT_REACHED")
    price, on_sale, sale = _pricing(call, row)
    made = Variant(call.world.uuid(), it, "", price, on_sale=on_sale, sale_price=sale)
    made.sku = _sku(it, reading.text(row, "sku", 60, need=True) or "", made)
    made.attributes = _values(it, row.get("attributes") or {}, made)
    stock = row.get("stock") or {}
    made.unlimited = bool(stock.get("unlimited", False))
    made.quantity = reading.whole(stock, "quantity", "stock.", 0, 1_000_000_000) if "quantity" in stock else 0
    _codes(made, row)
    it.variants.append(made)
    return made


def _fields(call: Call, it: Product, given: dict[str, Any]) -> None:
    it.name = reading.text(given, "name", 200) or it.name
    description = reading.text(given, "description", 102_400)
    it.description = it.description if description is None else description
    if given.get("tags") is not None:
        it.tags = [str(one) for one in given["tags"]]
    if given.get("isVisible") is not None:
        it.visible = bool(given["isVisible"])
    slug = reading.text(given, "urlSlug", 200)
    if slug is not None and slug != it.slug:
        if any(one.slug == slug for one in call.shop.products.values()):
            raise conflict("urlSlug is taken.", "URL_SLUG_UNAVAILABLE")
        it.slug = slug


def _attributes(given: dict[str, Any], name: str) -> list[str]:
    rows = given.get(name) or []
    if not isinstance(rows, list) or any(not isinstance(one, str) for one in rows):
        raise invalid(f"{name} must be an array of strings.")
    if len(rows) > MOST_ATTRIBUTES:
        raise invalid(f"At most {MOST_ATTRIBUTES} attributes.")
    return rows


def _keep_attributes(it: Product, names: list[str]) -> None:
    """The list replaces the old one; values of attributes left out go with them."""
    it.attributes = names
    for one in it.variants:
        one.attributes = {name: value for name, value in one.attributes.items() if name in names}


def _values(it: Product, given: Any, of: Variant) -> dict[str, str]:
    if not isinstance(given, dict) or any(not isinstance(value, str) for value in given.values()):
        raise invalid("attributes must be an object of strings.")
    if set(given) - set(it.attributes):
        raise invalid("attributes must be among the product's.")
    if any(len(value) > 100 for value in given.values()):
        raise invalid("attributes must be at most 100 characters.")
    others = [one.attributes for one in it.variants if one is not of]
    if others and (not given or given in others):
        raise invalid("attributes must be unlike those of the other variants.")
    return dict(given)


def _sku(it: Product, sku: str, of: Variant) -> str:
    if any(one.sku == sku for one in it.variants if one is not of):
        raise conflict("sku is taken in this product.", "SKU_UNAVAILABLE")
    return sku


def _pricing(call: Call, given: dict[str, Any]) -> tuple[Decimal, bool, Decimal]:
    row, currency = reading.needed(given, "pricing"), call.shop.currency
    price = reading.money(reading.needed(row, "basePrice", "pricing."), "pricing.basePrice", currency)
    if not 0 <= price <= CEILING.get(currency, 1_000_000):
        raise invalid("pricing.basePrice is out of range.")
    return price, bool(row.get("onSale", False)), reading.maybe_money(row, "salePrice", currency)


def _codes(it: Variant, given: dict[str, Any]) -> None:
    if given.get("gtin") is not None:
        gtin = reading.text(given, "gtin", 14) or ""
        if not (gtin.isdigit() and len(gtin) in (8, 12, 13, 14)):
            raise invalid("gtin must be 8, 12, 13 or 14 digits.")
        it.gtin = gtin
    if given.get("mpn") is not None:
        it.mpn = reading.text(given, "mpn", 70)
    weight = (given.get("shippingMeasurements") or {}).get("weight") or {}
    if weight.get("value") is not None:
        it.weight = Decimal(str(weight["value"]))


def _not_of_this_type() -> Refusal:
    return Refusal(405, "Products of this type do not allow it.", "OPERATION_NOT_ALLOWED_FOR_PRODUCT_TYPE")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:180] or "product"
