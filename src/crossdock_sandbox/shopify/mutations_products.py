"""Product mutations of one product's own fields: create, update, delete.

Not for variants (`mutations_variants.py`), options (`mutations_options.py`), all at once (`mutations_product_set.py`).
"""

from collections.abc import Callable
from typing import Any

from crossdock_sandbox.shopify import acts_media, catalogue
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.graph import Args, Context, decimal, gid, number_of
from crossdock_sandbox.shopify.inputs_catalogue import (
    MOST_OPTIONS,
    allow_new_variants,
    check_option_name,
    check_product,
    fill_product,
    merge_metafields,
)  # fmt: skip
from crossdock_sandbox.shopify.queries import product_by
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state_catalogue import Product
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]
Mutation = Callable[[Any, Args, Context], Json]


def refusing(empty: Json) -> Callable[[Mutation], Mutation]:
    """What is `Refused` becomes the payload's userErrors."""

    def wrap(mutation: Mutation) -> Mutation:
        def run(root: Any, args: Args, ctx: Context) -> Json:
            try:
                return mutation(root, args, ctx)
            except Refused as refusal:
                return {**empty, "userErrors": [user_error(refusal.message, refusal.field, refusal.code)]}

        return run

    return wrap


@refusing({"product": None})
def create(_root: Any, args: Args, ctx: Context) -> Json:
    given = args.get("product") or {}
    check_product(given, [], new=True)
    _check_options(given.get("productOptions") or [])
    _check_media(args)
    allow_new_variants(ctx, 1)
    product = catalogue.new_product(ctx.world, ctx.shop, title=given["title"],
                                    vendor=given.get("vendor") or ctx.shop.title,
                                    handle=given.get("handle"))  # fmt: skip
    product.channels = set()
    fill_product(ctx, product, {**given, "handle": None})
    merge_metafields(ctx, product, given, [])
    for one in given.get("productOptions") or ():
        names = [value.get("name") or "" for value in one.get("values") or ()]
        product.options.append(catalogue.new_option(ctx.world, one["name"], names))
    values = tuple(one.values[0] for one in product.options) or catalogue.default_values(ctx.world, product)
    catalogue.new_variant(ctx.world, ctx.shop, product, values=values, sku="", price=decimal(0), by="app")
    _add_media(ctx, product, args)
    touch_product(ctx.world, ctx.shop, product, created=True)
    return {"product": product, "userErrors": []}


def _check_options(rows: list[Json]) -> None:
    path = ["productOptions"]
    if len(rows) > MOST_OPTIONS:
        raise Refused(f"Can only specify a maximum of {MOST_OPTIONS} options", path, None)
    names = [one.get("name") or "" for one in rows]
    for index, row in enumerate(rows):
        check_option_name(names[index], [*path, str(index), "name"], "INVALID")
        values = [one.get("name") or "" for one in row.get("values") or ()]
        if not values or not all(values):
            raise Refused("Option values are missing", [*path, str(index), "values"], None)
        if len(set(values)) < len(values):
            raise Refused("Option values must be unique", [*path, str(index), "values"], None)
    if len(set(names)) < len(names):
        raise Refused("Option names must be unique", path, None)


def _check_media(args: Args) -> None:
    for index, one in enumerate(args.get("media") or ()):
        if words := acts_media.source_error(one["originalSource"]):
            raise Refused(words, ["media", str(index), "originalSource"], None)


def _add_media(ctx: Context, product: Product, args: Args) -> None:
    for one in args.get("media") or ():
        acts_media.fetch(ctx.world, ctx.shop, product, one["originalSource"], one.get("alt") or "")


@refusing({"product": None})
def update(_root: Any, args: Args, ctx: Context) -> Json:
    """Media given here are added to those that are there."""
    given = args.get("product") or {}
    identifier = args.get("identifier") or ({"id": given["id"]} if given.get("id") else None)
    product = product_by(ctx, identifier) if identifier else None
    if product is None:
        raise Refused("Product does not exist", ["id"])
    check_product(given, [], new=False)
    _check_media(args)
    fill_product(ctx, product, given)
    merge_metafields(ctx, product, given, [])
    _add_media(ctx, product, args)
    touch_product(ctx.world, ctx.shop, product)
    return {"product": product, "userErrors": []}


def delete(_root: Any, args: Args, ctx: Context) -> Json:
    product = ctx.shop.products.get(number_of(args["input"]["id"], "Product"))
    if product is None:
        return {"deletedProductId": None, "userErrors": [user_error("Product does not exist", ["id"])]}
    catalogue.remove_product(ctx.world, ctx.shop, product, "app")
    return {"deletedProductId": gid("Product", product.id), "userErrors": []}


TABLE: Table = {"productCreate": create, "productUpdate": update, "productDelete": delete}
