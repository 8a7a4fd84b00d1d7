"""One order straight from the store, and its refunds: what orders.py and parcels.py both begin with."""

from collections.abc import Sequence

from crossdock.connector.errors import ConnectorError, Gone
from crossdock.platforms.woocommerce import wire, words
from crossdock.platforms.woocommerce.client import Rest

ERRORS = ConnectorError


async def whole(rest: Rest, order_id: str) -> wire.Order:
    """Raises Gone for a draft: it is no order yet."""
    found = await rest.get(f"orders/{numbered(order_id)}", wire.Order, call="read_order")
    if found.status in words.NO_ORDER:
        raise Gone(f"order {order_id} is only a draft", call="read_order")
    return found


async def refunds(rest: Rest, of: wire.Order) -> Sequence[wire.Refund]:
    """All of them; the order itself names only their sums."""
    found: list[wire.Refund] = []
    while len(found) < len(of.refunds):
        query = [("per_page", "100"), ("offset", str(len(found)))]
        page = await rest.get(f"orders/{of.id}/refunds", list[wire.Refund], query, call="read_refunds")
        found += page
        if len(page) < 100:
            break
    return found


def numbered(order_id: str) -> str:
    """An id as it may stand in an address."""
    if not order_id.isdecimal():
        raise Gone(f"{order_id!r} is no order's number", call="read_order")
    return order_id
