"""Our drafts and changes -> WooCommerce's bodies for orders.

Not here: sending them (orders.py). Three things are as they are because of the shop's own doings: the buyer's e-mail is
a detail and not the billing e-mail, because the shop writes to that one by itself (FACTS, Orders); the status is named
and `set_paid` never used, because that completes virtual goods; prices go as line totals, net where the shop adds tax.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from crossdock.core.money import Money
from crossdock.core.orders import Address, Attribute, Metafield, ShippingLine, TaxLine
from crossdock.core.vendor_order import DraftLine, OrderChanges, VendorOrderDraft
from crossdock.platforms.woocommerce import wire, words
from crossdock.platforms.woocommerce.mapping import INTERNAL, LINE, REFERENCE

# Details that the vendor sees in the order.
ORDER_NAME = "Marketplace order"
EMAIL = "Marketplace customer e-mail"
TAGS = "Marketplace tags"
TRANSACTIONS = "Marketplace transactions"
CONSENT = "Marketplace customer accepts marketing"
OURS = frozenset({ORDER_NAME, EMAIL, TAGS, TRANSACTIONS, CONSENT})
ATTRIBUTES = "_crossdock_attributes"  # the names of the additional details, so that one that went is taken away
PAYMENT = "Marketplace"
ADJUSTMENT = "Marketplace adjustment"
PAID, UNPAID = "processing", "on-hold"  # both lower stock at once; "pending" would not (FACTS, Orders)


def order_body(draft: VendorOrderDraft, parents: Mapping[str, str], *, taxed: bool) -> dict[str, Any]:
    """`parents`: product by variant, of lines with one. `taxed`: the shop adds taxes to line totals by itself."""
    contact = draft.contact
    billing = address(draft.billing_address or draft.shipping_address)
    billing |= {"phone": contact.phone or billing["phone"]}
    if not billing["first_name"] and not billing["last_name"]:
        billing |= {"first_name": contact.first_name, "last_name": contact.last_name}
    with_product = [line for line in draft.lines if line.variant_id]
    custom = [line for line in draft.lines if not line.variant_id]
    body: dict[str, Any] = {
        "status": PAID if draft.financial_status.paid else UNPAID,
        "created_via": draft.reference,
        "currency": draft.currency,
        "customer_note": draft.note,
        "payment_method": "",
        "payment_method_title": PAYMENT,
        "billing": billing,
        "line_items": [_line(line, parents[line.variant_id], draft, taxed) for line in with_product],
        "fee_lines": [_fee(line, draft, taxed) for line in custom],
        "shipping_lines": [_shipping(line, draft, taxed) for line in draft.shipping_lines],
        "meta_data": words.metas(_details(draft)),
    }
    if draft.shipping_address is not None:
        body["shipping"] = address(draft.shipping_address)
    return body


def changes_body(changes: OrderChanges, before: Iterable[str]) -> dict[str, Any]:
    """`before`: names of the additional details that the order has of us."""
    body: dict[str, Any] = {}
    details: dict[str, Any] = {}
    if changes.phone is not None:
        body["billing"] = {"phone": changes.phone}
    if changes.note is not None:
        body["customer_note"] = changes.note
    if changes.shipping_address is not None:
        body["shipping"] = address(changes.shipping_address)
    if changes.email is not None:
        details[EMAIL] = changes.email or None
    if changes.tags is not None:
        details[TAGS] = ", ".join(changes.tags) or None
    if changes.buyer_accepts_marketing is not None:
        details[CONSENT] = "yes" if changes.buyer_accepts_marketing else None
    if changes.attributes is not None:
        now = _attributes(changes.attributes)
        details |= {name: None for name in before if name not in now and name not in OURS}
        details |= now
        details[ATTRIBUTES] = list(now)
    for metafield in changes.metafields or ():
        details[_metafield_key(metafield)] = metafield.value
    if details:
        body["meta_data"] = words.metas(details)
    return body


def adjustment(made: wire.Order, amount: Decimal) -> dict[str, Any]:
    """The fee, or negative fee, that makes the shop's total what the customer paid: a new one, or the one there is."""
    there = next((each.id for each in made.fee_lines if each.name == ADJUSTMENT), None)
    named: dict[str, Any] = {"name": ADJUSTMENT} if there is None else {"id": there}
    return {"fee_lines": [{**named, "total": words.money(amount), "tax_status": "none"}]}


def address(of: Address | None) -> dict[str, str]:
    """Every field, so that what is empty now empties what was there."""
    of = of or Address()
    return {
        "first_name": of.first_name,
        "last_name": of.last_name,
        "company": of.company,
        "address_1": of.address1,
        "address_2": of.address2,
        "city": of.city,
        "state": of.province_code or of.province,
        "postcode": of.zip,
        "country": of.country_code,
        "phone": of.phone,
    }


def _details(draft: VendorOrderDraft) -> dict[str, Any]:
    mine = _attributes(draft.attributes)
    details: dict[str, Any] = {REFERENCE: draft.reference, ORDER_NAME: draft.order_name, **mine}
    if mine:
        details[ATTRIBUTES] = list(mine)
    if draft.contact.email:
        details[EMAIL] = draft.contact.email
    if draft.tags:
        details[TAGS] = ", ".join(draft.tags)
    if draft.transaction_ids:
        details[TRANSACTIONS] = ", ".join(draft.transaction_ids)
    if draft.buyer_accepts_marketing:
        details[CONSENT] = "yes"
    details |= {_metafield_key(each): each.value for each in draft.metafields}
    return details


def _attributes(of: Sequence[Attribute]) -> dict[str, str]:
    """By name, as WooCommerce keeps them; a name with an underscore would be hidden, one of its own would be a field of
    the order (FACTS, Orders: `_transaction_id`)."""
    found: dict[str, str] = {}
    for each in of:
        name = each.name.strip().lstrip("_")
        if name and name not in OURS and name not in INTERNAL:
            found[name] = f"{found[name]}, {each.value}" if name in found else each.value
    return found


def _metafield_key(of: Metafield) -> str:
    return f"{of.namespace}.{of.key}".lstrip("_")


def _line(of: DraftLine, parent: str, draft: VendorOrderDraft, taxed: bool) -> dict[str, Any]:
    before, after = _totals(of, draft, taxed)
    made: dict[str, Any] = {
        "product_id": int(parent),
        "quantity": of.quantity,
        "subtotal": words.money(before),
        "total": words.money(after),
        "meta_data": [
            *({"key": each.name.lstrip("_") or "-", "value": each.value} for each in of.properties),
            {"key": LINE, "value": of.line_id},
        ],
    }
    if parent != of.variant_id:
        made["variation_id"] = int(of.variant_id)
    return made


def _fee(of: DraftLine, draft: VendorOrderDraft, taxed: bool) -> dict[str, Any]:
    """A line without a product; the shop takes an unknown one for an empty line (FACTS, Orders), so it is a fee."""
    _, after = _totals(of, draft, taxed)
    name = f"{of.title} × {of.quantity}" if of.quantity != 1 else of.title
    return {
        "name": name,
        "total": words.money(after),
        "tax_status": "taxable" if of.taxable else "none",
        "meta_data": [{"key": LINE, "value": of.line_id}],
    }


def _shipping(of: ShippingLine, draft: VendorOrderDraft, taxed: bool) -> dict[str, Any]:
    cost = of.price.amount - of.discount.amount
    return {
        "method_id": "other",
        "method_title": of.title or "Shipping",
        "total": words.money(cost + _tax(of.tax_lines, draft, taxed)),
    }


def _totals(of: DraftLine, draft: VendorOrderDraft, taxed: bool) -> tuple[Decimal, Decimal]:
    """Before and after the discount: net where the shop adds tax, else with tax, as the customer paid."""
    before = of.unit_price.amount * of.quantity
    tax = _tax(of.tax_lines, draft, taxed)
    return before + tax, before - of.discount.amount + tax


def _tax(of: Iterable[TaxLine], draft: VendorOrderDraft, taxed: bool) -> Decimal:
    """What has to be put on a price, or taken from it."""
    tax = sum((each.amount.amount for each in of), Decimal(0))
    if taxed:
        return -tax if draft.taxes_included else Decimal(0)
    return Decimal(0) if draft.taxes_included else tax


def differs(draft: VendorOrderDraft, total: Money | None) -> Decimal:
    """What the shop's total lacks."""
    return draft.total.amount - (total.amount if total else Decimal(0))
