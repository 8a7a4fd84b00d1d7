"""Parcels: those a vendor sent, read; those of a merchant's order, written and read.

A merchant's parcel is a detail of the order under a key of its own, with its lines, so that what was shipped in part is
known whatever the shop has installed; tracking goes into the plugin's list as well. Where WooCommerce has fulfillments
of its own, they are used instead. Not here: where a shop keeps tracking (places.py).
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.connector.contract import FulfillmentRequest
from crossdock.connector.errors import Gone, Rejected
from crossdock.core.fulfillment import FulfilledLine, Fulfillment, FulfillmentStatus, Tracking
from crossdock.platforms.woocommerce import mapping, orders_read, places, wire, words
from crossdock.platforms.woocommerce.client import Rest

PARCEL = "_crossdock_parcel_"
ITEMS, NUMBER, COMPANY, URL = "_items", "_tracking_number", "_shipping_provider", "_tracking_url"


class Kept(Struct, omit_defaults=True):
    """A parcel as it stands in the order's details."""

    lines: list[tuple[str, int]]
    at: str
    company: str = ""
    numbers: list[str] = []
    urls: list[str] = []
    cancelled: bool = False

    @property
    def tracking(self) -> Tracking:
        return Tracking(self.company, tuple(self.numbers), tuple(self.urls))


async def of_vendor(rest: Rest, order: wire.Order) -> tuple[Fulfillment, ...]:
    """What a vendor has sent of an order: by lines where the shop knows them, else all of it as one parcel, as soon as
    there is a tracking or the order is completed."""
    if await places.place(rest) == places.CORE:
        made = [_of_core(each, order) for each in await places.core(rest, order.id)]
        if made:
            return tuple(made)
    rows = await places.rows(rest, order)
    parted = [_of_row(row, order) for row in rows if row.lines]
    whole = [row for row in rows if not row.lines]
    tracking = _together(whole) if rows else places.said(order)
    if not whole and not (tracking.numbers or (order.status in words.SHIPPED and not parted)):
        return tuple(parted)
    return (*parted, _whole(order, tracking))


async def read(rest: Rest, order_id: str) -> tuple[Fulfillment, ...]:
    """All parcels of an order, either role."""
    order = await orders_read.whole(rest, order_id)
    if rest.vendor:
        return await of_vendor(rest, order)
    mine = [_of_kept(order, token, kept) for token, kept in _kept(order)]
    if await places.place(rest) == places.CORE:
        mine += [_of_core(each, order) for each in await places.core(rest, order.id)]
    return tuple(mine)


async def create(rest: Rest, request: FulfillmentRequest) -> Fulfillment:
    order = await orders_read.whole(rest, request.order_id)
    if order.status in words.CANCELLED:
        raise Rejected(f"the order is {order.status}", code="cancelled", call="create_fulfillment")
    left = await _left(rest, order)
    for line_id, quantity in request.lines:
        if quantity > left.get(line_id, 0):
            words_ = f"of line {line_id} {left.get(line_id, 0)} are left, not {quantity}"
            raise Rejected(words_, code="quantity", call="create_fulfillment")
        left[line_id] -= quantity
    if not request.lines:
        raise Rejected("a parcel without lines", code="quantity", call="create_fulfillment")
    complete = not any(left.values()) and order.status in ("processing", "on-hold")
    at = await places.place(rest)
    if at == places.CORE:
        return await _create_in_core(rest, order, request, complete=complete)
    if at in places.PLUGINS:
        await _tell_plugin(rest, at, request.order_id, request.tracking)
    made = await _create_in_details(rest, request, complete=complete)
    await _note(rest, request.order_id, request.tracking, tell=request.notify_customer)
    return made


async def update_tracking(rest: Rest, fulfillment_id: str, tracking: Tracking, *, tell: bool) -> Fulfillment:
    order, token = await _parcel(rest, fulfillment_id)
    if await places.place(rest) == places.CORE and token.isdecimal():
        return await _update_in_core(rest, order, token, tracking, tell=tell)
    kept = dict(_kept(order)).get(token)
    if kept is None:
        raise Gone(f"parcel {fulfillment_id} is not there", call="update_tracking")
    at = await places.place(rest)
    if at in places.PLUGINS:
        for number in set(kept.numbers) - set(tracking.numbers):
            await places.drop(rest, at, str(order.id), number)
        await _tell_plugin(rest, at, str(order.id), tracking)
    changed = msgspec.structs.replace(
        kept, company=tracking.company, numbers=list(tracking.numbers), urls=list(tracking.urls)
    )
    if changed != kept:
        order = await _keep(rest, str(order.id), token, changed)
        await _note(rest, str(order.id), tracking, tell=tell)
    return _of_kept(order, token, changed)


async def cancel(rest: Rest, fulfillment_id: str) -> None:
    order, token = await _parcel(rest, fulfillment_id)
    if await places.place(rest) == places.CORE and token.isdecimal():
        try:
            path = f"orders/{order.id}/fulfillments/{token}"
            await rest.send("DELETE", path, {}, dict[str, Any], call="cancel_fulfillment")
        except Gone:
            return
    else:
        kept = dict(_kept(order)).get(token)
        if kept is None or kept.cancelled:
            return
        at = await places.place(rest)
        for number in kept.numbers if at in places.PLUGINS else ():
            await places.drop(rest, at, str(order.id), number)
        await _keep(rest, str(order.id), token, msgspec.structs.replace(kept, cancelled=True))
    if order.status == "completed":
        body = {"status": "processing"}
        await rest.send("PUT", f"orders/{order.id}", body, wire.Order, call="cancel_fulfillment")


# -- writing --


async def _left(rest: Rest, order: wire.Order) -> dict[str, int]:
    """Pieces of each line that are neither refunded nor in a parcel."""
    back = mapping.refunded_units(await orders_read.refunds(rest, order))
    left = {str(line.id): max(0, int(line.quantity) - back.get(str(line.id), 0)) for line in order.line_items}
    for parcel in await read_known(rest, order):
        for line in parcel.lines:
            left[line.line_id] = left.get(line.line_id, 0) - line.quantity
    return left


async def read_known(rest: Rest, order: wire.Order) -> Sequence[Fulfillment]:
    mine = [_of_kept(order, token, kept) for token, kept in _kept(order) if not kept.cancelled]
    if await places.place(rest) == places.CORE:
        mine += [_of_core(each, order) for each in await places.core(rest, order.id)]
    return mine


async def _create_in_details(rest: Rest, request: FulfillmentRequest, *, complete: bool) -> Fulfillment:
    """One write holds the parcel and, when it was the last, the order's status."""
    tracking, token = request.tracking, secrets.token_hex(4)
    kept = Kept(
        lines=[(line_id, quantity) for line_id, quantity in request.lines],
        at=words.bound(rest.now()),
        company=tracking.company,
        numbers=list(tracking.numbers),
        urls=list(tracking.urls),
    )
    order = await _keep(rest, request.order_id, token, kept, **({"status": "completed"} if complete else {}))
    return _of_kept(order, token, kept)


async def _create_in_core(rest: Rest, order: wire.Order, request: FulfillmentRequest, *, complete: bool) -> Fulfillment:
    items = [{"item_id": int(line_id), "qty": quantity} for line_id, quantity in request.lines]
    body = {
        "status": "fulfilled",
        "is_fulfilled": True,
        "meta_data": [{"key": ITEMS, "value": items}, *_core_tracking(request.tracking)],
    }
    path, query = f"orders/{order.id}/fulfillments", [("notify_customer", "true")] if request.notify_customer else []
    made = await rest.send("POST", path, body, places.CoreParcel, query=query, call="create_fulfillment")
    if complete:
        body = {"status": "completed"}
        await rest.send("PUT", f"orders/{order.id}", body, wire.Order, call="create_fulfillment")
    return _of_core(made, order)


async def _update_in_core(rest: Rest, order: wire.Order, token: str, tracking: Tracking, *, tell: bool) -> Fulfillment:
    """What a write leaves out is gone, the lines as well: so all that is there is sent along."""
    there = next((one for one in await places.core(rest, order.id) if str(one.id) == token), None)
    if there is None:
        raise Gone(f"parcel {order.id}-{token} is not there", call="update_tracking")
    kept = [{"key": one.key, "value": one.value} for one in there.meta_data if one.key not in (NUMBER, COMPANY, URL)]
    query = [("notify_customer", "true")] if tell else []
    body, path = {"meta_data": [*kept, *_core_tracking(tracking)]}, f"orders/{order.id}/fulfillments/{token}"
    return _of_core(await rest.send("PUT", path, body, places.CoreParcel, query=query, call="tracking"), order)


async def _keep(rest: Rest, order_id: str, token: str, kept: Kept, **fields: str) -> wire.Order:
    body = {"meta_data": [{"key": PARCEL + token, "value": msgspec.to_builtins(kept)}], **fields}
    return await rest.send("PUT", f"orders/{order_id}", body, wire.Order, call="create_fulfillment")


async def _tell_plugin(rest: Rest, at: str, order_id: str, tracking: Tracking) -> None:
    """Before the parcel is kept: a number is only ever added once, so that all of this may be done again."""
    urls = [*tracking.urls, *[""] * len(tracking.numbers)]
    for number, url in zip(tracking.numbers, urls, strict=False):
        await places.add(rest, at, order_id, tracking, number, url)


async def _note(rest: Rest, order_id: str, tracking: Tracking, *, tell: bool) -> None:
    """For the merchant's staff; a note to the customer is mailed by the shop. Not worth failing for."""
    if not tracking.numbers and not tell:
        return
    said = " ".join(filter(None, ["Shipped.", tracking.company, ", ".join(tracking.numbers), *tracking.urls]))
    body = {"note": said, "customer_note": tell}
    try:
        await rest.send("POST", f"orders/{order_id}/notes", body, dict[str, Any], call="order_note")
    except orders_read.ERRORS:
        return


async def _parcel(rest: Rest, fulfillment_id: str) -> tuple[wire.Order, str]:
    order_id, _, token = fulfillment_id.partition("-")
    return await orders_read.whole(rest, order_id), token


def _core_tracking(tracking: Tracking) -> list[dict[str, Any]]:
    """One number fits; further ones go behind it."""
    return words.metas(
        {
            NUMBER: ", ".join(tracking.numbers),
            COMPANY: tracking.company,
            URL: next(iter(tracking.urls), ""),
        }
    )


# -- reading --


def _kept(order: wire.Order) -> Iterable[tuple[str, Kept]]:
    for each in order.meta_data:
        if each.key.startswith(PARCEL):
            try:
                yield each.key.removeprefix(PARCEL), msgspec.convert(each.value, Kept, strict=False)
            except msgspec.ValidationError:
                continue


def _of_kept(order: wire.Order, token: str, kept: Kept) -> Fulfillment:
    return Fulfillment(
        id=f"{order.id}-{token}",
        order_id=str(order.id),
        status=FulfillmentStatus.CANCELLED if kept.cancelled else FulfillmentStatus.SUCCESS,
        created_at=words.gmt(kept.at) or mapping.modified(order),
        updated_at=mapping.modified(order),
        lines=tuple(FulfilledLine(str(line_id), int(quantity)) for line_id, quantity in kept.lines),
        tracking=kept.tracking,
    )


def _of_core(of: places.CoreParcel, order: wire.Order) -> Fulfillment:
    at = words.gmt((of.date_updated or "").replace(" ", "T")) or mapping.modified(order)
    shipped = of.is_fulfilled or of.status == "fulfilled"
    items = of.meta(ITEMS) or []
    numbers = [one.strip() for one in words.meta_text(of.meta(NUMBER)).split(",") if one.strip()]
    url = words.meta_text(of.meta(URL))
    return Fulfillment(
        id=f"{order.id}-{of.id}",
        order_id=str(order.id),
        status=FulfillmentStatus.SUCCESS if shipped else FulfillmentStatus.OPEN,
        created_at=at,
        updated_at=at,
        lines=tuple(FulfilledLine(str(each["item_id"]), int(each["qty"])) for each in items if "item_id" in each),
        tracking=Tracking(words.meta_text(of.meta(COMPANY)), tuple(numbers), (url,) if url else ()),
    )


def _of_row(row: places.Row, order: wire.Order) -> Fulfillment:
    at = _shipped_at(order)
    tracking = Tracking(row.company, (row.number,) if row.number else (), (row.url,) if row.url else ())
    return Fulfillment(
        f"{order.id}-{row.tracking_id}", str(order.id), FulfillmentStatus.SUCCESS, at, at, row.lines, tracking
    )


def _whole(order: wire.Order, tracking: Tracking) -> Fulfillment:
    """No lines: everything that was left."""
    at = mapping.modified(order)
    shipped_at = _shipped_at(order)
    return Fulfillment(f"{order.id}-all", str(order.id), FulfillmentStatus.SUCCESS, shipped_at, at, (), tracking)


def _together(rows: Sequence[places.Row]) -> Tracking:
    """Several trackings that name no lines are of one parcel: which goods are in which is not known."""
    return Tracking(
        next((row.company for row in rows if row.company), ""),
        tuple(dict.fromkeys(row.number for row in rows if row.number)),
        tuple(dict.fromkeys(row.url for row in rows if row.url)),
    )


def _shipped_at(order: wire.Order) -> datetime:
    return words.gmt(order.date_completed_gmt) or mapping.modified(order)
