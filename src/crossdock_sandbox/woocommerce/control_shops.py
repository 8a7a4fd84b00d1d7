"""Control operations on shops: open one with catalogue and keys, change how it is set up, take the keys away.

Not for the catalogue of a shop that is open (`control_catalogue.py`).
"""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.stock_ledger import StockLedger
from crossdock_sandbox.woocommerce.consent import SCOPES, new_key
from crossdock_sandbox.woocommerce.control_products import ids, read_product
from crossdock_sandbox.woocommerce.shop import TRACKING, Shop, Site
from crossdock_sandbox.woocommerce.show_products import UNCATEGORIZED
from crossdock_sandbox.woocommerce.state import Key, Term

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
FIRST_POST = 56  # a fresh shop with its pages and pictures


def create(world: "Sandbox", name: str, op: Reader) -> Json:
    """`site`: see `Site`. `app`: {"permissions", "consumer_key", "consumer_secret"}, made where they are not given;
    `plan` and what else other platforms' apps have means nothing here."""
    site = Site()
    if op.text("plan", "") == "rehearsal":  # parcels of parts can be told apart only with one that keeps their lines
        site.tracking = ("fulfillments",)
    _site(site, op.inside("site"))
    op.items("locations")
    shop = Shop(
        name, op.text("currency", "USD"), op.text("name", name), op.text("email", f"owner@{name}.example"), world.now(),
        op.text("country", "US"), site,
    )  # fmt: skip
    shop.ledger = StockLedger() if op.flag("ledger", False) else None
    shop.ids["posts"] = FIRST_POST
    shop.ids["terms"] = UNCATEGORIZED
    number = UNCATEGORIZED
    shop.terms["categories"] = {number: Term(number, "Uncategorized", "uncategorized")}
    products = [read_product(world, shop, one) for one in op.each("products")]
    key = _app(world, shop, op.inside("app"))
    op.done()
    world.shops[name] = shop
    return {**credentials(world, shop, key), "location_id": "0", "location_ids": ["0"],
            "products": [ids(one) for one in products]}  # fmt: skip


def _app(world: "Sandbox", shop: Shop, given: Reader | None) -> Key:
    reader = given or Reader({}, "create_store.app")
    permissions = reader.one_of("permissions", tuple(SCOPES), "read_write")
    key, secret = reader.text("consumer_key", ""), reader.text("consumer_secret", "")
    for ignored in ("client_id", "client_secret", "mode"):
        reader.text(ignored, "")
    reader.done()
    made = new_key(world, shop, permissions, "hub")
    if key:
        del shop.keys[made.key]
        made = shop.keys[key] = Key(key, secret or made.secret, permissions, "hub")
    return made


def credentials(world: "Sandbox", shop: Shop, key: Key) -> Json:
    folder = f"/{shop.site.folder}" if shop.site.folder else ""
    return {
        "domain": shop.domain,
        "base_url": f"{world.base_url}/{shop.platform}/{shop.name}{folder}",
        "consumer_key": key.key,
        "consumer_secret": key.secret,
        # A hub calls the secret of whatever kind of store its client secret.
        "credentials": {"consumer_key": key.key, "client_secret": key.secret},
    }


def _site(site: Site, given: Reader | None) -> None:
    if given is None:
        return
    for name in ("version", "wp_version", "folder", "weight_unit"):
        setattr(site, name, given.text(name, getattr(site, name)).strip("/"))
    for name in ("hpos", "tls", "pretty", "strip_authorization", "maintenance", "prices_include_tax"):
        setattr(site, name, given.flag(name, getattr(site, name)))
    site.zone = given.text("zone", site.zone)
    try:
        ZoneInfo(site.zone)
    except (KeyError, ValueError):
        raise BadInput(f"{given.where}: zone must be like Europe/Zurich, not {site.zone!r}") from None
    site.clock_off = given.number("clock_off", site.clock_off)
    site.slow, site.queue_delay = given.number("slow", site.slow), given.number("queue_delay", site.queue_delay)
    site.rate_limit = given.integer("rate_limit", site.rate_limit)
    if given.has("tax_rate"):
        site.tax_rate = given.money("tax_rate", None)
    if given.has("tracking"):
        site.tracking = tuple(given.texts("tracking"))
        if unknown := sorted(set(site.tracking) - set(TRACKING)):
            raise BadInput(f"{given.where}: tracking knows {', '.join(TRACKING)}, not {unknown[0]!r}")
    given.done()


def _set_site(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Any of the fields of `Site`: another version, another host, a plugin more."""
    given = op.inside("set")
    op.done()
    _site(shop.site, given)
    return {}


def _new_key(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Another pair of keys, as an owner makes one by hand."""
    permissions = op.one_of("permissions", tuple(SCOPES), "read_write")
    op.done()
    return credentials(world, shop, new_key(world, shop, permissions))


def _revoke(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    op.done()
    shop.keys.clear()
    return {}


def _uninstall(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """The keys are refused and the webhooks gone."""
    op.done()
    shop.installed = False
    shop.webhooks.clear()
    return {}


def _install(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    op.done()
    shop.installed = True
    key = next(iter(shop.keys.values()), None) or new_key(world, shop, "read_write")
    return credentials(world, shop, key)


def _disentitle(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Webhooks' owner loses, or gets back, the right to read what they tell of."""
    entitled = op.flag("entitled", False)
    op.done()
    for webhook in shop.webhooks.values():
        webhook.entitled = entitled
    return {}


def _mails(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Every mail that the shop sent by itself."""
    op.done()
    return {"mails": [{"kind": one.kind, "to": one.to, "address": one.address, "order_id": str(one.order_id),
                       "at": one.at.isoformat()} for one in shop.mails]}  # fmt: skip


OPS = {
    "set_site": _set_site, "new_key": _new_key, "revoke_token": _revoke, "uninstall": _uninstall, "install": _install,
    "webhook_rights": _disentitle, "mails": _mails,
}  # fmt: skip
