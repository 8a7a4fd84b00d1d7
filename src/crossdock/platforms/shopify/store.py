"""One Shopify store as the engine sees it: the contract's `StoreClient`.

Not here: anything but calls into the file of each subject.
"""

from datetime import datetime

from crossdock.connector.contract import (
    CancelOutcome,
    FulfillmentRequest,
    Page,
    Renewed,
    StoreInfo,
    Subscriptions,
)
from crossdock.core.catalog import RemoteVariant
from crossdock.core.fulfillment import Fulfillment, Tracking
from crossdock.core.orders import Order
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.shopify import auth, catalog, fulfillments, orders, subscriptions
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

    async def find_order(self, reference: str) -> RemoteVendorOrder | None:
        return await orders.find(self.graph, reference)

    async def list_variants(self, cursor: str = "") -> Page[RemoteVariant]:
        return await catalog.list_variants(self.graph, cursor)

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

    async def ensure_subscriptions(self, address: str) -> Subscriptions:
        return await subscriptions.ensure(self.graph, self.graph.connection.role, address)

    async def remove_subscriptions(self) -> None:
        await subscriptions.remove(self.graph)

    async def renew(self) -> Renewed | None:
        return await auth.renew(self.graph.connection, self.graph.http, now=self.graph.now())
