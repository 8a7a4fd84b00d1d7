"""Where a store is: its domain from what a person typed, and its API's root from what its front page says.

Not here: the requests themselves (client.py).
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

API = "/wp-json"
REST_LINK = "https://api.w.org/"
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LINK = re.compile(r'<([^<>]+)>\s*;[^,<]*?rel="?https://api\.w\.org/"?')
# What people copy from their browser, behind the shop's own address.
_TAIL = re.compile(r"/(?:wp-admin|wp-json|wp-login\.php|cart|checkout|my-account|index\.php)(?:/.*)?$")


def store_domain(typed: str) -> str:
    """ "shop.example", "shop.example:8443" or "shop.example/store" of what a person typed. Raises ValueError naming the
    fix."""
    text = typed.strip()
    if not text:
        raise ValueError("give the address of the WooCommerce shop, for example shop.example")
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{text!r} is no web address; give it like https://shop.example")
    if parts.username or parts.password:
        raise ValueError("leave user name and password out of the address; the keys are given by themselves")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"{text!r} has a port that is no number") from None
    name = _host(host, text)
    shown = f":{port}" if port not in (None, {"http": 80, "https": 443}[parts.scheme]) else ""
    return f"{name}{shown}{_TAIL.sub('', parts.path).rstrip('/')}"


def api_link(header: str) -> str:
    """The API's root from a `Link` header of any page of the site; empty when it says none. The header is never
    followed otherwise, nor logged: it repeats the request's query, secrets included (FACTS, authentication)."""
    found = _LINK.search(header)
    return found[1].split("?", 1)[0].rstrip("/") if found else ""


def plain_permalinks(header: str) -> bool:
    """The site's API is at ?rest_route=, where keys are not looked at (FACTS, Reaching the API)."""
    found = _LINK.search(header)
    return bool(found and "rest_route=" in found[1])


def loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def same_site(one: str, other: str) -> bool:
    """The same host, and not from TLS back to plain http."""
    here, there = urlsplit(one), urlsplit(other)
    if here.hostname != there.hostname:
        return False
    return here.scheme == there.scheme or (here.scheme, there.scheme) == ("http", "https")


def _host(host: str, typed: str) -> str:
    if loopback(host):
        return f"[{host}]" if ":" in host else host
    try:
        name = host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(
            f"{typed!r} is not a shop's address; give the one that shoppers see, for example shop.example "
            "or example.org/shop"
        )
    return name
