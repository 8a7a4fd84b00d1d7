"""Who may see and do what: every address of the web, read and sent to, by everybody, against a written table.

Not here: what pages say (test_pages.py and its neighbours).
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.places import World, api_names

pytestmark = pytest.mark.django_db

# A row: the answers to reading (GET) and to sending (POST), in this order of people.
PEOPLE = "owner staff reader vendor vendor_staff other_vendor stranger nobody".split()

# A stranger is not told that a place is there; nobody is sent to the log-in.
SEEN = "200 200 200 404 404 404 404 302"
ONLY_SENT = "405 405 403 404 404 404 404 302"
SENT_BY_ALL = "405 405 405 404 404 404 404 302"
KEPT_BY_ALL = "302 302 302 404 404 404 404 302"
DONE = "302 302 403 404 404 404 404 302"
# People and roles: the owners'.
MANAGED_BY_SENDING = "405 403 403 404 404 404 404 302"
MANAGED = "302 403 403 404 404 404 404 302"
# One vendor's side: its people's alone.
THEIRS = "404 404 404 200 200 404 404 302"
THEIRS_ONLY_SENT = "404 404 404 405 405 404 404 302"
THEIRS_DONE = "404 404 404 302 302 404 404 302"
THEIRS_REFUSED = "404 404 404 422 422 404 404 302"
THEIR_OWNERS_BY_SENDING = "404 404 404 405 403 404 404 302"
THEIR_OWNERS = "404 404 404 302 403 404 404 302"
# Of everybody's own account: the same for all.
ALL_SEE = "200 200 200 200 200 200 200 302"
ALL_GO_ON = "302 302 302 302 302 302 302 302"
ALL_FIND_NOTHING = "404 404 404 404 404 404 404 302"
ALL_MAY_NOT = "405 405 405 405 405 405 405 302"
# Open to visitors too.
OPEN = "200 200 200 200 200 200 200 200"
OPEN_TO_READ = "405 405 405 405 405 405 405 405"
FOR_VISITORS = "302 302 302 302 302 302 302 200"

PAGES = (
    "dashboard orders order attention listings listing links map matching export_links stock stock_figure catalogue"
    " logs log order_sync catalogue_settings settings_home vendors notification_settings webhooks webhook delivery"
).split()
CHANGES = (
    "mark_paid take_back_paid act_on_orders"
    " retry hold release resolve fulfill withdraw_parcel close_attention decide_listings choose_products remove_listing"
    " retry_listing listing_fields offer_variants unlink link_again save_map look_for_pairs decide_pairs import_links"
    " read_store release_brake save_catalogue_settings revert_catalogue revert add_vendor pause_store resume_store"
    " save_notification_settings switch_webhook remove_webhook try_webhook replay_delivery replay_log"
).split()
MATRIX: dict[str, tuple[str, str]] = {
    **dict.fromkeys(PAGES, (SEEN, SEEN)),
    **dict.fromkeys(CHANGES, (ONLY_SENT, DONE)),
    "acted_on_orders": (SEEN, "405 405 405 404 404 404 404 302"),
    # Views are everybody's own; owners put those in order that are shared.
    **dict.fromkeys(("add_order_view", "first_order_view"), (SENT_BY_ALL, KEPT_BY_ALL)),
    **dict.fromkeys(("change_order_view", "remove_order_view"), (SENT_BY_ALL, "302 302 404 404 404 404 404 302")),
    **dict.fromkeys(("add_ons", "settings_history"), (SEEN, SEEN)),
    "put_back": (ONLY_SENT, DONE),
    "switch_add_on": (ONLY_SENT, "422 422 403 404 404 404 404 302"),
    "what_if": (ONLY_SENT, "404 404 403 404 404 404 404 302"),
    "save_order_sync": (ONLY_SENT, "200 200 403 404 404 404 404 302"),
    "connect": ("200 200 403 404 404 404 404 302", "405 405 403 404 404 404 404 302"),
    "part_with_store": ("200 200 403 404 404 404 404 302", "200 200 403 404 404 404 404 302"),
    "disconnect_store": (ONLY_SENT, DONE),
    "connect_platform": ("200 200 403 404 404 404 404 302", "422 422 403 404 404 404 404 302"),
    **dict.fromkeys(("add_webhook", "change_webhook"), (ONLY_SENT, "422 422 403 404 404 404 404 302")),
    "rotate_webhook": (ONLY_SENT, "200 200 403 404 404 404 404 302"),
    # Notices
    **dict.fromkeys(("my_notices", "my_notice_settings"), (ALL_SEE, ALL_SEE)),
    "open_notice": (ALL_FIND_NOTHING, ALL_FIND_NOTHING),
    **dict.fromkeys(("read_notices", "save_my_notice_settings"), (OPEN_TO_READ, ALL_GO_ON)),
    "unsubscribe": ("404 404 404 404 404 404 404 404", "404 404 404 404 404 404 404 404"),
    "connect_back": (ALL_FIND_NOTHING, ALL_MAY_NOT),
    "connect_posted": (OPEN_TO_READ, "404 404 404 404 404 404 404 404"),
    "home": (ALL_GO_ON, ALL_GO_ON),
    **dict.fromkeys(("guide_first", "guide"), (ALL_SEE, ALL_SEE)),
    "set_theme": (OPEN_TO_READ, ALL_GO_ON),
    "set_language": (ALL_GO_ON, ALL_GO_ON),
    "asset": (OPEN, OPEN_TO_READ),
    # People of a marketplace
    "people": (SEEN, "405 405 405 404 404 404 404 302"),
    "invite": (MANAGED_BY_SENDING, "422 403 403 404 404 404 404 302"),
    **dict.fromkeys(
        ("change_role", "remove_person", "invite_again", "withdraw_invitation"), (MANAGED_BY_SENDING, MANAGED)
    ),
    # Tokens are made by owners who have just given their password
    "tokens": (MANAGED, MANAGED),
    **dict.fromkeys(("add_token", "remove_token"), (MANAGED_BY_SENDING, MANAGED)),
    # So are buyers' data shown and forgotten
    "privacy": (MANAGED, MANAGED),
    **dict.fromkeys(
        "find_buyer export_buyer erase_buyer erase_unfinished keep_days export_request answer_request".split(),
        (MANAGED_BY_SENDING, MANAGED),
    ),
    # One vendor's side
    **dict.fromkeys(
        (
            "vendor_home vendor_orders vendor_order vendor_products vendor_store vendor_history vendor_people"
            " vendor_connect vendor_logs vendor_log vendor_pairs"
        ).split(),
        (THEIRS, THEIRS_ONLY_SENT),
    ),
    **dict.fromkeys(
        (
            "vendor_withdraw_parcel vendor_choose_products vendor_take_back vendor_pause_store vendor_resume_store"
            " vendor_disconnect_store vendor_decide_pairs"
        ).split(),
        (THEIRS_ONLY_SENT, THEIRS_DONE),
    ),
    "vendor_fulfill": (THEIRS_ONLY_SENT, THEIRS_REFUSED),
    "packing_slip": (SEEN, "405 405 405 404 404 404 404 302"),
    "vendor_packing_slip": (THEIRS_DONE, THEIRS_ONLY_SENT),  # the order waits still: back to it
    "vendor_connect_platform": (THEIRS, THEIRS_REFUSED),
    "vendor_invite": (THEIR_OWNERS_BY_SENDING, "404 404 404 422 403 404 404 302"),
    **dict.fromkeys(
        ("vendor_change_role", "vendor_remove_person", "vendor_invite_again", "vendor_withdraw_invitation"),
        (THEIR_OWNERS_BY_SENDING, THEIR_OWNERS),
    ),
    # A person's own, and arriving
    "person": (ALL_SEE, ALL_GO_ON),
    "first_run": (ALL_GO_ON, ALL_GO_ON),
    "new_marketplace": ("200 403 403 403 403 403 200 302", "422 403 403 403 403 403 422 302"),
    "invitation": ("410 410 410 410 410 410 410 410", "410 410 410 410 410 410 410 410"),
    # Accounts (allauth)
    **dict.fromkeys(("login", "account_login", "account_signup"), (FOR_VISITORS, FOR_VISITORS)),
    **dict.fromkeys(("logout", "account_logout"), (ALL_SEE, ALL_GO_ON)),
    **dict.fromkeys(("account_reset_password", "account_reset_password_from_key"), (OPEN, OPEN)),
    **dict.fromkeys(
        (
            "account_inactive",
            "account_email_verification_sent",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
        ),
        (OPEN, OPEN_TO_READ),
    ),
    "account_confirm_email": (OPEN, "404 404 404 404 404 404 404 404"),
    **dict.fromkeys(("account_reauthenticate", "account_change_password"), (ALL_SEE, ALL_SEE)),
    "account_email": (ALL_SEE, ALL_GO_ON),
    **dict.fromkeys(("account_set_password", "account_confirm_login_code"), (ALL_GO_ON, ALL_GO_ON)),
    **dict.fromkeys(("mfa_index", "mfa_list_webauthn"), (ALL_SEE, ALL_MAY_NOT)),
    # Second factors are changed by who has just given the password; what is not there cannot be taken away.
    **dict.fromkeys(
        (
            "mfa_authenticate mfa_reauthenticate mfa_activate_totp mfa_generate_recovery_codes mfa_add_webauthn"
            " mfa_reauthenticate_webauthn mfa_remove_webauthn mfa_edit_webauthn"
        ).split(),
        (ALL_GO_ON, ALL_GO_ON),
    ),
    **dict.fromkeys(("mfa_deactivate_totp", "mfa_download_recovery_codes"), (ALL_FIND_NOTHING, ALL_FIND_NOTHING)),
    "mfa_view_recovery_codes": (ALL_FIND_NOTHING, ALL_MAY_NOT),
    "usersessions_list": (ALL_SEE, ALL_GO_ON),
    # The API: a log-in opens none of it (its own table is in tests/api/test_tokens_reach.py)
    "api:openapi-json": (OPEN, OPEN_TO_READ),
    **dict.fromkeys(api_names(), ("401 401 401 401 401 401 401 401", "401 401 401 401 401 401 401 401")),
}


class Undone(Exception):
    """Raised to roll a request back."""


def names() -> Iterator[str]:
    def walk(patterns: list[Any], space: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}"
            elif isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                yield from walk(pattern.url_patterns, f"{space}{inner}")

    return walk(get_resolver().url_patterns, "")


def test_every_address_is_in_the_matrix() -> None:
    assert set(names()) == set(MATRIX)


def test_everybody_gets_what_the_matrix_says() -> None:
    world = World()
    clients = {person: world.client(person) for person in PEOPLE}
    wrong = {}
    for name, written in MATRIX.items():
        address = world.address(name)
        seen = tuple(
            " ".join(str(ask(clients[person], method, address)) for person in PEOPLE) for method in ("get", "post")
        )
        if seen != written:
            wrong[name] = seen
    assert wrong == {}


def ask(client: Client, method: str, address: str) -> int:
    """The status; what it did is undone."""
    kept = copy.deepcopy(client.cookies)
    try:
        with transaction.atomic():
            answer = getattr(client, method)(address)
            raise Undone
    except Undone:
        client.cookies = kept
    status: int = answer.status_code
    return status


def test_nobody_is_sent_to_the_log_in() -> None:
    world = World()
    for name in ("dashboard", "retry"):
        answer = world.client("nobody").get(world.address(name))
        assert answer["Location"] == f"/login/?next={world.address(name)}"
