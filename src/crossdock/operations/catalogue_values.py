"""Reading what a person wrote for a rule of products, variants or stock, into the row's own type.

Not here: which rules there are to be kept (catalogue_rules.py), or what they do (core/listing_policy.py).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from crossdock.core.listing_conflict import Conflict
from crossdock.core.listing_policy import (
    MOST_AMOUNT,
    MOST_BUFFER,
    MOST_LEASE_HOURS,
    Field,
    NewStatus,
    OnDelete,
)
from crossdock.core.listing_price import Rounding
from crossdock.operations.settings import BadSetting

FIELDS = tuple(each.value for each in Field)
# How a field follows the vendor: [at creation, at update].
WAYS = {"always": [True, True], "create": [True, False], "update": [False, True], "never": [False, False]}
CHOICES: dict[str, tuple[str, ...]] = {
    "price_rounding": tuple(each.value for each in Rounding),
    "new_status": tuple(each.value for each in NewStatus),
    "on_delete": tuple(each.value for each in OnDelete),
    "conflicts": tuple(each.value for each in Conflict),
}
HIGHEST_FACTOR = Decimal(100_000)
HIGHEST = {"stock_buffer": MOST_BUFFER, "lease_hours": MOST_LEASE_HOURS, "poll_minutes": 24 * 60}
LOWEST = {"stock_buffer": 0, "lease_hours": 1, "poll_minutes": 1}
OPEN = ("poll_minutes",)  # what the marketplace may leave open too: then it is as the installation says
MOST_LOCATIONS = 100


def clean_rule(rule: str, value: Any, *, own: bool, fields: Mapping[str, Any]) -> Any:
    """`value` as the row has it. `own`: the marketplace's rule, which may not be left open; `fields` are those kept so
    far. Raises BadSetting."""
    if rule == "fields":
        return _fields(value, fields)
    if rule == "vendor_locations":
        return _locations(value)
    if rule == "merchant_location":
        return str(value).strip() if value else None
    if value is None or value == "":
        if own and rule not in OPEN:
            raise BadSetting(_("The marketplace needs a value; only a vendor may leave it open."), field=rule)
        return None
    if rule in CHOICES:
        return _choice(rule, value)
    if rule in HIGHEST:
        return _count(rule, value)
    return _amount(rule, value) if rule.startswith("price_") else _switch(rule, value)


def way(pair: Any) -> str:
    """The word for [at creation, at update]."""
    return next((word for word, each in WAYS.items() if list(pair or ()) == each), "")


def _fields(value: Any, kept: Mapping[str, Any]) -> dict[str, list[bool]]:
    """Ways by field, over those `kept`; null takes a field's own way away."""
    if not isinstance(value, Mapping):
        raise BadSetting(_("Each field is told when it follows, such as title=create."), field="fields")
    merged = {name: list(pair) for name, pair in kept.items()}
    for name, given in value.items():
        if name not in FIELDS:
            raise BadSetting(
                _("There is no such field; there are: %(names)s.") % {"names": ", ".join(FIELDS)},
                field=f"fields.{name}",
            )
        pair = WAYS.get(given) if isinstance(given, str) else given
        if given is None or given == "":
            merged.pop(name, None)
        elif not (isinstance(pair, list | tuple) and [type(each) for each in pair] == [bool, bool]):
            raise BadSetting(_one_of(WAYS, given), field=f"fields.{name}")
        else:
            merged[name] = list(pair)
    return merged


def _locations(value: Any) -> list[str] | None:
    if value is None or value == "" or value == []:
        return None
    parts = value.replace(",", " ").split() if isinstance(value, str) else list(value)
    ids = list(dict.fromkeys(str(each).strip() for each in parts if str(each).strip()))
    if len(ids) > MOST_LOCATIONS:
        raise BadSetting(
            _("At most %(most)s locations can be named.") % {"most": MOST_LOCATIONS}, field="vendor_locations"
        )
    return ids or None


def _choice(rule: str, value: Any) -> str:
    if value not in CHOICES[rule]:
        raise BadSetting(_one_of(CHOICES[rule], value), field=rule)
    return str(value)


def _one_of(words: Iterable[str], given: Any) -> str:
    return _("One of these is needed: %(names)s; not %(given)s.") % {"names": ", ".join(words), "given": given}


def _switch(rule: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadSetting(_("On or off is needed, not %(given)s.") % {"given": value}, field=rule)
    return value


def _count(rule: str, value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or not LOWEST[rule] <= int(text) <= HIGHEST[rule]:
        raise BadSetting(
            _("A whole number from %(least)s to %(most)s is needed, not %(given)s.")
            % {"least": LOWEST[rule], "most": HIGHEST[rule], "given": value},
            field=rule,
        )
    return int(text)


def _amount(rule: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation as error:
        raise BadSetting(_("A number such as 1.25 is needed, not %(given)s.") % {"given": value}, field=rule) from error
    factor = rule == "price_factor"
    if not amount.is_finite() or abs(amount) >= (HIGHEST_FACTOR if factor else MOST_AMOUNT):
        raise BadSetting(_("That is too large."), field=rule)
    if factor and amount <= 0:
        raise BadSetting(_("A factor is above zero; 1 leaves prices as they are."), field=rule)
    places = Decimal("0.000001") if factor else Decimal("0.001")
    if amount != amount.quantize(places):
        raise BadSetting(_("At most %(most)s decimals can be kept.") % {"most": 6 if factor else 3}, field=rule)
    return amount.quantize(places)
