"""The token itself, its marketplace, how things are going, and what was done.

Not here: anything that changes.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q
from ninja import Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.shapes import Cursor, Id, Limit, Page, Text, newest_first, page, shape
from crossdock.models import Marketplace
from crossdock.operations.dashboard import Figures, Speed, dashboard

router = Router(tags=["About"])


class TokenTold(Schema):
    """What this token is. `vendor_id` null = it is the marketplace's."""

    name: str
    prefix: str
    scopes: list[str]
    marketplace: str
    vendor_id: int | None
    vendor: str | None
    expires_at: datetime | None


class MarketplaceTold(Schema):
    id: int
    slug: str
    name: str
    currency: str
    time_zone: str
    created_at: datetime


class Dashboard(Schema):
    """As on the dashboard: orders by where they are, and the last day's seconds from order to vendor."""

    figures: shape(Figures)
    speed: shape(Speed)


class ActivityTold(Schema):
    """What was done. `who` is empty for the hub itself; `what` is a stable code; `data` holds ids and figures."""

    id: int
    at: datetime
    who: str
    what: str
    store_id: int | None
    order_id: int | None
    vendor_order_id: int | None
    data: dict[str, Any]


@router.get("token", response=TokenTold)
def read_token(request: Any) -> dict[str, Any]:
    """What this token is and may do."""
    token = caller(request).token
    return {
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "marketplace": token.marketplace.slug,
        "vendor_id": token.vendor_id,
        "vendor": token.vendor.name if token.vendor else None,
        "expires_at": token.expires_at,
    }


@router.get("marketplaces", response=list[MarketplaceTold])
def list_marketplaces(request: Any) -> list[Marketplace]:
    """The marketplaces that this token reaches: always one."""
    return [caller(request).token.marketplace]


@router.get("dashboard", response=Dashboard)
@needs("orders:read", merchants=True)
def read_dashboard(request: Any) -> dict[str, Any]:
    """How the marketplace's orders are going."""
    mine = caller(request)
    told = dashboard(marketplace=mine.merchant.marketplace, now=mine.now)
    return {"figures": told.figures, "speed": told.speed}


@router.get("activity", response=Page[ActivityTold])
@needs("activity:read")
def list_activity(
    request: Any,
    limit: Limit = 50,
    cursor: Cursor = "",
    order_id: Id | None = None,
    vendor_order_id: Id | None = None,
    what: Text = "",
) -> dict[str, Any]:
    """What was done, newest first; of one order, or of one kind."""
    wanted = Q()
    for name, value in (("order_id", order_id), ("vendor_order_id", vendor_order_id), ("what", what)):
        wanted &= Q(**{name: value}) if value else Q()
    mine = caller(request)
    rows, leads = newest_first(mine.scope.activities.filter(wanted), limit, cursor)
    if mine.vendor is not None:  # the merchant's people are the marketplace to a vendor
        own = set(mine.scope.memberships.values_list("user__username", flat=True)) | {"", "hub", mine.who}
        for row in rows:
            row.who = row.who if row.who in own else "marketplace"
    return page((rows, leads))
