"""Inputs of product mutations, checked and read into products and variants; what is wrong is a `Refused`.

Not for orders (`inputs.py`), nor for which mutation may do what (`mutations_*.py`).
"""

from decimal import Decimal
from typing import Any

from crossdock_sandbox.shopify import acts_metafields, catalogue, inputs
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.catalogue import Values
from crossdock_sandbox.shopify.graph import Context, decimal, number_of
from crossdock_sandbox.shopify.mutations_orders import tags
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state_catalogue import GRAMS, OptionValue, Product, Variant
from crossdock_sandbox.shopify.too_many import TooManyVariants

Json = dict[str, Any]
LONGEST, BIGGEST_HTML = 255, 512 * 1024
MOST_VARIANTS, MOST_OPTIONS = 2_048, 3
MADE_A_DAY, BIG_SHOP = 1_000, 50_000  # FACTS section 3: a limit of big shops that are not Plus
_TEXTS = {"title": "Title", "handle": "Handle", "vendor": "Vendor", "productType": "Product type"}


# -- products --


def check_product(given: Json, base: list[str], *, new: bool) -> None:
    """Lengths (FACTS section 6), and a title at creation."""
    if (new or "title" in given) and not (given.get("title") or "").strip():
        raise Refused("Title can't be blank", [*base, "title"], "INVALID_PRODUCT")
    for name, words in _TEXTS.items():
        if len(given.get(name) or "") > LONGEST:
            raise Refused(f"{words} is too long (maximum is {LONGEST} characters)", [*base, name], "INVALID_PRODUCT")
    if any(len(one.strip()) > LONGEST for one in given.get("tags") or ()):
        raise Refused(f"Tags are too long (maximum is {LONGEST} characters)", [*base, "tags"], "INVALID_PRODUCT")
    if len((given.get("descriptionHtml") or "").encode()) > BIGGEST_HTML:
        raise Refused("Body (HTML) is too big (maximum is 512 KB)", [*base, "descriptionHtml"], "INVALID_PRODUCT")


def fill_product(ctx: Context, product: Product, given: Json) -> None:
    """What is given is set, what is left out stays."""
    product.title = (given.get("title") or product.title).strip()
    if given.get("vendor") is not None:
        product.vendor = given["vendor"] or ctx.shop.title
    product.status = given.get("status") or product.status
    if "descriptionHtml" in given:
        product.html = given["descriptionHtml"] or ""
    if "productType" in given:
        product.product_type = given["productType"] or ""
    if given.get("tags") is not None:
        product.tags = tags(given["tags"])
    if given.get("handle"):
        catalogue.rename_handle(ctx.shop, product, given["handle"])


def merge_metafields(ctx: Context, product: Product, given: Json, base: list[str]) -> None:
    fields = [inputs.metafield(ctx, one, "PRODUCT") for one in given.get("metafields") or ()]
    acts_metafields.merge(ctx.shop, product, fields, [*base, "metafields"], "PRODUCT")


# -- options --


def check_option_name(name: str, path: list[str], code: str) -> None:
    if not name.strip():
        raise Refused("Option name can't be blank.", path, code)
    if " / " in name:
        raise Refused("Option name cannot contain ' / '.", path, code)
    if len(name) > LONGEST:
        raise Refused(f"Option name is too long (maximum is {LONGEST} characters).", path, code)


def values_of(ctx: Context, product: Product, rows: list[Json], path: list[str], *, make: bool) -> Values:
    """VariantOptionValueInput rows as one value per option of the product. `make`: names that are new are added."""
    found: dict[int, OptionValue] = {}
    for index, row in enumerate(rows):
        place = [*path, str(index)]
        option = next((one for one in product.options if _is(row, one.id, one.name)), None)
        if option is None:
            words = f"Option {row.get('optionName') or row.get('optionId')!r} does not exist"
            raise Refused(words, place, "OPTION_DOES_NOT_EXIST")
        if row.get("id"):
            wanted = number_of(row["id"], "ProductOptionValue")
            value = next((one for one in option.values if one.id == wanted), None)
        elif make:
            value = catalogue.value_of(ctx.world, option, row.get("name") or "")
        else:
            value = next((one for one in option.values if one.name == row.get("name")), None)
        if value is None or not value.name:
            raise Refused("Option value does not exist", [*place, "name"], "OPTION_VALUE_DOES_NOT_EXIST")
        found[option.id] = value
    missing = [one.name for one in product.options if one.id not in found]
    if missing:
        words = f"You need to add option values for {', '.join(missing)}"
        raise Refused(words, path, "NEED_TO_ADD_OPTION_VALUES")
    return tuple(found[one.id] for one in product.options)


def _is(row: Json, option_id: int, name: str) -> bool:
    if row.get("optionId"):
        return number_of(row["optionId"], "ProductOption") == option_id
    return bool(row.get("optionName") == name)


def exists_already(values: Values) -> str:
    title = " / ".join(one.name for one in values)
    return f"The variant '{title}' already exists. Please change at least one option value."


# -- variants --


def check_variant(row: Json, path: list[str], code: str) -> None:
    for name, words in (("price", "Price"), ("compareAtPrice", "Compare at price")):
        if row.get(name) is not None and decimal(row[name]) < 0:
            raise Refused(f"{words} must be greater than or equal to 0", [*path, name], code)
    sku = (row.get("inventoryItem") or {}).get("sku") or row.get("sku") or ""
    if len(sku) > LONGEST or len(row.get("barcode") or "") > LONGEST:
        name = "barcode" if len(sku) <= LONGEST else "sku"
        raise Refused(f"{name.upper()} is too long (maximum is {LONGEST} characters)", [*path, name], code)


def fill_variant(ctx: Context, variant: Variant, row: Json) -> None:
    """What is given is set; null clears what can be empty."""
    item = row.get("inventoryItem") or {}
    if "sku" in item or "sku" in row:
        variant.sku = row.get("sku") or item.get("sku") or ""
    if "barcode" in row:
        variant.barcode = row["barcode"] or ""
    variant.policy = row.get("inventoryPolicy") or variant.policy
    if item.get("tracked") is not None:
        variant.tracked = bool(item["tracked"])
    if item.get("requiresShipping") is not None:
        variant.requires_shipping = bool(item["requiresShipping"])
    if row.get("taxable") is not None:
        variant.taxable = bool(row["taxable"])
    if row.get("price") is not None:
        variant.price = _cents(row["price"])
    if "compareAtPrice" in row:
        variant.compare_at = None if row["compareAtPrice"] is None else _cents(row["compareAtPrice"])
    weight = (item.get("measurement") or {}).get("weight")
    if weight:
        variant.weight, variant.weight_unit = weight["value"] * GRAMS[weight["unit"]], weight["unit"]
    variant.updated_at = ctx.world.now()


def _cents(given: Any) -> Decimal:
    return decimal(given).quantize(Decimal("0.01"))


def allow_new_variants(ctx: Context, count: int) -> None:
    """Big shops that are not Plus make a thousand a day at most; beyond that it is HTTP 429 (FACTS section 3)."""
    shop: Shop = ctx.shop
    if count <= 0 or shop.plan in ("plus", "rehearsal") or len(shop.variants) < BIG_SHOP:
        return
    today = ctx.world.now().date()
    made = shop.made_on[1] if shop.made_on[0] == today else 0
    if made + count > MADE_A_DAY:
        raise TooManyVariants
    shop.made_on = (today, made + count)
