"""What each kind of dirty key does: one file a kind."""

from crossdock.sync.drain import Kind
from crossdock.sync.kinds.adjustment import adjustment
from crossdock.sync.kinds.fulfillment import fulfillment
from crossdock.sync.kinds.lease import lease_kind
from crossdock.sync.kinds.level import level
from crossdock.sync.kinds.listing import listing
from crossdock.sync.kinds.order import order
from crossdock.sync.kinds.subscription import subscription
from crossdock.sync.kinds.sweep import sweep
from crossdock.sync.kinds.vendor_order import vendor_order

KINDS: dict[str, Kind] = {
    "order": order,
    "vendor_order": vendor_order,
    "fulfillment": fulfillment,
    "adjustment": adjustment,
    "level": level,
    "lease": lease_kind,
    "listing": listing,
    "subscription": subscription,
    "sweep": sweep,
}
