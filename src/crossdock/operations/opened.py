"""Opening sealed rows for the few places that may show or need what is inside. Every caller is a reason to look twice.

Not here: sealing on the hot path (sync).
"""

import msgspec

from crossdock.core.orders import Order
from crossdock.core.vendor_order import VendorOrderDraft
from crossdock.models import MerchantOrder, VendorOrder
from crossdock.models.seal import Ring


def open_order(row: MerchantOrder) -> Order | None:
    """The order as last seen; None while only its id is known, or once its buyer was erased."""
    if row.sealed is None:
        return None
    return msgspec.json.decode(Ring.from_settings().open(bytes(row.sealed)), type=Order)


def open_draft(row: VendorOrder, *, sent: bool = False) -> VendorOrderDraft | None:
    """The vendor order as it should be now, or (`sent`) as the store was last told."""
    sealed = row.sealed_sent if sent else row.sealed
    if sealed is None:
        return None
    return msgspec.json.decode(Ring.from_settings().open(bytes(sealed)), type=VendorOrderDraft)
