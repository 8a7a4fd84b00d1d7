"""What a shop's staff do to its catalogue and stock, as control operations with the same names as elsewhere.

Not for opening shops (`control_shops.py`).
"""

from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.woocommerce import catalogue, stock
from crossdock_sandbox.woocommerce.control_products import (
    GRAMS,
    STATUSES,
    add_variation,
    ids,
    prices,
    read_product,
    unique,
    variants,
)
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Product

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]


def _product(shop: Shop, op: Reader) -> Product:
    it = shop.products.get(op.id("product_id"))
    if it is None or it.parent is not None:
        raise BadInput(f"{op.where}: product_id is unknown")
    return it


def variant(shop: Shop, op: Reader) -> Product:
    it = shop.products.get(op.id("variant_id"))
    if it is None or it.kind == "variable":
        raise BadInput(f"{op.where}: variant_id is unknown")
    return it


def _needed(op: Reader, name: str) -> Reader:
    found = op.inside(name)
    if found is None:
        raise BadInput(f"{op.where}: {name} is needed")
    return found


def _add(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    it = read_product(world, shop, _needed(op, "product"))
    op.done()
    catalogue.touch(world, shop, it, created=True)
    return ids(it)


def _delete(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """To the trash, as staff do; `force` empties it too."""
    it, force = _product(shop, op), op.flag("force", False)
    op.done()
    if it.status != "trash":
        catalogue.trash(world, shop, it)
    if force:
        catalogue.remove(shop, it)
    return {}


def _edit(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    it, given = _product(shop, op), _needed(op, "set")
    op.done()
    it.name = catalogue.escaped(given.text("title", it.name))
    it.plain["description"] = given.text("html", it.plain.get("description", ""))
    if given.has("status"):
        it.status = STATUSES[given.one_of("status", tuple(STATUSES))]
    if given.has("handle"):
        it.slug = given.text("handle")
    if given.has("tags"):
        it.tags = [catalogue.term(shop, "tags", name).id for name in given.texts("tags")]
    if given.has("product_type"):
        kind = given.text("product_type")
        catalogue.set_categories(shop, it, [catalogue.term(shop, "categories", kind).id] if kind else [])
    if given.has("vendor"):
        it.brands = [catalogue.term(shop, "brands", given.text("vendor")).id]
    if given.has("media"):
        known = {one.src: one for one in it.images}
        rows = [one if isinstance(one, str) else one["url"] for one in given.items("media")]
        it.images = [known.get(src) or catalogue.new_image(world, shop, src) for src in rows]
    given.done()
    catalogue.touch(world, shop, it)
    return ids(it)


def _edit_variant(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    it, given = variant(shop, op), _needed(op, "set")
    op.done()
    if given.has("price") or given.has("compare_at"):
        prices(it, given)
    if given.has("sku"):
        unique(given, lambda: catalogue.set_sku(shop, it, given.text("sku")))
    if given.has("barcode"):
        unique(given, lambda: catalogue.set_gtin(shop, it, given.text("barcode")))
    given.one_of("weight_unit", ("GRAMS",), "GRAMS")
    if given.has("weight"):
        it.weight = f"{float(given.number('weight')) / GRAMS[shop.site.weight_unit]:g}"
    if given.has("tracked"):
        it.manage = given.flag("tracked")
        it.stock = (it.stock or 0) if it.manage else None
    if given.has("oversell"):
        it.backorders = "yes" if given.flag("oversell") else "no"
    given.flag("taxable", True)
    if given.has("requires_shipping"):
        it.virtual = it.downloadable = not given.flag("requires_shipping")
    if given.has("options"):
        it.choices = list(zip((name for name, _ in it.choices), given.texts("options"), strict=True))
    given.done()
    stock.derive(it)
    catalogue.touch(world, shop, it)
    return {}


def _add_variants(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    it, rows = _product(shop, op), op.each("variants")
    op.done()
    if it.kind != "variable":
        raise BadInput("add_variants: the product has no options")
    made = [add_variation(world, shop, it, row) for row in rows]
    for one in made:
        catalogue.touch(world, shop, one, created=True)
    return {"variants": [{"id": str(one.id), "sku": one.sku} for one in made]}


def _remove_variants(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    it, wanted = _product(shop, op), set(op.texts("variant_ids"))
    op.done()
    gone = [one for one in variants(it) if str(one.id) in wanted]
    if len(gone) < len(wanted) or it.kind != "variable":
        raise BadInput("remove_variants: variant_ids names one that is not the product's")
    for one in gone:
        catalogue.remove(shop, one)
    catalogue.touch(world, shop, it)
    return {}


def _set_stock(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Make what may be sold a number. It is counted from then on."""
    return _move(world, shop, op, lambda before: op.integer("available"))


def _adjust_stock(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    return _move(world, shop, op, lambda before: before + op.integer("delta"))


def _move(world: "Sandbox", shop: Shop, op: Reader, how: Any) -> Json:
    it = variant(shop, op)
    op.id("location_id", 0)
    holder = it.holder
    if holder is None:
        it.manage, it.stock, holder = True, 0, it
    to = how(holder.stock or 0)
    op.done()
    stock.move(world, shop, holder, to, "staff", "staff")
    catalogue.touch(world, shop, holder)
    return {"available": to}


def _share_stock(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """One figure for all variations of a product, at the product."""
    it, available = _product(shop, op), op.integer("available")
    op.done()
    it.manage, it.stock = True, 0
    for one in it.variations:
        one.manage, one.stock = "parent", None
    stock.move(world, shop, it, available, "staff", "staff")
    catalogue.touch(world, shop, it)
    return {}


def _empty_catalogue(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """The API answers as if there were no products; the shop itself has them still."""
    shop.emptied = op.flag("on")
    op.done()
    return {"on": shop.emptied}


OPS = {
    "add_product": _add, "create_product": _add, "delete_product": _delete, "edit_product": _edit,
    "edit_variant": _edit_variant, "add_variants": _add_variants, "remove_variants": _remove_variants,
    "set_stock": _set_stock, "adjust_stock": _adjust_stock, "share_stock": _share_stock,
    "empty_catalogue": _empty_catalogue,
}  # fmt: skip
