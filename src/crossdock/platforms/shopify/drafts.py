"""Our drafts and changes -> Shopify's inputs for orderCreate and orderUpdate.

Not here: sending them (orders.py). Prices go as they were paid; Shopify adds no tax, shipping or discount of its own.
"""

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any

from crossdock.connector.errors import Rejected
from crossdock.core.money import Money, minor_unit
from crossdock.core.orders import Address, Attribute, Contact, FinancialStatus, Metafield, ShippingLine, TaxLine
from crossdock.core.vendor_order import DraftLine, OrderChanges, VendorOrderDraft
from crossdock.platforms.shopify.ids import gid
from crossdock.platforms.shopify.mapping import LINE_PROPERTY

NAMESPACE, KEY = "$app:crossdock", "reference"
GATEWAY = "Crossdock"
DISCOUNT_CODE = "Marketplace discount"
ORDER_NAME = "Marketplace order"
TRANSACTIONS = "Marketplace transactions"
OURS = frozenset({ORDER_NAME, TRANSACTIONS})
MOST_LINES = 250  # input arrays (FACTS section 3)

# Without transactions or financialStatus the status reads back null (FACTS section 7), so that it is always given.
# What we do not know is not paid.
FINANCIAL_STATUS = {
    status: "PENDING" if status is FinancialStatus.UNKNOWN else status.value.upper() for status in FinancialStatus
}

# Stock is taken, and below zero if need be: the vendor sees an oversell rather than losing the order. No e-mails.
OPTIONS = {
    "inventoryBehaviour": "DECREMENT_IGNORING_POLICY",
    "sendReceipt": False,
    "sendFulfillmentReceipt": False,
}


def order_input(draft: VendorOrderDraft) -> dict[str, Any]:
    """OrderCreateOrderInput of `draft`. Raises Rejected(code="too_many_lines") beyond what one call may carry."""
    if len(draft.lines) > MOST_LINES:
        words = (
            f"the order has {len(draft.lines)} lines; Shopify takes at most {MOST_LINES} in one order made by an app"
        )
        raise Rejected(words, code="too_many_lines", call="CreateOrder")
    given = {
        "currency": draft.currency,
        "processedAt": draft.placed_at.astimezone(UTC).isoformat(),
        "sourceIdentifier": draft.reference,
        "taxesIncluded": draft.taxes_included,
        "test": draft.test,
        "buyerAcceptsMarketing": draft.buyer_accepts_marketing,
        "financialStatus": FINANCIAL_STATUS[draft.financial_status],
        "lineItems": [_line(line) for line in draft.lines],
        "shippingLines": [_shipping(line) for line in draft.shipping_lines],
        "customAttributes": attributes(_about(draft)),
        "metafields": [_reference(draft.reference), *map(_metafield, draft.metafields)],
        "tags": list(draft.tags),
        "note": draft.note,
        "email": draft.contact.email,
        "phone": draft.contact.phone,
        "customer": _customer(draft.contact),
        "shippingAddress": address(draft.shipping_address),
        "billingAddress": address(draft.billing_address),
        "discountCode": _discount(draft),
        "transactions": _transactions(draft),
    }
    return {key: value for key, value in given.items() if value not in (None, "", [])}


def update_input(remote_id: str, changes: OrderChanges, ours: Iterable[Attribute]) -> dict[str, Any]:
    """OrderInput of `changes`; `ours` are the additional details of our own that a replacement must keep."""
    given: dict[str, Any] = {"id": gid("Order", remote_id)}
    if changes.email is not None:
        given["email"] = changes.email or None
    if changes.phone is not None:
        given["phone"] = changes.phone or None
    if changes.note is not None:
        given["note"] = changes.note
    if changes.tags is not None:
        given["tags"] = list(changes.tags)
    if changes.attributes is not None:
        given["customAttributes"] = attributes([*changes.attributes, *ours])
    if changes.metafields:
        given["metafields"] = list(map(_metafield, changes.metafields))
    if changes.shipping_address is not None:
        given["shippingAddress"] = address(changes.shipping_address)
    return given


def attributes(of: Iterable[Attribute]) -> list[dict[str, str]]:
    return [{"key": each.name, "value": each.value} for each in of]


def address(of: Address | None) -> dict[str, str] | None:
    """MailingAddressInput. Names of country and province are sent only where there is no code: the code is exact."""
    if of is None:
        return None
    given = {
        "firstName": of.first_name,
        "lastName": of.last_name,
        "company": of.company,
        "address1": of.address1,
        "address2": of.address2,
        "city": of.city,
        "zip": of.zip,
        "phone": of.phone,
        "countryCode": of.country_code,
        "country": "" if of.country_code else of.country,
        "provinceCode": of.province_code,
        "province": "" if of.province_code else of.province,
    }
    return {key: value for key, value in given.items() if value} or None


def _line(of: DraftLine) -> dict[str, Any]:
    given: dict[str, Any] = {
        "title": of.title,
        "quantity": of.quantity,
        "priceSet": _bag(of.unit_price),
        "requiresShipping": of.requires_shipping,
        "taxable": of.taxable,
        "properties": [
            *({"name": each.name, "value": each.value} for each in of.properties if each.name != LINE_PROPERTY),
            {"name": LINE_PROPERTY, "value": of.line_id},
        ],
        "taxLines": [_tax(tax) for tax in of.tax_lines],
    }
    if of.variant_id:
        given["variantId"] = gid("ProductVariant", of.variant_id)
    elif of.sku:
        given["sku"] = of.sku
    return {key: value for key, value in given.items() if value != []}


def _shipping(of: ShippingLine) -> dict[str, Any]:
    given: dict[str, Any] = {
        "title": of.title or "Shipping",
        "code": of.code or None,
        "priceSet": _bag(of.price - of.discount),
        "taxLines": [_tax(tax) for tax in of.tax_lines] or None,
    }
    return {key: value for key, value in given.items() if value is not None}


def _tax(of: TaxLine) -> dict[str, Any]:
    return {"title": of.title or "Tax", "rate": _plain(of.rate), "priceSet": _bag(of.amount)}


def _discount(draft: VendorOrderDraft) -> dict[str, Any] | None:
    """All line discounts as the one code that orderCreate takes (FACTS section 7)."""
    whole = sum((line.discount.amount for line in draft.lines), Decimal(0))
    if not whole:
        return None
    return {"itemFixedDiscountCode": {"code": DISCOUNT_CODE, "amountSet": _bag(Money(whole, draft.currency))}}


def _transactions(draft: VendorOrderDraft) -> list[dict[str, Any]]:
    """One sale of the whole amount for what was paid; nothing of how it was paid."""
    if not draft.financial_status.paid or draft.total.amount <= 0:
        return []
    sale = {"kind": "SALE", "status": "SUCCESS", "gateway": GATEWAY, "amountSet": _bag(draft.total), "test": draft.test}
    return [sale]


def _customer(of: Contact) -> dict[str, Any] | None:
    """The phone stays off the customer unless it is all there is: a number that another has refuses the order."""
    names = {"firstName": of.first_name, "lastName": of.last_name}
    known = {"email": of.email} if of.email else {"phone": of.phone}
    given = {key: value for key, value in {**known, **names}.items() if value}
    return {"toUpsert": given} if given else None


def _about(draft: VendorOrderDraft) -> list[Attribute]:
    said = [each for each in draft.attributes if each.name not in OURS]
    said.append(Attribute(ORDER_NAME, draft.order_name))
    if draft.transaction_ids:
        said.append(Attribute(TRANSACTIONS, ", ".join(draft.transaction_ids)))
    return said


def _reference(reference: str) -> dict[str, str]:
    return {"namespace": NAMESPACE, "key": KEY, "type": "id", "value": reference}


def _metafield(of: Metafield) -> dict[str, str]:
    return {"namespace": of.namespace, "key": of.key, "type": of.type, "value": of.value}


def _bag(of: Money) -> dict[str, Any]:
    return {"shopMoney": {"amount": _amount(of), "currencyCode": of.currency}}


def _amount(of: Money) -> str:
    """To the minor unit at least; more digits stay when there are any."""
    unit = minor_unit(of.currency)
    exact = of.amount.quantize(unit)
    return format(exact if exact == of.amount else of.amount, "f")


def _plain(of: Decimal) -> str:
    return format(of, "f")
