"""A variant's own fields: price, codes, weight, how its stock is kept. What they should be and which to write.

Not here: which variants there are and what their options say (listing_variants.py).
"""

from decimal import Decimal

from msgspec.structs import replace

from crossdock.core.catalog import Variant
from crossdock.core.listing import DesiredVariant
from crossdock.core.listing_case import Findings
from crossdock.core.listing_policy import Field, compare_rule, price_rule
from crossdock.core.listing_price import usable
from crossdock.core.listing_problems import Flaw
from crossdock.core.listing_text import MOST_LETTERS
from crossdock.core.listing_written import UNREAD, Unread, Value, Verdict, Wrote, WroteVariant, noted, taken_name

TRACKED, OVERSELL = "tracked", "oversell"  # they follow inventory sync
COUNTED: dict[str, Value] = {TRACKED: True, OVERSELL: False}


def plain(amount: Decimal | None) -> str | None:
    """An amount as it is compared and kept: "42.5" for 42.50."""
    return None if amount is None else format(amount.normalize(), "f")


def present(variant: Variant) -> dict[str, Value]:
    """A merchant's variant, as its fields are compared."""
    return {
        Field.PRICE: plain(variant.price),
        Field.COMPARE_AT: plain(variant.compare_at),
        Field.SKU: variant.sku,
        Field.BARCODE: variant.barcode,
        Field.WEIGHT: plain(variant.grams),
        TRACKED: variant.tracked,
        OVERSELL: variant.oversell,
    }


def wishes(found: Findings, variant: Variant) -> dict[str, Value]:
    """What the vendor's variant wants its twin to be; fields that cannot be said are not among them."""
    case = found.case
    counted = case.off_sale  # what is not counted, or sold past its count, would go on selling
    wish: dict[str, Value] = {
        **_prices(found, variant),
        **_codes(found, variant),
        TRACKED: variant.tracked or counted,
        OVERSELL: variant.oversell and not counted,
    }
    if usable(variant.grams):
        wish[Field.WEIGHT] = plain(variant.grams)
    return wish


def _codes(found: Findings, variant: Variant) -> dict[str, Value]:
    """SKU and barcode as the vendor writes them; one too long is left out, for cut it would be another's."""
    codes: dict[str, Value] = {}
    for field, given in ((Field.SKU, variant.sku), (Field.BARCODE, variant.barcode)):
        code = given.strip()
        if len(code) > MOST_LETTERS:
            found.trouble(Flaw.CODE_TOO_LONG, field, variant=variant.id, length=len(code), most=MOST_LETTERS)
        else:
            codes[field] = code
    return codes


def _prices(found: Findings, variant: Variant) -> dict[str, Value]:
    case = found.case
    if not case.prices():
        found.trouble(Flaw.CURRENCY_DIFFERS, Field.PRICE, vendor=case.vendor_currency, merchant=case.currency)
        return {}
    if variant.price is None or not usable(variant.price):
        found.trouble(Flaw.PRICE_MISSING, Field.PRICE, variant=variant.id)
        return {}
    if not variant.price:
        found.trouble(Flaw.PRICE_FREE, Field.PRICE, variant=variant.id)
    price = price_rule(variant.price, case.policy, case.currency)
    if not price and variant.price:
        found.trouble(Flaw.PRICE_ZERO, Field.PRICE, variant=variant.id)
        return {}
    before = compare_rule(variant.compare_at, price, case.policy, case.currency)
    return {Field.PRICE: plain(price), Field.COMPARE_AT: plain(before)}


def new_values(found: Findings, variant: Variant) -> dict[str, Value] | None:
    """The fields a new variant is made with; None when it would be made without the price that it should have."""
    policy = found.case.policy
    wish = wishes(found, variant)
    if policy.at_create(Field.PRICE) and Field.PRICE not in wish:
        return None
    return {
        name: value
        for name, value in wish.items()
        if name in COUNTED or (policy.at_create(Field(name)) and value not in (None, ""))
    }


def followed(found: Findings, name: str, vendor_variant_id: str) -> bool:
    """Whether a field is to be kept equal. A merchant who set a price has set the one before it, too."""
    return taken_name(name, vendor_variant_id) not in found.taken and _by_rule(found, name, vendor_variant_id)


def _by_rule(found: Findings, name: str, vendor_variant_id: str) -> bool:
    policy = found.case.policy
    if name in COUNTED:
        return policy.inventory_sync
    alone = name == Field.COMPARE_AT and taken_name(Field.PRICE, vendor_variant_id) in found.taken
    return policy.at_update(Field(name)) and not alone


def compare(found: Findings, variant: Variant, there: Variant | Unread) -> dict[str, Value]:
    """The fields of a linked variant that are to be written; notes what is seen of the others."""
    return _compared(found, variant.id, wishes(found, variant), there)


def counted(found: Findings, vendor_variant_id: str, there: Variant | Unread) -> dict[str, Value]:
    """What a variant needs whose vendor's is gone: to be counted, so that its level of zero ends its sale."""
    return _compared(found, vendor_variant_id, COUNTED, there)


def _compared(
    found: Findings, vendor_variant_id: str, wish: dict[str, Value], there: Variant | Unread
) -> dict[str, Value]:
    entry = found.variants[vendor_variant_id]
    fields = dict(entry.fields)
    now = {} if there is UNREAD else present(there)
    writing: dict[str, Value] = {}
    for name, value in wish.items():
        if not _by_rule(found, name, vendor_variant_id):
            found.drop_question(name, vendor_variant_id)
            continue
        seen = now.get(name, UNREAD)
        verdict = _verdict(found, fields.get(name), name, vendor_variant_id, value, seen)
        if verdict is Verdict.WRITE:
            writing[name] = value
        noted_now = noted(fields.get(name), value, None if seen is UNREAD else seen, verdict)
        if noted_now is not None:
            fields[name] = noted_now
    found.variants[vendor_variant_id] = _with(entry, fields)
    return writing


def _verdict(
    found: Findings, entry: Wrote | None, name: str, vendor_variant_id: str, wish: Value, seen: Value | Unread
) -> Verdict:
    """As any field; but how stock is kept has to be right from the first look, or the hub's levels mean nothing."""
    verdict = found.judge(entry, wish, seen, name, vendor_variant_id)
    if verdict is Verdict.ADOPT and name in COUNTED and seen != wish:
        return Verdict.WRITE
    return verdict


def _with(entry: WroteVariant, fields: dict[str, Wrote]) -> WroteVariant:
    return entry if fields == entry.fields else replace(entry, fields=fields)


def desired(
    vendor_variant_id: str, values: dict[str, Value], *, merchant_id: str = "", options: tuple[str, ...] = ()
) -> DesiredVariant:
    """The values as a connector takes them."""
    before = values.get(Field.COMPARE_AT)
    return DesiredVariant(
        vendor_variant_id=vendor_variant_id,
        id=merchant_id,
        options=options,
        sku=_text(values.get(Field.SKU)),
        barcode=_text(values.get(Field.BARCODE)),
        price=_amount(values.get(Field.PRICE)),
        compare_at=_amount(before),
        clear_compare_at=Field.COMPARE_AT in values and before is None,
        grams=_amount(values.get(Field.WEIGHT)),
        tracked=_switch(values.get(TRACKED)),
        oversell=_switch(values.get(OVERSELL)),
    )


def sent(variant: DesiredVariant) -> dict[str, Value]:
    """What `desired` was given."""
    said: dict[str, Value] = {
        Field.SKU: variant.sku,
        Field.BARCODE: variant.barcode,
        Field.PRICE: plain(variant.price),
        Field.COMPARE_AT: plain(variant.compare_at),
        Field.WEIGHT: plain(variant.grams),
        TRACKED: variant.tracked,
        OVERSELL: variant.oversell,
    }
    return {
        name: value
        for name, value in said.items()
        if value is not None or (name == Field.COMPARE_AT and variant.clear_compare_at)
    }


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _amount(value: Value) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) else None


def _switch(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None
