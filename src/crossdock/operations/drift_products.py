"""Listings compared for drift: what the drain would write if it looked, and what the merchant edited that nobody has
taken note of. By the drain's own plan, from rows; no store is asked.

Not here: the other kinds (drift_kinds.py), or repair (drift.py).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from crossdock.core.drift import Cause, Kind
from crossdock.core.drift_listing import Edit, edits
from crossdock.core.reasons import Reason
from crossdock.models import Listing, Marketplace, Store, StoreProduct
from crossdock.operations.drift_difference import CHUNK, Compared, Difference, chunks
from crossdock.operations.listing_cases import Planned, plan_listings
from crossdock.operations.listing_writes import writes

State = Listing.State
LONGEST = 200
Place = tuple[int, str]  # a store and a product of it


class _Seen(Struct, frozen=True):
    """When products last changed, as far as was seen; and which of them are gone."""

    merchant: int
    at: dict[Place, datetime]
    gone: frozenset[Place]

    def since(self, row: Listing, *, by_merchant: bool) -> datetime | None:
        place = (self.merchant, row.merchant_product_id) if by_merchant else (row.store_id, row.product_id)
        return self.at.get(place) or row.written_at


def compare_products(marketplace: Marketplace) -> Compared:
    """Every listing that is at the merchant."""
    found = Compared(0, [])
    rows = Listing.objects.filter(marketplace=marketplace, state__in=(State.LIVE, State.REJECTED))
    ids = list(rows.exclude(merchant_product_id="").order_by("pk").values_list("pk", flat=True))
    for some in chunks(ids, CHUNK):
        listed = list(rows.filter(pk__in=some).select_related("marketplace", "vendor").order_by("pk"))
        seen = _seen(marketplace, listed)
        for planned in plan_listings(marketplace=marketplace, listings=listed, compared=True):
            found.checked += 1
            found.items += _differences(planned, seen)
    return found


def _seen(marketplace: Marketplace, listed: Sequence[Listing]) -> _Seen:
    merchant = Store.objects.filter(marketplace=marketplace, vendor=None).values_list("pk", flat=True).first() or 0
    stores = {merchant} | {row.store_id for row in listed}
    products = {row.product_id for row in listed} | {row.merchant_product_id for row in listed}
    rows = StoreProduct.objects.filter(store__in=stores, product_id__in=products)
    kept = list(rows.values_list("store_id", "product_id", "seen_at", "gone_at"))
    return _Seen(
        merchant,
        {(store, product): gone_at or seen_at for store, product, seen_at, gone_at in kept},
        frozenset((store, product) for store, product, _, gone_at in kept if gone_at is not None),
    )


def _differences(planned: Planned, seen: _Seen) -> Iterator[Difference]:
    row, plan = planned.listing, planned.plan
    if (seen.merchant, row.merchant_product_id) in seen.gone:
        yield _one(planned, "product", "there", "deleted", Cause.DELETED_AT_MERCHANT, seen, by_merchant=True)
        return
    if row.state == State.REJECTED:
        yield _one(planned, "listing", "as the vendor's", row.words, Cause.NEEDS_PERSON, seen)
        return
    waits = row.wanted > row.done
    if plan is None or plan.needs_read or not planned.case.policy.product_sync:
        if waits:
            yield _one(planned, "listing", "looked at", "waits", Cause.ON_ITS_WAY, seen)
        return
    if plan.ends and row.reason == Reason.TOO_MUCH_CHANGE:
        yield _one(planned, "listing", "ended", "live", Cause.HELD_BY_BRAKE, seen)
        return
    why = Cause.ON_ITS_WAY if waits else Cause.EVENT_LOST
    yield from _lagging(planned, why, seen)
    for edit in edits(planned.case, plan):
        yield _edited(planned, edit, seen)


def _lagging(planned: Planned, why: Cause, seen: _Seen) -> Iterator[Difference]:
    """What the drain would write if it looked now."""
    told = list(writes(planned))
    for write in told:
        name = f"{write.field}:{write.variant}" if write.variant else write.field
        yield _one(planned, name, write.after, write.before, why, seen)
    plan = planned.plan
    if plan is None or told:
        return
    if plan.actions or plan.ends or plan.links or planned.listing.wanted > planned.listing.done:
        yield _one(planned, "listing", "ended" if plan.ends else "looked at", "live", why, seen)


def _edited(planned: Planned, edit: Edit, seen: _Seen) -> Difference:
    return _one(planned, edit.field, edit.sent, edit.seen, edit.why, seen, by_merchant=True)


MEANT = frozenset({Cause.EDITED_BY_HAND, Cause.NOT_FETCHED, Cause.HELD_BY_BRAKE, Cause.NEEDS_PERSON})


def _one(
    planned: Planned, field: str, wanted: str, is_now: str, why: Cause, seen: _Seen, *, by_merchant: bool = False
) -> Difference:
    row = planned.listing
    return Difference(
        kind=Kind.PRODUCT,
        ref=row.pk,
        name=planned.title,
        vendor=row.vendor.name,
        field=field,
        wanted=wanted[:LONGEST],
        seen=is_now[:LONGEST],
        since=seen.since(row, by_merchant=by_merchant),
        why=why,
        meant=why in MEANT,
    )
