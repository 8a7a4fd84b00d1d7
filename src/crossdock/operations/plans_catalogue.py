"""What the next look at a vendor's listings, or at a store's stock, would do: from rows, by the drain's own rules.

Not here: doing it (sync/kinds), or one figure's story (stock_story.py).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import F
from msgspec import Struct

from crossdock.core.stock import Read, Settled, Wait, Write
from crossdock.models import Level, Listing, Store, StoreVariant, Vendor
from crossdock.operations.listing_cases import MADE, Planned, plan_listings
from crossdock.operations.listing_writes import told
from crossdock.operations.stock_story import figures
from crossdock.sync.kinds.level_rows import LevelRow

MOST = 250


class Told(Struct, frozen=True):
    """`state`: how many are to be looked at. `reasons` that keep some, each once."""

    state: str
    reasons: tuple[str, ...] = ()
    actions: tuple[dict[str, Any], ...] = ()


def listings(vendor_id: int, now: datetime) -> Told:
    """A vendor's listings that are to be looked at, those on sale first."""
    del now  # what a listing should be does not depend on it
    marketplace = Vendor.objects.select_related("marketplace").get(pk=vendor_id).marketplace
    stale = Listing.objects.filter(vendor=vendor_id, wanted__gt=F("done"), state__in=MADE)
    rows = sorted(stale.order_by("pk")[: MOST * 2], key=lambda row: row.state != Listing.State.LIVE)[:MOST]
    planned = plan_listings(marketplace=marketplace, listings=rows)
    actions = [action for each in planned for action in _of_listing(each)]
    reasons = dict.fromkeys(reason for each in planned for reason in _keeps(each))
    return Told(f"listings to be looked at: {stale.count()}", tuple(reasons), tuple(actions))


def levels(store_id: int, now: datetime) -> Told:
    """The merchant's levels that are to be looked at; of a vendor's store, its figures that are to be read."""
    store = Store.objects.select_related("marketplace").get(pk=store_id)
    if store.vendor_id is not None:
        doubted = StoreVariant.objects.filter(store=store, level_doubt=True, gone_at=None)
        count = doubted.count()
        ids = tuple(doubted.order_by("pk").values_list("variant_id", flat=True)[:5])
        reads = ({"action": "read_levels", "variants": count, "first": ids},) if count else ()
        return Told(f"figures in doubt: {count}", actions=reads)
    stale = Level.objects.filter(marketplace=store.marketplace_id, wanted__gt=F("done"))
    ids = tuple(stale.order_by("pk").values_list("pk", flat=True)[:MOST])
    found = figures(marketplace=store.marketplace, ids=ids)
    told_each = [_of_level(figure.title or figure.merchant_variant_id, row, now) for figure, row, _ in found]
    reasons = dict.fromkeys(figure.why for figure, _, _ in found if figure.why)
    return Told(f"levels to be looked at: {stale.count()}", tuple(reasons), tuple(filter(None, told_each)))


TELLS: dict[str, Callable[[int, datetime], Told]] = {"listing": listings, "level": levels}


def _of_listing(planned: Planned) -> list[dict[str, Any]]:
    """A listing whose product is read first says so: the plan may turn out otherwise."""
    actions = told(planned)
    if planned.reads:
        about = {"listing": planned.listing.pk, "product": planned.title}
        return [{"action": "read_product", **about}, *actions]
    return actions


def _keeps(planned: Planned) -> list[str]:
    if planned.plan is None:
        return ["catalogue_not_read"]
    own = [planned.listing.reason] if planned.listing.reason else []
    return [*own, *(problem.code.value for problem in planned.plan.problems)]


def _of_level(title: str, row: LevelRow, now: datetime) -> dict[str, Any] | None:
    """What would be done with the level, beside the terms that it comes of."""
    decision = row.decide()
    about: dict[str, Any] = {"product": title, "variant": row.merchant_variant_id}
    terms = {
        "vendor": row.vendor_available,
        "pending": row.pending,
        "unexplained": row.unexplained,
        "buffer": row.buffer,
        "target": decision.target,
        "there": row.expected,
    }
    if row.write_key:
        return {"action": "finish_level", **about, "was": row.write_from, "to": row.write_to, **terms}
    match row.step(decision, now):
        case Write(was=was, to=to):
            return {"action": "set_level", **about, "was": was, "to": to, **terms}
        case Read():
            return {"action": "read_level", **about, **terms}
        case Wait(until=until):
            return {"action": "wait", **about, "until": until.isoformat() if until else "figure_read", **terms}
        case Settled():
            return None
