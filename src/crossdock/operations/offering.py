"""What a person may do with a listing: remove it, try it again, offer more of its variants, give fields back to the
vendor or take them over; and letting a vendor go on that the brake holds.

Not here: choosing products (choosing.py), or carrying anything out at the merchant (sync/kinds/listing.py).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from crossdock.core.listing_cast import OFFER, VARIANT
from crossdock.core.listing_conflict import ASK, KEEP, asked
from crossdock.core.listing_written import taken_name
from crossdock.core.reasons import Reason
from crossdock.models import Attention, Listing, Vendor
from crossdock.operations import listing_needs, wanted
from crossdock.operations.catalogue_values import FIELDS
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What
from crossdock.sync import brake

State = Listing.State
BY_PERSON = "removed_by_person"
# The merchant's product stays as it is and is its own again: its links end, so that open orders still find them, and
# nothing keeps its stock any more.
LET_GO = """
WITH ended AS (
    UPDATE variant_link SET ended_at = %(now)s
    WHERE listing_id = ANY(%(ids)s::bigint[]) AND ended_at IS NULL RETURNING id
)
DELETE FROM level WHERE link_id IN (SELECT id FROM ended)
"""


class Remove(StrEnum):
    """What becomes of the merchant's product."""

    KEEP = "keep"
    DRAFT = "draft"
    DELETE = "delete"


class ListingBusy(Refused):
    """It is being made at the merchant this moment, or is in a state in which this cannot be done."""

    code = "listing_busy"


class NothingHeld(Refused):
    """The brake holds nothing of this vendor."""

    code = "nothing_held"


class NoSuchField(Refused):
    """The listing has no field of that name that could be given back or taken."""

    code = "no_such_field"


@transaction.atomic
def remove_listing(*, listing: Listing, how: str, now: datetime, who: str) -> Listing:
    """Offer the product no longer, and keep, draft or delete the merchant's. Open orders keep finding their lines.
    Raises ListingBusy."""
    how = Remove(how)
    row = _locked(listing)
    if row.state in (State.ENDED, State.REFUSED):
        raise ListingBusy(f"the listing is {row.state}")
    if row.state == State.SENDING and how is Remove.KEEP:
        raise ListingBusy("it is being made this moment; try again when it is live")
    there = row.state != State.PROPOSED and (row.merchant_product_id or row.state == State.SENDING)
    if how is Remove.KEEP or not there:
        _end(row, now)
    else:
        Listing.objects.filter(pk=row.pk).update(ending=how.value, wanted=F("wanted") + 1)
        _mark(row, now, BY_PERSON)
    listing_needs.settle(store_id=row.store_id, now=now)
    _record(What.LISTING_REMOVED, row, now, who, {"how": how.value})
    row.refresh_from_db()
    return row


@transaction.atomic
def retry_listing(*, listing: Listing, now: datetime, who: str) -> None:
    """Look at it again at once; what the merchant's store refused may go to it again. Raises ListingBusy for one that
    ended or was refused: choose its product again."""
    row = _locked(listing)
    if row.state in (State.ENDED, State.REFUSED, State.PROPOSED):
        raise ListingBusy(f"the listing is {row.state}")
    back = State.LIVE if row.merchant_product_id else State.WANTED
    state = back if row.state == State.REJECTED else row.state
    Listing.objects.filter(pk=row.pk).update(state=state, reason="", words="", wanted=F("wanted") + 1)
    _mark(row, now, "retried_by_person")
    _record(What.LISTING_RETRIED, row, now, who)


@transaction.atomic
def give_back(*, listing: Listing, fields: Sequence[str], now: datetime, who: str) -> tuple[str, ...]:
    """Fields that the merchant had taken over follow the vendor again; [] = all of them. Returns which. Raises
    NoSuchField."""
    row = _locked(listing)
    given = [str(name) for name in (fields or fields_taken(row.taken))]
    if not given or set(given) - set(row.taken):
        raise NoSuchField(
            f"not taken: {', '.join(sorted(set(given) - set(row.taken))) or 'nothing is'}", field="fields"
        )
    gone = {*given, *(f"{word}:{name}" for word in (ASK, KEEP) for name in given)}
    kept = [name for name in row.taken if name not in gone]
    Listing.objects.filter(pk=row.pk).update(taken=kept, wanted=F("wanted") + 1)
    listing_needs.settle(store_id=row.store_id, now=now)
    _mark(row, now, "given_back")
    _record(What.FIELDS_GIVEN_BACK, row, now, who, {"fields": given})
    return tuple(given)


@transaction.atomic
def take(*, listing: Listing, fields: Sequence[str], now: datetime, who: str) -> tuple[str, ...]:
    """The merchant keeps these fields as they are; asked whose it is where both changed it, this answers. Returns those
    taken anew. Raises NoSuchField."""
    row = _locked(listing)
    unknown = [name for name in fields if name.partition(":")[0] not in FIELDS]
    if unknown or not fields:
        raise NoSuchField(f"no field is called {', '.join(unknown) or 'nothing'}", field="fields")
    new = [name for name in dict.fromkeys(fields) if name not in row.taken]
    answered = [name for name in asked(map(str, row.taken)) if name in fields]
    questions = {f"{ASK}:{name}" for name in answered}
    kept = [name for name in row.taken if name not in questions]
    taken = [*kept, *new, *(f"{KEEP}:{name}" for name in answered)]
    Listing.objects.filter(pk=row.pk).update(taken=taken, wanted=F("wanted") + int(bool(answered)))
    if answered:
        listing_needs.settle(store_id=row.store_id, now=now)
        _mark(row, now, "answered_by_person")
    _record(What.FIELDS_TAKEN, row, now, who, {"fields": new or answered})
    return tuple(new)


@transaction.atomic
def offer_variants(*, listing: Listing, vendor_variant_ids: Sequence[str], now: datetime, who: str) -> None:
    """Offer these of the vendor's variants, though variants are not added by themselves, or though a person had let
    them go. What still stands in their way is told on the listing. Raises NoSuchField, ListingBusy."""
    row = _locked(listing)
    if row.state in (State.ENDED, State.REFUSED):
        raise ListingBusy(f"the listing is {row.state}")
    known = {str(each["vendor_variant_id"]) for each in row.not_offered}
    ids = [one for one in dict.fromkeys(vendor_variant_ids) if one in known]
    if not ids or len(ids) < len(set(vendor_variant_ids)):
        raise NoSuchField("only variants that are not offered can be", field="variants")
    let_go = {taken_name(VARIANT, one) for one in ids}
    asked = [taken_name(OFFER, one) for one in ids]
    kept = [name for name in row.taken if name not in let_go and name not in asked]
    Listing.objects.filter(pk=row.pk).update(taken=[*kept, *asked], wanted=F("wanted") + 1)
    _mark(row, now, "variants_asked_for")
    _record(What.VARIANTS_OFFERED, row, now, who, {"count": len(ids)})


@transaction.atomic
def release_brake(*, vendor: Vendor, now: datetime, who: str) -> None:
    """A person says that the vendor's losses are meant: what the brake held goes on. Raises NothingHeld."""
    row = Vendor.objects.select_for_update().get(pk=vendor.pk)
    if not is_held(row):
        raise NothingHeld("the brake holds nothing of this vendor")
    Attention.objects.filter(store__vendor=row, reason=Reason.TOO_MUCH_CHANGE, closed_at=None).update(
        closed_at=now, closed_by=who or "person"
    )
    place = row.marketplace_id
    record(What.BRAKE_RELEASED, marketplace=place, who=who, now=now, data={"vendor": row.name})
    with connection.cursor() as cursor:
        brake.release(cursor, row.pk, now=now)


def is_held(vendor: Vendor) -> bool:
    """Whether the brake holds losses of the vendor."""
    at, released_at = vendor.brake_at, vendor.brake_released_at
    return at is not None and (released_at is None or released_at < at)


def fields_taken(taken: Sequence[Any]) -> list[str]:
    """Of a listing's `taken`, what the merchant keeps of it: not what a person asked to be offered, nor questions."""
    return [name for name in map(str, taken) if name.partition(":")[0] not in (OFFER, ASK, KEEP)]


def _end(row: Listing, now: datetime) -> None:
    Listing.objects.filter(pk=row.pk).update(
        state=State.ENDED, ended_at=now, reason=BY_PERSON, words="", ending="", wanted=F("wanted") + 1
    )
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, {"ids": [row.pk], "now": now})


def _locked(listing: Listing) -> Listing:
    return Listing.objects.select_for_update().get(pk=listing.pk)


def _mark(row: Listing, now: datetime, reason: str) -> None:
    wanted.mark_keys(
        marketplace_id=row.marketplace_id, vendor_ids=[row.vendor_id], levels=False, now=now, reason=reason
    )


def _record(what: What, row: Listing, now: datetime, who: str, data: dict[str, Any] | None = None) -> None:
    about = {"listing": row.pk, "product": row.product_id}
    record(
        what,
        marketplace=row.marketplace_id,
        who=who,
        now=now,
        store_id=row.store_id,
        data=about | (data or {}),
    )
