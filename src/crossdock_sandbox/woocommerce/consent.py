"""Keys by consent: the owner logs in, approves, and the shop posts a fresh pair of keys to the app's address.

The real thing insists on an https `callback_url`; here loopback addresses may be http, for tests (FACTS, Reaching the
API). Not for what keys may do (`auth.py`).
"""

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from crossdock_sandbox.woocommerce import pages
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Key

if TYPE_CHECKING:
    from crossdock_sandbox.world import Answer, Sandbox

SCOPES = {"read": "read", "write": "write", "read_write": "read_write"}
COOKIE = "wordpress_logged_in=owner"
_NEEDED = ("app_name", "user_id", "return_url", "callback_url", "scope")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


async def answer(
    world: "Sandbox", shop: Shop, method: str, address: str, path: str, query: str, cookie: str
) -> "Answer":
    """`path`: below /wc-auth/v1/."""
    given = dict(parse_qsl(query))
    if words := _wrong(given):
        return pages.page(401, "WooCommerce", f"<p>Error: {escape(words)}</p>", pages.NEVER)
    own = f"{address}/wc-auth/v1"
    if path == "login":
        return _login(method, own, query)
    if COOKIE not in cookie:
        return 302, {"Location": f"{own}/login/?{query}"}, b""
    if path == "access_granted":
        return await _grant(world, shop, given)
    return _ask(own, query, given)


def _wrong(given: dict[str, str]) -> str:
    for name in _NEEDED:
        if not given.get(name):
            return f"Missing parameter {name}"
    if given["scope"] not in SCOPES:
        return f"Invalid scope {given['scope']}"
    for name in ("return_url", "callback_url"):
        if not urlsplit(given[name]).netloc:
            return f"The {name} is not a valid URL"
    parts = urlsplit(given["callback_url"])
    if parts.scheme != "https" and (parts.hostname or "") not in _LOOPBACK:
        return "The callback_url needs to be over SSL"
    return ""


def _login(method: str, own: str, query: str) -> "Answer":
    """Whoever sends the form is the owner."""
    if method == "POST":
        return 302, {"Location": f"{own}/authorize/?{query}", "Set-Cookie": f"{COOKIE}; Path=/; HttpOnly"}, b""
    where = f"{escape(own)}/login/?{escape(query)}"
    form = f'<form method="post" action="{where}"><button name="wc-auth">Log in</button></form>'
    return pages.page(200, "Application login", form, pages.NEVER)


def _ask(own: str, query: str, given: dict[str, str]) -> "Answer":
    no = _back(given, "0")
    words = (
        f"<h1>{escape(given['app_name'])} would like to connect to your store</h1>"
        f'<p>This will give "{escape(given["app_name"])}" {escape(given["scope"])} access.</p>'
        f'<a class="wc-auth-approve" href="{escape(own)}/access_granted/?{escape(query)}">Approve</a> '
        f'<a class="wc-auth-deny" href="{escape(no)}">Deny</a>'
    )
    return pages.page(200, "Application authentication request", words, pages.NEVER)


async def _grant(world: "Sandbox", shop: Shop, given: dict[str, str]) -> "Answer":
    key = new_key(world, shop, SCOPES[given["scope"]], given["app_name"])
    body = msgspec.json.encode({
        "key_id": len(shop.keys), "user_id": given["user_id"], "consumer_key": key.key,
        "consumer_secret": key.secret, "key_permissions": key.permissions,
    })  # fmt: skip
    try:
        status = await world.deliver(given["callback_url"], {"Content-Type": "application/json;charset=UTF-8"}, body)
    except (OSError, TimeoutError):
        status = 0
    if status != 200:
        del shop.keys[key.key]
        words = "An error occurred in the request and at the time were unable to send the consumer data"
        return pages.page(401, "WooCommerce", f"<p>Error: {words}.</p>", pages.NEVER)
    return 302, {"Location": _back(given, "1")}, b""


def _back(given: dict[str, str], success: str) -> str:
    joint = "&" if "?" in given["return_url"] else "?"
    return f"{given['return_url']}{joint}{urlencode({'success': success, 'user_id': given['user_id']})}"


def new_key(world: "Sandbox", shop: Shop, permissions: str, name: str = "") -> Key:
    made = Key(f"ck_{world.secret('')}"[:43], f"cs_{world.secret('')}"[:43], permissions, name)
    shop.keys[made.key] = made
    shop.installed = True
    return made
