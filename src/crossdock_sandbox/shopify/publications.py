"""Sales channels: what a product is published on. What an app makes is on none (FACTS section 6); what staff make is on
all. Not for whether a shop front sells it: place_order does not look."""

from typing import Any

from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.graph import Args, Context, gid, number_of
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state_catalogue import Product
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]
_NAMES = ("Online Store", "Point of Sale")


class Publication:
    """A sales channel of the shop; its id and its catalogue's follow from the shop's."""

    __slots__ = ("id", "name")
    gql = "Publication"

    def __init__(self, shop: Shop, index: int) -> None:
        self.id, self.name = shop.id * 10 + index + 1, _NAMES[index]


def all_of(shop: Shop) -> list[Publication]:
    return [Publication(shop, index) for index in range(len(_NAMES))]


def find(shop: Shop, publication_id: int) -> Publication | None:
    return next((one for one in all_of(shop) if one.id == publication_id), None)


def on_online_store(shop: Shop, product: Product) -> bool:
    return is_on(product, all_of(shop)[0].id)


def is_on(product: Product, publication_id: int) -> bool:
    return product.channels is None or publication_id in product.channels


def count(product: Product) -> int:
    return len(_NAMES) if product.channels is None else len(product.channels)


def _change(args: Args, ctx: Context, *, publish: bool) -> Json:
    product = ctx.shop.products.get(number_of(args["id"], "Product"))
    if product is None:
        return _refused(ctx, "Publishable does not exist", ["id"])
    wanted: set[int] = set()
    for index, one in enumerate(args["input"]):
        found = find(ctx.shop, number_of(one["publicationId"], "Publication")) if one.get("publicationId") else None
        if found is None:
            return _refused(ctx, "Publication does not exist or is not publishable", ["input", str(index)])
        wanted.add(found.id)
    now = {one.id for one in all_of(ctx.shop)} if product.channels is None else set(product.channels)
    after = now | wanted if publish else now - wanted
    if after != now:
        product.channels = after
        touch_product(ctx.world, ctx.shop, product)
    return {"publishable": product, "shop": ctx.shop, "userErrors": []}


def _refused(ctx: Context, words: str, field: list[str]) -> Json:
    return {"publishable": None, "shop": ctx.shop, "userErrors": [user_error(words, field)]}


PUBLICATION: Table = {
    "id": lambda o, _a, _c: gid("Publication", o.id),
    "autoPublish": lambda _o, _a, _c: False,
    "catalog": lambda o, _a, _c: {"__typename": "AppCatalog", "id": gid("AppCatalog", o.id), "status": "ACTIVE",
                                  "title": o.name},
    "supportsFuturePublishing": lambda o, _a, _c: o.name == _NAMES[0],
}  # fmt: skip
TABLE: Table = {
    "publishablePublish": lambda _r, a, c: _change(a, c, publish=True),
    "publishableUnpublish": lambda _r, a, c: _change(a, c, publish=False),
}
