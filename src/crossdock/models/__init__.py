"""All rows of Crossdock, one Django app. Rows never see a platform; hot statements are in sync/sql."""

from crossdock.models.activity import Activity
from crossdock.models.catalog import StoreVariant, VariantLink
from crossdock.models.dirty import DirtyKey, Lane
from crossdock.models.orders import Attention, MerchantOrder, Parcel, VendorOrder
from crossdock.models.people import Membership, User
from crossdock.models.policy import OrderPolicy, PolicyChange
from crossdock.models.stores import Marketplace, PrivacyRequest, Store, Sweep, Vendor

__all__ = [
    "Activity",
    "Attention",
    "DirtyKey",
    "Lane",
    "Marketplace",
    "Membership",
    "MerchantOrder",
    "OrderPolicy",
    "Parcel",
    "PolicyChange",
    "PrivacyRequest",
    "Store",
    "StoreVariant",
    "Sweep",
    "User",
    "VariantLink",
    "Vendor",
    "VendorOrder",
]
