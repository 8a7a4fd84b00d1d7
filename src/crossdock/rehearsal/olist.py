"""Reads a folder of Olist marketplace files (plain or gzipped CSV) into orders with their items, payments and buyer.

Not here: what is made of them (market.py, schedule.py). Every complaint names the file, the line and the column.
"""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from msgspec import Struct

# file -> columns that are read. The other names are those of the full data set as published.
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "orders": (
        "olist_orders_dataset",
        (
            "order_id",
            "customer_id",
            "order_status",
            "order_purchase_timestamp",
            "order_approved_at",
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
        ),
    ),
    "order_items": ("olist_order_items_dataset", ("order_id", "product_id", "seller_id", "price", "freight_value")),
    "order_payments": ("olist_order_payments_dataset", ("order_id", "payment_type", "payment_value")),
    "customers": (
        "olist_customers_dataset",
        ("customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state"),
    ),
    "sellers": ("olist_sellers_dataset", ("seller_id", "seller_city", "seller_state")),
    "products": ("olist_products_dataset", ("product_id", "product_category_name", "product_weight_g")),
    "product_category_name_translation": (
        "product_category_name_translation",
        ("product_category_name", "product_category_name_english"),
    ),
}


class WrongFolder(ValueError):
    """The folder, a file, a column or a value is not what it should be; the words say which."""


class Item(Struct, frozen=True):
    product_id: str
    seller_id: str
    price: Decimal
    freight: Decimal


class Buyer(Struct, frozen=True):
    """Anonymised: no name, no street; `id` is the same for all orders of one person."""

    id: str
    zip: str
    city: str
    state: str


class Header(Struct, frozen=True):
    """What happened to an order and when. Times are the files' own, taken as UTC. `payment_types` is empty where the
    files have no payment of it; `whole` means items, payments and buyer are all there."""

    id: str
    status: str
    purchased_at: datetime
    approved_at: datetime | None
    carrier_at: datetime | None
    delivered_at: datetime | None
    whole: bool
    items: tuple[Item, ...] = ()
    payment_types: tuple[str, ...] = ()
    buyer: Buyer | None = None


class Seller(Struct, frozen=True):
    id: str
    city: str
    state: str


class Product(Struct, frozen=True):
    id: str
    category: str
    weight: int


class Olist(Struct, frozen=True):
    """`orders` by time of purchase. `baskets`: items of orders whose header is not in the files, by order id."""

    orders: tuple[Header, ...]
    sellers: tuple[Seller, ...]
    products: tuple[Product, ...]
    baskets: tuple[tuple[str, tuple[Item, ...]], ...]


def read(folder: Path) -> Olist:
    """The whole folder. Raises WrongFolder."""
    if not folder.is_dir():
        raise WrongFolder(f"{folder}: there is no such folder")
    for name in FILES:
        _find(folder, name)
    items = _items(folder)
    payments = _payment_types(folder)
    buyers = _buyers(folder)
    orders = sorted(_headers(folder, items, payments, buyers), key=lambda order: (order.purchased_at, order.id))
    known = {order.id for order in orders}
    baskets = sorted((key, tuple(lines)) for key, lines in items.items() if key not in known)
    olist = Olist(tuple(orders), tuple(_sellers(folder)), tuple(_products(folder)), tuple(baskets))
    _check_references(olist)
    return olist


def _headers(
    folder: Path, items: dict[str, list[Item]], payments: dict[str, list[str]], buyers: dict[str, Buyer]
) -> Iterator[Header]:
    for row in _rows(folder, "orders"):
        key = row.text("order_id")
        lines, types, buyer = items.get(key, []), payments.get(key, []), buyers.get(row.text("customer_id"))
        partial = row.optional("src") == "B"  # a header from the sample that was cut: its payments may miss a row
        yield Header(
            id=key,
            status=row.text("order_status"),
            purchased_at=row.time("order_purchase_timestamp"),
            approved_at=row.time_or_none("order_approved_at"),
            carrier_at=row.time_or_none("order_delivered_carrier_date"),
            delivered_at=row.time_or_none("order_delivered_customer_date"),
            whole=bool(lines and types and buyer) and not partial,
            items=tuple(lines),
            payment_types=tuple(dict.fromkeys(types)),
            buyer=buyer,
        )


def _items(folder: Path) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for row in _rows(folder, "order_items"):
        item = Item(row.text("product_id"), row.text("seller_id"), row.money("price"), row.money("freight_value"))
        found.setdefault(row.text("order_id"), []).append(item)
    return found


def _payment_types(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in _rows(folder, "order_payments"):
        row.money("payment_value")
        found.setdefault(row.text("order_id"), []).append(row.text("payment_type"))
    return found


def _buyers(folder: Path) -> dict[str, Buyer]:
    return {
        row.text("customer_id"): Buyer(
            row.text("customer_unique_id"),
            row.text("customer_zip_code_prefix"),
            row.text("customer_city"),
            row.text("customer_state"),
        )
        for row in _rows(folder, "customers")
    }


def _sellers(folder: Path) -> Iterator[Seller]:
    for row in _rows(folder, "sellers"):
        yield Seller(row.text("seller_id"), row.text("seller_city"), row.text("seller_state"))


def _products(folder: Path) -> Iterator[Product]:
    english = {
        row.text("product_category_name"): row.text("product_category_name_english")
        for row in _rows(folder, "product_category_name_translation")
    }
    for row in _rows(folder, "products"):
        category = row.optional("product_category_name")
        yield Product(row.text("product_id"), english.get(category, category), row.whole_or_zero("product_weight_g"))


def _check_references(olist: Olist) -> None:
    sellers = {seller.id for seller in olist.sellers}
    products = {product.id for product in olist.products}
    for order in olist.orders:
        for item in order.items:
            if item.seller_id not in sellers:
                raise WrongFolder(f"order_items: order {order.id} names seller {item.seller_id}, unknown to sellers")
            if item.product_id not in products:
                raise WrongFolder(f"order_items: order {order.id} names product {item.product_id}, unknown to products")


class _Row:
    """One line of one file, whose complaints say where."""

    def __init__(self, place: str, values: dict[str, str]) -> None:
        self.place = place
        self.values = values

    def text(self, column: str) -> str:
        value = self.optional(column)
        if not value:
            raise WrongFolder(f"{self.place}: column {column} is empty")
        return value

    def optional(self, column: str) -> str:
        return (self.values.get(column) or "").strip()

    def time(self, column: str) -> datetime:
        value = self.text(column)
        try:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            raise WrongFolder(f"{self.place}: column {column} is not a date and time: {value!r}") from None

    def time_or_none(self, column: str) -> datetime | None:
        return self.time(column) if self.optional(column) else None

    def money(self, column: str) -> Decimal:
        value = self.text(column)
        try:
            amount = Decimal(value)
        except InvalidOperation:
            raise WrongFolder(f"{self.place}: column {column} is not an amount: {value!r}") from None
        if not amount.is_finite() or amount < 0:
            raise WrongFolder(f"{self.place}: column {column} is not an amount: {value!r}")
        return amount

    def whole_or_zero(self, column: str) -> int:
        value = self.optional(column)
        try:
            return int(float(value)) if value else 0
        except ValueError:
            raise WrongFolder(f"{self.place}: column {column} is not a number: {value!r}") from None


def _rows(folder: Path, name: str) -> Iterator[_Row]:
    path = _find(folder, name)
    wanted = FILES[name][1]
    with _opened(path) as lines:
        reader = csv.DictReader(lines)
        missing = [column for column in wanted if column not in (reader.fieldnames or ())]
        if missing:
            raise WrongFolder(
                f"{path.name}: column {missing[0]} is missing; it has {', '.join(reader.fieldnames or ())}"
            )
        for values in reader:
            yield _Row(f"{path.name} line {reader.line_num}", values)


def _find(folder: Path, name: str) -> Path:
    published = FILES[name][0]
    for candidate in (f"{name}.csv.gz", f"{name}.csv", f"{published}.csv", f"{published}.csv.gz"):
        if (folder / candidate).is_file():
            return folder / candidate
    raise WrongFolder(f"{folder}: {name}.csv.gz (or {name}.csv, {published}.csv) is missing")


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[str]]:
    """Lines of the file as text, a byte-order mark dropped; a broken archive or wrong encoding is a WrongFolder."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield iter(file)
    except (gzip.BadGzipFile, EOFError) as error:
        raise WrongFolder(f"{path.name}: not a readable gzip file ({error})") from error
    except UnicodeDecodeError as error:
        raise WrongFolder(f"{path.name}: not UTF-8 text ({error})") from error
