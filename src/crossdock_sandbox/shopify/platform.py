"""Shopify as the house knows it. Not for anything it does."""

from crossdock_sandbox import faults
from crossdock_sandbox.platforms import Platform
from crossdock_sandbox.shopify import (
    control_catalogue,
    control_filling,
    control_orders,
    control_shops,
    dump,
    front,
)  # fmt: skip

PLATFORM = Platform(
    name="shopify",
    answer=front.answer,
    create=control_shops.create,
    dump=dump.store,
    ops={**control_shops.OPS, **control_catalogue.OPS, **control_filling.OPS, **control_orders.OPS},
    at=front.by_host,
    faults={
        "graphql": faults.CALL | {"throttle", "internal_error_after"},
        # of bulk operations; fail: it ends FAILED
        "file": frozenset(("drop", "error_before", "slow", "timeout_before", "fail")),
    },
    default=True,
)
