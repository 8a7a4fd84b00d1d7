"""A shop's HTTP face: its host with its limits and failures, the front page, the API's root, the consent pages.

Encrypted counts a request whose address is https (in process), which says `X-Forwarded-Proto: https`, or any to a shop
with `tls`: so that keys can be tried plainly over a loopback http address too. Not for the API itself (`rest.py`).
"""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from crossdock_sandbox import misfortune
from crossdock_sandbox.platforms import Request
from crossdock_sandbox.woocommerce import consent, host, pages, rest
from crossdock_sandbox.woocommerce.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.faults import Rule
    from crossdock_sandbox.world import Answer, Sandbox

HOST = ".woocommerce.example"


def by_host(world: "Sandbox", request: Request) -> Shop | None:
    name, dot, _ = request.host.partition(HOST)
    shop = world.shops.get(name) if dot else None
    return shop if isinstance(shop, Shop) else None


async def answer(world: "Sandbox", shop: Shop, request: Request) -> "Answer":
    world.counters["calls"] += 1
    if shop.closed(world.now()):
        world.counters["outage"] += 1
        return pages.gateway()
    if shop.site.slow:
        await world.sleep(shop.site.slow)
    if _over_limit(world, shop):
        world.counters["throttled"] += 1
        return pages.too_many()
    if shop.site.maintenance:
        return pages.maintenance()
    return await _site(host.of(world, shop), shop, request)


def _over_limit(world: "Sandbox", shop: Shop) -> bool:
    limit, now = shop.site.rate_limit, world.now()
    if not limit:
        return False
    shop.called = [at for at in shop.called if now - at < timedelta(minutes=1)]
    shop.called.append(now)
    return len(shop.called) > limit


async def _site(world: "Sandbox", shop: Shop, request: Request) -> "Answer":
    folder = f"/{shop.site.folder}" if shop.site.folder else ""
    forwarded = request.headers.get("x-forwarded-proto", "").lower() == "https"
    tls = shop.site.tls or forwarded or request.scheme == "https"
    scheme = "https" if forwarded else request.scheme
    host = request.host or world.base_url.partition("://")[2]
    address = f"{scheme}://{host}{request.prefix}{folder}"
    if folder and not (request.path == folder or request.path.startswith(f"{folder}/")):
        return pages.page(200, "Another site", "<h1>Another site lives at this address</h1>")
    path = request.path.removeprefix(folder)
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    if path in ("", "/", "/index.php") and "rest_route" in query:
        # Keys are looked at only where the address holds wp-json/wc (FACTS, Reaching the API).
        return await _rest(world, shop, request, query["rest_route"], address, tls=tls, keyed=False)
    if path.startswith("/wc-auth/v1/"):
        name = path.removeprefix("/wc-auth/v1/").strip("/")
        return await consent.answer(
            world, shop, request.method, address, name, request.query, request.headers.get("cookie", "")
        )
    if shop.site.pretty and (path == "/wp-json" or path.startswith("/wp-json/")):
        below = path.removeprefix("/wp-json") or "/"
        keyed = below.startswith(("/wc/", "/wc-"))
        return await _rest(world, shop, request, below, address, tls=tls, keyed=keyed)
    if path in ("", "/", "/index.php"):
        root = f"{address}/wp-json/" if shop.site.pretty else f"{address}/index.php?rest_route=/"
        return pages.front(shop, root)
    return pages.missing(shop)


async def _rest(
    world: "Sandbox", shop: Shop, request: Request, path: str, address: str, *, tls: bool, keyed: bool
) -> "Answer":
    name = rest.name_of(shop, request.method, path)
    world.counters[f"op.{name}"] += 1
    shop.counters["calls"] += 1
    rule = world.faults.call("call", shop.name, (name,), platform=shop.platform) if world.faults.rules["call"] else None
    if (failed := await _before(world, rule)) is not None:
        return failed
    url = f"{address}/wp-json{path}"
    asked = rest.Asked(request.method, path, request.query, request.headers, request.body, address, url, tls, keyed)
    done, told = rest.answer(world, shop, asked)
    as_of = world.stock_changes
    if done[0] == 401:
        world.counters["unauthorized"] += 1
    sent = done if rule is None else await _after(world, rule, done)
    if told and sent is done:
        world.tell(shop, frozenset(told), as_of, "answer")
    return sent


async def _before(world: "Sandbox", rule: "Rule | None") -> "Answer | None":
    await misfortune.before(world, rule)
    if rule is None:
        return None
    if rule.kind == "rate_limit":
        world.counters["throttled"] += 1
        return pages.too_many(int(rule.seconds) or pages.PAUSE)
    made = {"error_before": pages.gateway, "maintenance": pages.maintenance, "database": pages.database,
            "blocked": pages.checking}.get(rule.kind)  # fmt: skip
    return made() if made is not None else None


async def _after(world: "Sandbox", rule: "Rule", done: "Answer") -> "Answer":
    """What PHP and its plugins make of an answer that was right."""
    if rule.kind == "fatal_after":
        return pages.fatal()
    if rule.kind == "notice":
        return done[0], done[1], pages.NOTICE + done[2]
    return await misfortune.after(world, rule, done, pages.gateway())
