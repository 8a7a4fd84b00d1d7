"""Control operations on shops: open one with catalogue and app, uninstall, send compliance requests.

Not for the catalogue of a shop that is open (`control_catalogue.py`).
"""

import hashlib
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.reading import Reader
from crossdock_sandbox.shopify import oauth, telling
from crossdock_sandbox.shopify.control_products import ids, read_product
from crossdock_sandbox.shopify.graph import Context
from crossdock_sandbox.shopify.mutations_app import remove_app
from crossdock_sandbox.shopify.shop import PLANS, App, Shop
from crossdock_sandbox.shopify.state_catalogue import Location
from crossdock_sandbox.stock_ledger import StockLedger

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
SCOPES = ("read_products", "write_orders", "read_all_orders", "write_order_edits", "write_inventory", "read_locations",
          "read_customers", "write_fulfillments", "write_merchant_managed_fulfillment_orders",
          "write_third_party_fulfillment_orders", "write_products", "read_publications")  # fmt: skip


def create(world: "Sandbox", name: str, op: Reader) -> Json:
    shop = _shop(world, name, op)
    products = [read_product(world, shop, one) for one in op.each("products")]
    app = op.inside("app")
    mode = _app(world, shop, app)
    op.done()
    world.shops[name] = shop
    return {**credentials(world, shop, mode), "location_id": str(shop.location.id),
            "location_ids": [str(one.id) for one in shop.locations],
            "products": [ids(one) for one in products]}  # fmt: skip


def _shop(world: "Sandbox", name: str, op: Reader) -> Shop:
    now = world.now()
    country = op.text("country", "US")
    places = [Location(world.id(), title, now, country) for title in _place_names(op) or ["Main warehouse"]]
    shop = Shop(
        name, op.text("currency", "USD"), op.text("name", name), op.text("email", f"owner@{name}.example"), now,
        world.id(), op.one_of("plan", PLANS, "plus"), App("", "", "token", ()), places[0], places, country,
    )  # fmt: skip
    shop.ledger = StockLedger() if op.flag("ledger", False) else None
    return shop


def _place_names(op: Reader) -> list[str]:
    """Names, or {name}. The first is the shop's own location."""
    found = []
    for index, one in enumerate(op.items("locations")):
        row = Reader({"name": one} if isinstance(one, str) else one, f"{op.where}.locations[{index}]")
        found.append(row.text("name"))
        row.done()
    return found


def _app(world: "Sandbox", shop: Shop, given: Reader | None) -> str:
    """The app as installed. Secrets not given are made from the seed."""
    reader = given or Reader({}, "create_store.app")
    mode: str = reader.one_of("mode", ("token", "expiring", "client_credentials"), "token")
    client_id = reader.text("client_id", "") or hashlib.md5(f"{world.seed}".encode(), usedforsecurity=False).hexdigest()
    secret = (
        reader.text("client_secret", "") or f"shpss_{hashlib.sha256(f'{world.seed}:app'.encode()).hexdigest()[:32]}"
    )
    scopes = reader.texts("scopes") or list(SCOPES)
    reader.done()
    shop.app = App(client_id, secret, mode, tuple(scopes))
    shop.read_all_orders = "read_all_orders" in scopes
    return mode


def credentials(world: "Sandbox", shop: Shop, mode: str) -> Json:
    seconds = {"token": None, "expiring": oauth.HOUR, "client_credentials": oauth.DAY}[mode]
    issued = oauth.issue(world, shop, seconds, refresh=mode == "expiring")
    return {
        "domain": shop.domain,
        "base_url": f"{world.base_url}/{shop.platform}/{shop.name}",
        "client_id": shop.app.client_id,
        "client_secret": shop.app.client_secret,
        "shop_id": str(shop.id),
        "credentials": {
            "mode": "token",
            "access_token": issued["access_token"],
            "client_id": shop.app.client_id,
            "client_secret": shop.app.client_secret,
        },
        **issued,
    }


def _uninstall(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    op.done()
    remove_app(Context(world, shop, []))
    return {}


def _install(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Install again: new credentials of the same kind."""
    op.done()
    shop.app.installed = True
    return credentials(world, shop, shop.app.mode)


def _send_webhook(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Any topic with any body, to whoever subscribes: compliance requests and what is not simulated."""
    topic = op.text("topic").upper().replace("/", "_")
    body = op.inside("body")
    op.done()
    telling.emit(world, shop, [(topic, dict(body.given) if body else {})])
    return {"subscribers": len(shop.by_topic.get(topic, ()))}


def _set_plan(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    plan = op.one_of("plan", PLANS)
    op.done()
    shop.plan, shop.level_at = plan, None
    return {"plan": plan}


def _revoke(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    op.done()
    shop.tokens.clear()
    shop.refresh_tokens.clear()
    return {}


def _set_scopes(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    scopes = op.texts("scopes")
    op.done()
    shop.app.scopes = tuple(scopes)
    shop.read_all_orders = "read_all_orders" in scopes
    return {"scopes": scopes}


OPS = {
    "uninstall": _uninstall,
    "install": _install,
    "send_webhook": _send_webhook,
    "set_scopes": _set_scopes,
    "set_plan": _set_plan,
    "revoke_token": _revoke,
}
