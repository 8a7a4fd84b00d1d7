"""A bulk operation and the file of its lines, written as they are made.

Not for what the lines hold (`bulk.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from crossdock_sandbox.files import LongFile

KEPT = timedelta(days=7)  # how long the address of a result works (FACTS section 11)
OPEN = ("CREATED", "RUNNING", "CANCELING")


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
    file: LongFile = field(default_factory=LongFile)
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
