"""How a WooCommerce shop is reached: keys three ways, hosts that get in the way, finding the API, keys by consent."""

import json
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from crossdock_sandbox.woocommerce import auth
from tests.sandbox.woo_bench import WooBench

HTTP = "http://harbour.woocommerce.example"
LIST = "/wp-json/wc/v3/products"


@pytest.fixture
async def bench() -> WooBench:
    made = WooBench()
    await made.begin()
    return made


def signed(bench: WooBench, method: str = "GET", path: str = LIST, root: str = HTTP, **given: str) -> dict[str, str]:
    pairs = {
        "oauth_consumer_key": bench.made["consumer_key"],
        "oauth_nonce": str(bench.world.random.random()),
        "oauth_timestamp": str(int(bench.at.timestamp())),
        "oauth_signature_method": "HMAC-SHA256",
        **given,
    }
    return {**pairs, "oauth_signature": auth.signature(bench.made["consumer_secret"], method, root + path, pairs)}


async def status(bench: WooBench, headers: dict[str, str] | None = None, root: str | None = None, **query: Any) -> int:
    found = await bench.raw("GET", LIST, headers=headers, root=root or HTTP.replace("http", "https"), **query)
    return found[0]


async def test_plain_keys_need_tls(bench: WooBench) -> None:
    query = {"consumer_key": bench.made["consumer_key"], "consumer_secret": bench.made["consumer_secret"]}
    assert [await status(bench), await status(bench, root=HTTP)] == [200, 401]
    assert [await status(bench, {}, **query), await status(bench, {}, root=HTTP, **query)] == [200, 401]
    proxied = {**bench.basic, "X-Forwarded-Proto": "https"}
    assert await status(bench, proxied, HTTP) == 200
    await bench.op("set_site", set={"tls": True})
    assert await status(bench, root=HTTP) == 200


async def test_oauth_over_http(bench: WooBench) -> None:
    given = signed(bench, per_page="1", after="2020-01-01T00:00:00")
    assert await status(bench, {}, HTTP, **given) == 200
    assert await status(bench, {}, HTTP, **given) == 401  # the nonce is used
    header = "OAuth " + ", ".join(f'{name}="{value}"' for name, value in signed(bench).items())
    assert await status(bench, {"Authorization": header.replace("+", "%2B")}, HTTP) == 200
    late = signed(bench, oauth_timestamp=str(int(bench.at.timestamp()) - 901))
    assert await status(bench, {}, HTTP, **late) == 401
    short = {name: value for name, value in signed(bench).items() if name != "oauth_nonce"}
    assert await status(bench, {}, HTTP, **short) == 401


async def test_repeated_parameters_are_signed_once(bench: WooBench) -> None:
    """As the JavaScript client sends them."""
    given = signed(bench, after="2020-01-01T00:00:00")
    query = f"after=2020-01-01T00%3A00%3A00&{urlencode(given)}"
    assert (await bench.world.handle("GET", f"{HTTP}{LIST}?{query}", {}))[0] == 200


async def test_a_host_that_keeps_the_authorization_header(bench: WooBench) -> None:
    await bench.op("set_site", set={"strip_authorization": True})
    query = {"consumer_key": bench.made["consumer_key"], "consumer_secret": bench.made["consumer_secret"]}
    assert [await status(bench), await status(bench, {}, **query)] == [401, 200]


async def test_keys_that_only_read_or_only_write(bench: WooBench) -> None:
    for permissions, reads, writes in (("read", 200, 401), ("write", 401, 201)):
        made = await bench.op("new_key", permissions=permissions)
        query = {"consumer_key": made["consumer_key"], "consumer_secret": made["consumer_secret"]}
        assert await status(bench, {}, **query) == reads
        assert (await bench.raw("POST", LIST, {"name": "x"}, {}, **query))[0] == writes
    await bench.op("uninstall")
    assert await status(bench) == 401


async def test_the_api_is_found_by_a_header_and_by_a_link(bench: WooBench) -> None:
    await bench.op("set_site", set={"folder": "blog"})
    root = f"{HTTP}/blog"
    code, headers, page = await bench.raw("GET", "/", headers={}, root=root)
    assert (code, headers["Link"]) == (200, f'<{root}/wp-json/>; rel="https://api.w.org/"')
    assert f"href='{root}/wp-json/'" in page.decode()
    code, _, body = await bench.raw("GET", "/wp-json/", headers={}, root=root)
    index = json.loads(body)
    assert (code, "wc/v3" in index["namespaces"], index["timezone_string"]) == (200, True, "Europe/Zurich")
    code, headers, _ = await bench.raw("GET", "/", headers={}, root=HTTP)  # the folder above is another site
    assert (code, "Link" in headers) == (200, False)
    assert (await bench.raw("GET", "/wp-json/wc/v3/products", root=HTTP.replace("http", "https")))[1][
        "Content-Type"].startswith("text/html")  # fmt: skip


async def test_without_pretty_permalinks_keys_are_not_looked_at(bench: WooBench) -> None:
    code, _, _ = await bench.raw("GET", "/", rest_route="/wc/v3/products")
    assert code == 401
    await bench.op("set_site", set={"pretty": False})
    _, headers, _ = await bench.raw("GET", "/", headers={})
    assert "?rest_route=/" in headers["Link"]
    assert (await bench.raw("GET", LIST))[0] == 404
    assert (await bench.raw("GET", "/", headers={}, rest_route="/"))[0] == 200


async def test_what_hosts_do(bench: WooBench) -> None:
    await bench.op("set_site", set={"rate_limit": 2})
    assert [await status(bench) for _ in range(3)] == [200, 200, 429]
    await bench.wait(61)
    assert await status(bench) == 200
    await bench.op("set_site", set={"rate_limit": 0, "slow": 7.0})
    before = bench.at
    assert await status(bench) == 200
    assert (bench.at - before).total_seconds() == 7
    await bench.op("set_site", set={"slow": 0.0, "maintenance": True})
    code, headers, page = await bench.raw("GET", LIST)
    assert (code, headers["Retry-After"], page[:15]) == (503, "600", b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("kind", "code"), [("error_before", 502), ("error_after", 502), ("maintenance", 503), ("database", 500),
                       ("rate_limit", 429), ("blocked", 200), ("fatal_after", 500), ("notice", 201)],
)  # fmt: skip
async def test_faults_of_calls(bench: WooBench, kind: str, code: int) -> None:
    rule = {"where": "call", "kind": kind, "rate": 1, "match": "orders.create"}
    await bench.world.control({"op": "faults", "rules": [rule]})
    assert (await bench.raw("POST", "/wp-json/wc/v3/orders", {}))[0] == code
    assert await status(bench) == 200
    assert len(await bench.read("orders")) == (1 if kind in ("error_after", "fatal_after", "notice") else 0)


@pytest.mark.parametrize(("seconds", "asked"), [(0, "30"), (7, "7")])
async def test_a_host_asks_for_a_pause(bench: WooBench, seconds: int, asked: str) -> None:
    rule = {"where": "call", "kind": "rate_limit", "rate": 1, "seconds": seconds}
    await bench.world.control({"op": "faults", "rules": [rule]})
    code, headers, _ = await bench.raw("GET", LIST)
    assert (code, headers["Retry-After"], bench.world.counters["throttled"]) == (429, asked, 1)


@pytest.mark.parametrize(("kind", "starts"), [("blocked", b"<!DOCTYPE html>"), ("notice", b"<br />\n<b>Deprecated")])
async def test_what_comes_in_place_of_json_or_before_it(bench: WooBench, kind: str, starts: bytes) -> None:
    await bench.world.control({"op": "faults", "rules": [{"where": "call", "kind": kind, "rate": 1}]})
    _, _, body = await bench.raw("GET", LIST)
    assert body.startswith(starts)
    assert body.endswith(b"]") is (kind == "notice")


async def test_keys_by_consent(bench: WooBench) -> None:
    root = HTTP.replace("http", "https")
    given = {"app_name": "Hub & Co", "scope": "read_write", "user_id": "7", "return_url": "https://hub.example/back",
             "callback_url": "https://hub.example/keys"}  # fmt: skip
    code, headers, _ = await bench.raw("GET", "/wc-auth/v1/authorize", headers={}, root=root, **given)
    assert (code, "/wc-auth/v1/login/" in headers["Location"]) == (302, True)
    code, headers, _ = await bench.world.handle("POST", headers["Location"], {}, b"")
    cookie = {"Cookie": headers["Set-Cookie"].partition(";")[0]}
    code, _, page = await bench.world.handle("GET", headers["Location"], cookie)
    assert (code, "Hub &amp; Co" in page.decode()) == (200, True)
    approve = unescape(page.decode().partition('wc-auth-approve" href="')[2].partition('"')[0])
    code, headers, _ = await bench.world.handle("GET", approve, cookie)
    assert (code, headers["Location"]) == (302, "https://hub.example/back?success=1&user_id=7")
    ((url, _, body),) = bench.sent
    keys = json.loads(body)
    assert (url, keys["user_id"], keys["key_permissions"]) == ("https://hub.example/keys", "7", "read_write")
    query = {"consumer_key": keys["consumer_key"], "consumer_secret": keys["consumer_secret"]}
    assert await status(bench, {}, **query) == 200
    plain = {**given, "callback_url": "http://hub.example/keys"}
    code, _, page = await bench.raw("GET", "/wc-auth/v1/authorize", headers={}, root=root, **plain)
    assert (code, "over SSL" in page.decode()) == (401, True)


async def test_an_app_that_does_not_take_its_keys_gets_none(bench: WooBench) -> None:
    bench.status = 500
    given = {"app_name": "Hub", "scope": "read", "user_id": "7", "return_url": "https://hub.example/back",
             "callback_url": "http://127.0.0.1:9/keys"}  # fmt: skip
    before = len(bench.shop.keys)
    code, _, _ = await bench.raw("GET", "/wc-auth/v1/access_granted", headers={"Cookie": "wordpress_logged_in=owner"},
                                 root=HTTP, **given)  # fmt: skip
    assert (code, len(bench.shop.keys)) == (401, before)
