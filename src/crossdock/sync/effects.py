"""What a piece of work wants kept, as data: row states, notes, marks, and what becomes of its key.

Not here: the statements that keep it (writer.py), or why (kinds/).
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.core.reasons import Reason
from crossdock.sync.dirty import Mark
from crossdock.sync.stock_rows import Taken


class Key(Struct, frozen=True):
    """A claimed dirty key. `store_version` changes whenever the store's row does; `ailing`: the store did not answer
    last time."""

    id: int
    store_id: int
    kind: str
    ref: int
    generation: int
    attempts: int
    reason: str
    store_version: int
    ailing: bool = False


class Note(Struct, frozen=True):
    """One activity, or one item that needs a person: `what` is the activity's code or the item's reason."""

    marketplace_id: int
    what: str
    store_id: int | None = None
    order_id: int | None = None
    vendor_order_id: int | None = None
    data: dict[str, Any] = {}


class Settled(Struct, frozen=True):
    """An open item that the world has answered: of a vendor order, an order, or a store."""

    reason: Reason
    vendor_order_id: int | None = None
    order_id: int | None = None
    store_id: int | None = None


class Again(Struct, frozen=True):
    """A key given back. `due_at` None = parked until marked. `counts` adds to its attempts (back-off); `anew` forgets
    them: the work is done and the key stays for the next time."""

    key: Key
    due_at: datetime | None
    reason: str
    counts: bool = True
    anew: bool = False


class VendorOrderState(Struct):
    """The columns of a vendor order that its drain owns, as loaded, then as they should be. Kept only while the row is
    still in state `was` (a person or another drain may have moved it on)."""

    id: int
    was: str
    state: str
    reason: str
    words: str
    sent_digest: bytes | None
    sealed_sent: bytes | None
    sending_at: datetime | None
    looked_at: datetime | None
    remote_id: str
    remote_name: str
    remote_lines: str
    cancel_job: str
    remote_paid: bool
    linked_at: datetime | None
    read_needed: bool


class ParcelState(Struct):
    """The columns of a parcel that the fulfilment drain owns."""

    id: int
    was: str
    state: str
    lines: str
    reason: str
    words: str
    merchant_id: str
    sent_tracking: str | None
    sending_at: datetime | None
    looked_at: datetime | None
    linked_at: datetime | None


class StoreChange(Struct, frozen=True):
    """A store's new connection state. `version`: what its row was when this was found out (Key.store_version); changed
    since, as by new credentials, it may not be so any more, and is found out again where it is."""

    store_id: int
    state: str
    words: str = ""
    version: int | None = None


class Effects(Struct):
    """Everything one piece of work wants kept, in one transaction with others'."""

    vendor_orders: list[VendorOrderState] = msgspec.field(default_factory=list)
    parcels: list[ParcelState] = msgspec.field(default_factory=list)
    taken: list[Taken] = msgspec.field(default_factory=list)  # what vendors' stores have by their orders now
    done: list[Key] = msgspec.field(default_factory=list)
    again: list[Again] = msgspec.field(default_factory=list)
    marks: list[Mark] = msgspec.field(default_factory=list)
    activities: list[Note] = msgspec.field(default_factory=list)
    opened: list[Note] = msgspec.field(default_factory=list)
    settled: list[Settled] = msgspec.field(default_factory=list)
    stores: list[StoreChange] = msgspec.field(default_factory=list)
    pauses: list[tuple[int, datetime]] = msgspec.field(default_factory=list)
    failures: list[int] = msgspec.field(default_factory=list)  # stores that did not answer
    answered: list[int] = msgspec.field(default_factory=list)  # stores that do again
    reads: list[int] = msgspec.field(default_factory=list)  # vendor orders that their store must be asked about
    fulfilled: list[int] = msgspec.field(default_factory=list)  # vendor orders that may be done with
    send_orders: list[int] = msgspec.field(default_factory=list)  # vendor orders: ready -> sending
    send_parcels: list[int] = msgspec.field(default_factory=list)  # parcels: ready -> sending


class Intended(Struct, frozen=True):
    """What an intent found when it was kept: the draft as it was at that moment (of a parcel: the tracking, JSON)."""

    id: int
    sealed: bytes
    digest: bytes
    attempt: int
