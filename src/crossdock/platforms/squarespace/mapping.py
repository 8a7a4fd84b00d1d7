"""Squarespace's shapes -> ours: vendor orders and their parcel.

Not here: products (mapping_products.py), or what we write (drafts.py).
"""

from datetime import UTC, datetime

from crossdock.core.fulfillment import Fulfillment, FulfillmentStatus, Tracking
from crossdock.core.money import Money
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.platforms.squarespace import wire, words


def is_ours(of: wire.Order) -> bool:
    """Made by us: other sales channels give orders references of their own."""
    return bool(of.external_order_reference) and of.channel_name in words.CHANNELS


def vendor_order(of: wire.Order) -> RemoteVendorOrder:
    """A vendor order. Lines have no place for the merchant's line ids: `orders.create` pairs them, a read cannot. When
    it was cancelled is not told; its last change stands for it."""
    return RemoteVendorOrder(
        id=of.id,
        name=of.order_number,
        reference=(of.external_order_reference or "") if is_ours(of) else "",
        updated_at=utc(of.modified_on),
        financial_status=words.payment(of.payment_state, of.channel_name),
        cancelled_at=utc(of.modified_on) if of.fulfillment_status == words.CANCELED else None,
        total=Money(of.grand_total.value, of.grand_total.currency) if of.grand_total else None,
    )


def parcels(of: wire.Order) -> tuple[Fulfillment, ...]:
    """One parcel of the whole order with every shipment's number: shipments have neither ids nor lines, they are only
    ever added, and the first marks all of the order as fulfilled (FACTS section 3). None while it is not fulfilled."""
    if of.fulfillment_status != words.FULFILLED:
        return ()
    shipments = of.fulfillments or []
    began = of.fulfilled_on or next((each.ship_date for each in shipments if each.ship_date), None) or of.modified_on
    return (
        Fulfillment(
            id=of.id,
            order_id=of.id,
            status=FulfillmentStatus.SUCCESS,
            created_at=utc(began),
            updated_at=utc(of.modified_on),
            tracking=_tracking(shipments),
        ),
    )


def _tracking(shipments: list[wire.Shipment]) -> Tracking:
    """Every number once, in the order in which they came; the carrier of the first that has one."""
    return Tracking(
        company=next((each.carrier_name for each in shipments if each.carrier_name), ""),
        numbers=tuple(dict.fromkeys(each.tracking_number for each in shipments if each.tracking_number)),
        urls=tuple(dict.fromkeys(each.tracking_url for each in shipments if each.tracking_url)),
    )


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def micros(at: datetime) -> int:
    """Microseconds since 1970, which order what was seen of one thing."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def stamp(at: datetime) -> str:
    """As the filters want a time: UTC, milliseconds, Z (FACTS section 3)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
