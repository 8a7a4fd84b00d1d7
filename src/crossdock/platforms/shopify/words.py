"""Shopify's words and ours: status tables, one row a word, the same for GraphQL (upper case) and webhooks (lower case).

A word that is not here reads as UNKNOWN, never as something good.
"""

from crossdock.core.catalog import ProductStatus
from crossdock.core.fulfillment import FulfillmentStatus
from crossdock.core.orders import FinancialStatus

FINANCIAL = {
    "pending": FinancialStatus.PENDING,
    "authorized": FinancialStatus.AUTHORIZED,
    "partially_paid": FinancialStatus.PARTIALLY_PAID,
    "paid": FinancialStatus.PAID,
    "partially_refunded": FinancialStatus.PARTIALLY_REFUNDED,
    "refunded": FinancialStatus.REFUNDED,
    "voided": FinancialStatus.VOIDED,
    "expired": FinancialStatus.EXPIRED,
}

FULFILLMENT = {
    "pending": FulfillmentStatus.OPEN,
    "open": FulfillmentStatus.OPEN,
    "success": FulfillmentStatus.SUCCESS,
    "cancelled": FulfillmentStatus.CANCELLED,
    "error": FulfillmentStatus.FAILED,
    "failure": FulfillmentStatus.FAILED,
}

# UNLISTED is on sale for those who have its address; it reads as draft like any word not here: never by mistake.
PRODUCT = {
    "active": ProductStatus.ACTIVE,
    "draft": ProductStatus.DRAFT,
    "archived": ProductStatus.ARCHIVED,
}

# Our reasons for a cancellation are Shopify's words in lower case, in any case they are given.
CANCEL_REASONS = frozenset({"customer", "declined", "fraud", "inventory", "other", "staff"})


def financial(word: str | None) -> FinancialStatus:
    return FINANCIAL.get((word or "").lower(), FinancialStatus.UNKNOWN)


def fulfillment(word: str | None) -> FulfillmentStatus:
    return FULFILLMENT.get((word or "").lower(), FulfillmentStatus.UNKNOWN)


def product_status(word: str | None) -> ProductStatus:
    return PRODUCT.get((word or "").lower(), ProductStatus.DRAFT)


def cancel_reason(reason: str) -> str:
    """The enum word for `reason`; OTHER for what Shopify has no word for."""
    return reason.upper() if reason.lower() in CANCEL_REASONS else "OTHER"
