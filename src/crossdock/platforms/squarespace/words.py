"""Squarespace's words and ours: status tables, one row a word.

A word that is not here reads as UNKNOWN, never as something good.
"""

from crossdock.core.orders import FinancialStatus

CANCELED, FULFILLED = "CANCELED", "FULFILLED"

PAYMENT = {
    "PAID": FinancialStatus.PAID,
    "AUTHORIZED": FinancialStatus.AUTHORIZED,
    "PARTIALLY_PAID": FinancialStatus.PARTIALLY_PAID,
    "PENDING": FinancialStatus.PENDING,
    "FAILED": FinancialStatus.PENDING,
    "REFUNDED": FinancialStatus.REFUNDED,
    "REFUND_PENDING": FinancialStatus.PAID,
    "REFUND_FAILED": FinancialStatus.PAID,
}
NOT_CHARGED = "NOT_CHARGED"

# Left to itself a listing of orders hides the last five of these (FACTS section 3).
PAYMENT_STATES = (NOT_CHARGED, "AUTHORIZED", "PAID", "REFUNDED", "PENDING", "FAILED", "REFUND_PENDING",
                  "REFUND_FAILED", "PARTIALLY_PAID")  # fmt: skip

# An order brought in by an app takes no payment (FACTS section 3), so that whether the buyer has paid the merchant is
# told by its channel: the one free word that the vendor sees and that comes back.
CHANNEL, CHANNEL_UNPAID = "Crossdock", "Crossdock (not paid yet)"
CHANNELS = frozenset((CHANNEL, CHANNEL_UNPAID))

PHYSICAL = "PHYSICAL"


def payment(state: str | None, channel: str | None) -> FinancialStatus:
    """What is known of the payment of an order of ours."""
    if state in ("REFUNDED", "PAID"):
        return PAYMENT[state]
    if channel == CHANNEL:
        return FinancialStatus.PAID
    if channel == CHANNEL_UNPAID:
        return FinancialStatus.PENDING
    return PAYMENT.get(state or "", FinancialStatus.UNKNOWN)
