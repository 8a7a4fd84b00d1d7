"""What the hub's own log says of trouble with vendor orders: calls that failed, and what a worker had in hand.

Read for counting what a plain integration would have lost (without.py). Not here: whether all is well; the stores say.
"""

from collections.abc import Sequence

from crossdock.models import Call, VendorOrder
from crossdock.rehearsal.hub import Hub

FAILED = (Call.Outcome.FAILED, Call.Outcome.LIMITED)


def failed_calls(references: Sequence[str]) -> list[tuple[str, bool]]:
    """Vendor orders whose making met a call that failed: (reference, whether the store answered at all)."""
    rows = dict(VendorOrder.objects.filter(reference__in=references).values_list("pk", "reference"))
    made = Call.objects.filter(kind="vendor_order", ref__in=list(rows), outcome__in=FAILED, came=False)
    return [(rows[ref], status != 0) for ref, status in made.values_list("ref", "status").distinct()]


def sending(joined: Hub) -> list[str]:
    """References of vendor orders that are being sent at this moment."""
    rows = VendorOrder.objects.filter(marketplace=joined.marketplace, state=VendorOrder.State.SENDING)
    return list(rows.values_list("reference", flat=True))
