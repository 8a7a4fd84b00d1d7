"""What a listing's plan would write, told as fields with their values: for What if?, for `plan`, and on its page.

Not here: planning (core/listing_plan.py), or where the plan comes from (listing_cases.py).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from crossdock.core.catalog import Product
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
from crossdock.core.listing_fields import present as product_values
from crossdock.core.listing_policy import Field
from crossdock.core.listing_variant_fields import present as variant_values
from crossdock.core.listing_variant_fields import sent
from crossdock.operations.listing_cases import Planned
from crossdock.operations.listing_field_story import text_of

LONGEST = 120
MOST_SHOWN = 8


class Write(Struct, frozen=True):
    """One field that would be written; `variant` "" = the product's. `before` "" = nothing is there yet. `field` is a
    core Field, or one of "made", "added", "removed", "ended", "deleted", "tracked", "oversell"."""

    field: str
    variant: str
    title: str
    before: str
    after: str


def writes(planned: Planned) -> list[Write]:
    """Everything that the plan would write, in its order."""
    if planned.plan is None:
        return []
    there = planned.case.merchant
    return [write for action in planned.plan.actions for write in _of(action, planned, there)]


def told(planned: Planned) -> list[dict[str, Any]]:
    """The plan's actions with the names of their fields, and the first few values."""
    if planned.plan is None:
        return []
    found = []
    for action in planned.plan.actions:
        of_it = list(_of(action, planned, planned.case.merchant))
        found.append(
            {
                "action": str(type(action).__struct_config__.tag),
                "listing": planned.listing.pk,
                "product": planned.title,
                "fields": sorted({write.field for write in of_it}),
                "variants": len({write.variant for write in of_it if write.variant}),
                "values": [_said(write) for write in of_it if write.before or write.after][:MOST_SHOWN],
            }
        )
    return found


def _said(write: Write) -> str:
    name = f"{write.field} of {write.title}" if write.variant else write.field
    return f"{name}: {write.before or '-'} -> {write.after or '-'}"


def _of(action: ListingAction, planned: Planned, there: Product | None) -> list[Write]:
    known = _Known(planned, there)
    match action:
        case CreateProduct():
            made = Write("made", "", planned.title, "", planned.title)
            return [made, *_product(action.product, None, planned), *known.fields(action.variants)]
        case UpdateProduct():
            return _product(action.product, there, planned)
        case UpdateVariants():
            return known.fields(action.variants)
        case AddVariants():
            return known.added(action.variants)
        case SetOptions():
            return _options(action, planned, known)
        case RemoveVariants():
            return [Write("removed", id, id, id, "") for id in action.variant_ids]
        case EndListing():
            return [Write("deleted" if action.delete else "ended", "", planned.title, planned.title, "")]


class _Known:
    """What the vendor calls its variants, and what the merchant's have now."""

    def __init__(self, planned: Planned, there: Product | None) -> None:
        theirs = planned.case.vendor.variants if planned.case.vendor else ()
        self._titles = {one.id: one.title or planned.title for one in theirs}
        self._currency = planned.case.currency
        self._now = {one.id: variant_values(one) for one in there.variants} if there else {}

    def fields(self, variants: Iterable[DesiredVariant]) -> list[Write]:
        return [write for variant in variants for write in self._fields(variant)]

    def added(self, variants: Iterable[DesiredVariant]) -> list[Write]:
        named = [(one, self._title(one)) for one in variants]
        return [
            Write("added", one.vendor_variant_id, title, "", " / ".join(one.options) or title) for one, title in named
        ]

    def _fields(self, variant: DesiredVariant) -> list[Write]:
        now: Mapping[str, Any] = self._now.get(variant.id, {})
        changes = [
            (str(field), self._said(field, now.get(field)), self._said(field, value))
            for field, value in sent(variant).items()
        ]
        title = self._title(variant)
        return [
            Write(field, variant.vendor_variant_id, title, before, after)
            for field, before, after in changes
            if before != after or not now
        ]

    def _said(self, field: str, value: Any) -> str:
        known = not isinstance(value, bool) and field in Field.__members__.values()
        return text_of(Field(field), value, self._currency) if known else _text(value)

    def _title(self, variant: DesiredVariant) -> str:
        return self._titles.get(variant.vendor_variant_id, variant.vendor_variant_id)


def _options(action: SetOptions, planned: Planned, known: _Known) -> list[Write]:
    there = planned.case.merchant
    before = "; ".join(f"{one.name}: {', '.join(one.values)}" for one in there.options) if there else ""
    after = "; ".join(f"{name}: {', '.join(values)}" for name, values in action.options)
    return [
        Write(Field.OPTIONS.value, "", planned.title, _text(before), _text(after)),
        *known.added(variant for variant in action.variants if not variant.id),
        *known.fields(variant for variant in action.variants if variant.id),
        *(Write("removed", id, id, id, "") for id in action.remove),
    ]


def _product(wish: DesiredProduct, there: Product | None, planned: Planned) -> list[Write]:
    before: dict[str, Any] = {str(field): value for field, value in product_values(there).items()} if there else {}
    if there is not None:
        before |= {Field.STATUS: there.status.value, Field.TAGS: ", ".join(there.tags)}
        before |= {Field.MEDIA: str(len(there.media)), Field.DESCRIPTION: there.html}
    values: dict[Field, Any] = {
        Field.TITLE: wish.title,
        Field.DESCRIPTION: wish.html,
        Field.PRODUCT_TYPE: wish.product_type,
        Field.VENDOR_NAME: wish.vendor_name,
        Field.STATUS: wish.status.value if wish.status else None,
        Field.TAGS: None if wish.tags is None else ", ".join(wish.tags),
        Field.MEDIA: None if wish.media is None else str(len(wish.media)),
    }
    return [
        Write(field.value, "", planned.title, _text(before.get(field)), _text(value))
        for field, value in values.items()
        if value is not None and (value or before)
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
