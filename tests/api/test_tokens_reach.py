"""Who reaches what by the API: every endpoint, asked by everybody, against a written table.

Not here: what answers say (test_answers.py).
"""

from typing import Any

import pytest
from django.test import Client

from crossdock.operations.tokens import SCOPES, list_tokens, revoke_token
from tests.api.calls import ROOT, ApiWorld, Calls, token
from tests.operations import rows

pytestmark = pytest.mark.django_db

# Endpoints by the scope they want. A vendor's token reaches those in VENDORS, each about its own.
TABLE: dict[str, str] = {
    "": "read_token list_marketplaces",
    "orders:read": ("read_dashboard list_all_orders read_order read_timeline list_parts read_part list_attention"),
    "orders:write": (
        "retry mark_order_paid take_back_order_paid hold release resolve fulfill withdraw close_item replay_log"
    ),
    "buyers:read": "read_buyer read_ship_to",
    "catalogue:read": (
        "list_all_products list_all_listings read_listing list_all_links export_all_links list_all_suggestions"
        " list_figures read_figure"
    ),
    "catalogue:write": (
        "choose decide remove take_back try_again give_fields offer link take_links_back import_all_links"
        " look_for_pairs decide_pairs read_again"
    ),
    "vendors:read": "list_vendors read_vendor list_stores read_store",
    "vendors:write": "add switch invite_person let_go_on connect pause resume disconnect",
    "settings:read": (
        "read_order_rules preview_order_rules read_catalogue_rules preview_catalogue_rules list_changes read_notices"
        " list_add_ons"
    ),
    "settings:write": "switch_add_on change_order_rules change_catalogue_rules revert change_notices",
    "webhooks:read": "list_webhooks read_webhook list_deliveries",
    "webhooks:write": (
        "add_webhook change_webhook remove_webhook rotate_webhook switch_webhook try_webhook replay_delivery"
    ),
    "activity:read": "list_activity list_logs read_log",
    "privacy:read": "read_retention preview_retention list_privacy_requests list_privacy_history",
    "privacy:write": "export_privacy erase_privacy change_retention answer_request",
}
VENDORS = (
    "read_token list_marketplaces list_parts read_part read_ship_to fulfill withdraw list_all_products choose"
    " list_all_listings take_back list_stores read_store connect pause resume disconnect list_activity"
    " list_logs read_log"
).split()
SCOPE_OF = {name: scope for scope, names in TABLE.items() for name in names.split()}


def endpoints() -> dict[str, tuple[str, str]]:
    """Method and path by operation."""
    paths = Client().get(f"{ROOT}/openapi.json").json()["paths"]
    return {told["operationId"]: (method, path) for path, ways in paths.items() for method, told in ways.items()}


def ask(calls: Calls, way: tuple[str, str], path: str) -> Any:
    """Writes are sent empty: what is asked for must be let in before it is read."""
    return calls.get(path) if way[0] == "get" else calls.send(path, {}, method=way[0].upper())


def test_every_endpoint_is_in_the_table() -> None:
    assert set(endpoints()) == set(SCOPE_OF)


def test_the_document_says_the_scopes_that_are_asked_for() -> None:
    paths = Client().get(f"{ROOT}/openapi.json").json()["paths"]
    told = {each["operationId"]: each.get("x-scope", "") for ways in paths.values() for each in ways.values()}
    assert told == SCOPE_OF


def test_a_token_reaches_what_its_scopes_say_and_no_more() -> None:
    world, wrong = ApiWorld(), []
    for name, way in endpoints().items():
        path = world.fill(way[1])
        if way[0] == "get":
            # The part that is held is not the vendor's yet, so its buyer is told to nobody there.
            assert ask(world.calls, way, path).status_code == (409 if name == "read_ship_to" else 200), name
        lacking = Calls(token(world.place, scopes=[one for one in SCOPES if one != SCOPE_OF[name]]))
        said = ask(lacking, way, path)
        refused = said.status_code == 403 and said.json()["code"] == "scope_missing"
        if refused != bool(SCOPE_OF[name]):
            wrong.append((name, said.status_code))
    assert wrong == []


def test_a_vendors_token_reaches_its_own_and_no_more() -> None:
    world = ApiWorld()
    other = Calls(token(world.place, vendor=world.other))
    for name, way in endpoints().items():
        path = world.fill(way[1])
        said = ask(world.vendors_calls, way, path)
        if name not in VENDORS:
            assert said.status_code == 403, name
            continue
        if way[0] == "get":
            assert said.status_code == (409 if name == "read_ship_to" else 200), name
        if "{" in way[1]:
            body = {"lines": [{"line_id": "1", "quantity": 1}]} if name == "fulfill" else {}
            theirs = other.get(path) if way[0] == "get" else other.send(path, body)
            assert theirs.status_code == 404, name


def test_lists_of_a_vendors_token_are_its_own() -> None:
    world = ApiWorld()
    other = Calls(token(world.place, vendor=world.other))
    assert world.vendors_calls.send(f"/stores/{world.vendor_store.pk}/pause").status_code == 200
    for path in ("/vendor-orders", "/listings", "/products", "/stores", "/activity"):
        assert world.vendors_calls.get(path).json()["items"], path
        assert other.get(path).json()["items"] == [], path
        assert other.get(path, vendor_id=world.vendor.pk).json()["items"] == [], path


def test_another_marketplace_finds_nothing() -> None:
    world = ApiWorld()
    elsewhere = Calls(token(rows.marketplace("far-away")))
    for name, way in endpoints().items():
        if "_id}" in way[1] and way[0] == "get":
            assert ask(elsewhere, way, world.fill(way[1])).status_code == 404, name
    for path in ("/orders", "/vendor-orders", "/listings", "/products", "/links", "/stock", "/vendors", "/webhooks"):
        assert elsewhere.get(path).json() == {"items": [], "next": None}, path
    assert elsewhere.get("/listings", vendor_id=world.vendor.pk).json()["items"] == []
    assert elsewhere.send("/listings/decide", {"answer": "approve", "ids": [world.proposed.pk]}).json() == {"count": 0}


def test_without_a_token_there_is_no_way_in() -> None:
    world = ApiWorld()
    for secret in ("", "cdk_wrong", _expired(world), _revoked(world)):
        for name, way in endpoints().items():
            said = ask(Calls(secret), way, world.fill(way[1]))
            assert said.status_code == 401, name
            assert said["WWW-Authenticate"].startswith("Bearer"), name
    assert world.client("owner").get(f"{ROOT}/orders").status_code == 401  # a log-in is no token


def _expired(world: ApiWorld) -> str:
    return token(world.place, now=rows.later(days=-9), expires_at=rows.later(days=-8))


def _revoked(world: ApiWorld) -> str:
    secret = token(world.place)
    newest = list_tokens(marketplace=world.place)[0]
    revoke_token(token=newest, now=rows.NOW, who="owner")
    return secret
