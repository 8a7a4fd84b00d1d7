"""Vendure's words and ours: state tables, one row a word, and the names of what we leave in a store.

A word that is not here reads as unknown, never as something good.
"""

from crossdock.core.fulfillment import FulfillmentStatus

# Order states of the process that Vendure comes with (defaultOrderProcess); a store may add its own.
DRAFT, ARRANGING, UNPAID, CANCELLED = "Draft", "ArrangingPayment", "ArrangingAdditionalPayment", "Cancelled"
SETTLED, MODIFYING, PART_SHIPPED = "PaymentSettled", "Modifying", "PartiallyShipped"
# From which an order may be modified, and goes back to afterwards.
MODIFIABLE = ("PaymentAuthorized", SETTLED, PART_SHIPPED, "Shipped", "PartiallyDelivered")
# Whose parcels may still come however old they are.
OPEN = (SETTLED, "PaymentAuthorized", PART_SHIPPED, UNPAID, MODIFYING)

# Fulfilment states of defaultFulfillmentProcess. "Pending" was put together and has not left.
PARCEL = {
    "Created": FulfillmentStatus.OPEN,
    "Pending": FulfillmentStatus.OPEN,
    "Shipped": FulfillmentStatus.SUCCESS,
    "Delivered": FulfillmentStatus.SUCCESS,
    "Cancelled": FulfillmentStatus.CANCELLED,
}

# `extensions.code` of GraphQL's errors (common/error/errors of @vendure/core).
REFUSED_CODES = frozenset(("FORBIDDEN", "UNAUTHORIZED", "CHANNEL_NOT_FOUND", "NO_VALID_CHANNEL"))
UNKNOWN_CODES = frozenset(("", "INTERNAL_SERVER_ERROR"))

# What an order is let in with, made once in a store (subscriptions.py): the promotion is known by its name, and the
# coupon begins so, and goes on as nobody can guess.
PROMOTION, COUPON = "Crossdock: the marketplace's own prices", "CROSSDOCK-"
PAYMENT = "Marketplace"
DIFFERENCE, SHIPPING = "Difference to the marketplace's price", "Shipping"
# Whose e-mails no server takes (RFC 2606): Vendure writes to an order's customer.
MAIL_DOMAIN = "orders.crossdock.invalid"
