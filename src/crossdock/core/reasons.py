"""Reason codes: why something waits, was refused, or needs a person. Codes only; web/phrases.py has the sentences.

Not here: human language.
"""

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Reason(StrEnum):
    # a vendor order is made by hand
    CONNECTING_OFF = "connecting_off"
    ADD_ON_INACTIVE = "add_on_inactive"
    ORDER_SYNC_OFF = "order_sync_off"
    VENDOR_HAS_NO_STORE = "vendor_has_no_store"
    # a vendor order waits
    STORE_NOT_CONNECTED = "store_not_connected"
    ORDER_CANCELLED = "order_cancelled"
    NOT_PAID = "not_paid"
    LINES_NOT_LINKED = "lines_not_linked"
    CATALOGUE_NOT_READ = "catalogue_not_read"
    LINES_UNASSIGNED = "lines_unassigned"
    ORDER_BELOW_MINIMUM = "order_below_minimum"
    ORDER_ABOVE_MAXIMUM = "order_above_maximum"
    QUANTITY_BELOW_MINIMUM = "quantity_below_minimum"
    QUANTITY_ABOVE_MAXIMUM = "quantity_above_maximum"
    HELD_BY_PERSON = "held_by_person"
    TOO_MUCH_CHANGE = "too_much_change"
    VENDOR_GONE = "vendor_gone"
    # a person is needed
    REJECTED_BY_STORE = "rejected_by_store"
    OUTCOME_UNKNOWN = "outcome_unknown"
    ITEMS_EDITED = "items_edited"
    LINE_WITHOUT_VARIANT = "line_without_variant"
    REFUNDED = "refunded"
    EDIT_REFUSED = "edit_refused"
    CANCEL_REFUSED = "cancel_refused"
    CANCELLED_BY_VENDOR = "cancelled_by_vendor"
    VENDOR_ORDER_GONE = "vendor_order_gone"
    FULFILLMENT_REFUSED = "fulfillment_refused"
    FULFILLMENT_UNKNOWN = "fulfillment_unknown"
    NEEDS_REAUTHORISATION = "needs_reauthorisation"
    STORE_UNREACHABLE = "store_unreachable"
    STORE_UNINSTALLED = "store_uninstalled"
    LISTING_REFUSED = "listing_refused"
    LISTING_DELETED = "listing_deleted"
    LISTING_CONFLICT = "listing_conflict"
    NEW_VARIANTS_LIMITED = "new_variants_limited"
    STOCK_LEASE_EXPIRED = "stock_lease_expired"
    STOCK_REFUSED = "stock_refused"
    STOCK_ELSEWHERE = "stock_elsewhere"
    LOCATION_GONE = "location_gone"
    ADJUSTMENT_UNKNOWN = "adjustment_unknown"
    UNSUPPORTED = "unsupported"
    TOTAL_DIFFERS = "total_differs"
    PRIVACY_REQUEST = "privacy_request"
    UNEXPECTED_ERROR = "unexpected_error"
    # a key comes back later
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    LOOKING_UP = "looking_up"
    CANCELLING = "cancelling"
    ROUTING_PENDING = "routing_pending"


class Rule(StrEnum):
    """The questions of a decision, in the order they are asked (PRODUCT section 2); `Fact.rule` is one of them."""

    CONNECTING = "connecting"
    ADD_ON = "add_on"
    ORDER_SYNC = "order_sync"
    VENDOR = "vendor"
    VENDOR_STORE = "vendor_store"
    STORE_CONNECTED = "store_connected"
    NOT_CANCELLED = "not_cancelled"
    PAID = "paid"
    LINKED = "linked"
    CATALOGUE_READ = "catalogue_read"
    MINIMUM_VALUE = "minimum_value"
    MAXIMUM_VALUE = "maximum_value"
    MINIMUM_QUANTITY = "minimum_quantity"
    MAXIMUM_QUANTITY = "maximum_quantity"
    NOT_HELD = "not_held"


class Remark(StrEnum):
    """What a trace says besides the rules, where it was so; also a `Fact.rule`."""

    MARKED_PAID = "marked_paid"


class Release(StrEnum):
    """What would let a rule pass; `Fact.release` is one of them."""

    SWITCH_ON_CONNECTING = "switch_on_connecting"
    SWITCH_ON_ADD_ON = "switch_on_add_on"
    SWITCH_ON_ORDER_SYNC = "switch_on_order_sync"
    RESTORE_VENDOR = "restore_vendor"
    CONNECT_STORE = "connect_store"
    RECONNECT_STORE = "reconnect_store"
    NOTHING = "nothing"
    ORDER_PAID = "order_paid"
    LINK_LINES = "link_lines"
    CATALOGUE_READ = "catalogue_is_read"
    CHANGE_LIMIT = "change_limit"
    PERSON_RELEASES = "person_releases"


class Fact(Struct, frozen=True, omit_defaults=True):
    """One rule of a decision: what it asked, what it saw, whether it let the order pass, what would release it.

    `rule` is a stable code (e.g. "paid"); `seen` holds the facts, JSON values only, never personal data;
    `release` is a code of what would let it pass (e.g. "order_paid"), empty when it passed.
    """

    rule: str
    passed: bool
    seen: dict[str, Any] = {}
    release: str = ""


Trace = tuple[Fact, ...]
