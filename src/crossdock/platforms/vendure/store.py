"""One Vendure store as the engine sees it: the contract's `StoreClient`, for a vendor.

Not here: anything but calls into the file of each subject, and refusals of what a vendor's store is never asked.
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
from crossdock.platforms.vendure import catalog, inventory, mapping, orders, placing, products, subscriptions
from crossdock.platforms.vendure.client import Api


class VendureStore:
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
        return await orders.find(self.api, reference)

    async def catalogue(self, cursor: str = "", *, locations: Sequence[str] = ()) -> CataloguePage:
        return await products.catalogue(self.api, cursor, locations)

    async def changed_products(
        self, since: datetime, cursor: str = "", *, locations: Sequence[str] = ()
    ) -> Page[Product]:
        return await products.changed(self.api, cursor, locations)

    async def read_products(self, ids: Sequence[str], *, locations: Sequence[str] = ()) -> tuple[Product, ...]:
        return await products.read(self.api, ids, locations)

    async def read_levels(self, item_ids: Sequence[str]) -> tuple[Level, ...]:
        return await inventory.read_levels(self.api, item_ids)

    async def read_fulfillments(self, order_id: str) -> tuple[Fulfillment, ...]:
        return mapping.parcels(await orders.read(self.api, order_id))

    async def create_order(self, draft: VendorOrderDraft) -> RemoteVendorOrder:
        return await placing.create(self.api, draft)

    async def update_order(self, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
        return await orders.update(self.api, remote_id, changes)

    async def mark_paid(self, remote_id: str) -> RemoteVendorOrder:
        return await orders.mark_paid(self.api, remote_id)

    async def cancel_order(self, remote_id: str, *, reason: str, job: str = "") -> CancelOutcome:
        return await orders.cancel(self.api, remote_id, reason)

    async def adjust_levels(self, rows: Sequence[LevelChange], *, key: str) -> LevelsRefused:
        raise Unsupported(
            "Vendure sets stock absolutely, so that a sale in between would be undone",
            instead="the vendor takes what was shipped by hand out of its stock in Vendure",
            call="adjustLevels",
        )

    async def stock_at(self, item_id: str, location_id: str) -> None:
        """A variant's stock at a place begins with the first figure that is set there; none is set by us."""

    async def ensure_subscriptions(self, address: str) -> Subscriptions:
        return await subscriptions.ensure(self.api, address)

    async def remove_subscriptions(self) -> None:
        await subscriptions.remove(self.api)

    async def renew(self) -> Renewed | None:
        return None

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
    return Unsupported("Vendure serves as a vendor's store only", call=call)
