"""WooCommerce's words and ours: statuses, times, texts. Not here: the shapes on the wire (wire.py)."""

import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from crossdock.core.catalog import ProductStatus
from crossdock.core.orders import FinancialStatus

# A shopper at the checkout, or an order that is only just being made: not yet orders.
NO_ORDER = frozenset({"checkout-draft", "auto-draft"})
TRASH = "trash"
# Nothing more comes of these; "failed" may be paid yet.
CANCELLED = frozenset({"cancelled", TRASH})
# The store has put the goods on their way; WooCommerce itself has no word for it but "completed" (FACTS, Orders).
SHIPPED = frozenset({"completed", "shipped", "delivered"})
# What stock has been lowered by (FACTS, Orders).
TAKES_STOCK = frozenset({"processing", "on-hold", "completed"})

PRODUCT_STATUS = {"publish": ProductStatus.ACTIVE}
STATUS_WORD = {ProductStatus.ACTIVE: "publish", ProductStatus.DRAFT: "draft", ProductStatus.ARCHIVED: "draft"}

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125")}


def financial(status: str, *, paid: bool, refunded: Decimal, total: Decimal) -> FinancialStatus:
    """`date_paid` tells, not the status: cash on delivery is "processing" and unpaid (recorded storefront_get)."""
    if status == "refunded" or (refunded > 0 and refunded >= total):
        return FinancialStatus.REFUNDED
    if paid:
        return FinancialStatus.PARTIALLY_REFUNDED if refunded > 0 else FinancialStatus.PAID
    return FinancialStatus.VOIDED if status in CANCELLED else FinancialStatus.PENDING


def product_status(status: str) -> ProductStatus:
    """Anything but published is not on sale: draft, pending, private, future, words of plugins."""
    return PRODUCT_STATUS.get(status, ProductStatus.DRAFT)


def gmt(of: str | None) -> datetime | None:
    """A `*_gmt` time: no suffix, whole seconds (FACTS, Lists and filters)."""
    if not of:
        return None
    try:
        return datetime.fromisoformat(of.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        return None


def bound(at: datetime) -> str:
    """`at` for a filter with `dates_are_gmt=true`: bare, never with Z (FACTS: both together miss changes silently)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def after(since: datetime) -> str:
    """The exclusive bound that lets through everything at or after `since`'s second."""
    return bound(since.replace(microsecond=0) - timedelta(seconds=1))


def micros(at: datetime) -> int:
    """Microseconds since 1970, which order what was seen of one thing."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def plain(text: str | None) -> str:
    """Names come HTML-escaped, SKUs do not (FACTS, Products)."""
    return html.unescape(text or "")


def amount(of: str | float | None) -> Decimal:
    """Money as the store says it; nothing is zero."""
    return maybe_amount(of) or Decimal(0)


def maybe_amount(of: str | float | None) -> Decimal | None:
    """None for "" and for what is no number."""
    if of is None or of == "":
        return None
    try:
        value = Decimal(str(of))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def money(of: Decimal) -> str:
    return format(of, "f")


def meta_text(value: Any) -> str:
    """A detail's value where it is text; lists and objects belong to plugins."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def metas(of: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    rows = of.items() if isinstance(of, Mapping) else of
    return [{"key": key, "value": value} for key, value in rows]
