"""Privacy by the API: an export kept nowhere, a buyer forgotten, days tried and set. Not here: who reaches it."""

import pytest

from crossdock.models import Activity, ApiAnswer, MerchantOrder
from crossdock.operations.opened import open_order
from tests.api.calls import ApiWorld
from tests.operations import rows

pytestmark = pytest.mark.django_db


def test_a_buyer_is_exported_and_forgotten() -> None:
    world = ApiWorld()
    order = rows.order(world.shop)
    found = open_order(order)
    assert found is not None
    asked = {"buyer": found.contact.email}
    told = world.calls.send("/privacy/export", asked, key="one")
    assert order.name in {each["name"] for each in told.json()["orders"]}
    assert not ApiAnswer.objects.exists()
    assert world.calls.send("/privacy/erase", {"buyer": f"id:{order.pk}"}, key="two").json() == {
        "erased": 1,
        "later": 0,
    }
    assert MerchantOrder.objects.get(pk=order.pk).sealed is None
    missing = world.calls.send("/privacy/erase", {"buyer": f"id:{order.pk}"})
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (422, "buyer")
    did = world.calls.get("/privacy/history").json()["items"]
    assert [each["what"] for each in did] == ["privacy.erased", "privacy.exported"]
    assert Activity.objects.get(what="privacy.erased").who == "api:tests"


def test_days_are_tried_and_set_and_a_request_is_answered() -> None:
    world = ApiWorld()
    assert world.calls.get("/privacy/retention/preview", days=30).json() == {"erased": 0, "waiting": 0}
    assert world.calls.send("/privacy/retention", {"days": 30}, method="PUT").json() == {"days": 30}
    assert world.calls.get("/privacy/retention").json() == {"days": 30}
    asked = world.calls.get("/privacy/requests").json()["items"]
    assert [each["done_at"] for each in asked] == [None]
    assert world.calls.send(f"/privacy/requests/{asked[0]['id']}/answer").status_code == 200
    assert world.calls.send(f"/privacy/requests/{asked[0]['id']}/answer").json()["code"] == "already_answered"


def test_add_ons_and_logs() -> None:
    world = ApiWorld()
    names = [each["name"] for each in world.calls.get("/settings/add-ons").json()["items"]]
    assert "auto_variants" in names
    assert world.calls.send("/settings/add-ons/auto_variants", {"on": False}, method="PUT").status_code == 200
    assert world.calls.send("/settings/add-ons/nothing", {"on": True}, method="PUT").status_code == 422
    lines = world.calls.get("/logs", limit=1).json()
    assert [each["id"] for each in lines["items"]] == [world.call.pk]
    assert world.calls.get(f"/logs/{world.call.pk}").json()["sent"] == '{"sku":"OAK"}'
    assert world.calls.get("/logs", way="in").json()["items"] == []
    assert world.calls.send(f"/logs/{world.call.pk}/replay").status_code == 200
