"""Reads product files as shops export them (Shopify's or WooCommerce's CSV, plain or gzipped), and dresses a market's
linked offers in their products: real titles, options, SKUs that repeat or are missing, odd barcodes.

Not here: the market itself (market.py). A line that makes no sense as a product is left out, not complained of.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from crossdock.rehearsal.olist import WrongFolder
from crossdock_sandbox.traffic.plan import Found, Market, Offer, Shop

Row = dict[str, str]
MOST_VARIANTS = 100
PLAIN = "Default Title"  # what Shopify calls the only variant of a product without options


class Sort(Struct, frozen=True):
    """One variant of a product. `price` "" = the file has none."""

    options: tuple[tuple[str, str], ...]
    sku: str
    price: str
    barcode: str
    weight: int


class Goods(Struct, frozen=True):
    """One product of a file."""

    title: str
    html: str
    product_type: str
    tags: tuple[str, ...]
    sorts: tuple[Sort, ...]


def read(source: Path) -> list[Goods]:
    """Every product of a file, or of all the product files of a folder. Raises WrongFolder."""
    if not source.exists():
        raise WrongFolder(f"{source}: there is no such file or folder")
    files = sorted(source.glob("*.csv*")) if source.is_dir() else [source]
    found = [goods for file in files for goods in _file(file)]
    if not found:
        raise WrongFolder(f"{source}: no products in any CSV file of it (Shopify's or WooCommerce's export)")
    return found


def dress(market: Market, goods: Sequence[Goods], *, seed: int) -> Market:
    """The market with its linked offers made variants of `goods`, each product once, those with most variants first;
    what the goods do not suffice for stays as it is. A product's variants beyond the shop's offers are offered too."""
    shelf = sorted(goods, key=lambda each: -len(each.sorts))
    Random(f"{seed}:shelf").shuffle(rest := [each for each in shelf if len(each.sorts) == 1])
    pile = iter([*(each for each in shelf if len(each.sorts) > 1), *rest])
    shops = sorted(market.shops, key=lambda shop: -sum(offer.found is Found.LINK for offer in shop.offers))
    dressed = {shop.key: replace(shop, offers=tuple(_shop(shop, pile))) for shop in shops}
    return replace(market, shops=tuple(dressed[shop.key] for shop in market.shops))


def _shop(shop: Shop, pile: Iterator[Goods]) -> Iterator[Offer]:
    linked = [offer for offer in shop.offers if offer.found is Found.LINK]
    yield from (offer for offer in shop.offers if offer.found is not Found.LINK)
    number = 0
    while linked and (goods := next(pile, None)):
        number += 1
        sorts = goods.sorts
        for sort in sorts:
            model = linked.pop(0) if linked else None
            yield _offer(shop, goods, sort, model, f"{shop.key}/{number}")
    yield from linked


def _offer(shop: Shop, goods: Goods, sort: Sort, model: Offer | None, product: str) -> Offer:
    key = model.key if model else f"{product}/{'/'.join(value for _, value in sort.options)}"
    price = sort.price or (model.price if model else "19.90")
    return Offer(
        key=key,
        shop=shop.key,
        title=goods.title,
        sku=sort.sku,
        price=price,
        listing_title=goods.title,
        listing_sku=sort.sku,
        listing_vendor=shop.name,
        found=Found.LINK,
        weight=sort.weight,
        product=product,
        options=sort.options,
        barcode=sort.barcode,
        html=goods.html,
        product_type=goods.product_type,
        tags=goods.tags,
    )


def _file(path: Path) -> Iterator[Goods]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongFolder(f"{path.name}: not a readable CSV file ({error})") from error
    columns = rows[0].keys() if rows else ()
    if "Handle" in columns:
        yield from _shopify(rows)
    elif "Type" in columns and "Name" in columns:
        yield from _woocommerce(rows)


def _shopify(rows: Iterable[Row]) -> Iterator[Goods]:
    """The first row of a handle carries the product, further ones only variants or images."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(_of(row, "Handle"), []).append(row)
    for handle, group in groups.items():
        first = group[0]
        if not handle or not _of(first, "Title"):
            continue
        names = [_of(first, f"Option{number} Name") for number in (1, 2, 3)]
        sorts = [_shopify_sort(row, names) for row in group if _is_variant(row, names)]
        yield from _goods(first, sorts, title="Title", html="Body (HTML)", kind="Type")


def _is_variant(row: Row, names: Sequence[str]) -> bool:
    """Rows of images have nothing of a variant."""
    said = any(_of(row, f"Option{number} Value") for number in (1, 2, 3) if names[number - 1])
    return said or bool(_of(row, "Variant SKU") or _of(row, "Title"))


def _shopify_sort(row: Row, names: Sequence[str]) -> Sort:
    values = [_of(row, f"Option{number} Value") for number in (1, 2, 3)]
    options = tuple((name, value) for name, value in zip(names, values, strict=True) if name and value)
    plain = len(options) == 1 and options[0][1] == PLAIN
    return Sort(
        options=() if plain else options,
        sku=_of(row, "Variant SKU"),
        price=_money(_of(row, "Variant Price")),
        barcode=_of(row, "Variant Barcode").lstrip("'"),
        weight=int(_number(_of(row, "Variant Grams"))),
    )


def _woocommerce(rows: Sequence[Row]) -> Iterator[Goods]:
    """A variation names its parent by SKU; a variable product without any is sold as it is."""
    for row in rows:
        if _of(row, "Type").split(",")[0] not in ("simple", "variable") or not _of(row, "Name"):
            continue
        children = [each for each in rows if _of(row, "SKU") and _of(each, "Parent") == _of(row, "SKU")]
        sorts = [_woocommerce_sort(each) for each in children] or [_woocommerce_sort(row, plain=True)]
        yield from _goods(row, sorts, title="Name", html="Description", kind="Categories")


def _woocommerce_sort(row: Row, *, plain: bool = False) -> Sort:
    named = [(_of(row, f"Attribute {n} name"), _of(row, f"Attribute {n} value(s)")) for n in (1, 2, 3)]
    options = () if plain else tuple((name, value or "Any") for name, value in named if name)
    price = _money(_of(row, "Regular price"))
    return Sort(options, _of(row, "SKU"), price, "", int(_number(_of(row, "Weight (lbs)")) * Decimal("453.6")))


def _goods(row: Row, sorts: Sequence[Sort], *, title: str, html: str, kind: str) -> Iterator[Goods]:
    """With the variants that are told apart by the first one's options, and no more than a listing can hold."""
    names = [name for name, _ in sorts[0].options] if sorts else []
    fit = [sort for sort in sorts if [name for name, _ in sort.options] == names]
    unique = list({tuple(value.casefold() for _, value in sort.options): sort for sort in reversed(fit)}.values())[::-1]
    tags = tuple(dict.fromkeys(tag.strip() for tag in _of(row, "Tags").split(",") if tag.strip()))
    if unique:
        yield Goods(_of(row, title), _of(row, html), _of(row, kind)[:200], tags, tuple(unique[:MOST_VARIANTS]))


def _of(row: Row, column: str) -> str:
    return (row.get(column) or "").strip()


def _money(words: str) -> str:
    amount = _number(words)
    return f"{amount:.2f}" if amount > 0 else ""


def _number(words: str) -> Decimal:
    try:
        amount = Decimal(words.replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)
