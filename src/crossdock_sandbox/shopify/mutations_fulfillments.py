"""Mutations of parcels and fulfilment orders. Errors have no code where Shopify's have none (FACTS section 2).

Not for what then happens (`acts_fulfillments.py`).
"""

from typing import Any

from crossdock_sandbox.shopify import acts_fulfillments as acts
from crossdock_sandbox.shopify.acts_fulfillments import ParcelRefused, Tracking
from crossdock_sandbox.shopify.graph import Args, Context, number_of
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state import FulfillmentOrder
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]


def tracking(given: Json | None) -> Tracking:
    given = given or {}
    numbers = given.get("numbers") or ([given["number"]] if given.get("number") else [])
    urls = given.get("urls") or ([given["url"]] if given.get("url") else [])
    return Tracking(given.get("company"), list(numbers), list(urls))


def create(_root: Any, args: Args, ctx: Context) -> Json:
    given = args["fulfillment"]
    groups: list[tuple[int, list[tuple[int, int]] | None]] = [
        (number_of(one["fulfillmentOrderId"], "FulfillmentOrder"), _rows(one.get("fulfillmentOrderLineItems")))
        for one in given["lineItemsByFulfillmentOrder"]
    ]
    try:
        made = acts.ship_rows(ctx.world, ctx.shop, groups, tracking(given.get("trackingInfo")))
    except ParcelRefused as refusal:
        return {"fulfillment": None, "userErrors": [user_error(refusal.message, refusal.field)]}
    return {"fulfillment": made, "userErrors": []}


def _rows(given: list[Json] | None) -> list[tuple[int, int]]:
    return [(number_of(one["id"], "FulfillmentOrderLineItem"), one["quantity"]) for one in given or ()]


def update_tracking(_root: Any, args: Args, ctx: Context) -> Json:
    parcel = ctx.shop.fulfillments.get(number_of(args["fulfillmentId"], "Fulfillment"))
    if parcel is None:
        return {"fulfillment": None, "userErrors": [user_error("Fulfillment does not exist.", ["fulfillmentId"])]}
    acts.update_tracking(ctx.world, ctx.shop, parcel, tracking(args["trackingInfoInput"]))
    return {"fulfillment": parcel, "userErrors": []}


def cancel(_root: Any, args: Args, ctx: Context) -> Json:
    parcel = ctx.shop.fulfillments.get(number_of(args["id"], "Fulfillment"))
    if parcel is None:
        return {"fulfillment": None, "userErrors": [user_error("Fulfillment not found.", ["id"])]}
    acts.cancel(ctx.world, ctx.shop, parcel)
    return {"fulfillment": parcel, "userErrors": []}


def _one(ctx: Context, value: str) -> FulfillmentOrder | None:
    return ctx.shop.fulfillment_orders.get(number_of(value, "FulfillmentOrder"))


_MISSING = "Fulfillment order does not exist."


def hold(_root: Any, args: Args, ctx: Context) -> Json:
    given, one = args["fulfillmentHold"], _one(ctx, args["id"])
    empty: Json = {"fulfillmentHold": None, "fulfillmentOrder": None, "remainingFulfillmentOrder": None}
    if one is None:
        return {**empty, "userErrors": [user_error(_MISSING, ["id"], "FULFILLMENT_ORDER_NOT_FOUND")]}
    rows = dict(_rows(given.get("fulfillmentOrderLineItems")))
    try:
        made, rest = acts.hold(ctx.world, ctx.shop, one, rows, reason=given["reason"], notes=given.get("reasonNotes"),
                               handle=given.get("handle"))  # fmt: skip
    except ParcelRefused as refusal:
        return {**empty, "userErrors": [user_error(refusal.message, refusal.field, "GREATER_THAN_ZERO")]}
    return {"fulfillmentHold": made, "fulfillmentOrder": one, "remainingFulfillmentOrder": rest, "userErrors": []}


def release(_root: Any, args: Args, ctx: Context) -> Json:
    one = _one(ctx, args["id"])
    if one is None:
        error = user_error(_MISSING, ["id"], "FULFILLMENT_ORDER_NOT_FOUND")
        return {"fulfillmentOrder": None, "userErrors": [error]}
    acts.release(ctx.world, ctx.shop, one)
    return {"fulfillmentOrder": one, "userErrors": []}


def move(_root: Any, args: Args, ctx: Context) -> Json:
    one = _one(ctx, args["id"])
    wanted = number_of(args["newLocationId"], "Location")
    place = next((each for each in ctx.shop.locations if each.id == wanted), None)
    empty: Json = dict.fromkeys(("movedFulfillmentOrder", "originalFulfillmentOrder", "remainingFulfillmentOrder"))
    if one is None or place is None:
        field = ["id"] if one is None else ["newLocationId"]
        code = "FULFILLMENT_ORDER_NOT_FOUND" if one is None else "LOCATION_NOT_FOUND"
        return {**empty, "userErrors": [user_error(_MISSING if one is None else "Location not found.", field, code)]}
    try:
        moved, rest = acts.move(ctx.world, ctx.shop, one, place, dict(_rows(args.get("fulfillmentOrderLineItems"))))
    except ParcelRefused as refusal:
        return {**empty, "userErrors": [user_error(refusal.message, refusal.field)]}
    return {"movedFulfillmentOrder": moved, "originalFulfillmentOrder": one, "remainingFulfillmentOrder": rest,
            "userErrors": []}  # fmt: skip


def cancel_order(_root: Any, args: Args, ctx: Context) -> Json:
    one = _one(ctx, args["id"])
    empty: Json = {"fulfillmentOrder": None, "replacementFulfillmentOrder": None}
    if one is None:
        return {**empty, "userErrors": [user_error(_MISSING, ["id"], "FULFILLMENT_ORDER_NOT_FOUND")]}
    try:
        made = acts.cancel_order(ctx.world, ctx.shop, one)
    except ParcelRefused as refusal:
        return {**empty, "userErrors": [user_error(refusal.message, refusal.field)]}
    return {"fulfillmentOrder": one, "replacementFulfillmentOrder": made, "userErrors": []}


def reopen(_root: Any, args: Args, ctx: Context) -> Json:
    one = _one(ctx, args["id"])
    if one is None or one.status not in ("SCHEDULED", "IN_PROGRESS", "OPEN"):
        return {"fulfillmentOrder": None, "userErrors": [user_error(_MISSING, ["id"])]}
    one.status = "OPEN"
    return {"fulfillmentOrder": one, "userErrors": []}


TABLE: Table = {
    "fulfillmentCreate": create,
    "fulfillmentTrackingInfoUpdate": update_tracking,
    "fulfillmentCancel": cancel,
    "fulfillmentOrderHold": hold,
    "fulfillmentOrderReleaseHold": release,
    "fulfillmentOrderMove": move,
    "fulfillmentOrderCancel": cancel_order,
    "fulfillmentOrderOpen": reopen,
}
