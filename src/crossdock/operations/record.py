"""The one Activity that each operation writes, and the base of the exceptions that operations raise.

Not here: sentences for people (web/phrases.py).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from crossdock.models import Activity, Marketplace


class What(StrEnum):
    """Codes of what people do. What the engine does by itself has codes of its own (sync)."""

    MARKETPLACE_CREATED = "marketplace.created"
    PERSON_ADDED = "person.added"
    VENDORS_ADDED = "vendors.added"
    VENDOR_CHANGED = "vendor.changed"
    STORES_CONNECTED = "stores.connected"
    STORE_PAUSED = "store.paused"
    STORE_RESUMED = "store.resumed"
    STORE_DISCONNECTED = "store.disconnected"
    STORE_REAUTHORISED = "store.reauthorised"
    VARIANTS_LINKED = "variants.linked"
    VARIANTS_UNLINKED = "variants.unlinked"
    VARIANTS_RECORDED = "variants.recorded"
    ORDER_HELD = "vendor_order.held_by_person"
    ORDER_RELEASED = "vendor_order.released_by_person"
    ORDER_RETRIED = "order.retried"
    UNKNOWN_RESOLVED = "vendor_order.resolved_by_person"
    FULFILLED_BY_HAND = "vendor_order.fulfilled_by_hand"
    ATTENTION_CLOSED = "attention.closed_by_person"
    ORDER_POLICY_CHANGED = "order_policy.changed"
    ADD_ON_SWITCHED = "add_on.switched"
    BUYER_ERASED = "buyer.erased"
    PRIVACY_ANSWERED = "privacy.answered"


class Refused(Exception):
    """An operation that may not be done as asked. `code` is stable; `field` names the input to mend, "" if none."""

    code = "refused"

    def __init__(self, words: str = "", *, field: str = "") -> None:
        super().__init__(words or self.code)
        self.field = field


def record(
    what: What,
    *,
    marketplace: Marketplace | int,
    who: str,
    now: datetime,
    data: dict[str, Any] | None = None,
    store_id: int | None = None,
    order_id: int | None = None,
    vendor_order_id: int | None = None,
) -> Activity:
    """Write one Activity. `data` holds ids and figures, never buyers' data."""
    marketplace_id = marketplace if isinstance(marketplace, int) else marketplace.pk
    return Activity.objects.create(
        marketplace_id=marketplace_id,
        store_id=store_id,
        order_id=order_id,
        vendor_order_id=vendor_order_id,
        at=now,
        who=who,
        what=what.value,
        data=data or {},
    )
