"""One listing as its planning sees it (core/listing_case.py), from the rows.

Not here: the planning (core/listing_plan.py), or the rows (listing_rows.py).
"""

import msgspec

from crossdock.core.catalog import Product, ProductStatus
from crossdock.core.listing import ListingAction, UpdateProduct
from crossdock.core.listing_answer import answered
from crossdock.core.listing_case import Link, ListingCase, ListingPlan
from crossdock.core.listing_plan import plan_ending, plan_listing
from crossdock.core.listing_policy import OnDelete
from crossdock.core.listing_shape import Limits
from crossdock.core.listing_written import Written
from crossdock.sync.kinds.listing_rows import ListingRow, Merchant
from crossdock.sync.stores import Store

_encode = msgspec.json.encode
_written_of = msgspec.json.Decoder(Written).decode
_names_of = msgspec.json.Decoder(tuple[str, ...]).decode


def written_of(row: ListingRow) -> Written:
    return Written() if row.written is None else _written_of(row.written)


def case_of(
    store: Store, here: Merchant, row: ListingRow, present: Product | None, *, full: bool = False
) -> ListingCase:
    """`present` is the merchant's product as just read; `full`: its store takes no new variants for now."""
    can = store.platform.capabilities
    return ListingCase(
        reference=row.reference,
        vendor=None if row.gone_at is not None else row.product,
        policy=here.policy,
        currency=here.currency,
        vendor_currency=row.vendor_currency,
        merchant_product_id=row.merchant_product_id,
        merchant=present,
        links=tuple(Link(one.vendor_variant_id, one.merchant_variant_id, one.ended, one.open) for one in row.links),
        written=written_of(row),
        taken=_names_of(row.taken),
        limits=Limits(can.most_variants, can.most_options),
        location_id=here.location_id,
        mapped=row.origin == "mapped",
        off_sale=row.off_sale,
        fresh=row.fresh,
        full=full,
    )


def plan_of(
    store: Store, here: Merchant, row: ListingRow, present: Product | None, *, full: bool = False
) -> ListingPlan:
    """What makes the listing agree; a person's wish to end it goes before every rule."""
    case = case_of(store, here, row, present, full=full)
    return plan_ending(case, OnDelete(row.ending)) if row.ending else plan_listing(case)


def columns(plan: ListingPlan) -> dict[str, str]:
    """The plan's side of the row, as JSON."""
    return {
        "written": _encode(plan.written).decode(),
        "taken": _encode(plan.taken).decode(),
        "not_offered": _encode(plan.not_offered).decode(),
        "problems": _encode(plan.problems).decode(),
    }


def goes_off(row: ListingRow, plan: ListingPlan) -> bool:
    """Whether the plan takes a live listing off sale because the vendor did; one for which that was allowed and that is
    on sale again before it was done is noted as such."""
    off = any(isinstance(one, UpdateProduct) and one.product.status is ProductStatus.DRAFT for one in plan.actions)
    if row.off_at is not None and not off and not plan.written.vendor_off and not plan.needs_read:
        row.off = -1
    return off


def agrees(row: ListingRow, plan: ListingPlan) -> bool:
    """Whether there is nothing to do and nothing new to keep."""
    if row.off:
        return False
    if plan.actions or plan.links or plan.parted or plan.ends or plan.needs_read:
        return False
    if row.state != "live" or row.reason:
        return False
    return all(_same(getattr(row, name), value) for name, value in columns(plan).items())


def _same(kept: str | None, now: str) -> bool:
    """The database writes JSON its own way."""
    return kept is not None and msgspec.json.decode(kept) == msgspec.json.decode(now)


def learn(
    store: Store, here: Merchant, row: ListingRow, action: ListingAction, product: Product
) -> tuple[tuple[str, str], ...]:
    """Takes down what the store made of a step; returns the links that are new."""
    answer = answered(case_of(store, here, row, None), written_of(row), action, product)
    row.written = _encode(answer.written).decode()
    if answer.problems:
        known = msgspec.json.decode(row.problems)
        new = [one for one in msgspec.to_builtins(answer.problems) if one not in known]
        row.problems = _encode([*known, *new]).decode()
    return answer.links
