"""One field of a listing as people read it: the vendor's, what was last written, the merchant's, and whose it is.

Whether the merchant edited a field is asked as the planning asks it (core/listing_written.py): by what the store had
made of it, amounts and HTML as they are compared. Not here: the listing's whole story (listing_story.py).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags
from msgspec import Struct

from crossdock.core.catalog import Product, Variant
from crossdock.core.listing_conflict import ASK
from crossdock.core.listing_fields import present as product_values
from crossdock.core.listing_policy import Field, ListingPolicy
from crossdock.core.listing_variant_fields import present as variant_values
from crossdock.core.money import exponent

LONGEST = 300
OF_PRODUCT = (
    Field.TITLE, Field.DESCRIPTION, Field.PRODUCT_TYPE, Field.VENDOR_NAME, Field.STATUS, Field.TAGS, Field.MEDIA,
    Field.OPTIONS,
)  # fmt: skip
OF_VARIANT = (Field.PRICE, Field.COMPARE_AT, Field.SKU, Field.BARCODE, Field.WEIGHT)
AMOUNTS = (Field.PRICE, Field.COMPARE_AT)


class FieldStory(Struct, frozen=True):
    """`sent` is what the hub last wrote and `written` what the store made of it (None = never written, or kept as a
    mark only). `edited`: the merchant's is not what was written there. `taken`: the merchant edited it and keeps it.
    `at_create`, `at_update`: when it follows the vendor. `asked`: both changed it, and a person says whose it is."""

    field: str
    vendor: str
    merchant: str
    sent: str | None
    written: str | None
    edited: bool
    taken: bool
    at_create: bool
    at_update: bool
    asked: bool = False

    @property
    def blank(self) -> bool:
        """Nothing is in it on either side."""
        return not (self.vendor or self.merchant or self.written or self.taken)


class Currencies(Struct, frozen=True):
    """The vendor's and the merchant's; named beside amounts where they differ."""

    theirs: str
    ours: str

    @property
    def differ(self) -> bool:
        return bool(self.theirs and self.ours) and self.theirs != self.ours


def product_fields(
    theirs: Product | None, ours: Product | None, wrote: Mapping[str, Any], taken: frozenset[str], policy: ListingPolicy
) -> tuple[FieldStory, ...]:
    """`wrote` are the listing's `written.fields`."""
    now: Mapping[str, Any] = {str(name): value for name, value in product_values(ours).items()} if ours else {}

    def of(field: Field) -> FieldStory:
        entry, merchant = wrote.get(field.value), _of_product(ours, field)
        edited = _edited(entry, now, field)
        marked = field is Field.DESCRIPTION  # only a mark of it is kept
        same = None if edited or entry is None else merchant
        return FieldStory(
            field=field.value,
            vendor=_of_product(theirs, field),
            merchant=merchant,
            sent=same if marked else _wrote(entry, 0, str),
            written=same if marked else _wrote(entry, 1, str),
            edited=edited,
            taken=field.value in taken,
            at_create=policy.at_create(field),
            at_update=policy.at_update(field),
            asked=f"{ASK}:{field.value}" in taken,
        )

    return tuple(map(of, OF_PRODUCT))


def variant_fields(
    id: str,
    theirs: Variant | None,
    ours: Variant | None,
    wrote: Mapping[str, Any],
    taken: frozenset[str],
    policy: ListingPolicy,
    currencies: Currencies,
) -> tuple[FieldStory, ...]:
    """Of the vendor's variant `id`; `wrote` are its `written.variants[id].fields`."""
    now: Mapping[str, Any] = {str(name): value for name, value in variant_values(ours).items()} if ours else {}

    def of(field: Field) -> FieldStory:
        def text(value: Any) -> str:
            return text_of(field, value, currencies.ours, named=currencies.differ)

        entry = wrote.get(field.value)
        return FieldStory(
            field=field.value,
            vendor=text_of(field, _of_variant(theirs, field), currencies.theirs, named=currencies.differ),
            merchant=text(_of_variant(ours, field)),
            sent=_wrote(entry, 0, text),
            written=_wrote(entry, 1, text),
            edited=_edited(entry, now, field),
            taken=f"{field.value}:{id}" in taken or field.value in taken,
            at_create=policy.at_create(field),
            at_update=policy.at_update(field),
            asked=f"{ASK}:{field.value}:{id}" in taken,
        )

    return tuple(map(of, OF_VARIANT))


def _edited(entry: Any, now: Mapping[str, Any], field: Field) -> bool:
    return isinstance(entry, list) and len(entry) > 1 and field.value in now and now[field.value] != entry[1]


def _of_product(product: Product | None, field: Field) -> str:
    if product is None:
        return ""
    value: Any = {
        Field.TITLE: product.title,
        Field.DESCRIPTION: " ".join(strip_tags(product.html.replace("<", " <")).split()),
        Field.PRODUCT_TYPE: product.product_type,
        Field.VENDOR_NAME: product.vendor_name,
        Field.STATUS: product.status.value,
        Field.TAGS: ", ".join(product.tags),
        Field.MEDIA: str(len(product.media)) if product.media else "",
        Field.OPTIONS: "; ".join(f"{option.name}: {', '.join(option.values)}" for option in product.options),
    }[field]
    return _short(value)


def _of_variant(variant: Variant | None, field: Field) -> Any:
    if variant is None:
        return None
    return {
        Field.PRICE: variant.price,
        Field.COMPARE_AT: variant.compare_at,
        Field.SKU: variant.sku,
        Field.BARCODE: variant.barcode,
        Field.WEIGHT: variant.grams,
    }[field]


def text_of(field: Field, value: Any, currency: str, *, named: bool = False) -> str:
    """An amount with its currency's digits, grams with their unit; the rest as it is."""
    if value is None or value == "":
        return ""
    if field in AMOUNTS:
        said = amount(Decimal(value), currency)
        return f"{said} {currency}" if named else said
    if field is Field.WEIGHT:
        return f"{Decimal(value).normalize():f} g"
    return _short(str(value))


def amount(value: Decimal, currency: str) -> str:
    """With at least the digits that its currency has; what is kept of more is shown."""
    places = exponent(currency) if currency else 2
    said = f"{value.normalize():f}"
    return said if len(said.partition(".")[2]) > places else f"{value:.{places}f}"


def _wrote(entry: Any, place: int, text: Callable[[Any], str]) -> str | None:
    """Of [sent, what the store made of it, mark]."""
    if not isinstance(entry, list) or len(entry) <= place:
        return None
    return "" if entry[place] is None else _short(text(entry[place]))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
