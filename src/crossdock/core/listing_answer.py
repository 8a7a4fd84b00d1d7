"""What is noted once a store has answered a step: the product as it is there, and which variants became which.

Not here: planning the steps (listing_plan.py).
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from crossdock.core.catalog import Media, Product, ProductStatus, Variant
from crossdock.core.digest import media_key, media_keys
from crossdock.core.listing import (
    AddVariants,
    CreateProduct,
    DesiredProduct,
    DesiredVariant,
    EndListing,
    ListingAction,
    RemoveVariants,
    SetOptions,
    UpdateProduct,
    UpdateVariants,
)
from crossdock.core.listing_case import Findings, ListingCase
from crossdock.core.listing_fields import mark, pictures, wishes
from crossdock.core.listing_fields import present as product_present
from crossdock.core.listing_policy import Field
from crossdock.core.listing_problems import Flaw, Problem
from crossdock.core.listing_shape import Shape, key, names_of, vendor_shape
from crossdock.core.listing_text import tag_list
from crossdock.core.listing_variant_fields import followed, present, sent
from crossdock.core.listing_variant_fields import wishes as variant_wishes
from crossdock.core.listing_written import Value, Written, Wrote, WroteMedia, WroteOptions, WroteVariant


class Answer(Struct, frozen=True, omit_defaults=True):
    """`written` to be kept in one commit with `links` (vendor's variant, merchant's)."""

    written: Written
    links: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def answered(case: ListingCase, written: Written, action: ListingAction, product: Product) -> Answer:
    """What a step's answer says. `written` is the plan's, or the last answer's; `product` whole, as it is after the
    step. The same answer twice is the same."""
    if case.vendor is None or isinstance(action, EndListing):
        return Answer(written)
    found = Findings(replace(case, written=written), case.vendor)
    found.shape = vendor_shape(case.vendor, case.limits, frozenset(written.variants))[0]
    match action:
        case CreateProduct():
            return _created(found, written, action, product)
        case UpdateProduct():
            noted, problems = _product(found, written, action.product, product)
            return Answer(noted, problems=problems)
        case UpdateVariants():
            return Answer(replace(written, variants=_variants(found, action.variants, product)))
        case AddVariants():
            return _added(found, written, action.variants, product)
        case RemoveVariants():
            return Answer(replace(written, variants=_removed(found.variants, action.variant_ids)))
        case SetOptions():
            return _set(found, written, action, product)


def _created(found: Findings, written: Written, action: CreateProduct, product: Product) -> Answer:
    answer = _added(found, written, action.variants, product)
    noted, problems = _product(found, answer.written, action.product, product)
    fields = {**_unwritten(found, product, noted.fields), **noted.fields}
    vendor = found.vendor
    off = vendor.status is not ProductStatus.ACTIVE
    return Answer(
        replace(
            noted,
            fields=fields,
            options=_options(found.shape, product),
            tags=tag_list(vendor.tags)[0],
            media=noted.media or WroteMedia(media_keys(pictures(vendor)[0])),
            vendor_off=off,
            down=ProductStatus.ACTIVE if off and _waits_for_vendor(found.case) else "",
        ),
        answer.links,
        problems,
    )


def _waits_for_vendor(case: ListingCase) -> bool:
    """Made as a draft only because the vendor's is not on sale: it goes on sale with the vendor's."""
    return case.policy.new_status != "draft" and case.policy.at_create(Field.PRICE)


def _unwritten(found: Findings, product: Product, known: Mapping[str, Wrote]) -> dict[str, Wrote]:
    """Fields that are followed but were not sent: what is there stays, what the vendor changes later flows."""
    now = product_present(product)
    words = wishes(found.vendor)[0]
    return {
        field: Wrote(mark(field, word), now[field])
        for field, word in words.items()
        if found.follows(field) and field not in known
    }


def _options(shape: Shape, product: Product) -> WroteOptions:
    names = names_of(product)
    return WroteOptions(shape.names, None if key(names) == key(shape.names) else names)


def _product(
    found: Findings, written: Written, wish: DesiredProduct, product: Product
) -> tuple[Written, tuple[Problem, ...]]:
    words = {
        Field.TITLE: wish.title,
        Field.DESCRIPTION: wish.html,
        Field.PRODUCT_TYPE: wish.product_type,
        Field.VENDOR_NAME: wish.vendor_name,
    }
    now = product_present(product)
    fields = {field: Wrote(mark(field, word), now[field]) for field, word in words.items() if word is not None}
    written = replace(written, fields={**written.fields, **fields})
    if wish.tags is not None:
        written = replace(written, tags=tag_list(found.vendor.tags)[0])
    if wish.status is not None:
        off = found.vendor.status is not ProductStatus.ACTIVE
        written = replace(written, vendor_off=off, down=written.down if off else "")
    if wish.media is None:
        return written, ()
    media, missing = _media(found, written, wish.media, product.media)
    problems = (Problem(Flaw.MEDIA_MISSING, Field.MEDIA, {"count": missing}),) if missing else ()
    return replace(written, media=media), problems


def _media(
    found: Findings, written: Written, wish: tuple[Media, ...], there: tuple[Media, ...]
) -> tuple[WroteMedia, int]:
    """Which picture became which: those without an id before, in their order. When the store has fewer than it was
    sent there is no telling which; none of them is sent again."""
    keys = media_keys(pictures(found.vendor)[0])
    known = {one.id for one in wish if one.id}
    made = [one for one in there if one.id not in known]
    new = [media_key(one.url) for one in wish if not one.id]
    ids = {media_key(one.url): one.id for one in wish if one.id and media_key(one.url) in keys}
    if len(made) == len(new):
        ids.update({picture: one.id for picture, one in zip(new, made, strict=True)})
    return WroteMedia(keys, ids), max(len(new) - len(made), 0)


def _variants(found: Findings, variants: Iterable[DesiredVariant], product: Product) -> dict[str, WroteVariant]:
    """Entries of variants that were there, after their fields were written."""
    there = {one.id: one for one in product.variants}
    entries = dict(found.variants)
    for one in variants:
        entry, twin = entries.get(one.vendor_variant_id), there.get(one.id)
        if entry is not None and twin is not None:
            entries[one.vendor_variant_id] = replace(entry, fields={**entry.fields, **_got(sent(one), twin)})
    return entries


def _got(values: Mapping[str, Value], twin: Variant) -> dict[str, Wrote]:
    now = present(twin)
    return {name: Wrote(value, now[name]) for name, value in values.items()}


def _added(found: Findings, written: Written, variants: Iterable[DesiredVariant], product: Product) -> Answer:
    """New variants, found by their options."""
    places = {key(one.options): one for one in product.variants}
    entries = dict(found.variants)
    links: list[tuple[str, str]] = []
    for one in variants:
        twin = places.get(key(one.options))
        if not one.id and twin is not None:
            links.append((one.vendor_variant_id, twin.id))
            entries[one.vendor_variant_id] = _new_entry(found, one, twin)
    adding = {one: row for one, row in written.adding.items() if one not in entries}
    return Answer(replace(written, variants=entries, adding=adding), tuple(links))


def _new_entry(found: Findings, variant: DesiredVariant, twin: Variant) -> WroteVariant:
    said = sent(variant)
    row = found.shape.rows.get(variant.vendor_variant_id, variant.options)
    got = None if key(twin.options) == key(row) else twin.options
    fields = {**_followed_later(found, variant.vendor_variant_id, twin), **_got(said, twin)}
    return WroteVariant(twin.id, fields, row, got)


def _followed_later(found: Findings, vendor_variant_id: str, twin: Variant) -> dict[str, Wrote]:
    """Fields that were not sent but are followed from now on."""
    variant = next((one for one in found.vendor.variants if one.id == vendor_variant_id), None)
    if variant is None:
        return {}
    now = present(twin)
    return {
        name: Wrote(value, now[name])
        for name, value in variant_wishes(found, variant).items()
        if followed(found, name, vendor_variant_id)
    }


def _removed(entries: Mapping[str, WroteVariant], ids: Iterable[str]) -> dict[str, WroteVariant]:
    gone = set(ids)
    return {one: replace(entry, id="") if entry.id in gone else entry for one, entry in entries.items()}


def _set(found: Findings, written: Written, action: SetOptions, product: Product) -> Answer:
    """Options, and with them the variants that stayed, came and went."""
    found.variants = _removed(_variants(found, action.variants, product), action.remove)
    there = {one.id: one for one in product.variants}
    for one in action.variants:
        entry, twin = found.variants.get(one.vendor_variant_id), there.get(one.id)
        if entry is not None and twin is not None and one.vendor_variant_id in found.shape.rows:
            row = found.shape.rows[one.vendor_variant_id]
            got = None if key(twin.options) == key(row) else twin.options
            found.variants[one.vendor_variant_id] = replace(entry, options=row, options_got=got)
    answer = _added(found, written, action.variants, product)
    return replace(answer, written=replace(answer.written, options=_options(found.shape, product)))
