"""What the fields of a product or a variation do when an app sends them. Not for who may or what is looked up."""

from typing import Any

from crossdock_sandbox.woocommerce import catalogue, money, params, stock
from crossdock_sandbox.woocommerce.call import Call
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Attribute, Product

Json = dict[str, Any]
_TEXTS = ("description", "short_description", "catalog_visibility", "external_url", "button_text", "tax_status",
          "tax_class", "purchase_note", "post_password", "shipping_class", "date_on_sale_from", "date_on_sale_to",
          "downloads", "upsell_ids", "cross_sell_ids", "default_attributes", "grouped_products")  # fmt: skip
_FLAGS = ("featured", "sold_individually", "reviews_allowed")
_NUMBERS = ("menu_order", "download_limit", "download_expiry", "low_stock_amount")


def apply(call: Call, it: Product, body: Json) -> None:
    """Raises RestError for what must be unique and is not; nothing else has been changed then."""
    shop = call.shop
    if "sku" in body:
        catalogue.set_sku(shop, it, str(body["sku"]))
    if "global_unique_id" in body:
        catalogue.set_gtin(shop, it, str(body["global_unique_id"]))
    _plain(it, body)
    _names(it, body)
    _prices(it, body)
    _sizes(it, body)
    _terms(shop, it, body)
    if "images" in body or "image" in body:
        _images(call, it, body["images"] if "images" in body else [body["image"]] if body["image"] else [])
    if "attributes" in body:
        _attributes(shop, it, body["attributes"])
    if "meta_data" in body:
        catalogue.merge_meta(shop, it.meta, body["meta_data"], "product meta")
    _stock(call, it, body)


def _plain(it: Product, body: Json) -> None:
    for name in _TEXTS:
        if name in body:
            it.plain[name] = body[name]
    for name in _FLAGS:
        if name in body:
            it.plain[name] = params.truth(body[name])
    for name in _NUMBERS:
        if name in body:
            it.plain[name] = params.whole(body[name])
    it.virtual = params.truth(body.get("virtual", it.virtual))
    it.downloadable = params.truth(body.get("downloadable", it.downloadable))


def _names(it: Product, body: Json) -> None:
    if "name" in body and it.parent is None:
        it.name = catalogue.escaped(str(body["name"]))
    if body.get("slug"):
        it.slug = catalogue.slug_of(str(body["slug"]))
    if "status" in body:
        it.status = "publish" if body["status"] == "future" else str(body["status"])
    if "type" in body:
        it.kind = str(body["type"])


def _prices(it: Product, body: Json) -> None:
    """What is no number counts as none (FACTS, Products)."""
    if "regular_price" in body:
        it.regular = _price(body["regular_price"])
    if "sale_price" in body:
        it.sale = _price(body["sale_price"])
    regular, sale = money.read(it.regular), money.read(it.sale)
    if sale is not None and (regular is None or sale >= regular):
        it.sale = ""  # a sale price must be below the regular one


def _price(value: Any) -> str:
    return str(value).strip() if money.read(value) is not None else ""


def _sizes(it: Product, body: Json) -> None:
    it.weight = str(body.get("weight", it.weight))
    if isinstance(given := body.get("dimensions"), dict):
        it.dimensions = {
            **it.dimensions,
            **{name: str(value) for name, value in given.items() if name in it.dimensions},
        }


def _terms(shop: Shop, it: Product, body: Json) -> None:
    if it.parent is None and ("categories" in body or not it.categories):
        catalogue.set_categories(shop, it, _ids(shop, "categories", body.get("categories", [])))
    if "tags" in body:
        it.tags = _ids(shop, "tags", body["tags"])
    if "brands" in body:
        it.brands = _ids(shop, "brands", body["brands"])


def _ids(shop: Shop, kind: str, rows: Any) -> list[int]:
    """Terms are named by id; a name alone is ignored, as the API does for all three."""
    known = shop.terms.get(kind, {})
    return [int(row["id"]) for row in rows or [] if isinstance(row, dict) and row.get("id") in known]


def _images(call: Call, it: Product, rows: list[Json]) -> None:
    """By id what is there already, by `src` what is fetched: a new picture each time."""
    known = {one.id: one for one in it.images}
    fresh = []
    for row in rows:
        old = known.get(int(row.get("id") or 0))
        if old is None and not row.get("src"):
            continue
        if old is None and not str(row["src"]).startswith(("http://", "https://")):
            words = f"Error getting remote image {row['src']}. Error: A valid URL was not provided."
            raise RestError("woocommerce_product_image_upload_error", words, 400)
        image = old or catalogue.new_image(call.world, call.shop, str(row["src"]))
        image.alt, image.name = str(row.get("alt", image.alt)), str(row.get("name", "") or image.name)
        fresh.append(image)
    it.images = fresh


def _attributes(shop: Shop, it: Product, rows: Any) -> None:
    if it.parent is not None:
        it.choices = [(_name(shop, it, row), str(row.get("option", ""))) for row in rows if row.get("option")]
        return
    it.attributes = [
        Attribute(
            int(row.get("id") or 0), _name(shop, it, row), _options(row), params.truth(row.get("variation", False)),
            params.truth(row.get("visible", False)), int(row.get("position") or 0),
        )
        for row in rows if row.get("id") or row.get("name")
    ]  # fmt: skip


def _options(row: Json) -> list[str]:
    """A list, or texts between bars."""
    given = row.get("options", [])
    return [each.strip() for each in given.split("|")] if isinstance(given, str) else [str(each) for each in given]


def _name(shop: Shop, it: Product, row: Json) -> str:
    number = int(row.get("id") or 0)
    known = shop.terms.get("attributes", {})
    if number in known:
        return known[number].name
    name = str(row.get("name", ""))
    shared = it.parent.attributes if it.parent is not None else []
    return next((one.name for one in shared if one.name.lower() == name.lower()), name)


def _stock(call: Call, it: Product, body: Json) -> None:
    """A figure without `manage_stock` is ignored silently (FACTS, Products)."""
    if "backorders" in body:
        it.backorders = str(body["backorders"])
    if "manage_stock" in body:
        given = body["manage_stock"]
        it.manage = "parent" if given == "parent" else params.truth(given)
        if it.manage is not True:
            it.stock = None
        if it.parent is not None and it.manage is False and it.parent.manage is True:
            it.manage = "parent"
    if it.manage is True:
        before = it.stock or 0
        to = params.whole(body["stock_quantity"]) if "stock_quantity" in body else before
        if "inventory_delta" in body:
            to = before + params.whole(body["inventory_delta"])
        it.stock = before
        stock.move(call.world, call.shop, it, to, "app", "app")
    elif "stock_status" in body and it.kind != "variable":
        it.stock_status = str(body["stock_status"])
    if it.kind == "variable" and it.manage is True:
        for one in it.variations:
            if one.manage is False:
                one.manage = "parent"
    stock.derive(it)
