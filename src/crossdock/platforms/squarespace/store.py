"""One Squarespace site as the engine sees it: the contract's `StoreClient`, for a vendor.

Not here: anything but calls into the file of each subject, and refusals of what a vendor's site is never asked.
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
from crossdock.connector.errors import Unsupported
from crossdock.core.catalog import Level, Product
from crossdock.core.fulfillment import Fulfillment, Tracking
from crossdock.core.listing import ListingAction
from crossdock.core.orders import Order
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.squarespace import auth, catalog, inventory, mapping, orders, products, subscriptions
from crossdock.platforms.squarespace.client import Api


class SquarespaceStore:
    """See `crossdock.connector.contract.StoreClient` for what each method promises."""

    def __init__(self, api: Api) -> None:
        self.api = api

    async def check(self) -> StoreInfo:
        return await catalog.check(self.api)

    async def changed_vendor_orders(
        self, since: datetime, cursor: str = ""
    ) -> Page[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
        return await orders.changed_ours(self.api, since, cursor)

    async def read_vendor_order(self, remote_id: str) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
        return await orders.read_ours(self.api, remote_id)

    async def find_order(self, reference: str, *, since: datetime | None = None) -> RemoteVendorOrder | None:
        return await orders.find(self.api, reference, since)

    async def catalogue(self, cursor: str = "", *, locations: Sequence[str] = ()) -> CataloguePage:
        return await products.catalogue(self.api, cursor)

    async def changed_products(
        self, since: datetime, cursor: str = "", *, locations: Sequence[str] = ()
    ) -> Page[Product]:
        return await products.changed(self.api, since, cursor)

    async def read_products(self, ids: Sequence[str], *, locations: Sequence[str] = ()) -> tuple[Product, ...]:
        return await products.read(self.api, ids)

    async def read_levels(self, item_ids: Sequence[str]) -> tuple[Level, ...]:
        return await inventory.read_levels(self.api, item_ids)

    async def read_fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        return mapping.parcels(await orders.read(self.api, order_id))

    async def create_order(self, draft: VendorOrderDraft) -> RemoteVendorOrder:
        return await orders.create(self.api, draft)

    async def update_order(self, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
        return await orders.update(self.api, remote_id, changes)

    async def mark_paid(self, remote_id: str) -> RemoteVendorOrder:
        return await orders.mark_paid(self.api, remote_id)

    async def cancel_order(self, remote_id: str, *, reason: str, job: str = "") -> CancelOutcome:
        return await orders.cancel(self.api, remote_id)

    async def adjust_levels(self, rows: Sequence[LevelChange], *, key: str) -> LevelsRefused:
        return await inventory.adjust_levels(self.api, rows, key=key)

    async def stock_at(self, item_id: str, location_id: str) -> None:
        """Stock is always kept at the one place that there is."""

    async def ensure_subscriptions(self, address: str) -> Subscriptions:
        return await subscriptions.ensure(self.api, address)

    async def remove_subscriptions(self) -> None:
        await subscriptions.remove(self.api)

    async def renew(self) -> Renewed | None:
        return await auth.renew(self.api.connection, self.api.http, now=self.api.now())

    # -- what only a merchant's store is asked --

    async def read_order(self, order_id: str) -> Order:
        raise _vendors_only("readOrder")

    async def changed_orders(self, since: datetime, cursor: str = "") -> Page[Order]:
        raise _vendors_only("changedOrders")

    async def create_fulfillment(self, request: FulfillmentRequest) -> Fulfillment:
        raise _vendors_only("createFulfillment")

    async def update_tracking(
        self, fulfillment_id: str, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        raise _vendors_only("updateTracking")

    async def cancel_fulfillment(self, fulfillment_id: str) -> None:
        raise _vendors_only("cancelFulfillment")

    async def set_levels(self, rows: Sequence[LevelWrite], *, key: str) -> LevelsRefused:
        raise _vendors_only("setLevels")

    async def write_listing(self, action: ListingAction) -> Product | Operation:
        raise _vendors_only("writeListing")

    async def finish_listing(self, operation: Operation) -> Product | Operation:
        raise _vendors_only("finishListing")

    async def find_product(self, reference: str) -> Product | None:
        raise _vendors_only("findProduct")


def _vendors_only(call: str) -> Unsupported:
    return Unsupported("Squarespace serves as a vendor's store only", call=call)
