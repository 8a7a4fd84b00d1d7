"""productSet: a product as a whole, at once or in the background. Lists that are given replace what is there: what they
do not name is deleted (FACTS section 6). Everything is checked before anything is changed."""

from typing import Any

from crossdock_sandbox.shopify import acts_media, acts_metafields, acts_stock, catalogue, inputs
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.graph import Args, Context, decimal, number_of
from crossdock_sandbox.shopify.inputs_catalogue import (
    allow_new_variants,
    check_product,
    fill_product,
    fill_variant,
)  # fmt: skip
from crossdock_sandbox.shopify.product_set_plan import Plan, Row, plan_variants
from crossdock_sandbox.shopify.queries import product_by, product_definition
from crossdock_sandbox.shopify.show import Table, namespace
from crossdock_sandbox.shopify.state_catalogue import Level, Media, Metafield, Product, ProductSetOperation, Variant
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]


def product_set(_root: Any, args: Args, ctx: Context) -> Json:
    if args.get("synchronous") is not False:
        try:
            return {"product": _run(ctx, args), "productSetOperation": None, "userErrors": []}
        except Refused as refusal:
            return {"product": None, "productSetOperation": None, "userErrors": [_error(refusal)]}
    operation = ProductSetOperation(ctx.world.id())
    ctx.shop.operations[operation.id] = operation
    ctx.world.later(ctx.world.job_delay / 2, lambda: _begin(operation))
    ctx.world.later(ctx.world.job_delay, lambda: _finish(ctx, args, operation))
    return {"product": None, "productSetOperation": operation, "userErrors": []}


def _begin(operation: ProductSetOperation) -> None:
    operation.status = "ACTIVE"


def _finish(ctx: Context, args: Args, operation: ProductSetOperation) -> None:
    try:
        operation.product = _run(ctx, args)
    except Refused as refusal:
        operation.errors = [_error(refusal)]
    operation.status = "COMPLETE"


def _error(refusal: Refused) -> Json:
    return user_error(refusal.message, refusal.field, refusal.code)


def _run(ctx: Context, args: Args) -> Product:
    given, identifier = args["input"], args.get("identifier")
    product = _find(ctx, given, identifier)
    check_product(given, ["input"], new=product is None)
    _check_handle(ctx, given, product)
    fields = _metafields(ctx, product, given, identifier)
    media = _media(ctx, given)
    plan = plan_variants(ctx, product, given)
    allow_new_variants(ctx, plan.new)
    created = product is None
    if product is None:
        wanted = given.get("handle") or ((identifier or {}).get("handle"))
        product = catalogue.new_product(ctx.world, ctx.shop, title=given["title"].strip(), vendor=ctx.shop.title,
                                        handle=wanted)  # fmt: skip
        product.channels = set()
        given = {**given, "handle": None}
    fill_product(ctx, product, given)
    _set_metafields(ctx, product, given, fields)
    if media is not None:
        _set_media(ctx, product, media)
    levels = _carry_out(ctx, product, plan)
    touch_product(ctx.world, ctx.shop, product, levels=tuple(levels), created=created)
    return product


# -- which product --


def _find(ctx: Context, given: Json, identifier: Json | None) -> Product | None:
    if identifier and given.get("id"):
        words = "The id field is not allowed if identifier is provided."
        raise Refused(words, ["input", "id"], "ID_NOT_ALLOWED")
    by_id = given.get("id") or (identifier or {}).get("id")
    if by_id:
        product = ctx.shop.products.get(number_of(by_id, "Product"))
        if product is None:
            raise Refused("Product does not exist", ["input"], "PRODUCT_DOES_NOT_EXIST")
        return product
    return product_by(ctx, identifier) if identifier else None


def _check_handle(ctx: Context, given: Json, product: Product | None) -> None:
    """An update cannot take the handle of another; a new product's goes on as -1 (FACTS section 6)."""
    wanted = given.get("handle")
    if not wanted or product is None:
        return
    owner = ctx.shop.handles.get(catalogue.slug(wanted))
    if owner is not None and owner != product.id:
        words = f"Handle '{wanted}' already in use. Please provide a new handle."
        raise Refused(words, ["input", "handle"], "HANDLE_NOT_UNIQUE")


# -- metafields --


def _metafields(ctx: Context, product: Product | None, given: Json, identifier: Json | None) -> list[Metafield]:
    """Those given and the one that the product is identified by, checked."""
    fields = [inputs.metafield(ctx, one, "PRODUCT") for one in given.get("metafields") or ()]
    custom = (identifier or {}).get("customId")
    if custom:
        definition = product_definition(ctx, custom)
        key = (namespace(ctx.shop, custom.get("namespace")), custom["key"])
        same = next((one for one in fields if (one.namespace, one.key) == key), None)
        if same is not None and same.value != custom["value"]:
            words = "The metafield value does not match the identifier's."
            raise Refused(words, ["input", "metafields"], "METAFIELD_MISMATCH")
        if same is None:
            fields.append(inputs.metafield(ctx, {**custom, "type": definition.type}, "PRODUCT"))
    owner = product.id if product is not None else 0
    acts_metafields.check(ctx.shop, "PRODUCT", owner, fields, ["input", "metafields"])
    return fields


def _set_metafields(ctx: Context, product: Product, given: Json, fields: list[Metafield]) -> None:
    if given.get("metafields") is not None:
        names = {(one.namespace, one.key) for one in fields}
        for one in [one for one in product.metafields if (one.namespace, one.key) not in names]:
            acts_metafields.remove(ctx.shop, product, one, "PRODUCT")
    acts_metafields.merge(ctx.shop, product, fields, ["input", "metafields"], "PRODUCT")


# -- pictures --

_File = tuple[Media | None, str, str | None]  # known picture, or address of a new one; alternative text


def _media(ctx: Context, given: Json) -> list[_File] | None:
    if given.get("files") is None:
        return None
    found: list[_File] = []
    for index, one in enumerate(given["files"]):
        path = ["input", "files", str(index)]
        if one.get("id"):
            media = ctx.shop.media.get(number_of(one["id"], "MediaImage"))
            if media is None:
                raise Refused("The file does not exist.", [*path, "id"], "INVALID_INPUT")
            found.append((media, media.source, one.get("alt")))
            continue
        source = one.get("originalSource") or ""
        if words := acts_media.source_error(source):
            raise Refused(words, [*path, "originalSource"], "INVALID_INPUT")
        found.append((None, source, one.get("alt")))
    return found


def _set_media(ctx: Context, product: Product, wanted: list[_File]) -> None:
    before, product.media = product.media, []
    for media, source, alt in wanted:
        if media is None:
            acts_media.fetch(ctx.world, ctx.shop, product, source, alt or "")
        else:
            product.media.append(media)
            media.alt = media.alt if alt is None else alt
    for one in before:
        if one not in product.media:
            acts_media.detach(product, one)


# -- variants --


def _carry_out(ctx: Context, product: Product, plan: Plan) -> list[Level]:
    """Options first, then the rows in their order, then those that are in no row go."""
    if plan.options is None:
        if not product.variants:
            values = catalogue.default_values(ctx.world, product)
            catalogue.new_variant(ctx.world, ctx.shop, product, values=values, sku="", price=decimal(0), by="app")
        return []
    for value, name in plan.renamed:
        value.name = name
    for option, name in plan.option_names:
        option.name = name
    product.options = plan.options
    kept: list[Variant] = []
    levels: list[Level] = []
    for row in plan.rows:
        variant = _one(ctx, product, row)
        kept.append(variant)
        levels += _stock(ctx, variant, row)
    staying = set(kept)
    for variant in [one for one in product.variants if one not in staying]:
        catalogue.remove_variant(ctx.world, ctx.shop, variant, "app")
    product.variants = kept
    return levels


def _one(ctx: Context, product: Product, row: Row) -> Variant:
    variant = row.variant
    if variant is None:
        places = {place: 0 for place, _, _ in row.stock} or None
        variant = catalogue.new_variant(ctx.world, ctx.shop, product, values=row.values, sku="", price=decimal(0),
                                        stock=places, by="app")  # fmt: skip
    variant.values = row.values
    fill_variant(ctx, variant, row.given)
    file = row.given.get("file")
    if file:
        wanted = file.get("originalSource")
        variant.media = next((one for one in product.media if one.source == wanted or (file.get("id") and
                              str(one.id) == file["id"].rpartition("/")[2])), variant.media)  # fmt: skip
    return variant


def _stock(ctx: Context, variant: Variant, row: Row) -> list[Level]:
    changed = []
    for place, name, quantity in row.stock:
        level = variant.level_at(place)
        delta = quantity - getattr(level, name) if level else 0
        if level is not None and delta:
            acts_stock.move(ctx.world, ctx.shop, level, delta, "app", "app")
            level.updated_at = ctx.world.now()
            changed.append(level)
    return changed


TABLE: Table = {"productSet": product_set}
