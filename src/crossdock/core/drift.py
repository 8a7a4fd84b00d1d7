"""Drift in codes: what is compared between both sides of a link, and why the sides differ.

Not here: comparing (operations/drift_kinds.py), or sentences (web/phrases_catalogue.py).
"""

from enum import StrEnum


class Kind(StrEnum):
    PRODUCT = "product"
    LEVEL = "level"
    ORDER = "order"
    VENDOR_ORDER = "vendor_order"
    FULFILLMENT = "fulfillment"


class Cause(StrEnum):
    """Why two sides differ."""

    EDITED_BY_HAND = "edited_by_hand"  # the merchant's from now on
    CHANGED_AT_MERCHANT = "changed_at_merchant"  # a level that somebody, or an unheard order, changed
    ON_ITS_WAY = "on_its_way"  # marked: it is looked at
    EVENT_LOST = "event_lost"  # nobody was going to look
    HELD_BY_BRAKE = "held_by_brake"
    NEEDS_PERSON = "needs_person"
    CANCELLED_BY_VENDOR = "cancelled_by_vendor"
    DELETED_AT_MERCHANT = "deleted_at_merchant"
    NOT_FETCHED = "not_fetched"  # a picture that the merchant's store could not get
