"""Fulfilments as snapshots: a parcel of lines with its tracking, in either store.

Not here: how a platform wants a parcel written (platforms/*), or which parcels to write (sync/kinds/fulfillment.py).
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class FulfillmentStatus(StrEnum):
    OPEN = "open"  # asked for, not shipped
    SUCCESS = "success"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Tracking(Struct, frozen=True, omit_defaults=True):
    company: str = ""
    numbers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


class FulfilledLine(Struct, frozen=True):
    """`line_id` is the order line's id in the store the fulfilment is of."""

    line_id: str
    quantity: int


class Fulfillment(Struct, frozen=True, omit_defaults=True):
    """One parcel of one order, as a store says. No lines = everything that was left (platforms without lines)."""

    id: str
    order_id: str
    status: FulfillmentStatus
    created_at: datetime
    updated_at: datetime
    lines: tuple[FulfilledLine, ...] = ()
    tracking: Tracking = Tracking()
    name: str = ""
