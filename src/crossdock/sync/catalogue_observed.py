"""What webhooks say of products, handed to the catalogue: whole ones, ids only, deletions.

Of the merchant's store only deletions are of interest: its own edits are seen when something would be written.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg import AsyncCursor

from crossdock.connector.contract import Role
from crossdock.core.catalog import Product
from crossdock.sync import catalogue
from crossdock.sync.catalogue_rows import SeenProduct
from crossdock.sync.dirty import Mark

if TYPE_CHECKING:
    from crossdock.sync.intake import Seen


async def observe(cursor: AsyncCursor[Any], seen: "Sequence[Seen]", now: datetime) -> list[Mark]:
    """All observations of products in a batch, in the caller's transaction."""
    marks: list[Mark] = []
    theirs = [item for item in seen if item.role is Role.VENDOR]
    told = [
        SeenProduct(item.store_id, item.marketplace_id, product, item.observation.version, now)
        for item in theirs
        if isinstance(product := item.observation.snapshot, Product) and not item.observation.deleted
    ]
    if told:
        marks += await catalogue.keep(cursor, told, now=now)
    bare = [item for item in theirs if item.observation.snapshot is None and not item.observation.deleted]
    if bare:
        marks += await catalogue.doubt(cursor, _ids(bare), now=now)
    for role in Role:
        gone = [item for item in seen if item.role is role and item.observation.deleted]
        if gone:
            marks += await catalogue.bury(cursor, _ids(gone), at_vendor=role is Role.VENDOR, now=now)
    return marks


def _ids(seen: "Sequence[Seen]") -> list[tuple[int, int, str]]:
    return [(item.store_id, item.marketplace_id, item.observation.id) for item in seen]
