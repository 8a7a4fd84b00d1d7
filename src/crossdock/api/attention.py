"""What a person must look at: the list, and closing an item that was seen to.

Not here: what opens one (sync).
"""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.shapes import Cursor, Done, Id, Limit, Page, Text, newest_first, page
from crossdock.operations.orders import close_attention

router = Router(tags=["Needs attention"])


class Item(Schema):
    """`reason` is a stable code; `data` holds ids and figures. `closed_at` null = it is open."""

    id: int
    reason: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    store_id: int | None
    order_id: int | None
    vendor_order_id: int | None
    data: dict[str, Any]


@router.get("attention", response=Page[Item])
@needs("orders:read", merchants=True)
def list_attention(
    request: Any, limit: Limit = 50, cursor: Cursor = "", reason: Text = "", closed: bool = False
) -> dict[str, Any]:
    """Newest first; those that are open, or (`closed`) those that were closed."""
    rows = caller(request).merchant.attention.filter(closed_at__isnull=not closed)
    return page(newest_first(rows.filter(reason=reason) if reason else rows, limit, cursor))


@router.post("attention/{int:item_id}/close", response=Done)
@needs("orders:write", merchants=True)
def close_item(request: Any, item_id: Id) -> Done:
    """It was seen to. It opens again by itself should it still not be well."""
    mine = caller(request)
    close_attention(attention=get_object_or_404(mine.merchant.attention, pk=item_id), **mine.by)
    return Done()
