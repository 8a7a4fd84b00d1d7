"""The Shopify platform: PLATFORM, what it can do, and the way to a store's client.

Not here: how any of it is done (store.py and the files it names).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from crossdock.connector.budget import Budget
from crossdock.connector.capabilities import YES, Capabilities, no, partly
from crossdock.connector.contract import Clock, Connection, Observation, Role, Webhook
from crossdock.connector.http import Http
from crossdock.platforms.shopify import auth, webhooks
from crossdock.platforms.shopify.client import Graph, StoreState
from crossdock.platforms.shopify.drafts import MOST_LINES
from crossdock.platforms.shopify.store import ShopifyStore

CAPABILITIES = Capabilities(
    merchant_role=YES,
    vendor_role=YES,
    create_order=partly("250 lines an order, more become several; five orders a minute in development stores"),
    custom_lines=YES,
    find_order_by_reference=YES,
    mark_paid=YES,
    cancel_order=partly("asynchronous; refused while a return is open or a parcel cannot be cancelled; irreversible"),
    edit_email=YES,
    edit_phone=YES,
    edit_note=YES,
    edit_tags=YES,
    edit_attributes=YES,
    edit_metafields=partly("set and changed, not removed; fields that point at other objects do not travel"),
    edit_shipping_address=YES,
    edit_marketing_consent=no("an order's marketing consent cannot be changed after it was placed"),
    edit_lines=no("item edits are handed to a person"),
    carry_refunds=no("the buyer's money is the merchant's; what it means for the vendor is handed to a person"),
    read_fulfillments=YES,
    write_fulfillments=partly("one location a parcel; not while the order's fulfilment is on hold or scheduled"),
    partial_fulfillment=YES,
    edit_tracking=YES,
    cancel_fulfillment=YES,
    webhooks=YES,
    write_listings=partly("pictures, no films or 3D models; large stores below Plus take 1,000 new variants a day"),
    read_catalogue=YES,
    stock_compare_and_set=YES,
    stock_delta=YES,
    idempotent_levels=partly("a key is remembered for 24 hours"),
    locations=partly("stock is summed over all locations or at most nine chosen ones"),
    settle_seconds=60.0,
    most_order_lines=MOST_LINES,
    most_variants=2048,
    most_options=3,
)

_TYPED = re.compile(
    r"(?:https?://)?(?:admin\.shopify\.com/store/)?([a-z0-9][a-z0-9\-]{0,62})(?:\.myshopify\.com)?(?:/.*)?"
)


class ShopifyPlatform:
    """See `crossdock.connector.contract.Platform`. Budgets live as long as the transport that spends them."""

    name = "shopify"
    title = "Shopify"
    capabilities = CAPABILITIES

    def __init__(self) -> None:
        self._states: WeakKeyDictionary[Http, dict[str, StoreState]] = WeakKeyDictionary()

    def client(self, connection: Connection, http: Http, *, now: Clock) -> ShopifyStore:
        state = self._states.setdefault(http, {})
        # rate limits are per app and store (FACTS section 3)
        key = f"{connection.base_url} {connection.credentials.get('client_id', '')}"
        if key not in state:
            state[key] = StoreState(Budget(now))
        return ShopifyStore(Graph(connection, http, state=state[key], now=now))

    def expires_at(self, credentials: Mapping[str, Any]) -> datetime | None:
        return auth.expires_at(credentials)

    def store_domain(self, typed: str) -> str:
        match = _TYPED.fullmatch(typed.strip().lower())
        if match is None:
            raise ValueError(
                f"{typed.strip()!r} is not a Shopify store's address; give the one that ends in .myshopify.com, "
                "shown in the store's admin under Settings, Domains"
            )
        return f"{match[1]}.myshopify.com"

    def verify(self, webhook: Webhook, *, secrets: Sequence[str], domain: str) -> None:
        webhooks.verify(webhook, secrets=secrets, domain=domain)

    def observe(self, webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
        return webhooks.observe(webhook, role=role)


PLATFORM = ShopifyPlatform()
