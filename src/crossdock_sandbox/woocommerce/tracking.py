"""Where parcels are kept, each switchable: two plugins' lists of trackings, and WooCommerce's own fulfillments.

Documented elsewhere, never run here (FACTS, Shipment tracking). Not for what staff ship (`control_orders.py`).
"""

import hashlib
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.woocommerce import acts_orders, catalogue
from crossdock_sandbox.woocommerce.call import Call, Reply
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Meta, Order, Parcel, Tracking

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
SPACES = {"shipment_tracking": "wc-shipment-tracking/v3", "ast": "wc-ast/v3"}


# -- the plugins --


def _order(call: Call) -> Order:
    it = call.shop.orders.get(call.ids[0])
    if it is None:
        raise RestError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)
    return it


def trackings(call: Call) -> Reply:
    return Reply([_shown(call, one) for one in _order(call).trackings])


def tracking(call: Call) -> Reply:
    return Reply(_shown(call, _row(call, _order(call))))


def add_tracking(call: Call) -> Reply:
    order, body = _order(call), call.body
    if not body.get("tracking_number"):
        words = "Missing parameter(s): tracking_number"
        raise RestError("rest_missing_callback_param", words, 400, params=["tracking_number"])
    company = str(body.get("custom_tracking_provider") or body.get("tracking_provider", ""))
    made = keep(call.world, call.shop, order, str(body["tracking_number"]), company,
                str(body.get("custom_tracking_link", "")))  # fmt: skip
    made.shipped_at = str(body.get("date_shipped") or made.shipped_at)
    if body.get("status_shipped") in (1, "1", True):  # only one of the plugins knows this
        acts_orders.move(call.world, call.shop, order, "completed")
    return Reply(_shown(call, made), 201)


def keep(world: "Sandbox", shop: Shop, order: Order, number: str, company: str, link: str) -> Tracking:
    """Also in the order's metadata, where the plugins keep their rows. Does not touch the order's own time."""
    day = (shop.local(world.now()) or "")[:10]
    token = hashlib.md5(f"{company}{number}{world.uuid()}".encode(), usedforsecurity=False).hexdigest()
    made = Tracking(token, number, "", company, link, day)
    order.trackings.append(made)
    in_details(shop, order)
    return made


def drop_tracking(call: Call) -> Reply:
    order = _order(call)
    it = _row(call, order)
    order.trackings.remove(it)
    in_details(call.shop, order)
    return Reply(_shown(call, it))


def _row(call: Call, order: Order) -> Tracking:
    token = str(call.query.get("tracking_id", ""))
    it = next((one for one in order.trackings if one.id == token), None)
    if it is None:
        raise RestError("woocommerce_rest_invalid_id", "Invalid shipment tracking ID.", 404)
    return it


def _shown(call: Call, it: Tracking) -> Json:
    goods = [{"product": "", "item_id": str(line), "qty": str(pieces)} for line, pieces in it.goods]
    return {
        "tracking_id": it.id,
        "tracking_provider": it.custom_provider or it.provider,
        "tracking_link": it.link,
        "tracking_number": it.number,
        "date_shipped": it.shipped_at,
        **({"products_list": goods} if "ast" in call.shop.site.tracking else {}),
    }


def in_details(shop: Shop, order: Order) -> None:
    rows = [
        {"tracking_provider": one.provider, "custom_tracking_provider": one.custom_provider,
         "custom_tracking_link": one.link, "tracking_number": one.number, "date_shipped": one.shipped_at,
         "tracking_id": one.id}
        for one in order.trackings
    ]  # fmt: skip
    given = {"key": "_wc_shipment_tracking_items", "value": rows or None}
    catalogue.merge_meta(shop, order.meta, [given], "order meta")


# -- WooCommerce's own --


def _of(call: Call) -> Order:
    it = call.shop.orders.get(call.ids[0])
    if it is None:
        raise RestError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404)
    return it


def parcels(call: Call) -> Reply:
    order = _of(call)
    return Reply([show_parcel(call, order, one) for one in order.parcels if one.deleted_at is None])


def _parcel(call: Call, order: Order) -> Parcel:
    it = next((one for one in order.parcels if one.id == call.ids[1] and one.deleted_at is None), None)
    if it is None:
        raise RestError("woocommerce_rest_fulfillment_invalid_id", "Fulfillment not found.", 400)
    return it


def parcel(call: Call) -> Reply:
    order = _of(call)
    return Reply(show_parcel(call, order, _parcel(call, order)))


def add_parcel(call: Call) -> Reply:
    order, body = _of(call), call.body
    meta = [Meta(call.shop.next_id("parcel meta"), str(row["key"]), row.get("value"))
            for row in body.get("meta_data") or []]  # fmt: skip
    if not next((one.value for one in meta if one.key == "_items"), None):
        words = "The fulfillment should contain at least one item."
        raise RestError("woocommerce_rest_fulfillment_invalid_items", words, 400)
    status = str(body.get("status", "unfulfilled"))
    now = call.world.now().replace(microsecond=0)
    made = Parcel(call.shop.next_id("parcels"), status, status == "fulfilled", now, meta)
    order.parcels.append(made)
    if made.fulfilled and call.flag("notify_customer"):
        acts_orders.mail(call.world, call.shop, order, "customer_fulfillment_created")
    return Reply(show_parcel(call, order, made), 201)


def change_parcel(call: Call) -> Reply:
    """Metadata that is not named goes."""
    order, body = _of(call), call.body
    it = _parcel(call, order)
    if "status" in body:
        it.status = str(body["status"])
        it.fulfilled = it.status == "fulfilled"
    if isinstance(rows := body.get("meta_data"), list):
        catalogue.merge_meta(call.shop, it.meta, rows, "parcel meta")
        named = {row.get("key") for row in rows}
        it.meta = [one for one in it.meta if one.key in named]
    it.updated_at = call.world.now().replace(microsecond=0)
    if it.fulfilled and call.flag("notify_customer"):
        acts_orders.mail(call.world, call.shop, order, "customer_fulfillment_updated")
    return Reply(show_parcel(call, order, it))


def drop_parcel(call: Call) -> Reply:
    order = _of(call)
    it = _parcel(call, order)
    it.deleted_at = call.world.now().replace(microsecond=0)
    if it.fulfilled and call.flag("notify_customer"):
        acts_orders.mail(call.world, call.shop, order, "customer_fulfillment_deleted")
    return Reply({"message": "Fulfillment deleted successfully."})


def show_parcel(call: Call, order: Order, it: Parcel) -> Json:
    return {
        "id": it.id,
        "entity_type": "WC_Order",
        "entity_id": str(order.id),
        "status": it.status,
        "is_fulfilled": it.fulfilled,
        "date_updated": (call.shop.gmt(it.updated_at) or "").replace("T", " "),
        "date_deleted": None,
        "meta_data": [{"id": one.id, "key": one.key, "value": one.value} for one in it.meta],
    }
