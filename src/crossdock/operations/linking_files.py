"""Tables in files as people have them: any of the usual separators and encodings in, one that no spreadsheet takes for
formulas out. Read and written in pieces, whatever the size.

Not here: what the columns mean (linking_csv.py).
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import BinaryIO, Protocol

from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.operations.record import Refused

DELIMITERS = ",;\t|"
LONGEST_CELL = 32_768  # what a spreadsheet holds
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROUNDED = re.compile(r"\d+([.,]\d+)?[eE]\+\d+")
_PIECE = 1 << 20


class BadFile(Refused):
    """Not a table, or without the columns it needs; `words` say which."""

    code = "bad_file"


class Row(Struct, frozen=True):
    """A row's cells by the names in the head; `problem` "" or why it could not be read."""

    cells: dict[str, str]
    problem: str = ""


class Wrong(Protocol):
    """What is said of a row that could not be used."""

    @property
    def row(self) -> int: ...

    @property
    def column(self) -> str: ...

    @property
    def problem(self) -> str: ...

    @property
    def value(self) -> str: ...


class Table:
    """A file's head, then its rows in batches. Raises BadFile."""

    def __init__(self, file: BinaryIO) -> None:
        encoding = _encoding(file)
        self._text = io.TextIOWrapper(file, encoding, newline="", errors="replace")
        first = self._text.readline(1 << 16)
        if not first.strip():
            raise BadFile(_("The file is empty."), field="file")
        self._delimiter = max(DELIMITERS, key=_bare(first).count)
        self.head = [_name(cell) for cell in next(csv.reader([first], delimiter=self._delimiter))]
        self._check()

    def _check(self) -> None:
        for side in ("vendor", "merchant"):
            names = {"id": f"{side}_variant_id", "sku": f"{side}_sku"}
            if not set(names.values()) & set(self.head):
                raise BadFile(_("The first row has no column %(id)s or %(sku)s.") % names, field="file")
        twice = {name for name in self.head if name and self.head.count(name) > 1}
        if twice:
            raise BadFile(_("Two columns are called %(names)s.") % {"names": ", ".join(sorted(twice))}, field="file")

    def batches(self, size: int) -> Iterator[list[tuple[int, Row]]]:
        """Rows with their numbers as a spreadsheet counts them; empty ones left out."""
        rows = self._rows()
        while batch := list(islice(rows, size)):
            yield batch
        self._text.detach()  # the file is the caller's to close

    def _rows(self) -> Iterator[tuple[int, Row]]:
        """`unreadable`: the lines from a quote that does not end, up to where a cell is too long to be one."""
        reader = csv.reader(self._text, delimiter=self._delimiter)
        number = 1
        while True:
            number += 1
            before = reader.line_num
            try:
                cells = _next(reader)
            except csv.Error:
                yield number, Row({"": f"{before + 2}-{reader.line_num + 1}"}, "unreadable")
                continue
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield number, self._row(cells)

    def _row(self, cells: Sequence[str]) -> Row:
        if len(cells) > len(self.head) and any(cell.strip() for cell in cells[len(self.head) :]):
            return Row({"": self._delimiter.join(cells)[:200]}, "width")
        return Row({name: _plain(cell) for name, cell in zip(self.head, cells, strict=False) if name})


def _next(reader: "Iterator[list[str]]") -> list[str] | None:
    """The next row, or None at the end. The limit of a cell is the whole program's: it is put back."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(before)


class Errors:
    """The wrong rows, written as they are read: their cells as they stood, then what is wrong."""

    def __init__(self, file: BinaryIO, head: Sequence[str]) -> None:
        self._file, self._head = file, [name for name in head if name]
        file.write(written([("row", *self._head, "wrong_column", "wrong", "wrong_value")], ",", bom=True))

    def add(self, rows: Mapping[int, Row], wrong: Sequence[Wrong]) -> None:
        lines = []
        for error in wrong:
            cells = rows[error.row].cells
            kept = [cells.get(name, "") for name in self._head]
            lines.append((str(error.row), *kept, error.column, str(error.problem), error.value))
        self._file.write(written(lines, ","))


def written(rows: Sequence[Sequence[str]], delimiter: str, *, bom: bool = False) -> bytes:
    """Rows as UTF-8. A cell that a spreadsheet would take for a formula gets an apostrophe, which reading takes off."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        [_safe(cell) for cell in row] for row in rows
    )
    return (codecs.BOM_UTF8 if bom else b"") + text.getvalue().encode()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    cell = cell.replace("\0", "").strip()
    return cell[1:].strip() if cell.startswith("'") else cell


def is_rounded(value: str) -> bool:
    """1.23457E+13: a spreadsheet took an id for a number and lost its end."""
    return bool(_ROUNDED.fullmatch(value))


def _name(cell: str) -> str:
    return re.sub(r"[\s\-]+", "_", _plain(cell).lower())


def _bare(line: str) -> str:
    """Without what is in quotes."""
    return re.sub(r'"[^"]*"', "", line)


def _encoding(file: BinaryIO) -> str:
    """By its byte order mark; without one UTF-8, or Windows' Western letters if it is not that. The file is looked
    through once for it, in pieces."""
    start = file.tell()
    head = file.read(4)
    file.seek(start)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(start)
    return "utf-8-sig"
