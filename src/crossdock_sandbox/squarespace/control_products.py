"""Products as control operations describe them, and what staff do to catalogue and stock.

Not for opening sites (`control_sites.py`).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.squarespace import stock
from crossdock_sandbox.squarespace.product_writes import remove
from crossdock_sandbox.squarespace.products import TYPES
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Image, Product, Variant

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
STATUSES = ("ACTIVE", "DRAFT", "ARCHIVED")
OTHERS = ("vendor", "product_type", "handle")  # of other platforms' products; there is no such thing here
OTHERS_OF_VARIANTS = ("taxable", "requires_shipping", "oversell", "policy", "weight_unit")
NO_OPTION = "Option"


def read_product(world: "Sandbox", shop: Shop, given: Reader) -> Product:
    """No rules: a site is opened as asked for, odd ones too."""
    now, name = world.now(), given.text("title")
    made = Product(f"{world.id():024x}", given.one_of("type", TYPES, "PHYSICAL"), shop.store_page, name, now, now)
    made.slug = made.id
    made.description, made.tags = given.text("html", ""), given.texts("tags")
    made.visible = given.one_of("status", STATUSES, "ACTIVE") == "ACTIVE"
    made.price = given.money("price", Decimal(0))
    for other in OTHERS:
        given.text(other, "")
    made.images = _images(world, given)
    made.attributes = [one if isinstance(one, str) else str(one.get("name", "")) for one in given.items("options")]
    rows = given.each("variants") or ([] if made.type == "DIGITAL" else [Reader({}, f"{given.where}.variants[0]")])
    for row in rows:
        read_variant(world, shop, made, row)
    given.done()
    shop.products[made.id] = made
    shop.touch_product(made, now)
    return made


def read_variant(world: "Sandbox", shop: Shop, product: Product, row: Reader) -> Variant:
    """`compare_at` above the price puts the variant on sale."""
    made = Variant(world.uuid(), product, row.text("sku", ""), Decimal(0))
    values, title = row.texts("options"), row.text("title", "")
    if title and not values:
        product.attributes = product.attributes or [NO_OPTION]
        values = [title] if len(product.attributes) == 1 else []
    made.attributes = dict(zip(product.attributes, values, strict=False))
    inventory = row.integer("inventory", None)
    made.quantity = inventory or 0
    made.unlimited = not row.flag("tracked", inventory is not None)
    _change_variant(made, row)
    row.done()
    product.variants.append(made)
    shop.variants[made.id] = made
    return made


def _change_variant(it: Variant, given: Reader) -> None:
    price = given.money("price", it.asked)
    compare = given.money("compare_at", None) if given.has("compare_at") else (it.price if it.on_sale else None)
    it.on_sale = compare is not None and compare > price
    it.price, it.sale_price = (compare, price) if it.on_sale and compare is not None else (price, Decimal(0))
    it.sku = given.text("sku", it.sku)
    it.gtin = given.text("barcode", it.gtin or "") or None
    it.weight = Decimal(str(given.number("weight", float(it.weight))))
    for other in OTHERS_OF_VARIANTS:
        if given.has(other):
            given.seen.add(other)


def _images(world: "Sandbox", given: Reader) -> list[Image]:
    found = []
    for index, one in enumerate(given.items("media")):
        row = Reader({"url": one} if isinstance(one, str) else one, f"{given.where}.media[{index}]")
        found.append(Image(world.uuid(), row.text("url"), row.text("alt", "")))
        row.done()
    return found


def ids(product: Product) -> Json:
    rows = [{"id": one.id, "inventory_item_id": one.id, "sku": one.sku} for one in product.variants]
    return {"id": product.id, "variants": rows}


def _product(shop: Shop, op: Reader) -> Product:
    product = shop.products.get(op.text("product_id"))
    if product is None:
        raise BadInput(f"{op.where}: product_id is unknown")
    return product


def _variant(shop: Shop, op: Reader) -> Variant:
    variant = shop.variants.get(op.text("variant_id"))
    if variant is None:
        raise BadInput(f"{op.where}: variant_id is unknown")
    return variant


def _needed(op: Reader, name: str) -> Reader:
    found = op.inside(name)
    if found is None:
        raise BadInput(f"{op.where}: {name} is needed")
    return found


def _add_product(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product = read_product(world, shop, _needed(op, "product"))
    op.done()
    return ids(product)


def _edit_product(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product, given = _product(shop, op), _needed(op, "set")
    op.done()
    product.name = given.text("title", product.name)
    product.description = given.text("html", product.description)
    if given.has("status"):
        product.visible = given.one_of("status", STATUSES) == "ACTIVE"
    if given.has("tags"):
        product.tags = given.texts("tags")
    if given.has("media"):
        product.images = _images(world, given)
    for other in OTHERS:
        given.text(other, "")
    given.done()
    shop.touch_product(product, world.now())
    return ids(product)


def _delete_product(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product = _product(shop, op)
    op.done()
    remove(shop, product)
    return {}


def _edit_variant(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    variant, given = _variant(shop, op), _needed(op, "set")
    op.done()
    _change_variant(variant, given)
    if given.has("tracked"):
        variant.unlimited = not given.flag("tracked")
    if given.has("options"):
        variant.attributes = dict(zip(variant.product.attributes, given.texts("options"), strict=False))
    given.done()
    shop.touch_product(variant.product, world.now())
    return {}


def _add_variants(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product, rows = _product(shop, op), op.each("variants")
    op.done()
    made = [read_variant(world, shop, product, row) for row in rows]
    shop.touch_product(product, world.now())
    return {"variants": [{"id": one.id, "inventory_item_id": one.id, "sku": one.sku} for one in made]}


def _remove_variants(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product, gone = _product(shop, op), set(op.texts("variant_ids"))
    op.done()
    for one in [one for one in product.variants if one.id in gone]:
        product.variants.remove(one)
        shop.variants.pop(one.id)
    shop.touch_product(product, world.now())
    return ids(product)


def _set_stock(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """The variant is counted from then on."""
    return _move(world, shop, op, lambda _there: op.integer("available"))


def _adjust_stock(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    return _move(world, shop, op, lambda there: there + op.integer("delta"))


def _move(world: "Sandbox", shop: Shop, op: Reader, how: Callable[[int], int]) -> Json:
    variant = _variant(shop, op)
    wanted = max(how(variant.quantity), 0)  # stock is never below zero here
    op.text("location_id", "")
    op.done()
    variant.unlimited = False
    stock.move(world, shop, variant, wanted, "staff", "staff")
    return {"available": variant.quantity}


OPS = {
    "add_product": _add_product, "edit_product": _edit_product, "delete_product": _delete_product,
    "edit_variant": _edit_variant, "add_variants": _add_variants, "remove_variants": _remove_variants,
    "set_stock": _set_stock, "adjust_stock": _adjust_stock,
}  # fmt: skip
