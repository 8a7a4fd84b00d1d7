"""Privacy: a buyer's data exported or forgotten, for how many days it is kept, platforms' requests, who did what.

Buyers' addresses travel in bodies only, never in an address of ours. Not here: what is done (operations/privacy.py).
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.shapes import Cursor, Given, Id, Limit, Page, newest_first, page, shape
from crossdock.operations.buyers import LONGEST, MOST, orders_of_buyer
from crossdock.operations.privacy import (
    LEAST_DAYS,
    MOST_DAYS,
    Erased,
    Expiring,
    erase_buyer,
    erase_buyers,
    privacy_history,
    set_retention,
    what_expires,
)
from crossdock.operations.privacy_export import export_buyer
from crossdock.operations.privacy_requests import answer_privacy_request, list_requests

router = Router(tags=["Privacy"])


class BuyerAsked(Given):
    """An e-mail address, or an order by its number, an id in a store or `id:17`."""

    buyer: Annotated[str, Field(min_length=1, max_length=LONGEST, examples=["buyer@example.com"])]


class Exported(Schema):
    """Everything that is kept of the buyer, by order."""

    marketplace: str
    made_at: datetime
    made_by: str
    orders: list[dict[str, Any]]


class Erasing(Given):
    """`unfinished`: of one order that is not done nothing more shall become; what waits of it is cancelled."""

    buyer: Annotated[str, Field(min_length=1, max_length=LONGEST, examples=["#1001"])]
    unfinished: bool = False


class Kept(Schema):
    """0 = buyers' data is kept."""

    days: int


class Keep(Given):
    days: Annotated[int, Field(ge=0, le=MOST_DAYS)]


class Asked(Schema):
    """`asks`: export, erase or erase_store. `done_at` null = it waits for an answer."""

    id: int
    store_id: int
    asks: str
    order_ids: list[str]
    received_at: datetime
    done_at: datetime | None


class Deed(Schema):
    id: int
    at: datetime
    who: str
    what: str
    data: dict[str, Any]


@router.post("privacy/export", response=Exported)
@needs("privacy:write", merchants=True)
def export_privacy(request: Any, response: HttpResponse, given: BuyerAsked) -> dict[str, Any]:
    """All that is kept of a buyer. That it was asked for is written down; the answer is kept nowhere, not even for its
    Idempotency-Key."""
    mine = caller(request)
    response["Cache-Control"] = "no-store"
    return export_buyer(marketplace=mine.merchant.marketplace, buyer=given.buyer, **mine.by)


@router.post("privacy/erase", response=shape(Erased))
@needs("privacy:write", merchants=True)
def erase_privacy(request: Any, given: Erasing) -> Erased:
    """Forget a buyer: at once where an order is done, else as soon as it is."""
    mine = caller(request)
    found = list(orders_of_buyer(marketplace=mine.merchant.marketplace, text=given.buyer).defer("sealed")[:MOST])
    if given.unfinished and len(found) == 1:
        erase_buyer(order=found[0], unfinished=True, **mine.by)
        return Erased(1, 0)
    return erase_buyers(orders=found, **mine.by)


@router.get("privacy/retention", response=Kept)
@needs("privacy:read", merchants=True)
def read_retention(request: Any) -> dict[str, int]:
    """How many days after an order was placed its buyer is forgotten."""
    return {"days": caller(request).merchant.marketplace.retention_days}


@router.get("privacy/retention/preview", response=shape(Expiring))
@needs("privacy:read", merchants=True)
def preview_retention(
    request: Any, days: Annotated[int, Query(365, ge=LEAST_DAYS, le=MOST_DAYS, description="To be tried.")] = 365
) -> Expiring:
    """What a number of days would forget at once, and how many older orders are not done."""
    return what_expires(marketplace=caller(request).merchant.marketplace, days=days, now=datetime.now(UTC))


@router.put("privacy/retention", response=Kept)
@needs("privacy:write", merchants=True)
def change_retention(request: Any, given: Keep) -> dict[str, int]:
    """It counts within the half hour."""
    mine = caller(request)
    set_retention(marketplace=mine.merchant.marketplace, days=given.days, **mine.by)
    return {"days": given.days}


@router.get("privacy/requests", response=Page[Asked])
@needs("privacy:read", merchants=True)
def list_privacy_requests(request: Any, limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """What platforms ask on buyers' behalf, newest first."""
    rows = list_requests(marketplace=caller(request).merchant.marketplace)
    return page(newest_first(rows, limit, cursor), _asked)


@router.post("privacy/requests/{int:request_id}/answer", response=shape(Erased))
@needs("privacy:write", merchants=True)
def answer_request(request: Any, request_id: Id) -> Erased:
    """Forget the buyers that it names, where it asks for that, and note it as answered."""
    mine = caller(request)
    rows = list_requests(marketplace=mine.merchant.marketplace)
    return answer_privacy_request(request=get_object_or_404(rows, pk=request_id), **mine.by)


@router.get("privacy/history", response=Page[Deed])
@needs("privacy:read", merchants=True)
def list_privacy_history(request: Any, limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """Who exported, forgot or changed what, newest first."""
    rows = privacy_history(marketplace=caller(request).merchant.marketplace)
    return page(newest_first(rows, limit, cursor))


def _asked(row: Any) -> dict[str, Any]:
    ids = [str(each) for each in row.data.get("order_ids", [])]
    told = {"id": row.pk, "store_id": row.store_id, "asks": row.data.get("asks", "erase"), "order_ids": ids}
    return told | {"received_at": row.received_at, "done_at": row.done_at}
