"""What the API answers: pages that nothing shifts, writes that happen once, problems, limits, buyers kept apart.

Not here: who reaches what (test_tokens_reach.py), or that every answer is as the document says (test_promises.py).
"""

import base64
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crossdock.models import Activity, ApiAnswer, ApiToken, MerchantOrder, Vendor, VendorOrder, WebhookEndpoint
from crossdock.operations.tokens import BURST, SCOPES, make_token, use_token
from tests.api.calls import ApiWorld, Calls, token
from tests.operations import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ApiWorld:
    return ApiWorld()


def walk(calls: Calls, path: str, limit: int, **query: Any) -> list[Any]:
    items, cursor = [], ""
    for _ in range(50):
        said = calls.get(path, limit=limit, cursor=cursor, **query).json()
        assert len(said["items"]) <= limit
        items += said["items"]
        cursor = said["next"]
        if cursor is None:
            return items
    raise AssertionError("the pages do not end")


def test_pages_follow_each_other_and_nothing_shifts_them(world: ApiWorld) -> None:
    for _ in range(5):
        rows.order(world.shop)
    first = world.calls.get("/orders", limit=3).json()
    rows.order(world.shop)  # newer than all of them
    second = world.calls.get("/orders", limit=3, cursor=first["next"]).json()
    ids = [row["id"] for row in first["items"] + second["items"]]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == 6


@pytest.mark.parametrize(
    "path", "/orders /vendor-orders /products /listings /links /stock /vendors /stores /activity /attention".split()
)
def test_every_list_pages_by_one(world: ApiWorld, path: str) -> None:
    whole = world.calls.get(path, limit=250).json()["items"]
    assert whole
    assert walk(world.calls, path, 1) == whole


def test_a_list_costs_as_many_statements_for_one_as_for_many(world: ApiWorld) -> None:
    paths = "/orders /vendor-orders /products /listings /links /stock /vendors /stores /activity /webhooks".split()
    before = {path: statements(world, path) for path in paths}
    for number in range(4):
        order = rows.order(world.shop)
        owner = rows.vendor(world.place, f"Vendor {number}")
        shop = rows.store(world.place, owner)
        rows.vendor_order(order, owner)
        rows.listing(rows.product(shop, 600 + number, variants=2), merchant=world.shop)
    assert {path: statements(world, path) for path in paths} == before


def statements(world: ApiWorld, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert world.calls.get(path, limit=250).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    "cursor", ["x", "!!", base64.b64encode(b"[1,2]").decode(), base64.b64encode(b'{"a":1}').decode()]
)
def test_a_cursor_of_somewhere_else_is_refused(world: ApiWorld, cursor: str) -> None:
    for path in ("/orders", "/products", "/links", "/suggestions", "/stock", "/vendors"):
        said = world.calls.get(path, cursor=cursor)
        assert (said.status_code, said.json()["code"]) == (422, "bad_cursor")


def test_a_key_makes_a_write_happen_once(world: ApiWorld) -> None:
    asked = {"name": "Nord Ost", "email": "nord@example.com"}
    first = world.calls.send("/vendors", asked, key="order-17")
    again = world.calls.send("/vendors", asked, key="order-17")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Vendor.objects.filter(name="Nord Ost").count() == 1
    assert b"nord@example.com" not in bytes(ApiAnswer.objects.get().sealed or b"")


def test_a_key_of_another_request_is_refused(world: ApiWorld) -> None:
    world.calls.send("/vendors", {"name": "Nord Ost"}, key="k")
    said = world.calls.send("/vendors", {"name": "Syd Ost"}, key="k")
    assert (said.status_code, said.json()["code"]) == (422, "idempotency_key_reused")
    assert not Vendor.objects.filter(name="Syd Ost").exists()
    other = Calls(token(world.place))
    assert other.send("/vendors", {"name": "Syd Ost"}, key="k").status_code == 201  # another token's keys are its own


def test_a_refusal_is_not_kept_and_leaves_nothing(world: ApiWorld) -> None:
    acts = Activity.objects.count()
    assert world.calls.send("/vendors", {"name": world.vendor.name}, key="k").status_code == 422
    assert ApiAnswer.objects.count() == 0
    assert Activity.objects.count() == acts
    assert world.calls.send("/vendors", {"name": "Nord Ost"}, key="k").status_code == 201


def test_a_batch_is_all_or_nothing(world: ApiWorld) -> None:
    """The second of two settings cannot be; the first is not saved either."""
    changes = {"paid_only": False, "maximum_quantity": -4}
    said = world.calls.send("/settings/orders", {"changes": changes}, method="PATCH")
    assert said.status_code == 422
    assert [each["field"] for each in said.json()["errors"]] == ["maximum_quantity"]
    assert world.calls.get("/settings/orders").json()["rules"]["paid_only"] is True


def test_a_secret_that_is_shown_once_is_shown_again_to_who_asked(world: ApiWorld) -> None:
    asked = {"url": "https://erp.example/hooks"}
    first, again = (world.calls.send("/webhooks", asked, key="hook") for _ in range(2))
    assert first.json()["secret"].startswith("whsec_")
    assert first.json() == again.json()
    assert WebhookEndpoint.objects.filter(url=asked["url"]).count() == 1


def test_problems_say_what_to_mend(world: ApiWorld) -> None:
    said = world.calls.send("/vendors", {"name": "", "colour": "blue"})
    assert said["Content-Type"] == "application/problem+json"
    told = said.json()
    assert (told["status"], told["code"], told["type"]) == (422, "invalid", "urn:crossdock:problem:invalid")
    assert {each["field"] for each in told["errors"]} == {"name", "colour"}
    assert world.calls.get("/orders/999999").json()["code"] == "not_found"
    assert world.calls.get("/nowhere").json()["code"] == "not_found"
    wrong = world.calls.send("/orders", {}, method="DELETE")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert world.calls.get("/orders", limit=251).json()["errors"][0]["field"] == "limit"


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": NaN}', b'{"name": "a\\u0000b"}', b'{"name": "\\ud800"}'])
def test_what_is_no_json_is_refused(world: ApiWorld, body: bytes) -> None:
    headers = world.calls._headers()
    said = world.calls._client.generic(
        "POST", "/api/v1/vendors", body, content_type="application/json", headers=headers
    )
    assert (said.status_code, said["Content-Type"]) == (400, "application/problem+json")
    assert world.calls.get("/orders", q="a\0b").status_code == 422


def test_it_says_how_much_may_be_asked_and_when_again(world: ApiWorld) -> None:
    said = world.calls.get("/token")
    assert said["RateLimit-Policy"] == '"token";q=120;w=12'
    assert said["RateLimit"].startswith('"token";r=119;t=')
    ApiToken.objects.filter(pk=ApiToken.objects.order_by("-pk")[1].pk).update(bucket=0)
    ApiToken.objects.update(bucket=0)
    refused = world.calls.get("/token")
    if refused.status_code == 200:  # a tenth of a second fills one
        ApiToken.objects.update(bucket=-50)
        refused = world.calls.get("/token")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert int(refused["Retry-After"]) >= 1


def test_the_bucket_fills_by_the_clock(world: ApiWorld) -> None:
    _, secret = make_token(marketplace=world.place, name="x", scopes=["orders:read"], who="o", now=rows.NOW)
    allowed = 0
    for _ in range(int(BURST) + 5):
        used = use_token(secret=secret, now=rows.NOW)
        assert used is not None
        allowed += used.allowed
    assert allowed == BURST
    later = use_token(secret=secret, now=rows.later(seconds=1))
    assert later is not None
    assert (later.allowed, later.left) == (True, 9)


def test_an_order_tells_why_without_its_buyer(world: ApiWorld) -> None:
    told = world.calls.get(f"/orders/{world.order.pk}")
    (part,) = told.json()["vendor_orders"]
    assert (part["state"], part["reason"]) == ("held", world.held.reason)
    assert any(not rule["passed"] for rule in part["trace"])
    assert "ada@example.com" not in told.content.decode()
    buyer = world.calls.get(f"/orders/{world.order.pk}/buyer").json()
    assert buyer["contact"]["email"] == "ada@example.com"
    for path in ("/orders", "/vendor-orders", f"/vendor-orders/{world.held.pk}", "/activity", "/attention"):
        assert "Ada" not in world.calls.get(path).content.decode()


def test_holding_releasing_and_shipping_do_what_the_pages_do(world: ApiWorld) -> None:
    place = f"/vendor-orders/{world.held.pk}"
    assert world.calls.send(f"{place}/hold").json() == {"done": True}
    assert VendorOrder.objects.get(pk=world.held.pk).held_by_person
    assert world.calls.send(f"{place}/release").status_code == 200
    by_hand = f"/vendor-orders/{world.by_hand.pk}"
    (line,) = world.vendors_calls.get(by_hand).json()["lines"]
    assert line["left"] == 1  # of two; one is in the parcel that is there
    body = {"lines": [{"line_id": line["line_id"], "quantity": 1}], "company": "DHL", "numbers": ["JD01"], "after": 1}
    made = world.vendors_calls.send(f"{by_hand}/parcels", body)
    assert made.status_code == 201
    again = world.vendors_calls.send(f"{by_hand}/parcels", body)
    assert (again.status_code, again.json()["code"]) == (409, "noted_already")
    assert world.vendors_calls.send(f"/parcels/{made.json()['id']}/withdraw").status_code == 200
    assert Activity.objects.order_by("-pk")[0].who == "api:tests"


def test_settings_are_tried_changed_and_put_back(world: ApiWorld) -> None:
    tried = world.calls.send("/settings/orders/preview", {"changes": {"paid_only": False}}).json()
    assert tried["released"] == 2
    assert world.calls.get("/settings/orders").json()["rules"]["paid_only"] is True
    made = world.calls.send("/settings/orders", {"changes": {"paid_only": False}}, method="PATCH").json()
    assert world.calls.get("/settings/orders/changes").json()["items"][0]["id"] == made["change"]
    back = world.calls.send(f"/settings/orders/changes/{made['change']}/revert")
    assert back.status_code == 200
    assert world.calls.get("/settings/orders").json()["rules"]["paid_only"] is True
    own = world.calls.send(
        f"/settings/catalogue?vendor_id={world.vendor.pk}", {"changes": {"stock_buffer": 3}}, method="PATCH"
    )
    assert own.json()["change"]
    assert world.calls.get("/settings/catalogue", vendor_id=world.vendor.pk).json()["rules"]["stock_buffer"] == 3


def test_links_go_out_and_come_back_as_a_file(world: ApiWorld) -> None:
    said = world.calls.get("/links.csv")
    file = b"".join(said.streaming_content)
    assert file.count(b"\r\n") >= 2
    read = world.calls._client.generic(
        "POST", "/api/v1/links/import?dry_run=true", file, content_type="text/csv", headers=world.calls._headers()
    )
    assert read.status_code == 200, read.content
    told = read.json()
    assert (told["rows"], told["same"], told["wrong"]) == (2, 2, 0)


def test_a_token_is_kept_as_a_hash_and_dies_with_its_marketplace(world: ApiWorld) -> None:
    secret = token(world.place, scopes=SCOPES)
    assert not ApiToken.objects.filter(key=secret).exists()
    assert secret.startswith(ApiToken.objects.order_by("-pk")[0].prefix)
    MerchantOrder.objects.all().delete()
    assert Calls(secret).get("/orders").json()["items"] == []
