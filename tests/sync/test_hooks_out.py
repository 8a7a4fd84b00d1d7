"""Webhooks that we send: signed, once each under one id, tried again, given up, switched off, replayed.

Not here: the pages of it (tests/web).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from standardwebhooks import Webhook

from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.models import WebhookDelivery, WebhookEndpoint
from crossdock.operations import webhooks
from crossdock.operations.webhooks import BadWebhook
from crossdock.sync import hooks_out
from crossdock.sync.hooks_out import DISABLE_AFTER, LATER
from tests.sync.test_notices import tell, wait
from tests.world import World, at_home, furnish, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


class Receiver:
    """A system of the merchant's: says yes, or what a test has it say. 0 = the line breaks after it got it."""

    def __init__(self) -> None:
        self.says = 200
        self.got: list[Request] = []

    async def send(self, request: Request) -> Response:
        self.got.append(request)
        if not self.says:
            raise NoAnswer("ReadTimeoutError")
        return Response(self.says, {}, b"")


async def endpoint(world: World, **more: Any) -> tuple[WebhookEndpoint, str]:
    asked: dict[str, Any] = {"url": "https://shop.test/hooks", "kinds": []} | more
    await world.sql("DELETE FROM tiding")
    made: tuple[WebhookEndpoint, str] = await world.do(
        webhooks.add_endpoint, marketplace=world.marketplace, now=world.clock(), who="owner", **asked
    )
    return made


async def deliver(world: World, receiver: Receiver) -> int:
    return await hooks_out.deliver(world.context.pool, receiver, world.ring, world.clock)


async def buy(world: World) -> None:
    await place(world, {"V1-A": 1})
    await world.quiet()
    await tell(world)


def test_a_message_is_signed_and_holds_no_buyer(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        _, secret = await endpoint(world)
        receiver = Receiver()
        await buy(world)
        assert await deliver(world, receiver) == 1
        (request,) = receiver.got
        known = Webhook(secret)
        at = world.clock()
        assert (
            known.sign(request.headers["webhook-id"], at, request.body.decode()) == request.headers["webhook-signature"]
        )
        assert request.headers["webhook-timestamp"] == str(int(at.timestamp()))
        body = msgspec.json.decode(request.body)
        assert body["type"] == "vendor_order.linked"
        assert body["data"]["vendor"]["name"] == "Vendor 1"
        assert body["data"]["vendor_order"]["state"] == "linked"
        assert body["data"]["order"]["name"]
        assert b"@" not in request.body
        assert await deliver(world, receiver) == 0

    play(database, scenario)


def test_it_is_tried_again_under_the_same_id_and_given_up(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        row, _ = await endpoint(world)
        receiver = Receiver()
        receiver.says = 0
        await buy(world)
        for step in LATER:
            assert await deliver(world, receiver) == 1
            assert await deliver(world, receiver) == 0
            await wait(world, seconds=step.total_seconds())
        receiver.says = 503
        assert await deliver(world, receiver) == 1
        assert len({request.headers["webhook-id"] for request in receiver.got}) == 1
        assert len({request.body for request in receiver.got}) == 1
        ((state, attempts, tries),) = await world.sql("SELECT state, attempts, tries FROM webhook_delivery")
        assert (state, attempts, len(tries)) == ("failed", len(LATER) + 1, 10)
        assert [one["status"] for one in tries] == [0] * 9 + [503]
        found = await world.do(WebhookDelivery.objects.select_related("endpoint").get)
        receiver.says = 200
        for _ in range(2):  # asked twice, it goes once
            await world.do(webhooks.replay, delivery=found, now=world.clock(), who="owner")
        assert await deliver(world, receiver) == 1
        assert await deliver(world, receiver) == 0
        assert receiver.got[-1].headers["webhook-id"] == receiver.got[0].headers["webhook-id"]
        again = await world.do(lambda: WebhookEndpoint.objects.get(pk=row.pk))
        assert (again.failing_since, again.state) == (None, "active")

    play(database, scenario)


@pytest.mark.parametrize("gone", [False, True])
def test_an_endpoint_that_takes_nothing_is_switched_off_and_somebody_told(database: str, gone: bool) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await endpoint(world)
        receiver = Receiver()
        receiver.says = 410 if gone else 500
        await buy(world)
        await deliver(world, receiver)
        if not gone:
            await wait(world, seconds=(DISABLE_AFTER + timedelta(minutes=1)).total_seconds())
            await deliver(world, receiver)
        assert await world.sql("SELECT state FROM webhook_endpoint") == [("disabled",)]
        assert await world.sql("SELECT data->>'host' FROM activity WHERE what = 'webhook.disabled'") == [("shop.test",)]
        assert await world.sql("SELECT count(*) FROM tiding WHERE what = 'webhook.disabled'") == [(1,)]
        tried = len(receiver.got)
        await buy(world)
        await wait(world, days=1)
        await deliver(world, receiver)
        assert len(receiver.got) == tried

    play(database, scenario)


def test_only_what_is_asked_for_is_sent_and_only_within_the_marketplace(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await endpoint(world, kinds=["parcel.linked"])
        receiver = Receiver()
        await buy(world)
        assert await deliver(world, receiver) == 0

    play(database, scenario)


def test_while_a_secret_is_changed_both_sign(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        row, old = await endpoint(world)
        new = await world.do(webhooks.rotate_secret, endpoint=row, now=world.clock(), who="owner")
        receiver = Receiver()
        await buy(world)
        await deliver(world, receiver)
        given = receiver.got[0].headers["webhook-signature"].split(" ")
        body, key, at = receiver.got[0].body.decode(), receiver.got[0].headers["webhook-id"], world.clock()
        assert given == [Webhook(secret).sign(key, at, body) for secret in (new, old)]
        await wait(world, hours=25)
        await buy(world)
        await deliver(world, receiver)
        assert len(receiver.got[-1].headers["webhook-signature"].split(" ")) == 1

    play(database, scenario)


def test_odd_addresses_are_refused_by_field(database: str, settings: Any) -> None:
    settings.CROSSDOCK_ALLOW_PRIVATE = False

    async def scenario(world: World) -> None:
        await furnish(world)
        for url in (
            "",
            "shop",
            "ftp://shop.test",
            "http://shop.test",
            "https://me:pw@shop.test",
            "https://shop.test/#x",
        ):
            with pytest.raises(BadWebhook) as refused:
                await endpoint(world, url=url)
            assert refused.value.field == "url"
        with pytest.raises(BadWebhook) as refused:
            await endpoint(world, kinds=["moon.rose"])
        assert refused.value.field == "kinds"
        await endpoint(world)
        with pytest.raises(BadWebhook, match="already"):
            await endpoint(world)

    play(database, scenario)
