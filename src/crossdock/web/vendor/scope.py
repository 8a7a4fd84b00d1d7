"""One vendor's people and what is theirs to see: that vendor's rows and no other's.

Buyers are seen as the vendor order has them, never in the merchant's order: there is no way from here to that. Not
here: who gets a scope (access.py).
"""

from django.db.models import Q, QuerySet
from msgspec import Struct

from crossdock.models import (
    Activity,
    Call,
    Invitation,
    Listing,
    Marketplace,
    Membership,
    Parcel,
    Store,
    Vendor,
    VendorOrder,
)
from crossdock.operations.vendor_mapping import may_map

MOST_LOOKED_UP = 1000


class VendorScope(Struct, frozen=True):
    """One person at one vendor of one marketplace."""

    marketplace: Marketplace
    vendor: Vendor
    role: str
    who: str

    @property
    def may_change(self) -> bool:
        return True

    @property
    def may_manage(self) -> bool:
        """People and their roles are the owners'."""
        return self.role == Membership.Role.VENDOR_OWNER

    @property
    def may_map(self) -> bool:
        """Whether the marketplace lets this vendor say which products are the same."""
        return may_map(marketplace=self.marketplace, vendor=self.vendor)

    @property
    def vendor_orders(self) -> QuerySet[VendorOrder]:
        """With the merchant's order as far as lists need it: its name, no more."""
        rows = VendorOrder.objects.filter(marketplace=self.marketplace, vendor=self.vendor)
        return rows.select_related("order", "store").defer("order__sealed", "order__merchant_share")

    @property
    def parcels(self) -> QuerySet[Parcel]:
        return Parcel.objects.filter(vendor_order__vendor=self.vendor)

    @property
    def stores(self) -> QuerySet[Store]:
        return Store.objects.filter(marketplace=self.marketplace, vendor=self.vendor)

    @property
    def listings(self) -> QuerySet[Listing]:
        return Listing.objects.filter(marketplace=self.marketplace, vendor=self.vendor)

    @property
    def activities(self) -> QuerySet[Activity]:
        """What was done to its store and its orders. Of few orders it is looked up order by order; of many it is met
        soon by whoever reads what was done last."""
        rows = Activity.objects.filter(marketplace=self.marketplace)
        mine = Q(store_id__in=list(self.stores.values_list("pk", flat=True)), vendor_order_id=None)
        orders = VendorOrder.objects.filter(vendor=self.vendor)
        few = list(orders.values_list("order_id", "pk")[: MOST_LOOKED_UP + 1])
        if len(few) > MOST_LOOKED_UP:
            return rows.filter(mine | Q(vendor_order_id__in=orders.values("pk")))
        parts = Q(order_id__in={order for order, _ in few}, vendor_order_id__in=[part for _, part in few])
        return rows.filter(mine | parts)

    @property
    def calls(self) -> QuerySet[Call]:
        """What was said with its store."""
        stores = list(self.stores.values_list("pk", flat=True))
        return Call.objects.filter(marketplace_id=self.marketplace.pk, store_id__in=stores)

    @property
    def memberships(self) -> QuerySet[Membership]:
        rows = Membership.objects.filter(marketplace=self.marketplace, vendor=self.vendor)
        return rows.select_related("user", "vendor", "marketplace")

    @property
    def invitations(self) -> QuerySet[Invitation]:
        rows = Invitation.objects.filter(marketplace=self.marketplace, vendor=self.vendor)
        return rows.select_related("vendor", "marketplace")
