"""All rows of Crossdock, one Django app. Rows never see a platform; hot statements are in sync/sql."""

from crossdock.models.activity import Activity
from crossdock.models.calls import Call
from crossdock.models.catalog import Listing, StoreProduct, StoreVariant, VariantLink
from crossdock.models.dirty import DirtyKey, Lane
from crossdock.models.linking import LinkSuggestion
from crossdock.models.notices import Mail, Notice, NoticeChoice, Tiding
from crossdock.models.order_lists import OrderBatch, OrderView
from crossdock.models.orders import Attention, MerchantOrder, Parcel, VendorOrder
from crossdock.models.people import Invitation, Membership, User
from crossdock.models.policy import CataloguePolicy, CataloguePolicyChange, OrderPolicy, PolicyChange
from crossdock.models.refunds import RefundTold
from crossdock.models.stock import Level, SoldLine, StockAdjustment
from crossdock.models.stores import Consent, Marketplace, PrivacyRequest, Store, Sweep, Vendor
from crossdock.models.tokens import ApiAnswer, ApiToken
from crossdock.models.webhooks_out import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Activity",
    "ApiAnswer",
    "ApiToken",
    "Attention",
    "Call",
    "CataloguePolicy",
    "CataloguePolicyChange",
    "Consent",
    "DirtyKey",
    "Invitation",
    "Lane",
    "Level",
    "LinkSuggestion",
    "Listing",
    "Mail",
    "Marketplace",
    "Membership",
    "MerchantOrder",
    "Notice",
    "NoticeChoice",
    "OrderBatch",
    "OrderPolicy",
    "OrderView",
    "Parcel",
    "PolicyChange",
    "PrivacyRequest",
    "RefundTold",
    "SoldLine",
    "StockAdjustment",
    "Store",
    "StoreProduct",
    "StoreVariant",
    "Sweep",
    "Tiding",
    "User",
    "VariantLink",
    "Vendor",
    "VendorOrder",
    "WebhookDelivery",
    "WebhookEndpoint",
]
