"""How often stores are looked at: what may be set, what it does to looks that are due, which count as late."""

from datetime import timedelta

import pytest
from django.test import override_settings

from crossdock.models import DirtyKey, Store, Sweep, Vendor
from crossdock.operations.catalogue_rules import set_catalogue_policy
from crossdock.operations.doctor import _sweeps
from crossdock.operations.looks import late_sweeps, looks_at
from crossdock.operations.settings import BadSetting
from crossdock.sync import dirty
from tests.operations import rows

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class World:
    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        self.shop = rows.store(self.place)
        self.theirs = rows.store(self.place, self.vendor)

    def change(self, vendor: Vendor | None = None, **changes: object) -> None:
        set_catalogue_policy(marketplace=self.place, vendor=vendor, changes=changes, who="o", now=rows.NOW)

    def look(self, store: Store, kind: str, *, ended: timedelta, due: timedelta, reason: str = "sweep") -> Sweep:
        """One that ended so long ago and is due in so long."""
        sweep, _ = Sweep.objects.update_or_create(store=store, kind=kind, defaults={"finished_at": rows.NOW - ended})
        DirtyKey.objects.update_or_create(
            store=store, kind="sweep", ref=sweep.pk,
            defaults={
                "lane": store.pk % dirty.LANES, "priority": 5, "due_at": rows.NOW + due, "generation": 1,
                "attempts": 0, "reason": reason, "marked_at": rows.NOW,
            },
        )  # fmt: skip
        return sweep


@pytest.fixture
def world() -> World:
    return World()


def due_in(sweep: Sweep) -> timedelta:
    at = DirtyKey.objects.get(kind="sweep", ref=sweep.pk).due_at
    assert at is not None
    return at - rows.NOW


def test_a_shorter_time_holds_at_once_and_a_longer_one_from_the_next_look(world: World) -> None:
    own = world.look(world.shop, "orders", ended=20 * MINUTE, due=40 * MINUTE)
    theirs = world.look(world.theirs, "products", ended=20 * MINUTE, due=40 * MINUTE)
    whole = world.look(world.theirs, "catalogue", ended=HOUR, due=5 * HOUR)
    failing = world.look(world.theirs, "vendor_orders", ended=HOUR, due=14 * MINUTE, reason="unavailable")
    world.change(poll_minutes=30)
    assert (due_in(own), due_in(theirs)) == (10 * MINUTE, 10 * MINUTE)
    assert (due_in(whole), due_in(failing)) == (5 * HOUR, 14 * MINUTE), "not what waits for another reason"
    world.change(poll_minutes=600)
    assert due_in(own) == 10 * MINUTE
    world.change(world.vendor, poll_minutes=1)
    assert (due_in(own), due_in(theirs)) == (10 * MINUTE, timedelta()), "at once, never in the past"


@override_settings(CROSSDOCK_SWEEP=300)
def test_without_a_rule_it_is_as_the_installation_says(world: World) -> None:
    world.change(poll_minutes=120)
    own = world.look(world.shop, "orders", ended=MINUTE, due=119 * MINUTE)
    world.change(poll_minutes=None)
    assert due_in(own) == 4 * MINUTE


@pytest.mark.parametrize("given", [0, 1441, -5, "often", True, "1.5"])
def test_between_a_minute_and_a_day(world: World, given: object) -> None:
    with pytest.raises(BadSetting) as refused:
        world.change(poll_minutes=given)
    assert refused.value.field == "poll_minutes"


def test_a_store_has_to_be_heard_of_within_its_lease(world: World) -> None:
    world.change(world.vendor, lease_hours=2)
    with pytest.raises(BadSetting, match="2 hours") as refused:
        world.change(poll_minutes=180)
    assert refused.value.field == "poll_minutes"
    world.change(world.vendor, poll_minutes=60)
    world.change(poll_minutes=180)
    with pytest.raises(BadSetting) as refused:
        world.change(world.vendor, lease_hours=1)
    assert refused.value.field == "lease_hours"
    world.change(world.vendor, lease_hours=24, poll_minutes=1440)  # heard of by the whole pass every six hours


def test_a_look_says_when_it_was_and_when_it_is_next(world: World) -> None:
    world.look(world.theirs, "products", ended=MINUTE, due=4 * MINUTE)
    look = next(each for each in looks_at(store=world.theirs) if each.kind == "products")
    assert (look.kind, look.last_at, look.next_at) == ("products", rows.NOW - MINUTE, rows.NOW + 4 * MINUTE)
    world.theirs.state = Store.State.DISCONNECTED
    look = next(each for each in looks_at(store=world.theirs) if each.kind == "products")
    assert look.next_at is None, "nobody looks at a store that is not connected"


def test_late_is_what_missed_two_looks(world: World) -> None:
    Store.objects.update(created_at=rows.NOW - 30 * HOUR)
    world.look(world.shop, "orders", ended=61 * MINUTE, due=MINUTE)
    products = world.look(world.theirs, "products", ended=5 * HOUR, due=MINUTE)
    whole = world.look(world.theirs, "catalogue", ended=11 * HOUR, due=MINUTE)
    assert Sweep.objects.filter(
        kind="vendor_orders", finished_at=None
    ).exists()  # none was ever pushed: nothing to list
    assert {each.kind for each in late_sweeps(rows.NOW, HOUR)} == {"orders", "products"}
    world.change(poll_minutes=360)
    assert not late_sweeps(rows.NOW, HOUR)
    world.change(world.vendor, poll_minutes=60)
    assert list(late_sweeps(rows.NOW, HOUR)) == [products]
    Sweep.objects.filter(pk=whole.pk).update(finished_at=rows.NOW - 13 * HOUR)
    (found,) = _sweeps(rows.NOW, 1.0)
    assert found.seen["count"] == 2
