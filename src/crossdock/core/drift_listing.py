"""What of a listing differs at the merchant and is not to be written: edits by hand that nobody has taken note of yet,
and pictures that could not be fetched. Found by a plan that nobody carries out.

Not here: what is to be written (the plan's actions say it), or the planning (listing_plan.py).
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from crossdock.core.catalog import Product
from crossdock.core.digest import media_key
from crossdock.core.drift import Cause
from crossdock.core.listing import (
    AddVariants,
    CreateProduct,
    DesiredProduct,
    EndListing,
    ListingAction,
    RemoveVariants,
    SetOptions,
    UpdateProduct,
    UpdateVariants,
)
from crossdock.core.listing_case import ListingCase, ListingPlan
from crossdock.core.listing_cast import VARIANT
from crossdock.core.listing_fields import present
from crossdock.core.listing_policy import Field
from crossdock.core.listing_variant_fields import present as present_variant
from crossdock.core.listing_variant_fields import sent
from crossdock.core.listing_written import Value, WroteMedia, taken_name


class Edit(Struct, frozen=True):
    """`field` as in a listing's `taken` ("title", "price:44"); `sent` is what the hub wrote, `seen` what is there."""

    field: str
    sent: str
    seen: str
    why: Cause = Cause.EDITED_BY_HAND


def edits(case: ListingCase, plan: ListingPlan) -> tuple[Edit, ...]:
    """`plan` is of `case`, made with the merchant's product. What was taken note of before is none: it is the
    merchant's."""
    if case.merchant is None or plan.needs_read:
        return ()
    taken = [_edit(case, case.merchant, name) for name in plan.taken if name not in case.taken]
    tags = _new(plan.written.tags_away, case.written.tags_away)
    return (*taken, *(Edit(Field.TAGS, tag, "") for tag in tags), *_pictures(case, plan))


def touched(actions: Iterable[ListingAction]) -> list[str]:
    """The fields that `actions` write, named likewise; what becomes of whole variants by "variant:44", the vendor's, or
    the merchant's that goes."""
    found: dict[str, None] = {}
    for action in actions:
        match action:
            case UpdateProduct():
                found |= dict.fromkeys(_fields_of(action.product))
            case UpdateVariants():
                names = [taken_name(name, one.vendor_variant_id) for one in action.variants for name in sent(one)]
                found |= dict.fromkeys(names)
            case AddVariants():
                found |= dict.fromkeys(taken_name(VARIANT, one.vendor_variant_id) for one in action.variants)
            case RemoveVariants():
                found |= dict.fromkeys(taken_name(VARIANT, id) for id in action.variant_ids)
            case SetOptions():
                found[Field.OPTIONS] = None
            case CreateProduct() | EndListing():
                found[Field.STATUS] = None
    return list(found)


def _fields_of(product: DesiredProduct) -> list[str]:
    values = {
        Field.TITLE: product.title,
        Field.DESCRIPTION: product.html,
        Field.PRODUCT_TYPE: product.product_type,
        Field.VENDOR_NAME: product.vendor_name,
        Field.STATUS: product.status,
        Field.TAGS: product.tags,
        Field.MEDIA: product.media,
    }
    return [field.value for field, value in values.items() if value is not None]


def _edit(case: ListingCase, merchant: Product, name: str) -> Edit:
    field, _, vendor_id = name.partition(":")
    if field == VARIANT:
        return Edit(name, case.written.variants[vendor_id].id if vendor_id in case.written.variants else "", "")
    if field == Field.OPTIONS:
        names = case.written.options.names if case.written.options else ()
        there = [f"{one.name}: {', '.join(one.values)}" for one in merchant.options]
        return Edit(name, _options(case, names), "; ".join(there))
    if vendor_id:
        return _of_variant(case, merchant, name)
    now: Mapping[str, Value] = {str(key): value for key, value in present(merchant).items()}
    wrote = case.written.fields.get(field)
    # a description is compared by a fingerprint of what it shows, which nobody can read
    seen = merchant.html if field == Field.DESCRIPTION else _said(now.get(field))
    return Edit(name, "" if wrote is None or field == Field.DESCRIPTION else _said(wrote.sent), seen)


def _of_variant(case: ListingCase, merchant: Product, name: str) -> Edit:
    field, _, vendor_id = name.partition(":")
    entry = case.written.variants.get(vendor_id)
    twin = next((one for one in merchant.variants if entry is not None and one.id == entry.id), None)
    wrote = entry.fields.get(field) if entry is not None else None
    return Edit(
        name,
        "" if wrote is None else _said(wrote.sent),
        "" if twin is None else _said(present_variant(twin).get(field)),
    )


def _options(case: ListingCase, names: Iterable[str]) -> str:
    rows = [entry.options for entry in case.written.variants.values()]
    values = [dict.fromkeys(row[at] for row in rows if len(row) > at) for at, _ in enumerate(names)]
    return "; ".join(f"{name}: {', '.join(each)}" for name, each in zip(names, values, strict=True))


def _pictures(case: ListingCase, plan: ListingPlan) -> list[Edit]:
    before, after = case.written.media or WroteMedia(), plan.written.media or WroteMedia()
    kept = {media_key(one.url) for one in case.vendor.media} if case.vendor else set()
    away = [key for key in _new(after.away, before.away) if key in kept]
    failed = _new(after.failed, before.failed)
    return [
        *(Edit(Field.MEDIA, key, "") for key in away),
        *(Edit(Field.MEDIA, key, "", Cause.NOT_FETCHED) for key in failed),
    ]


def _new(after: Iterable[str], before: Iterable[str]) -> list[str]:
    known = set(before)
    return [one for one in after if one not in known]


def _said(value: Value) -> str:
    return {True: "on", False: "off", None: ""}[value] if value is None or isinstance(value, bool) else value
