"""The port: what a platform is to the engine. Platforms implement it; the engine knows nothing else of them.

Terminology. *Store*: one shop on one platform. *Connection*: our credentials to it and where it is. *Reference*: our
own, never-repeating name of a vendor order. *Observation*: what a webhook, poll or read said of one object.
All ids are the platform's, as plain strings without decoration (Shopify: the number of the gid). All times are aware,
UTC.
Every method may raise the seven errors of `errors.py` and nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from crossdock.connector.capabilities import Capabilities
from crossdock.connector.http import Http
from crossdock.core.catalog import Level, Location, Product, Variant
from crossdock.core.fulfillment import Fulfillment, Tracking
from crossdock.core.listing import ListingAction
from crossdock.core.orders import Order
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder, VendorOrderDraft


class Role(StrEnum):
    MERCHANT = "merchant"
    VENDOR = "vendor"


class Connection(Struct, frozen=True):
    """How to reach one store. `base_url` has no trailing slash; `credentials` are the platform's own (opened from
    their seal); never printed."""

    store_id: int
    role: Role
    domain: str
    base_url: str
    credentials: dict[str, Any]

    def __repr__(self) -> str:
        return f"Connection(store_id={self.store_id}, domain={self.domain!r})"


class Kind(StrEnum):
    """What an observation is of."""

    ORDER = "order"  # merchant store: an order; vendor store: a vendor order of ours (or a stranger's: ignored)
    FULFILLMENT = "fulfillment"
    PRODUCT = "product"  # merchant store: only that one is gone
    LEVEL = "level"  # stock of one item at one location
    STORE = "store"  # the store itself: uninstalled, settings changed
    PRIVACY = "privacy"  # a compliance request about a buyer or a store
    NOTHING = "nothing"  # verified, understood, of no interest


class Ask(StrEnum):
    """What a compliance request asks: `data["asks"]` of its observation, beside the `order_ids` that it names."""

    EXPORT = "export"  # the buyer wants to see what is kept
    ERASE = "erase"  # the buyer wants to be forgotten
    ERASE_STORE = "erase_store"  # the store is gone, and so shall all of its buyers be


class Observation(Struct, frozen=True, omit_defaults=True):
    """What was seen of one object. `version` orders observations of the same object (bigger = newer; microseconds of
    the platform's updated_at). `snapshot` None = ids only: the object must be read. `deleted`: the platform says gone.
    `owner_id` is the id of the order a fulfilment belongs to, when known."""

    kind: Kind
    id: str
    version: int = 0
    snapshot: Order | RemoteVendorOrder | Fulfillment | Product | Level | None = None
    owner_id: str = ""
    deleted: bool = False
    topic: str = ""
    data: dict[str, Any] = {}


class WebhookRefused(Exception):
    """The delivery is not to be believed: unsigned, tampered, or of another store. Answer 401, do nothing."""


class Webhook(Struct, frozen=True):
    """One delivery, before it is believed. Header names are lower case."""

    headers: Mapping[str, str]
    body: bytes


T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """Some of a listing. `cursor` continues it; empty = this was the last page."""

    items: tuple[T, ...]
    cursor: str = ""


class StoreInfo(Struct, frozen=True, omit_defaults=True):
    """What a connection test learns."""

    id: str
    name: str
    domain: str
    currency: str
    time_zone: str = ""
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    plan: str = ""
    default_location_id: str = ""
    locations: tuple[Location, ...] = ()


class CataloguePage(Struct, frozen=True, omit_defaults=True):
    """Some of a whole catalogue. `products` here have no variants (`whole` False) unless they are whole; `variants`
    name their `product_id`; a product's variants may come on any later page. `cursor` continues, empty = that was the
    last page. `wait` seconds > 0: nothing to read yet (the platform is still preparing it), ask again with `cursor`
    then. `done` of `total` objects have been given so far, `total` 0 = not known. `as_of` is when the reading began,
    by our clock, the same on every page: what a store changed later may or may not be in it."""

    cursor: str
    as_of: datetime
    products: tuple[Product, ...] = ()
    variants: tuple[Variant, ...] = ()
    wait: float = 0.0
    done: int = 0
    total: int = 0


class LevelWrite(Struct, frozen=True):
    """`available` of one item at one location to become `quantity`, if it is `was` now (None = whatever it is)."""

    item_id: str
    location_id: str
    quantity: int
    was: int | None


class LevelsRefused(Struct, frozen=True, omit_defaults=True):
    """Rows (by index) why nothing of a call was written: `stale` ones were not `was`; `not_stocked` ones have no level
    at that location yet (see `stock_at`); `gone` items or locations are not there."""

    stale: tuple[int, ...] = ()
    not_stocked: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stale or self.not_stocked or self.gone)


class LevelChange(Struct, frozen=True):
    """`available` of one item at one location to change by `delta`."""

    item_id: str
    location_id: str
    delta: int


class CancelState(StrEnum):
    DONE = "done"
    PENDING = "pending"  # asked; `job` names what to ask about next time


class CancelOutcome(Struct, frozen=True, omit_defaults=True):
    state: CancelState
    job: str = ""


class FulfillmentRequest(Struct, frozen=True, omit_defaults=True):
    """A parcel to write on the merchant's order. Lines are the merchant's (line id, quantity)."""

    order_id: str
    lines: tuple[tuple[str, int], ...]
    tracking: Tracking = Tracking()
    notify_customer: bool = False


class Operation(Struct, frozen=True):
    """Work that a platform does by itself: ask after it with `finish_listing`."""

    id: str
    product_id: str = ""


class Subscriptions(Struct, frozen=True, omit_defaults=True):
    """What a store should tell us, as it is: `address` to be called, `topics` subscribed, `changed` what was done.
    `keep`: fields of the credentials that came of it and must be kept at once, such as `webhook_secrets`, a list of
    what deliveries may be signed with beside `client_secret`."""

    address: str
    topics: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    keep: dict[str, Any] = {}


class Renewed(Struct, frozen=True):
    """New credentials to be sealed and kept, and when they want renewing again (None = they do not expire)."""

    credentials: dict[str, Any]
    expires_at: datetime | None = None


class StoreClient(Protocol):
    """One store, spoken to. Made per drain, cheap; keeps no state but its budget."""

    # -- reads: must change nothing; a time-out is Unavailable --

    async def check(self) -> StoreInfo:
        """Must prove that the credentials work and say which scopes are missing for the connection's role."""

    async def read_order(self, order_id: str) -> Order:
        """The merchant's order, whole (every line, whatever paging that takes). Must raise Gone when it is not
        there."""

    async def changed_orders(self, since: datetime, cursor: str = "") -> Page[Order]:
        """Merchant store: orders changed at or after `since`, in pages, in an order in which nothing is missed while
        orders change between two pages (oldest change first where moments are exact). Must be resumable from `cursor`
        by another process. May repeat, must not miss (overlap is the caller's)."""

    async def changed_vendor_orders(
        self, since: datetime, cursor: str = ""
    ) -> Page[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
        """Vendor store: **our** orders (those with a reference) changed at or after `since`, with their fulfilments."""

    async def read_vendor_order(self, remote_id: str) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
        """A vendor order of ours by its id in the vendor's store. Must raise Gone when it is not there."""

    async def find_order(self, reference: str, *, since: datetime | None = None) -> RemoteVendorOrder | None:
        """A vendor order by our reference. Must use a direct read where the platform has one; None means not there now
        (capabilities.settle_seconds says how long that may still change). It was not made before `since` (None = not
        known): where orders can only be listed, that is how far back to look."""

    async def catalogue(self, cursor: str = "", *, locations: Sequence[str] = ()) -> CataloguePage:
        """The store's whole catalogue, archived products included, by the cheapest way the platform has. "" begins;
        must be resumable from any cursor for at least a day, also by another process. `available` of the variants is
        summed over `locations`, all active ones when none is given. A cursor that has lapsed must be
        Rejected(code="cursor")."""

    async def changed_products(
        self, since: datetime, cursor: str = "", *, locations: Sequence[str] = ()
    ) -> Page[Product]:
        """Products changed at or after `since`, in an order as of `changed_orders`, each whole (or `whole` False when
        it has more variants than a page holds). May repeat, must not miss (overlap is the caller's)."""

    async def read_products(self, ids: Sequence[str], *, locations: Sequence[str] = ()) -> tuple[Product, ...]:
        """These products, each whole, whatever paging that takes; those that are not there are left out. Must be a
        direct read."""

    async def read_levels(self, item_ids: Sequence[str]) -> tuple[Level, ...]:
        """Stock of these items (at most 250) at every location that has them. Must be a direct read."""

    async def read_fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        """All fulfilments of an order (either role), cancelled ones included. Must be a direct read."""

    # -- writes. Must raise OutcomeUnknown when the request left and no clear answer came, Unavailable only when
    #    nothing can have been done, Rejected with the store's words when it said no. --

    async def create_order(self, draft: VendorOrderDraft) -> RemoteVendorOrder:
        """Place a vendor order. Must not e-mail the buyer; must take stock. Totals must agree with draft.total;
        the answer carries the store's own total, so that a difference is seen.
        A reference that is already there must end as Rejected(code="reference_taken"); one that is `draft.fresh` cannot
        be, and need not be looked for."""

    async def update_order(self, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
        """Set the given fields. Must be repeatable. Must raise Unsupported for what the platform cannot take."""

    async def mark_paid(self, remote_id: str) -> RemoteVendorOrder:
        """Must be repeatable: an order already paid is a success."""

    async def cancel_order(self, remote_id: str, *, reason: str, job: str = "") -> CancelOutcome:
        """Ask for, or with `job` ask after, a cancellation. Must be repeatable: cancelled already is DONE. No e-mail to
        the buyer, no refund; stock goes back at the vendor."""

    async def create_fulfillment(self, request: FulfillmentRequest) -> Fulfillment:
        """Merchant store: write a parcel. Must raise Unavailable(call="routing") while the platform has not yet made
        what a parcel is written against. Must refuse (Rejected code="quantity") rather than ship more than is left."""

    async def update_tracking(
        self, fulfillment_id: str, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        """Replace the parcel's tracking. Must be repeatable."""

    async def cancel_fulfillment(self, fulfillment_id: str) -> None:
        """Must be repeatable."""

    async def set_levels(self, rows: Sequence[LevelWrite], *, key: str) -> LevelsRefused:
        """Set `available` of at most 250 items, all or none. `key` makes it idempotent where the platform can
        (capabilities.idempotent_levels): the same key with the same rows again has no further effect and gives the
        first outcome. Must raise OutcomeUnknown when it cannot tell, Rejected(code="key_failed") when the platform
        says that the key's first use failed, so that nothing was ever done by it, Rejected(code="key_spent") when it
        refuses the key for anything else that was done with it before: read again, and use a new one. The rows of an
        answer may not be all that are in the way. Must refuse rows that are of one item and location (Rejected)."""

    async def adjust_levels(self, rows: Sequence[LevelChange], *, key: str) -> LevelsRefused:
        """Change `available` by so much, all or none, once for a `key` (see `set_levels`)."""

    async def stock_at(self, item_id: str, location_id: str) -> None:
        """Begin to keep stock of an item at a location (with none there); repeatable."""

    async def write_listing(self, action: ListingAction) -> Product | Operation:
        """One step of making a product what it should be; see core/listing.py. Answers what the store has afterwards,
        or the operation to ask after when the platform works on it by itself: for CreateProduct and SetOptions the
        product whole; for UpdateProduct and EndListing the product without variants (`whole` False); for actions on
        variants a mere part (`whole` False): id, title, updated_at and the variants that were written or made. Media
        come in the order they were given. CreateProduct must be repeatable by its `reference`: a product that has it is
        made equal instead of made again, and OutcomeUnknown is answered by the same call again. All others must be
        repeatable too. Must raise Gone when the product is not there; Rejected with the store's words, naming the
        field, when it says no."""

    async def finish_listing(self, operation: Operation) -> Product | Operation:
        """What became of an operation. Must raise Rejected with its words when it failed."""

    async def find_product(self, reference: str) -> Product | None:
        """A product that `write_listing` made, by its reference; a direct read."""

    async def ensure_subscriptions(self, address: str) -> Subscriptions:
        """Make the store's subscriptions (and whatever finding by reference needs) equal to what its role wants; must
        be repeatable and must write nothing when all is there. Old addresses of ours are replaced."""

    async def remove_subscriptions(self) -> None:
        """Take back what `ensure_subscriptions` made; must be repeatable."""

    async def renew(self) -> Renewed | None:
        """New credentials where they expire; None where they do not. The caller holds the per-store lock."""


class Platform(Protocol):
    """One kind of store software: the object `PLATFORM` of a platform folder."""

    name: str
    title: str
    capabilities: Capabilities

    def client(self, connection: Connection, http: Http, *, now: "Clock") -> StoreClient:
        """A client for one store."""

    def expires_at(self, credentials: Mapping[str, Any]) -> datetime | None:
        """When these credentials want renewing; None = never."""

    def store_domain(self, typed: str) -> str:
        """The store's canonical domain from what a person typed. Must raise ValueError naming the fix."""

    def verify(self, webhook: Webhook, *, secrets: Sequence[str], domain: str) -> None:
        """Must check the signature over the raw bytes in constant time against each secret, and that the delivery is of
        this store. Must raise WebhookRefused otherwise."""

    def observe(self, webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
        """What a verified delivery says. Must never raise for odd content: what cannot be understood whole becomes
        ids-only; what has no usable id becomes Kind.NOTHING with data={"problem": ...}."""


class Clock(Protocol):
    """The one source of time at the edge."""

    def __call__(self) -> datetime:
        """Now, aware, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
