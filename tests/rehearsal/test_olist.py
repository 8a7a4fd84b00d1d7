"""Reading marketplace files: a small folder by hand, every kind of wrong folder, and the real one where it is."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crossdock.rehearsal.olist import Item, WrongFolder, read
from tests.rehearsal import files


def test_a_folder_is_read_by_time_of_purchase(tmp_path: Path) -> None:
    olist = read(files.write(tmp_path))
    assert [order.id for order in olist.orders] == ["o2", "o1", "o3", "o4", "o5"]
    first = olist.orders[1]
    assert first.purchased_at == datetime(2017, 5, 1, 10, tzinfo=UTC)
    assert first.items[2] == Item("p2", "s2", Decimal("7.50"), Decimal("1.25"))
    assert first.payment_types == ("credit_card", "voucher")
    assert first.buyer is not None
    assert (first.buyer.zip, first.buyer.city, first.buyer.state) == ("01234", "sao paulo", "SP")
    assert [order.id for order in olist.orders if order.whole] == ["o2", "o1"]
    assert [key for key, _ in olist.baskets] == ["lost"]
    assert {product.id: (product.category, product.weight) for product in olist.products} == {
        "p1": ("perfumery", 225),
        "p2": ("", 0),
        "p3": ("artes", 1000),
        "p4": ("artes", 50),
    }


def test_plain_files_under_their_published_names_are_read_too(tmp_path: Path) -> None:
    files.write(tmp_path, packed=False)
    (tmp_path / "orders.csv").rename(tmp_path / "olist_orders_dataset.csv")
    assert len(read(tmp_path).orders) == 5


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(WrongFolder, match="nowhere: there is no such folder"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("name", files.FILES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    files.write(tmp_path)
    (tmp_path / f"{name}.csv.gz").unlink()
    with pytest.raises(WrongFolder, match=rf"{name}\.csv\.gz .* is missing"):
        read(tmp_path)


def test_a_missing_column_is_named_with_its_file(tmp_path: Path) -> None:
    files.write(tmp_path)
    files.write_one(tmp_path, "order_items", rename={"freight_value": "freight"})
    with pytest.raises(WrongFolder, match=r"order_items\.csv\.gz: column freight_value is missing; it has .*freight"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "was", "spoiled", "words"),
    [
        ("order_items", "7.50", "seven", r"order_items\.csv\.gz line 4: column price is not an amount: 'seven'"),
        ("order_items", "7.50", "-1", r"line 4: column price is not an amount: '-1'"),
        ("order_items", "7.50", "NaN", r"line 4: column price is not an amount: 'NaN'"),
        ("order_items", "7.50", "", r"line 4: column price is empty"),
        ("orders", "2017-05-01 10:00:00", "1 May", r"line 2: column order_purchase_timestamp is not a date and time"),
        ("orders", "2017-05-01 10:10:00", "soon", r"line 2: column order_approved_at is not a date and time: 'soon'"),
        ("products", "225", "heavy", r"line 2: column product_weight_g is not a number: 'heavy'"),
        ("sellers", "s2", "s9", r"order_items: order o2 names seller s2, unknown to sellers"),
        ("products", "p2", "p9", r"order_items: order o2 names product p2, unknown to products"),
    ],
)
def test_a_spoiled_value_is_named_with_file_line_and_column(
    tmp_path: Path, name: str, was: str, spoiled: str, words: str
) -> None:
    path = files.write(tmp_path) / f"{name}.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    path.write_bytes(gzip.compress(text.replace(was, spoiled, 1).encode()))
    with pytest.raises(WrongFolder, match=words):
        read(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no gzip at all", "orders.csv.gz: not a readable gzip file"),
        (gzip.compress(b"order_id,customer_id\n" * 99)[:40], "orders.csv.gz"),
        (gzip.compress(b"\xff\xfe\x00"), "orders.csv.gz: not UTF-8 text"),
        (gzip.compress(b""), "orders.csv.gz: column order_id is missing"),
    ],
    ids=["no gzip", "cut short", "no UTF-8", "empty"],
)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    files.write(tmp_path)
    (tmp_path / "orders.csv.gz").write_bytes(content)
    with pytest.raises(WrongFolder, match=words):
        read(tmp_path)


def test_the_real_folder(shared: Path) -> None:
    olist = read(shared / "data" / "olist")
    assert (len(olist.orders), sum(order.whole for order in olist.orders)) == (19003, 10000)
    assert (len(olist.sellers), len(olist.products)) == (3095, 32951)
    assert sum(len({item.seller_id for item in order.items}) > 1 for order in olist.orders if order.whole) == 145
