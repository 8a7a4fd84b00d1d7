"""Add-ons: the switches of the marketplace or one vendor, each with what it still needs, and switching one.

Not here: what a switch means (core).
"""

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from crossdock.api.caller import caller, needs, vendor_of
from crossdock.api.shapes import Done, Given, Id, shape
from crossdock.operations.add_ons import AddOn, read_add_ons, set_add_on

router = Router(tags=["Settings"])
Which = Annotated[Id | None, Query(None, description="A vendor's own switches; without it the marketplace's.")]


class AddOnNeed(Schema):
    """What an add-on stands on, by a stable code."""

    need: str
    met: bool
    count: int


class AddOnTold(shape(AddOn, leave_out=("needs",))):
    """One switch: `on` as it counts, `own` the vendor's own, null = as the marketplace's."""

    needs: list[AddOnNeed]


class AddOns(Schema):
    items: list[AddOnTold]


class AddOnSwitched(Given):
    """`on` null: a vendor's is as the marketplace's."""

    on: bool | None


@router.get("settings/add-ons", response=AddOns)
@needs("settings:read", merchants=True)
def list_add_ons(request: Any, vendor_id: Which = None) -> dict[str, Any]:
    """Every add-on, whether it is on, and what it still needs to work."""
    mine = caller(request)
    return {"items": read_add_ons(marketplace=mine.merchant.marketplace, vendor=vendor_of(mine, vendor_id))}


@router.put("settings/add-ons/{name}", response=Done)
@needs("settings:write", merchants=True)
def switch_add_on(
    request: Any, name: Annotated[str, Field(max_length=100)], given: AddOnSwitched, vendor_id: Which = None
) -> Done:
    """Switch one, such as `order_push:` and a platform. What it is about is looked at again."""
    mine = caller(request)
    marketplace, vendor = mine.merchant.marketplace, vendor_of(mine, vendor_id)
    set_add_on(marketplace=marketplace, vendor=vendor, add_on=name, on=given.on, **mine.by)
    return Done()
