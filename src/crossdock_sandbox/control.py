"""Control operations: what shoppers, merchants, vendors and misfortune do, and looking at everything from outside.

Each is one JSON object with "op". Here are those that are the same everywhere; what is done inside a shop is its
platform's. Not for what apps do: that is the platform's own API.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from crossdock_sandbox import dump, platforms
from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Answer, Sandbox

Json = dict[str, Any]
Op = Callable[["Sandbox", Reader], Json]
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]*")


def run(world: "Sandbox", op: Any) -> Json:
    """Obey one operation, or say which field is wrong."""
    if not isinstance(op, dict):
        raise BadInput("an operation is a JSON object with 'op'")
    name = op.get("op")
    reader = Reader({key: value for key, value in op.items() if key != "op"}, str(name))
    act = OPS.get(name) if isinstance(name, str) else None
    if act is not None:
        return act(world, reader)
    known = {*OPS, *(each for one in platforms.platforms().values() for each in one.ops)}
    if not isinstance(name, str) or name not in known:
        raise BadInput(f"op {name!r} is unknown; known: {', '.join(sorted(known))}")
    shop = shop_of(world, reader)
    inside = platforms.of(shop).ops.get(name)
    if inside is None:
        raise BadInput(f"op {name!r} is not for stores of platform {shop.platform!r}")
    return inside(world, shop, reader)


def http(world: "Sandbox", method: str, path: str, body: bytes) -> "Answer":
    """The control address."""
    if method == "GET":
        return _look(world, path)
    if method != "POST":
        return _reply(405, {"error": "GET or POST"})
    try:
        given = msgspec.json.decode(body) if body else {}
    except msgspec.DecodeError as error:
        return _reply(400, {"error": f"not JSON: {error}"})
    if path == "/control":
        try:
            return _reply(200, run(world, given))
        except BadInput as error:
            return _reply(400, {"error": str(error)})
    if path == "/control/batch":
        ops = given.get("ops") if isinstance(given, dict) else None
        if not isinstance(ops, list):
            return _reply(400, {"error": 'a batch is {"ops": [...]}'})
        return _reply(200, {"results": [_each(world, op) for op in ops]})
    return _reply(404, {"error": f"no such address: {path}"})


def _each(world: "Sandbox", op: Any) -> Json:
    try:
        return run(world, op)
    except BadInput as error:
        return {"error": str(error)}


def _look(world: "Sandbox", path: str) -> "Answer":
    if path == "/control/health":
        return _reply(200, {"ok": True, "stores": len(world.shops)})
    if path == "/control/stores":
        return _reply(200, {"stores": list(world.shops)})
    if path.startswith("/control/stores/"):
        shop = world.shops.get(path.rpartition("/")[2])
        return _reply(200, dump.store(shop)) if shop else _reply(404, {"error": "no such store"})
    if path == "/control/dump":
        rows = b"\n".join(msgspec.json.encode(dump.store(shop)) for shop in world.shops.values())
        return 200, {"Content-Type": "application/x-ndjson"}, rows + b"\n" if rows else b""
    if path == "/control/counters":
        return _reply(200, counters(world))
    return _reply(404, {"error": f"no such address: {path}"})


def _reply(status: int, shape: Any) -> "Answer":
    return status, {"Content-Type": "application/json"}, msgspec.json.encode(shape)


def shop_of(world: "Sandbox", reader: Reader) -> Shop:
    name = reader.text("store")
    shop = world.shops.get(name)
    if shop is None:
        raise BadInput(f"store {name!r} does not exist")
    return shop


def counters(world: "Sandbox") -> Json:
    """Nested by what is before the first dot: {"calls": n, "op": {...}, "faults": {...}, "webhooks": {...}}."""
    out: Json = {"calls": 0, "throttled": 0, "faults": {}, "webhooks": {}, "op": {}}
    for name, count in sorted(world.counters.items()):
        family, _, rest = name.partition(".")
        if rest:
            out.setdefault(family, {})[rest] = count
        else:
            out[name] = count
    return out


# -- misfortune and bookkeeping --


def _faults(world: "Sandbox", reader: Reader) -> Json:
    seed = reader.integer("seed", 1)
    rules = reader.objects("rules")
    reader.done()
    world.faults.set(seed, rules)
    return {"rules": len(rules)}


def _outage(world: "Sandbox", reader: Reader) -> Json:
    shop, seconds = shop_of(world, reader), reader.number("seconds")
    reader.done()
    shop.closed_until = world.now() + timedelta(seconds=seconds)
    return {"until": shop.closed_until.isoformat()}


def _counters(world: "Sandbox", reader: Reader) -> Json:
    reader.done()
    return counters(world)


def _pending(world: "Sandbox", reader: Reader) -> Json:
    reader.done()
    return dict(world.pending())


def _reset(world: "Sandbox", reader: Reader) -> Json:
    reader.done()
    world.reset()
    return {}


def _dump(world: "Sandbox", reader: Reader) -> Json:
    shop = shop_of(world, reader)
    reader.done()
    return dump.store(shop)


def _stock_told(world: "Sandbox", reader: Reader) -> Json:
    """What the app was told of a store's stock, for auditors; only of stores with a ledger."""
    shop = shop_of(world, reader)
    reader.done()
    return {"entries": world.told.shown(shop.name)}


def _ledger(world: "Sandbox", reader: Reader) -> Json:
    """Changes of stock beyond `after`; see stock_ledger.py."""
    shop, after = shop_of(world, reader), reader.integer("after", 0)
    reader.done()
    if shop.ledger is None:
        raise BadInput(f"ledger: store {shop.name!r} was created without ledger: true")
    return {"entries": shop.ledger.shown(after), "dropped": shop.ledger.dropped}


def _create(world: "Sandbox", reader: Reader) -> Json:
    """A store of any platform, with its catalogue."""
    name = reader.text("store")
    if not _NAME.fullmatch(name):
        raise BadInput(f"create_store: store must be letters, digits and dashes, not {name!r}")
    if name in world.shops:
        raise BadInput(f"create_store: store {name!r} is there already")
    known = platforms.platforms()
    return known[reader.one_of("platform", known, platforms.default())].create(world, name, reader)


OPS: dict[str, Op] = {
    "faults": _faults, "outage": _outage, "counters": _counters, "pending": _pending, "reset": _reset, "dump": _dump,
    "stock_told": _stock_told, "ledger": _ledger, "create_store": _create,
}  # fmt: skip
