"""Getting in: keys and tokens, their renewal, the code grant, what the connection test learns, addresses."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from crossdock.connector.errors import AuthFailed, Unavailable
from crossdock.platforms.squarespace import auth
from crossdock.platforms.squarespace.platform import PLATFORM
from tests.platforms.squarespace.world import World

BACK = "https://hub.example/back"


@pytest.mark.asyncio
async def test_a_key_is_never_renewed_and_a_token_half_hourly() -> None:
    world = World()
    site = await world.create()
    assert PLATFORM.expires_at(world.credentials) is None
    assert await site.renew() is None
    site = await (world := World()).create("oauth")
    due = PLATFORM.expires_at(world.credentials)
    assert due == world.time.now + timedelta(minutes=28)
    await world.pass_time(31 * 60)
    with pytest.raises(AuthFailed):
        await site.find_order("x")
    renewed = await site.renew()
    assert renewed is not None
    assert renewed.expires_at == world.time.now + timedelta(minutes=28)
    assert renewed.credentials["client_secret"] == world.credentials["client_secret"]
    world.credentials = renewed.credentials
    assert await world.client().find_order("x") is None


@pytest.mark.asyncio
async def test_a_renewal_that_cannot_be_asks_for_a_person_or_is_tried_again() -> None:
    world = World()
    site = await world.create("oauth")
    await world.faults({"where": "oauth", "kind": "drop_after", "rate": 1.0})
    with pytest.raises(Unavailable):
        await site.renew()
    await world.faults()
    assert await site.renew() is not None
    await world.do("revoke_token")
    with pytest.raises(AuthFailed):
        await site.renew()
    world.credentials.pop("refresh_token")
    with pytest.raises(AuthFailed):
        await world.client().renew()


@pytest.mark.asyncio
async def test_a_site_is_let_in_by_its_owner() -> None:
    world = World()
    await world.create("oauth")
    base, client = world.made["base_url"], str(world.made["client_id"])
    address = auth.authorize_url(client_id=client, redirect_uri=BACK, state="s", base_url=base)
    assert dict(parse_qsl(urlsplit(address).query))["scope"] == "website.orders,website.products.read,website.inventory"
    _, headers, _ = await world.sandbox.handle("GET", address, {})
    given = {name: values[0] for name, values in parse_qs(urlsplit(headers["Location"]).query).items()}
    with pytest.raises(auth.CallbackRefused):
        auth.verify_callback(given, state="other")
    code = auth.verify_callback(given, state="s")
    world.credentials = await auth.exchange_code(
        world, client_id=client, client_secret=str(world.made["client_secret"]), code=code, redirect_uri=BACK,
        now=world.time.now, base_url=base,
    )  # fmt: skip
    site = world.client()
    assert (await site.check()).missing_scopes == ()
    assert await site.renew() is not None
    with pytest.raises(auth.CallbackRefused):
        auth.verify_callback({"state": "s", "error": "access_denied"}, state="s")


@pytest.mark.asyncio
async def test_the_connection_test_knows_the_site_and_what_may_be_done() -> None:
    world = World()
    site = await world.create(time_zone="Europe/Berlin", name="Acme")
    info = await site.check()
    assert (info.name, info.domain, info.currency) == ("Acme", "acme.squarespace.com", "USD")
    assert (info.time_zone, info.missing_scopes, info.default_location_id) == ("Europe/Berlin", (), "site")
    assert world.orders == []
    assert world.dump["inventory"][world.variant()] == 5


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        (["website.orders"], ("website.products.read", "website.inventory.read", "website.inventory")),
        (
            ["website.orders.read", "website.inventory.read", "website.products"],
            ("website.orders", "website.inventory"),
        ),
    ],
)
@pytest.mark.asyncio
async def test_missing_permissions_are_named(scopes: list[str], missing: tuple[str, ...]) -> None:
    world = World()
    world.made = await world.do(
        "create_store", platform="squarespace", app={"mode": "api_key", "scopes": scopes}, products=[]
    )
    world.credentials = world.made["credentials"]
    assert (await world.client().check()).missing_scopes == missing


@pytest.mark.asyncio
async def test_a_wrong_key_and_a_dead_site_fail_the_test() -> None:
    world = World()
    await world.create()
    world.credentials = world.credentials | {"access_token": "wrong"}
    with pytest.raises(AuthFailed):
        await world.client().check()
    await world.do("outage", seconds=60)
    with pytest.raises(Unavailable):
        await world.client().check()


@pytest.mark.asyncio
async def test_a_real_site_is_asked_at_the_one_address_of_all() -> None:
    world = World()
    await world.create()
    site = world.client(f"https://{world.made['domain']}")
    assert await site.find_order("x") is None
    request = world.sent[-1]
    assert request.url.startswith("https://api.squarespace.com/1.0/commerce/orders?")
    assert request.headers["user-agent"].startswith("Crossdock/")


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("acme", "acme.squarespace.com"),
        (" https://Acme.squarespace.com/config/settings ", "acme.squarespace.com"),
        ("www.acme.example", "www.acme.example"),
        ("http://acme.example:8080/a?b=c#d", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("acme.example.", "acme.example"),
    ],
)
def test_addresses_as_people_type_them(typed: str, domain: str) -> None:
    assert PLATFORM.store_domain(typed) == domain


@pytest.mark.parametrize("typed", ["", "https://", "squarespace.com", "a b.example", "-.example", "a..b", "x" * 300])
def test_what_is_no_address_names_the_fix(typed: Any) -> None:
    with pytest.raises(ValueError, match="Settings, Domains"):
        PLATFORM.store_domain(typed)
