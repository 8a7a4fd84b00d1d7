"""Files of the shop as products show them: put to a product, taken off it, described, deleted. Pictures only."""

from typing import Any

from crossdock_sandbox.shopify import acts_media
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.graph import Args, Context, gid, number_of
from crossdock_sandbox.shopify.mutations_products import refusing
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state_catalogue import Media, Product
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]


def _media(ctx: Context, given: str, path: list[str]) -> Media:
    found = ctx.shop.media.get(number_of(given, "MediaImage"))
    if found is None:
        raise Refused(f"File id {given} does not exist.", path, "FILE_DOES_NOT_EXIST")
    return found


@refusing({"files": None})
def update(_root: Any, args: Args, ctx: Context) -> Json:
    """Only READY files can be changed."""
    work: list[tuple[Media, Json, list[Product], list[Product]]] = []
    for index, row in enumerate(args["files"]):
        path = ["files", str(index)]
        media = _media(ctx, row["id"], [*path, "id"])
        if media.status != "READY":
            raise Refused("Non-ready files cannot be updated.", path, "NON_READY_STATE")
        work.append((media, row, _targets(ctx, row.get("referencesToAdd"), path),
                     _targets(ctx, row.get("referencesToRemove"), path)))  # fmt: skip
    touched: dict[int, Product] = {}
    for media, row, adding, removing in work:
        media.alt = media.alt if row.get("alt") is None else row["alt"]
        media.updated_at = ctx.world.now()
        for product in adding:
            if media not in product.media:
                product.media.append(media)
        for product in removing:
            acts_media.detach(product, media)
        touched |= {one.id: one for one in (*adding, *removing)}
        if row.get("alt") is not None:
            touched |= {one.id: one for one in ctx.shop.products.values() if media in one.media}
    for product in touched.values():
        touch_product(ctx.world, ctx.shop, product)
    return {"files": [media for media, _, _, _ in work], "userErrors": []}


def _targets(ctx: Context, ids: list[str] | None, path: list[str]) -> list[Product]:
    found = []
    for one in ids or ():
        product = ctx.shop.products.get(number_of(one, "Product"))
        if product is None:
            raise Refused("The reference target does not exist.", path, "REFERENCE_TARGET_DOES_NOT_EXIST")
        found.append(product)
    return found


@refusing({"deletedFileIds": None})
def delete(_root: Any, args: Args, ctx: Context) -> Json:
    found = [_media(ctx, one, ["fileIds", str(index)]) for index, one in enumerate(args["fileIds"])]
    for media in found:
        shown = [one for one in ctx.shop.products.values() if media in one.media]
        acts_media.delete(ctx.shop, media)
        for product in shown:
            touch_product(ctx.world, ctx.shop, product)
    return {"deletedFileIds": [gid("MediaImage", one.id) for one in found], "userErrors": []}


def delete_of_product(_root: Any, args: Args, ctx: Context) -> Json:
    """productDeleteMedia: deprecated, still there."""
    empty: Json = {"deletedMediaIds": None, "deletedProductImageIds": None, "product": None}
    product = ctx.shop.products.get(number_of(args["productId"], "Product"))
    if product is None:
        error = user_error("Product does not exist", ["productId"], "PRODUCT_DOES_NOT_EXIST")
        return {**empty, "mediaUserErrors": [error]}
    wanted = {number_of(one, "MediaImage") for one in args["mediaIds"]}
    gone = [one for one in product.media if one.id in wanted]
    if len(gone) < len(wanted):
        error = user_error("Media does not exist", ["mediaIds"], "MEDIA_DOES_NOT_EXIST")
        return {**empty, "product": product, "mediaUserErrors": [error]}
    for media in gone:
        acts_media.delete(ctx.shop, media)
    touch_product(ctx.world, ctx.shop, product)
    ids = [gid("MediaImage", one.id) for one in gone]
    return {"deletedMediaIds": ids, "deletedProductImageIds": [], "product": product, "mediaUserErrors": []}


TABLE: Table = {"fileUpdate": update, "fileDelete": delete, "productDeleteMedia": delete_of_product}
