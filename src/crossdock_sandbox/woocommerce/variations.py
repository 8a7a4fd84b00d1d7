"""Variations of a product: list, read, create, change, delete, many at once, all below their parent."""

from crossdock_sandbox.woocommerce import catalogue, lists, params, product_fields, products, show_products
from crossdock_sandbox.woocommerce.call import Call, Reply
from crossdock_sandbox.woocommerce.errors import RestError, unknown
from crossdock_sandbox.woocommerce.state import Product


def parent(call: Call, status: int = 404) -> Product:
    it = call.shop.products.get(call.ids[0])
    if it is None or it.parent is not None or call.shop.emptied:
        raise unknown("product", status)
    return it


def _found(call: Call, status: int = 404) -> Product:
    it = call.shop.products.get(call.ids[1])
    if it is None or it.parent is None or it.parent.id != call.ids[0]:
        raise unknown("product_variation", status)
    return it


def listing(call: Call) -> Reply:
    lists.checked(call, products.ORDERS)
    tests = lists.tests(call)
    sku = str(call.query.get("sku", "")).lower()
    above = parent(call)
    rows = [one for one in lists.passing(above.variations, tests) if one.status != "trash"]
    rows = [one for one in rows if not sku or one.sku.lower() == sku]
    return lists.page(call, rows, lambda one: show_products.variation(call, one, above), products.SORTS)


def get(call: Call) -> Reply:
    return Reply(show_products.variation(call, _found(call), parent(call)))


def create(call: Call) -> Reply:
    above = parent(call)
    params.check(call.body, params.VARIATION)
    if call.body.get("id"):
        words = "Cannot create existing product variation."
        raise RestError("woocommerce_rest_product_variation_exists", words, 400)
    it = catalogue.new_variation(call.world, call.shop, above)
    it.manage = "parent" if above.manage is True else False
    try:
        product_fields.apply(call, it, call.body)
    except RestError:
        catalogue.remove(call.shop, it)
        call.shop.ids["posts"] -= 1
        raise
    catalogue.touch(call.world, call.shop, it, created=True)
    where = f"{call.api}/products/{above.id}/variations/{it.id}"
    return Reply(show_products.variation(call, it, parent(call)), 201, {"Location": where})


def update(call: Call) -> Reply:
    it = _found(call, 400)
    params.check(call.body, params.VARIATION)
    product_fields.apply(call, it, call.body)
    catalogue.touch(call.world, call.shop, it)
    return Reply(show_products.variation(call, it, parent(call)))


def delete(call: Call) -> Reply:
    it = _found(call)
    shown = show_products.variation(call, it, parent(call))
    if call.flag("force"):
        catalogue.remove(call.shop, it)
    elif it.status == "trash":
        raise RestError("woocommerce_rest_already_trashed", "The product_variation has already been deleted.", 410)
    else:
        catalogue.trash(call.world, call.shop, it)
    return Reply(shown)


def batch(call: Call) -> Reply:
    parent(call)
    return lists.batch(call, create, update, delete, {})
