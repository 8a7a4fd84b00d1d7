"""Which variants a listing has and what their options say: added, removed, moved and rearranged by structure.

Not here: their prices and codes (listing_variant_fields.py), how options translate (listing_shape.py).
"""

from collections.abc import Mapping

from msgspec.structs import replace

from crossdock.core.catalog import Variant
from crossdock.core.listing import (
    AddVariants,
    DesiredVariant,
    ListingAction,
    RemoveVariants,
    SetOptions,
    UpdateVariants,
)
from crossdock.core.listing_case import Findings
from crossdock.core.listing_cast import Cast, cast_of, standing
from crossdock.core.listing_policy import Field
from crossdock.core.listing_problems import Flaw, Why
from crossdock.core.listing_shape import Row, key, names_of, options_of, rows_of, translation
from crossdock.core.listing_variant_fields import compare, counted, desired, new_values
from crossdock.core.listing_written import Mark, Value, Written, WroteOptions

_PLACES = (Why.PLACE_TAKEN, Why.OPTIONS_DIFFER, Why.TOO_MANY_VARIANTS)


def plan_variants(found: Findings, written: Written) -> tuple[list[ListingAction], Written]:
    """The steps in their order: options first, added before removed, so that at no moment less or other is on sale
    than should be."""
    cast = cast_of(found)
    _put_off(found, cast)
    if found.case.merchant is None:
        found.needs_read |= _restless(found, cast)
        _fields(found, cast)
        return [], written
    values = _fields(found, cast)
    structure, options = _structure(found, cast, written)
    written = replace(written, options=options, variants=dict(found.variants))
    step = _rearranged(found, cast, values) if structure else None
    if structure and step is None:
        found.trouble(Flaw.OPTIONS_KEPT, Field.OPTIONS)
        written = replace(written, options=found.case.written.options)
    if step is not None:
        adding = {one.vendor_variant_id: one.options for one in step.variants if not one.id}
        return [step], replace(written, adding=adding, waiting=waiting(found))
    steps, written = _stepwise(found, cast, values, written)
    return steps, replace(written, waiting=waiting(found))


def _put_off(found: Findings, cast: Cast) -> None:
    """New variants wait while the platform takes none."""
    if found.case.full:
        found.not_offered.update(dict.fromkeys(cast.fresh, Why.DAILY_LIMIT))
        cast.fresh.clear()


def waiting(found: Findings) -> dict[str, str]:
    """The vendor's variants that the merchant's product had no place for."""
    return {one: why for one, why in found.not_offered.items() if why in _PLACES}


def _stepwise(
    found: Findings, cast: Cast, values: Mapping[str, dict[str, Value]], written: Written
) -> tuple[list[ListingAction], Written]:
    case = found.case
    steps: list[ListingAction] = []
    added, in_the_way = _added(found, cast)
    if cast.removals and not added and not found.there.keys() - set(cast.removals):
        cast.removals.clear()  # a product has one variant at least: they stay, with none to sell
        values = _fields(found, cast)
    last: list[ListingAction] = []
    if in_the_way and not found.there.keys() - set(cast.removals):
        added, spared = _one_stays(found, cast, added)
        last = [RemoveVariants(case.merchant_product_id, (spared,))] if added else []
    remove = [RemoveVariants(case.merchant_product_id, tuple(cast.removals))] if cast.removals else []
    if in_the_way:
        steps += remove
    if added:
        steps.append(AddVariants(case.merchant_product_id, added, case.location_id))
    changed = tuple(
        desired(vendor_id, values[vendor_id], merchant_id=merchant_id)
        for vendor_id, merchant_id in standing(cast).items()
        if values.get(vendor_id)
    )
    if changed:
        steps.append(UpdateVariants(case.merchant_product_id, changed))
    steps += last if in_the_way else remove
    return steps, replace(written, adding={one.vendor_variant_id: one.options for one in added})


def _one_stays(
    found: Findings, cast: Cast, added: tuple[DesiredVariant, ...]
) -> tuple[tuple[DesiredVariant, ...], str]:
    """All that is there has to go, and some of it before what is new has a place: a product has one variant at every
    moment, so one goes last. What has no place beside it is added at the next look; where it alone is in the way of
    all that is new, it stays."""
    wanted = {key(one.options) for one in added}
    spared = next((one for one in cast.removals if key(found.there[one].options) not in wanted), cast.removals[0])
    cast.removals.remove(spared)
    most = found.case.limits.most_variants
    beside = [one for one in added if key(one.options) != key(found.there[spared].options)]
    if not beside:
        found.not_offered.update((one.vendor_variant_id, Why.PLACE_TAKEN) for one in added)
    return tuple(beside if most is None else beside[: most - 1]), spared


def _restless(found: Findings, cast: Cast) -> bool:
    """Whether something about variants or options would be written, as far as is seen without the merchant's
    product."""
    case, shape = found.case, found.shape
    if cast.fresh or cast.removals or cast.gone.keys() & _parting(found) or found.links or case.written.adding:
        return True
    if any(found.variants[one] != case.written.variants.get(one) for one in found.variants):
        return True
    if not case.policy.at_update(Field.OPTIONS) or case.takes(Field.OPTIONS):
        return False
    wrote = case.written.options
    if wrote is None or wrote.mark is not Mark.OURS or key(wrote.names) != key(shape.names):
        return True
    return any(key(found.variants[one].options) != key(shape.rows[one]) for one in cast.live if one in shape.rows)


def _parting(found: Findings) -> set[str]:
    return {link.vendor_variant_id for link in found.case.links if link.merchant_variant_id in found.parted}


def _fields(found: Findings, cast: Cast) -> dict[str, dict[str, Value]]:
    """The fields to be written of every pair that stands."""
    variants = {one.id: one for one in found.vendor.variants}
    values: dict[str, dict[str, Value]] = {}
    for vendor_id, merchant_id in standing(cast).items():
        there = found.read(merchant_id)
        if vendor_id in variants:
            values[vendor_id] = compare(found, variants[vendor_id], there)
        else:
            values[vendor_id] = counted(found, vendor_id, there)
    return values


# -- what options say --


def _structure(found: Findings, cast: Cast, written: Written) -> tuple[bool, WroteOptions | None]:
    """Whether options are to be set, and what is noted of them."""
    case, shape = found.case, found.shape
    wrote = written.options
    if not found.follows(Field.OPTIONS) or case.takes(Field.OPTIONS) or case.merchant is None:
        return False, wrote
    names = names_of(case.merchant)
    pairs = {one: found.there[twin] for one, twin in cast.live.items() if one in shape.rows}
    if key(names) == key(shape.names) and all(key(pairs[one].options) == key(shape.rows[one]) for one in pairs):
        _note_rows(found, pairs, shape.rows)
        return False, WroteOptions(shape.names)
    if wrote is not None and wrote.mark is not Mark.OURS:
        return True, replace(wrote, mark=Mark.WRITING)
    if wrote is None or _edited(found, pairs, names, wrote):
        found.take(Field.OPTIONS)
        _note_rows(found, {} if wrote else pairs, shape.rows)
        return False, WroteOptions(shape.names, names, Mark.TAKEN)
    changed = key(wrote.names) != key(shape.names) or any(
        key(found.variants[one].options) != key(shape.rows[one]) for one in pairs
    )
    return changed, replace(wrote, mark=Mark.WRITING) if changed else wrote


def _note_rows(found: Findings, pairs: Mapping[str, Variant], rows: Mapping[str, Row]) -> None:
    for one, twin in pairs.items():
        got = None if key(twin.options) == key(rows[one]) else twin.options
        found.variants[one] = replace(found.variants[one], options=rows[one], options_got=got)


def _edited(found: Findings, pairs: Mapping[str, Variant], names: Row, wrote: WroteOptions) -> bool:
    """Whether the merchant changed names or values by hand."""
    if key(names) != key(wrote.got or wrote.names):
        return True
    for one, twin in pairs.items():
        entry = found.variants[one]
        row = entry.options if entry.options_got is None else entry.options_got
        if one in found.case.written.variants and key(twin.options) != key(row):
            return True
    return False


def _rearranged(found: Findings, cast: Cast, values: Mapping[str, dict[str, Value]]) -> SetOptions | None:
    """All variants in the vendor's options, those that only the merchant has too; None when one cannot be told in
    them."""
    case, shape = found.case, found.shape
    pairs = standing(cast)
    rows = {twin: shape.rows[one] for one, twin in pairs.items() if one in shape.rows}
    leaving = set(cast.removals)
    stays = rows_of([one for one in found.there.values() if one.id not in rows and one.id not in leaving])
    if not _fit(found, stays, rows):
        return None
    taken = {key(row) for row in rows.values()}
    if len(taken) < len(rows) or (not shape.names and len(rows) > 1):
        return None
    owner = {twin: one for one, twin in pairs.items()}
    variants = [
        desired(owner.get(twin, ""), values.get(owner.get(twin, ""), {}), merchant_id=twin, options=rows[twin])
        for twin in found.there
        if twin in rows
    ]
    variants += _fresh(found, cast.fresh, taken, len(variants))
    if not variants:
        return None
    names = options_of(shape.names, [one.options for one in variants])
    return SetOptions(case.merchant_product_id, names, tuple(variants), tuple(cast.removals))


def _fit(found: Findings, stays: Mapping[str, Row], rows: dict[str, Row]) -> bool:
    """Tell what stays in the vendor's options, beside `rows`."""
    case, shape = found.case, found.shape
    if not stays or case.merchant is None:
        return True
    pairs = [(found.there[twin].options, row) for twin, row in rows.items()]
    told = translation(pairs, names_of(case.merchant), shape.names)
    for twin, row in stays.items():
        there = told(row) if told is not None and len(row) == len(names_of(case.merchant)) else None
        if there is None:
            return False
        rows[twin] = there
    return True


def _added(found: Findings, cast: Cast) -> tuple[tuple[DesiredVariant, ...], bool]:
    """New variants in the merchant's options as they are; and whether what is to be removed is in their way."""
    case, shape = found.case, found.shape
    if not cast.fresh or case.merchant is None:
        return (), False
    names = names_of(case.merchant)
    pairs = [(shape.rows[one], found.there[twin].options) for one, twin in cast.live.items() if one in shape.rows]
    told = translation(pairs, shape.names, names) if names and shape.names else None
    rows: dict[str, Row] = {}
    for one, row in cast.fresh.items():
        there = told(row) if told is not None else None
        if there is None:
            found.not_offered[one] = Why.OPTIONS_DIFFER
        else:
            rows[one] = there
    leaving = {key(found.there[one].options) for one in cast.removals}
    taken = {key(one.options) for one in found.there.values() if one.id not in cast.removals}
    added = _fresh(found, rows, taken, len(found.there) - len(cast.removals))
    most = case.limits.most_variants
    full = most is not None and len(found.there) + len(added) > most
    return tuple(added), full or any(key(one.options) in leaving for one in added)


def _fresh(found: Findings, rows: Mapping[str, Row], taken: set[Row], count: int) -> list[DesiredVariant]:
    """Those of the new variants that have a place and a price; the others are reported."""
    variants = {one.id: one for one in found.vendor.variants}
    most = found.case.limits.most_variants
    added: list[DesiredVariant] = []
    over: list[str] = []
    for one, row in rows.items():
        values = new_values(found, variants[one])
        if values is None:
            found.not_offered[one] = Why.NO_PRICE
        elif key(row) in taken:
            found.not_offered[one] = Why.PLACE_TAKEN
        elif most is not None and count + len(added) >= most:
            found.not_offered[one] = Why.TOO_MANY_VARIANTS
            over.append(one)
        else:
            taken.add(key(row))
            added.append(desired(one, values, options=row))
    if over:
        found.trouble(Flaw.TOO_MANY_VARIANTS, Field.OPTIONS, over=len(over), most=most)
    return added


def new_variants(found: Findings) -> tuple[DesiredVariant, ...]:
    """All the vendor's variants for a product that is to be made."""
    return tuple(_fresh(found, found.shape.rows, set(), 0))
