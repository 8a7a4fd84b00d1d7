"""Recorded products and variations read as ours: variants, options, prices, stock."""

from decimal import Decimal

import msgspec
import pytest

from crossdock.core.catalog import Level, ProductStatus
from crossdock.platforms.woocommerce import mapping_products as mapping
from crossdock.platforms.woocommerce import wire_products as wire
from crossdock.platforms.woocommerce.mapping_products import Reading
from tests.platforms.woocommerce.recorded import body, folder

KILOS = Reading(Decimal(1000))


def product(name: str) -> wire.Product:
    return msgspec.json.decode(body(f"products/{name}"), type=wire.Product)


def test_a_simple_product_is_its_own_variant() -> None:
    mug = mapping.product(product("simple_create"), (), KILOS)
    only = mug.variants[0]
    assert (mug.id, mug.title, mug.status) == ("57", "Enamel Mug & Lid", ProductStatus.ACTIVE)
    assert mug.product_type == ""
    assert (only.id, only.item_id, only.options, only.title) == ("57", "57", (), "")
    assert (only.price, only.compare_at, only.grams) == (Decimal("12.50"), Decimal("14.90"), Decimal(310))
    assert (only.sku, only.barcode, only.tracked, only.available) == ("HUB-MUG-01", "4006381333931", True, 25)
    assert (mug.whole, mug.unsaid) == (True, ())


def test_a_variable_product_has_its_variations() -> None:
    told = msgspec.json.decode(body("products/variations_list"), type=list[wire.Variation])
    hoodie = mapping.product(product("variable_get"), told, Reading())
    assert [option.name for option in hoodie.options] == ["Color", "Logo"]
    red = next(each for each in hoodie.variants if each.id == "27")
    assert (red.options, red.item_id, red.product_id) == (("Red", "No"), "11/27", "11")
    assert (red.price, red.compare_at) == (Decimal(42), Decimal(45))
    assert (red.tracked, red.available) == (False, None)
    assert hoodie.product_type == "Hoodies"
    assert len(hoodie.media) == 4
    assert hoodie.unsaid == ("grams",)


def test_an_attribute_that_a_variation_leaves_out_is_any() -> None:
    told = msgspec.json.decode(body("products/variation_get"), type=wire.Variation)
    loose = msgspec.structs.replace(told, attributes=told.attributes[:1])
    hoodie = mapping.product(product("variable_get"), [loose], KILOS)
    assert hoodie.variants[0].options == ("Red", "Any")
    assert hoodie.options[1].values == ("Yes", "No", "Any")


@pytest.mark.parametrize(
    ("managed", "status", "vendor", "left"),
    [
        (True, "instock", True, 7),
        ("parent", "instock", True, 7),
        ("parent", "instock", False, None),
        (False, "instock", True, None),
        (False, "outofstock", True, 0),
        (False, "outofstock", False, None),
    ],
)
def test_what_is_left_depends_on_who_counts(managed: bool | str, status: str, vendor: bool, left: int | None) -> None:
    stock = wire.Stock(1, managed, 7, status)
    assert mapping.stock_of(stock, vendor=vendor) == left


def test_a_variation_that_a_vendor_switched_off_has_none() -> None:
    stock = wire.Stock(1, True, 7, status="private")
    assert mapping.stock_of(stock, vendor=True, part=True) == 0
    assert mapping.stock_of(stock, vendor=False, part=True) == 7
    assert mapping.stock_of(stock, vendor=True) == 7


def test_stock_that_was_set_is_a_level() -> None:
    told = msgspec.json.decode(body("products/variation_stock_put"), type=wire.Variation)
    assert mapping.level(told, "11/27", vendor=True) == Level("11/27", "store", 7, 1795306484000000)


def test_every_recorded_product_is_understood() -> None:
    for path in sorted((folder() / "products").glob("*.json")):
        told = msgspec.json.decode(path.read_bytes()).get("response", {}).get("body")
        for each in told if isinstance(told, list) else [told]:
            if isinstance(each, dict) and "permalink" in each and "related_ids" in each:
                made = mapping.product(msgspec.convert(each, wire.Product), (), KILOS)
                assert made.title, path.name
