"""Links out to a file and in again: every spelling of a table, every wrong row told, nothing lost."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any, BinaryIO

import pytest

from crossdock.models import Listing, Store, StoreVariant, VariantLink
from crossdock.operations import linking_csv, linking_files
from crossdock.operations.linking_catalogues import NoMerchantStore
from crossdock.operations.linking_csv import RowError, RowProblem
from tests.operations import rows
from tests.operations.test_linking import World, keep, shirts, stool

pytestmark = pytest.mark.django_db
HEAD = "vendor,vendor_variant_id,merchant_variant_id"


@pytest.fixture
def world() -> World:
    made = World()
    stool(made)
    shirts(made)
    return made


def read(world: World, text: str | bytes, **values: Any) -> linking_csv.Imported:
    data = text if isinstance(text, bytes) else text.encode()
    given: dict[str, Any] = {"now": rows.NOW, "who": "olga"} | values
    return linking_csv.import_links(marketplace=world.place, file=io.BytesIO(data), **given)


def written(world: World, **values: Any) -> bytes:
    return b"".join(linking_csv.export_links(marketplace=world.place, **values))


def counts(result: linking_csv.Imported) -> tuple[int, int, int, int]:
    return result.rows, result.linked, result.same, result.wrong


def test_what_is_written_is_read_again_as_the_same(world: World) -> None:
    name = world.vendor.name
    assert counts(read(world, f"{HEAD}\n{name},v1-0,m1-0\n{name},v2-1,m2-1\n")) == (2, 2, 0, 0)
    assert Listing.objects.filter(origin="mapped", state="live").count() == 2
    file = written(world)
    assert file.startswith(b"\xef\xbb\xbfvendor,vendor_product_id,")
    assert counts(read(world, file)) == (2, 0, 2, 0)
    VariantLink.objects.all().delete()
    assert counts(read(world, file)) == (2, 2, 0, 0)
    assert world.links() == {("v1-0", "m1-0"), ("v2-1", "m2-1")}
    assert world.vendor.name in written(world, bom=False, delimiter=";").decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_usual_table_is_read(world: World, encoding: str, delimiter: str, end: str) -> None:
    world.vendor.name = "Möbel & Söner"
    world.vendor.save()
    lines = [["Vendor", "Remark", "Vendor SKU", "Merchant variant ID"]]
    lines += [["möbel & söner", '"two\nlines, and; more"', "OAK-45", "m1-0"], ["", "", "", ""]]
    text = end.join(delimiter.join(line) for line in lines)
    assert counts(read(world, text.encode(encoding))) == (1, 1, 0, 0)


def test_every_wrong_row_is_told_and_every_good_one_linked(world: World) -> None:
    other = rows.vendor(world.place, "By hand")
    keep(world.theirs, "v3", "Cup", [{"sku": "CUP"}, {"sku": "CUP"}])
    StoreVariant.objects.filter(variant_id="m2-2").update(gone_at=rows.NOW)
    name = world.vendor.name
    text = f"""vendor,vendor_product_id,vendor_variant_id,vendor_sku,merchant_variant_id
{name},v1,v1-0,,m1-0
Nobody,,v2-0,,m2-0
{other.name},,v2-0,,m2-0
,,v2-0,,m2-0
{name},,1.23457E+13,,m2-0
{name},,,,m2-0
{name},,v2-9,,m2-0
{name},,v2-0,,m2-2
{name},,,CUP,m2-0
{name},v1,v2-0,,m2-0
{name},,v2-0,,m1-0
{name},,v2-0,,m2-0,and,more

{name},,v2-1,,m2-1
"""
    result = read(world, text)
    assert counts(result) == (13, 2, 0, 11)
    assert result.errors == [
        RowError(3, "vendor", RowProblem.UNKNOWN_VENDOR, "Nobody"),
        RowError(4, "vendor", RowProblem.VENDOR_WITHOUT_STORE, "By hand"),
        RowError(5, "vendor", RowProblem.EMPTY),
        RowError(6, "vendor_variant_id", RowProblem.ROUNDED, "1.23457E+13"),
        RowError(7, "vendor_variant_id", RowProblem.EMPTY),
        RowError(8, "vendor_variant_id", RowProblem.UNKNOWN_VARIANT, "v2-9"),
        RowError(9, "merchant_variant_id", RowProblem.GONE_VARIANT, "m2-2"),
        RowError(10, "vendor_sku", RowProblem.AMBIGUOUS_SKU, "CUP"),
        RowError(11, "vendor_product_id", RowProblem.OTHER_PRODUCT, "v1"),
        RowError(12, "merchant_variant_id", RowProblem.REPEATED, "m1-0"),
        RowError(13, "", RowProblem.WIDTH, f"{name},,v2-0,,m2-0,and,more"),
    ]
    assert world.links() == {("v1-0", "m1-0"), ("v2-1", "m2-1")}


def test_what_is_linked_otherwise_is_replaced_only_if_asked(world: World) -> None:
    text = f"{HEAD}\n{world.vendor.name},{{}},m2-0\n"
    read(world, text.format("v2-2"))
    assert read(world, text.format("v2-0")).errors == [
        RowError(2, "merchant_variant_id", RowProblem.LINKED_OTHERWISE, "m2-0")
    ]
    assert read(world, text.format("v2-0"), replace=True).linked == 1
    assert world.links() == {("v2-0", "m2-0")}


def test_a_dry_run_says_the_same_and_changes_nothing(world: World) -> None:
    text = f"{HEAD}\n{world.vendor.name},v1-0,m1-0\n{world.vendor.name},v1-0,none\n"
    tried = read(world, text, dry_run=True)
    assert (world.links(), Listing.objects.count()) == (set(), 0)
    done = read(world, text)
    assert (counts(tried), tried.errors) == (counts(done), done.errors)


def test_a_vendor_given_needs_no_column_and_takes_no_others_rows(world: World) -> None:
    rows.store(world.place, rows.vendor(world.place, "Other"))
    text = "vendor_variant_id,merchant_variant_id\nv1-0,m1-0\n"
    assert read(world, text, vendor=world.vendor).linked == 1
    wrong = read(world, f"{HEAD}\nOther,v2-0,m2-0\n", vendor=world.vendor)
    assert wrong.errors == [RowError(2, "vendor", RowProblem.UNKNOWN_VENDOR, "Other")]


def test_a_product_being_made_is_told(world: World) -> None:
    values = {"marketplace": world.place, "vendor": world.vendor, "store": world.theirs, "product_id": "v1"}
    Listing.objects.create(**values, origin="added", state="sending", reference="r", created_at=rows.NOW)
    result = read(world, f"{HEAD}\n{world.vendor.name},v1-0,m1-0\n{world.vendor.name},v2-0,m2-0\n")
    assert counts(result) == (2, 1, 0, 1)
    assert result.errors == [RowError(2, "vendor_product_id", RowProblem.BEING_MADE)]


def test_the_wrong_rows_come_as_a_file_that_is_read_again_once_mended(world: World) -> None:
    name = world.vendor.name
    errors = io.BytesIO()
    read(world, f"{HEAD}\n{name},v1-0,m1-0\n{name},v2-0,m2-77\n", errors=errors)
    text = errors.getvalue().decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["row"], line["wrong_column"], line["wrong"]) == ("3", "merchant_variant_id", "unknown_variant")
    assert read(world, text.replace("m2-77", "m2-0")).linked == 1


def test_a_formula_goes_out_as_text_and_comes_in_as_it_was(world: World) -> None:
    keep(world.theirs, "v4", "=HYPERLINK(1)", [{"sku": "+1"}, {"sku": "-2"}, {"sku": "@x"}])
    keep(world.ours, "m4", "Link", [{}, {}, {}])
    read(world, f"{HEAD}\n" + "".join(f"{world.vendor.name},v4-{n},m4-{n}\n" for n in range(3)))
    lines = list(csv.DictReader(io.StringIO(written(world).decode("utf-8-sig"))))
    assert [line["vendor_sku"] for line in lines] == ["'+1", "'-2", "'@x"]
    assert {line["vendor_title"] for line in lines} == {"'=HYPERLINK(1)"}
    VariantLink.objects.all().delete()
    text = "vendor,vendor_sku,merchant_variant_id\n" + "".join(
        f"{line['vendor']},{line['vendor_sku']},{line['merchant_variant_id']}\n" for line in lines
    )
    assert read(world, text).linked == 3


@pytest.mark.parametrize(
    "text", ["", "\n", "a,b\n1,2\n", "vendor,vendor_sku\n", "vendor_sku,vendor_sku,merchant_sku\n", b"\x89PNG\x00\x01"]
)
def test_what_is_no_table_of_links_is_refused(world: World, text: str | bytes) -> None:
    with pytest.raises(linking_files.BadFile):
        read(world, text)


def test_a_quote_without_an_end_loses_no_more_than_it_swallows(world: World) -> None:
    name = world.vendor.name
    swallowed = "".join(f"{name},v2-0,m2-0\n" for _ in range(3000))
    result = read(world, f'{HEAD}\n{name},v1-0,"m1-0\n{swallowed}{name},v2-1,m2-1\n')
    assert result.errors[0].problem is RowProblem.UNREADABLE
    assert result.errors[0].value.startswith("2-")
    assert world.links() >= {("v2-1", "m2-1")}
    assert result.rows == result.linked + result.same + result.wrong


class Endless(io.RawIOBase, BinaryIO):  # type: ignore[misc]  # a file that is made while it is read
    """`rows` lines, never in memory at once."""

    def __init__(self, head: str, line: str, rows: int) -> None:
        self._head, self._line, self._rows = head, line, rows
        self._seek(0)

    def _seek(self, offset: int) -> None:
        assert offset == 0
        self._left = self._pieces()
        self._at = 0
        self._rest = b""

    def _pieces(self) -> Iterator[bytes]:
        yield self._head.encode()
        for start in range(0, self._rows, 1000):
            yield "".join(self._line.format(number) for number in range(start, start + 1000)).encode()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._seek(offset)
        return 0

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (piece := next(self._left, b"")):
            self._rest += piece
        taken, self._rest = self._rest[:size], self._rest[size:]
        self._at += len(taken)
        return taken

    read1 = read


def test_a_big_file_is_read_in_little_memory(world: World) -> None:

    file = Endless(f"{HEAD}\n", f"{world.vendor.name},v2-0,{{:0200d}}\n", 20_000)
    tracemalloc.start()
    try:
        result = linking_csv.import_links(marketplace=world.place, file=file, now=rows.NOW, who="olga", dry_run=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counts(result) == (20_000, 0, 0, 20_000)
    assert len(result.errors) == linking_csv.MOST_ERRORS
    assert peak < 20_000_000  # the file has more than 4 MB; a batch has a thousand rows


def test_without_the_merchants_store_nothing_is_read(world: World) -> None:
    Store.objects.filter(pk=world.ours.pk).delete()
    with pytest.raises(NoMerchantStore):
        read(world, f"{HEAD}\n")
