"""Which table shows which GraphQL type. A field without an entry reads the attribute of its own name.

Not for root fields (`queries.py`, `mutations_*.py`).
"""

from crossdock_sandbox.shopify.graph import CONNECTION, EDGE, MONEY, MONEY_SET, PAGE_INFO, gid
from crossdock_sandbox.shopify.publications import PUBLICATION
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.show_bulk import BULK
from crossdock_sandbox.shopify.show_catalogue import MEDIA, OPTION, PRODUCT, SET_OPERATION, VARIANT
from crossdock_sandbox.shopify.show_orders import (
    ALLOCATION,
    CALCULATED,
    CALCULATED_LINE,
    CANCEL_RESULT,
    DISCOUNT,
    JOB,
    LINE,
    ORDER,
    SHIPPING,
    TAX,
    TRANSACTION,
)  # fmt: skip
from crossdock_sandbox.shopify.show_parcels import (
    ASSIGNED_LOCATION,
    FULFILLMENT,
    FULFILLMENT_LINE,
    FULFILLMENT_ORDER,
    FULFILLMENT_ORDER_LINE,
    HOLD,
)  # fmt: skip
from crossdock_sandbox.shopify.show_shop import (
    ADDRESS,
    APP,
    CUSTOMER,
    DEFINITION,
    INSTALLATION,
    METAFIELD,
    SHOP,
    SUBSCRIPTION,
)  # fmt: skip
from crossdock_sandbox.shopify.show_stock import CHANGE, ITEM, LEVEL, LOCATION

TYPES: dict[str, Table] = {
    "*Connection": CONNECTION, "*Edge": EDGE, "PageInfo": PAGE_INFO, "MoneyBag": MONEY_SET, "MoneyV2": MONEY,
    "Order": ORDER, "LineItem": LINE, "TaxLine": TAX, "ShippingLine": SHIPPING, "DiscountAllocation": ALLOCATION,
    "DiscountCodeApplication": DISCOUNT, "ManualDiscountApplication": DISCOUNT, "OrderTransaction": TRANSACTION,
    "MailingAddress": ADDRESS, "FulfillmentOrderDestination": ADDRESS, "Customer": CUSTOMER, "Metafield": METAFIELD,
    "MetafieldDefinition": DEFINITION, "Fulfillment": FULFILLMENT, "FulfillmentLineItem": FULFILLMENT_LINE,
    "FulfillmentOrder": FULFILLMENT_ORDER, "FulfillmentOrderLineItem": FULFILLMENT_ORDER_LINE,
    "FulfillmentOrderAssignedLocation": ASSIGNED_LOCATION, "FulfillmentHold": HOLD, "Product": PRODUCT,
    "ProductVariant": VARIANT, "InventoryItem": ITEM, "InventoryLevel": LEVEL, "Location": LOCATION,
    "WebhookSubscription": SUBSCRIPTION, "Shop": SHOP, "AppInstallation": INSTALLATION, "App": APP, "Job": JOB,
    "OrderCancelJobResult": CANCEL_RESULT, "CalculatedOrder": CALCULATED, "CalculatedLineItem": CALCULATED_LINE,
    "InventoryChange": CHANGE, "ProductOption": OPTION, "MediaImage": MEDIA, "ProductSetOperation": SET_OPERATION,
    "BulkOperation": BULK, "Publication": PUBLICATION,
    "Attribute": {"key": lambda o, _a, _c: o[0], "value": lambda o, _a, _c: o[1]},
    "OrderEditSession": {"id": lambda o, _a, _c: gid("OrderEditSession", o.id)},
}  # fmt: skip
