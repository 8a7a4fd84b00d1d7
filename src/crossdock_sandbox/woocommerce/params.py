"""What the API accepts: types and choices of parameters, checked as WordPress does before anything is looked up.

Not for what a value means.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from crossdock_sandbox.woocommerce.errors import RestError, invalid

Json = dict[str, Any]
Problem = tuple[str, str, Any]
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
ORDER_STATUSES = ("auto-draft", "pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
                  "checkout-draft")  # fmt: skip
PRODUCT_STATUSES = ("draft", "pending", "private", "publish", "future", "auto-draft", "trash")
BACKORDERS = ("no", "notify", "yes")
_STRINGS = """name slug sku global_unique_id description short_description regular_price sale_price external_url
    button_text tax_class weight shipping_class purchase_note post_password catalog_visibility""".split()
_BOOLEANS = "featured virtual downloadable sold_individually reviews_allowed".split()
_INTEGERS = "stock_quantity low_stock_amount parent_id menu_order download_limit download_expiry".split()
_ARRAYS = """downloads upsell_ids cross_sell_ids categories brands tags images attributes default_attributes meta_data
    grouped_products""".split()
PRODUCT: dict[str, Any] = {
    **dict.fromkeys(_STRINGS, "string"), **dict.fromkeys(_BOOLEANS, "boolean"), **dict.fromkeys(_INTEGERS, "integer"),
    **dict.fromkeys(_ARRAYS, "array"), "manage_stock": "boolean", "dimensions": "object", "backorders": BACKORDERS,
    "status": PRODUCT_STATUSES, "type": ("simple", "grouped", "external", "variable"),
    "stock_status": ("instock", "outofstock", "onbackorder"),
    "tax_status": ("taxable", "shipping", "none"),
}  # fmt: skip
VARIATION = {name: kind for name, kind in PRODUCT.items() if name not in ("type", "manage_stock", "images")} | {
    "manage_stock": "mixed", "image": "object",
    "status": ("draft", "pending", "private", "publish", "future", "auto-draft", "trash"),
}  # fmt: skip
ORDER: dict[str, Any] = {
    **dict.fromkeys("created_via currency customer_note payment_method payment_method_title transaction_id".split(),
                    "string"),
    **dict.fromkeys("meta_data line_items shipping_lines fee_lines coupon_lines".split(), "array"),
    "parent_id": "integer", "customer_id": "integer", "billing": "object", "shipping": "object", "set_paid": "boolean",
    "status": ORDER_STATUSES,
}  # fmt: skip
REFUND: dict[str, Any] = {
    "amount": "string", "reason": "string", "refunded_by": "integer", "api_refund": "boolean",
    "api_restock": "boolean", "line_items": "array", "meta_data": "array",
}  # fmt: skip
NOTE: dict[str, Any] = {"note": "string", "customer_note": "boolean", "added_by_user": "boolean"}
WEBHOOK: dict[str, Any] = {
    "name": "string", "status": ("active", "paused", "disabled"), "topic": "string", "secret": "string",
}  # fmt: skip
LIST: dict[str, Any] = {"page": (1, None), "per_page": (1, 100), "offset": "integer", "order": ("asc", "desc")}


def check(body: Json, known: Mapping[str, Any]) -> None:
    """Raises RestError naming every parameter that is not what `known` says."""
    problems = {name: words for name, kind in known.items() if name in body
                if (words := problem(name, body[name], kind)) is not None}  # fmt: skip
    if "billing" in body and "billing" not in problems:
        email = body["billing"].get("email") if isinstance(body["billing"], dict) else None
        if email and not EMAIL.fullmatch(str(email)):
            problems["billing"] = ("rest_invalid_email", "Invalid email address.", None)
    if problems:
        raise invalid(problems)


def problem(name: str, value: Any, kind: Any) -> Problem | None:
    if isinstance(kind, tuple) and kind and isinstance(kind[0], int):
        return _bounds(name, value, kind)
    if isinstance(kind, tuple):
        return None if value in kind else ("rest_not_in_enum", f"{name} is not one of {spoken(kind)}.", None)
    if kind == "mixed" or _is(value, kind):
        return None
    return "rest_invalid_type", f"{name} is not of type {kind}.", {"param": name}


def _bounds(name: str, value: Any, bounds: tuple[Any, ...]) -> Problem | None:
    low, high = bounds
    if not _is(value, "integer"):
        return "rest_invalid_type", f"{name} is not of type integer.", {"param": name}
    if low <= int(value) and (high is None or int(value) <= high):
        return None
    words = f"must be greater than or equal to {low}" if high is None else (
        f"must be between {low} (inclusive) and {high} (inclusive)")  # fmt: skip
    return "rest_out_of_bounds", f"{name} {words}", None


def spoken(names: Collection[str]) -> str:
    """ "a, b, and c" """
    rows = list(names)
    return rows[0] if len(rows) == 1 else f"{', '.join(rows[:-1])}, and {rows[-1]}"


def _is(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool) or str(value).lower() in ("true", "false", "0", "1", "")
    if kind == "integer":
        if isinstance(value, bool):
            return False
        if isinstance(value, int | float):
            return float(value).is_integer()
        return isinstance(value, str) and re.fullmatch(r"\s*-?\d+(\.0+)?\s*", value) is not None
    if kind == "array":
        return isinstance(value, list | str | int)
    if kind == "object":
        return isinstance(value, dict) or value in ("", [])
    return isinstance(value, str)


def truth(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).lower() in ("true", "1")


def whole(value: Any) -> int:
    return int(float(value))


def listed(value: Any) -> list[str]:
    """A list that was sent as `name[]`, as "a,b", or as one."""
    if isinstance(value, list):
        return [str(each) for each in value]
    return [each for each in re.split(r"[\s,]+", str(value)) if each]


def numbers(value: Any, name: str) -> list[int]:
    try:
        return [int(each) for each in listed(value)]
    except ValueError:
        raise invalid(
            {name: ("rest_invalid_type", f"{name}[0] is not of type integer.", {"param": f"{name}[0]"})}
        ) from None


def no_json(position: str = "Syntax error") -> RestError:
    return RestError(
        "rest_invalid_json", "Invalid JSON body passed.", 400, json_error_code=4, json_error_message=position
    )
