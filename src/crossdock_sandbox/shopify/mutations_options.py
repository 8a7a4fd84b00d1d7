"""Options of a product one by one: made, renamed, extended, deleted, reordered. Variants follow by structure."""

from itertools import product as combinations
from typing import Any

from crossdock_sandbox.shopify import catalogue
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.graph import Args, Context, gid, number_of
from crossdock_sandbox.shopify.inputs_catalogue import MOST_OPTIONS, MOST_VARIANTS, check_option_name
from crossdock_sandbox.shopify.mutations_products import refusing
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state_catalogue import Option, OptionValue, Product, Variant

Json = dict[str, Any]


def _product(ctx: Context, args: Args) -> Product:
    product = ctx.shop.products.get(number_of(args["productId"], "Product"))
    if product is None:
        raise Refused("Product does not exist", ["productId"], "PRODUCT_DOES_NOT_EXIST")
    return product


def _option(product: Product, given: str, path: list[str]) -> Option:
    wanted = number_of(given, "ProductOption")
    found = next((one for one in product.options if one.id == wanted), None)
    if found is None:
        raise Refused("Option does not exist", path, "OPTION_DOES_NOT_EXIST")
    return found


@refusing({"product": None})
def create(_root: Any, args: Args, ctx: Context) -> Json:
    """Variants that are there take the first value of each new option; CREATE makes the other combinations too."""
    product, rows = _product(ctx, args), args["options"]
    kept = [] if product.plain else list(product.options)
    if len(kept) + len(rows) > MOST_OPTIONS:
        raise Refused(f"Can only specify a maximum of {MOST_OPTIONS} options", ["options"], "OPTIONS_OVER_LIMIT")
    names = {one.name for one in kept}
    for index, row in enumerate(rows):
        path = ["options", str(index)]
        check_option_name(row.get("name") or "", [*path, "name"], "INVALID_NAME")
        if row["name"] in names:
            raise Refused(f"Option '{row['name']}' already exists.", path, "OPTION_ALREADY_EXISTS")
        names.add(row["name"])
        if not row.get("values"):
            words = "New option must have at least one value for existing variants."
            raise Refused(words, path, "NEW_OPTION_WITHOUT_VALUE_FOR_EXISTING_VARIANTS")
    made = [catalogue.new_option(ctx.world, row["name"], [one["name"] for one in row["values"]]) for row in rows]
    starts = {variant: (() if not kept else variant.values) for variant in product.variants}
    every = list(combinations(*(one.values for one in made)))
    creating = args.get("variantStrategy") == "CREATE"
    if creating and len(starts) * len(every) > MOST_VARIANTS:
        raise Refused("Too many variants would be created.", ["options"], "TOO_MANY_VARIANTS_CREATED")
    product.options = [*kept, *made]
    for variant, start in starts.items():
        variant.values = (*start, *every[0])
        for values in every[1:] if creating else ():
            _like(ctx, variant, (*start, *values))
    touch_product(ctx.world, ctx.shop, product)
    return {"product": product, "userErrors": []}


def _like(ctx: Context, variant: Variant, values: catalogue.Values) -> None:
    catalogue.new_variant(ctx.world, ctx.shop, variant.product, values=values, sku="", price=variant.price,
                          tracked=variant.tracked, by="app")  # fmt: skip


@refusing({"product": None})
def update(_root: Any, args: Args, ctx: Context) -> Json:
    product, given = _product(ctx, args), args["option"]
    option = _option(product, given["id"], ["option", "id"])
    renames = [(_value(option, one["id"]), one.get("name") or "") for one in args.get("optionValuesToUpdate") or ()]
    adding = [one.get("name") or "" for one in args.get("optionValuesToAdd") or ()]
    dropped = [_value(option, one) for one in args.get("optionValuesToDelete") or ()]
    _check_names(product, option, given, renames, adding, dropped)
    managed = args.get("variantStrategy") == "MANAGE"
    place = product.options.index(option)
    losing = [one for one in product.variants if one.values[place] in dropped]
    if losing and not managed:
        raise Refused("Option value has variants.", ["optionValuesToDelete"], "OPTION_VALUE_HAS_VARIANTS")
    if len(losing) == len(product.variants):
        words = "Cannot leave the product without variants."
        raise Refused(words, ["optionValuesToDelete"], "CANNOT_LEAVE_OPTIONS_WITHOUT_VARIANTS")
    option.name = given.get("name") or option.name
    for value, name in renames:
        value.name = name
    for variant in losing:
        catalogue.remove_variant(ctx.world, ctx.shop, variant, "app")
    option.values = [one for one in option.values if one not in dropped]
    for name in adding:
        value = catalogue.value_of(ctx.world, option, name)
        if managed:
            _spread(ctx, product, place, value)
    if given.get("position"):
        _move(product, option, given["position"] - 1)
    touch_product(ctx.world, ctx.shop, product)
    return {"product": product, "userErrors": []}


def _value(option: Option, given: str) -> OptionValue:
    wanted = number_of(given, "ProductOptionValue")
    found = next((one for one in option.values if one.id == wanted), None)
    if found is None:
        raise Refused("Option value does not exist", ["option"], "OPTION_VALUE_DOES_NOT_EXIST")
    return found


def _check_names(
    product: Product, option: Option, given: Json, renames: list[tuple[OptionValue, str]], adding: list[str],
    dropped: list[OptionValue],
) -> None:  # fmt: skip
    if given.get("name"):
        check_option_name(given["name"], ["option", "name"], "INVALID_NAME")
        if any(one.name == given["name"] for one in product.options if one is not option):
            raise Refused(f"Option '{given['name']}' already exists.", ["option"], "OPTION_ALREADY_EXISTS")
    changing = {value.id for value, _ in renames} | {one.id for one in dropped}
    names = [one.name for one in option.values if one.id not in changing] + [name for _, name in renames] + adding
    if len(set(names)) < len(names):
        raise Refused("Option value already exists.", ["option"], "OPTION_VALUE_ALREADY_EXISTS")
    if not names:
        words = "Cannot delete all option values in an option."
        raise Refused(words, ["optionValuesToDelete"], "CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION")


def _spread(ctx: Context, product: Product, place: int, value: OptionValue) -> None:
    """A variant with the new value for each combination of the others that is there."""
    known = {one.values for one in product.variants}
    for variant in list(product.variants):
        values = (*variant.values[:place], value, *variant.values[place + 1 :])
        if values not in known:
            known.add(values)
            _like(ctx, variant, values)


def _move(product: Product, option: Option, place: int) -> None:
    wanted = [one for one in product.options if one is not option]
    wanted.insert(max(0, min(place, len(wanted))), option)
    reorder_options(product, wanted)


def reorder_options(product: Product, wanted: list[Option]) -> None:
    """Put options into this order, and every variant's values with them."""
    places = [product.options.index(one) for one in wanted]
    product.options = wanted
    for variant in product.variants:
        variant.values = tuple(variant.values[place] for place in places)


@refusing({"product": None, "deletedOptionsIds": None})
def delete(_root: Any, args: Args, ctx: Context) -> Json:
    """DEFAULT only options of one value; NON_DESTRUCTIVE when no two variants become one; POSITION drops the later."""
    product = _product(ctx, args)
    gone = [_option(product, one, ["options", str(index)]) for index, one in enumerate(args["options"])]
    strategy = args.get("strategy") or "DEFAULT"
    if strategy == "DEFAULT" and any(len(one.values) > 1 for one in gone):
        words = "Cannot delete option with multiple values using the default strategy."
        raise Refused(words, ["options"], "CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES")
    places = [index for index, one in enumerate(product.options) if one not in gone]
    seen: set[catalogue.Values] = set()
    doubles = []
    for variant in product.variants:
        values = tuple(variant.values[place] for place in places)
        if values in seen:
            doubles.append(variant)
        seen.add(values)
    if doubles and strategy != "POSITION":
        words = "Cannot delete options without deleting variants."
        raise Refused(words, ["options"], "CANNOT_USE_NON_DESTRUCTIVE_STRATEGY")
    for variant in doubles:
        catalogue.remove_variant(ctx.world, ctx.shop, variant, "app")
    product.options = [product.options[place] for place in places]
    for variant in product.variants:
        variant.values = tuple(variant.values[place] for place in places)
    if not product.options:
        product.variants[0].values = catalogue.default_values(ctx.world, product)
    touch_product(ctx.world, ctx.shop, product)
    return {"product": product, "deletedOptionsIds": [gid("ProductOption", one.id) for one in gone], "userErrors": []}


@refusing({"product": None})
def reorder(_root: Any, args: Args, ctx: Context) -> Json:
    product = _product(ctx, args)
    wanted: list[Option] = []
    for index, row in enumerate(args["options"]):
        path = ["options", str(index)]
        found = next((one for one in product.options if gid("ProductOption", one.id) == row.get("id")
                      or one.name == row.get("name")), None)  # fmt: skip
        if found is None:
            code = "OPTION_ID_DOES_NOT_EXIST" if row.get("id") else "OPTION_NAME_DOES_NOT_EXIST"
            raise Refused("Option does not exist", path, code)
        if found in wanted:
            raise Refused("Option is given twice", path, "DUPLICATED_OPTION_NAME")
        wanted.append(found)
    if len(wanted) < len(product.options):
        raise Refused("Every option must be given", ["options"], "MISSING_OPTION_NAME")
    for option, row in zip(wanted, args["options"], strict=True):
        _reorder_values(option, row)
    reorder_options(product, wanted)
    _sort_variants(product)
    touch_product(ctx.world, ctx.shop, product)
    return {"product": product, "userErrors": []}


def _reorder_values(option: Option, row: Json) -> None:
    ranks: dict[int, int] = {}
    for rank, one in enumerate(row.get("values") or ()):
        for value in option.values:
            if gid("ProductOptionValue", value.id) == one.get("id") or value.name == one.get("name"):
                ranks[value.id] = rank
    option.values.sort(key=lambda value: ranks.get(value.id, len(ranks)))


def _sort_variants(product: Product) -> None:
    rank = {value.id: index for option in product.options for index, value in enumerate(option.values)}
    product.variants.sort(key=lambda one: [rank[value.id] for value in one.values])


TABLE: Table = {
    "productOptionsCreate": create,
    "productOptionUpdate": update,
    "productOptionsDelete": delete,
    "productOptionsReorder": reorder,
}
