"""The rules a merchant sets for listings: which field follows the vendor when, the price rule, what becomes of endings.

Not here: carrying them out (listing_plan.py), or where they are kept (models/policy.py, whose columns are the names
here). Why the defaults are what they are: docs/decisions/listing-fields.md.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from msgspec import Struct

from crossdock.core.listing_conflict import Conflict
from crossdock.core.listing_price import Rounding, rule, usable


class Field(StrEnum):
    """What of a listing may follow the vendor. Whether stock is counted follows inventory sync, not a field."""

    TITLE = "title"
    DESCRIPTION = "description"
    PRODUCT_TYPE = "product_type"
    VENDOR_NAME = "vendor_name"
    STATUS = "status"
    TAGS = "tags"
    MEDIA = "media"
    OPTIONS = "options"
    PRICE = "price"
    COMPARE_AT = "compare_at"
    BARCODE = "barcode"
    SKU = "sku"
    WEIGHT = "weight"


class NewStatus(StrEnum):
    ACTIVE = "active"
    DRAFT = "draft"
    AS_VENDOR = "as_vendor"


class OnDelete(StrEnum):
    DELETE = "delete"
    DRAFT = "draft"
    KEEP = "keep"


class Follow(Struct, frozen=True, array_like=True):
    """Whether a field is the vendor's when a listing is made, and whether it follows the vendor afterwards."""

    at_create: bool = True
    at_update: bool = True


class ListingPolicy(Struct, frozen=True, omit_defaults=True):
    """The rules for one vendor, merged. `own_factor`: the factor was set for this vendor, so it may stand for an
    exchange rate."""

    follow: dict[Field, Follow] = {}
    product_sync: bool = True
    auto_approve: bool = False
    auto_variants: bool = True
    inventory_sync: bool = True
    price_factor: Decimal = Decimal(1)
    price_amount: Decimal = Decimal(0)
    price_rounding: Rounding = Rounding.NONE
    own_factor: bool = False
    new_status: NewStatus = NewStatus.DRAFT
    on_delete: OnDelete = OnDelete.DRAFT
    conflicts: Conflict = Conflict.MERCHANT
    stock_buffer: int = 0
    lease_hours: int = 24

    def at_create(self, field: Field) -> bool:
        return self.follow.get(field, _FOLLOW).at_create

    def at_update(self, field: Field) -> bool:
        return self.follow.get(field, _FOLLOW).at_update


_FOLLOW = Follow()


class PolicyInvalid(ValueError):
    """A rule that cannot be. `field` is the one to change, `fix` a code of how: "yes_or_no", "above_zero", "number",
    "whole_number", "one_of", "two_switches", "no_such_field"; `allowed` what it may be."""

    def __init__(self, field: str, fix: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(f"{field}: {fix}" + (f" of {', '.join(allowed)}" if allowed else ""))
        self.field = field
        self.fix = fix
        self.allowed = allowed


MOST_FACTOR = Decimal(1_000_000)
MOST_AMOUNT = Decimal(10) ** 12
MOST_BUFFER = 1_000_000
MOST_LEASE_HOURS = 24 * 365


def price_rule(price: Decimal, policy: ListingPolicy, currency: str) -> Decimal:
    """What the merchant asks in `currency` for the vendor's `price`; never below zero."""
    return rule(
        price,
        factor=policy.price_factor,
        amount=policy.price_amount,
        rounding=policy.price_rounding,
        currency=currency,
    )


def compare_rule(compare_at: Decimal | None, price: Decimal, policy: ListingPolicy, currency: str) -> Decimal | None:
    """The price before, by the same rule; None when there is none or it is not above `price`, the merchant's."""
    if compare_at is None or not usable(compare_at):
        return None
    before = price_rule(compare_at, policy, currency)
    return before if before > price else None


def check_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The given rules as they are kept (None stays None = as the marketplace): strings read as numbers, words as
    theirs. Raises PolicyInvalid naming the field and what would be right. Columns that are not rules of listings pass
    untouched."""
    return {
        name: value if value is None or name not in _CHECKS else _CHECKS[name](name, value)
        for name, value in values.items()
    }


def merge(marketplace: Mapping[str, Any], override: Mapping[str, Any] | None = None) -> ListingPolicy:
    """The rules for one vendor: its own row's values over the marketplace's; None = as the marketplace, and there = as
    it is by default. Raises PolicyInvalid."""
    ours, theirs = check_fields(marketplace), check_fields(override or {})
    given = {name: value for row in (ours, theirs) for name, value in row.items() if value is not None}
    follow = {Field(name): Follow(*pair) for row in (ours, theirs) for name, pair in (row.get("fields") or {}).items()}
    rules = {name: given[name] for name in _RULES if name in given}
    return ListingPolicy(follow=follow, own_factor=theirs.get("price_factor") is not None, **rules)


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise PolicyInvalid(name, "yes_or_no")
    return value


def _decimal(name: str, value: Any) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, Decimal | int | str):
        raise PolicyInvalid(name, "number")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise PolicyInvalid(name, "number") from None
    if not number.is_finite():
        raise PolicyInvalid(name, "number")
    return number


def _factor(name: str, value: Any) -> Decimal:
    number = _decimal(name, value)
    if not 0 < number <= MOST_FACTOR:
        raise PolicyInvalid(name, "above_zero")
    return number


def _amount(name: str, value: Any) -> Decimal:
    number = _decimal(name, value)
    if abs(number) > MOST_AMOUNT:
        raise PolicyInvalid(name, "number")
    return number


def _count(least: int, most: int) -> Callable[[str, Any], int]:
    def check(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise PolicyInvalid(name, "whole_number", (str(least), str(most)))
        return value

    return check


def _word(words: type[StrEnum]) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        try:
            return words(value)
        except ValueError:
            raise PolicyInvalid(name, "one_of", tuple(words)) from None

    return check


def _pairs(name: str, value: Any) -> dict[str, list[bool]]:
    if not isinstance(value, Mapping):
        raise PolicyInvalid(name, "two_switches")
    for field, pair in value.items():
        if field not in Field.__members__.values():
            raise PolicyInvalid(f"{name}.{field}", "no_such_field", tuple(Field))
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(one, bool) for one in pair)):
            raise PolicyInvalid(f"{name}.{field}", "two_switches")
    return {str(field): [bool(one) for one in pair] for field, pair in value.items()}


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "fields": _pairs,
    "product_sync": _switch,
    "auto_approve": _switch,
    "auto_variants": _switch,
    "inventory_sync": _switch,
    "price_factor": _factor,
    "price_amount": _amount,
    "price_rounding": _word(Rounding),
    "new_status": _word(NewStatus),
    "on_delete": _word(OnDelete),
    "conflicts": _word(Conflict),
    "stock_buffer": _count(0, MOST_BUFFER),
    "lease_hours": _count(1, MOST_LEASE_HOURS),
}
_RULES = tuple(name for name in _CHECKS if name != "fields")
