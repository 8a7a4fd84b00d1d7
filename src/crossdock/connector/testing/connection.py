"""Rules about being connected: the declaration, the address, the connection test, credentials that end.

Not here: what is done with a connection (the other subjects).
"""

from urllib.parse import urlsplit

from msgspec import structs

from crossdock.connector.capabilities import Ability, Can
from crossdock.connector.contract import Connection, Role
from crossdock.connector.errors import AuthFailed
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import CURRENCY, Desk
from crossdock.connector.testing.rules import Broken, expect, refused, rule, same

LATER = "not written yet"  # what a platform that was just begun says of everything
NONSENSE = ("", "  ", "http://", "not a store", "ex ample.com", "-", "a" * 300)


@rule(role=None)
async def declares_every_ability(bench: Bench) -> None:
    """Every "no" and every "partly" says why, in words fit to be read in the middle of a sentence."""
    told = bench.platform.capabilities
    for name in told.__struct_fields__:
        ability = getattr(told, name)
        if isinstance(ability, Ability) and ability.can is not Can.YES:
            expect(ability.why.strip(), f"capabilities.{name} is {ability.can} and does not say why")
            expect(ability.why != LATER, f"capabilities.{name}: say why it cannot, or do it")
            expect(not ability.why.endswith("."), f"capabilities.{name}: its reason ends with a full stop")
    expect(told.settle_seconds >= 0, "capabilities.settle_seconds is below zero")
    serves = [told.merchant_role.can, told.vendor_role.can]
    expect(set(serves) != {Can.NO}, "it serves neither as a merchant's store nor as a vendor's")


@rule(role=None)
async def understands_addresses_that_people_type(bench: Bench) -> None:
    """`store_domain` gives the same for what it gave; what is no address is refused in words."""
    role = Role.VENDOR if bench.platform.capabilities.vendor_role.can is not Can.NO else Role.MERCHANT
    store = await bench.open_store(role, ())
    domain = store.connection.domain
    same("store_domain of a store's own domain", bench.platform.store_domain(domain), domain)
    same("store_domain with blanks and https", bench.platform.store_domain(f" https://{domain}/ "), domain)
    for typed in NONSENSE:
        try:
            found = bench.platform.store_domain(typed)
        except ValueError as error:
            expect(str(error), f"store_domain({typed!r}) refuses without words")
        else:
            raise Broken(f"store_domain({typed!r}) gave {found!r}")


@rule()
async def a_connection_test_tells_the_store(bench: Bench) -> None:
    """`check` gives identity and currency, and misses no scope of a store that was connected with all of them."""
    await _checked(bench, Role.VENDOR)


@rule(role=Role.MERCHANT)
async def a_connection_test_tells_the_merchants_store(bench: Bench) -> None:
    """The same for a merchant's store."""
    await _checked(bench, Role.MERCHANT)


async def _checked(bench: Bench, role: Role) -> None:
    desk = Desk(bench, await bench.open_store(role, ()))
    info = await desk.client.check()
    expect(info.id, "check: the store has no id")
    expect(info.name, "check: the store has no name")
    kept = desk.store.connection
    expect(info.domain in (kept.domain, urlsplit(kept.base_url).netloc), f"check: the domain is {info.domain!r}")
    same("check: the currency", info.currency, CURRENCY)
    same("check: missing scopes", info.missing_scopes, ())


@rule()
async def wrong_credentials_are_told_apart(bench: Bench) -> None:
    """Credentials that never were any are AuthFailed, and no error repeats them."""
    desk = await Desk.open(bench, Role.VENDOR)
    kept = desk.store.connection
    wrong = {name: _spoilt(value) for name, value in kept.credentials.items()}
    stranger = desk.speak(connection=structs.replace(kept, credentials=wrong))
    error = await refused(AuthFailed, "check with wrong credentials", stranger.check())
    _tells_nothing(kept, str(error), error.words)
    for value in wrong.values():
        if isinstance(value, str) and len(value) > 8:
            expect(value not in f"{error} {error.words}", "an error repeats a credential")


def _spoilt(value: object) -> object:
    """A secret that is none; short words (a mode) stay."""
    return "x" * len(value) if isinstance(value, str) and len(value) > 12 and "T" not in value[10:11] else value


def _tells_nothing(connection: Connection, *words: str) -> None:
    for value in connection.credentials.values():
        if isinstance(value, str) and len(value) > 8:
            expect(not any(value in each for each in words), "an error repeats a credential")
    expect(
        not any(
            value in repr(connection)
            for value in connection.credentials.values()
            if isinstance(value, str) and len(value) > 8
        ),
        "repr of a connection shows a credential",
    )


@rule(acts=("revoke_token",))
async def lost_credentials_are_told_apart(bench: Bench) -> None:
    """Once the store takes them back, reads and writes are AuthFailed, and nothing is done."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    await desk.act("revoke_token")
    client = desk.client
    draft = desk.draft()
    await refused(AuthFailed, "check", client.check())
    await refused(AuthFailed, "read_vendor_order", client.read_vendor_order(made.id))
    await refused(AuthFailed, "find_order", client.find_order(draft.reference))
    await refused(AuthFailed, "read_products", client.read_products([desk.product("TEE")]))
    await refused(AuthFailed, "create_order", client.create_order(draft))
    same("orders made without credentials", list(await bench.orders(desk.store, draft.reference)), [])


@rule()
async def renewing_is_repeatable(bench: Bench) -> None:
    """`renew` gives credentials that work, or None where they do not expire."""
    desk = await Desk.open(bench, Role.VENDOR)
    renewed = await desk.client.renew()
    expires = bench.platform.expires_at(desk.store.connection.credentials)
    if renewed is None:
        same("expires_at of credentials that are not renewed", expires, None)
        return
    fresh = desk.speak(connection=structs.replace(desk.store.connection, credentials=renewed.credentials))
    await fresh.check()
