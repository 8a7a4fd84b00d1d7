"""How bulk operations read in GraphQL. Counts are texts: unsigned 64-bit numbers (FACTS section 2)."""

from crossdock_sandbox.shopify.bulk_state import Bulk
from crossdock_sandbox.shopify.graph import Context, gid, when
from crossdock_sandbox.shopify.show import Table


def _url(it: Bulk, ctx: Context, *, partial: bool) -> str | None:
    """Null for an empty result, and when its seven days are over (FACTS section 11)."""
    if (it.status == "COMPLETED") is partial or it.open or not it.alive(ctx.world.now()):
        return None
    return it.address


BULK: Table = {
    "id": lambda o, _a, _c: gid("BulkOperation", o.id),
    "completedAt": lambda o, _a, _c: when(o.completed_at),
    "createdAt": lambda o, _a, _c: when(o.created_at),
    "errorCode": lambda o, _a, _c: o.error,
    "fileSize": lambda o, _a, _c: str(o.file.size) if o.completed_at else None,
    "objectCount": lambda o, _a, _c: str(o.objects),
    "partialDataUrl": lambda o, _a, c: _url(o, c, partial=True),
    "rootObjectCount": lambda o, _a, _c: str(o.roots),
    "type": lambda _o, _a, _c: "QUERY",
    "url": lambda o, _a, c: _url(o, c, partial=False),
}
