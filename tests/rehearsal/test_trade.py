"""Scarce goods in a rehearsal: who wants them, who sells them beside; and offers dressed in real catalogues."""

import gzip
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crossdock.rehearsal import catalogues, market, olist, schedule, trade
from crossdock.rehearsal.olist import WrongFolder
from crossdock_sandbox.traffic.plan import Amend, Found, Happening, Market, Offer, Place, Restock, Sell, Shop, TakeBack
from tests.rehearsal.files import write

CSV = """Handle,Title,Body (HTML),Type,Tags,Option1 Name,Option1 Value,\
Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Price,Variant Barcode
tee,Tee,<p>soft</p>,Shirts,"b, a, b",Size,S,Colour,Red,T-1,120.0,19.5,'0850064060010
tee,,,,,,M,,Red,T-1,,,
tee,,,,,,m,,red,T-3,,,
tee,,,,,,,,,,,,
mug,Mug,,,,Title,Default Title,,,,,,
,Nobody,,,,,,,,,,,
"""
WOO = """Type,SKU,Name,Description,Categories,Tags,Regular price,Weight (lbs),Parent,\
Attribute 1 name,Attribute 1 value(s)
variable,hoodie,Hoodie,Warm,Hoodies,,,1,,Colour,"Blue, Red"
variation,hoodie-blue,Hoodie - Blue,,,,45,,hoodie,Colour,Blue
variation,hoodie-red,Hoodie - Red,,,,42,,hoodie,Colour,Red
simple,cap,Cap,,Hats,,18,0.5,,,
grouped,set,Set,,,,,,,,
"""


def linked(market: Market) -> list[Offer]:
    return [offer for offer in market.offers if offer.found is Found.LINK]


@pytest.fixture
def small(tmp_path: Path) -> tuple[market.Selection, Market]:
    files = olist.read(write(tmp_path))
    selection = market.select(files, orders=None, seed=1)
    return selection, market.build(files, selection, seed=1, everything=True)


def test_every_linked_offer_has_a_small_stock_and_no_other(small: tuple[market.Selection, Market]) -> None:
    stocked = trade.stocked(small[1], 3, seed=1)
    assert all(offer.stock in range(1, 6) for offer in linked(stocked))
    assert all(offer.stock is None for offer in stocked.offers if offer.found is not Found.LINK)
    assert stocked == trade.stocked(small[1], 3, seed=1)


def many(count: int) -> tuple[list[olist.Header], Market]:
    """Orders of one thing each, of a market that has it linked."""
    at = datetime(2017, 5, 1, tzinfo=UTC)
    item = olist.Item("p", "s", Decimal("10.00"), Decimal(0))
    orders = [olist.Header(f"o{n}", "delivered", at, at, at, at, True, (item,), ("credit_card",)) for n in range(count)]
    offer = Offer("p:s", "shop", "P", "p", "10.00", "P", "p", "Shop", Found.LINK)
    return orders, Market("m", "M", "BRL", (Shop("shop", "Shop", "s@example.com", (offer,)),))


def played(count: int, seed: int = 1) -> list[Happening]:
    orders, plan = many(count)
    rushed = trade.rushes(orders, plan, 3, seed=seed)
    return trade.with_trade(schedule.happenings((*orders, *rushed), seed=seed), plan, 3, seed=seed)


def test_both_sides_sell_the_same_and_the_shop_front_obeys() -> None:
    happenings = played(200)
    kinds = Counter(type(happening) for happening in happenings)
    assert all(happening.obeys for happening in happenings if isinstance(happening, Place))
    assert kinds[Place] > 250
    assert kinds[Sell] > 80
    assert kinds[TakeBack] > 5
    assert [happening.at for happening in happenings] == sorted(happening.at for happening in happenings)
    assert happenings == played(200)
    assert happenings != played(200, seed=2)


def test_what_happens_has_names_of_its_own() -> None:
    names = [each.order for each in played(200) if isinstance(each, Sell | TakeBack | Restock | Amend)]
    assert len(names) == len(set(names))


def test_a_rush_is_orders_of_one_unit_of_what_was_bought() -> None:
    orders, plan = many(50)
    rushed = trade.rushes(orders, plan, 3, seed=1)
    assert rushed
    assert all(len(order.items) == 1 and order.payment_types == ("credit_card",) for order in rushed)
    assert len({order.id for order in rushed} | {order.id for order in orders}) == len(rushed) + 50


def test_shop_exports_are_read_with_their_oddities(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "shop.csv.gz", "wt", encoding="utf-8") as file:
        file.write(CSV)
    (tmp_path / "woo.csv").write_text(WOO, encoding="utf-8-sig")
    (tmp_path / "items.csv").write_text("Variant SKU,Inventory Item ID\nA,1\n")
    tee, mug, hoodie, cap = catalogues.read(tmp_path)
    assert [sort.options for sort in tee.sorts] == [
        (("Size", "S"), ("Colour", "Red")),
        (("Size", "M"), ("Colour", "Red")),
    ]
    assert (tee.tags, tee.sorts[0].barcode, tee.sorts[0].weight, tee.sorts[0].price) == (
        ("b", "a"), "0850064060010", 120, "19.50",
    )  # fmt: skip
    assert [sort.options for sort in mug.sorts] == [()]
    assert [(sort.options, sort.price) for sort in hoodie.sorts] == [
        ((("Colour", "Blue"),), "45.00"),
        ((("Colour", "Red"),), "42.00"),
    ]
    assert (cap.title, cap.sorts[0].weight) == ("Cap", 226)


def test_a_source_without_products_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongFolder, match="no such file"):
        catalogues.read(tmp_path / "none")
    with pytest.raises(WrongFolder, match="no products"):
        catalogues.read(tmp_path)


def test_offers_are_dressed_and_keep_their_names(small: tuple[market.Selection, Market], tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(CSV)
    dressed = catalogues.dress(small[1], catalogues.read(tmp_path), seed=1)
    before, after = {offer.key for offer in linked(small[1])}, {offer.key for offer in linked(dressed)}
    assert before <= after
    assert {offer.title for offer in dressed.offers} >= {"Tee", "Mug"}
    tees = [offer for offer in dressed.offers if offer.title == "Tee"]
    assert len({offer.product_key for offer in tees}) == 1
    assert len({offer.shop for offer in tees}) == 1
    assert [shop.key for shop in dressed.shops] == [shop.key for shop in small[1].shops]


def test_the_real_catalogues(shared: Path) -> None:
    goods = catalogues.read(shared / "data" / "catalogues")
    assert len(goods) > 900
    assert max(len(each.sorts) for each in goods) == 7
    assert all(len({sort.options for sort in each.sorts}) == len(each.sorts) for each in goods)
