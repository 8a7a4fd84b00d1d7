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
from crossdock.core.listing_shape import Row, key, names_of, vendor_shape
from crossdock.core.listing_text import tag_list
from crossdock.core.listing_variant_fields import COUNTED, followed, present, sent
from crossdock.core.listing_variant_fields import wishes as variant_wishes
from crossdock.core.listing_written import Value, Written, Wrote, WroteMedia, WroteOptions, WroteVariant


class Answer(Struct, frozen=True, omit_defaults=True):
    """`written` to be kept in one commit with `links` (vendor's variant, merchant's)."""

    written: Written
    links: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def answered(case: ListingCase, written: Written, action: ListingAction, product: Product) -> Answer:
    """What a step's answer says. `written` is the plan's, or the last answer's; `product` whole, as it is after the
    step. `case` is what the step was planned from; for CreateProduct and SetOptions, which a platform may work on for
    long, it may be newer. The same answer twice is the same."""
    found = Findings(replace(case, written=written), case.vendor or Product("", "", product.updated_at))
    match action:
        case CreateProduct():
            return _created(found, written, action, product)
        case UpdateProduct():
            return _updated(found, written, action.product, product)
        case UpdateVariants():
            return Answer(replace(written, variants=_variants(found, action.variants, product)))
        case AddVariants():
            found.shape = vendor_shape(found.vendor, case.limits, frozenset(written.variants))[0]
            return _added(found, written, action.variants, product)
        case RemoveVariants():
            return Answer(replace(written, variants=_removed(found.variants, action.variant_ids)))
        case SetOptions():
            return _set(found, written, action, product)
        case EndListing():
            return Answer(written)


def _created(found: Findings, written: Written, action: CreateProduct, product: Product) -> Answer:
    answer = _added(found, written, action.variants, product)
    written = answer.written
    fields = _texts(action.product, product)
    later = {field: entry for field, entry in _unsent(found, product).items() if field not in fields}
    names = tuple(name for name, _ in action.options)
    noted = replace(written, fields={**written.fields, **later, **fields}, options=_options(names, product))
    if action.product.media is None:
        return Answer(noted, answer.links)
    media, problems = _media(media_keys(action.product.media), action.product.media, product.media)
    return Answer(replace(noted, media=media), answer.links, problems)


def _unsent(found: Findings, product: Product) -> dict[str, Wrote]:
    """Fields that are followed but were not sent: what is there stays, what the vendor changes later flows."""
    now = product_present(product)
    words = wishes(found.vendor)[0]
    policy = found.case.policy
    return {
        field: Wrote(None if policy.at_create(field) else mark(field, words.get(field, "")), now[field])
        for field in now
        if policy.at_update(Field(field))
    }


def _options(names: Row, product: Product) -> WroteOptions:
    got = names_of(product)
    return WroteOptions(names, None if key(got) == key(names) else got)


def _texts(wish: DesiredProduct, product: Product) -> dict[str, Wrote]:
    words = {
        Field.TITLE: wish.title,
        Field.DESCRIPTION: wish.html,
        Field.PRODUCT_TYPE: wish.product_type,
        Field.VENDOR_NAME: wish.vendor_name,
    }
    now = product_present(product)
    return {field: Wrote(mark(field, word), now[field]) for field, word in words.items() if word is not None}


def _updated(found: Findings, written: Written, wish: DesiredProduct, product: Product) -> Answer:
    written = replace(written, fields={**written.fields, **_texts(wish, product)})
    if wish.tags is not None:
        written = replace(written, tags=tag_list(found.vendor.tags)[0])
    if wish.status is not None:
        off = found.vendor.status is not ProductStatus.ACTIVE
        written = replace(written, vendor_off=off, down=written.down if off else "")
    if wish.media is None:
        return Answer(written)
    media, problems = _media(media_keys(pictures(found.vendor)[0]), wish.media, product.media)
    return Answer(replace(written, media=media), problems=problems)


def _media(
    keys: tuple[str, ...], wish: tuple[Media, ...], there: tuple[Media, ...]
) -> tuple[WroteMedia, tuple[Problem, ...]]:
    """Which picture became which: those without an id before, in their order. When the store has fewer than it was
    sent there is no telling which; none of them is sent again."""
    known = {one.id for one in wish if one.id}
    made = [one for one in there if one.id not in known]
    new = [media_key(one.url) for one in wish if not one.id]
    ids = {media_key(one.url): one.id for one in wish if one.id and media_key(one.url) in keys}
    if len(made) == len(new):
        ids.update({picture: one.id for picture, one in zip(new, made, strict=True)})
    missing = max(len(new) - len(made), 0)
    problems = (Problem(Flaw.MEDIA_MISSING, Field.MEDIA, {"count": missing}),) if missing else ()
    return WroteMedia(keys, ids), problems


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
    theirs = {one.id: one for one in found.vendor.variants}
    entries = dict(found.variants)
    links: list[tuple[str, str]] = []
    for one in variants:
        twin = places.get(key(one.options))
        if not one.id and twin is not None:
            links.append((one.vendor_variant_id, twin.id))
            entries[one.vendor_variant_id] = _new_entry(found, one, twin, theirs.get(one.vendor_variant_id))
    adding = {one: row for one, row in written.adding.items() if one not in entries}
    return Answer(replace(written, variants=entries, adding=adding), tuple(links))


def _new_entry(found: Findings, variant: DesiredVariant, twin: Variant, vendors: Variant | None) -> WroteVariant:
    row = found.shape.rows.get(variant.vendor_variant_id, variant.options)
    got = None if key(twin.options) == key(row) else twin.options
    later = {} if vendors is None else _unsent_of(found, vendors, twin)
    return WroteVariant(twin.id, {**later, **_got(sent(variant), twin)}, row, got)


def _unsent_of(found: Findings, vendors: Variant, twin: Variant) -> dict[str, Wrote]:
    """As `_unsent`: a field that would have been sent had nothing in it."""
    now = present(twin)
    wish = variant_wishes(found, vendors)
    policy = found.case.policy
    return {
        name: Wrote(None if policy.at_create(Field(name)) and wish.get(name) else wish.get(name), value)
        for name, value in now.items()
        if name not in COUNTED and followed(found, name, vendors.id)
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
        if entry is not None and twin is not None and not entry.ended:
            got = None if key(twin.options) == key(one.options) else twin.options
            found.variants[one.vendor_variant_id] = replace(entry, options=one.options, options_got=got)
    answer = _added(found, written, action.variants, product)
    names = tuple(name for name, _ in action.options)
    return replace(answer, written=replace(answer.written, options=_options(names, product)))
