"""Products: list, read, create, change, delete, many at once. Not for variations (`variations.py`)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from crossdock_sandbox.woocommerce import catalogue, lists, params, product_fields, show_products
from crossdock_sandbox.woocommerce.call import Call, Reply, only
from crossdock_sandbox.woocommerce.errors import RestError, unknown
from crossdock_sandbox.woocommerce.state import Product

Json = dict[str, Any]
Test = Callable[[Product], bool]
ORDERS = ("date", "id", "include", "title", "slug", "modified", "popularity", "rating", "menu_order", "price")
SORTS: dict[str, Callable[[Product], Any]] = {
    "date": lambda one: one.created_at,
    "modified": lambda one: (one.modified_at, one.id),
    "id": lambda one: one.id,
    "title": lambda one: one.name.lower(),
    "slug": lambda one: one.slug,
    "price": lambda one: Decimal(one.price or 0),
    "popularity": lambda one: one.total_sales,
    "menu_order": lambda one: one.plain.get("menu_order", 0),
}


def found(call: Call, status: int = 404) -> Product:
    it = call.shop.products.get(call.ids[0])
    if it is None or call.shop.emptied:
        raise unknown("product", status)
    return it


def listing(call: Call) -> Reply:
    lists.checked(call, ORDERS)
    params.check(call.query, {"status": ("any", *params.PRODUCT_STATUSES)})
    rows = [] if call.shop.emptied else lists.passing(_candidates(call), [*_tests(call), *lists.tests(call)])
    return lists.page(call, rows, lambda one: show_products.product(call, one), SORTS)


def _candidates(call: Call) -> list[Product]:
    """All that can be in the list, in the order of creation."""
    shop = call.shop
    if skus := _skus(call):
        return shop.products.of(shop.by_sku[sku] for sku in skus if sku in shop.by_sku)
    return lists.candidates(call, shop.products)


def _skus(call: Call) -> set[str]:
    return {each.strip().lower() for each in str(call.query.get("sku", "")).split(",") if each.strip()}


def _tests(call: Call) -> list[Test]:
    query = call.query
    tests: list[Test] = [_status(str(query.get("status", "any")))]
    skus = _skus(call)
    partial, gtin = str(query.get("search_sku", "")).lower(), str(query.get("global_unique_id", ""))
    if skus:
        tests.append(lambda one: one.sku.lower() in skus)
    if partial:
        tests.append(lambda one: partial in one.sku.lower())
    if gtin:
        tests.append(lambda one: one.gtin == gtin)
    if not (skus or partial or gtin):  # only these find variations as well
        tests.append(lambda one: one.parent is None)
    if word := str(query.get("search", "")).lower():
        tests.append(lambda one: word in one.name.lower() or word in str(one.plain.get("description", "")).lower())
    if query.get("type"):
        tests.append(lambda one: one.kind == query["type"])
    if query.get("slug"):
        tests.append(lambda one: one.slug == query["slug"])
    for name in ("category", "tag"):
        if query.get(name):
            wanted = set(params.numbers(query[name], name))
            tests.append(_within(name, wanted))
    if query.get("stock_status"):
        tests.append(lambda one: (one.holder or one).stock_status == query["stock_status"])
    return tests


def _within(name: str, wanted: set[int]) -> Test:
    return lambda one: bool(wanted & set(one.categories if name == "category" else one.tags))


def _status(wanted: str) -> Test:
    """The default shows drafts and private ones too, but not the trash (FACTS, Lists)."""
    if wanted == "any":
        return lambda one: one.status not in ("trash", "auto-draft")
    return lambda one: one.status == wanted


def get(call: Call) -> Reply:
    return Reply(show_products.product(call, found(call)))


def create(call: Call) -> Reply:
    """An empty body makes a product named "Product" (FACTS, Errors)."""
    body = call.body
    params.check(body, params.PRODUCT)
    if call.body.get("id"):
        raise RestError("woocommerce_rest_product_exists", "Cannot create existing product.", 400)
    it = catalogue.new_product(call.world, call.shop, str(body.get("name") or "Product"), body.get("type") or "simple")
    try:
        product_fields.apply(call, it, body)
    except RestError:
        catalogue.remove(call.shop, it)
        call.shop.ids["posts"] -= 1
        raise
    catalogue.touch(call.world, call.shop, it, created=True)
    return Reply(show_products.product(call, it, edit=True), 201, {"Location": f"{call.api}/products/{it.id}"})


def update(call: Call) -> Reply:
    it = found(call, 400)
    if it.parent is not None:
        words = ("To manipulate product variations you should use the "
                 "/products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.")  # fmt: skip
        raise RestError("woocommerce_rest_invalid_product_id", words, 404)
    params.check(call.body, params.PRODUCT)
    _untrash(it, call.body)
    product_fields.apply(call, it, call.body)
    catalogue.touch(call.world, call.shop, it)
    return Reply(show_products.product(call, it, edit=True))


def _untrash(it: Product, body: Json) -> None:
    if it.status == "trash" and body.get("status") not in (None, "trash"):
        it.slug = it.slug.removesuffix("__trashed")
        it.meta = [one for one in it.meta if not one.key.startswith(("_wp_trash_", "_wp_desired_"))]


def delete(call: Call) -> Reply:
    """Without force to the trash; the answer shows the state before."""
    it = found(call)
    shown = show_products.product(call, it, edit=True)
    if call.flag("force"):
        catalogue.remove(call.shop, it)
    elif it.status == "trash":
        raise RestError("woocommerce_rest_already_trashed", "The product has already been deleted.", 410)
    else:
        catalogue.trash(call.world, call.shop, it)
    return Reply(shown)


def batch(call: Call) -> Reply:
    return lists.batch(call, create, update, delete, {})


def trimmed(call: Call, reply: Reply) -> Reply:
    """`_fields` of one thing: its links stay."""
    fields = str(call.query.get("_fields", ""))
    if fields and isinstance(reply.body, dict) and "_links" in reply.body:
        reply.body = {**only(reply.body, fields), "_links": reply.body["_links"]}
    return reply
