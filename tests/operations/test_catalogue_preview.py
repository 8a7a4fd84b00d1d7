"""What if? and `plan` for listings and stock: told from rows, by the drain's own rules, nothing done."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.core.catalog import Variant
from crossdock.core.listing_written import Written, Wrote, WroteOptions, WroteVariant
from crossdock.models import DirtyKey, Level, Listing, Store, StoreVariant
from crossdock.operations.catalogue_preview import CataloguePreview, preview_catalogue_policy
from crossdock.operations.catalogue_rules import read_catalogue_policy
from crossdock.operations.plans import plan_key
from crossdock.operations.settings import BadSetting
from tests.operations import rows

pytestmark = pytest.mark.django_db


class World:
    """A vendor with a live listing of two variants at 20.00, one that is to be made, and both stores read."""

    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        self.shop = rows.store(self.place, catalogue_at=rows.NOW, location_id="1")
        self.theirs = rows.store(self.place, self.vendor, catalogue_at=rows.NOW)
        self.live = rows.listing(rows.product(self.theirs, 501, variants=2), merchant=self.shop)
        self.coming = rows.listing(rows.product(self.theirs, 502), state="wanted", merchant_product_id="", done=0)
        Listing.objects.filter(pk=self.live.pk).update(written=_written())
        DirtyKey.objects.all().delete()

    def tried(self, *, of_vendor: bool = False, **changes: Any) -> CataloguePreview:
        vendor = self.vendor if of_vendor else None
        return preview_catalogue_policy(marketplace=self.place, vendor=vendor, changes=changes)


def _written() -> dict[str, Any]:
    """As the hub keeps it once it has made the listing of product 501."""
    fields = {
        "price": Wrote("20", "20"), "compare_at": Wrote(None, None), "barcode": Wrote("", ""),
        "tracked": Wrote(True, True), "oversell": Wrote(False, False),
    }  # fmt: skip
    variants = {
        f"5010{at}": WroteVariant(
            f"75010{at}", fields | {"sku": Wrote(f"SKU-501-{at}", f"SKU-7501-{at}")}, options=(f"S{at}",)
        )
        for at in range(2)
    }
    words = {"title": "Stool 501", "description": "", "product_type": ""}
    whole = Written(
        fields={name: Wrote(word, word) for name, word in words.items()},
        variants=variants,
        options=WroteOptions(("Size",)),
        tags=(),
        media=None,
    )
    return dict(msgspec.to_builtins(whole))


@pytest.fixture
def world() -> World:
    return World()


def test_a_price_factor_says_which_prices_become_what(world: World) -> None:
    told = world.tried(price_factor="1.5", price_rounding="end_99")
    assert (told.looked, told.changed, told.fields) == (2, 2, {"price": 3})
    assert [(each.product, each.before, each.after) for each in told.named] == [
        ("Stool 501", "20.00", "29.99"),
        ("Stool 502", "20.00", "29.99"),
    ]
    assert read_catalogue_policy(marketplace=world.place).price_factor == 1
    assert not DirtyKey.objects.exists()


def test_a_vendors_own_rules_are_tried_for_it_alone(world: World) -> None:
    other = rows.vendor(world.place, "Second")
    rows.listing(rows.product(rows.store(world.place, other), 900), state="wanted", merchant_product_id="", done=0)
    assert world.tried(of_vendor=True, price_factor="2").listings == 2
    assert world.tried(price_factor="2").listings == 3


def test_a_price_that_the_merchant_took_stays(world: World) -> None:
    Listing.objects.filter(pk=world.live.pk).update(taken=["price:50100", "price:50101"])
    assert world.tried(price_factor="2").fields == {"price": 1}


def test_the_status_of_new_listings_concerns_those_to_be_made(world: World) -> None:
    told = world.tried(new_status="active")
    assert (told.changed, told.fields) == (1, {"status": 1})
    assert [(each.before, each.after) for each in told.named] == [("draft", "active")]


def test_switching_variants_on_adds_those_not_offered(world: World) -> None:
    new = Variant(id="50109", product_id="501", options=("S9",), price=Decimal(25))
    StoreVariant.objects.create(
        store=world.theirs, marketplace=world.place, product_id="501", variant_id="50109", seen_at=rows.NOW,
        data=msgspec.json.encode(new),
    )  # fmt: skip
    told = world.tried(auto_variants=False)
    assert (told.changed, told.stopped) == (0, 1)
    assert world.tried(of_vendor=True, auto_variants=True).changed == 0


def test_product_sync_off_stops_what_is_on_its_way(world: World) -> None:
    told = world.tried(product_sync=False)
    assert (told.changed, told.stopped) == (0, 1)


def test_a_buffer_says_which_figures_become_what(world: World) -> None:
    told = world.tried(stock_buffer=3)
    assert (told.levels_all, told.levels_looked, told.levels) == (2, 2, 2)
    assert [(each.field, each.before, each.after) for each in told.named] == [
        ("stock", "10", "7"),
        ("stock", "10", "7"),
    ]
    assert world.tried(inventory_sync=False).levels == 2


def test_rules_of_what_comes_later_are_named(world: World) -> None:
    assert world.tried(auto_approve=True, lease_hours=48).later == ("auto_approve", "lease_hours")
    assert not world.tried(price_factor="1").differs
    with pytest.raises(BadSetting):
        world.tried(price_factor="0")


def test_the_plan_of_listings_has_what_would_be_written(world: World) -> None:
    (planned,) = plan_key(text=f"listing:{world.vendor.pk}", now=rows.NOW)
    assert planned.state == "listings to be looked at: 1"
    (made,) = planned.actions
    assert (made["action"], made["product"], made["variants"]) == ("create_product", "Stool 502", 1)
    assert "price of Stool 502: - -> 20.00" in made["values"]
    variant = Variant(id="50100", product_id="501", options=("S0",), price=Decimal(24), sku="SKU-501-0")
    StoreVariant.objects.filter(variant_id="50100").update(data=msgspec.json.encode(variant))
    Listing.objects.filter(pk=world.live.pk).update(wanted=2)
    (planned,) = plan_key(text=f"listing:{world.vendor.pk}", now=rows.NOW)
    assert [action["action"] for action in planned.actions] == ["read_product", "update_variants", "create_product"]
    assert planned.actions[1]["values"] == ["price of S0: 20.00 -> 24.00"]


def test_a_product_that_is_not_known_yet_waits(world: World) -> None:
    Store.objects.filter(pk=world.theirs.pk).update(catalogue_at=None)
    StoreVariant.objects.filter(product_id="502").delete()
    (planned,) = plan_key(text=f"listing:{world.vendor.pk}", now=rows.NOW)
    assert (planned.actions, planned.reasons) == ((), ("catalogue_not_read",))


def test_the_plan_of_levels_has_the_formula(world: World) -> None:
    StoreVariant.objects.filter(variant_id="50100").update(available=4, level_at=rows.later(hours=-1))
    Level.objects.filter(vendor_variant_id="50100").update(wanted=2, unexplained=1)
    (planned,) = plan_key(text=f"level:{world.shop.pk}", now=rows.NOW)
    (action,) = planned.actions
    terms = {name: action[name] for name in ("vendor", "pending", "unexplained", "buffer", "target", "was", "to")}
    assert (planned.state, action["action"]) == ("levels to be looked at: 1", "set_level")
    assert terms == {"vendor": 4, "pending": 0, "unexplained": 1, "buffer": 0, "target": 3, "was": 10, "to": 3}
    Level.objects.update(merchant_available=None)
    assert plan_key(text=f"level:{world.shop.pk}", now=rows.NOW)[0].actions[0]["action"] == "read_level"


def test_the_plan_of_a_vendors_stock_is_what_is_in_doubt(world: World) -> None:
    StoreVariant.objects.filter(variant_id="50100").update(level_doubt=True)
    (planned,) = plan_key(text=f"level:{world.theirs.pk}", now=rows.NOW)
    assert planned.actions == ({"action": "read_levels", "variants": 1, "first": ("50100",)},)
