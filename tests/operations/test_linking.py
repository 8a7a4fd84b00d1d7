"""Suggesting, confirming, refusing, mapping and undoing links, on two catalogues as they are kept."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.core.catalog import Option, Product, Variant
from crossdock.models import (
    DirtyKey,
    Level,
    LinkSuggestion,
    Listing,
    Marketplace,
    Store,
    StoreProduct,
    StoreVariant,
    VariantLink,
    Vendor,
)
from crossdock.operations import linking, linking_lists
from crossdock.operations.linking_catalogues import CatalogueNotRead, NoMerchantStore
from tests.operations import rows

pytestmark = pytest.mark.django_db
WHO = "olga"


class World:
    """A marketplace with one vendor, both stores read."""

    def __init__(self) -> None:
        self.now = rows.NOW
        self.place: Marketplace = rows.marketplace()
        self.vendor: Vendor = rows.vendor(self.place)
        self.ours: Store = rows.store(self.place, catalogue_at=rows.NOW)
        self.theirs: Store = rows.store(self.place, self.vendor, catalogue_at=rows.NOW)

    def suggest(self) -> linking.Suggested:
        self.now += timedelta(minutes=1)
        return linking.suggest(vendor=self.vendor, now=self.now, who=WHO)

    def confirm(self, **values: Any) -> linking.Confirmed:
        return linking.confirm(marketplace=self.place, now=rows.NOW, who=WHO, **values)

    def listed(self, **values: Any) -> tuple[linking_lists.Suggestion, ...]:
        return linking_lists.list_suggestions(marketplace=self.place, **values).items

    def links(self) -> set[tuple[str, str]]:
        found = VariantLink.objects.filter(ended_at=None)
        return set(found.values_list("vendor_variant_id", "merchant_variant_id"))


@pytest.fixture
def world() -> World:
    return World()


def keep(
    store: Store, product_id: str, title: str, variants: list[dict[str, Any]], names: tuple[str, ...] = ()
) -> None:
    """A product as it was read."""
    made = [
        Variant(**({"id": f"{product_id}-{n}", "product_id": product_id} | each)) for n, each in enumerate(variants)
    ]
    options = tuple(Option(name, ()) for name in names)
    product = Product(id=product_id, title=title, updated_at=rows.NOW, options=options)
    StoreProduct.objects.create(
        marketplace=store.marketplace, store=store, product_id=product_id, title=title, status="active",
        data=msgspec.json.encode(product), seen_at=rows.NOW,
    )  # fmt: skip
    for each in made:
        StoreVariant.objects.create(
            marketplace=store.marketplace, store=store, product_id=product_id, variant_id=each.id, sku=each.sku,
            barcode=each.barcode, title=f"{title} - {each.title}" if each.title else title,
            data=msgspec.json.encode(each), seen_at=rows.NOW,
        )  # fmt: skip


def stool(world: World) -> None:
    keep(world.theirs, "v1", "Oak stool 45 cm", [{"sku": "OAK-45", "price": Decimal(40)}])
    keep(world.ours, "m1", "Oak Stool 45cm", [{"sku": "oak-45", "price": Decimal(55)}])


def shirts(world: World) -> None:
    sizes = ("S", "M", "L")
    keep(world.theirs, "v2", "Linen shirt", [{"options": (size,)} for size in sizes], ("Size",))
    keep(world.ours, "m2", "Linen shirt", [{"options": (size,)} for size in reversed(sizes)], ("Maat",))


def test_what_is_sure_is_linked_at_once_and_the_rest_is_asked(world: World) -> None:
    stool(world)
    shirts(world)
    assert world.suggest() == linking.Suggested(pairs=4, sure=1)
    assert linking.confirm_sure(vendor=world.vendor, now=rows.NOW, who=WHO) == linking.Confirmed(1, 0, 0)
    assert world.links() == {("v1-0", "m1-0")}
    best = world.listed()[0]
    assert (best.state, best.theirs.title, best.ours.title) == ("open", "Linen shirt - S", "Linen shirt - S")
    assert {each.code for each in best.because} >= {"title_similar", "options_equal", "options_renamed"}
    assert world.confirm(least=0.6).linked == 3
    assert world.links() == {("v1-0", "m1-0"), ("v2-0", "m2-2"), ("v2-1", "m2-1"), ("v2-2", "m2-0")}


def test_a_link_makes_a_mapped_listing_a_level_and_their_keys(world: World) -> None:
    shirts(world)
    world.suggest()
    world.confirm(least=0.5)
    listing = Listing.objects.get()
    assert (listing.origin, listing.state, listing.product_id, listing.merchant_product_id) == (
        "mapped", "live", "v2", "m2",
    )  # fmt: skip
    assert set(VariantLink.objects.values_list("listing_id", "made_by")) == {(listing.pk, "match")}
    assert Level.objects.count() == 3
    marked = set(DirtyKey.objects.filter(store=world.ours).values_list("kind", "ref"))
    assert marked >= {("listing", world.vendor.pk), ("level", world.ours.pk)}


def test_a_link_releases_the_order_that_waits_for_it(world: World) -> None:
    stool(world)
    waiting = rows.order(world.ours)
    rows.vendor_order(waiting, world.vendor, facts={"lines_linked": 0, "lines_unlinked": 1})
    world.suggest()
    world.confirm(least=0.9)
    assert DirtyKey.objects.filter(kind="order", ref=waiting.pk).exists()


def test_a_refused_pair_is_not_suggested_again_until_that_is_forgotten(world: World) -> None:
    stool(world)
    world.suggest()
    (one,) = world.listed()
    assert linking.refuse(marketplace=world.place, ids=[one.id], now=rows.NOW, who=WHO) == 1
    assert world.suggest().pairs == 0
    assert [each.id for each in world.listed(state="refused")] == [one.id]
    assert linking.forget_refusals(marketplace=world.place, now=rows.NOW, who=WHO) == 1
    assert world.suggest().pairs == 1


def test_what_is_linked_is_not_suggested_and_suggesting_again_replaces(world: World) -> None:
    stool(world)
    shirts(world)
    world.suggest()
    world.confirm(least=0.9)
    kept = {each.id for each in world.listed()}
    assert world.suggest().pairs == 3
    assert {each.id for each in world.listed()} == kept
    StoreVariant.objects.filter(variant_id="m2-0").update(gone_at=rows.NOW)
    assert world.suggest().pairs == 2
    assert LinkSuggestion.objects.filter(state="open").count() == 2


def test_a_pair_that_went_stale_is_not_linked(world: World) -> None:
    stool(world)
    world.suggest()
    StoreVariant.objects.filter(variant_id="v1-0").update(gone_at=rows.NOW)
    assert world.confirm(least=0.0) == linking.Confirmed(linked=0, stale=1, busy=0)
    assert world.links() == set()


def test_a_product_that_is_being_made_stays_open(world: World) -> None:
    stool(world)
    world.suggest()
    values = {"marketplace": world.place, "vendor": world.vendor, "store": world.theirs, "product_id": "v1"}
    Listing.objects.create(**values, origin="added", state="sending", reference="r1", created_at=rows.NOW)
    assert world.confirm(least=0.0) == linking.Confirmed(linked=0, stale=0, busy=1)
    assert LinkSuggestion.objects.get().state == "open"
    Listing.objects.update(state="wanted")
    assert world.confirm(least=0.0).linked == 1
    kept = Listing.objects.get()
    assert (kept.state, kept.origin, kept.merchant_product_id) == ("live", "mapped", "m1")


def test_pages_go_on_where_the_last_one_ended(world: World) -> None:
    for number in range(7):
        keep(world.theirs, f"v{number}", f"Vase number {number}", [{"sku": f"VASE-{number}"}])
        keep(world.ours, f"m{number}", f"Vase number {number}", [{"sku": f"VASE-{number}"}])
    world.suggest()
    seen, cursor = [], ""
    for _ in range(3):
        page = linking_lists.list_suggestions(marketplace=world.place, cursor=cursor, limit=3)
        seen += [each.id for each in page.items]
        cursor = page.cursor
    assert cursor == ""
    assert len(set(seen)) == len(seen) == 7
    assert linking_lists.count_suggestions(marketplace=world.place, sure=0.9) == {world.vendor.pk: (7, 7)}
    with pytest.raises(linking_lists.BadCursor):
        world.listed(cursor="7; drop")


def test_two_products_are_mapped_by_hand_whatever_their_titles(world: World) -> None:
    keep(world.theirs, "v1", "Skjorta", [{"options": (size,)} for size in ("S", "M", "XL")], ("Storlek",))
    keep(world.ours, "m1", "Linen shirt", [{"options": (size,)} for size in ("Medium", "Small", "4XL")], ("Size",))
    done = linking.map_product(vendor=world.vendor, product_id="v1", merchant_product_id="m1", now=rows.NOW, who=WHO)
    assert world.links() == {("v1-0", "m1-1"), ("v1-1", "m1-0")}
    assert (done.linked, done.vendor_left, done.merchant_left) == (2, ("v1-2",), ("m1-2",))
    assert done.listing_id == Listing.objects.get().pk


def test_a_single_variant_is_mapped_to_the_single_one(world: World) -> None:
    keep(world.theirs, "v1", "Pall", [{"options": ("Default Title",)}], ("Title",))
    keep(world.ours, "m1", "Stool, 45 cm", [{}])
    assert linking.map_product(
        vendor=world.vendor, product_id="v1", merchant_product_id="m1", now=rows.NOW, who=WHO
    ).linked == 1  # fmt: skip


def test_a_product_is_one_products_listing_only(world: World) -> None:
    stool(world)
    keep(world.ours, "m9", "Another stool", [{}])
    keep(world.theirs, "v9", "Another stool", [{}])
    linking.map_product(vendor=world.vendor, product_id="v1", merchant_product_id="m1", now=rows.NOW, who=WHO)
    for mine, other in (("v1", "m9"), ("v9", "m1")):
        with pytest.raises(linking.MappedOtherwise):
            linking.map_product(vendor=world.vendor, product_id=mine, merchant_product_id=other, now=rows.NOW, who=WHO)
    with pytest.raises(linking.NoSuchProduct):
        linking.map_product(vendor=world.vendor, product_id="v1", merchant_product_id="none", now=rows.NOW, who=WHO)


def test_unlinking_the_last_variant_ends_the_listing(world: World) -> None:
    shirts(world)
    world.suggest()
    world.confirm(least=0.5)

    def unlink(*ids: str) -> int:
        return linking.unlink(marketplace=world.place, merchant_variant_ids=ids, then="keep", now=rows.NOW, who=WHO)

    assert unlink("m2-0") == 1
    kept = Listing.objects.get()
    assert (kept.state, kept.taken, kept.wanted > kept.done) == ("live", ["variant:v2-2"], True)
    world.suggest()
    assert world.confirm(least=0.5).linked == 1
    assert Listing.objects.get().taken == []
    assert unlink("m2-0") == 1
    assert unlink("m2-1", "m2-2") == 2
    assert Listing.objects.get().state == "ended"
    assert (world.links(), Level.objects.count()) == (set(), 0)
    assert world.suggest().pairs == 3
    world.confirm(least=0.5)
    assert Listing.objects.get().state == "live"  # taken up again in its own row


def test_unlinking_can_take_the_product_off_sale(world: World) -> None:
    stool(world)
    world.suggest()
    world.confirm(least=0.5)
    linking.unlink(marketplace=world.place, merchant_variant_ids=["m1-0"], then="draft", now=rows.NOW, who=WHO)
    assert Listing.objects.get().ending == "draft"


def test_catalogues_that_are_not_read_yet_are_not_guessed_from(world: World) -> None:
    Store.objects.filter(pk=world.ours.pk).update(catalogue_at=None)
    with pytest.raises(CatalogueNotRead):
        world.suggest()
    Store.objects.filter(pk=world.ours.pk).delete()
    with pytest.raises(NoMerchantStore):
        world.suggest()


def test_nothing_named_is_nothing_confirmed(world: World) -> None:
    with pytest.raises(linking.NothingToConfirm):
        world.confirm()
