"""Product mutations, as far as a catalogue writer needs them: create, update, delete, variants in bulk.

Not for stock levels of variants that exist (`mutations_stock.py`).
"""

from typing import Any

from crossdock_sandbox.shopify import catalogue
from crossdock_sandbox.shopify.graph import Args, Context, decimal, gid, number_of
from crossdock_sandbox.shopify.mutations_orders import tags, user_error
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state import Product, Variant

Json = dict[str, Any]


def create(_root: Any, args: Args, ctx: Context) -> Json:
    given = args.get("product") or {}
    if not given.get("title"):
        return {"product": None, "userErrors": [user_error("Title can't be blank", ["title"])]}
    product = catalogue.new_product(ctx.world, ctx.shop, title=given["title"],
                                    vendor=given.get("vendor") or ctx.shop.title,
                                    handle=given.get("handle"))  # fmt: skip
    _fill(product, given)
    catalogue.new_variant(ctx.world, ctx.shop, product, title="Default Title", sku="", price=decimal(0))
    ctx.world.emit(ctx.shop, [("PRODUCTS_CREATE", product)])
    return {"product": product, "userErrors": []}


def _fill(product: Product, given: Json) -> None:
    product.title = given.get("title") or product.title
    product.vendor = given.get("vendor") or product.vendor
    product.status = given.get("status") or product.status
    product.html = given.get("descriptionHtml") or product.html
    product.product_type = given.get("productType") or product.product_type
    if given.get("tags") is not None:
        product.tags = tags(given["tags"])


def update(_root: Any, args: Args, ctx: Context) -> Json:
    given = args.get("product") or {}
    product = ctx.shop.products.get(number_of(given["id"], "Product")) if given.get("id") else None
    if product is None:
        return {"product": None, "userErrors": [user_error("Product does not exist", ["id"])]}
    _fill(product, given)
    product.updated_at = ctx.world.now()
    ctx.world.emit(ctx.shop, [("PRODUCTS_UPDATE", product)])
    return {"product": product, "userErrors": []}


def delete(_root: Any, args: Args, ctx: Context) -> Json:
    product = ctx.shop.products.get(number_of(args["input"]["id"], "Product"))
    if product is None:
        return {"deletedProductId": None, "userErrors": [user_error("Product does not exist", ["id"])]}
    catalogue.remove_product(ctx.world, ctx.shop, product)
    return {"deletedProductId": gid("Product", product.id), "userErrors": []}


def variants_create(_root: Any, args: Args, ctx: Context) -> Json:
    product = ctx.shop.products.get(number_of(args["productId"], "Product"))
    if product is None:
        return _no_product()
    made: list[Variant] = []
    known = {one.title for one in product.variants}
    for index, row in enumerate(args["variants"]):
        title = " / ".join(one.get("name") or "" for one in row.get("optionValues") or ()) or "Default Title"
        if title in known:
            words = f"The variant '{title}' already exists. Please change at least one option value."
            error = user_error(words, ["variants", str(index)], "VARIANT_ALREADY_EXISTS")
            return {"product": product, "productVariants": None, "userErrors": [error]}
        known.add(title)
    if args.get("strategy") == "REMOVE_STANDALONE_VARIANT" and [one.title for one in product.variants] == [
        "Default Title"
    ]:
        catalogue.remove_variant(ctx.shop, product.variants[0])
    for row in args["variants"]:
        title = " / ".join(one.get("name") or "" for one in row.get("optionValues") or ()) or "Default Title"
        variant = catalogue.new_variant(
            ctx.world, ctx.shop, product, title=title, sku="", price=decimal(row.get("price") or 0)
        )
        _fill_variant(ctx, variant, row)
        made.append(variant)
    ctx.world.emit(ctx.shop, [("PRODUCTS_UPDATE", product)])
    return {"product": product, "productVariants": made, "userErrors": []}


def _no_product() -> Json:
    error = user_error("Product does not exist", ["productId"], "PRODUCT_DOES_NOT_EXIST")
    return {"product": None, "productVariants": None, "userErrors": [error]}


def variants_update(_root: Any, args: Args, ctx: Context) -> Json:
    product = ctx.shop.products.get(number_of(args["productId"], "Product"))
    if product is None:
        return _no_product()
    rows: list[tuple[Variant, Json]] = []
    for index, row in enumerate(args["variants"]):
        found = next((one for one in product.variants if gid("ProductVariant", one.id) == row.get("id")), None)
        if found is None or row.get("inventoryQuantities"):
            words = "Product variant does not exist" if found is None else (
                "Inventory quantities can only be provided during create. To update inventory for existing "
                "variants, use inventoryAdjustQuantities.")  # fmt: skip
            code = "PRODUCT_VARIANT_DOES_NOT_EXIST" if found is None else "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"
            error = user_error(words, ["variants", str(index), "id"], code)
            return {"product": product, "productVariants": None, "userErrors": [error]}
        rows.append((found, row))
    for variant, row in rows:
        _fill_variant(ctx, variant, row)
        if row.get("price") is not None:
            variant.price = decimal(row["price"])
        variant.updated_at = ctx.world.now()
    product.updated_at = ctx.world.now()
    ctx.world.emit(ctx.shop, [("PRODUCTS_UPDATE", product)])
    return {"product": product, "productVariants": [variant for variant, _ in rows], "userErrors": []}


def _fill_variant(ctx: Context, variant: Variant, row: Json) -> None:
    item = row.get("inventoryItem") or {}
    variant.sku = item.get("sku") or variant.sku
    variant.barcode = row.get("barcode") or variant.barcode
    variant.policy = row.get("inventoryPolicy") or variant.policy
    if item.get("tracked") is not None:
        variant.tracked = bool(item["tracked"])
    if row.get("compareAtPrice") is not None:
        variant.compare_at = decimal(row["compareAtPrice"])
    for one in row.get("inventoryQuantities") or ():
        wanted = number_of(one["locationId"], "Location")
        for level in variant.levels:
            if level.location.id == wanted:
                level.available = one["availableQuantity"]


TABLE: Table = {
    "productCreate": create,
    "productUpdate": update,
    "productDelete": delete,
    "productVariantsBulkCreate": variants_create,
    "productVariantsBulkUpdate": variants_update,
}
