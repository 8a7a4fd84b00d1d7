"""Rows as the drains of vendor orders and parcels hold them: loaded whole, changed in memory, kept by state.

Not here: what changes them (vendor_order.py, follow.py, fulfillment.py).
"""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from crossdock.core.reasons import Reason
from crossdock.core.vendor_order import VendorOrderDraft
from crossdock.sync.drain import Context
from crossdock.sync.effects import Note, ParcelState, VendorOrderState
from crossdock.sync.what import What

T = TypeVar("T")
draft_of = msgspec.json.Decoder(VendorOrderDraft).decode


class VendorOrderRow(Struct):
    """A vendor order. `was` is the state it was loaded in (or moved to by an intent)."""

    id: int
    marketplace_id: int
    order_id: int
    store_id: int
    state: str
    reason: str
    words: str
    reference: str
    sealed: bytes
    digest: bytes
    sent_digest: bytes | None
    sealed_sent: bytes | None
    sending_at: datetime | None
    looked_at: datetime | None
    remote_id: str
    remote_name: str
    remote_lines: str
    cancel_job: str
    wants_cancel: bool
    wants_paid: bool
    remote_paid: bool
    remote_cancelled: bool
    linked_at: datetime | None
    read_needed: bool
    was: str = ""

    def kept(self) -> VendorOrderState:
        """The columns to keep, fenced by the state they were found in."""
        return VendorOrderState(
            id=self.id,
            was=self.was,
            state=self.state,
            reason=self.reason,
            words=self.words,
            sent_digest=self.sent_digest,
            sealed_sent=self.sealed_sent,
            sending_at=self.sending_at,
            looked_at=self.looked_at,
            remote_id=self.remote_id,
            remote_name=self.remote_name,
            remote_lines=self.remote_lines,
            cancel_job=self.cancel_job,
            remote_paid=self.remote_paid,
            linked_at=self.linked_at,
            read_needed=self.read_needed,
        )

    def note(self, what: What | Reason, **data: Any) -> Note:
        return Note(self.marketplace_id, what, self.store_id, self.order_id, self.id, data)


class ParcelRow(Struct):
    """A parcel, with what of its order and vendor order is needed to write it."""

    id: int
    order_id: int
    vendor_order_id: int
    marketplace_id: int
    order_remote_id: str
    status: str
    lines: list[list[Any]]
    tracking: dict[str, Any]
    state: str
    reason: str
    words: str
    merchant_id: str
    sent_tracking: dict[str, Any] | None
    sending_at: datetime | None
    looked_at: datetime | None
    linked_at: datetime | None
    vendor_store_id: int | None
    was: str = ""

    def kept(self) -> ParcelState:
        sent = self.sent_tracking
        return ParcelState(
            id=self.id,
            was=self.was,
            state=self.state,
            lines=msgspec.json.encode(self.lines).decode(),
            reason=self.reason,
            words=self.words,
            merchant_id=self.merchant_id,
            sent_tracking=None if sent is None else msgspec.json.encode(sent).decode(),
            sending_at=self.sending_at,
            looked_at=self.looked_at,
            linked_at=self.linked_at,
        )

    def note(self, what: What | Reason, **data: Any) -> Note:
        data = {"parcel": self.id} | data
        return Note(self.marketplace_id, what, None, self.order_id, self.vendor_order_id, data)


async def call(context: Context, write: str, state: str, answer: Awaitable[T]) -> T:
    """A write to a store; the crash point lies behind its answer, whatever that was."""
    try:
        return await answer
    finally:
        context.points.reach("call.after", write, state)
