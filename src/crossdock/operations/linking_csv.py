"""Links as a file: written out whole, and read in row by row, each row made a link or told what is wrong with it.

Columns are read by their names, in any order; others are left alone. Needed: merchant_variant_id (or merchant_sku) and
vendor_variant_id (or vendor_sku), and vendor unless one is given. Not here: how a file is spelt (linking_files.py).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

from django.db import connection, transaction
from msgspec import Struct

from crossdock.models import Marketplace, Store, Vendor
from crossdock.operations import linking_files
from crossdock.operations.linking_catalogues import merchant_store
from crossdock.operations.linking_find import Found, Side, find_links, find_variants
from crossdock.operations.linking_rows import Pair, link
from crossdock.operations.record import record
from crossdock.operations.what import What

COLUMNS = (
    "vendor",
    "vendor_product_id",
    "vendor_variant_id",
    "vendor_sku",
    "vendor_title",
    "merchant_product_id",
    "merchant_variant_id",
    "merchant_sku",
    "merchant_title",
    "made_by",
    "made_at",
)
PAGE = 2000
BATCH = 1000
MOST_ERRORS = 500  # that are answered at once; all of them go into the file of errors
LINKS = """
SELECT k.id, d.name, k.vendor_product_id, k.vendor_variant_id, COALESCE(v.sku, ''), COALESCE(v.title, ''),
       k.merchant_product_id, k.merchant_variant_id, COALESCE(m.sku, ''), COALESCE(m.title, ''), k.made_by, k.made_at
FROM variant_link k
JOIN vendor d ON d.id = k.vendor_id
LEFT JOIN store s ON s.vendor_id = k.vendor_id
LEFT JOIN store_variant v ON v.store_id = s.id AND v.variant_id = k.vendor_variant_id
LEFT JOIN store o ON o.marketplace_id = k.marketplace_id AND o.vendor_id IS NULL
LEFT JOIN store_variant m ON m.store_id = o.id AND m.variant_id = k.merchant_variant_id
WHERE k.marketplace_id = %(marketplace)s AND k.ended_at IS NULL AND k.id > %(after)s
  AND (%(vendor)s::bigint IS NULL OR k.vendor_id = %(vendor)s::bigint)
ORDER BY k.id LIMIT %(page)s
"""


class RowProblem(StrEnum):
    """What can be wrong with a row; `RowError.value` is what stands there."""

    EMPTY = "empty"  # nothing in a column that is needed
    UNREADABLE = "unreadable"  # a quote that does not end; the value tells the lines
    WIDTH = "width"  # more cells than the head has
    UNKNOWN_VENDOR = "unknown_vendor"
    VENDOR_WITHOUT_STORE = "vendor_without_store"
    ROUNDED = "rounded"  # 1.23457E+13: a spreadsheet made a number of an id
    UNKNOWN_VARIANT = "unknown_variant"
    GONE_VARIANT = "gone_variant"
    AMBIGUOUS_SKU = "ambiguous_sku"
    OTHER_PRODUCT = "other_product"  # the variant is there, in another product
    REPEATED = "repeated"  # the merchant's variant stood in an earlier row
    LINKED_OTHERWISE = "linked_otherwise"
    BEING_MADE = "being_made"


class RowError(Struct, frozen=True):
    """`row` counts as a spreadsheet does, the head being 1; `column` is the one to mend."""

    row: int
    column: str
    problem: RowProblem
    value: str = ""


class Imported(Struct):
    """Every row is in one of: linked (or would be: `dry_run`), the same as before, wrong. Empty rows do not count."""

    dry_run: bool
    rows: int = 0
    linked: int = 0
    same: int = 0
    wrong: int = 0
    errors: list[RowError] = []


def export_links(
    *, marketplace: Marketplace, vendor: Vendor | None = None, delimiter: str = ",", bom: bool = True
) -> Iterator[bytes]:
    """The links that stand, as UTF-8 (with a byte order mark for spreadsheets, unless told otherwise), a page at a
    time."""
    yield linking_files.written([COLUMNS], delimiter, bom=bom)
    after = 0
    while True:
        vendor_id = None if vendor is None else vendor.pk
        values = {"marketplace": marketplace.pk, "vendor": vendor_id, "after": after, "page": PAGE}
        with connection.cursor() as cursor:
            cursor.execute(LINKS, values)
            rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield linking_files.written([(*row[1:11], row[11].isoformat()) for row in rows], delimiter)


def import_links(
    *,
    marketplace: Marketplace,
    file: BinaryIO,
    now: datetime,
    who: str,
    vendor: Vendor | None = None,
    replace: bool = False,
    dry_run: bool = False,
    errors: BinaryIO | None = None,
) -> Imported:
    """Read links row by row and make those that are good, a thousand in a transaction; `replace`: also of variants
    that are linked otherwise. `errors` takes the wrong rows as a file of the same columns with what is wrong, to be
    mended and read in again. Raises BadFile, NoMerchantStore."""
    table = linking_files.Table(file)
    reading = _Reading(marketplace, merchant_store(marketplace), vendor, replace, Imported(dry_run))
    sink = linking_files.Errors(errors, table.head) if errors is not None else None
    for rows in table.batches(BATCH):
        wrong = reading.take(rows, now, who)
        if sink is not None:
            sink.add(dict(rows), wrong)
    if not dry_run:
        _record(marketplace, reading.result, now, who)
    return reading.result


def _record(marketplace: Marketplace, result: Imported, now: datetime, who: str) -> None:
    data = {"linked": result.linked, "same": result.same, "wrong": result.wrong}
    record(What.LINKS_IMPORTED, marketplace=marketplace, who=who, now=now, data=data)


class _Reading:
    """One file being read: what is known of vendors, and which of the merchant's variants came already."""

    def __init__(
        self, marketplace: Marketplace, ours: Store, vendor: Vendor | None, replace: bool, result: Imported
    ) -> None:
        self._marketplace, self._ours, self._vendor, self._replace = marketplace, ours, vendor, replace
        self.result = result
        stores = dict(Store.objects.filter(marketplace=marketplace, vendor__isnull=False).values_list("vendor", "pk"))
        vendors = Vendor.objects.filter(marketplace=marketplace).values_list("pk", "name")
        self._vendors = {name.casefold(): (pk, stores.get(pk)) for pk, name in vendors}
        self._vendors |= {f"id:{pk}": (pk, stores.get(pk)) for pk, _ in vendors}
        self._seen: set[int] = set()  # hashes: ids of a million rows would not be few

    def take(self, rows: Sequence[tuple[int, linking_files.Row]], now: datetime, who: str) -> list[RowError]:
        """One batch: all good rows are linked, all others said."""
        self.result.rows += len(rows)
        wrong: list[RowError] = []
        found = self._pairs(self._asked(rows, wrong), wrong)
        good = self._unlinked(found, wrong)
        if not self.result.dry_run and good:
            busy = self._link([pair for _, pair in good], now, who)
            wrong += [_error(row, "vendor_product_id", RowProblem.BEING_MADE) for row, pair in good if pair in busy]
            good = [(row, pair) for row, pair in good if pair not in busy]
        self.result.linked += len(good)
        self.result.wrong += len(wrong)
        wrong.sort(key=lambda error: error.row)
        self.result.errors += wrong[: max(0, MOST_ERRORS - len(self.result.errors))]
        return wrong

    @transaction.atomic
    def _link(self, pairs: list[Pair], now: datetime, who: str) -> set[Pair]:
        return set(link(marketplace=self._marketplace, pairs=pairs, made_by="import", now=now, who=who))

    def _asked(
        self, rows: Sequence[tuple[int, linking_files.Row]], wrong: list[RowError]
    ) -> list[tuple[int, int, Side, Side]]:
        """Row, vendor, and how either variant is named."""
        asked = []
        for number, row in rows:
            checked = self._check(number, row)
            if isinstance(checked, RowError):
                wrong.append(checked)
            else:
                asked.append((number, *checked))
        return asked

    def _check(self, number: int, row: linking_files.Row) -> tuple[int, Side, Side] | RowError:
        if row.problem:
            return _error(number, "", RowProblem(row.problem), row.cells.get("", ""))
        vendor = self._vendor_of(number, row)
        if isinstance(vendor, RowError):
            return vendor
        vendor_id, store_id = vendor
        theirs = _side(number, row, "vendor", store_id)
        if isinstance(theirs, RowError):
            return theirs
        ours = _side(number, row, "merchant", self._ours.pk)
        return ours if isinstance(ours, RowError) else (vendor_id, theirs, ours)

    def _vendor_of(self, number: int, row: linking_files.Row) -> tuple[int, int] | RowError:
        name = row.cells.get("vendor", "")
        key = name.casefold() if name or self._vendor is None else f"id:{self._vendor.pk}"
        if not key:
            return _error(number, "vendor", RowProblem.EMPTY)
        vendor_id, store_id = self._vendors.get(key, (None, None))
        if vendor_id is None or (self._vendor is not None and vendor_id != self._vendor.pk):
            return _error(number, "vendor", RowProblem.UNKNOWN_VENDOR, name)
        if store_id is None:
            return _error(number, "vendor", RowProblem.VENDOR_WITHOUT_STORE, name)
        return vendor_id, store_id

    def _pairs(self, asked: Sequence[tuple[int, int, Side, Side]], wrong: list[RowError]) -> list[tuple[int, Pair]]:
        found = find_variants({side for _, _, theirs, ours in asked for side in (theirs, ours)})
        pairs = []
        for number, vendor_id, theirs, ours in asked:
            mine, other = found[theirs], found[ours]
            error = _unfit(number, "vendor", theirs, mine) or _unfit(number, "merchant", ours, other)
            if error is None and hash(other[0].variant_id) in self._seen:
                error = _error(number, f"merchant_{ours.by}", RowProblem.REPEATED, ours.value)
            if error is not None:
                wrong.append(error)
                continue
            self._seen.add(hash(other[0].variant_id))
            pair = Pair(
                vendor_id,
                theirs.store_id,
                mine[0].product_id,
                mine[0].variant_id,
                other[0].product_id,
                other[0].variant_id,
            )
            pairs.append((number, pair))
        return pairs

    def _unlinked(self, found: list[tuple[int, Pair]], wrong: list[RowError]) -> list[tuple[int, Pair]]:
        """Without those that are linked so already, and those that are linked otherwise."""
        links = find_links(self._marketplace.pk, [pair.merchant_variant_id for _, pair in found])
        good = []
        for number, pair in found:
            linked = links.get(pair.merchant_variant_id)
            if linked == (pair.vendor_id, pair.vendor_variant_id):
                self.result.same += 1
            elif linked is not None and not self._replace:
                problem = RowProblem.LINKED_OTHERWISE
                wrong.append(_error(number, "merchant_variant_id", problem, pair.merchant_variant_id))
            else:
                good.append((number, pair))
        return good


def _side(number: int, row: linking_files.Row, which: str, store_id: int) -> Side | RowError:
    """The variant by its id or, without one, by its SKU."""
    id, sku = row.cells.get(f"{which}_variant_id", ""), row.cells.get(f"{which}_sku", "")
    product = row.cells.get(f"{which}_product_id", "")
    for column, value in ((f"{which}_variant_id", id), (f"{which}_product_id", product)):
        if linking_files.is_rounded(value):
            return _error(number, column, RowProblem.ROUNDED, value)
    if not id and not sku:
        return _error(number, f"{which}_variant_id", RowProblem.EMPTY)
    return Side(store_id, "variant_id" if id else "sku", id or sku, product)


def _unfit(number: int, which: str, asked: Side, found: Sequence[Found]) -> RowError | None:
    """Why a variant that was named is not one that can be linked."""
    column = f"{which}_{asked.by}"
    there = [each for each in found if not each.gone]
    if not there:
        problem = RowProblem.GONE_VARIANT if found else RowProblem.UNKNOWN_VARIANT
        return _error(number, column, problem, asked.value)
    if len(there) > 1:
        return _error(number, column, RowProblem.AMBIGUOUS_SKU, asked.value)
    if asked.product_id and there[0].product_id != asked.product_id:
        return _error(number, f"{which}_product_id", RowProblem.OTHER_PRODUCT, asked.product_id)
    return None


def _error(row: int, column: str, problem: RowProblem, value: str = "") -> RowError:
    return RowError(row, column, problem, value[:200])
