"""Variants follow by structure: added, removed, made anew, and options renamed, reordered, split and merged."""

from decimal import Decimal

import pytest
from msgspec import json
from msgspec.structs import replace

from crossdock.core.catalog import Option, Product, Variant
from crossdock.core.listing import AddVariants, RemoveVariants, SetOptions, UpdateVariants
from crossdock.core.listing_policy import ListingPolicy, NewStatus
from crossdock.core.listing_problems import Flaw, Why
from crossdock.core.listing_shape import Limits, translation
from tests.core.listing_store import SEEN, Died, Listing

POLICY = ListingPolicy(new_status=NewStatus.ACTIVE)
PRICE = Decimal(20)


def variant(number: int, *options: str) -> Variant:
    return Variant(str(number), options=options, sku=f"S{number}", price=PRICE, available=1)


def product(names: str, *variants: Variant) -> Product:
    options = tuple(
        Option(name, tuple(dict.fromkeys(one.options[at] for one in variants if len(one.options) > at)))
        for at, name in enumerate(names.split())
    )
    return Product("1", "Shirt", SEEN, options=options, variants=variants)


RED_M, RED_L, BLUE_M = variant(11, "Red", "M"), variant(12, "Red", "L"), variant(13, "Blue", "M")
SHIRT = product("Colour Size", RED_M, RED_L, BLUE_M)


def listed(vendor: Product = SHIRT, policy: ListingPolicy = POLICY, limits: Limits | None = None) -> Listing:
    listing = Listing(vendor, policy=policy)
    if limits is not None:
        listing.limits = listing.shop.limits = limits
    listing.settle()
    return listing


def own(listing: Listing, number: int, *options: str) -> Variant:
    """The merchant makes a variant of its own."""
    there = listing.shop.there()
    mine = Variant(str(number), options=options, price=Decimal(9))
    listing.shop.product = replace(there, variants=(*there.variants, mine))
    return mine


def rows(listing: Listing) -> dict[str, tuple[str, ...]]:
    return {one.id: one.options for one in listing.shop.there().variants}


def names(listing: Listing) -> list[str]:
    return [option.name for option in listing.shop.there().options]


def why(listing: Listing) -> dict[str, Why]:
    return {one.vendor_variant_id: one.why for one in listing.plan.not_offered}


# -- added and removed --


def test_a_new_variant_is_added() -> None:
    listing = listed()
    listing.vendor = product("Colour Size", RED_M, RED_L, BLUE_M, variant(14, "Blue", "L"))
    (step,) = listing.settle()
    assert isinstance(step, AddVariants)
    assert listing.twin("14").options == ("Blue", "L")
    assert listing.twin("14").price == PRICE


def test_a_removed_variant_is_removed_after_the_new_one_is_there() -> None:
    listing = listed()
    listing.vendor = product("Colour Size", RED_M, BLUE_M, variant(14, "Blue", "L"))
    steps = listing.settle()
    assert [type(step) for step in steps] == [AddVariants, RemoveVariants]
    assert sorted(rows(listing).values()) == [("Blue", "L"), ("Blue", "M"), ("Red", "M")]


def test_switched_off_nothing_is_unlinked_and_the_new_one_is_not_offered() -> None:
    listing = listed(policy=replace(POLICY, auto_variants=False))
    listing.vendor = product("Colour Size", RED_M, BLUE_M, variant(14, "Blue", "L"))
    assert listing.settle() == ()
    assert why(listing) == {"14": Why.NOT_AUTOMATIC}
    assert not any(link.ended for link in listing.links.values())
    assert len(rows(listing)) == 3


def test_what_cannot_be_counted_is_counted_once_the_vendors_is_gone() -> None:
    listing = listed(product("Size", replace(variant(1, "S"), oversell=True), variant(2, "M")))
    listing.policy = replace(POLICY, auto_variants=False)
    assert listing.twin("1").oversell
    listing.vendor = product("Size", variant(2, "M"))
    (step,) = listing.settle()
    assert isinstance(step, UpdateVariants)
    assert not listing.twin("1").oversell


def test_one_with_open_orders_keeps_its_place_until_they_are_through() -> None:
    listing = listed()
    twin = listing.twin("12").id
    listing.links[twin] = replace(listing.links[twin], open=True)
    listing.vendor = product("Colour Size", RED_M, BLUE_M)
    assert listing.settle() == ()
    assert listing.links[twin].ended
    assert twin in rows(listing)
    listing.links[twin] = replace(listing.links[twin], open=False)
    (step,) = listing.settle()
    assert step == RemoveVariants(listing.shop.there().id, (twin,))


def test_one_that_was_ended_and_is_back_takes_its_place_again() -> None:
    listing = listed()
    twin = listing.twin("12").id
    listing.links[twin] = replace(listing.links[twin], open=True)
    listing.vendor = product("Colour Size", RED_M, BLUE_M)
    listing.settle()
    listing.vendor = SHIRT
    assert listing.settle() == ()
    assert not listing.links[twin].ended
    assert listing.twin("12").id == twin


def test_one_that_was_removed_and_is_back_is_made_again() -> None:
    listing = listed()
    listing.vendor = product("Colour Size", RED_M, BLUE_M)
    listing.settle()
    listing.vendor = SHIRT
    (step,) = listing.settle()
    assert isinstance(step, AddVariants)
    assert listing.twin("12").options == ("Red", "L")


def test_a_variant_made_anew_keeps_its_twin() -> None:
    listing = listed()
    before = {one: listing.twin(one).id for one in ("11", "12", "13")}
    listing.vendor = product("Colour Size", variant(21, "Red", "M"), variant(22, "Red", "L"), variant(23, "Blue", "M"))
    steps = listing.settle()
    assert [type(step) for step in steps] == [UpdateVariants]  # their SKUs
    assert {one: listing.twin(one).id for one in ("21", "22", "23")} == {
        "21": before["11"],
        "22": before["12"],
        "23": before["13"],
    }


def test_one_that_the_merchant_deleted_is_not_made_again_until_given_back() -> None:
    listing = listed()
    twin = listing.twin("12").id
    there = listing.shop.there()
    listing.shop.product = replace(there, variants=tuple(one for one in there.variants if one.id != twin))
    listing.vendor = replace(SHIRT, variants=(replace(RED_M, price=Decimal(5)), RED_L, BLUE_M))
    listing.settle()
    assert listing.taken == ("variant:12",)
    assert why(listing) == {"12": Why.REMOVED_BY_MERCHANT}
    assert listing.links[twin].ended
    listing.taken = ()
    (step,) = listing.settle()
    assert isinstance(step, AddVariants)
    assert listing.twin("12").options == ("Red", "L")


@pytest.mark.parametrize("taken", [True, False])
def test_one_that_a_person_unlinked_is_left_alone(taken: bool) -> None:
    listing = listed()
    twin = listing.twin("12").id
    if taken:
        listing.taken = ("variant:12",)
        del listing.links[twin]
    else:
        listing.links[twin] = replace(listing.links[twin], ended=True)
        written = listing.case().written
        variants = {one: entry for one, entry in written.variants.items() if one != "12"}
        listing.written = json.encode(replace(written, variants=variants))
    assert listing.settle() == ()
    assert why(listing) == {"12": Why.UNLINKED}
    assert twin in rows(listing)


def test_variants_whose_making_was_not_answered_are_not_made_twice() -> None:
    listing = listed()
    listing.vendor = product("Colour Size", RED_M, RED_L, BLUE_M, variant(14, "Blue", "L"))
    listing.die = 1
    with pytest.raises(Died):
        listing.round()
    listing.settle()
    assert len(rows(listing)) == 4
    assert listing.twin("14").options == ("Blue", "L")


def test_a_removal_that_was_not_begun_is_made_up_for() -> None:
    listing = listed()
    listing.vendor = product("Colour Size", RED_M, BLUE_M, variant(14, "Blue", "L"))
    listing.die = 1  # after the adding, before the removing
    with pytest.raises(Died):
        listing.round()
    listing.settle()
    assert sorted(rows(listing).values()) == [("Blue", "L"), ("Blue", "M"), ("Red", "M")]


# -- options --


def renamed_names() -> Product:
    return product("Farbe Size", RED_M, RED_L, BLUE_M)


def renamed_values() -> Product:
    return product("Colour Size", variant(11, "Rot", "M"), variant(12, "Rot", "L"), variant(13, "Blue", "M"))


def reordered() -> Product:
    return product("Size Colour", variant(11, "M", "Red"), variant(12, "L", "Red"), variant(13, "M", "Blue"))


def merged() -> Product:
    return product("Kind", variant(11, "Red M"), variant(12, "Red L"), variant(13, "Blue M"))


def a_third() -> Product:
    three = [variant(11, "Red", "M", "Wool"), variant(12, "Red", "L", "Wool"), variant(13, "Blue", "M", "Wool")]
    return product("Colour Size Fabric", *three)


@pytest.mark.parametrize("edit", [renamed_names, renamed_values, reordered, merged, a_third])
def test_options_follow_and_every_variant_stays_itself(edit: object) -> None:
    listing = listed()
    before = {one: listing.twin(one).id for one in ("11", "12", "13")}
    listing.vendor = edit()  # type: ignore[operator]
    (step,) = listing.settle()
    assert isinstance(step, SetOptions)
    assert step.remove == ()
    assert {one: listing.twin(one).id for one in before} == before
    for one in listing.vendor.variants:
        assert listing.twin(one.id).options == one.options
    assert names(listing) == [option.name for option in listing.vendor.options]


@pytest.mark.parametrize(
    ("edit", "mine"),
    [
        (renamed_names, ("Green", "S")),
        (renamed_values, ("Green", "S")),
        (reordered, ("S", "Green")),
        (merged, ("Green S",)),
        (a_third, ("Green", "S", "Wool")),
    ],
)
def test_a_variant_of_the_merchants_own_comes_along(edit: object, mine: tuple[str, ...]) -> None:
    listing = listed()
    own(listing, 77, "Green", "S")
    listing.vendor = edit()  # type: ignore[operator]
    listing.settle()
    assert rows(listing)["77"] == mine
    assert [one.price for one in listing.shop.there().variants if one.id == "77"] == [9]


def test_one_option_is_split_into_two_and_the_merchants_own_with_it() -> None:
    listing = listed(merged())
    own(listing, 77, "Dark Green S")
    listing.vendor = SHIRT
    listing.settle()
    assert listing.twin("13").options == ("Blue", "M")
    assert rows(listing)["77"] == ("Dark Green", "S") or rows(listing)["77"] == ("Dark", "Green S")


def test_what_does_not_fit_the_new_options_keeps_the_old_ones() -> None:
    listing = listed(merged())
    own(listing, 77, "Special")
    before = rows(listing)
    listing.vendor = SHIRT
    assert listing.round() == ()
    assert rows(listing) == before
    assert [problem.code for problem in listing.plan.problems] == [Flaw.OPTIONS_KEPT]


def test_options_and_variants_change_at_once() -> None:
    listing = listed()
    own(listing, 77, "Green", "S")
    listing.vendor = product("Size Farbe", variant(11, "M", "Rot"), variant(13, "M", "Blau"), variant(14, "L", "Blau"))
    (step,) = listing.settle()
    assert isinstance(step, SetOptions)
    assert set(rows(listing).values()) == {("M", "Rot"), ("M", "Blau"), ("L", "Blau"), ("S", "Green")}


def test_a_product_gets_options_and_loses_them() -> None:
    listing = listed(product("", variant(11)))
    twin = listing.twin("11").id
    listing.vendor = product("Size", variant(11, "S"), variant(12, "M"))
    listing.settle()
    assert rows(listing)[twin] == ("S",)
    assert len(rows(listing)) == 2
    listing.vendor = product("", variant(11))
    listing.settle()
    assert rows(listing) == {twin: ()}


def test_options_that_the_merchant_renamed_are_the_merchants() -> None:
    listing = listed()
    there = listing.shop.there()
    options = (Option("Färg", there.options[0].values), there.options[1])
    listing.shop.product = replace(there, options=options)
    listing.vendor = product("Color Size", RED_M, RED_L, BLUE_M)
    assert listing.settle() == ()
    assert listing.taken == ("options",)
    listing.vendor = product("Color Size", RED_M, RED_L, BLUE_M, variant(14, "Blue", "L"))
    (step,) = listing.settle()
    assert isinstance(step, AddVariants)
    assert names(listing) == ["Färg", "Size"]
    listing.taken = ()
    (step,) = listing.settle()
    assert isinstance(step, SetOptions)
    assert names(listing) == ["Color", "Size"]


def test_setting_options_that_was_not_answered_is_not_an_edit() -> None:
    listing = listed()
    listing.vendor = reordered()
    listing.die = 1
    with pytest.raises(Died):
        listing.round()
    assert listing.settle() == ()
    assert listing.taken == ()
    listing.vendor = SHIRT
    listing.settle()
    assert names(listing) == ["Colour", "Size"]


# -- what a platform cannot hold --


def test_combinations_that_are_there_twice_are_named() -> None:
    listing = Listing(product("Size", variant(1, "S"), variant(2, "s "), variant(3, "M")), policy=POLICY)
    listing.settle()
    listing.written = b"{}"
    assert len(rows(listing)) == 2
    made = Listing(listing.vendor, policy=POLICY)
    made.round()
    assert why(made) == {"2": Why.DUPLICATE_OPTIONS}
    (problem,) = made.plan.problems
    assert (problem.code, problem.seen["of"]) == (Flaw.DUPLICATE_OPTIONS, ["1", "2"])


def test_more_options_than_the_platform_has_are_folded() -> None:
    four = product("A B C D", variant(1, "a", "b", "c", "d"), variant(2, "a", "b", "c", "e"))
    listing = Listing(four, policy=POLICY)
    listing.round()
    assert [problem.code for problem in listing.plan.problems] == [Flaw.OPTIONS_FOLDED]
    assert names(listing) == ["A", "B", "C, D"]
    assert listing.twin("2").options == ("a", "b", "c, e")


def test_more_variants_than_the_platform_has_are_listed_as_far_as_they_fit() -> None:
    many = product("Size", *(variant(number, f"Size {number}") for number in range(1, 13)))
    listing = Listing(many, policy=POLICY, limits=Limits(most_variants=10, most_options=3))
    listing.shop.limits = listing.limits
    listing.round()
    assert len(rows(listing)) == 10
    assert why(listing) == {"11": Why.TOO_MANY_VARIANTS, "12": Why.TOO_MANY_VARIANTS}
    assert listing.round() == ()
    assert listing.reads == 0
    assert why(listing) == {"11": Why.TOO_MANY_VARIANTS, "12": Why.TOO_MANY_VARIANTS}
    listing.vendor = product("Size", *many.variants[1:])
    listing.settle()
    assert len(rows(listing)) == 10
    assert why(listing) == {"12": Why.TOO_MANY_VARIANTS}


def test_two_thousand_and_forty_eight_variants() -> None:
    grid = [
        variant(16 * 16 * a + 16 * b + c + 1, f"A{a}", f"B{b}", f"C{c}")
        for a in range(8)
        for b in range(16)
        for c in range(16)
    ]
    listing = listed(product("A B C", *grid))
    assert len(rows(listing)) == 2048
    listing.vendor = product("C B A", *(replace(one, options=one.options[::-1]) for one in grid))
    (step,) = listing.settle()
    assert isinstance(step, SetOptions)
    assert listing.twin("1").options == ("C0", "B0", "A0")


def test_a_place_that_the_merchant_has_taken_is_said() -> None:
    listing = listed()
    own(listing, 77, "blue", "L")
    listing.vendor = product("Colour Size", RED_M, RED_L, BLUE_M, variant(14, "Blue", "L"))
    assert listing.settle() == ()
    assert why(listing) == {"14": Why.PLACE_TAKEN}


def test_a_value_that_is_missing_is_said() -> None:
    listing = Listing(product("Colour Size", RED_M, variant(12, "Red", " ")), policy=POLICY)
    listing.round()
    assert why(listing) == {"12": Why.VALUE_MISSING}


def test_odd_option_names_are_made_fit() -> None:
    odd = Product(
        "1",
        "Shirt",
        SEEN,
        options=(Option("Size / Cut", ("M",)), Option(" ", ("x",)), Option("size / cut", ("y",))),
        variants=(variant(1, "M", "x", "y"),),
    )
    assert names(listed(odd)) == ["Size/Cut", "Option 2", "size/cut 3"]


def test_unicode_options() -> None:
    listing = listed(product("サイズ", variant(1, "小"), variant(2, "大きい")))
    listing.vendor = product("大きさ", variant(1, "小"), variant(2, "大きい"))
    listing.settle()
    assert names(listing) == ["大きさ"]


@pytest.mark.parametrize(
    ("pairs", "old", "new", "row", "told"),
    [
        ([], ("Color", "Size"), ("size", "color"), ("Red", "M"), ("M", "Red")),
        ([], ("Color",), ("Colour",), ("Red",), None),
        ([(("Red M",), ("Red", "M"))], ("Kind",), ("Colour", "Size"), ("Blue L",), ("Blue", "L")),
        ([(("Red",), ("Rot",))], ("Colour",), ("Farbe",), ("Red",), ("Rot",)),
        ([(("S", "Red"), ("Red / S",))], ("Size", "Colour"), ("Kind",), ("M", "Blue"), ("Blue / M",)),
        ([(("1",), ("S",)), (("2",), ("S",))], ("No",), ("Size",), ("3",), ("S",)),
    ],
)
def test_rows_are_told_in_other_options(
    pairs: list[tuple[tuple[str, ...], tuple[str, ...]]],
    old: tuple[str, ...],
    new: tuple[str, ...],
    row: tuple[str, ...],
    told: tuple[str, ...] | None,
) -> None:
    found = translation(pairs, old, new)
    assert (found(row) if found else None) == told
