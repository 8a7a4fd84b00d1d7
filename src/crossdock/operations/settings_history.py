"""Every change of settings in one list: rules of orders, of products and stock, and add-ons; each may be put back.

Not here: the changes themselves (settings.py, catalogue_rules.py, add_ons.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from msgspec import Struct

from crossdock.models import Activity, CataloguePolicyChange, Marketplace, PolicyChange, Vendor
from crossdock.models.activity import OF_SETTINGS
from crossdock.operations.add_ons import set_add_on
from crossdock.operations.catalogue_rules import revert_catalogue_change
from crossdock.operations.settings import NothingToRevert, revert_policy_change
from crossdock.operations.what import What


class SettingChange(Struct, frozen=True):
    """One change. `row` has what was set: a change of rules, or the activity of a switched add-on."""

    id: int
    at: datetime
    who: str
    vendor: str
    row: PolicyChange | CataloguePolicyChange | Activity


def settings_history(
    *, marketplace: Marketplace, limit: int, page: int = 1, add_ons_of: Vendor | bool = False
) -> list[SettingChange]:
    """Newest first; three statements. `add_ons_of`: only switches of add-ons, True = the marketplace's own."""
    rows = Activity.objects.filter(marketplace=marketplace, what__in=OF_SETTINGS).order_by("-id")
    if add_ons_of is not False:
        vendor = add_ons_of.pk if isinstance(add_ons_of, Vendor) else None
        rows = rows.filter(what=What.ADD_ON_SWITCHED.value, data__vendor_id=vendor)
    found = list(rows[(page - 1) * limit : page * limit])
    orders = _rows(PolicyChange, found, What.ORDER_POLICY_CHANGED)
    goods = _rows(CataloguePolicyChange, found, What.CATALOGUE_POLICY_CHANGED)
    changes = [(each, _row(each, orders, goods)) for each in found]
    return [SettingChange(each.pk, each.at, each.who, each.data.get("vendor", ""), row) for each, row in changes if row]


@transaction.atomic
def put_back(*, activity: Activity, who: str, now: datetime) -> None:
    """Put back what a change of settings replaced. Raises NothingToRevert when it was changed again since."""
    if activity.what == What.ADD_ON_SWITCHED:
        _switch_back(activity, who, now)
        return
    change: Any = _row(
        activity,
        _rows(PolicyChange, [activity], What.ORDER_POLICY_CHANGED),
        _rows(CataloguePolicyChange, [activity], What.CATALOGUE_POLICY_CHANGED),
    )
    if change is None:
        raise NothingToRevert("what was changed is not kept any more")
    revert: Any = revert_policy_change if isinstance(change, PolicyChange) else revert_catalogue_change
    revert(change=change, who=who, now=now)


def _switch_back(activity: Activity, who: str, now: datetime) -> None:
    """As it was, unless it was switched again since."""
    data = activity.data
    place = Marketplace.objects.select_for_update().get(pk=activity.marketplace_id)
    vendor = Vendor.objects.filter(pk=data["vendor_id"]).first() if data.get("vendor_id") else None
    if data.get("vendor_id") and vendor is None:
        raise NothingToRevert("the vendor is not there any more")
    own = vendor.add_ons if vendor else place.add_ons
    if own.get(data["add_on"], None if vendor else True) != data["on"] or "was" not in data:
        raise NothingToRevert("it was switched again since")
    set_add_on(marketplace=place, vendor=vendor, add_on=data["add_on"], on=data["was"], who=who, now=now)


def _rows(model: Any, found: Sequence[Activity], what: What) -> dict[int, Any]:
    ids = [each.data["change"] for each in found if each.what == what and each.data.get("change")]
    return {row.pk: row for row in model.objects.filter(pk__in=ids).select_related("policy__vendor")} if ids else {}


def _row(
    activity: Activity, orders: dict[int, PolicyChange], goods: dict[int, CataloguePolicyChange]
) -> PolicyChange | CataloguePolicyChange | Activity | None:
    if activity.what == What.ADD_ON_SWITCHED:
        return activity
    number = activity.data.get("change", 0)
    return orders.get(number) if activity.what == What.ORDER_POLICY_CHANGED else goods.get(number)
