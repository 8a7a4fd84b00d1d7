"""Each line goes to the vendor that the link, the SKU, the title or the listing's vendor name says, or to nobody."""

from typing import Any

import pytest
from hypothesis import given

from crossdock.core.orders import Order, OrderLine
from crossdock.core.routing import Assigned, Candidate, Found, How, Link, Note, split, wanted
from tests.core.orders import finds, line, links, order, orders

SHIRT_1 = Candidate(1, "p1", "s1")
SHIRT_2 = Candidate(2, "p2", "s2")
OTHER_1 = Candidate(1, "p9", "s9")
NAMES = {"Ateljé": 1, "Bod": 2}


def assign(one: OrderLine, links: dict[str, Link] | None = None, **found: Any) -> Assigned:
    return split(order(one), links or {}, Found(**found)).lines[0]


def test_a_link_decides_whatever_else_matches() -> None:
    linked = assign(
        line("1", sku="A", vendor_name="Bod"),
        {"v1": Link(1, "p", "v")},
        by_sku={"A": (SHIRT_2,)},
        vendors_by_name=NAMES,
    )
    assert (linked.vendor_id, linked.how, linked.candidate) == (1, How.LINK, Link(1, "p", "v"))
    assert linked.linked


def test_a_line_without_a_product_never_takes_a_link() -> None:
    assert assign(line("1", variant_id=""), {"": Link(1, "p", "v")}).how is How.NONE


def test_the_only_sku_is_taken() -> None:
    found = assign(line("1", sku="A"), by_sku={"A": (SHIRT_1,)})
    assert (found.vendor_id, found.how, found.candidate, found.linked) == (1, How.SKU, SHIRT_1, False)


def test_an_empty_sku_matches_nothing() -> None:
    assert assign(line("1", sku=""), by_sku={"": (SHIRT_1,)}).vendor_id is None


def test_a_sku_of_several_vendors_is_not_guessed() -> None:
    found = assign(line("1", sku="A"), by_sku={"A": (SHIRT_1, SHIRT_2)})
    assert (found.vendor_id, found.notes) == (None, (Note.SKU_AMBIGUOUS,))


def test_the_listings_vendor_name_chooses_among_several() -> None:
    found = assign(line("1", sku="A", vendor_name=" Bod "), by_sku={"A": (SHIRT_1, SHIRT_2)}, vendors_by_name=NAMES)
    assert (found.vendor_id, found.candidate) == (2, SHIRT_2)
    assert found.notes == (Note.SKU_CHOSEN_BY_VENDOR_NAME,)


def test_two_of_the_named_vendors_variants_are_still_ambiguous() -> None:
    found = assign(line("1", sku="A", vendor_name="Ateljé"), by_sku={"A": (SHIRT_1, OTHER_1)}, vendors_by_name=NAMES)
    assert (found.vendor_id, found.how, found.candidate) == (1, How.VENDOR_NAME, None)


def test_an_order_never_goes_to_a_vendor_that_the_listing_contradicts() -> None:
    found = assign(line("1", sku="A", vendor_name="Bod"), by_sku={"A": (SHIRT_1,)}, vendors_by_name=NAMES)
    assert (found.vendor_id, found.how, found.notes) == (2, How.VENDOR_NAME, (Note.SKU_OF_ANOTHER_VENDOR,))


def test_a_brand_that_is_no_vendor_does_not_matter() -> None:
    found = assign(line("1", sku="A", vendor_name="Nike"), by_sku={"A": (SHIRT_1,)}, vendors_by_name=NAMES)
    assert found.how is How.SKU


@pytest.mark.parametrize(
    ("title", "variant", "key"),
    [("Shirt", "", "Shirt"), ("Shirt", "Default Title", "Shirt"), ("קמיצה", "大 🧦", "קמיצה - 大 🧦")],
)
def test_the_exact_title_comes_after_the_sku(title: str, variant: str, key: str) -> None:
    one = line("1", title=title, variant_title=variant, sku="unknown")
    found = assign(one, by_title={key: (SHIRT_1,)})
    assert (found.vendor_id, found.how) == (1, How.TITLE)
    assert assign(one, by_title={key.upper() + "!": (SHIRT_1,)}).how is How.NONE


def test_a_title_of_several_is_not_guessed() -> None:
    found = assign(line("1"), by_title={"Thing 1": (SHIRT_1, SHIRT_2)})
    assert (found.vendor_id, found.notes) == (None, (Note.TITLE_AMBIGUOUS,))


def test_a_title_narrows_an_ambiguous_sku() -> None:
    found = assign(line("1", sku="A"), by_sku={"A": (SHIRT_1, SHIRT_2)}, by_title={"Thing 1": (SHIRT_2, OTHER_1)})
    assert (found.vendor_id, found.candidate) == (2, SHIRT_2)


def test_a_title_never_overrules_an_ambiguous_sku() -> None:
    found = assign(line("1", sku="A"), by_sku={"A": (SHIRT_1, SHIRT_2)}, by_title={"Thing 1": (OTHER_1,)})
    assert (found.vendor_id, found.notes) == (None, (Note.SKU_AMBIGUOUS, Note.TITLE_CONTRADICTS_SKU))


def test_a_custom_line_goes_to_the_vendor_it_names() -> None:
    found = assign(line("1", variant_id="", vendor_name="Bod"), vendors_by_name=NAMES)
    assert (found.vendor_id, found.how, found.candidate) == (2, How.VENDOR_NAME, None)


def test_a_gift_card_is_the_merchants_own_unless_linked() -> None:
    card = line("1", gift_card=True, sku="A", vendor_name="Bod")
    own = assign(card, by_sku={"A": (SHIRT_1,)}, vendors_by_name=NAMES)
    assert (own.vendor_id, own.notes) == (None, (Note.GIFT_CARD,))
    assert assign(card, {"v1": Link(1, "p", "v")}).vendor_id == 1


@given(orders(), links, finds)
def test_every_line_once_in_order_and_only_what_is_still_ordered(
    placed: Order, links: dict[str, Link], found: Found
) -> None:
    routed = split(placed, links, found)
    assert [one.line for one in routed.lines] == [one for one in placed.lines if one.quantity > 0]


@given(orders(), links, finds)
def test_nothing_is_guessed(placed: Order, links: dict[str, Link], found: Found) -> None:
    for one in split(placed, links, found).lines:
        if one.candidate:
            assert one.candidate.vendor_id == one.vendor_id
        if one.how in (How.SKU, How.TITLE) and one.line.vendor_name in found.vendors_by_name:
            assert one.vendor_id == found.vendors_by_name[one.line.vendor_name]
        if one.how is How.SKU and not one.notes:
            assert found.by_sku[one.line.sku] == (one.candidate,)


@given(orders(), links, finds)
def test_only_the_lines_own_rows_are_needed(placed: Order, links: dict[str, Link], found: Found) -> None:
    need = wanted(placed)
    narrow = Found(
        by_sku={sku: found.by_sku[sku] for sku in need.skus if sku in found.by_sku},
        by_title={title: found.by_title[title] for title in need.titles if title in found.by_title},
        vendors_by_name={
            name: found.vendors_by_name[name] for name in need.vendor_names if name in found.vendors_by_name
        },
    )
    few = {variant: links[variant] for variant in need.variant_ids if variant in links}
    assert split(placed, few, narrow) == split(placed, links, found)


def test_a_line_that_names_nobody_is_whose_the_merchants_catalogue_says() -> None:
    silent = line("1", sku="A", product_id="p1", vendor_name=" ")
    found = assign(silent, vendors_by_product={silent.product_id: 2})
    assert (found.vendor_id, found.how, found.candidate) == (2, How.VENDOR_NAME, None)
    assert wanted(order(silent)).product_ids == ("p1",)
    other = assign(silent, by_sku={"A": (SHIRT_1,)}, vendors_by_product={silent.product_id: 2})
    assert (other.vendor_id, other.how, other.notes) == (2, How.VENDOR_NAME, (Note.SKU_OF_ANOTHER_VENDOR,))


def test_a_line_that_names_somebody_is_not_asked_about_again() -> None:
    spoken = line("1", product_id="p1", vendor_name="Unknown brand")
    assert assign(spoken, vendors_by_product={spoken.product_id: 2}).vendor_id is None
    assert wanted(order(spoken)).product_ids == ()


def test_a_line_of_no_product_is_not_asked_about() -> None:
    bare = line("1", variant_id="", product_id="", vendor_name="")
    assert wanted(order(bare)).product_ids == ()
