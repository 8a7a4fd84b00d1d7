"""Products as control operations describe them, read into the shop: the same fields as on other platforms.

A product without options and with one variant is a simple one: its id is its variant's. Not for what staff do to
products that are there (`control_catalogue.py`).
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.woocommerce import catalogue, stock
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Attribute, Product

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
STATUSES = {"ACTIVE": "publish", "DRAFT": "draft", "ARCHIVED": "private", "UNLISTED": "private"}
GRAMS = {"kg": 1000.0, "g": 1.0, "lbs": 453.59237, "oz": 28.349523125}


def read_product(world: "Sandbox", shop: Shop, given: Reader) -> Product:
    rows = given.each("variants") or [Reader({}, f"{given.where}.variants[0]")]
    names = _option_names(given, rows)
    it = catalogue.new_product(world, shop, given.text("title"), "variable" if names else "simple",
                               given.text("handle", "") or "")  # fmt: skip
    _texts(shop, it, given)
    media = given.items("media")
    given.done()
    it.images = [_image(world, shop, one) for one in media]
    if not names:
        read_variant(world, shop, it, rows[0])
        return it
    for place, name in enumerate(names):
        options = [_values(row, names)[place] for row in rows]
        it.attributes.append(Attribute(0, name, list(dict.fromkeys(options)), variation=True, position=place))
    for row in rows:
        add_variation(world, shop, it, row)
    return it


def add_variation(world: "Sandbox", shop: Shop, it: Product, row: Reader) -> Product:
    names = [one.name for one in it.attributes if one.variation]
    values = _values(row, names)
    made = catalogue.new_variation(world, shop, it)
    made.choices = list(zip(names, values, strict=True))
    for attribute, value in zip((one for one in it.attributes if one.variation), values, strict=True):
        if value not in attribute.options:
            attribute.options.append(value)
    read_variant(world, shop, made, row)
    stock.derive(it)
    return made


def _option_names(given: Reader, rows: list[Reader]) -> list[str]:
    found = []
    for index, one in enumerate(given.items("options")):
        row = Reader({"name": one} if isinstance(one, str) else one, f"{given.where}.options[{index}]")
        found.append(row.text("name"))
        row.items("values")
        row.done()
    if not found and len(rows) > 1:
        found = ["Title"]  # told apart by `title` alone
    return found


def _values(row: Reader, names: list[str]) -> list[str]:
    values = row.texts("options")
    title = row.text("title", "")
    if not values and len(names) == 1 and title:
        values = [title]
    if len(values) != len(names):
        raise BadInput(f"{row.where}: options must be {len(names)} values, one for each of the product's")
    return values


def _texts(shop: Shop, it: Product, given: Reader) -> None:
    it.plain["description"] = given.text("html", "")
    it.status = STATUSES[given.one_of("status", tuple(STATUSES), "ACTIVE")]
    it.tags = [catalogue.term(shop, "tags", name).id for name in given.texts("tags")]
    kind = given.text("product_type", "")
    catalogue.set_categories(shop, it, [catalogue.term(shop, "categories", kind).id] if kind else [])
    if vendor := given.text("vendor", ""):
        it.brands = [catalogue.term(shop, "brands", vendor).id]


def _image(world: "Sandbox", shop: Shop, one: Any) -> Any:
    row = Reader({"url": one} if isinstance(one, str) else one, "media")
    made = catalogue.new_image(world, shop, row.text("url"), row.text("alt", ""))
    row.done()
    return made


def read_variant(world: "Sandbox", shop: Shop, it: Product, row: Reader) -> None:
    """Price, SKU, stock and the rest of a simple product or a variation. `inventory` is what there is."""
    row.texts("options")
    row.text("title", "")
    unique(row, lambda: catalogue.set_sku(shop, it, row.text("sku", "")))
    unique(row, lambda: catalogue.set_gtin(shop, it, row.text("barcode", "")))
    prices(it, row)
    row.one_of("weight_unit", ("GRAMS", "KILOGRAMS", "OUNCES", "POUNDS"), "GRAMS")
    if grams := float(row.number("weight", 0)):
        it.weight = f"{grams / GRAMS[shop.site.weight_unit]:g}"
    it.virtual = it.downloadable = not row.flag("requires_shipping", True)
    row.flag("taxable", True)
    here = row.integer("inventory", None)
    it.manage = row.flag("tracked", here is not None)
    if row.flag("oversell", False):
        it.backorders = "yes"
    row.done()
    if it.manage:
        stock.move(world, shop, it, here or 0, "edit", "staff")
    stock.derive(it)


def unique(row: Reader, act: Any) -> None:
    try:
        act()
    except RestError as refusal:
        raise BadInput(f"{row.where}: {refusal.message}") from None


def prices(it: Product, row: Reader) -> None:
    """`compare_at` is the regular price where it is above `price`, which is the sale price then."""
    price = row.money("price", Decimal(it.sale or it.regular or 0))
    before = Decimal(it.regular) if it.sale else None
    above = row.money("compare_at", None) if row.has("compare_at") else before
    on_sale = above is not None and above > price
    it.regular, it.sale = (str(above), str(price)) if on_sale else (str(price), "")


def variants(it: Product) -> list[Product]:
    return it.variations if it.kind == "variable" else [it]


def ids(it: Product) -> Json:
    rows = [{"id": str(one.id), "sku": one.sku} for one in variants(it)]
    return {"id": str(it.id), "variants": rows}
