"""The one Activity that each operation writes, and the base of the exceptions that operations raise.

Not here: sentences for people (web/phrases.py).
"""

from datetime import datetime
from typing import Any

from crossdock.core.notices import Told, told
from crossdock.models import Activity, Marketplace, Tiding
from crossdock.operations.what import What


class Refused(Exception):
    """An operation that may not be done as asked. `code` is stable; `field` names the input to mend, "" if none."""

    code = "refused"

    def __init__(self, words: str = "", *, field: str = "") -> None:
        super().__init__(words or self.code)
        self.field = field

    @property
    def named(self) -> str:
        """With the input to mend before the words, for where nothing else says which it is."""
        return f"{self.field}: {self}" if self.field else str(self)


def record(
    what: What,
    *,
    marketplace: Marketplace | int,
    who: str,
    now: datetime,
    data: dict[str, Any] | None = None,
    store_id: int | None = None,
    order_id: int | None = None,
    vendor_order_id: int | None = None,
) -> Activity:
    """Write one Activity, and what others may want to hear of it. `data` holds ids and figures, never buyers' data."""
    marketplace_id = marketplace if isinstance(marketplace, int) else marketplace.pk
    if told(what.value) is not Told.NO:
        Tiding.objects.create(
            marketplace_id=marketplace_id,
            store_id=store_id,
            order_id=order_id,
            vendor_order_id=vendor_order_id,
            at=now,
            what=what.value,
            data=data or {},
        )
    return Activity.objects.create(
        marketplace_id=marketplace_id,
        store_id=store_id,
        order_id=order_id,
        vendor_order_id=vendor_order_id,
        at=now,
        who=who,
        what=what.value,
        data=data or {},
    )
