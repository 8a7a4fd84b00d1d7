"""How orders, products, stock and subscriptions look in answers (FACTS sections 3 to 6).

Not for finding them.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.squarespace.reading import unit
from crossdock_sandbox.squarespace.state import Image, Line, Order, Product, Shipment, Subscription, Variant

if TYPE_CHECKING:
    from crossdock_sandbox.squarespace.shop import Shop

Json = dict[str, Any]
MEASURES = {"KILOGRAM": "CENTIMETER", "POUND": "INCH"}


def when(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def money(shop: "Shop", amount: Decimal) -> Json:
    return {"currency": shop.currency, "value": format(amount.quantize(unit(shop.currency)), "f")}


def order(shop: "Shop", it: Order) -> Json:
    return {
        "id": it.id,
        "orderNumber": it.number,
        "createdOn": when(it.created_on),
        "modifiedOn": when(it.modified_on),
        "channel": it.channel,
        "testmode": False,
        "customerEmail": it.email,
        "customerId": it.customer_id,
        "billingAddress": it.billing,
        "shippingAddress": it.shipping,
        "fulfillmentStatus": it.status,
        "paymentState": it.payment,
        "lineItems": [_line(shop, one) for one in it.lines],
        "internalNotes": [{"content": one} for one in it.notes],
        "shippingLines": [{"method": name, "amount": money(shop, amount)} for name, amount in it.shipping_lines],
        "discountLines": [
            {"name": name, "description": name, "promoCode": code, "amount": money(shop, amount)}
            for name, amount, code in it.discounts
        ],
        "formSubmission": [],
        "fulfillments": [_shipment(one) for one in it.shipments],
        "subtotal": money(shop, it.subtotal),
        "shippingTotal": money(shop, it.shipping_total),
        "discountTotal": money(shop, it.discount_total),
        "taxTotal": money(shop, it.tax_total),
        "refundedTotal": money(shop, it.refunded),
        "grandTotal": money(shop, it.total),
        "channelName": it.channel_name,
        "externalOrderReference": it.reference,
        "fulfilledOn": when(it.fulfilled_on),
        "priceTaxInterpretation": it.tax_interpretation,
        "shippingOptionName": it.shipping_lines[0][0] if it.shipping_lines else None,
        "shippingOptionServiceType": None,
    }


def _line(shop: "Shop", it: Line) -> Json:
    weight = float(it.variant.weight) if it.variant else 0.0
    return {
        "id": it.id,
        "variantId": it.variant.id if it.variant else None,
        "sku": it.sku,
        "productId": it.product_id,
        "productName": it.title,
        "quantity": it.quantity,
        "unitPricePaid": money(shop, it.unit_price),
        "variantOptions": [{"optionName": name, "value": value} for name, value in it.options] or None,
        "customizations": None,  # an empty list may come as null (FACTS section 9)
        "imageUrl": None,
        "lineItemType": it.kind,
        "weight": weight,
        "width": 0.0,
        "height": 0.0,
        "length": 0.0,
    }


def _shipment(it: Shipment) -> Json:
    return {"shipDate": when(it.ship_date), "carrierName": it.carrier, "service": it.service,
            "trackingNumber": it.number, "trackingUrl": it.url}  # fmt: skip


def product(shop: "Shop", it: Product) -> Json:
    shown: Json = {
        "id": it.id,
        "type": it.type,
        "storePageId": it.page,
        "name": it.name,
        "description": it.description,
        "url": f"https://{shop.domain}/store/{it.slug}",
        "urlSlug": it.slug,
        "tags": list(it.tags),
        "isVisible": it.visible,
        "seoOptions": None,
        "variantAttributes": list(it.attributes),
        "variants": [variant(shop, one) for one in it.variants],
        "images": [image(one, index) for index, one in enumerate(it.images)],
        "createdOn": when(it.created_on),
        "modifiedOn": when(it.modified_on),
    }
    if it.type == "DIGITAL":
        shown["pricing"] = {"basePrice": money(shop, it.price), "onSale": False, "salePrice": money(shop, Decimal(0))}
    return shown


def variant(shop: "Shop", it: Variant) -> Json:
    return {
        "id": it.id,
        "sku": it.sku,
        "attributes": dict(it.attributes),
        "pricing": {
            "basePrice": money(shop, it.price),
            "onSale": it.on_sale,
            "salePrice": money(shop, it.sale_price),
        },
        "stock": {"quantity": it.quantity, "unlimited": it.unlimited},
        "shippingMeasurements": {
            "weight": {"unit": shop.weight_unit, "value": float(it.weight)},
            "dimensions": {"unit": MEASURES[shop.weight_unit], "length": 0.0, "width": 0.0, "height": 0.0},
        },
        "gtin": it.gtin,
        "mpn": it.mpn,
        "image": image(it.image, it.product.images.index(it.image)) if it.image in it.product.images else None,
    }  # fmt: skip


def image(it: Image, index: int) -> Json:
    return {"id": it.id, "altText": it.alt or None, "url": it.url, "orderIndex": index,
            "originalSize": {"width": 800, "height": 600}, "availableFormats": ["100w", "300w"]}  # fmt: skip


def stock(it: Variant) -> Json:
    return {"variantId": it.id, "sku": it.sku, "descriptor": it.descriptor, "isUnlimited": it.unlimited,
            "quantity": it.quantity}  # fmt: skip


def subscription(shop: "Shop", it: Subscription, *, secret: bool = False) -> Json:
    """The secret is told once, with its making (FACTS section 6)."""
    shown = {"id": it.id, "endpointUrl": it.url, "topics": list(it.topics), "clientId": it.client_id}
    shown |= {"websiteId": shop.website_id, "createdOn": when(it.created_on), "updatedOn": when(it.updated_on)}
    return shown | {"secret": it.secret} if secret else shown
