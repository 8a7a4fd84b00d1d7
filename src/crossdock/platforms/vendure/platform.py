"""The Vendure platform: PLATFORM, what it can do, and the way to a store's client.

Not here: how any of it is done (store.py and the files it names).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from crossdock.connector.capabilities import YES, Capabilities, no, partly
from crossdock.connector.contract import Clock, Connection, Kind, Observation, Role, Webhook, WebhookRefused
from crossdock.connector.http import Http
from crossdock.connector.pace import Pace
from crossdock.platforms.vendure.client import Api, new_pace
from crossdock.platforms.vendure.store import VendureStore

MERCHANTS = "asked of a merchant's store only"
IN_NOTE = "in a private note on the order; nothing else of it changes"

CAPABILITIES = Capabilities(
    merchant_role=no(
        "stock is set there without a condition, so that a sale in between would be undone; products cannot be made "
        "exactly once, and a checkout may sell what is not there"
    ),
    vendor_role=YES,
    create_order=partly(
        "at least one line must be a product there; refused where stock is short or the buyer's country is not set up; "
        "lines keep the store's own prices, and what differs is one surcharge; the buyer's e-mail is in a private note"
    ),
    custom_lines=partly("as surcharges, beside at least one product"),
    find_order_by_reference=YES,
    mark_paid=YES,
    cancel_order=YES,
    edit_email=partly(IN_NOTE),
    edit_phone=partly(IN_NOTE),
    edit_note=partly(IN_NOTE),
    edit_tags=partly(IN_NOTE),
    edit_attributes=partly(IN_NOTE),
    edit_metafields=no("an order has no fields but those that its shop's developer gave it"),
    edit_shipping_address=partly("of a paid order that has not wholly gone; Vendure changes no order that is not paid"),
    edit_marketing_consent=no("orders carry no marketing consent"),
    edit_lines=no("a change of items becomes a person's; the vendor modifies the order in Vendure"),
    carry_refunds=no("the buyer's money is the merchant's; what it means for the vendor is handed to a person"),
    read_fulfillments=partly("with the carrier's name and one number each; addresses to follow them are not kept"),
    write_fulfillments=no(MERCHANTS),
    partial_fulfillment=YES,
    edit_tracking=no("Vendure changes no number of a parcel that is there; " + MERCHANTS),
    cancel_fulfillment=partly("the vendor's are seen; taking back itself is " + MERCHANTS),
    webhooks=no("Vendure sends none: orders, products and stock are listed instead"),
    write_listings=no("products cannot be made exactly once: there is no reference to find them by"),
    read_catalogue=partly(
        "all of it each time, since nothing lists what changed in price or stock; without weights and tags, which "
        "Vendure's products have not"
    ),
    stock_compare_and_set=no("Vendure sets stock without a condition"),
    stock_delta=no("Vendure sets stock absolutely, so that a sale in between would be undone"),
    idempotent_levels=no("Vendure knows no keys of repeated calls"),
    locations=YES,
    barcodes=no("a variant has no barcode but in a field that its shop's developer gave it"),
    settle_seconds=60.0,
)

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TAIL = re.compile(r"/(?:admin-api|shop-api|admin|dashboard)(?:/.*)?$")


class VendurePlatform:
    """See `crossdock.connector.contract.Platform`. The pace lives as long as the transport that spends it."""

    name = "vendure"
    title = "Vendure"
    capabilities = CAPABILITIES

    def __init__(self) -> None:
        self._paces: WeakKeyDictionary[Http, dict[str, Pace]] = WeakKeyDictionary()

    def client(self, connection: Connection, http: Http, *, now: Clock) -> VendureStore:
        paces = self._paces.setdefault(http, {})
        if connection.base_url not in paces:
            paces[connection.base_url] = new_pace(now)
        return VendureStore(Api(connection, http, pace=paces[connection.base_url], now=now))

    def expires_at(self, credentials: Mapping[str, Any]) -> datetime | None:
        return None

    def store_domain(self, typed: str) -> str:
        """ "shop.example", "shop.example:3000" or "example.org/shop"; the Admin API is under it."""
        given = typed.strip()
        parts = urlsplit(given if "://" in given else f"https://{given}")
        try:
            host, port = (parts.hostname or "").rstrip("."), parts.port
            host = host if _is_address(host) else host.encode("idna").decode()
        except (UnicodeError, ValueError):
            host, port = "", None
        named = _is_address(host) or host == "localhost" or "." in host
        if not named or parts.username or not all(_LABEL.fullmatch(label) for label in host.split(".")):
            raise ValueError(
                f"{given[:80]!r} is not a store's address; give the one under which its Admin API is, for example "
                "shop.example"
            )
        shown = f":{port}" if port not in (None, 80, 443) else ""
        return f"{host}{shown}{_TAIL.sub('', parts.path).rstrip('/')}"

    def verify(self, webhook: Webhook, *, secrets: Sequence[str], domain: str) -> None:
        raise WebhookRefused("Vendure sends no webhooks")

    def observe(self, webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
        return (Observation(Kind.NOTHING, "", data={"problem": "Vendure sends no webhooks"}),)


def _is_address(host: str) -> bool:
    try:
        return ip_address(host).version == 4
    except ValueError:
        return False


PLATFORM = VendurePlatform()
