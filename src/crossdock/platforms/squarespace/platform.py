"""The Squarespace platform: PLATFORM, what it can do, and the way to a site's client.

Not here: how any of it is done (store.py and the files it names).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from crossdock.connector.capabilities import YES, Capabilities, no, partly
from crossdock.connector.contract import Clock, Connection, Observation, Role, Webhook
from crossdock.connector.http import Http
from crossdock.platforms.squarespace import auth, webhooks
from crossdock.platforms.squarespace.client import Api, StoreState, new_state
from crossdock.platforms.squarespace.store import SquarespaceStore

NO_CHANGE = "Squarespace lets no app change an order once it is there; the vendor does it under Orders"

CAPABILITIES = Capabilities(
    merchant_role=no(
        "an order there is fulfilled as a whole, so that one vendor's parcel would mark the others' goods as shipped; "
        "stock cannot be set on condition, and products cannot be made exactly once"
    ),
    vendor_role=YES,
    create_order=partly(
        "a hundred orders an hour with an API key, without limit with OAuth; physical products; refused where stock is "
        "short; a note and what a line is made like go as lines of nothing, tags and details have no place"
    ),
    custom_lines=YES,
    find_order_by_reference=partly("by listing recent orders and comparing; for 48 hours a repeated order is known"),
    mark_paid=no("an order that an app brings in has no payment; whether it is paid is in its channel's name"),
    cancel_order=no("Squarespace lets no app cancel or refund an order; the vendor does it under Orders"),
    edit_email=no(NO_CHANGE),
    edit_phone=no(NO_CHANGE),
    edit_note=no(NO_CHANGE),
    edit_tags=no("orders have no tags"),
    edit_attributes=no(NO_CHANGE),
    edit_metafields=no("orders have no metafields"),
    edit_shipping_address=no(NO_CHANGE),
    edit_marketing_consent=no("orders carry no marketing consent"),
    edit_lines=no(NO_CHANGE),
    carry_refunds=no(NO_CHANGE),
    read_fulfillments=partly("one parcel for the whole order with all its numbers; one taken back goes unseen"),
    write_fulfillments=no("asked of a merchant's store only; there the first would mark the whole order as shipped"),
    partial_fulfillment=no("an order is fulfilled as a whole: shipments name no lines"),
    edit_tracking=no("shipments are only ever added"),
    cancel_fulfillment=no("shipments cannot be taken back by an app"),
    webhooks=partly("with OAuth, of orders only; with an API key none: orders, products and stock are listed instead"),
    write_listings=no("products cannot be made exactly once: there is no reference to find them by"),
    read_catalogue=partly("physical products; all of them each time, since nothing tells of a change of stock"),
    stock_compare_and_set=no("Squarespace sets stock without a condition"),
    stock_delta=partly("at most fifty at once; never below zero"),
    idempotent_levels=partly("a key is remembered for 48 hours"),
    locations=no("stock is kept at one place"),
    settle_seconds=60.0,
    most_variants=250,
    most_options=6,
)

OWN = ".squarespace.com"
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class SquarespacePlatform:
    """See `crossdock.connector.contract.Platform`. The pace lives as long as the transport that spends it."""

    name = "squarespace"
    title = "Squarespace"
    capabilities = CAPABILITIES

    def __init__(self) -> None:
        self._states: WeakKeyDictionary[Http, dict[str, StoreState]] = WeakKeyDictionary()

    def client(self, connection: Connection, http: Http, *, now: Clock) -> SquarespaceStore:
        state = self._states.setdefault(http, {})
        # whether the limit is a site's, a key's or an address's is not told (FACTS section 7): taken as the site's
        key = f"{connection.base_url} {connection.domain} {connection.credentials.get('mode', '')}"
        if key not in state:
            state[key] = new_state(connection.credentials, now)
        return SquarespaceStore(Api(connection, http, state=state[key], now=now))

    def expires_at(self, credentials: Mapping[str, Any]) -> datetime | None:
        return auth.expires_at(credentials)

    def store_domain(self, typed: str) -> str:
        """The site's own domain; a bare word is a name under squarespace.com."""
        given = typed.strip()
        host = (urlsplit(given if "://" in given else f"//{given}").hostname or "").rstrip(".")
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = ""
        host = host if "." in host or not host else f"{host}{OWN}"
        if not host or host == OWN[1:] or not all(_LABEL.fullmatch(label) for label in host.split(".")):
            raise ValueError(
                f"{given!r} is not a Squarespace site's address; give its built-in domain, which ends in "
                "squarespace.com and is shown under Settings, Domains"
            )
        return host

    def verify(self, webhook: Webhook, *, secrets: Sequence[str], domain: str) -> None:
        webhooks.verify(webhook, secrets=secrets, domain=domain)

    def observe(self, webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
        return webhooks.observe(webhook, role=role)


PLATFORM = SquarespacePlatform()
