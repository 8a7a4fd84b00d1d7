"""Lists on their way into a statement, as the columns of `unnest`: written at once, not element by element.

The driver's own way asks a dumper and a regular expression for every element, and lets the size of the largest number
choose the array's type, so that one statement is prepared several times. Here the statement's cast says the type.
Not here: anything nested; no statement takes it.
"""

from collections.abc import Sequence
from struct import pack
from typing import Any, Final

from psycopg import DataError
from psycopg.abc import Buffer, DumperKey, PyFormat
from psycopg.adapt import Dumper
from psycopg.pq import Format

BYTEA: Final = 17
BYTEA_ARRAY: Final = 1001
NULL: Final = b"\xff\xff\xff\xff"


class Column(Dumper):
    """Numbers, words, times, truths: as text, of unknown type. Every such parameter is cast in its statement."""

    oid = 0

    def get_key(self, obj: Any, format: PyFormat) -> DumperKey:
        return (self.cls, bytes) if isinstance(_first(obj), bytes) else self.cls

    def upgrade(self, obj: Any, format: PyFormat) -> Dumper:
        return ByteColumn(self.cls, self.connection) if isinstance(_first(obj), bytes) else self

    def dump(self, obj: Sequence[Any]) -> Buffer:
        match _first(obj):
            case None:
                words = ",".join(["NULL"] * len(obj))
            case str():
                words = _quoted(obj)
            case bool() | int():  # bool is an int: True and False are words PostgreSQL knows
                words = ",".join(["NULL" if item is None else str(item) for item in obj])
            case _:
                words = _quoted([None if item is None else str(item) for item in obj])
        return f"{{{words}}}".encode()


class ByteColumn(Dumper):
    """Bytes, as they are."""

    oid = BYTEA_ARRAY
    format = Format.BINARY

    def get_key(self, obj: Any, format: PyFormat) -> DumperKey:
        return (self.cls, bytes)

    def dump(self, obj: Sequence[bytes | None]) -> Buffer:
        parts = [pack("!5i", 1, int(None in obj), BYTEA, len(obj), 1)]
        for item in obj:
            parts += (NULL,) if item is None else (pack("!i", len(item)), item)
        return b"".join(parts)


def _first(items: Sequence[Any]) -> Any:
    return next((item for item in items if item is not None), None)


def _quoted(items: Sequence[str | None]) -> str:
    """Every element in quotes, so that none is taken for NULL or ends early."""
    return ",".join(["NULL" if item is None else _escaped(item) for item in items])


def _escaped(item: str) -> str:
    if "\0" in item:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    if "\\" in item or '"' in item:
        item = item.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + item + '"'  # not formatted: an enumeration's word is the word itself
