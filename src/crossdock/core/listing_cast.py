"""Who is who among a listing's variants: pairs on offer, the vendor's that are gone, back, new or let go.

Not here: what is done about them (listing_variants.py).
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from crossdock.core.listing_case import Findings, Link
from crossdock.core.listing_policy import Field
from crossdock.core.listing_problems import Flaw, Why
from crossdock.core.listing_shape import Row, key
from crossdock.core.listing_variant_fields import new_values
from crossdock.core.listing_written import WroteVariant

VARIANT = "variant"  # in `taken`: the merchant deleted it
OFFER = "offer"  # in `taken`: a person wants it offered, though variants are not added by themselves


class Cast(Struct):
    """`live`: vendor's variant -> merchant's, for pairs on offer; `gone` of them: the vendor's is not there any more;
    `fresh`: the vendor's without a twin, to be added, with their options; `removals`: merchant's variants to go."""

    live: dict[str, str]
    gone: dict[str, Link]
    fresh: dict[str, Row]
    removals: list[str]


def cast_of(found: Findings) -> Cast:
    case, shape = found.case, found.shape
    read = case.merchant is not None
    known = {one.id for one in found.vendor.variants}
    cast = Cast({}, {}, {}, [])
    over: dict[str, Link] = {}
    for link in case.links:
        if link.ended:
            over[link.vendor_variant_id] = link
        elif read and link.merchant_variant_id not in found.there:
            _deleted_there(found, link, known)
        else:
            cast.live[link.vendor_variant_id] = link.merchant_variant_id
            _entry(found, link)
    for one in found.vendor.variants:
        if one.id not in cast.live:
            _without_twin(found, cast, one.id, over.get(one.id))
    found.taken -= {f"{OFFER}:{one}" for one in cast.live}  # it is
    cast.gone = {link.vendor_variant_id: link for link in case.links if _is_gone(link, cast, known)}
    _moved(found, cast)
    _offer(found, cast)
    _end(found, cast, [link for link in over.values() if link.vendor_variant_id not in known])
    cast.fresh = {one: shape.rows[one] for one in shape.rows if one in cast.fresh}
    return cast


def note_deleted(found: Findings) -> None:
    """What the merchant deleted, of a product that nothing else is done about."""
    known = {one.id for one in found.vendor.variants}
    for link in found.case.links:
        if found.case.merchant is not None and not link.ended and link.merchant_variant_id not in found.there:
            _deleted_there(found, link, known)


def standing(cast: Cast) -> dict[str, str]:
    """Pairs whose merchant's variant stays."""
    leaving = set(cast.removals)
    return {one: merchant_id for one, merchant_id in cast.live.items() if merchant_id not in leaving}


def _is_gone(link: Link, cast: Cast, known: set[str]) -> bool:
    return link.vendor_variant_id in cast.live and link.vendor_variant_id not in known


def _entry(found: Findings, link: Link) -> None:
    entry = found.variants.get(link.vendor_variant_id)
    if entry is None:
        found.variants[link.vendor_variant_id] = WroteVariant(link.merchant_variant_id)
    elif entry.id != link.merchant_variant_id or entry.ended or entry.removed:
        found.variants[link.vendor_variant_id] = replace(entry, id=link.merchant_variant_id, ended=False, removed=False)


def _deleted_there(found: Findings, link: Link, known: set[str]) -> None:
    """The merchant removed the variant by hand: it is not made again until it is given back."""
    found.parted.append(link.merchant_variant_id)
    entry = found.variants.get(link.vendor_variant_id, WroteVariant(""))
    if link.vendor_variant_id in known:
        found.variants[link.vendor_variant_id] = replace(entry, id="", removed=True)
        found.take(VARIANT, link.vendor_variant_id)
    else:
        found.variants.pop(link.vendor_variant_id, None)


def _without_twin(found: Findings, cast: Cast, vendor_id: str, ended: Link | None) -> None:
    """One of the vendor's variants that has no live link: being made, back again, let go by a person, or new."""
    entry = found.variants.get(vendor_id)
    if f"{VARIANT}:{vendor_id}" in found.taken:
        by_merchant = entry is not None and entry.removed
        found.not_offered[vendor_id] = Why.REMOVED_BY_MERCHANT if by_merchant else Why.UNLINKED
    elif (twin := _being_made(found, cast, vendor_id)) is not None:
        _join(found, cast, vendor_id, twin)
    elif ended is not None and entry is not None and entry.ended and ended.merchant_variant_id in found.there:
        _join(found, cast, vendor_id, ended.merchant_variant_id)
    elif ended is not None and entry is None and not _asked_for(found, vendor_id):
        found.not_offered[vendor_id] = Why.UNLINKED
    elif ended is not None and entry is not None and _went_with_all(found, ended, entry):
        _back(found, cast, ended, entry)
    elif vendor_id in found.shape.rows:
        cast.fresh[vendor_id] = found.shape.rows[vendor_id]


def _went_with_all(found: Findings, ended: Link, entry: WroteVariant) -> bool:
    """Its link ended with the listing, not by itself."""
    alone = entry.ended or entry.id != ended.merchant_variant_id or _asked_for(found, ended.vendor_variant_id)
    return found.case.merchant is not None and not alone


def _back(found: Findings, cast: Cast, ended: Link, entry: WroteVariant) -> None:
    """The listing goes on: the variant is what it was, or was deleted by hand meanwhile."""
    vendor_id = ended.vendor_variant_id
    if ended.merchant_variant_id in found.there:
        _join(found, cast, vendor_id, ended.merchant_variant_id)
        return
    found.variants[vendor_id] = replace(entry, id="", removed=True)
    found.take(VARIANT, vendor_id)
    found.not_offered[vendor_id] = Why.REMOVED_BY_MERCHANT


def _asked_for(found: Findings, vendor_id: str) -> bool:
    return f"{OFFER}:{vendor_id}" in found.taken


def _being_made(found: Findings, cast: Cast, vendor_id: str) -> str | None:
    """The merchant's variant that a write whose answer was lost has made."""
    row = found.case.written.adding.get(vendor_id)
    if row is None:
        return None
    linked = {link.merchant_variant_id for link in found.case.links} | set(cast.live.values())
    fits = [one.id for one in found.there.values() if one.id not in linked and key(one.options) == key(row)]
    return fits[0] if fits else None


def _join(found: Findings, cast: Cast, vendor_id: str, merchant_id: str) -> None:
    cast.live[vendor_id] = merchant_id
    found.links.append((vendor_id, merchant_id))
    _entry(found, Link(vendor_id, merchant_id))


def _moved(found: Findings, cast: Cast) -> None:
    """The vendor deleted a variant and made it anew: the same options, so the merchant's variant becomes its twin."""
    places = {key(row): vendor_id for vendor_id, row in cast.fresh.items()}
    for vendor_id in list(cast.gone):
        entry = found.variants[vendor_id]
        anew = places.pop(key(entry.options), None) if entry.options or not found.shape.names else None
        if anew is None or not (entry.options or found.case.written.options):
            continue
        found.variants[anew] = entry
        del found.variants[vendor_id], cast.gone[vendor_id], cast.fresh[anew]
        cast.live[anew] = cast.live.pop(vendor_id)
        found.move(vendor_id, anew)
        found.links.append((anew, cast.live[anew]))


def _offer(found: Findings, cast: Cast) -> None:
    """Of those without a twin, which may be added. What the merchant's product had no place for is not looked at again
    until something else is."""
    variants = {one.id: one for one in found.vendor.variants}
    known = found.case.written.waiting if found.case.merchant is None else {}
    for vendor_id in list(cast.fresh):
        if not found.case.policy.auto_variants and not _asked_for(found, vendor_id):
            found.not_offered[vendor_id] = Why.NOT_AUTOMATIC
        elif new_values(found, variants[vendor_id]) is None:
            found.not_offered[vendor_id] = Why.NO_PRICE
        elif vendor_id in known:
            found.not_offered[vendor_id] = Why(known[vendor_id])
        else:
            continue
        del cast.fresh[vendor_id]
    if over := sum(found.not_offered.get(one) is Why.TOO_MANY_VARIANTS for one in known):
        found.trouble(Flaw.TOO_MANY_VARIANTS, Field.OPTIONS, over=over, most=found.case.limits.most_variants)


def _end(found: Findings, cast: Cast, ended: Iterable[Link]) -> None:
    """Variants that the vendor has no more. One with open orders stays in its place, uncounted for none; switched off,
    nothing is removed at all."""
    if not found.case.policy.auto_variants:
        return
    for vendor_id, link in cast.gone.items():
        found.parted.append(link.merchant_variant_id)
        if not link.open:
            cast.removals.append(link.merchant_variant_id)
        found.variants[vendor_id] = replace(found.variants[vendor_id], ended=True)
    for link in ended:
        entry = found.variants.get(link.vendor_variant_id)
        if entry is None or not entry.ended or not entry.id or link.open:
            continue
        if found.case.merchant is None or link.merchant_variant_id in found.there:
            cast.removals.append(link.merchant_variant_id)
        else:
            found.variants[link.vendor_variant_id] = replace(entry, id="")
