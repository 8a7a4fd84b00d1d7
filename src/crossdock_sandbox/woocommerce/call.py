"""One REST call as its handler sees it, and the answer. Not for finding the handler (`rest.py`)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.woocommerce.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
EVERYTHING = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(slots=True)
class Call:
    """`address`: the site as it was called, without a slash at the end. `ids`: numbers of the path. `query` holds texts
    (lists where `name[]` was sent); `body` what was sent as JSON or form, {} without. `told`: products whose stock the
    answer tells, where the shop keeps a ledger."""

    world: "Sandbox"
    shop: Shop
    address: str
    method: str
    ids: tuple[int, ...] = ()
    query: Json = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    resource: str = ""
    told: set[int] = field(default_factory=set)

    @property
    def api(self) -> str:
        return f"{self.address}/wp-json/wc/v3"

    def flag(self, name: str) -> bool:
        """Of query or body."""
        return str(self.query.get(name, self.body.get(name, ""))).lower() in ("1", "true")

    def inside(self, body: Json, *ids: int) -> "Call":
        """The same call for one item of a batch."""
        return Call(self.world, self.shop, self.address, self.method, ids, {}, body, self.resource, self.told)


@dataclass(slots=True)
class Reply:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def links(call: Call, path: str, collection: str, *, up: str = "", allow: tuple[str, ...] = EVERYTHING) -> Json:
    """`_links` of one thing; paths are below wc/v3."""
    made: Json = {
        "self": [{"href": f"{call.api}/{path}", "targetHints": {"allow": list(allow)}}],
        "collection": [{"href": f"{call.api}/{collection}"}],
    }
    if up:
        made["up"] = [{"href": f"{call.api}/{up}"}]
    return made


def only(shape: Any, fields: str) -> Any:
    """What `_fields` leaves. As WordPress does it: of a list inside, dotted names find nothing."""
    wanted: Json = {}
    for name in filter(None, (each.strip() for each in fields.split(","))):
        at = wanted
        for part in name.split("."):
            at = at.setdefault(part, {})
    return _kept(shape, wanted)


def _kept(shape: Any, wanted: Json) -> Any:
    if isinstance(shape, list):
        return [] if wanted else shape
    if not isinstance(shape, dict):
        return shape
    return {name: _kept(value, wanted[name]) if wanted[name] else value for name, value in shape.items()
            if name in wanted}  # fmt: skip
