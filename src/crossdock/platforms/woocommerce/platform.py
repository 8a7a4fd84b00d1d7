"""The WooCommerce platform: PLATFORM, what it can do, and the way to a store's client.

Not here: how any of it is done (store.py and the files it names).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from crossdock.connector.capabilities import YES, Capabilities, no, partly
from crossdock.connector.contract import Clock, Connection, Observation, Role, Webhook
from crossdock.connector.http import Http
from crossdock.platforms.woocommerce import address, webhooks
from crossdock.platforms.woocommerce.client import Rest, StoreState
from crossdock.platforms.woocommerce.gate import Gate
from crossdock.platforms.woocommerce.store import WooCommerceStore

_DETAIL = "kept as a detail of the order: WooCommerce has no field for it"

CAPABILITIES = Capabilities(
    merchant_role=YES,
    vendor_role=YES,
    create_order=partly("the shop writes to its own staff; it computes its own taxes, and a fee makes the total agree"),
    custom_lines=partly("as fees: an order's line needs a product"),
    find_order_by_reference=partly("before WooCommerce 9.9 by reading the orders made since it may have been sent"),
    mark_paid=YES,
    cancel_order=partly("not once the order is completed or refunded"),
    edit_email=partly("kept as a detail of the order, so that the vendor's shop does not write to the buyer"),
    edit_phone=YES,
    edit_note=YES,
    edit_tags=partly(_DETAIL),
    edit_attributes=YES,
    edit_metafields=partly("set and changed, not removed"),
    edit_shipping_address=YES,
    edit_marketing_consent=partly(_DETAIL),
    edit_lines=no("item edits are handed to a person"),
    carry_refunds=no("the buyer's money is the merchant's; what it means for the vendor is handed to a person"),
    read_fulfillments=partly("lines of a parcel are known only where a plugin or WooCommerce's fulfillments tell them"),
    write_fulfillments=partly(
        "tracking goes where the shop keeps it; once all is shipped the order is completed, of which the shop writes "
        "to the buyer by itself"
    ),
    partial_fulfillment=partly("kept in the order's details; shown to shoppers by WooCommerce's own fulfillments only"),
    edit_tracking=YES,
    cancel_fulfillment=YES,
    webhooks=partly("never sent again, switched off after failures: what changed is polled as well"),
    write_listings=partly(
        "a product without options cannot get any while it is listed; the vendor's name as a detail; barcodes of digits"
    ),
    read_catalogue=partly("nothing that is sold elsewhere or in groups; a stock shared by variations counts for each"),
    stock_compare_and_set=partly("read first, then written as a difference: a sale of the same moment is not undone"),
    stock_delta=partly("added by the shop, which may lose one of two changes of the same moment"),
    idempotent_levels=no("WooCommerce knows no keys for its calls"),
    locations=no("WooCommerce has one stock"),
    settle_seconds=120.0,
    most_order_lines=None,
    most_variants=None,
    most_options=None,
)


class WooCommercePlatform:
    """See `crossdock.connector.contract.Platform`. What is learned of a store lives as long as the transport."""

    name = "woocommerce"
    title = "WooCommerce"
    capabilities = CAPABILITIES

    def __init__(self) -> None:
        self._states: WeakKeyDictionary[Http, dict[str, StoreState]] = WeakKeyDictionary()

    def client(self, connection: Connection, http: Http, *, now: Clock) -> WooCommerceStore:
        states = self._states.setdefault(http, {})
        credentials = sorted((str(name), str(value)) for name, value in connection.credentials.items())
        key = hashlib.sha256(f"{connection.base_url} {credentials}".encode()).hexdigest()
        if key not in states:
            states[key] = StoreState(Gate())
        return WooCommerceStore(Rest(connection, http, state=states[key], now=now))

    def expires_at(self, credentials: Mapping[str, Any]) -> datetime | None:
        return None

    def store_domain(self, typed: str) -> str:
        return address.store_domain(typed)

    def verify(self, webhook: Webhook, *, secrets: Sequence[str], domain: str) -> None:
        webhooks.verify(webhook, secrets=secrets)

    def observe(self, webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
        return webhooks.observe(webhook, role=role)


PLATFORM = WooCommercePlatform()
