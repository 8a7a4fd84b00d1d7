"""What a shop's staff do to its catalogue and stock, as control operations: products, variants, options, locations.

Not for opening shops (`control_shops.py`). Pictures and options are as staff want them: nothing is fetched or checked.
"""

from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.shopify import acts_stock, catalogue
from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.control_products import (
    STATUSES,
    add_media,
    ids,
    read_options,
    read_product,
    read_variant,
)
from crossdock_sandbox.shopify.mutations_orders import tags
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state_catalogue import GRAMS, Level, Location, Option, Product, Variant

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]


def _product(shop: Shop, op: Reader) -> Product:
    product = shop.products.get(op.id("product_id"))
    if product is None:
        raise BadInput(f"{op.where}: product_id is unknown")
    return product


def _variant(shop: Shop, op: Reader, name: str = "variant_id") -> Variant:
    variant = shop.variants.get(op.id(name))
    if variant is None:
        raise BadInput(f"{op.where}: {name} is unknown")
    return variant


def _needed(op: Reader, name: str) -> Reader:
    found = op.inside(name)
    if found is None:
        raise BadInput(f"{op.where}: {name} is needed")
    return found


# -- products --


def _add_product(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product = read_product(world, shop, _needed(op, "product"))
    op.done()
    touch_product(world, shop, product, created=True)
    return ids(product)


def _delete_product(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product = _product(shop, op)
    op.done()
    catalogue.remove_product(world, shop, product)
    return {}


def _edit_product(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """`media` replaces all pictures: those whose address is known stay as they are."""
    product, given = _product(shop, op), _needed(op, "set")
    op.done()
    product.title = given.text("title", product.title)
    product.html = given.text("html", product.html)
    product.product_type = given.text("product_type", product.product_type)
    product.vendor = given.text("vendor", product.vendor)
    product.status = given.one_of("status", STATUSES, product.status)
    if given.has("handle"):
        catalogue.rename_handle(shop, product, given.text("handle"))
    if given.has("tags"):
        product.tags = tags(given.texts("tags"))
    if given.has("media"):
        before = {one.url: one for one in product.media}
        product.media = []
        add_media(world, shop, product, given)
        product.media = [before.get(one.url, one) for one in product.media]
    given.done()
    touch_product(world, shop, product)
    return ids(product)


# -- variants --


def _edit_variant(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    variant, given = _variant(shop, op), _needed(op, "set")
    op.done()
    variant.price = given.money("price", variant.price)
    if given.has("compare_at"):
        variant.compare_at = given.money("compare_at", None)
    variant.sku = given.text("sku", variant.sku)
    variant.barcode = given.text("barcode", variant.barcode)
    variant.weight_unit = given.one_of("weight_unit", tuple(GRAMS), variant.weight_unit)
    if given.has("weight"):
        variant.weight = float(given.number("weight")) * GRAMS[variant.weight_unit]
    variant.tracked = given.flag("tracked", variant.tracked)
    variant.taxable = given.flag("taxable", variant.taxable)
    variant.requires_shipping = given.flag("requires_shipping", variant.requires_shipping)
    if given.has("oversell"):
        variant.policy = "CONTINUE" if given.flag("oversell") else "DENY"
    if given.has("options"):
        variant.values = _values(world, variant.product, given)
    given.done()
    variant.updated_at = world.now()
    touch_product(world, shop, variant.product)
    return {}


def _values(world: "Sandbox", product: Product, row: Reader) -> catalogue.Values:
    names = row.texts("options")
    if len(names) != len(product.options):
        raise BadInput(f"{row.where}: options must be {len(product.options)} values, one for each of the product's")
    return tuple(catalogue.value_of(world, option, name) for option, name in zip(product.options, names, strict=True))


def _add_variants(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product, rows = _product(shop, op), op.each("variants")
    op.done()
    made = [read_variant(world, shop, product, row) for row in rows]
    levels = tuple(level for one in made for level in one.levels)
    touch_product(world, shop, product, levels=levels)
    return {"variants": ids(product)["variants"][-len(made) :] if made else []}


def _remove_variants(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    product = _product(shop, op)
    wanted = set(op.texts("variant_ids"))
    op.done()
    gone = [one for one in product.variants if str(one.id) in wanted]
    if len(gone) < len(wanted):
        raise BadInput("remove_variants: variant_ids names one that is not the product's")
    if len(gone) == len(product.variants):
        raise BadInput("remove_variants: a product keeps one variant; delete_product takes all")
    for one in gone:
        catalogue.remove_variant(world, shop, one)
    touch_product(world, shop, product)
    return {}


def _set_options(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Options and all variants anew: rows with an id keep their variant, rows without make one, the others go. An
    option keeps its id by its name, else by its place."""
    product, wanted, rows = _product(shop, op), read_options(world, op), op.each("variants")
    op.done()
    if not rows:
        raise BadInput("set_options: variants must not be empty")
    _keep_ids(product, wanted)
    own = {str(one.id): one for one in product.variants}
    product.options = wanted
    kept: list[Variant] = []
    for row in rows:
        variant = own.get(str(row.id("id", 0)))
        if variant is None:
            if row.given.get("id"):
                raise BadInput(f"{row.where}: id is not a variant of the product")
            variant = read_variant(world, shop, product, row)
        else:
            variant.values = _values(world, product, row)
            variant.updated_at = world.now()
            row.done()
        kept.append(variant)
    for one in [one for one in product.variants if one not in kept]:
        catalogue.remove_variant(world, shop, one)
    product.variants = kept
    used = catalogue.used_values(product)
    for option in product.options:
        option.values = [one for one in option.values if one.id in used]
    touch_product(world, shop, product)
    return ids(product)


def _keep_ids(product: Product, wanted: list[Option]) -> None:
    by_name = {one.name: one for one in product.options}
    left = [one for one in product.options if one.name not in {each.name for each in wanted}]
    for option in wanted:
        old = by_name.get(option.name) or (left.pop(0) if left else None)
        if old is not None:
            known = {one.name: one for one in old.values}
            option.id, option.values = old.id, [known.get(one.name, one) for one in option.values]


# -- stock and places --


def _set_stock(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Make `available` a number. The variant is tracked from then on."""
    return _move(world, shop, op, lambda level: op.integer("available") - level.available)


def _adjust_stock(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    return _move(world, shop, op, lambda _level: op.integer("delta"))


def _move(world: "Sandbox", shop: Shop, op: Reader, how: Any) -> Json:
    variant = _variant(shop, op)
    place = shop.place(op.id("location_id", shop.location.id))
    if place is None:
        raise BadInput(f"{op.where}: location_id is unknown")
    level = variant.level_at(place) or Level(world.id(), variant, place, 0, world.now())
    delta = how(level)
    op.done()
    if level not in variant.levels:
        variant.levels.append(level)
    variant.tracked = True
    acts_stock.move(world, shop, level, delta, "staff", "staff")
    acts_stock.changed(world, shop, level)
    return {"available": level.available}


def _add_location(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    place = Location(world.id(), op.text("name"), world.now(), shop.country)
    op.done()
    shop.locations.append(place)
    return {"location_id": str(place.id)}


def _empty_catalogue(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """The API answers as if there were no products; the shop itself has them still."""
    shop.emptied = op.flag("on")
    op.done()
    return {"on": shop.emptied}


OPS = {
    "add_product": _add_product, "create_product": _add_product, "delete_product": _delete_product,
    "edit_product": _edit_product, "edit_variant": _edit_variant, "add_variants": _add_variants,
    "remove_variants": _remove_variants, "set_options": _set_options, "set_stock": _set_stock,
    "adjust_stock": _adjust_stock, "add_location": _add_location, "empty_catalogue": _empty_catalogue,
}  # fmt: skip
