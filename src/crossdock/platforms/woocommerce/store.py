"""One WooCommerce store as the engine sees it: the contract's `StoreClient`.

Not here: anything but calls into the file of each subject.
"""

from collections.abc import Sequence
from datetime import datetime

from crossdock.connector.contract import (
    CancelOutcome,
    CataloguePage,
    FulfillmentRequest,
    LevelChange,
    LevelsRefused,
    LevelWrite,
    Operation,
    Page,
    Renewed,
    StoreInfo,
    Subscriptions,
)
from crossdock.connector.errors import Rejected
from crossdock.core.catalog import Level, Product
from crossdock.core.fulfillment import Fulfillment, Tracking
from crossdock.core.listing import ListingAction
from crossdock.core.orders import Order
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.woocommerce import (
    listings,
    orders,
    parcels,
    products,
    settings,
    stock,
    subscriptions,
)
from crossdock.platforms.woocommerce.client import Rest


class WooCommerceStore:
    """See `crossdock.connector.contract.StoreClient` for what each method promises."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest

    async def check(self) -> StoreInfo:
        return await settings.check(self.rest)

    async def read_order(self, order_id: str) -> Order:
        return await orders.read(self.rest, order_id)

    async def changed_orders(self, since: datetime, cursor: str = "") -> Page[Order]:
        return await orders.changed(self.rest, since, cursor)

    async def changed_vendor_orders(
        self, since: datetime, cursor: str = ""
    ) -> Page[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
        return await orders.changed_ours(self.rest, since, cursor)

    async def read_vendor_order(self, remote_id: str) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
        return await orders.read_ours(self.rest, remote_id)

    async def find_order(self, reference: str, *, since: datetime | None = None) -> RemoteVendorOrder | None:
        return await orders.find(self.rest, reference, since)

    async def catalogue(self, cursor: str = "", *, locations: Sequence[str] = ()) -> CataloguePage:
        return await products.catalogue(self.rest, cursor)

    async def changed_products(
        self, since: datetime, cursor: str = "", *, locations: Sequence[str] = ()
    ) -> Page[Product]:
        return await products.changed(self.rest, since, cursor)

    async def read_products(self, ids: Sequence[str], *, locations: Sequence[str] = ()) -> tuple[Product, ...]:
        return await products.read(self.rest, ids)

    async def read_levels(self, item_ids: Sequence[str]) -> tuple[Level, ...]:
        return await stock.read_levels(self.rest, item_ids)

    async def read_fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        return await parcels.read(self.rest, order_id)

    async def create_order(self, draft: VendorOrderDraft) -> RemoteVendorOrder:
        return await orders.create(self.rest, draft)

    async def update_order(self, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
        return await orders.update(self.rest, remote_id, changes)

    async def mark_paid(self, remote_id: str) -> RemoteVendorOrder:
        return await orders.mark_paid(self.rest, remote_id)

    async def cancel_order(self, remote_id: str, *, reason: str, job: str = "") -> CancelOutcome:
        return await orders.cancel(self.rest, remote_id)

    async def create_fulfillment(self, request: FulfillmentRequest) -> Fulfillment:
        return await parcels.create(self.rest, request)

    async def update_tracking(
        self, fulfillment_id: str, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        return await parcels.update_tracking(self.rest, fulfillment_id, tracking, tell=notify_customer)

    async def cancel_fulfillment(self, fulfillment_id: str) -> None:
        await parcels.cancel(self.rest, fulfillment_id)

    async def set_levels(self, rows: Sequence[LevelWrite], *, key: str) -> LevelsRefused:
        return await stock.set_levels(self.rest, rows)

    async def adjust_levels(self, rows: Sequence[LevelChange], *, key: str) -> LevelsRefused:
        return await stock.adjust_levels(self.rest, rows)

    async def stock_at(self, item_id: str, location_id: str) -> None:
        await stock.begin(self.rest, item_id)

    async def write_listing(self, action: ListingAction) -> Product | Operation:
        return await listings.write(self.rest, action)

    async def finish_listing(self, operation: Operation) -> Product | Operation:
        raise Rejected("WooCommerce works on nothing by itself", code="operation", call="finish_listing")

    async def find_product(self, reference: str) -> Product | None:
        return await listings.find(self.rest, reference)

    async def ensure_subscriptions(self, address: str) -> Subscriptions:
        return await subscriptions.ensure(self.rest, self.rest.connection.role, address)

    async def remove_subscriptions(self) -> None:
        await subscriptions.remove(self.rest)

    async def renew(self) -> Renewed | None:
        return None  # keys do not expire
