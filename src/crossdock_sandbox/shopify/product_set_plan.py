"""What a productSet means for options and variants, worked out before anything changes.

Not for carrying it out (`mutations_product_set.py`).
"""

from dataclasses import dataclass, field
from typing import Any

from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.catalogue import Values
from crossdock_sandbox.shopify.graph import Context, number_of
from crossdock_sandbox.shopify.inputs_catalogue import (
    MOST_OPTIONS,
    MOST_VARIANTS,
    check_option_name,
    check_variant,
    exists_already,
)  # fmt: skip
from crossdock_sandbox.shopify.state_catalogue import Location, Option, OptionValue, Product, Variant

Json = dict[str, Any]
MOST_QUANTITIES = 50_000  # FACTS section 3
_AMOUNT = 1_000_000_000


@dataclass(slots=True)
class Row:
    """One variant as it is to be; `variant` None = to be made."""

    given: Json
    values: Values
    variant: Variant | None
    stock: list[tuple[Location, str, int]]


@dataclass(slots=True)
class Plan:
    """`options` None = options and variants stay as they are."""

    options: list[Option] | None = None
    option_names: list[tuple[Option, str]] = field(default_factory=list)
    renamed: list[tuple[OptionValue, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(row.variant is None for row in self.rows)


def plan_variants(ctx: Context, product: Product | None, given: Json) -> Plan:
    """Raises Refused for what cannot be. Neither list given: nothing; one without the other is refused."""
    options, variants = given.get("productOptions"), given.get("variants")
    if options is None and variants is None:
        return Plan()
    if variants is None:
        words = "Variants input is required when updating product options"
        raise Refused(words, ["input", "variants"], "VARIANTS_INPUT_MISSING")
    if options is None:
        words = "Product options input is required when updating variants"
        raise Refused(words, ["input", "productOptions"], "PRODUCT_OPTIONS_INPUT_MISSING")
    if not variants:
        raise Refused("A product must have at least one variant", ["input", "variants"], "INVALID_INPUT")
    if len(variants) > MOST_VARIANTS:
        words = f"The number of variants must be at most {MOST_VARIANTS}"
        raise Refused(words, ["input", "variants"], "VARIANTS_OVER_LIMIT")
    plan = _options(ctx, product, options)
    names = _Names(plan)
    seen: set[tuple[int, ...]] = set()
    quantities = 0
    for index, row in enumerate(variants):
        path = ["input", "variants", str(index)]
        check_variant(row, path, "INVALID_VARIANT")
        values = names.values(row.get("optionValues") or [], path)
        key = tuple(one.id for one in values)
        if key in seen:
            raise Refused(exists_already(values), path, "INVALID_VARIANT")
        seen.add(key)
        stock = _stock(ctx, row, path)
        quantities += len(stock)
        plan.rows.append(Row(row, values, None, stock))
    if quantities > MOST_QUANTITIES:
        words = f"The total number of inventory quantities can't exceed {MOST_QUANTITIES}"
        raise Refused(words, ["input", "variants"], "INVENTORY_QUANTITIES_LIMIT_EXCEEDED")
    _match(product, plan)
    return plan


# -- options --


def _options(ctx: Context, product: Product | None, rows: list[Json]) -> Plan:
    """Options and values match by id, else by name; the others are new."""
    path = ["input", "productOptions"]
    if len(rows) > MOST_OPTIONS:
        words = f"The number of options must be at most {MOST_OPTIONS}"
        raise Refused(words, path, "OPTIONS_OVER_LIMIT")
    known = list(product.options) if product else []
    plan = Plan([])
    names: set[str] = set()
    for index, row in enumerate(sorted(rows, key=lambda one: one.get("position") or 0)):
        place = [*path, str(index)]
        old = _known_option(known, row, place)
        name = row.get("name") or (old.name if old else "")
        check_option_name(name, [*place, "name"], "INVALID_INPUT")
        if name.lower() in names:
            raise Refused(f"Option name '{name}' is duplicated", place, "DUPLICATED_OPTION_NAME")
        names.add(name.lower())
        option = Option(old.id if old else ctx.world.id(), old.name if old else name)
        option.values = _values(ctx, old, row, place, plan)
        plan.option_names.append((option, name))
        plan.options.append(option)  # type: ignore[union-attr]
    if not plan.options:
        raise Refused("Product options can't be empty", path, "INVALID_INPUT")
    return plan


def _known_option(known: list[Option], row: Json, path: list[str]) -> Option | None:
    if not row.get("id"):
        return next((one for one in known if one.name == row.get("name")), None)
    wanted = number_of(row["id"], "ProductOption")
    found = next((one for one in known if one.id == wanted), None)
    if found is None:
        raise Refused("Option does not exist", [*path, "id"], "OPTION_DOES_NOT_EXIST")
    return found


def _values(ctx: Context, old: Option | None, row: Json, path: list[str], plan: Plan) -> list[OptionValue]:
    if row.get("values") is None and old is not None:
        return list(old.values)
    found: list[OptionValue] = []
    names: set[str] = set()
    known = {one.name: one for one in old.values} if old else {}
    by_id = {one.id: one for one in old.values} if old else {}
    for index, one in enumerate(row.get("values") or ()):
        place = [*path, "values", str(index)]
        value = (
            by_id.get(number_of(one["id"], "ProductOptionValue")) if one.get("id") else known.get(one.get("name") or "")
        )
        if one.get("id") and value is None:
            raise Refused("Option value does not exist", [*place, "id"], "OPTION_VALUE_DOES_NOT_EXIST")
        name = one.get("name") or (value.name if value else "")
        if not name or len(name) > 255:
            raise Refused("Option value name is invalid", [*place, "name"], "INVALID_INPUT")
        if name in names:
            raise Refused(f"Option value '{name}' is duplicated", place, "DUPLICATED_OPTION_VALUE")
        names.add(name)
        if value is None:
            value = OptionValue(ctx.world.id(), name)
        elif value.name != name:
            plan.renamed.append((value, name))
        found.append(value)
    if not found:
        raise Refused("Option values are missing", [*path, "values"], "OPTION_VALUES_MISSING")
    return found


class _Names:
    """Option values by the names that they will have: a big product asks thousands of times."""

    def __init__(self, plan: Plan) -> None:
        self.options = [(option, name) for option, name in plan.option_names]
        renamed = {value.id: name for value, name in plan.renamed}
        self.by_name = {
            option.id: {renamed.get(one.id, one.name): one for one in option.values} for option, _ in self.options
        }
        self.by_id = {option.id: {one.id: one for one in option.values} for option, _ in self.options}
        self.index = {name: option.id for option, name in self.options}

    def values(self, rows: list[Json], path: list[str]) -> Values:
        found: dict[int, OptionValue] = {}
        for index, row in enumerate(rows):
            place = [*path, "optionValues", str(index)]
            option_id = (number_of(row["optionId"], "ProductOption") if row.get("optionId")
                         else self.index.get(row.get("optionName") or "", 0))  # fmt: skip
            if option_id not in self.by_id:
                raise Refused("Option does not exist", place, "OPTION_DOES_NOT_EXIST")
            value = (self.by_id[option_id].get(number_of(row["id"], "ProductOptionValue")) if row.get("id")
                     else self.by_name[option_id].get(row.get("name") or ""))  # fmt: skip
            if value is None:
                raise Refused("Option value does not exist", place, "OPTION_VALUE_DOES_NOT_EXIST")
            found[option_id] = value
        if len(found) < len(self.options):
            missing = ", ".join(name for option, name in self.options if option.id not in found)
            words = f"You need to add option values for {missing}"
            raise Refused(words, [*path, "optionValues"], "INVALID_VARIANT")
        return tuple(found[option.id] for option, _ in self.options)


# -- variants --


def _stock(ctx: Context, row: Json, path: list[str]) -> list[tuple[Location, str, int]]:
    found = []
    for index, one in enumerate(row.get("inventoryQuantities") or ()):
        place = [*path, "inventoryQuantities", str(index)]
        location = ctx.shop.place(number_of(one["locationId"], "Location"))
        if location is None:
            raise Refused("The location does not exist", [*place, "locationId"], "INVALID_INPUT")
        if one["name"] not in ("available", "on_hand"):
            words = "The quantity name must be either 'available' or 'on_hand'."
            raise Refused(words, [*place, "name"], "INVALID_INPUT")
        if not 0 <= one["quantity"] <= _AMOUNT:
            raise Refused("The quantity is invalid", [*place, "quantity"], "INVALID_INPUT")
        found.append((location, one["name"], one["quantity"]))
    return found


def _match(product: Product | None, plan: Plan) -> None:
    """Rows to variants: by id, else by option values; stock of variants that exist only where it is kept."""
    by_id = {one.id: one for one in product.variants} if product else {}
    by_values = {tuple(value.id for value in one.values): one for one in by_id.values()}
    taken: set[int] = set()
    for index, row in enumerate(plan.rows):
        path = ["input", "variants", str(index)]
        if row.given.get("id"):
            row.variant = by_id.get(number_of(row.given["id"], "ProductVariant"))
            if row.variant is None or row.variant.id in taken:
                raise Refused("Product variant does not exist", [*path, "id"], "PRODUCT_VARIANT_DOES_NOT_EXIST")
            taken.add(row.variant.id)
    for index, row in enumerate(plan.rows):
        if row.variant is None:
            found = by_values.get(tuple(one.id for one in row.values))
            if found is not None and found.id not in taken:
                row.variant = found
                taken.add(found.id)
        if row.variant is not None and any(row.variant.level_at(place) is None for place, _, _ in row.stock):
            words = "Quantities can only be set at locations where the variant is stocked."
            raise Refused(words, ["input", "variants", str(index), "inventoryQuantities"], "INVALID_INPUT")
