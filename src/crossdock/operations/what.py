"""Codes of what people do, as the history keeps them. Not here: what the engine does by itself (sync/what.py)."""

from enum import StrEnum


class What(StrEnum):
    """`Activity.what` of operations."""

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
