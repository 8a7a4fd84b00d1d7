"""Control operations on sites: open one with its catalogue and a way in, uninstall, expire, take tokens away.

Not for their catalogue (`control_products.py`) or orders (`control_orders.py`).
"""

import hashlib
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.squarespace import oauth, telling
from crossdock_sandbox.squarespace.control_products import ids, read_product
from crossdock_sandbox.squarespace.orders import PAYMENTS
from crossdock_sandbox.squarespace.shop import PLANS, Shop
from crossdock_sandbox.squarespace.state import Key
from crossdock_sandbox.stock_ledger import StockLedger

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
MODES = ("token", "api_key", "expiring", "oauth")  # "token" and "api_key" are one, and so are the others
FULL = ("website.orders", "website.inventory", "website.products")
UNLIMITED = {"calls_a_minute": 1_000_000, "orders_an_hour": 1_000_000, "cool_down": 2}
PLAN_NAMES = {"rehearsal": "rehearsal"}  # whatever else is asked for is a site as they are


def create(world: "Sandbox", name: str, op: Reader) -> Json:
    app = op.inside("app") or Reader({}, "create_store.app")
    client_id = app.text("client_id", "") or hashlib.md5(f"{world.seed}".encode(), usedforsecurity=False).hexdigest()
    secret = app.text("client_secret", "") or hashlib.sha256(f"{world.seed}:app".encode()).hexdigest()[:40]
    mode, scopes = app.one_of("mode", MODES, "api_key"), frozenset(app.texts("scopes") or FULL)
    app.done()
    shop = Shop(
        name, op.text("currency", "USD"), op.text("name", name), op.text("email", f"owner@{name}.example"),
        world.now(), f"{world.id():024x}", client_id, secret,
    )  # fmt: skip
    shop.plan = PLAN_NAMES.get(op.text("plan", ""), PLANS[0])
    shop.store_page = f"{world.id():024x}"
    shop.time_zone = op.text("time_zone", shop.time_zone)
    shop.imported_payment = op.one_of("imported_payment", PAYMENTS, shop.imported_payment)
    shop.stock_moves = op.flag("stock_moves", False)
    shop.ledger = StockLedger() if op.flag("ledger", False) else None
    op.text("country", "US")
    products = [read_product(world, shop, one) for one in op.each("products")]
    given = _key(world, shop, scopes) if mode in MODES[:2] else _token(world, shop, scopes)
    if shop.plan == "rehearsal":
        given["credentials"] |= UNLIMITED
    op.done()
    world.shops[name] = shop
    return {**_address(world, shop), **given, "products": [ids(one) for one in products]}


def _address(world: "Sandbox", shop: Shop) -> Json:
    return {"domain": shop.domain, "base_url": f"{world.base_url}/{shop.platform}/{shop.name}",
            "client_id": shop.client_id, "client_secret": shop.client_secret, "shop_id": shop.website_id}  # fmt: skip


def _key(world: "Sandbox", shop: Shop, scopes: frozenset[str]) -> Json:
    made = Key(world.secret("sq_key_"), scopes)
    shop.keys[made.value] = made
    return {"access_token": made.value, "credentials": {"mode": "api_key", "access_token": made.value}}


def _token(world: "Sandbox", shop: Shop, scopes: frozenset[str]) -> Json:
    issued = oauth.issue(world, shop, scopes, refresh=True)
    credentials = {
        "mode": "oauth",
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "access_token": issued["access_token"],
        "refresh_token": issued["refresh_token"],
        "expires_at": (world.now() + oauth.TOKEN_LIVES).isoformat(),
    }
    return {**issued, "credentials": credentials}


def _uninstall(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """The owner disconnects the extension: its tokens and subscriptions are dead, and it is told last."""
    op.done()
    telling.tell(world, shop, "extension.uninstall", {"clientId": shop.client_id})
    shop.keys.clear()
    shop.refresh_tokens.clear()
    return {}


def _install(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    mode = op.one_of("mode", MODES, "api_key")
    op.done()
    scopes = frozenset(FULL)
    return {**_address(world, shop), **(_key if mode in MODES[:2] else _token)(world, shop, scopes)}


def _revoke(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    op.done()
    shop.keys.clear()
    shop.refresh_tokens.clear()
    return {}


def _expire(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """The site's subscription ends, or is paid again."""
    shop.expired = op.flag("expired", True)
    op.done()
    return {"expired": shop.expired}


def _set_plan(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    shop.plan = op.one_of("plan", PLANS)
    op.done()
    return {"plan": shop.plan}


def _drop_subscription(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Squarespace may delete one that keeps failing (FACTS section 6)."""
    id = op.text("subscription_id")
    op.done()
    if shop.subscriptions.pop(id, None) is None:
        raise BadInput("drop_subscription: subscription_id is unknown")
    return {}


OPS = {
    "uninstall": _uninstall, "install": _install, "revoke_token": _revoke, "expire": _expire, "set_plan": _set_plan,
    "drop_subscription": _drop_subscription,
}  # fmt: skip
