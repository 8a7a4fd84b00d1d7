"""Variants in bulk: create, update, delete, at most 250 a call. Not for stock of variants that exist, save by
`quantityAdjustments` (`mutations_stock.py` has the rest)."""

from typing import Any

from crossdock_sandbox.shopify import acts_stock, catalogue
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.graph import Args, Context, decimal, number_of
from crossdock_sandbox.shopify.inputs_catalogue import (
    MOST_VARIANTS,
    allow_new_variants,
    check_variant,
    exists_already,
    fill_variant,
    values_of,
)  # fmt: skip
from crossdock_sandbox.shopify.mutations_products import refusing
from crossdock_sandbox.shopify.refusals import Refusal
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state_catalogue import Level, Location, Product, Variant
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]
_NONE = {"product": None, "productVariants": None}


def _product(ctx: Context, args: Args) -> Product:
    product = ctx.shop.products.get(number_of(args["productId"], "Product"))
    if product is None:
        raise Refused("Product does not exist", ["productId"], "PRODUCT_DOES_NOT_EXIST")
    return product


@refusing(_NONE)
def create(_root: Any, args: Args, ctx: Context) -> Json:
    product, rows = _product(ctx, args), args["variants"]
    standalone = _standalone(product, args.get("strategy") or "DEFAULT")
    kept = [one for one in product.variants if one is not standalone]
    if len(kept) + len(rows) > MOST_VARIANTS:
        words = f"You can only have a maximum of {MOST_VARIANTS} variants per product"
        raise Refused(words, ["variants"], "INVALID_INPUT")
    known = {one.values for one in kept}
    wanted = []
    options_before = [(option, len(option.values)) for option in product.options]
    try:
        for index, row in enumerate(rows):
            path = ["variants", str(index)]
            check_variant(row, path, "GREATER_THAN_OR_EQUAL_TO")
            values = values_of(ctx, product, row.get("optionValues") or [], [*path, "optionValues"], make=True)
            if values in known:
                raise Refused(exists_already(values), path, "VARIANT_ALREADY_EXISTS")
            known.add(values)
            wanted.append((values, row, _stock(ctx, row, path)))
        allow_new_variants(ctx, len(rows))
    except Exception:
        for option, count in options_before:  # nothing of a refused call stays
            del option.values[count:]
        raise
    made = [_made(ctx, product, *one) for one in wanted]
    if standalone is not None:
        catalogue.remove_variant(ctx.world, ctx.shop, standalone, "app")
    _drop_unused_default(product)
    touch_product(ctx.world, ctx.shop, product, levels=_stocked(made))
    return {"product": product, "productVariants": made, "userErrors": []}


def _standalone(product: Product, strategy: str) -> Variant | None:
    """The only variant, when the strategy says that it makes way for the new ones."""
    if len(product.variants) != 1 or strategy == "PRESERVE_STANDALONE_VARIANT":
        return None
    return product.variants[0] if product.plain or strategy == "REMOVE_STANDALONE_VARIANT" else None


def _drop_unused_default(product: Product) -> None:
    used = catalogue.used_values(product)
    for option in product.options:
        option.values = [one for one in option.values if one.id in used or one.name != "Default Title"]


def _stock(ctx: Context, row: Json, path: list[str]) -> dict[Location, int] | None:
    if not row.get("inventoryQuantities"):
        return None
    stock: dict[Location, int] = {}
    for place, one in enumerate(row["inventoryQuantities"]):
        location = ctx.shop.place(number_of(one["locationId"], "Location"))
        if location is None:
            words = "Quantity couldn't be set because the location was deleted."
            raise Refused(words, [*path, "inventoryQuantities", str(place)], "TRACKED_VARIANT_LOCATION_NOT_FOUND")
        stock[location] = one["availableQuantity"]
    return stock


def _made(
    ctx: Context, product: Product, values: catalogue.Values, row: Json, stock: dict[Location, int] | None
) -> Variant:
    variant = catalogue.new_variant(ctx.world, ctx.shop, product, values=values, sku="", price=decimal(0), stock=stock,
                                    by="app")  # fmt: skip
    fill_variant(ctx, variant, row)
    return variant


def _stocked(variants: list[Variant]) -> tuple[Level, ...]:
    return tuple(level for one in variants for level in one.levels if level.available)


@refusing(_NONE)
def update(_root: Any, args: Args, ctx: Context) -> Json:
    """All or nothing, unless `allowPartialUpdates`: then rows that are wrong are left out and named."""
    product = _product(ctx, args)
    errors: list[Json] = []
    changed: list[Variant] = []
    good = []
    for index, row in enumerate(args["variants"]):
        try:
            good.append(_checked(ctx, product, row, ["variants", str(index)]))
        except Refused as refusal:
            errors.append(user_error(refusal.message, refusal.field, refusal.code))
    if errors and not args.get("allowPartialUpdates"):
        return {"product": product, "productVariants": None, "userErrors": errors}
    levels: list[Level] = []
    for variant, row, values, moves in good:
        fill_variant(ctx, variant, row)
        if values is not None:
            variant.values = values
        for level, delta in moves:
            acts_stock.move(ctx.world, ctx.shop, level, delta, "app", "app")
            level.updated_at = ctx.world.now()
            levels.append(level)
        changed.append(variant)
    if changed:
        touch_product(ctx.world, ctx.shop, product, levels=tuple(levels))
    return {"product": product, "productVariants": changed, "userErrors": errors}


_Checked = tuple[Variant, Json, catalogue.Values | None, list[tuple[Level, int]]]


def _checked(ctx: Context, product: Product, row: Json, path: list[str]) -> _Checked:
    if not row.get("id"):
        raise Refused("Product variant is missing ID attribute", [*path, "id"], "PRODUCT_VARIANT_ID_MISSING")
    found = ctx.shop.variants.get(number_of(row["id"], "ProductVariant"))
    if found is None or found.product is not product:
        raise Refused("Product variant does not exist", [*path, "id"], "PRODUCT_VARIANT_DOES_NOT_EXIST")
    if row.get("inventoryQuantities"):
        words = ("Inventory quantities can only be provided during create. To update inventory for existing "
                 "variants, use inventoryAdjustQuantities.")  # fmt: skip
        raise Refused(words, [*path, "inventoryQuantities"], "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE")
    check_variant(row, path, "GREATER_THAN_OR_EQUAL_TO")
    return found, row, _new_values(ctx, product, found, row, path), _adjustments(ctx, found, row, path)


def _new_values(
    ctx: Context, product: Product, variant: Variant, row: Json, path: list[str]
) -> catalogue.Values | None:
    """Option values of the row over those that the variant has."""
    if not row.get("optionValues"):
        return None
    named = [{"optionId": f"gid://shopify/ProductOption/{option.id}", "name": value.name}
             for option, value in zip(product.options, variant.values, strict=True)]  # fmt: skip
    values = values_of(ctx, product, [*named, *row["optionValues"]], [*path, "optionValues"], make=True)
    if any(one.values == values for one in product.variants if one is not variant):
        raise Refused(exists_already(values), path, "VARIANT_ALREADY_EXISTS")
    return values


def _adjustments(ctx: Context, variant: Variant, row: Json, path: list[str]) -> list[tuple[Level, int]]:
    moves = []
    for index, one in enumerate(row.get("quantityAdjustments") or ()):
        if "changeFromQuantity" not in one:
            words = "InventoryAdjustmentInput must include the following argument: changeFromQuantity."
            raise Refusal(words, "INVALID_FIELD_ARGUMENTS")
        place = ctx.shop.place(number_of(one["locationId"], "Location"))
        level = variant.level_at(place) if place else None
        if level is None or one["changeFromQuantity"] not in (None, level.available):
            words = "The quantity could not be adjusted."
            raise Refused(words, [*path, "quantityAdjustments", str(index)], "INVALID_INPUT")
        moves.append((level, one.get("adjustment") or 0))
    return moves


@refusing({"product": None})
def delete(_root: Any, args: Args, ctx: Context) -> Json:
    """Without the last variant of all: a product keeps one."""
    product = _product(ctx, args)
    own = {one.id: one for one in product.variants}
    wanted = {number_of(one, "ProductVariant") for one in args["variantsIds"]}
    if wanted - own.keys():
        words = "At least one variant does not belong to the product"
        raise Refused(words, ["variantsIds"], "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT")
    if wanted == own.keys():
        raise Refused("Cannot delete the last variant of a product", ["variantsIds"], "CANNOT_DELETE_LAST_VARIANT")
    for one in wanted:
        catalogue.remove_variant(ctx.world, ctx.shop, own[one], "app")
    touch_product(ctx.world, ctx.shop, product)
    return {"product": product, "userErrors": []}


TABLE: Table = {
    "productVariantsBulkCreate": create,
    "productVariantsBulkUpdate": update,
    "productVariantsBulkDelete": delete,
}
