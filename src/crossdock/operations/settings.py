"""The rules a merchant sets for orders: of the marketplace and per vendor.

Not here: what a rule means (core/decision.py), what a change would release (preview.py), or the
switches that they stand on (add_ons.py).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from crossdock.models import Marketplace, OrderPolicy, PolicyChange, Vendor
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What
from crossdock.sync import dirty

SWITCHES = ("order_sync", "paid_only", "push_unsynced", "override_customer", "tell_refunds")
TEXTS = ("merchant_name", "merchant_email", "merchant_phone")
AMOUNTS = ("minimum_value", "maximum_value")
QUANTITIES = ("minimum_quantity", "maximum_quantity")
FIELDS = (*SWITCHES, *TEXTS, *AMOUNTS, *QUANTITIES)
LONGEST_TEXT = 200
HIGHEST_AMOUNT = Decimal(10) ** 15
HIGHEST_QUANTITY = 1_000_000


class BadSetting(Refused):
    """A setting's value cannot be; `field` says which."""

    code = "bad_setting"


class NothingToRevert(Refused):
    """The rule has been changed again since, or this change changed nothing."""

    code = "nothing_to_revert"


def read_order_policy(*, marketplace: Marketplace, vendor: Vendor | None = None) -> OrderPolicy:
    """The marketplace's own rules, or one vendor's overrides (unsaved and all null when it has none)."""
    found = OrderPolicy.objects.filter(marketplace=marketplace, vendor=vendor).first()
    return found or OrderPolicy(marketplace=marketplace, vendor=vendor)


def check_order_policy(
    *, marketplace: Marketplace, vendor: Vendor | None, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """`changes` in the rows' own types. Raises BadSetting naming the field."""
    clean = {field: _clean(field, value, own=vendor is None) for field, value in changes.items()}
    policy = read_order_policy(marketplace=marketplace, vendor=vendor)
    _check_whole(policy, read_order_policy(marketplace=marketplace), clean)
    return clean


@transaction.atomic
def set_order_policy(
    *, marketplace: Marketplace, changes: Mapping[str, Any], who: str, now: datetime, vendor: Vendor | None = None
) -> PolicyChange | None:
    """Change rules; null in a vendor's rules means "as the marketplace". Every order that has not left is decided
    again: what waited for this, and nothing else, goes out; what was about to leave may have to wait. Returns None
    when nothing differs. Raises BadSetting."""
    Marketplace.objects.select_for_update().get(pk=marketplace.pk)
    clean = check_order_policy(marketplace=marketplace, vendor=vendor, changes=changes)
    policy = read_order_policy(marketplace=marketplace, vendor=vendor)
    before = {field: getattr(policy, field) for field in clean if getattr(policy, field) != clean[field]}
    if not before:
        return None
    for field in before:
        setattr(policy, field, clean[field])
    policy.updated_at = now
    policy.save()
    change = PolicyChange.objects.create(
        policy=policy,
        at=now,
        who=who,
        before=_plain(before),
        after=_plain({field: clean[field] for field in before}),
    )
    mark_waiting(marketplace, vendor, now)
    data = {"vendor": vendor.name if vendor else "", "before": change.before, "after": change.after}
    record(What.ORDER_POLICY_CHANGED, marketplace=marketplace, who=who, now=now, data=data | {"change": change.pk})
    return change


@transaction.atomic
def revert_policy_change(*, change: PolicyChange, who: str, now: datetime) -> PolicyChange:
    """Put back what a change replaced. Raises NothingToRevert when a field was changed again since."""
    policy = change.policy
    current = _plain({field: getattr(policy, field) for field in change.after})
    if current != change.after:
        raise NothingToRevert(_("A later change replaced these values."))
    made = set_order_policy(
        marketplace=policy.marketplace, vendor=policy.vendor, changes=change.before, who=who, now=now
    )
    if made is None:
        raise NothingToRevert(_("Nothing differs."))
    return made


def mark_waiting(marketplace: Marketplace, vendor: Vendor | None, now: datetime) -> None:
    """Orders that have not left are decided again."""
    with connection.cursor() as cursor:
        vendor_id = vendor.pk if vendor else None
        dirty.mark_orders(
            cursor,
            marketplace_id=marketplace.pk,
            vendor_id=vendor_id,
            states=dirty.NOT_SENT,
            now=now,
            reason="settings_changed",
        )


def _clean(field: str, value: Any, *, own: bool) -> Any:
    if field not in FIELDS:
        raise BadSetting(
            _("There is no such setting; there are: %(names)s.") % {"names": ", ".join(FIELDS)}, field=field
        )
    if field in SWITCHES:
        return _switch(field, value, own=own)
    if value is None or value == "":
        return None
    if field in TEXTS:
        return _text(field, value)
    return _amount(field, value) if field in AMOUNTS else _quantity(field, value)


def _switch(field: str, value: Any, *, own: bool) -> bool | None:
    if value is None and own:
        raise BadSetting(_("The marketplace needs a value; only a vendor may leave it open."), field=field)
    if value is not None and not isinstance(value, bool):
        raise BadSetting(_("On or off is needed, not %(given)s.") % {"given": value}, field=field)
    return value


def _text(field: str, value: Any) -> str:
    text = str(value).strip()
    if len(text) > LONGEST_TEXT:
        raise BadSetting(_("At most %(most)s characters can be kept.") % {"most": LONGEST_TEXT}, field=field)
    if field == "merchant_email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise BadSetting(_("That is no e-mail address."), field=field)
    return text


def _amount(field: str, value: Any) -> Decimal:
    try:
        amount = Decimal(re.sub(r",(\d{1,2})$", r".\1", str(value).strip()))  # 25,00 is 25.00; 1,000 may be either
    except InvalidOperation as error:
        raise BadSetting(
            _("An amount such as 25.00 is needed, not %(given)s.") % {"given": value}, field=field
        ) from error
    if not amount.is_finite() or not 0 <= amount < HIGHEST_AMOUNT:
        raise BadSetting(_("An amount of zero or more is needed."), field=field)
    return amount.quantize(Decimal("0.001"))


def _quantity(field: str, value: Any) -> int:
    try:
        quantity = int(str(value))
    except ValueError as error:
        raise BadSetting(_("A whole number is needed, not %(given)s.") % {"given": value}, field=field) from error
    if not 1 <= quantity <= HIGHEST_QUANTITY:
        raise BadSetting(_("A number from 1 to %(most)s is needed.") % {"most": HIGHEST_QUANTITY}, field=field)
    return quantity


def _check_whole(policy: OrderPolicy, base: OrderPolicy, clean: Mapping[str, Any]) -> None:
    """`base` is the marketplace's policy, which a vendor's leaves open values to."""

    def value(field: str) -> Any:
        own = clean.get(field, getattr(policy, field))
        return getattr(base, field) if own is None and policy.vendor_id is not None else own

    for least, most in (AMOUNTS, QUANTITIES):
        low, high = value(least), value(most)
        if low is not None and high is not None and low > high:
            raise BadSetting(_("The lower limit is above the upper one."), field=least)
    if value("override_customer") and not value("merchant_email"):
        raise BadSetting(
            _("Vendors are given your e-mail address instead of the buyer's: it is needed here."),
            field="merchant_email",
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {field: str(value) if isinstance(value, Decimal) else value for field, value in values.items()}
