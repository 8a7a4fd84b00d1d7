"""What a vendor's order contains: lines at the price the customer paid, with its share of shipping, discount and tax.

Not here: whether it may go (decision.py), which lines are whose (routing.py), how shipping is divided (shipping.py),
what of the buyer goes along (customer.py), how a platform is told (platforms/).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import count

from msgspec import Struct

from crossdock.core import customer, shipping
from crossdock.core.decision import Policy
from crossdock.core.money import Money
from crossdock.core.orders import (
    Address,
    Attribute,
    Contact,
    FinancialStatus,
    Metafield,
    Order,
    OrderLine,
    ShippingLine,
    TaxLine,
)
from crossdock.core.routing import Assigned, Routing, full_title


class DraftLine(Struct, frozen=True, omit_defaults=True):
    """A line to place at the vendor. `line_id` is the merchant's order line. Without `variant_id` it is a custom line.
    The line costs `unit_price * quantity - discount` (plus `tax_lines` where taxes are not included)."""

    line_id: str
    title: str
    quantity: int
    unit_price: Money
    discount: Money
    product_id: str = ""
    variant_id: str = ""
    sku: str = ""
    tax_lines: tuple[TaxLine, ...] = ()
    requires_shipping: bool = True
    taxable: bool = True
    properties: tuple[Attribute, ...] = ()


class VendorOrderDraft(Struct, frozen=True, omit_defaults=True):
    """The vendor order as it should be. `reference` is ours, unique for ever; `order_name` the merchant's number.
    `total` = lines - discounts + shipping (after its discount) + taxes unless included. No payment-method details.
    `fresh`: on its way for the first time, moments after the customer ordered; never kept."""

    reference: str
    order_name: str
    placed_at: datetime
    currency: str
    total: Money
    lines: tuple[DraftLine, ...]
    financial_status: FinancialStatus
    contact: Contact
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping_lines: tuple[ShippingLine, ...] = ()
    taxes_included: bool = False
    buyer_accepts_marketing: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    metafields: tuple[Metafield, ...] = ()
    transaction_ids: tuple[str, ...] = ()
    test: bool = False
    fresh: bool = False


class RemoteVendorOrder(Struct, frozen=True, omit_defaults=True):
    """A vendor order as the vendor's store says it is. `line_ids` pairs our merchant line ids with the store's.
    `available` is summed over all of the store's locations, of variants whose stock is counted. `custom_line_ids`:
    merchant line ids that were placed with a variant and came back without one, so that no stock was taken."""

    id: str
    name: str
    reference: str
    updated_at: datetime
    financial_status: FinancialStatus = FinancialStatus.UNKNOWN
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    total: Money | None = None
    line_ids: tuple[tuple[str, str], ...] = ()  # (merchant line id, vendor line id)
    available: tuple[tuple[str, int], ...] = ()  # (vendor variant id, what is left of it), right after `create_order`
    custom_line_ids: tuple[str, ...] = ()  # right after `create_order`


class OrderChanges(Struct, frozen=True, omit_defaults=True):
    """Order-level fields that follow an edit (PRODUCT section 1.7); None = leave as it is. Absolute values, so that
    sending them twice is sending them once."""

    email: str | None = None
    phone: str | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None
    attributes: tuple[Attribute, ...] | None = None
    metafields: tuple[Metafield, ...] | None = None
    shipping_address: Address | None = None
    buyer_accepts_marketing: bool | None = None


class ExistingPart(Struct, frozen=True):
    """A vendor order that there is already. `frozen`: it was sent, or may have been; its lines and shipping are its own
    for ever. Parts not yet sent are given too: they tell which lines were seen before."""

    vendor_id: int
    part: int
    frozen: bool
    lines: tuple[DraftLine, ...]
    shipping: tuple[ShippingLine, ...]


class Part(Struct, frozen=True):
    """Some lines of the order for one vendor, numbered. `frozen`: it keeps what it has. `waiting`: its lines wait for
    a link; it is held."""

    vendor_id: int
    part: int
    frozen: bool
    waiting: bool
    lines: tuple[Assigned, ...]


class LineEdit(Struct, frozen=True):
    line_id: str
    was: int
    now: int


class ItemsEdited(Struct, frozen=True):
    """The merchant changed items of a vendor order that was sent: a person decides (PRODUCT section 5). A line that was
    added since is named with `was` 0, on the vendor's newest sent part."""

    vendor_id: int
    part: int
    changes: tuple[LineEdit, ...]


class Why(StrEnum):
    """Why a line is in no vendor order."""

    UNASSIGNED = "unassigned"
    GIFT_CARD = "gift_card"
    EDITED = "edited"


class OwnLine(Struct, frozen=True):
    line_id: str
    why: Why


class PartPlan(Struct, frozen=True):
    """Every line of the order once: in a part or in `own`. `missing`: lines that no vendor was found for."""

    parts: tuple[Part, ...]
    edited: tuple[ItemsEdited, ...]
    missing: tuple[str, ...]
    own: tuple[tuple[Assigned, Why], ...] = ()


class MerchantShare(Struct, frozen=True):
    """What of the customer's order is in no vendor order. `total` is the sum of the amounts, and with all drafts'
    totals exactly the order's. `edited`: what edits changed in parts that were sent. `unexplained`: where the store's
    total disagrees with its own lines."""

    total: Money
    items: Money
    shipping: Money
    tip: Money
    duties: Money
    edited: Money
    unexplained: Money
    lines: tuple[OwnLine, ...] = ()


class Drafts(Struct, frozen=True):
    """All vendor orders of one order, by (vendor id, part), and what is left to the merchant."""

    by_part: Mapping[tuple[int, int], VendorOrderDraft]
    share: MerchantShare


def reference(marketplace_id: int, order_id: str, vendor_id: int, part: int) -> str:
    """Our name of a vendor order; never repeats, whatever is edited."""
    return f"cd-{marketplace_id}-{order_id}-{vendor_id}-{part}"


def plan_parts(
    order: Order,
    routing: Routing,
    existing: tuple[ExistingPart, ...],
    push_unsynced: Callable[[int], bool],
    share: MerchantShare | None = None,
    most_lines: Callable[[int], int | None] = lambda vendor_id: None,
) -> PartPlan:
    """Which lines go together. Sent parts keep theirs; of the rest a vendor's linked lines (all its lines where
    unsynced ones may go) are one part and those that wait another, each cut where the vendor's platform takes no more
    lines in one order (`most_lines`; None = any number).

    `share` is the merchant's share of the last plan: its lines were seen before, so that one linked later is not taken
    for an edit. On a cancelled order every part stays as it is.
    """
    stay = existing if order.cancelled_at else tuple([part for part in existing if part.frozen])
    if not stay:
        return _assemble(routing.lines, {}, push_unsynced, most_lines)
    taken = {line.line_id for part in stay for line in part.lines}
    free = [line for line in routing.lines if line.line.id not in taken]
    added = [] if order.cancelled_at else _added(free, existing, share)
    new = {line.line.id for line in added}
    plan = _assemble([line for line in free if line.line.id not in new], _numbers(stay), push_unsynced, most_lines)
    return PartPlan(
        parts=_kept(stay, routing) + plan.parts,
        edited=() if order.cancelled_at else _edits(order, stay, added),
        missing=plan.missing,
        own=plan.own + tuple([(line, Why.EDITED) for line in added]),
    )


def drafts(
    order: Order,
    plan: PartPlan,
    marketplace_id: int,
    policies: Callable[[int], Policy],
    existing: tuple[ExistingPart, ...] = (),
) -> Drafts:
    """Every vendor order as it should be, and the merchant's share: together the customer's order to the cent.

    `existing` must hold every frozen part of `plan`; those keep lines and shipping, and follow edits of the rest.
    """
    kept = {(part.vendor_id, part.part): part for part in existing}
    shares = _shipping(order, plan, kept)
    by_part: dict[tuple[int, int], VendorOrderDraft] = {}
    told: dict[Policy | None, customer.Passed] = {}
    for part, lines in zip(plan.parts, shares, strict=True):
        policy = policies(part.vendor_id)
        key = policy if policy.override_customer else None
        passed = told.get(key) or told.setdefault(key, customer.passed(order, policy))
        items = kept[part.vendor_id, part.part].lines if part.frozen else _lines(order, part, policy)
        name = reference(marketplace_id, order.id, part.vendor_id, part.part)
        by_part[part.vendor_id, part.part] = _draft(order, name, items, lines, passed)
    return Drafts(by_part, _share(order, plan, by_part, kept))


# -- parts --


def _assemble(
    lines: Iterable[Assigned],
    numbers: Mapping[int, set[int]],
    push_unsynced: Callable[[int], bool],
    most_lines: Callable[[int], int | None],
) -> PartPlan:
    ready: dict[int, list[Assigned]] = {}
    waiting: dict[int, list[Assigned]] = {}
    own: list[tuple[Assigned, Why]] = []
    for line in lines:
        if line.vendor_id is None:
            own.append((line, Why.GIFT_CARD if line.line.gift_card else Why.UNASSIGNED))
        else:
            goes = line.linked or push_unsynced(line.vendor_id)
            (ready if goes else waiting).setdefault(line.vendor_id, []).append(line)
    parts: list[Part] = []
    for vendor_id in dict.fromkeys((*ready, *waiting)):
        number = _free_number(numbers.get(vendor_id, ()))
        for group, waits in ((ready, False), (waiting, True)):
            for some in _cut(group.get(vendor_id, []), most_lines(vendor_id)):
                parts.append(Part(vendor_id, next(number), False, waits, some))
    missing = tuple([line.line.id for line, why in own if why is Why.UNASSIGNED])
    return PartPlan(tuple(parts), (), missing, tuple(own))


def _cut(lines: Sequence[Assigned], most: int | None) -> Iterator[tuple[Assigned, ...]]:
    size = most or max(1, len(lines))
    return (tuple(lines[at : at + size]) for at in range(0, len(lines), size))


def _free_number(used: Collection[int]) -> Iterator[int]:
    return (number for number in count(1) if number not in used)


def _numbers(stay: Iterable[ExistingPart]) -> dict[int, set[int]]:
    numbers: dict[int, set[int]] = {}
    for part in stay:
        numbers.setdefault(part.vendor_id, set()).add(part.part)
    return numbers


def _kept(stay: Iterable[ExistingPart], routing: Routing) -> tuple[Part, ...]:
    assigned = {line.line.id: line for line in routing.lines}
    return tuple(
        Part(
            part.vendor_id,
            part.part,
            frozen=True,
            waiting=False,
            lines=tuple(assigned[line.line_id] for line in part.lines if line.line_id in assigned),
        )
        for part in stay
    )


def _added(free: Iterable[Assigned], existing: Iterable[ExistingPart], share: MerchantShare | None) -> list[Assigned]:
    """Lines never seen before, of vendors that were sent something: items that an edit added."""
    sent = {part.vendor_id for part in existing if part.frozen}
    seen = {line.line_id for part in existing for line in part.lines}
    if share:
        seen.update(line.line_id for line in share.lines if line.why is not Why.EDITED)
    return [line for line in free if line.vendor_id in sent and line.line.id not in seen]


def _edits(order: Order, stay: Iterable[ExistingPart], added: Iterable[Assigned]) -> tuple[ItemsEdited, ...]:
    ordered = {line.id: line.quantity for line in order.lines}
    changes: dict[tuple[int, int], list[LineEdit]] = {}
    newest: dict[int | None, int] = {}
    for part in stay:
        newest[part.vendor_id] = max(part.part, newest.get(part.vendor_id, 0))
        for line in part.lines:
            if (now := ordered.get(line.line_id, 0)) != line.quantity:
                edit = LineEdit(line.line_id, line.quantity, now)
                changes.setdefault((part.vendor_id, part.part), []).append(edit)
    for extra in added:
        if extra.vendor_id is not None:
            edit = LineEdit(extra.line.id, 0, extra.line.quantity)
            changes.setdefault((extra.vendor_id, newest[extra.vendor_id]), []).append(edit)
    return tuple(ItemsEdited(vendor_id, part, tuple(edits)) for (vendor_id, part), edits in changes.items())


# -- drafts --


def _shipping(
    order: Order, plan: PartPlan, kept: Mapping[tuple[int, int], ExistingPart]
) -> tuple[tuple[ShippingLine, ...], ...]:
    """Each part's shipping lines, in the parts' order."""
    open_parts = [part for part in plan.parts if not part.frozen]
    taken = [kept[part.vendor_id, part.part].shipping for part in plan.parts if part.frozen]
    left = shipping.rest(order.shipping_lines, taken) if taken else order.shipping_lines
    bins = [shipping.weigh(line.line for line in part.lines) for part in open_parts]
    bins.append(shipping.weigh(line.line for line, _ in plan.own))
    shares = iter(shipping.divide(left, bins))
    frozen = iter(taken)
    return tuple(next(frozen) if part.frozen else next(shares) for part in plan.parts)


def _lines(order: Order, part: Part, policy: Policy) -> tuple[DraftLine, ...]:
    hidden = customer.secrets(order) if policy.override_customer else None
    return tuple([_draft_line(line, hidden) for line in part.lines])


def _draft_line(assigned: Assigned, hidden: customer.Secrets | None) -> DraftLine:
    line, candidate = assigned.line, assigned.candidate
    return DraftLine(
        line_id=line.id,
        title=full_title(line.title, line.variant_title),
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        product_id=candidate.product_id if candidate else "",
        variant_id=candidate.variant_id if candidate else "",
        sku=line.sku,
        tax_lines=line.tax_lines,
        requires_shipping=line.requires_shipping,
        taxable=line.taxable,
        properties=customer.clean(line.properties, hidden) if hidden and line.properties else line.properties,
    )


def _draft(
    order: Order,
    name: str,
    lines: tuple[DraftLine, ...],
    shipping_lines: tuple[ShippingLine, ...],
    passed: customer.Passed,
) -> VendorOrderDraft:
    included = order.taxes_included
    total = _cost(lines, included) + shipping.net(shipping_lines, taxes_included=included)
    return VendorOrderDraft(
        reference=name,
        order_name=order.name,
        placed_at=order.placed_at,
        currency=order.currency,
        total=Money(total, order.currency),
        lines=lines,
        financial_status=order.financial_status,
        contact=passed.contact,
        shipping_address=passed.shipping_address,
        billing_address=passed.billing_address,
        shipping_lines=shipping_lines,
        taxes_included=included,
        buyer_accepts_marketing=passed.buyer_accepts_marketing,
        note=passed.note,
        tags=passed.tags,
        attributes=passed.attributes,
        metafields=passed.metafields,
        transaction_ids=order.transaction_ids,
        test=order.test,
    )


def _cost(lines: Iterable[DraftLine | OrderLine], taxes_included: bool) -> Decimal:
    """What lines cost: price times quantity, less discount, with tax unless it is included."""
    cost = Decimal(0)
    for line in lines:
        cost += line.unit_price.amount * line.quantity - line.discount.amount
        if not taxes_included:
            for tax in line.tax_lines:
                cost += tax.amount.amount
    return cost


def _share(
    order: Order,
    plan: PartPlan,
    by_part: Mapping[tuple[int, int], VendorOrderDraft],
    kept: Mapping[tuple[int, int], ExistingPart],
) -> MerchantShare:
    """The order less its vendor orders, by kind."""
    included, currency = order.taxes_included, order.currency
    gone = sum((draft.total.amount for draft in by_part.values()), Decimal(0))
    gone_shipping = sum(
        (shipping.net(draft.shipping_lines, taxes_included=included) for draft in by_part.values()), Decimal(0)
    )
    items = _cost((line.line for line, why in plan.own if why is not Why.EDITED), included)
    left_shipping = shipping.net(order.shipping_lines, taxes_included=included) - gone_shipping
    tip = order.tip.amount if order.tip else Decimal(0)
    duties = order.duties.amount if order.duties else Decimal(0)
    edited = _edited_value(order, plan, kept)
    total = order.total.amount - gone
    return MerchantShare(
        total=Money(total, currency),
        items=Money(items, currency),
        shipping=Money(left_shipping, currency),
        tip=Money(tip, currency),
        duties=Money(duties, currency),
        edited=Money(edited, currency),
        unexplained=Money(total - items - left_shipping - tip - duties - edited, currency),
        lines=tuple([OwnLine(line.line.id, why) for line, why in plan.own]),
    )


def _edited_value(order: Order, plan: PartPlan, kept: Mapping[tuple[int, int], ExistingPart]) -> Decimal:
    """What the order's items cost now, more or less than they did in the parts that keep them."""
    frozen = [line for part in plan.parts if part.frozen for line in kept[part.vendor_id, part.part].lines]
    added = _cost((line.line for line, why in plan.own if why is Why.EDITED), order.taxes_included)
    if not frozen:
        return added
    ids = {line.line_id for line in frozen}
    now = _cost((line for line in order.lines if line.id in ids and line.quantity > 0), order.taxes_included)
    return added + now - _cost(frozen, order.taxes_included)
