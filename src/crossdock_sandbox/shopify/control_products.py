"""Products as control operations describe them, read into the shop: for opening one with a catalogue and for adding.

Not for what staff do to products that are there (`control_catalogue.py`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.shopify import acts_stock, catalogue
from crossdock_sandbox.shopify.mutations_orders import tags
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state_catalogue import (
    DEFAULT_OPTION,
    DEFAULT_VALUE,
    GRAMS,
    Location,
    Option,
    Product,
    Variant,
)  # fmt: skip

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
STATUSES = ("ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED")


def read_product(world: "Sandbox", shop: Shop, given: Reader) -> Product:
    """`options`: names, or {name, values}; each variant then has its `options`, a value for each. Without them a
    variant may have a `title`, which becomes the value of the one option that Shopify gives such products."""
    product = catalogue.new_product(
        world, shop, title=given.text("title"), vendor=given.text("vendor", shop.title),
        handle=given.text("handle", None),
    )  # fmt: skip
    product.html = given.text("html", "")
    product.tags = tags(given.texts("tags"))
    product.product_type = given.text("product_type", "")
    product.status = given.one_of("status", STATUSES, "ACTIVE")
    add_media(world, shop, product, given)
    product.options = read_options(world, given)
    rows = given.each("variants") or [Reader({}, f"{given.where}.variants[0]")]
    for row in rows:
        read_variant(world, shop, product, row)
    given.done()
    return product


def read_options(world: "Sandbox", given: Reader) -> list[Option]:
    """No rules: a shop is opened as asked for, odd ones too."""
    rows = given.items("options")
    if not rows:
        return [catalogue.new_option(world, DEFAULT_OPTION)]
    made = []
    for index, one in enumerate(rows):
        if isinstance(one, str):
            made.append(catalogue.new_option(world, one))
            continue
        row = Reader(one, f"{given.where}.options[{index}]")
        made.append(catalogue.new_option(world, row.text("name"), row.texts("values")))
        row.done()
    return made


def add_media(world: "Sandbox", shop: Shop, product: Product, given: Reader) -> None:
    """Addresses, or {url, alt}: pictures that are served already, at the very address that is given."""
    for index, one in enumerate(given.items("media")):
        row = Reader({"url": one} if isinstance(one, str) else one, f"{given.where}.media[{index}]")
        url = row.text("url")
        media = catalogue.new_media(world, shop, url, row.text("alt", ""))
        media.status, media.url = "READY", url
        product.media.append(media)
        row.done()


def read_variant(world: "Sandbox", shop: Shop, product: Product, row: Reader) -> Variant:
    stock = read_stock(shop, row)
    variant = catalogue.new_variant(
        world, shop, product, values=values_of(world, product, row), sku=row.text("sku", ""),
        price=row.money("price", acts_stock.ZERO), tracked=row.flag("tracked", stock is not None), stock=stock,
    )  # fmt: skip
    variant.barcode = row.text("barcode", "")
    variant.compare_at = row.money("compare_at", None)
    variant.weight_unit = row.one_of("weight_unit", tuple(GRAMS), "GRAMS")
    variant.weight = float(row.number("weight", 0)) * GRAMS[variant.weight_unit]
    variant.requires_shipping = row.flag("requires_shipping", True)
    variant.taxable = row.flag("taxable", True)
    oversell = row.flag("oversell", False)
    variant.policy = row.one_of("policy", ("DENY", "CONTINUE"), "CONTINUE" if oversell else "DENY")
    row.done()
    return variant


def values_of(world: "Sandbox", product: Product, row: Reader) -> catalogue.Values:
    names = row.texts("options")
    if not names:
        names = [row.text("title", DEFAULT_VALUE)] if len(product.options) == 1 else []
    elif row.has("title"):
        row.text("title")
    if len(names) != len(product.options):
        raise BadInput(f"{row.where}: options must be {len(product.options)} values, one for each of the product's")
    return tuple(catalogue.value_of(world, option, name) for option, name in zip(product.options, names, strict=True))


def read_stock(shop: Shop, row: Reader) -> Mapping[Location, int] | None:
    """`inventory` is what there is at the shop's own location; `levels` [{location, available}] by place."""
    here = row.integer("inventory", None)
    found: dict[Location, int] = {} if here is None else {shop.location: here}
    for one in row.each("levels"):
        place = _place(shop, one)
        found[place] = one.integer("available")
        one.done()
    return found or None


def _place(shop: Shop, row: Reader) -> Location:
    """By name or by id."""
    wanted = row.text("location")
    found = next((one for one in shop.locations if wanted in (one.name, str(one.id))), None)
    if found is None:
        known = ", ".join(one.name for one in shop.locations)
        raise BadInput(f"{row.where}: location {wanted!r} is unknown; known: {known}")
    return found


def ids(product: Product) -> Json:
    rows = [{"id": str(one.id), "inventory_item_id": str(one.item_id), "sku": one.sku} for one in product.variants]
    return {"id": str(product.id), "variants": rows}
