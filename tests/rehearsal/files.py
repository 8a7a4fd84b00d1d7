"""A small folder of marketplace files, written by hand, for the reader and what is made of it."""

import csv
import gzip
from pathlib import Path

FILES: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
    "orders": (
        (
            *("order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at"),
            *("order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date", "src"),
        ),
        [
            # a card paid at once, two vendors, a repeated item
            ("o1", "c1", "delivered", "2017-05-01 10:00:00", "2017-05-01 10:10:00", "2017-05-02 09:00:00",
             "2017-05-05 12:00:00", "2017-05-20 00:00:00", "A"),
            # a boleto, handed over before it was approved
            ("o2", "c2", "delivered", "2017-05-01 09:00:00", "2017-05-03 10:10:00", "2017-05-02 09:00:00",
             "2017-05-06 12:00:00", "2017-05-20 00:00:00", "AB"),
            # cancelled, without payment in the files
            ("o3", "c3", "canceled", "2017-05-02 10:00:00", "", "", "", "2017-05-20 00:00:00", "B"),
            # nothing but a header, unusual and usual
            ("o4", "c4", "unavailable", "2017-05-03 10:00:00", "2017-05-03 10:00:00", "", "", "", "B"),
            ("o5", "c5", "delivered", "2017-05-03 11:00:00", "2017-05-03 11:30:00", "", "", "", "B"),
        ],
    ),
    "order_items": (
        ("order_id", "order_item_id", "product_id", "seller_id", "price", "freight_value", "src"),
        [
            ("o1", "1", "p1", "s1", "10.00", "5.00", "A"),
            ("o1", "2", "p1", "s1", "10.00", "5.00", "A"),
            ("o1", "3", "p2", "s2", "7.50", "1.25", "A"),
            ("o2", "1", "p2", "s2", "8.00", "2.00", "A"),
            ("o3", "1", "p1", "s1", "11.00", "5.00", "B"),
            ("lost", "1", "p3", "s2", "99.90", "9.99", "B"),
        ],
    ),
    "order_payments": (
        ("order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value", "src"),
        [
            ("o1", "1", "credit_card", "1", "30.00", "A"),
            ("o1", "2", "voucher", "1", "8.75", "A"),
            ("o2", "1", "boleto", "1", "10.00", "A"),
        ],
    ),
    "customers": (
        ("customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state", "src"),
        [("c1", "u1", "01234", "sao paulo", "SP", "A"), ("c2", "u2", "35550", "itapecerica", "MG", "A")],
    ),
    "sellers": (
        ("seller_id", "seller_zip_code_prefix", "seller_city", "seller_state"),
        [("s1", "13023", "campinas", "SP"), ("s2", "20031", "rio de janeiro", "RJ"), ("s3", "1", "recife", "PE")],
    ),
    "products": (
        ("product_id", "product_category_name", "product_weight_g"),
        [("p1", "perfumaria", "225"), ("p2", "", ""), ("p3", "artes", "1000.0"), ("p4", "artes", "50")],
    ),
    "product_category_name_translation": (
        ("product_category_name", "product_category_name_english"),
        [("perfumaria", "perfumery")],
    ),
}  # fmt: skip


def write(folder: Path, *, packed: bool = True) -> Path:
    """All files; returns the folder."""
    for name in FILES:
        write_one(folder, name, packed=packed)
    return folder


def write_one(folder: Path, name: str, *, packed: bool = True, rename: dict[str, str] | None = None) -> None:
    """One file; `rename` gives columns other names."""
    columns, rows = FILES[name]
    opener = gzip.open if packed else open
    with opener(folder / f"{name}.csv{'.gz' if packed else ''}", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([(rename or {}).get(column, column) for column in columns])
        writer.writerows(rows)
