"""Facts become notices once, for whom they concern; notices become mails, gathered; what is over is not mailed.

Not here: a real mail server (tests/mail), pages (tests/web).
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from crossdock.core.notices import Audience
from crossdock.models import Membership, User, Vendor
from crossdock.operations import notices as choosing
from crossdock.operations.notices import Reader
from crossdock.operations.people import add_person
from crossdock.sync import mails, notices
from crossdock.sync.mails import Sending
from crossdock.web.mails import compose
from tests import world as worlds
from tests.world import World, furnish, place, play

HUB = "http://hub.test"
SENDING = Sending(compose, "Hub <hub@hub.test>", HUB, gather=60, rate=1000)
ROWS = "SELECT kind, audience, email, app FROM notice ORDER BY id"


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        worlds.at_home(database)
        yield


async def tell(world: World) -> None:
    while await notices.tell(world.context.pool, world.clock(), hub_url=HUB):
        pass


async def post(world: World) -> list[Any]:
    """One look of the teller at mails; returns those sent."""
    mail.outbox = []
    await mails.begin(world.context.pool, SENDING, world.clock())
    letters = await mails.due(world.context.pool, SENDING, world.clock())
    assert await mails.send(world.context.pool, SENDING, letters, world.clock)
    return mail.outbox


async def wait(world: World, **parts: float) -> None:
    await world.clock.sleep(timedelta(**parts).total_seconds())


async def people(world: World) -> None:
    """An owner of the marketplace, and somebody of the first vendor; the second has an address only."""
    now = world.clock()
    of = world.vendors["vendor1"]

    def make() -> None:
        common: dict[str, Any] = {"marketplace": world.marketplace, "password": "long-enough-1", "now": now}
        add_person(username="owner", email="owner@market.test", role=Membership.Role.OWNER, **common)
        role = Membership.Role.VENDOR_OWNER
        add_person(username="vera", email="vera@vendor1.test", role=role, vendor=of, **common)

    await world.do(make)
    await world.sql("DELETE FROM tiding")


async def reader(world: World, audience: str, name: str = "") -> Reader:
    user = await world.do(lambda: User.objects.filter(username=name).first()) if name else None
    return Reader(world.marketplace, audience, user)


def test_a_vendor_hears_of_its_order_once_and_of_no_other(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await people(world)
        await place(world, {"V1-A": 1, "V2-A": 1})
        await world.quiet()
        await tell(world)
        await tell(world)
        assert await world.sql(ROWS) == [
            ("order_received", "vendor", "wanted", True),
            ("order_received", "vendor", "wanted", False),
        ]
        assert await post(world) == []  # it waits for more
        await wait(world, seconds=61)
        sent = await post(world)
        assert sorted(message.to[0] for message in sent) == ["vendor2@vendor.test", "vera@vendor1.test"]
        assert await post(world) == []
        (hers,) = [message for message in sent if message.to == ["vera@vendor1.test"]]
        assert "New order" in hers.subject
        assert "Vendor 2" not in hers.body
        html, kind = hers.alternatives[0][0], hers.alternatives[0][1]
        assert kind == "text/html"
        assert "New order" in html
        assert hers.extra_headers["Message-ID"].endswith("@hub.test>")
        assert hers.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "buyer" not in hers.body.lower()

    play(database, scenario)


def test_a_burst_is_one_mail_and_the_next_waits_longer(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await people(world)
        for _ in range(60):
            await place(world, {"V1-A": 1})
        await world.quiet()
        await tell(world)
        await wait(world, seconds=61)
        (burst,) = await post(world)
        assert "(60)" in burst.subject
        assert burst.body.count("New order") == 50
        assert "and 10 more" in burst.body
        await place(world, {"V1-A": 1})
        await world.quiet()
        await tell(world)
        await wait(world, seconds=120)
        assert await post(world) == []
        await wait(world, seconds=600)
        assert len(await post(world)) == 1

    play(database, scenario)


def test_what_closes_before_the_mail_is_not_mailed(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await people(world)
        worlds.refuse(world, "vendor1", "no such carrier")
        await place(world, {"V1-A": 1})
        await world.quiet()
        await tell(world)
        assert ("order_refused", "merchant", "wanted", True) in await world.sql(ROWS)
        await world.sql("UPDATE attention SET closed_at = %s, closed_by = 'hub'", [world.clock()])
        await wait(world, seconds=61)
        assert await post(world) == []
        assert ("order_refused", "merchant", "dropped", True) in await world.sql(ROWS)

    play(database, scenario)


def test_people_choose_and_the_marketplace_says_what_is_usual(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await people(world)
        now, key = world.clock(), ("order_received", "email")
        hers = await reader(world, Audience.VENDOR, "vera")
        vendor = await world.do(lambda: Vendor.objects.get(name="Vendor 1"))
        hers = Reader(hers.marketplace, hers.audience, hers.user, vendor)
        everybody = await reader(world, Audience.VENDOR)
        await world.do(choosing.set_choices, reader=everybody, changes={key: False}, who="owner", now=now)
        await world.do(choosing.set_choices, reader=hers, changes={key: True}, who="vera", now=now)
        owner = await reader(world, Audience.MERCHANT, "owner")
        both = {("order_received", "app"): True}
        await world.do(choosing.set_choices, reader=owner, changes=both, who="owner", now=now)
        await place(world, {"V1-A": 1, "V2-A": 1})
        await world.quiet()
        await tell(world)
        assert sorted(await world.sql(ROWS)) == [
            ("order_received", "merchant", "no", True),
            ("order_received", "merchant", "no", True),
            ("order_received", "vendor", "wanted", True),
        ]
        await world.do(choosing.stop_mails, reader=hers, now=world.clock())
        await wait(world, seconds=61)
        assert await post(world) == []

    play(database, scenario)


def test_who_left_is_not_mailed(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await people(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        await tell(world)
        await world.sql("DELETE FROM membership m USING person p WHERE p.id = m.user_id AND p.username = 'vera'")
        await wait(world, seconds=61)
        assert await post(world) == []

    play(database, scenario)


def test_an_order_is_late_once(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await people(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        await tell(world)
        for _ in range(3):
            await notices.find_late(world.context.pool, world.clock() + timedelta(days=5, hours=1))
            await tell(world)
        kinds = [row[:2] for row in await world.sql(ROWS)]
        assert sorted(kinds) == [
            ("order_late", "merchant"),
            ("order_late", "vendor"),
            ("order_received", "vendor"),
        ]

    play(database, scenario)


def test_two_tellers_tell_once(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await people(world)
        for _ in range(10):
            await place(world, {"V1-A": 1})
        await world.quiet()
        await asyncio.gather(*(tell(world) for _ in range(4)))
        await wait(world, seconds=61)
        await asyncio.gather(*(mails.begin(world.context.pool, SENDING, world.clock()) for _ in range(4)))
        assert await world.sql("SELECT count(*) FROM notice") == [(10,)]
        assert await world.sql("SELECT count(*) FROM mail") == [(1,)]

    play(database, scenario)
