"""Vendure's shapes -> ours: vendor orders and their parcels.

Not here: products (mapping_products.py), or what we write (drafts.py, notes.py).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from crossdock.core.fulfillment import FulfilledLine, Fulfillment, FulfillmentStatus, Tracking
from crossdock.core.orders import FinancialStatus
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.platforms.vendure import drafts, notes, wire, words


def reference(of: wire.Order) -> str:
    """Our reference, "" for an order that is not ours. The customer's e-mail has it in small letters, the note as it
    is."""
    told = drafts.reference_of(of.customer.email_address if of.customer else "")
    exact = notes.read(note(of)).get(notes.TITLE, "")
    return exact if exact.lower() == told.lower() else told


def note(of: wire.Order) -> str:
    """Our note on an order; "" when there is none (any more)."""
    return next((said for one in of.notes.items if (said := notes.ours(one.data))), "")


def done(of: wire.Order) -> bool:
    """Placed, and at the marketplace's price: what is less was interrupted, and is finished by placing it again."""
    let_in = any(code.startswith(words.COUPON) for code in of.coupon_codes)
    return of.order_placed_at is not None and not let_in


def changed_at(of: wire.Order) -> datetime:
    """When an order last changed. Its `updatedAt` does not tell: a change of state writes the old moment back (3.7.3,
    OrderService.transitionToState saves twice). The youngest entry of its history does."""
    moments = [of.updated_at, *(one.created_at for one in of.last.items)]
    return max(moments).astimezone(UTC)


def vendor_order(of: wire.Order) -> RemoteVendorOrder:
    """Lines have no place for the merchant's line ids: `placing.create` pairs them, a read cannot."""
    at = changed_at(of)
    return RemoteVendorOrder(
        id=of.id,
        name=of.code,
        reference=reference(of),
        updated_at=at,
        financial_status=financial(of),
        cancelled_at=at if of.state == words.CANCELLED else None,
        total=drafts.money(of.total_with_tax, of.currency_code),
    )


def financial(of: wire.Order) -> FinancialStatus:
    """By its payments: the state of an order tells of parcels as well."""
    payments = of.payments or []
    settled = sum(one.amount for one in payments if one.state == "Settled")
    refunded = sum(refund.total for one in payments for refund in one.refunds if refund.state == "Settled")
    if refunded:
        return FinancialStatus.REFUNDED if refunded >= settled else FinancialStatus.PARTIALLY_REFUNDED
    if of.state == words.CANCELLED:
        return FinancialStatus.PAID if settled else FinancialStatus.VOIDED
    if of.state in (words.UNPAID, words.DRAFT, words.ARRANGING) or settled < of.total_with_tax:
        authorized = sum(one.amount for one in payments if one.state == "Authorized")
        return FinancialStatus.AUTHORIZED if 0 < of.total_with_tax <= settled + authorized else FinancialStatus.PENDING
    return FinancialStatus.PAID


def parcels(of: wire.Order) -> tuple[Fulfillment, ...]:
    """Its fulfilments, the oldest first. Where Vendure put lines of one variant together, pieces are dealt out again in
    the lines' order."""
    left = {line: list(parts) for line, parts in notes.shared(note(of)).items()}
    found = sorted(of.fulfillments or [], key=lambda one: (one.created_at, len(one.id), one.id))
    return tuple([_parcel(one, of.id, left) for one in found])


def _parcel(of: wire.Parcel, order_id: str, left: Mapping[str, list[int]]) -> Fulfillment:
    status = words.PARCEL.get(of.state, FulfillmentStatus.UNKNOWN)
    return Fulfillment(
        id=of.id,
        order_id=order_id,
        status=status,
        created_at=of.created_at.astimezone(UTC),
        updated_at=of.updated_at.astimezone(UTC),
        lines=_lines(of, {} if status is FulfillmentStatus.CANCELLED else left),
        tracking=Tracking(of.method, (of.tracking_code,) if of.tracking_code else ()),
    )


def _lines(of: wire.Parcel, left: Mapping[str, list[int]]) -> tuple[FulfilledLine, ...]:
    rows: list[FulfilledLine] = []
    for line in of.lines:
        parts = left.get(line.order_line_id)
        if parts is None:
            rows.append(FulfilledLine(line.order_line_id, line.quantity))
            continue
        rest = line.quantity
        for n, has in enumerate(parts):
            taken = min(rest, has)
            parts[n], rest = has - taken, rest - taken
            rows += [FulfilledLine(part_id(line.order_line_id, n), taken)] if taken else []
    return tuple(rows)


def part_id(line_id: str, number: int) -> str:
    """The name of one of the lines that an order line was made of."""
    return f"{line_id}.{number + 1}"
