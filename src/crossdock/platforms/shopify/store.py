"""One Shopify store as the engine sees it: the contract's `StoreClient`.

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
from crossdock.core.catalog import Level, Product
from crossdock.core.fulfillment import Fulfillment, Tracking
from crossdock.core.listing import ListingAction
from crossdock.core.orders import Order
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.shopify import (
    auth,
    bulk,
    catalog,
    fulfillments,
    inventory,
    listings,
    orders,
    products,
    subscriptions,
)
from crossdock.platforms.shopify.client import Graph


class ShopifyStore:
    """See `crossdock.connector.contract.StoreClient` for what each method promises."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    async def check(self) -> StoreInfo:
        return await catalog.check(self.graph, self.graph.connection.role)

    async def read_order(self, order_id: str) -> Order:
        return await orders.read(self.graph, order_id)

    async def changed_orders(self, since: datetime, cursor: str = "") -> Page[Order]:
        return await orders.changed(self.graph, since, cursor)

    async def changed_vendor_orders(
        self, since: datetime, cursor: str = ""
    ) -> Page[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
        return await orders.changed_ours(self.graph, since, cursor)

    async def read_vendor_order(self, remote_id: str) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
        return await orders.read_ours(self.graph, remote_id)

    async def find_order(self, reference: str, *, since: datetime | None = None) -> RemoteVendorOrder | None:
        return await orders.find(self.graph, reference)

    async def catalogue(self, cursor: str = "", *, locations: Sequence[str] = ()) -> CataloguePage:
        return await bulk.catalogue(self.graph, cursor, locations)

    async def changed_products(
        self, since: datetime, cursor: str = "", *, locations: Sequence[str] = ()
    ) -> Page[Product]:
        return await products.changed(self.graph, since, cursor, locations)

    async def read_products(self, ids: Sequence[str], *, locations: Sequence[str] = ()) -> tuple[Product, ...]:
        return await products.read(self.graph, ids, locations)

    async def read_levels(self, item_ids: Sequence[str]) -> tuple[Level, ...]:
        return await inventory.read_levels(self.graph, item_ids)

    async def read_fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        return await fulfillments.read(self.graph, order_id)

    async def create_order(self, draft: VendorOrderDraft) -> RemoteVendorOrder:
        return await orders.create(self.graph, draft)

    async def update_order(self, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
        return await orders.update(self.graph, remote_id, changes)

    async def mark_paid(self, remote_id: str) -> RemoteVendorOrder:
        return await orders.mark_paid(self.graph, remote_id)

    async def cancel_order(self, remote_id: str, *, reason: str, job: str = "") -> CancelOutcome:
        return await orders.cancel(self.graph, remote_id, reason=reason, job=job)

    async def create_fulfillment(self, request: FulfillmentRequest) -> Fulfillment:
        return await fulfillments.create(self.graph, request)

    async def update_tracking(
        self, fulfillment_id: str, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        return await fulfillments.update_tracking(self.graph, fulfillment_id, tracking, notify_customer=notify_customer)

    async def cancel_fulfillment(self, fulfillment_id: str) -> None:
        await fulfillments.cancel(self.graph, fulfillment_id)

    async def set_levels(self, rows: Sequence[LevelWrite], *, key: str) -> LevelsRefused:
        return await inventory.set_levels(self.graph, rows, key=key)

    async def adjust_levels(self, rows: Sequence[LevelChange], *, key: str) -> LevelsRefused:
        return await inventory.adjust_levels(self.graph, rows, key=key)

    async def stock_at(self, item_id: str, location_id: str) -> None:
        await inventory.stock_at(self.graph, item_id, location_id)

    async def write_listing(self, action: ListingAction) -> Product | Operation:
        return await listings.write(self.graph, action)

    async def finish_listing(self, operation: Operation) -> Product | Operation:
        return await listings.finish(self.graph, operation)

    async def find_product(self, reference: str) -> Product | None:
        return await products.find(self.graph, reference)

    async def ensure_subscriptions(self, address: str) -> Subscriptions:
        return await subscriptions.ensure(self.graph, self.graph.connection.role, address)

    async def remove_subscriptions(self) -> None:
        await subscriptions.remove(self.graph)

    async def renew(self) -> Renewed | None:
        return await auth.renew(self.graph.connection, self.graph.http, now=self.graph.now())
