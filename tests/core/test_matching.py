"""Suggested pairs: what reaches which score, and that nothing reaches more than its evidence."""

import random
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bench import labels
from bench.matching import Outcome, pairs_of
from bench.matching import count as judge
from crossdock.core.catalog import Option, Product, Variant
from crossdock.core.matching import AUTO_CONFIRM, Known, VariantPair, pair_up, suggest
from crossdock.core.matching_score import Choices, Code, Evidence, score
from crossdock.core.matching_text import Figures
from tests.operations.rows import NOW

EAN, OTHER_EAN = "4006381333931", "5901234123457"


def product(id: str, title: str, *variants: dict[str, Any], names: tuple[str, ...] = (), maker: str = "") -> Product:
    made = tuple(Variant(**({"id": f"{id}-{n}"} | each)) for n, each in enumerate(variants or ({},)))
    options = tuple(Option(name, ()) for name in names)
    return Product(id=id, title=title, updated_at=NOW, vendor_name=maker, options=options, variants=made)


def one(mine: Product, theirs: Product, *more: Product, name: str = "") -> VariantPair | None:
    """The only pair of two products, or None."""
    products, rest = suggest([mine], [theirs, *more], vendor_name=name)
    pairs = [pair for each in products for pair in each.variants] + rest
    assert len(pairs) <= 1
    return pairs[0] if pairs else None


def auto(mine: Product, theirs: Product, *more: Product, name: str = "") -> bool:
    pair = one(mine, theirs, *more, name=name)
    return pair is not None and pair.auto


@pytest.mark.parametrize(
    ("mine", "theirs", "sure"),
    [
        (("Oak stool", {"sku": "OAK-1"}), ("Stool, oak", {"sku": "oak-1"}), True),
        (("Oak stool", {"sku": "OAK-1"}), ("Oak stool small", {"sku": "OAK-1"}), False),
        (("Oak stool", {"sku": "OAK-1"}), ("Linen shirt", {"sku": "OAK-1"}), False),
        (("Oak stool", {"sku": "1"}), ("Oak stool", {"sku": "1"}), False),
        (("Oak stool", {"sku": "default"}), ("Oak stool", {"sku": "default"}), False),
        (("Oak stool", {"sku": ""}), ("Oak stool", {"sku": ""}), False),
        (("Oak stool 45 cm", {"sku": "OAK-1"}), ("Oak stool 50 cm", {"sku": "OAK-1"}), False),
        (("Oak stool 45 cm", {"sku": "OAK-1"}), ("Oak stool", {"sku": "OAK-1"}), False),
        (("Soap 500 ml", {"barcode": EAN}), ("Soap 0,5 l", {"barcode": f"'0{EAN}"}), True),
        (("Soap 2 x 500 ml", {"barcode": EAN}), ("Soap 500 ml", {"barcode": EAN}), False),
        (("Soap", {"barcode": EAN}), ("Soap of olives", {"barcode": EAN}), True),
        (("Soap", {"barcode": EAN}), ("Såpa", {"barcode": EAN}), False),
        (("Soap", {"barcode": EAN, "sku": "S-77"}), ("Såpa", {"barcode": EAN, "sku": "s-77"}), True),
        (("Soap", {"barcode": "2000000000008"}), ("Soap", {"barcode": "2000000000008"}), False),
        (("Soap", {"barcode": EAN, "sku": "S-77"}), ("Soap", {"barcode": OTHER_EAN, "sku": "S-77"}), False),
        (("Sofa red", {"barcode": EAN, "sku": "S-77"}), ("Sofa blue", {"barcode": EAN, "sku": "S-77"}), False),
        (("Sofa rood", {"sku": "S-77"}), ("Sofa red", {"sku": "S-77"}), True),
        (("Mug", {"sku": "MUG-1", "price": Decimal(8)}), ("Mug", {"sku": "MUG-1", "price": Decimal(80)}), False),
        (("Mug", {"sku": "MUG-1", "price": Decimal(8)}), ("Mug", {"sku": "MUG-1", "price": Decimal(12)}), True),
    ],
)  # fmt: skip
def test_what_needs_no_person(mine: tuple[str, Any], theirs: tuple[str, Any], sure: bool) -> None:
    assert auto(product("v", *mine), product("m", *theirs)) is sure


def test_titles_alone_are_suggested_and_never_sure() -> None:
    pair = one(product("v", "Grand Oak Stool No 7", {}), product("m", "Grand oak stool no 7", {}))
    assert pair is not None
    assert 0.75 < pair.score < AUTO_CONFIRM


def test_the_reasons_tell_what_they_rest_on() -> None:
    mine = product("v", "Sofa red 180 cm", {"barcode": EAN, "options": ("Oak",)})
    pair = one(mine, product("m", "Sofa blue 200 cm", {"barcode": EAN, "options": ("Birch",)}))
    assert pair is not None
    facts = {each.code.value: each.fact for each in pair.because}
    assert facts["same_gtin"] == f"0{EAN}"
    assert facts["figures_differ"] == "180 / 200"
    assert facts["colours_differ"] == facts["words_differ"] == "red / blue"
    assert facts["options_differ"] == "oak / birch"
    assert facts["title_similar"].isdecimal()


def test_the_vendors_name_in_a_title_is_no_difference() -> None:
    mine = product("v", "Stool", {"sku": "ST-1"}, maker="Oak & Iron")
    assert auto(mine, product("m", "Oak & Iron Stool", {"sku": "ST-1"}, maker="Oak & Iron"))
    assert auto(product("v", "Stool", {"sku": "ST-1"}), product("m", "Birka stool", {"sku": "ST-1"}), name="Birka")


def test_a_number_that_repeats_anywhere_in_a_store_identifies_nothing() -> None:
    mine, theirs = product("v", "Oak stool", {"sku": "OAK-1"}), product("m", "Oak stool", {"sku": "OAK-1"})
    assert auto(mine, theirs)
    assert not auto(mine, theirs, product("x", "Something else", {"sku": "oak-1 "}))
    linked = product("x", "Something else", {"id": "x1", "sku": "OAK-1"})
    pairs = suggest([mine], [theirs, linked], known=Known(merchant_variants=frozenset({"x1"})))[0]
    assert not pairs[0].variants[0].auto


def test_two_that_claim_the_same_are_left_to_a_person() -> None:
    mine = product("v", "Oak stool", {"sku": "OAK-1", "barcode": EAN})
    by_sku, by_code = product("m1", "Oak stool", {"sku": "OAK-1"}), product("m2", "Oak stool", {"barcode": EAN})
    assert not auto(mine, by_sku, by_code)


def test_the_same_title_twice_is_no_more_than_a_guess() -> None:
    pair = one(product("v", "Oak stool", {}), product("m1", "Oak stool", {}), product("m2", "Oak stool", {}))
    assert pair is not None
    assert pair.score <= 0.6
    assert "others_alike" in {each.code for each in pair.because}


def shirt(id: str, values: list[tuple[str, ...]], *names: str, sku: str = "") -> Product:
    variants = [{"options": each, "sku": sku and f"{sku}-{n}"} for n, each in enumerate(values)]
    return product(id, "Linen shirt", *variants, names=names)


def pairs_in(mine: Product, theirs: Product) -> set[tuple[str, str]]:
    products, _ = suggest([mine], [theirs])
    return {(pair.vendor_variant_id, pair.merchant_variant_id) for each in products for pair in each.variants}


def test_options_are_compared_as_values_whatever_their_names_and_order() -> None:
    mine = shirt("v", [("S", "Red"), ("M", "Red"), ("S", "Blue")], "Size", "Colour")
    theirs = shirt("m", [("blå", "small"), ("röd", "Medium"), ("röd", "small")], "Färg", "Storlek")
    assert pairs_in(mine, theirs) == {("v-0", "m-2"), ("v-1", "m-1"), ("v-2", "m-0")}


def test_the_same_values_under_two_names_are_told_apart_only_by_names_that_agree() -> None:
    values = [("Black", "White"), ("White", "Black")]
    mine, renamed = shirt("v", values, "Frame", "Seat"), shirt("m", values, "Sitz", "Rahmen")
    assert pairs_in(mine, shirt("m", values, "Frame", "Seat")) == {("v-0", "m-0"), ("v-1", "m-1")}
    products, _ = suggest([mine], [renamed])
    assert all(pair.score <= 0.6 for each in products for pair in each.variants)


def test_a_repeated_sku_on_all_variants_misleads_nobody() -> None:
    values = [("S",), ("M",), ("L",)]
    mine, theirs = shirt("v", values, "Size"), shirt("m", values[::-1], "Size")
    same = [
        structs.replace(each, variants=tuple(structs.replace(v, sku="SHIRT") for v in each.variants))
        for each in (mine, theirs)
    ]
    products, _ = suggest([same[0]], [same[1]])
    pairs = products[0].variants
    assert {(p.vendor_variant_id, p.merchant_variant_id) for p in pairs} == {
        ("v-0", "m-2"),
        ("v-1", "m-1"),
        ("v-2", "m-0"),
    }
    assert not any(pair.auto for pair in pairs)


def test_a_product_split_at_the_merchant_is_found_but_not_sure() -> None:
    mine = shirt("v", [("S", "Red"), ("S", "Blue")], "Size", "Colour", sku="LIN")
    red = product("m1", "Linen shirt red", {"sku": "LIN-0", "options": ("S",)}, names=("Size",))
    blue = product("m2", "Linen shirt blue", {"sku": "LIN-1", "options": ("S",)}, names=("Size",))
    products, rest = suggest([mine], [red, blue])
    assert len(products) == len(rest) == 1
    assert {(p.vendor_variant_id, p.merchant_variant_id) for p in (*products[0].variants, *rest)} == {
        ("v-0", "m1-0"), ("v-1", "m2-0"),
    }  # fmt: skip
    assert not rest[0].auto


def test_two_thousand_variants_are_paired_by_their_options() -> None:
    values = [(f"A{a}", f"B{b}", f"C{c}") for a in range(16) for b in range(16) for c in range(8)]
    shuffled = values[:]
    random.Random(1).shuffle(shuffled)
    mine, theirs = shirt("v", values, "X", "Y", "Z"), shirt("m", shuffled, "X", "Y", "Z")
    found = pairs_in(mine, theirs)
    assert len(found) == 2048
    of = {each.id: each.options for each in (*mine.variants, *theirs.variants)}
    assert all(of[one] == of[other] for one, other in found)


def test_what_is_linked_listed_or_refused_is_left_as_it_is() -> None:
    mine, theirs = shirt("v", [("S",), ("M",)], "Size"), shirt("m", [("S",), ("M",)], "Size")
    other = shirt("m2", [("S",), ("M",)], "Size")
    known = Known(frozenset({"v-0"}), frozenset({"m-0"}), {"v": "m"}, frozenset({("v-1", "m-1")}))
    assert suggest([mine], [theirs, other], known=known) == ([], [])
    products, _ = suggest([mine], [theirs, other], known=Known(products={"v": "m2"}))
    assert {each.merchant_product_id for each in products} == {"m2"}


def test_pairing_two_products_by_hand_pays_no_heed_to_their_titles() -> None:
    mine, theirs = shirt("v", [("S",), ("M",)], "Size"), shirt("m", [("M",), ("L",)], "Maat")
    found = pair_up(mine, structs.replace(theirs, title="Overhemd 100 % linnen"))
    assert [(pair.vendor_variant_id, pair.merchant_variant_id) for pair in found] == [("v-1", "m-0")]


LADDERS: dict[str, list[Any]] = {
    "gtin": [Code.DIFFERS, Code.NONE, Code.SAME],
    "sku": [Code.DIFFERS, Code.NONE, Code.ALIKE, Code.SAME],
    "title": [0.0, 0.2, 0.25, 0.3, 0.6, 0.8, 0.999, 1.0],
    "figures": list(Figures),
    "options": list(Choices),
    "words_agree": [False, True],
    "colours": [Figures.DIFFER, Figures.PART, Figures.NONE],
    "vendor_name": [False, True],
    "price_near": [False, True],
    "alone": [False, True],
    "together": [False, True],
}
EVIDENCE = st.builds(Evidence, **{name: st.sampled_from(ladder) for name, ladder in LADDERS.items()})


@given(EVIDENCE, st.sampled_from(sorted(LADDERS)))
def test_better_evidence_never_lowers_a_score(seen: Evidence, name: str) -> None:
    scores = [score(structs.replace(seen, **{name: step})) for step in LADDERS[name]]
    assert all(low <= high for low, high in pairwise(scores)), scores


@given(EVIDENCE)
def test_no_score_is_above_its_evidence(seen: Evidence) -> None:
    value = score(seen)
    assert 0.0 <= value <= 0.99
    if value >= AUTO_CONFIRM:
        assert seen.identified
        assert seen.alone
        assert seen.together
        assert Figures.DIFFER not in (seen.figures, seen.colours)
        assert seen.options is not Choices.DIFFER
        assert seen.gtin is not Code.DIFFERS


SKUS = st.sampled_from(["", "1", "A-1", "A-2", "b-3", "default", "REPEATED"])
CODES = st.sampled_from(["", EAN, OTHER_EAN, "2000000000008", "4006381333932"])
TITLES = st.sampled_from(["Oak stool", "Oak stool 45 cm", "Stool", "Linen shirt", "Linen shirt 2 x", "Såpa", ""])
VALUES = st.sampled_from([(), ("S",), ("M",), ("S", "Red"), ("Default Title",)])
VARIANTS = st.lists(st.tuples(SKUS, CODES, VALUES), min_size=1, max_size=3)


@st.composite
def catalogues(draw: st.DrawFn, mark: str) -> list[Product]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        variants = [{"sku": sku, "barcode": code, "options": each} for sku, code, each in draw(VARIANTS)]
        found.append(product(f"{mark}{number}", draw(TITLES), *variants))
    return found


@given(catalogues("v"), catalogues("m"), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_pairs_are_one_to_one_and_the_same_in_any_order(
    mine: list[Product], theirs: list[Product], chance: random.Random
) -> None:
    products, rest = suggest(mine, theirs)
    pairs = [pair for each in products for pair in each.variants] + rest
    assert len({pair.vendor_variant_id for pair in pairs}) == len(pairs)
    assert len({pair.merchant_variant_id for pair in pairs}) == len(pairs)
    assert len({each.merchant_product_id for each in products}) == len(products)
    again = suggest(chance.sample(mine, len(mine)), chance.sample(theirs, len(theirs)))
    assert again == (products, rest)


@given(catalogues("v"), catalogues("m"))
@settings(max_examples=150)
def test_nothing_is_sure_by_numbers_that_repeat(mine: list[Product], theirs: list[Product]) -> None:
    products, rest = suggest(mine, theirs)
    sides = [[variant for each in side for variant in each.variants] for side in (mine, theirs)]
    for pair in [pair for each in products for pair in each.variants] + rest:
        if pair.auto:
            (own,) = (each for each in sides[0] if each.id == pair.vendor_variant_id)
            skus = [sum(each.sku.lower() == own.sku.lower() for each in side) for side in sides]
            codes = [sum(each.barcode == own.barcode for each in side) for side in sides]
            assert skus == [1, 1] or codes == [1, 1]


def test_a_made_up_catalogue_has_no_wrong_pair_that_is_sure() -> None:
    wrong, found = _judged(labels.label(labels.made_up(120, 7), 7))
    assert wrong == []
    assert found > 0.5


@pytest.mark.slow
def test_the_real_catalogues_have_no_wrong_pair_that_is_sure(shared: Any) -> None:
    folder = shared / "data" / "catalogues"
    for seed in (101, 102):
        wrong, found = _judged(labels.label(labels.catalogue(folder), seed))
        assert wrong == []
        assert found > 0.5


def _judged(labelled: labels.Labelled) -> tuple[list[str], float]:
    outcome = Outcome(AUTO_CONFIRM)
    judge(labelled, pairs_of(labelled), outcome)
    return outcome.examples, outcome.recall
