"""Subscriptions as desired state; the connection test."""

from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import Role
from crossdock.connector.errors import AuthFailed
from crossdock.connector.http import Request
from tests.platforms.woocommerce.recorded import Site, answer, reply, sample, store

ADDRESS = "https://hub.example/hooks/woocommerce/k"


class Board:
    """A shop's webhooks."""

    def __init__(self) -> None:
        self.hooks: dict[int, dict[str, Any]] = {}
        self.site = Site()
        self.site.on("GET", "webhooks", lambda request: list(self.hooks.values()))
        self.site.on("POST", "webhooks", self.add)

    def add(self, request: Request) -> Any:
        id = max(self.hooks, default=0) + 1
        body = msgspec.json.decode(request.body)
        assert body.pop("secret")
        self.hooks[id] = body | {"id": id}
        self.site.on("DELETE", f"webhooks/{id}", lambda request: self.hooks.pop(id))
        return reply(201, self.hooks[id])


@pytest.mark.parametrize("role", Role)
async def test_made_once_and_then_left_alone(role: Role) -> None:
    board = Board()
    client = store(board.site, role)
    made = await client.ensure_subscriptions(ADDRESS)
    assert {hook["topic"] for hook in board.hooks.values()} == set(made.topics)
    assert all(hook["delivery_url"] == ADDRESS for hook in board.hooks.values())
    assert (await client.ensure_subscriptions(ADDRESS)).changed == ()
    await client.remove_subscriptions()
    await client.remove_subscriptions()
    assert board.hooks == {}


async def test_what_is_off_old_or_double_is_made_anew_and_strangers_stay() -> None:
    board = Board()
    client = store(board.site)
    await client.ensure_subscriptions(ADDRESS)
    board.hooks[1]["status"] = "disabled"
    board.hooks[2]["delivery_url"] = "https://old.example/hooks/woocommerce/k"
    board.hooks[90] = board.hooks[3] | {"id": 90}
    board.hooks[91] = {
        "id": 91,
        "name": "ERP",
        "status": "active",
        "topic": "order.created",
        "delivery_url": "https://e",
    }
    board.site.on("DELETE", "webhooks/90", lambda request: board.hooks.pop(90))
    changed = (await client.ensure_subscriptions(ADDRESS)).changed
    assert len(changed) == 5
    assert 91 in board.hooks
    assert (await client.ensure_subscriptions(ADDRESS)).changed == ()


async def test_other_keys_want_another_secret() -> None:
    board = Board()
    await store(board.site).ensure_subscriptions(ADDRESS)
    changed = (await store(board.site, client_secret="cs_2").ensure_subscriptions(ADDRESS)).changed
    assert len(changed) == 2 * len(board.hooks)


def shop() -> Site:
    site = Site()
    site.on("GET", "/wp-json/", answer("index"))
    site.on("GET", "orders", [{"currency": "USD"}])
    site.on("GET", "settings/general/woocommerce_currency", {"id": "woocommerce_currency", "value": "CHF"})
    site.on("PUT", "orders/0", answer("errors/400_put_unknown_order"))
    return site


async def test_the_connection_test() -> None:
    info = await store(shop()).check()
    assert (info.name, info.currency, info.time_zone) == ("Lab merchant", "CHF", "Europe/Zurich")
    assert (info.id, info.missing_scopes, info.default_location_id) == ("127.0.0.1:18081", (), "store")


async def test_keys_that_may_only_read_are_told() -> None:
    site = shop()
    site.on("PUT", "orders/0", answer("errors/401_read_only_key"))
    site.on("GET", "settings/general/woocommerce_currency", reply(403, {"code": "woocommerce_rest_cannot_view"}))
    info = await store(site).check()
    assert (info.missing_scopes, info.currency) == (("write",), "USD")


async def test_keys_that_do_not_work_are_refused() -> None:
    site = shop()
    site.on("GET", "orders", answer("errors/401_bad_secret"))
    with pytest.raises(AuthFailed):
        await store(site).check()


def test_the_recorded_index_names_plugins() -> None:
    assert "wc/v3" in sample("index")["response"]["body"]["namespaces"]
