"""Rules of products, variants and stock: what is refused, what is kept, what is looked at again."""

from decimal import Decimal
from typing import Any

import pytest

from crossdock.models import (
    Activity,
    CataloguePolicy,
    CataloguePolicyChange,
    DirtyKey,
    Level,
    Listing,
    StoreVariant,
    Sweep,
)
from crossdock.operations.add_ons import set_add_on
from crossdock.operations.catalogue_rules import (
    read_catalogue_policy,
    revert_catalogue_change,
    rule_of,
    set_catalogue_policy,
)
from crossdock.operations.locations import merchant_places, vendor_places
from crossdock.operations.settings import BadSetting, NothingToRevert
from tests.operations import rows

pytestmark = pytest.mark.django_db


class World:
    """A marketplace with a store, and a vendor with one live listing of two variants."""

    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        places: list[dict[str, Any]] = [{"id": "1", "name": "Main"}, {"id": "2", "name": "Barn", "active": False}]
        self.shop = rows.store(self.place, locations=places, location_id="1")
        self.theirs = rows.store(self.place, self.vendor, locations=places, location_id="1")
        self.listing = rows.listing(rows.product(self.theirs, 501, variants=2), merchant=self.shop)
        DirtyKey.objects.all().delete()

    def change(self, *, of_vendor: bool = False, **changes: Any) -> CataloguePolicyChange | None:
        return set_catalogue_policy(
            marketplace=self.place, vendor=self.vendor if of_vendor else None, changes=changes, who="o", now=rows.NOW
        )

    def marked(self) -> set[tuple[str, int, int]]:
        return set(DirtyKey.objects.values_list("kind", "ref", "store_id"))

    def stale(self) -> tuple[int, int]:
        return (
            sum(row.wanted > row.done for row in Listing.objects.all()),
            sum(row.wanted > row.done for row in Level.objects.all()),
        )


@pytest.fixture
def world() -> World:
    return World()


def test_a_new_marketplace_has_the_careful_rules(world: World) -> None:
    own = CataloguePolicy.objects.get(vendor=None)
    assert (own.product_sync, own.auto_approve, own.auto_variants, own.inventory_sync) == (True, False, True, True)
    assert (own.price_factor, own.new_status, own.on_delete, own.lease_hours) == (Decimal(1), "draft", "draft", 24)


def test_a_price_rule_looks_again_at_listings_and_not_at_levels(world: World) -> None:
    made = world.change(price_factor="1.25", price_rounding="none")
    assert made is not None
    assert (made.before, made.after) == ({"price_factor": "1"}, {"price_factor": "1.25"})
    assert world.stale() == (1, 0)
    assert world.marked() == {("listing", world.vendor.pk, world.shop.pk)}
    assert Activity.objects.filter(what="catalogue_policy.changed").count() == 1


def test_a_stock_rule_looks_again_at_levels_and_not_at_listings(world: World) -> None:
    world.change(stock_buffer=2)
    assert world.stale() == (0, 2)
    assert world.marked() == {("level", world.shop.pk, world.shop.pk)}


def test_one_vendors_rule_touches_only_its_own(world: World) -> None:
    other = rows.vendor(world.place, "Other")
    shop = rows.store(world.place, other)
    rows.listing(rows.product(shop, 601), merchant=world.shop)
    DirtyKey.objects.all().delete()
    world.change(of_vendor=True, price_amount="1.5", stock_buffer=1)
    assert world.stale() == (1, 2)
    assert rule_of(world.vendor, "stock_buffer") == 1
    assert rule_of(other, "stock_buffer") == 0


def test_what_only_later_choices_meet_looks_at_nothing(world: World) -> None:
    world.change(auto_approve=True, new_status="active")
    assert world.stale() == (0, 0)
    assert world.marked() == set()
    assert world.change(auto_approve=True) is None


def test_fields_are_kept_one_by_one(world: World) -> None:
    world.change(fields={"title": "create", "media": [False, True]})
    world.change(fields={"media": None, "price": "never"})
    assert read_catalogue_policy(marketplace=world.place).fields == {"title": [True, False], "price": [False, False]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"product_sync": None}, "product_sync"),
        ({"product_sync": "yes"}, "product_sync"),
        ({"price_factor": "0"}, "price_factor"),
        ({"price_factor": "NaN"}, "price_factor"),
        ({"price_factor": "1.12345678"}, "price_factor"),
        ({"price_amount": "much"}, "price_amount"),
        ({"price_rounding": "up a bit"}, "price_rounding"),
        ({"new_status": "archived"}, "new_status"),
        ({"on_delete": ""}, "on_delete"),
        ({"stock_buffer": "-1"}, "stock_buffer"),
        ({"stock_buffer": True}, "stock_buffer"),
        ({"lease_hours": "0"}, "lease_hours"),
        ({"fields": {"colour": "never"}}, "fields.colour"),
        ({"fields": {"title": "sometimes"}}, "fields.title"),
        ({"fields": "title"}, "fields"),
        ({"vendor_locations": ["1"]}, "vendor_locations"),
        ({"merchant_location": "99"}, "merchant_location"),
    ],
)
def test_an_odd_value_is_refused_by_rule(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadSetting) as refused:
        world.change(**changes)
    assert refused.value.field == field
    assert not CataloguePolicyChange.objects.exists()


def test_a_vendor_may_leave_a_rule_open(world: World) -> None:
    world.change(of_vendor=True, stock_buffer=3, on_delete="delete")
    world.change(of_vendor=True, stock_buffer=None, on_delete=None)
    own = read_catalogue_policy(marketplace=world.place, vendor=world.vendor)
    assert (own.stock_buffer, own.on_delete) == (None, None)


def test_other_locations_are_read_from_the_beginning(world: World) -> None:
    sweep = Sweep.objects.create(
        store=world.theirs, kind="catalogue", cursor="half way", pass_started_at=rows.NOW, since=rows.NOW
    )
    world.change(of_vendor=True, vendor_locations="2")
    sweep.refresh_from_db()
    assert (sweep.cursor, sweep.pass_started_at, sweep.since) == ("", None, None)
    assert ("level", world.theirs.pk, world.theirs.pk) in world.marked()
    assert StoreVariant.objects.filter(store=world.theirs, level_doubt=True).count() == 2
    assert ("sweep", sweep.pk, world.theirs.pk) in world.marked()
    assert [place.chosen for place in vendor_places(vendor=world.vendor)] == [False, True]
    with pytest.raises(BadSetting, match=r"1 \(Main\), 2 \(Barn\)"):
        world.change(of_vendor=True, vendor_locations="3")


def test_the_merchants_location_wants_the_add_on(world: World) -> None:
    world.change(merchant_location="2")
    assert [place.chosen for place in merchant_places(marketplace=world.place)] == [False, True]
    set_add_on(marketplace=world.place, add_on="locations", on=False, who="o", now=rows.NOW)
    world.place.refresh_from_db()
    assert [place.chosen for place in merchant_places(marketplace=world.place)] == [True, False]
    with pytest.raises(BadSetting, match="add-on"):
        world.change(merchant_location="1")


def test_reverting_puts_the_old_values_back_unless_they_changed_again(world: World) -> None:
    first = world.change(stock_buffer=4, price_factor="1.5", fields={"title": "never"})
    assert first is not None
    revert_catalogue_change(change=CataloguePolicyChange.objects.get(pk=first.pk), who="o", now=rows.NOW)
    own = read_catalogue_policy(marketplace=world.place)
    assert (own.stock_buffer, own.price_factor, own.fields) == (0, Decimal(1), {})
    with pytest.raises(NothingToRevert):
        revert_catalogue_change(change=CataloguePolicyChange.objects.get(pk=first.pk), who="o", now=rows.NOW)


def test_the_add_on_for_variants_looks_again_at_listings(world: World) -> None:
    set_add_on(marketplace=world.place, add_on="auto_variants", on=False, who="o", now=rows.NOW)
    assert world.stale() == (1, 0)
