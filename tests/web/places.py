"""A marketplace with an order, listings and settings, the people in and around it, and the address of every page.

Not here: who may see which (test_permissions.py), what a page says (test_pages.py and its neighbours).
"""

from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import get_resolver, reverse

from crossdock.models import (
    Activity,
    Attention,
    CataloguePolicyChange,
    Invitation,
    Level,
    Marketplace,
    Membership,
    OrderBatch,
    PolicyChange,
    PrivacyRequest,
    User,
    Vendor,
)
from crossdock.operations.catalogue_rules import set_catalogue_policy
from crossdock.operations.invitations import invite
from crossdock.operations.order_views import keep_view
from crossdock.operations.people import add_owner, add_person
from crossdock.operations.settings import set_order_policy
from crossdock.operations.tokens import make_token
from crossdock.operations.webhooks import add_endpoint, send_test
from tests.operations import rows

# Pages of no marketplace, and what their addresses hold besides; those of a person's account hold nothing.
ALONE: dict[str, tuple[Any, ...]] = {
    "home": (),
    "first_run": (),
    "person": (),
    "new_marketplace": (),
    "invitation": ("no-such-secret",),
    "login": (),
    "logout": (),
    "guide_first": (),
    "set_theme": (),
    "set_language": (),
    "connect_back": (),
    "account_confirm_email": ("no-such-key",),
    "account_reset_password_from_key": ("1", "no-such-key"),
    "mfa_remove_webauthn": (1,),
    "mfa_edit_webauthn": (1,),
    "asset": ("crossdock/app.css",),
    "guide": ("limits",),
    "connect_posted": ("nothing-begun",),
}
ALONE |= {
    **dict.fromkeys(("my_notices", "read_notices", "my_notice_settings"), ()),
    "open_notice": (999,),
    "save_my_notice_settings": (1,),
    "unsubscribe": ("not-signed",),
}
ACCOUNT = ("account_", "mfa_", "usersessions_")


def api_names() -> list[str]:
    """Of the API's endpoints."""
    _, inner = get_resolver().namespace_dict["api"]
    return [f"api:{name}" for name in inner.reverse_dict if isinstance(name, str) and name != "openapi-json"]


def api_address(name: str) -> str:
    """With any numbers: who has no token is not let in to see whether they are there."""
    prefix, inner = get_resolver().namespace_dict["api"]
    written, values = inner.reverse_dict.getlist(name.removeprefix("api:"))[0][0][0]
    return f"/{prefix}{written % {each: 'orders' if each in ('kind', 'name') else 1 for each in values}}"


class World:
    """A marketplace with one order of each kind, and the people in and around it."""

    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        self.other = rows.vendor(self.place, "Clay & Co")
        self.shop = rows.store(self.place, catalogue_at=rows.NOW)
        self.vendor_store = rows.store(self.place, self.vendor, catalogue_at=rows.NOW)
        self.order = rows.order(self.shop)
        self.held = rows.vendor_order(self.order, self.vendor, facts=rows.UNPAID)
        self.need = Attention.objects.create(
            marketplace=self.place, order=self.order, vendor_order=self.held, reason="edit_refused", opened_at=rows.NOW
        )
        change = set_order_policy(marketplace=self.place, changes={"maximum_quantity": 9}, who="x", now=rows.NOW)
        assert change is not None
        self.listing = rows.listing(rows.product(self.vendor_store, 501, variants=2), merchant=self.shop)
        self.proposed = rows.listing(rows.product(self.vendor_store, 502), state="proposed", merchant_product_id="")
        rows.product(self.vendor_store, 503)
        self.level = Level.objects.order_by("pk")[0]
        ruled = set_catalogue_policy(marketplace=self.place, changes={"stock_buffer": 1}, who="x", now=rows.NOW)
        assert ruled is not None
        self.ruled: CataloguePolicyChange = ruled
        self.change: PolicyChange = change
        asked: dict[str, Any] = {"url": "https://shop.test/hooks", "kinds": (), "who": "owner", "now": rows.NOW}
        self.endpoint, _ = add_endpoint(marketplace=self.place, **asked)
        self.message = send_test(endpoint=self.endpoint, now=rows.NOW, who="owner")
        self.call = rows.call(self.vendor_store, kind="vendor_order", ref=self.held.pk)
        self.token, _ = make_token(
            marketplace=self.place, name="desk", scopes=["orders:read"], who="owner", now=rows.NOW
        )
        self.request = PrivacyRequest.objects.create(
            store=self.shop, topic="export", remote_id="1", data={"asks": "export"}, received_at=rows.NOW
        )
        self.people = {
            "owner": add_owner(marketplace=self.place, username="owner", password="pw", now=rows.NOW),
            "reader": self._person(self.place, "reader", Membership.Role.READ_ONLY),
            "staff": self._person(self.place, "staff", Membership.Role.STAFF),
            "vendor": self._person(self.place, "vendor", Membership.Role.VENDOR_OWNER, vendor=self.vendor),
            "vendor_staff": self._person(self.place, "vendor_staff", Membership.Role.VENDOR_STAFF, vendor=self.vendor),
            "other_vendor": self._person(self.place, "other", Membership.Role.VENDOR_OWNER, vendor=self.other),
            "stranger": self._person(rows.marketplace("elsewhere"), "stranger", Membership.Role.OWNER),
            "nobody": None,
        }
        self.batch = OrderBatch.objects.create(
            marketplace=self.place, key="made", act="hold", orders=[self.order.pk], at=rows.NOW, who="owner",
            results={str(self.order.pk): {"code": "done", "count": 1}},
        )  # fmt: skip
        staff = self.people["staff"]
        assert staff is not None
        self.view = keep_view(
            marketplace=self.place, user=staff, name="Late ones", query={"show": "failed"}, shared=True, now=rows.NOW
        )

    def _person(self, place: Marketplace, name: str, role: str, **values: Any) -> User:
        return add_person(marketplace=place, username=name, password="pw", role=role, now=rows.NOW, **values)

    def client(self, name: str) -> Client:
        client = Client()
        person = self.people[name]
        if person is not None:
            client.force_login(person)
        return client

    def address(self, name: str) -> str:
        """Of a page, about this world's own things; of a page of nobody's marketplace as it is."""
        if name.startswith("api:"):
            return api_address(name)
        address = reverse(name, args=self._arguments(name))
        return f"{address}?vendor={self.vendor.pk}&product=503&to=7501" if name == "map" else address

    def _arguments(self, name: str) -> list[Any]:
        if name in ALONE or name.startswith(ACCOUNT):
            return list(ALONE.get(name, ()))
        side = [self.vendor.pk] if name.startswith("vendor_") else []
        if name.endswith("withdraw_parcel"):
            made = rows.vendor_order(rows.order(self.shop), self.vendor, state="manual")
            return [self.place.slug, *side, rows.parcel(made, remote_id="hand:1").pk]
        number = (self._vendors_numbers() if side else self._numbers()).get(name)
        return [self.place.slug, *side, *([number] if number is not None else [])]

    def _numbers(self) -> dict[str, Any]:
        return {
            **dict.fromkeys(("order", "retry", "mark_paid", "take_back_paid"), self.order.pk),
            **dict.fromkeys(("listing", "remove_listing", "retry_listing", "listing_fields"), self.listing.pk),
            **dict.fromkeys(("hold", "release", "resolve", "fulfill", "packing_slip"), self.held.pk),
            **dict.fromkeys(("pause_store", "resume_store", "read_store"), self.vendor_store.pk),
            **dict.fromkeys(("part_with_store", "disconnect_store"), self.vendor_store.pk),
            **dict.fromkeys(("catalogue_settings", "save_catalogue_settings"), "product"),
            **dict.fromkeys(
                "webhook change_webhook rotate_webhook switch_webhook remove_webhook try_webhook".split(),
                self.endpoint.pk,
            ),
            **dict.fromkeys(("delivery", "replay_delivery"), self.message.pk),
            **dict.fromkeys(("log", "replay_log"), self.call.pk),
            "acted_on_orders": self.batch.pk,
            **dict.fromkeys(("change_order_view", "remove_order_view"), self.view.pk),
            "close_attention": self.need.pk,
            "revert": self.change.pk,
            "put_back": Activity.objects.filter(what="order_policy.changed").latest("id").pk,
            "release_brake": self.vendor.pk,
            "stock_figure": self.level.pk,
            "revert_catalogue": self.ruled.pk,
            "offer_variants": self.listing.pk,
            "connect_platform": "shopify",
            "remove_token": self.token.pk,
            "erase_unfinished": self.order.pk,
            **dict.fromkeys(("export_request", "answer_request"), self.request.pk),
            **dict.fromkeys(("change_role", "remove_person"), self._membership("reader")),
            **dict.fromkeys(("invite_again", "withdraw_invitation"), self._invitation("reader@example.com", None)),
        }

    def _vendors_numbers(self) -> dict[str, Any]:
        return {
            **dict.fromkeys(("vendor_order", "vendor_fulfill", "vendor_packing_slip"), self.held.pk),
            **dict.fromkeys(("vendor_change_role", "vendor_remove_person"), self._membership("vendor_staff")),
            **dict.fromkeys(
                ("vendor_invite_again", "vendor_withdraw_invitation"),
                self._invitation("helper@example.com", self.vendor),
            ),
            "vendor_log": self.call.pk,
            "vendor_take_back": self.listing.pk,
            "vendor_connect_platform": "shopify",
        }

    def _membership(self, name: str) -> int:
        person = self.people[name]
        assert person is not None
        return person.memberships.get().pk

    def _invitation(self, email: str, vendor: Vendor | None) -> int:
        found = Invitation.objects.filter(email=email).first()
        if found is None:
            role = Membership.Role.VENDOR_STAFF if vendor else Membership.Role.STAFF
            asked = invite(
                marketplace=self.place, email=email, role=role, vendor=vendor, now=datetime.now(UTC), who="x"
            )
            found = asked.invitation
        return found.pk
