"""A bulk operation and its file: lines written as they are made, kept on disk when they are many, served in parts.

Not for what the lines hold (`bulk.py`).
"""

import tempfile
import weakref
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any, ClassVar

_IN_MEMORY = 1 << 20
KEPT = timedelta(days=7)  # how long the address of a result works (FACTS section 11)
OPEN = ("CREATED", "RUNNING", "CANCELING")


class BulkFile:
    """Bytes written once and read in any part."""

    __slots__ = ("__weakref__", "_file", "size")

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  closed with this object
        self.size = 0
        weakref.finalize(self, self._file.close)

    def write(self, lines: bytes) -> None:
        self._file.seek(self.size)
        self._file.write(lines)
        self.size += len(lines)

    def read(self, start: int, end: int) -> bytes:
        self._file.seek(start)
        return self._file.read(end - start)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Bulk:
    gql: ClassVar[str] = "BulkOperation"
    id: int
    query: str
    created_at: datetime
    token: str
    address: str = ""
    status: str = "CREATED"
    completed_at: datetime | None = None
    error: str | None = None
    objects: int = 0
    roots: int = 0
    file: BulkFile = field(default_factory=BulkFile)
    told: set[int] = field(default_factory=set)  # variants whose stock the lines tell, where a ledger is kept
    as_of: int = 0

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def alive(self, now: datetime) -> bool:
        """The address still works."""
        return self.completed_at is not None and now - self.completed_at < KEPT and self.file.size > 0

    def webhook(self) -> dict[str, Any]:
        """The body of bulk_operations/finish: it only says that it finished (FACTS section 11)."""
        done = self.completed_at or self.created_at
        return {
            "admin_graphql_api_id": f"gid://shopify/BulkOperation/{self.id}",
            "completed_at": done.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "created_at": self.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "error_code": self.error.lower() if self.error else None,
            "status": self.status.lower(),
            "type": "query",
        }


@dataclass(slots=True)
class FilePart:
    """A part of a file as the body of an answer; `cut`: the connection breaks half-way (a fault asked for)."""

    file: BulkFile
    start: int
    end: int
    cut: bool = False

    def __len__(self) -> int:
        return self.end - self.start
