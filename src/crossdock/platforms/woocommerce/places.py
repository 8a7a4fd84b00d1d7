"""Where a shop keeps its tracking: core fulfillments, one of two plugins, or only the order's details. Probed.

WooCommerce itself had no field for it up to 10.0 (FACTS, Shipment tracking). Not here: what a parcel is (parcels.py).
"""

from typing import Any

import msgspec
from msgspec import Struct

from crossdock.connector.errors import Gone, Rejected
from crossdock.core.fulfillment import FulfilledLine, Tracking
from crossdock.platforms.woocommerce import wire, words
from crossdock.platforms.woocommerce.client import Rest, absent

CORE, DETAILS = "core", ""
PLUGINS = ("wc-shipment-tracking/v3", "wc-ast/v3")
# Both plugins keep their rows in this detail of the order as well.
PLUGIN_ROWS = "_wc_shipment_tracking_items"
# Plugins' and people's usual names for one number.
NUMBER_KEYS = ("_tracking_number", "tracking_number", "_aftership_tracking_number")
COMPANY_KEYS = ("_tracking_provider", "tracking_provider", "_shipping_provider", "_aftership_tracking_provider_name")
URL_KEYS = ("_tracking_url", "tracking_url", "_tracking_link")


class Goods(Struct):
    """A plugin's line of a parcel (AST)."""

    item_id: int | str = ""
    qty: int | str = 0


class Row(Struct):
    """A plugin's tracking of an order."""

    tracking_id: wire.Figure = ""
    tracking_provider: wire.Text = ""
    custom_tracking_provider: wire.Text = ""
    tracking_link: wire.Text = ""
    custom_tracking_link: wire.Text = ""
    tracking_number: wire.Figure = ""
    date_shipped: wire.Figure = ""
    products_list: list[Goods] | str | None = None

    @property
    def number(self) -> str:
        return str(self.tracking_number or "")

    @property
    def company(self) -> str:
        return words.plain(self.custom_tracking_provider or self.tracking_provider)

    @property
    def url(self) -> str:
        return self.custom_tracking_link or self.tracking_link or ""

    @property
    def lines(self) -> tuple[FulfilledLine, ...]:
        if not isinstance(self.products_list, list):
            return ()
        found = [FulfilledLine(str(each.item_id), int(each.qty or 0)) for each in self.products_list if each.item_id]
        return tuple(each for each in found if each.quantity > 0)


class CoreParcel(Struct):
    """A fulfillment of WooCommerce's own (documented only: FACTS, Shipment tracking)."""

    id: int
    status: wire.Text = ""
    is_fulfilled: bool = False
    date_updated: wire.Text = None
    date_deleted: wire.Text = None
    meta_data: list[wire.Meta] = []

    def meta(self, key: str) -> Any:
        return next((each.value for each in self.meta_data if each.key == key), None)


async def place(rest: Rest) -> str:
    """Where this shop keeps tracking: CORE, a plugin's path, or DETAILS. Asked for once."""
    if rest.state.place is None:
        async with rest.asking():
            if rest.state.place is None:
                rest.state.place = await _probed(rest)
    return rest.state.place


async def _probed(rest: Rest) -> str:
    spaces = (await rest.index()).get("namespaces", ())
    plugin = next((path for path in PLUGINS if path in spaces), "")
    return CORE if await _has_core(rest) else plugin


async def rows(rest: Rest, order: wire.Order) -> list[Row]:
    """A plugin's trackings of an order: by its own address, or from the order's details where it left them there."""
    at = await place(rest)
    if at in PLUGINS:
        found = await absent(rest.get(_path(at, order.id), list[Row], call="read_tracking"))
        return found or []
    kept = order.meta(PLUGIN_ROWS)
    return _converted(kept) if isinstance(kept, list) else []


async def core(rest: Rest, order_id: int | str) -> list[CoreParcel]:
    try:
        found = await absent(rest.get(f"orders/{order_id}/fulfillments", list[CoreParcel], call="read_fulfillments"))
    except (Gone, Rejected):
        return []
    return [each for each in found or [] if not each.date_deleted]


async def add(rest: Rest, at: str, order_id: str, tracking: Tracking, number: str, url: str) -> str:
    """A tracking in a plugin's list, once: one that has the number is there already. Answers its id."""
    there = await rest.get(_path(at, order_id), list[Row], call="read_tracking")
    for row in there:
        if row.number == number:
            return str(row.tracking_id or "")
    body = {
        "tracking_number": number,
        "custom_tracking_provider": tracking.company,
        "custom_tracking_link": url,
    }
    made = await rest.send("POST", _path(at, order_id), body, Row, call="add_tracking")
    return str(made.tracking_id or "")


async def drop(rest: Rest, at: str, order_id: str, number: str) -> None:
    there = await rest.get(_path(at, order_id), list[Row], call="read_tracking")
    for row in there:
        if row.number == number:
            path = f"{_path(at, order_id)}/{row.tracking_id}"
            await absent(rest.send("DELETE", path, {}, dict[str, Any], call="drop_tracking"))


def said(order: wire.Order) -> Tracking:
    """One number in the order's own details, as plugins and people leave it there."""

    def first(keys: tuple[str, ...]) -> str:
        return next((text for key in keys if (text := words.meta_text(order.meta(key)))), "")

    number, url = first(NUMBER_KEYS), first(URL_KEYS)
    return Tracking(first(COMPANY_KEYS), (number,) if number else (), (url,) if url else ())


def _path(at: str, order_id: int | str) -> str:
    """Plugins have an address space of their own beside WooCommerce's."""
    return f"/{at}/orders/{order_id}/shipment-trackings"


def _converted(kept: list[Any]) -> list[Row]:
    found = []
    for each in kept:
        try:
            found.append(msgspec.convert(each, Row, strict=False))
        except msgspec.ValidationError:
            continue
    return found


async def _has_core(rest: Rest) -> bool:
    """No order has number 0: an answer that speaks of the order shows that the address is known."""
    try:
        return await absent(rest.get("orders/0/fulfillments", list[CoreParcel], call="probe")) is not None
    except (Gone, Rejected):
        return True
