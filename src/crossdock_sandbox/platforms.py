"""What a platform's folder gives the house, and finding the folders at run time: each has PLATFORM in `platform.py`.

Not here: any platform's name. A new platform is a new folder; nothing else changes.

How to write one, say `crossdock_sandbox/acme/`:

* `shop.py`: `class Shop(shop.Shop)`, a slotted dataclass with `platform: ClassVar[str] = "acme"` and the shop's state.
* `platform.py`: `PLATFORM = Platform(name="acme", ...)`; the fields are explained below.
* Requests come to `/acme/<shop>/<path>`: the house finds the shop and calls `answer` with a `Request` whose `path` is
  `/<path>` and whose `prefix` is `/acme/<shop>` (`world.base_url + prefix` is the shop's own address, which `create`
  answers as `base_url`). Other addresses (a Host of the platform's own) are asked of `at`.
* Faults of calls: `rule = world.faults.call("call", shop.name, (names by which rules may match it,),
  platform=shop.platform)`, then `misfortune.before`, the work, `misfortune.after`. Count what is called:
  `world.counters["calls"] += 1` and `world.counters[f"op.{name}"] += 1` for each act. `shop.closed(world.now())`:
  answer as the platform does when down.
* Webhooks: a `Delivery(webhooks.Delivery)` of your own, given to `webhooks.schedule(world, delivery)`. Its `prepare`,
  `accepted`, `succeeded` and `failed` say when the body is made, what counts as an answer, and what a failure means.
* The folder is imported as soon as it has a `platform.py`, by everybody's tests: write that file last.
* Time and chance: `world.now()`, `world.later(seconds, act)`, `world.sleep`, `world.random`, `world.id()`,
  `world.uuid()`, `world.secret(prefix)`; never another clock or source.
* Stock, where the shop has a `ledger` (create_store with `ledger: true`): `shop.ledger.note(world.stock_change(), ..)`
  for each change of what may be sold, with `cause` order, cancel, app, staff or edit, and `by` shopper, staff or app.
  `world.tell(shop, variants, as_of, how)` when an answer or a webhook with stock in it reached an app.
"""

import importlib
import importlib.util
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import crossdock_sandbox
from crossdock_sandbox.reading import Reader

if TYPE_CHECKING:
    from crossdock_sandbox.files import FilePart
    from crossdock_sandbox.shop import Shop
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]


@dataclass(slots=True)
class Request:
    """One HTTP request. Header names are in lower case. `scheme` is of the address, as the caller wrote it: a served
    sandbox is always http, in process `https://` is possible."""

    method: str
    scheme: str
    host: str
    prefix: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Platform:
    """`answer(world, shop, request)`: one request to a shop: (status, headers, body).

    `create(world, name, op)`: the operation create_store; `name` is fit and free. It reads its fields from `op` (those
    of all platforms: name, email, currency, country, products, app, ledger, plan), ends with `op.done()`, puts the shop
    into `world.shops` and answers {"domain", "base_url", "credentials": what a hub is to be given, "products": [{"id",
    "variants": [{"id", "sku"}]}], ...}.

    `ops`: control operations on a shop by name: `act(world, shop, op)`. The same act has the same name and the same
    fields on every platform: place_order, pay_order, edit_order, cancel_order, refund_order, fulfill, edit_product,
    edit_variant, set_stock, adjust_stock, uninstall, revoke_token, find_orders, ...; what a platform cannot do is left
    out. `BadInput` refuses.

    `dump(shop)`: the whole state in the shape that `audit/dumps.py` reads, with name, platform and domain.

    `at(world, request)`: the shop of a request whose path names no platform, by its Host; None: not one of these. It
    may change `request.path` and `request.prefix`.

    `faults`: where a fault may be besides the house's own (`faults.KINDS`), and kinds that a place has besides.
    `default`: what create_store makes when no platform is named; one folder says so."""

    name: str
    answer: "Callable[[Sandbox, Any, Request], Awaitable[tuple[int, dict[str, str], bytes | FilePart]]]"
    create: "Callable[[Sandbox, str, Reader], Json]"
    dump: Callable[[Any], Json]
    ops: "Mapping[str, Callable[[Sandbox, Any, Reader], Json]]"
    at: "Callable[[Sandbox, Request], Shop | None] | None" = None
    faults: Mapping[str, frozenset[str]] = field(default_factory=dict)
    default: bool = False


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by name, in alphabetical order."""
    rooms = sorted(info.name for info in pkgutil.iter_modules(crossdock_sandbox.__path__) if info.ispkg)
    found = (f"{crossdock_sandbox.__name__}.{name}.platform" for name in rooms if _has_platform(name))
    made = [importlib.import_module(name).PLATFORM for name in found]
    return {one.name: one for one in made}


def _has_platform(room: str) -> bool:
    return importlib.util.find_spec(f"{crossdock_sandbox.__name__}.{room}.platform") is not None


def default() -> str:
    return next(one.name for one in platforms().values() if one.default)


def of(shop: "Shop") -> Platform:
    return platforms()[shop.platform]
