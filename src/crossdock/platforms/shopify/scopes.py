"""The access scopes each role wants, and no more; and which of them a store did not grant.

Not here: asking for them (auth.py).
"""

from collections.abc import Iterable

from crossdock.connector.contract import Role

# Any of these shows fulfilment orders of its kind of location; the first is what most stores need (FACTS section 9).
FULFILLMENT_SCOPES = ("read_merchant_managed_fulfillment_orders", "read_third_party_fulfillment_orders")

WANTED = {
    # orders and their customers' names; listings and their stock written; parcels written where the merchant ships from
    Role.MERCHANT: (
        "read_orders",
        "read_customers",
        "read_products",
        "write_products",
        "read_inventory",
        "write_inventory",
        "read_locations",
        "write_merchant_managed_fulfillment_orders",
        "write_third_party_fulfillment_orders",
    ),
    # orders written; catalogue and stock read; stock adjusted for orders fulfilled by hand; parcels read
    Role.VENDOR: (
        "write_orders",
        "read_products",
        "read_inventory",
        "write_inventory",
        "read_locations",
        "read_fulfillments",
    ),
}

# With this one new listings are put on the online store; without it a person publishes them.
PUBLISHING = "write_publications"


def granted(handles: Iterable[str]) -> frozenset[str]:
    """All that `handles` allow: write_x allows read_x, and lists may come without read_x (FACTS section 1)."""
    given = frozenset(handles)
    return given | {f"read_{handle.removeprefix('write_')}" for handle in given if handle.startswith("write_")}


def missing(role: Role, handles: Iterable[str]) -> tuple[str, ...]:
    """The scopes that `role` wants and `handles` do not allow."""
    allowed = granted(handles)
    return tuple(scope for scope in WANTED[role] if scope not in allowed)
