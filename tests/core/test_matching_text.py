"""Numbers, words and figures as shops spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.core.matching_codes import bare_sku, clean_gtin, clean_sku, is_internal
from crossdock.core.matching_text import Figures, figures, is_same_value, is_same_word, option_value, read


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("4006381333931", "04006381333931"),
        ("'4006381333931", "04006381333931"),
        (" 4006 3813 3393 1 ", "04006381333931"),
        ("04006381333931", "04006381333931"),
        ("4006381333931.0", "04006381333931"),
        ("036000291452", "00036000291452"),
        ("36000291452", "00036000291452"),  # a spreadsheet took the nought
        ("96385074", "00000096385074"),
        ("４００６３８１３３３９３１", "04006381333931"),
        ("4006381333932", ""),  # check digit
        ("4.00638E+12", ""),
        ("0000000000000", ""),
        ("1234567", ""),
        ("123456789012345", ""),
        ("n/a", ""),
        ("", ""),
    ],
)
def test_a_barcode_is_checked_and_made_comparable(written: str, kept: str) -> None:
    assert clean_gtin(written) == kept


@given(st.text(alphabet="0123456789'. -", max_size=20))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = clean_gtin(text)
    assert clean_gtin(cleaned) == cleaned
    assert clean_gtin(f"'{text}") == cleaned


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_every_length_of_one_number_is_the_same_number(body: int) -> None:
    digits = f"{body:012d}"
    check = -sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))) % 10
    whole = f"{digits}{check}"[-13:]
    assert clean_gtin(whole) == clean_gtin(f"0{whole}") == clean_gtin(f" '{whole}.0") != ""


def test_a_shops_own_barcodes_are_known() -> None:
    assert is_internal(clean_gtin("2000000000008"))
    assert not is_internal(clean_gtin("4006381333931"))


@pytest.mark.parametrize(
    "sku", ["", " ", "1", "12", "100", "0000", "default", "Default Title", "N/A", "-", "xxx", "SKU"]
)
def test_a_sku_that_says_nothing_is_none(sku: str) -> None:
    assert clean_sku(sku) == ""


def test_skus_differ_by_more_than_their_spelling() -> None:
    assert clean_sku(" 'Oak-45 ") == clean_sku("OAK-45") == "oak-45"
    assert clean_sku("OAK 45") != clean_sku("OAK-45")
    assert bare_sku("oak 45") == bare_sku("oak-45") == "oak45"
    assert clean_sku("10045") == "10045"


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Soap 2 x 500 ml", "Soap 500 ml", Figures.DIFFER),
        ("Soap 2 x 500 ml", "Soap 2x0,5 l", Figures.AGREE),
        ("Soap 0.5 L", "Soap 500ml", Figures.AGREE),
        ("Soap 50 cl", "Soap 500", Figures.DIFFER),
        ("Soap 500 ml", "Soap 500", Figures.AGREE),
        ("iPhone 12", "iPhone 13", Figures.DIFFER),
        ("iPhone12 case", "iPhone 12 case", Figures.AGREE),
        ("Mattress 80x200 cm", "Mattress 200 x 80 cm", Figures.AGREE),
        ("Mattress 80x200 cm", "Mattress 90x200 cm", Figures.DIFFER),
        ("Mattress 80x200 cm 30 kg", "Mattress 80x200 cm", Figures.PART),
        ("Mattress 80x200 cm", "Mattress", Figures.PART),
        ("Socks 6-pack", "Socks pack of 6", Figures.AGREE),
        ("Socks 6 pcs", "Socks", Figures.DIFFER),
        ("Socks x 6", "6 x socks", Figures.AGREE),
        ("Wax (Pack of 1)", "Wax", Figures.NONE),
        ("Floor KLM001", "Floor KLM002", Figures.DIFFER),
        ("Floor KLM001", "Floor KLM01", Figures.DIFFER),
        ("3 anchors, 3 straps", "3 anchors, 5 straps", Figures.DIFFER),
        ("1,000 g rice", "1 kg rice", Figures.AGREE),
        ("Stove 6,6 kW", "Stove 6.6kw", Figures.AGREE),
        ("Chair", "Chair", Figures.NONE),
    ],
)
def test_figures_must_agree(one: str, other: str, how: Figures) -> None:
    assert figures(read(one), read(other)) is how
    assert figures(read(other), read(one)) is how


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read_and_compared_alike_from_both_sides(one: str, other: str) -> None:
    assert figures(read(one), read(other)) is figures(read(other), read(one))
    assert figures(read(one), read(one)) in (Figures.NONE, Figures.AGREE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("trampoline", "trampolime", True),
        ("matras", "matrassen", False),
        ("decaffeinated", "caffeinated", False),
        ("unscented", "scented", False),
        ("black", "block", True),  # a slip, as far as letters tell: colours are compared as colours
        ("red", "rad", False),
        ("male", "female", False),
    ],
)
def test_a_slip_is_the_same_word_another_word_is_not(one: str, other: str, same: bool) -> None:
    assert is_same_word(one, other) is same
    assert is_same_word(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Extra Large", "XL", True),
        ("XXL", "2XL", True),
        ("Zwart", "black", True),
        ("Noir", "Schwarz", True),
        ("Light Black", "Light Blue", False),
        ("0.5 l", "500 ml", True),
        ("S", "XS", False),
        ("38", "39", False),
        ("1 Ounce (Pack of 1)", "1 oz", True),
        ("1 Ounce (Pack of 2)", "1 oz", False),
        ("Röd", "rod", True),
        ("빨강", "red", True),
    ],
)
def test_option_values_are_the_same_whatever_their_spelling(one: str, other: str, same: bool) -> None:
    mine, theirs = option_value(one), option_value(other)
    assert mine is not None
    assert theirs is not None
    assert is_same_value(mine, theirs) is same


def test_the_placeholder_of_no_options_is_no_option() -> None:
    assert [option_value(text) for text in ("Default Title", "", "  ", "DEFAULT")] == [None] * 4
