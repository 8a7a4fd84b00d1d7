"""What people are told about: kinds of notices, for whom, by which way, and what happened for each of them.

Not here: a fact becoming a notice (sync/notices.py), sentences (web), or mail.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from msgspec import Struct

from crossdock.core.reasons import Reason


class Audience(StrEnum):
    MERCHANT = "merchant"  # owners and staff of the marketplace, and who may read
    VENDOR = "vendor"  # one vendor's people; its contact address when it has none


class Channel(StrEnum):
    EMAIL = "email"
    APP = "app"


class NoticeKind(StrEnum):
    ORDER_RECEIVED = "order_received"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_REFUSED = "order_refused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    CHANGE_NOT_TAKEN = "change_not_taken"
    ORDER_LATE = "order_late"
    STORE_DISCONNECTED = "store_disconnected"
    TOO_MUCH_CHANGE = "too_much_change"
    VENDOR_CONNECTED = "vendor_connected"
    WEBHOOK_DISABLED = "webhook_disabled"
    NEEDS_ATTENTION = "needs_attention"


class Way(Struct, frozen=True):
    """Whether a kind is told by e-mail and in the app, unless the marketplace or the person says otherwise."""

    email: bool = True
    app: bool = True


M, V = Audience.MERCHANT, Audience.VENDOR
KINDS: Mapping[NoticeKind, Mapping[Audience, Way]] = {
    NoticeKind.ORDER_RECEIVED: {M: Way(False, False), V: Way()},  # the merchant's own store tells of its orders
    NoticeKind.ORDER_CANCELLED: {M: Way(False), V: Way()},
    NoticeKind.ORDER_REFUSED: {M: Way()},
    NoticeKind.OUTCOME_UNKNOWN: {M: Way()},
    NoticeKind.CHANGE_NOT_TAKEN: {M: Way(), V: Way()},
    NoticeKind.ORDER_LATE: {M: Way(False), V: Way()},
    NoticeKind.STORE_DISCONNECTED: {M: Way(), V: Way()},
    NoticeKind.TOO_MUCH_CHANGE: {M: Way()},
    NoticeKind.VENDOR_CONNECTED: {M: Way(False)},
    NoticeKind.WEBHOOK_DISABLED: {M: Way()},
    NoticeKind.NEEDS_ATTENTION: {M: Way()},
}
LATE_AFTER_DAYS = 5  # unless the marketplace says otherwise

# What the history calls it -> what it is told as. Anything else in the history is told to nobody.
OF_ACTIVITIES: Mapping[str, NoticeKind] = {
    "vendor_order.linked": NoticeKind.ORDER_RECEIVED,
    "vendor_order.found": NoticeKind.ORDER_RECEIVED,
    "vendor_order.manual": NoticeKind.ORDER_RECEIVED,  # it is to be fulfilled here, by hand
    "vendor_order.late": NoticeKind.ORDER_LATE,
    "vendor_order.cancelled": NoticeKind.ORDER_CANCELLED,
    "vendor_order.cancelled_at_vendor": NoticeKind.ORDER_CANCELLED,
    "stores.connected": NoticeKind.VENDOR_CONNECTED,
    "store.disconnected": NoticeKind.STORE_DISCONNECTED,
    "webhook.disabled": NoticeKind.WEBHOOK_DISABLED,
}
OF_REASONS: Mapping[str, NoticeKind] = {
    Reason.REJECTED_BY_STORE: NoticeKind.ORDER_REFUSED,
    Reason.FULFILLMENT_REFUSED: NoticeKind.ORDER_REFUSED,
    Reason.OUTCOME_UNKNOWN: NoticeKind.OUTCOME_UNKNOWN,
    Reason.FULFILLMENT_UNKNOWN: NoticeKind.OUTCOME_UNKNOWN,
    Reason.ADJUSTMENT_UNKNOWN: NoticeKind.OUTCOME_UNKNOWN,
    Reason.ITEMS_EDITED: NoticeKind.CHANGE_NOT_TAKEN,
    Reason.REFUNDED: NoticeKind.CHANGE_NOT_TAKEN,
    Reason.EDIT_REFUSED: NoticeKind.CHANGE_NOT_TAKEN,
    Reason.CANCEL_REFUSED: NoticeKind.CHANGE_NOT_TAKEN,
    Reason.UNSUPPORTED: NoticeKind.CHANGE_NOT_TAKEN,
    Reason.NEEDS_REAUTHORISATION: NoticeKind.STORE_DISCONNECTED,
    Reason.STORE_UNREACHABLE: NoticeKind.STORE_DISCONNECTED,
    Reason.STORE_UNINSTALLED: NoticeKind.STORE_DISCONNECTED,
    Reason.STOCK_LEASE_EXPIRED: NoticeKind.STORE_DISCONNECTED,
    Reason.TOO_MUCH_CHANGE: NoticeKind.TOO_MUCH_CHANGE,
}
OPENED = "attention.opened"  # what an item that needs a person is called among the facts

# What systems of the merchant's may hear of by webhook: part of the interface, so kinds are added and never renamed.
WEBHOOK_KINDS = (
    "vendor_order.held",
    "vendor_order.manual",
    "vendor_order.linked",
    "vendor_order.found",
    "vendor_order.rejected",
    "vendor_order.unknown",
    "vendor_order.updated",
    "vendor_order.cancelled",
    "vendor_order.cancelled_at_vendor",
    "vendor_order.cancelled_by_vendor",
    "vendor_order.late",
    "vendor_order.closed",
    "parcel.linked",
    "parcel.tracking_updated",
    "parcel.cancelled",
    "stores.connected",
    "store.disconnected",
    "store.needs_reauth",
    "store.unreachable",
    "store.uninstalled",
    "listing.made",
    "listing.ended",
    OPENED,
)
TEST_KIND = "webhook.test"  # what a person sends to try an endpoint


class Told(IntEnum):
    """Whether a fact is kept for telling."""

    NO = 0
    ALWAYS = 1
    TO_SYSTEMS = 2  # only where an endpoint listens


def told(what: str) -> Told:
    if what in OF_ACTIVITIES:
        return Told.ALWAYS
    return Told.TO_SYSTEMS if what in WEBHOOK_KINDS else Told.NO


def kind_of(what: str, reason: str = "") -> NoticeKind | None:
    """What a fact is told as; `reason` is of an item that needs a person."""
    if what == OPENED:
        return OF_REASONS.get(reason, NoticeKind.NEEDS_ATTENTION)
    return OF_ACTIVITIES.get(what)
