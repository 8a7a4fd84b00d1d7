"""The player's own record of what it did, from which the audit works out what every store must contain.

Not here: what the hub did; that is read from the stores.
"""

from typing import Any

from msgspec import Struct

from crossdock_sandbox.traffic.plan import Market, Terms


class Ids(Struct, frozen=True):
    """A product and one variant of it in one store."""

    product: str
    variant: str


class OpenStore(Struct, frozen=True):
    """A store of the sandbox and the app that speaks to it."""

    store: str
    domain: str
    base_url: str
    credentials: dict[str, Any]
    platform: str


class Built(Struct, frozen=True):
    """The market standing in the sandbox: stores by name, each offer's ids at the merchant's and at its vendor's."""

    market: Market
    stores: dict[str, OpenStore]
    listings: dict[str, Ids]
    goods: dict[str, Ids]


class PlayedParcel(Struct):
    """One parcel that a vendor's people made. `recalled`: they took it back afterwards."""

    shop: str
    number: int
    fulfillment_id: str
    recalled: bool = False


class PlayedOrder(Struct):
    """`go_at`: when (seconds of the player's clock) the order became fit to be pushed; 0 = never. `paid_first`: it had
    been paid when it was cancelled. `edited`: fields that were edited, and when it was last begun."""

    key: str
    order_id: str
    name: str
    offers: dict[str, str]  # the order's line id -> offer key
    paid: bool = False
    cancelled: bool = False
    paid_first: bool = False
    edits: int = 0
    edited: dict[str, float] = {}
    paid_at: float = 0.0
    go_at: float = 0.0
    parcels: list[PlayedParcel] = []


class Ledger(Struct):
    """`own`: the vendors' own orders, shop and id, by sale.

    `refused`: happenings that a store refused, and `unmet`: those that could not be played because the vendor order
    never came; in the words of the player. `played` counts what was done, by kind."""

    terms: Terms
    orders: dict[str, PlayedOrder] = {}
    refused: list[str] = []
    unmet: list[str] = []
    played: dict[str, int] = {}
    own: dict[str, tuple[str, str]] = {}
