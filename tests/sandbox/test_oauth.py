"""Tokens: granted, expiring, refreshed, rotated, revoked (FACTS section 1)."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.sandbox.bench import Bench

SHOP = "{ shop { name } }"


async def token(bench: Bench, **form: str) -> tuple[int, dict[str, Any]]:
    made = bench.stores["harbour"]
    given = {"client_id": made["client_id"], "client_secret": made["client_secret"], **form}
    status, _, body = await bench.world.handle(
        "POST",
        f"{made['base_url']}/admin/oauth/access_token",
        {"Content-Type": "application/json"},
        json.dumps(given).encode(),
    )
    return status, json.loads(body)


async def works(bench: Bench, value: str) -> bool:
    status, _, _ = await bench.call("harbour", {"query": SHOP}, token=value)
    return status == 200


async def test_the_code_grant(bench: Bench) -> None:
    made = await bench.open()
    query = f"client_id={made['client_id']}&scope=write_orders&redirect_uri=http://127.0.0.1:8000/back&state=nonce"
    status, headers, _ = await bench.world.handle("GET", f"{made['base_url']}/admin/oauth/authorize?{query}", {})
    assert status == 302
    params = dict(parse_qsl(urlsplit(headers["Location"]).query))
    assert (params["state"], params["shop"]) == ("nonce", "harbour.myshopify.com")
    signed = "&".join(f"{key}={params[key]}" for key in sorted(params) if key != "hmac")
    assert params["hmac"] == hmac.new(made["client_secret"].encode(), signed.encode(), hashlib.sha256).hexdigest()
    status, given = await token(bench, code=params["code"], expiring="1")
    assert status == 200
    assert given["expires_in"] == 3600
    assert given["refresh_token_expires_in"] == 7_776_000
    assert await works(bench, given["access_token"])
    assert (await token(bench, code=params["code"]))[0] == 400, "a code is good once"
    assert (await token(bench, code="x", client_secret="wrong"))[0] == 400


async def test_expiry_and_rotation(bench: Bench) -> None:
    made = await bench.open(app={"mode": "expiring"})
    assert await works(bench, made["access_token"])
    await bench.wait(3601)
    assert not await works(bench, made["access_token"])
    _, first = await token(bench, grant_type="refresh_token", refresh_token=made["refresh_token"])
    _, second = await token(bench, grant_type="refresh_token", refresh_token=made["refresh_token"])
    assert await works(bench, second["access_token"]), "the used refresh token is good until its replacement is used"
    status, words = await token(bench, grant_type="refresh_token", refresh_token=made["refresh_token"])
    assert status == 401
    assert words["error_description"] == "This request requires an active refresh_token"
    assert await works(bench, first["access_token"])


async def test_client_credentials_last_a_day(bench: Bench) -> None:
    await bench.open(app={"mode": "client_credentials"})
    status, given = await token(bench, grant_type="client_credentials")
    assert (status, given["expires_in"]) == (200, 86399)
    assert "refresh_token" not in given


async def test_an_old_token_is_exchanged_for_an_expiring_pair(bench: Bench) -> None:
    made = await bench.open()
    kind = "urn:shopify:params:oauth:token-type:offline-access-token"
    grant = "urn:ietf:params:oauth:grant-type:token-exchange"
    form = {"grant_type": grant, "subject_token": made["access_token"], "subject_token_type": kind,
            "requested_token_type": kind, "expiring": "1"}  # fmt: skip
    status, given = await token(bench, **form)
    assert (status, given["expires_in"]) == (200, 3600)
    assert not await works(bench, made["access_token"])
    assert (await token(bench, **form))[0] == 400


async def test_revoked_and_uninstalled(bench: Bench) -> None:
    made = await bench.open(app={"mode": "expiring"})
    await bench.op("revoke_token")
    assert not await works(bench, made["access_token"])
    assert (await token(bench, grant_type="refresh_token", refresh_token=made["refresh_token"]))[0] == 401
    again = await bench.op("install")
    assert await works(bench, again["access_token"])
    bench.stores["harbour"]["access_token"] = again["access_token"]
    await bench.subscribe("APP_UNINSTALLED", "ORDERS_CREATE")
    await bench.op("uninstall")
    await bench.world.settle()
    assert bench.topics() == ["app/uninstalled"]
    assert not await works(bench, again["access_token"]), (
        "at app/uninstalled the token is already dead (FACTS section 10)"
    )
    assert (await bench.op("dump"))["webhooks"] == []
