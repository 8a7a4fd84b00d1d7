"""What the hub itself says of vendor orders that a run shows: their state, why they wait and until when.

Not here: what the stores say (looks.py). Knows no sandbox, so that pages may use it.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from crossdock.models import DirtyKey, Marketplace, VendorOrder


class Standing(Struct, frozen=True):
    """`order`: the row of the merchant's order. `reason`: a Reason, or "" when nothing holds it; `due_at`: when it is
    tried again, None when nothing is due."""

    order: int
    state: str
    reason: str
    due_at: datetime | None


def standings(marketplace: Marketplace, references: Sequence[str]) -> dict[str, Standing]:
    """By reference; two queries."""
    rows = list(VendorOrder.objects.filter(marketplace=marketplace, reference__in=references))
    keys = {
        key.ref: key
        for key in DirtyKey.objects.filter(kind="vendor_order", ref__in=[row.pk for row in rows], attempts__gt=0)
    }
    return {row.reference: _standing(row, keys.get(row.pk)) for row in rows}


def _standing(row: VendorOrder, key: DirtyKey | None) -> Standing:
    waits = key.reason if key is not None and not row.reason else ""
    return Standing(row.order_id, row.state, row.reason or waits, key.due_at if key is not None else None)
