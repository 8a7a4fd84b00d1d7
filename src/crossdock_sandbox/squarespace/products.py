"""Products v2: list and get. Writing them is `product_writes.py`."""

from crossdock_sandbox.squarespace import paging, show
from crossdock_sandbox.squarespace.call import Call, Done
from crossdock_sandbox.squarespace.refusal import absent, invalid
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Product

PATH = "/v2/commerce/products"
PAGES_PATH = "/1.0/commerce/store_pages"
TYPES = ("PHYSICAL", "SERVICE", "GIFT_CARD", "DIGITAL")
FILTERS = frozenset(("modifiedAfter", "modifiedBefore", "cursor", "query", "type"))
MOST_IDS = 50


def listed(call: Call) -> Done:
    paging.known(call.query, FILTERS)
    paging.alone(call.query)
    given, types, place = call.query, list(call.types), 0
    if "cursor" in given:
        carried = paging.opened(given["cursor"], "products")
        given, types, place = carried["given"], carried["types"], carried["place"]
    if unknown := sorted(set(types) - set(TYPES)):
        raise invalid(f"type {unknown[0]} is not known.")
    start, end = paging.window(given, both=False)
    words, products = given.get("query", "").casefold(), call.shop.products

    def wanted(id: str) -> bool:
        it = products[id]
        return (not types or it.type in types) and words in it.name.casefold()

    ids, next_place = call.shop.product_changes.page(start, end, place, wanted)
    following = paging.cursor(kind="products", given=given, types=types, place=next_place) if next_place else ""
    rows = [show.product(call.shop, products[id]) for id in ids]
    _tell(call, [products[id] for id in ids])
    return 200, {"products": rows, "pagination": paging.pagination(PATH, following)}


def some(call: Call, ids: str) -> Done:
    """Any that is unknown refuses the whole call, as it does for stock; not stated for products."""
    wanted = list(dict.fromkeys(ids.split(",")))
    if len(wanted) > MOST_IDS:
        raise invalid(f"At most {MOST_IDS} ids.")
    found = [product(call.shop, id) for id in wanted]
    _tell(call, found)
    return 200, {"products": [show.product(call.shop, one) for one in found]}


def product(shop: Shop, id: str) -> Product:
    found = shop.products.get(id)
    if found is None:
        raise absent("The product was not found.")
    return found


def pages(call: Call) -> Done:
    row = {"id": call.shop.store_page, "title": "Shop", "isEnabled": True, "urlSlug": "store"}
    return 200, {"storePages": [row], "pagination": paging.pagination(PAGES_PATH, "")}


def _tell(call: Call, seen: list[Product]) -> None:
    """An app knows this stock from here on (the auditor's book)."""
    if call.shop.ledger is not None:
        ids = frozenset(one.id for product in seen for one in product.variants)
        call.world.tell(call.shop, ids, call.world.stock_changes, "answer")  # type: ignore[arg-type]
