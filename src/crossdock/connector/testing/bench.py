"""Where rules run: a bench opens stores of one platform, does to them what people do, and shows what is really there.

Not here: any bench; one over the sandbox is in tests/contract, and a real server wants its own.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from msgspec import Struct

from crossdock.connector.contract import Clock, Connection, Platform, Role, Webhook
from crossdock.connector.http import Http


class Goods(Struct, frozen=True):
    """A variant as the store knows it. `item_id`: what its stock is kept under, as the connector names it."""

    product_id: str
    variant_id: str
    sku: str
    title: str


class Made(Struct, frozen=True):
    """A store that was opened for a rule. `goods` by SKU."""

    name: str
    connection: Connection
    goods: Mapping[str, Goods]


class Seen(Struct, frozen=True, omit_defaults=True):
    """An order as it lies in the store, seen without the connector. `mails`: how many the store sent to the buyer of it
    (None = cannot be seen); `parcels` that are shipped, as far as the store itself knows of parcels."""

    id: str
    total: Decimal
    cancelled: bool
    parcels: int
    mails: int | None = None


class Bench(Protocol):
    """What a platform brings to be tested. One bench serves one rule; all its stores are its own.

    `acts` names what `act` can do: `place_order`, `pay_order`, `edit_order`, `cancel_order`, `fulfill_order`,
    `update_tracking`, `cancel_fulfillment`, `edit_product`, `add_product`, `delete_product`, `edit_variant`,
    `set_stock`, `revoke_token`, `outage`: the sandbox's control operations (fields: docs/platforms/adding.md);
    and `throttle` (`on`), which makes the store ask for a pause at every call. `cannot`: acts that cannot be brought
    about there, and why (a real server has no outage on demand). `patience`: how many orders a rule that wants many
    may place (a real server takes its time).
    """

    platform: Platform
    clock: Clock
    http: Http
    acts: frozenset[str]
    cannot: Mapping[str, str]
    patience: int

    async def open_store(
        self, role: Role, products: Sequence[Mapping[str, Any]], *, time_zone: str = "", told: bool = False
    ) -> Made:
        """A store in USD with these products (the fields of `desk.MUG`), connected with all that its role may do. With
        `time_zone` one that keeps its times there, where the platform has such; `told`: connected in the way in which
        it sends webhooks, where it has several."""

    async def act(self, store: Made, name: str, **given: Any) -> dict[str, Any]:
        """Do what a shopper or the staff does; answers the ids of what came of it."""

    async def orders(self, store: Made, reference: str) -> Sequence[Seen]:
        """Every order there with this reference of ours, whatever lists and searches would show."""

    async def order(self, store: Made, order_id: str) -> Seen:
        """One order, whoever made it."""

    async def stock(self, store: Made, variant_id: str) -> int:
        """What may be sold of a variant."""

    async def pass_time(self, seconds: float) -> None:
        """Let so much time pass, with all that happens in it: jobs, webhooks."""

    def delivered(self, store: Made) -> Sequence[Webhook]:
        """Every webhook that the store sent to `hook_address`, in order."""

    def hook_address(self, store: Made) -> str:
        """Where the store's webhooks shall go."""
