"""What every platform's shops have: a name, money, an owner, a ledger of stock where one is kept, outages, counters.

Not for a platform's own state: its folder has a `Shop` of its own, made from this one.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from crossdock_sandbox.stock_ledger import StockLedger


@dataclass(slots=True, eq=False)
class Shop:
    """`name` is what control operations call it. `platform` is the folder's name."""

    platform: ClassVar[str] = ""
    name: str
    currency: str
    title: str
    email: str
    created_at: datetime
    ledger: StockLedger | None = field(default=None, kw_only=True)
    closed_until: datetime | None = field(default=None, kw_only=True)  # nobody answers until then
    counters: Counter[str] = field(default_factory=Counter, kw_only=True)

    def closed(self, now: datetime) -> bool:
        return self.closed_until is not None and now < self.closed_until
