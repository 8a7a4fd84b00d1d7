"""Rules of orders and of the catalogue, of the marketplace or one vendor: read, tried, changed, put back.

Not here: what a rule means (core), or what may be written where (operations).
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from crossdock.api.caller import caller, needs, vendor_of
from crossdock.api.shapes import Cursor, Given, Id, Limit, Page, newest_first, page, shape
from crossdock.models import CataloguePolicy, OrderPolicy, Vendor
from crossdock.operations.catalogue_preview import CataloguePreview, preview_catalogue_policy
from crossdock.operations.catalogue_rules import read_catalogue_policy, revert_catalogue_change, set_catalogue_policy
from crossdock.operations.preview import Preview, preview_order_policy
from crossdock.operations.settings import read_order_policy, revert_policy_change, set_order_policy

router = Router(tags=["Settings"])
Which = Annotated[Id | None, Query(None, description="A vendor's own rules; without it the marketplace's.")]
Value = bool | int | Decimal | str | list[str] | dict[str, str | list[bool] | None] | None
# What of a policy's row is no rule.
NOT_RULES = ("id", "marketplace", "vendor", "updated_at")
ORDER_RULES, CATALOGUE_RULES = (
    tuple(field.name for field in policy._meta.concrete_fields if field.name not in NOT_RULES)
    for policy in (OrderPolicy, CataloguePolicy)
)


class Rules(Schema):
    """Rules by name. In a vendor's own null means: as the marketplace."""

    rules: dict[str, Any]


class Changes(Given):
    """The rules to change, by name."""

    changes: Annotated[dict[Annotated[str, Field(max_length=100)], Value], Field(min_length=1, max_length=50)]


class Saved(Schema):
    """`change` null: nothing differed from what was saved."""

    change: int | None


class Change(Schema):
    id: int
    at: datetime
    who: str
    vendor_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]


@router.get("settings/orders", response=Rules)
@needs("settings:read", merchants=True)
def read_order_rules(request: Any, vendor_id: Which = None) -> dict[str, Any]:
    """The rules of order sync."""
    policy = read_order_policy(**_whose(request, vendor_id))
    return {"rules": {name: getattr(policy, name) for name in ORDER_RULES}}


@router.patch("settings/orders", response=Saved)
@needs("settings:write", merchants=True)
def change_order_rules(request: Any, given: Changes, vendor_id: Which = None) -> dict[str, Any]:
    """Change rules of order sync. What waited for this, and nothing else, goes out."""
    made = set_order_policy(changes=given.changes, **_whose(request, vendor_id), **caller(request).by)
    return {"change": made.pk if made else None}


@router.post("settings/orders/preview", response=shape(Preview))
@needs("settings:read", merchants=True)
def preview_order_rules(request: Any, given: Changes, vendor_id: Which = None) -> Preview:
    """What if? — what these changes would do to the orders that wait now. Nothing is saved."""
    return preview_order_policy(changes=given.changes, **_whose(request, vendor_id))


@router.get("settings/catalogue", response=Rules)
@needs("settings:read", merchants=True)
def read_catalogue_rules(request: Any, vendor_id: Which = None) -> dict[str, Any]:
    """The rules of products, variants and stock."""
    policy = read_catalogue_policy(**_whose(request, vendor_id))
    return {"rules": {name: getattr(policy, name) for name in CATALOGUE_RULES}}


@router.patch("settings/catalogue", response=Saved)
@needs("settings:write", merchants=True)
def change_catalogue_rules(request: Any, given: Changes, vendor_id: Which = None) -> dict[str, Any]:
    """Change rules of products, variants and stock. What they touch is looked at again."""
    made = set_catalogue_policy(changes=given.changes, **_whose(request, vendor_id), **caller(request).by)
    return {"change": made.pk if made else None}


@router.post("settings/catalogue/preview", response=shape(CataloguePreview))
@needs("settings:read", merchants=True)
def preview_catalogue_rules(request: Any, given: Changes, vendor_id: Which = None) -> CataloguePreview:
    """What if? — what these changes would write to listings and levels. Nothing is saved."""
    return preview_catalogue_policy(changes=given.changes, **_whose(request, vendor_id))


@router.get("settings/{kind}/changes", response=Page[Change])
@needs("settings:read", merchants=True)
def list_changes(
    request: Any, kind: Literal["orders", "catalogue"], limit: Limit = 50, cursor: Cursor = ""
) -> dict[str, Any]:
    """Every change: who, when, before, after; newest first."""
    rows = _changes(request, kind)
    return page(newest_first(rows, limit, cursor), _told)


@router.post("settings/{kind}/changes/{int:change_id}/revert", response=Saved)
@needs("settings:write", merchants=True)
def revert(request: Any, kind: Literal["orders", "catalogue"], change_id: Id) -> dict[str, Any]:
    """Put back what a change replaced, unless it was changed again since."""
    row = get_object_or_404(_changes(request, kind), pk=change_id)
    operation: Any = revert_policy_change if kind == "orders" else revert_catalogue_change
    return {"change": operation(change=row, **caller(request).by).pk}


def _changes(request: Any, kind: str) -> Any:
    mine = caller(request).merchant
    return mine.policy_changes if kind == "orders" else mine.catalogue_changes


def _told(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("at", "who", "before", "after")}
    return told | {"id": row.pk, "vendor_id": row.policy.vendor_id}


def _whose(request: Any, number: int | None) -> dict[str, Any]:
    mine = caller(request)
    vendor: Vendor | None = vendor_of(mine, number)
    return {"marketplace": mine.merchant.marketplace, "vendor": vendor}
