"""Fingerprints of catalogue content: what they cover, and that they stay the same."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.core.catalog import Media, Option, Product, ProductStatus, Variant
from crossdock.core.digest import combined, fields_digest, media_key, product_digest, variant_digest

SEEN = datetime(2026, 11, 1, 12, tzinfo=UTC)
RED = Variant("11", options=("Red", "M"), sku="R-M", price=Decimal("42.50"), grams=Decimal(120), available=3)
BLUE = Variant("12", options=("Blue", "M"), sku="B-M", price=Decimal("42.50"), available=0)
SHIRT = Product(
    "1",
    "Shirt",
    SEEN,
    handle="shirt",
    tags=("summer",),
    options=(Option("Colour", ("Red", "Blue")), Option("Size", ("M",))),
    media=(Media("https://cdn.example/a.jpg?v=1"),),
    variants=(RED, BLUE),
)


def test_a_digest_is_the_same_in_every_process() -> None:
    assert variant_digest(RED) == -4417221302135975424
    assert product_digest(SHIRT) == -1512882493634283582


def test_stock_stamps_and_how_a_price_is_written_change_nothing() -> None:
    same = replace(RED, available=-7, price=Decimal("42.5"), product_id="1")
    assert variant_digest(same) == variant_digest(RED)
    moved = replace(SHIRT, updated_at=datetime(2026, 11, 2, tzinfo=UTC), variants=(same, BLUE), whole=False)
    assert product_digest(moved) == product_digest(SHIRT)
    stamped = replace(SHIRT, media=(Media("https://cdn.example/a.jpg?v=2", id="9"),))
    assert product_digest(stamped) == product_digest(SHIRT)


@pytest.mark.parametrize(
    "other",
    [
        {"options": ("Red", "L")},
        {"sku": "R"},
        {"barcode": "4006381333931"},
        {"price": Decimal("42.51")},
        {"price": None},
        {"compare_at": Decimal(50)},
        {"grams": Decimal(121)},
        {"item_id": "7"},
        {"tracked": False},
        {"oversell": True},
    ],
)
def test_every_field_of_a_variant_counts(other: dict[str, object]) -> None:
    assert variant_digest(replace(RED, **other)) != variant_digest(RED)
    assert product_digest(replace(SHIRT, variants=(replace(RED, **other), BLUE))) != product_digest(SHIRT)


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Shirts"},
        {"handle": "хемд"},
        {"status": ProductStatus.DRAFT},
        {"vendor_name": "Acme"},
        {"product_type": "Tops"},
        {"html": "<p>x</p>"},
        {"tags": ()},
        {"options": (Option("Size", ("M",)), Option("Colour", ("Red", "Blue")))},
        {"media": ()},
        {"media": (Media("https://cdn.example/a.jpg", alt="A shirt"),)},
    ],
)
def test_every_field_of_a_product_counts(other: dict[str, object]) -> None:
    assert fields_digest(replace(SHIRT, **other)) != fields_digest(SHIRT)


def test_variants_that_come_apart_and_in_any_order_make_the_same_digest() -> None:
    alone = fields_digest(replace(SHIRT, variants=(), whole=False))
    assert combined(alone, [variant_digest(BLUE), variant_digest(RED)]) == product_digest(SHIRT)


def test_a_digest_fits_a_bigint() -> None:
    most = 2**63 - 1
    assert combined(most, [most, most, 5]) == (3 * most + 5) % 2**64 - (2**64 if (3 * most + 5) % 2**64 > most else 0)
    assert -(2**63) <= product_digest(SHIRT) < 2**63


def test_a_picture_is_known_by_its_address_without_its_stamp() -> None:
    assert media_key("https://cdn.example/a%20b.jpg?v=17&width=9#top") == "https://cdn.example/a%20b.jpg"
