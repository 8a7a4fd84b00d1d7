"""A marketplace with something of everything, for the screens: `python -m tests.browser.seed` fills an empty database
and prints the log-in and the address of each screen as JSON.

Not here: anything that moves; sandbox stores and workers are the demo's.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdock.settings")

import django

django.setup()  # models want it before they are imported

from django.conf import settings  # noqa: E402  after Django is set up
from django.core.management import call_command  # noqa: E402  after Django is set up
from django.test import Client  # noqa: E402  after Django is set up
from django.urls import reverse  # noqa: E402  after Django is set up

from crossdock.models import (  # noqa: E402  after Django is set up
    Activity,
    Attention,
    Call,
    Level,
    Listing,
    Marketplace,
    Membership,
    MerchantOrder,
    Notice,
    PrivacyRequest,
    Store,
    StoreProduct,
    Vendor,
    VendorOrder,
)
from crossdock.operations.catalogue_rules import set_catalogue_policy  # noqa: E402  after Django is set up
from crossdock.operations.connecting import offers, role_of  # noqa: E402  after Django is set up
from crossdock.operations.linking import suggest  # noqa: E402  after Django is set up
from crossdock.operations.people import add_owner, add_person  # noqa: E402  after Django is set up
from crossdock.operations.settings import set_order_policy  # noqa: E402  after Django is set up
from crossdock.operations.webhooks import add_endpoint, send_test  # noqa: E402  after Django is set up
from tests.browser.seed_orders import order_screens  # noqa: E402  after Django is set up
from tests.operations import rows  # noqa: E402  after Django is set up

NAMES = ("Oak & Iron", "Lumen Lamps", "Saltmarsh Ceramics", "Nordvik Wool", "Petit Atelier", "한옥 공방")
GOODS = (
    "Oak stool, oiled", "Linen table runner", "Brass reading lamp", "Hand-thrown mug, sea green",
    "Wool throw, charcoal", "Walnut serving board", "Glazed bowl, large", "Cotton apron", "Iron candle holder",
    "Reed diffuser, cedar",
)  # fmt: skip
MANUAL: dict[str, Any] = {"order_sync": False}
UNLINKED: dict[str, Any] = {"lines_unlinked": 1, "lines_linked": 0}


class Seed:
    """Its rows; `now` is when everything has just happened."""

    def __init__(self, now: datetime) -> None:
        self.now, self.random = now, Random(7)
        self.place = rows.marketplace("harbour")
        Marketplace.objects.filter(pk=self.place.pk).update(name="Harbour Market")
        self.shop = rows.store(self.place, catalogue_at=now, domain="harbour-market.example")
        self.vendors = [rows.vendor(self.place, name) for name in NAMES]
        states = ("connected", "connected", "connected", "needs_reauth", "paused")
        self.stores = [self._store(*pair) for pair in zip(self.vendors, states, strict=False)]
        self.owner = add_owner(marketplace=self.place, username="owner", password="pw", now=now)
        self.empty = rows.marketplace("new-place")
        add_owner(marketplace=self.empty, username="newcomer", password="pw", now=now)
        self._person("vendor", Membership.Role.VENDOR_OWNER, vendor=self.vendors[0])
        self._person("reader", Membership.Role.READ_ONLY)

    def _person(self, name: str, role: str, vendor: Vendor | None = None) -> None:
        email = f"{name}@harbour-market.example"
        add_person(
            marketplace=self.place, username=name, email=email, password="pw", role=role, vendor=vendor, now=self.now
        )

    def _store(self, vendor: Vendor, state: str) -> Store:
        domain = vendor.name.lower().replace(" & ", "-").replace(" ", "-") + ".example"
        words = "The store no longer accepts our access." if state == "needs_reauth" else ""
        return rows.store(self.place, vendor, catalogue_at=self.now, state=state, domain=domain, state_words=words)

    def ago(self, **parts: float) -> datetime:
        return self.now - timedelta(**parts)

    def fill(self) -> dict[str, str]:
        """Everything; gives the address of each screen by its name."""
        self.trade()
        told = {name: reverse("order", args=["harbour", row.order_id]) for name, row in self.cases().items()}
        told |= order_screens(self.place, self.owner, self.now)
        return told | self.goods() | self.rules() | self.lists() | self.told()

    def trade(self) -> None:
        """Orders that went well, over the last month, most of them lately."""
        for number in range(160):
            minutes = 40_000 * self.random.random() ** 4
            at = self.ago(minutes=minutes)
            order = rows.order(self.shop, 2000 + number, placed_at=at, seen_at=at, financial_status="paid")
            for place in self.random.sample(range(3), self.random.choice((1, 1, 2))):
                took = timedelta(seconds=self.random.uniform(0.1, 1.4))
                self._part(order, place, state="linked", reason="", remote_id=f"{number}{place}9", linked_at=at + took)

    def _part(self, order: MerchantOrder, place: int, **values: Any) -> VendorOrder:
        usual = {"created_at": order.placed_at, "remote_name": f"#{1000 + order.pk}"}
        return rows.vendor_order(order, self.vendors[place], **(usual | values))

    def cases(self) -> dict[str, VendorOrder]:
        """An order of each kind that a person may look at."""

        def one(number: int, place: int, paid: bool = True, **values: Any) -> VendorOrder:
            status, at = "paid" if paid else "pending", self.ago(minutes=number)
            order = rows.order(self.shop, 3100 - number, financial_status=status, placed_at=at, seen_at=at)
            return self._part(order, place, **values)

        made = {
            "order-held": one(2, 0, paid=False, facts=rows.UNPAID),
            "order-manual": one(5, 4, facts=MANUAL),
            "order-unlinked": one(7, 1, facts=UNLINKED),
            "order-unknown": one(9, 1, state="unknown", reason="outcome_unknown"),
            "order-refused": one(
                12,
                2,
                state="rejected",
                reason="rejected_by_store",
                words="Shipping address: the zip code is not valid.",
            ),
            "order-shipped": one(30, 0, state="closed", reason="", remote_id="77", linked_at=self.ago(minutes=30)),
        }
        self._part(made["order-shipped"].order, 2, state="linked", remote_id="78", linked_at=self.ago(minutes=30))
        rows.parcel(
            made["order-shipped"], state="linked", linked_at=self.ago(minutes=9), shipped_at=self.ago(minutes=10),
            tracking={"company": "PostNord", "numbers": ["SE00123456789"], "urls": []},
        )  # fmt: skip
        self._history(made["order-shipped"])
        for name, reason in (
            ("order-unknown", "outcome_unknown"), ("order-refused", "rejected_by_store"),
            ("order-held", "edit_refused"),
        ):  # fmt: skip
            self._need(reason, vendor_order=made[name], order=made[name].order)
        self._need("needs_reauthorisation", store=self.stores[3])
        self._calls(made)
        return made

    def _need(self, reason: str, **values: Any) -> None:
        Attention.objects.create(marketplace=self.place, reason=reason, opened_at=self.ago(minutes=8), **values)

    def _calls(self, made: dict[str, VendorOrder]) -> None:
        """What was said with stores lately."""
        refused = {"message": "Shipping address: the zip code is not valid.", "field": ["shippingAddress", "zip"]}
        for minutes, name, outcome, status, got in (
            (30, "order-shipped", "done", 200, {"id": "77", "name": "…", "status": "open"}),
            (12, "order-refused", "refused", 422, {"userErrors": [refused]}), (9, "order-unknown", "failed", 0, None),
            (8, "order-unknown", "limited", 429, None),
        ):  # fmt: skip
            row, said = made[name], json.dumps(got, ensure_ascii=False) if got else ""
            sent = json.dumps(
                {"reference": "…", "lines": [{"sku": "OAK-1", "quantity": 2, "title": "…"}]}, ensure_ascii=False
            )
            rows.call(
                row.store or self.stores[0], at=self.ago(minutes=minutes), kind="vendor_order", ref=row.pk,
                outcome=outcome, status=status, sent=sent, got=said, sent_size=len(sent), got_size=len(said),
                words="" if status else "the store did not answer in 30 s",
            )  # fmt: skip
        of = made["order-shipped"].order
        rows.call(
            self.shop, at=self.ago(minutes=31), came=True, call="orders/create", kind="order", path="", took=0,
            remote_id=of.remote_id, sent="", sent_size=0,
        )  # fmt: skip

    def _history(self, row: VendorOrder) -> None:
        story = ("vendor_order.ready", "vendor_order.linked", "vendor_order.updated", "parcel.linked")
        for number, what in enumerate(story):
            Activity.objects.create(
                marketplace=self.place, store_id=row.store_id, order_id=row.order_id, vendor_order_id=row.pk,
                at=self.ago(minutes=30 - 7 * number), what=what, data={},
            )  # fmt: skip

    def goods(self) -> dict[str, str]:
        """Listings in each state, pairs to decide, products that are not offered."""
        listings: list[Listing] = []
        for number, title in enumerate(GOODS):
            theirs = self._product(self.stores[number % 3], 500 + number, title, variants=1 + number % 3)
            if number < 6:
                listings.append(rows.listing(theirs, merchant=self.shop, live_at=self.ago(days=9)))
            elif number < 9:
                rows.listing(theirs, state="proposed", merchant_product_id="")
        rows.listing(
            self._product(self.stores[1], 530, "Paper shade, round"), state="rejected", merchant_product_id="",
            reason="listing_refused", words="Price can't be blank",
        )  # fmt: skip
        both = listings[2]
        both.taken = ["ask:title", "title"]
        both.save()
        Attention.objects.create(
            marketplace=self.place, store=both.store, reason="listing_conflict", opened_at=self.ago(hours=2)
        )
        for number, title in enumerate(("Ash bench", "Stoneware jug", "Felt slippers")):
            self._product(self.stores[number], 560 + number, title)
            self._product(self.shop, 860 + number, title.upper() if number else title)
        for vendor in self.vendors[:3]:
            suggest(vendor=vendor, who="owner", now=self.now)
        Level.objects.filter(pk=Level.objects.order_by("pk")[1].pk).update(wanted=2, done=1)
        at = ["harbour"]
        level = Level.objects.order_by("pk")[0]
        line = Call.objects.filter(outcome="refused")[0].pk
        return {
            "log": reverse("log", args=["harbour", line]),
            "listing": reverse("listing", args=[*at, listings[1].pk]),
            "stock-figure": reverse("stock_figure", args=[*at, level.pk]),
            "map-search": f"{reverse('map', args=at)}?vendor={self.vendors[0].pk}&product=509&q=oak",
            "map": f"{reverse('map', args=at)}?vendor={self.vendors[0].pk}&product=560&to=860",
            "matching-vendor": f"{reverse('matching', args=at)}?vendor={self.vendors[0].pk}",
        }

    def _product(self, store: Store, number: int, title: str, variants: int = 1) -> StoreProduct:
        return rows.product(store, number, title=title, variants=variants, seen_at=self.now)

    def rules(self) -> dict[str, str]:
        """Rules that were changed, one vendor's own among them."""
        changes: tuple[tuple[Callable[..., Any], dict[str, Any], Vendor | None], ...] = (
            (set_order_policy, {"maximum_quantity": 20}, None),
            (set_order_policy, {"paid_only": False}, self.vendors[0]),
            (set_catalogue_policy, {"stock_buffer": 2}, None),
            (set_catalogue_policy, {"price_factor": "1.15"}, None),
        )
        for change, wanted, vendor in changes:
            change(marketplace=self.place, vendor=vendor, changes=wanted, who="owner", now=self.ago(hours=3))
        own = f"?vendor={self.vendors[0].pk}"
        tabs = {
            f"settings-{tab}": reverse("catalogue_settings", args=["harbour", tab])
            for tab in ("product", "variant", "inventory", "frequency")
        }
        sync = reverse("order_sync", args=["harbour"])
        tabs["settings-frequency-vendor"] = tabs["settings-frequency"] + own
        return {"settings-orders": sync, "settings-orders-vendor": sync + own, **tabs}

    def lists(self) -> dict[str, str]:
        at, vendor = ["harbour"], self.vendors[5]
        first = next(each for each in offers(role_of(vendor)) if each.open).platform.name
        plain = "dashboard orders attention listings matching links stock catalogue vendors logs".split()
        asked = {
            "dashboard-day": ("dashboard", "?span=day"), "dashboard-month": ("dashboard", "?span=month"),
            "orders-failed": ("orders", "?show=failed"), "orders-none": ("orders", "?q=nothing"),
            "listings-live": ("listings", "?tab=live"), "listings-not-offered": ("listings", "?tab=not_offered"),
            "listings-problems": ("listings", "?tab=problems"), "settings": ("settings_home", ""),
            "privacy": ("privacy", ""), "privacy-order": ("privacy", f"?order={self._privacy()}"),
            "settings-add-ons": ("add_ons", ""), "settings-history": ("settings_history", ""),
            "connect": ("connect", f"?vendor={vendor.pk}"), "logs-wrong": ("logs", "?outcome=wrong"),
        }  # fmt: skip
        found = {name: reverse(name, args=at) for name in plain}
        found |= {name: reverse(page, args=at) + query for name, (page, query) in asked.items()}
        found["disconnect"] = reverse("part_with_store", args=[*at, self.vendors[0].stores.get().pk])
        found["disconnect-own"] = reverse("part_with_store", args=[*at, Store.objects.get(vendor=None).pk])
        found["connect-platform"] = f"{reverse('connect_platform', args=[*at, first])}?vendor={vendor.pk}"
        found |= {"people": reverse("people", args=at), "you": reverse("person"), "security": reverse("mfa_index")}
        found |= {"sessions": reverse("usersessions_list"), "password": reverse("account_change_password")}
        found |= {"two-factor-totp": reverse("mfa_activate_totp"), "log-out": reverse("account_logout")}
        found |= {"email": reverse("account_email"), "is-it-you": reverse("account_reauthenticate")}
        found["help"], found["missing"] = reverse("guide_first"), "/m/harbour/no-such-page/"
        return found

    def _privacy(self) -> int:
        """A platform's requests, what was done lately, and an order to look at."""
        order = MerchantOrder.objects.filter(marketplace=self.place).order_by("pk")[0]
        for topic, days in (("export", 2), ("erase", 9)):
            data = {"asks": topic, "order_ids": [order.remote_id]}
            PrivacyRequest.objects.create(
                store=order.store, topic=topic, remote_id="1", data=data, received_at=self.ago(days=days)
            )
        did = {"privacy.exported": {"orders": 2}, "privacy.erased": {"orders": 1}}
        for what, data in did.items():
            Activity.objects.create(marketplace=self.place, at=self.ago(days=3), who="owner", what=what, data=data)
        return order.pk

    def told(self) -> dict[str, str]:
        """Notices of the owner, and an address that hears by webhooks."""
        of = VendorOrder.objects.filter(marketplace=self.place, state="rejected")[0]
        for number, (kind, reason) in enumerate((("order_refused", "rejected_by_store"), ("store_disconnected", ""))):
            Notice.objects.create(
                marketplace=self.place, user=self.owner, audience="merchant", kind=kind, reason=reason,
                at=self.ago(minutes=12 + number), store=self.stores[3], vendor=self.vendors[3],
                order=None if number else of.order, vendor_order=None if number else of,
            )  # fmt: skip
        at, now = ["harbour"], self.now
        hook, _ = add_endpoint(
            marketplace=self.place, url="https://erp.example/hooks/harbour", description="Accounting", kinds=[],
            now=now, who="owner",
        )  # fmt: skip
        message = send_test(endpoint=hook, now=now, who="owner")
        return {
            "notices": reverse("my_notices"), "notice-settings": reverse("my_notice_settings"),
            "settings-notifications": reverse("notification_settings", args=at),
            "webhooks": reverse("webhooks", args=at), "webhook": reverse("webhook", args=[*at, hook.pk]),
            "webhook-message": reverse("delivery", args=[*at, message.pk]),
        }  # fmt: skip

    def vendors_side(self) -> dict[str, str]:
        """What a vendor's people see."""
        row = VendorOrder.objects.filter(vendor=self.vendors[0], state="closed")[0]
        pages = ("home", "orders", "products", "store", "history", "logs", "people", "connect", "pairs")
        at = ["harbour", self.vendors[0].pk]
        found = {f"vendor-{name}": reverse(f"vendor_{name}", args=at) for name in pages}
        waits = VendorOrder.objects.filter(vendor=self.vendors[0], state="held")[0]
        found["vendor-order-waits"] = reverse("vendor_order", args=[*at, waits.pk])
        return found | {"vendor-order": reverse("vendor_order", args=[*at, row.pk])}

    def fresh(self) -> dict[str, str]:
        """Screens of a marketplace in which nothing has happened yet."""
        names = "dashboard orders attention listings matching links stock catalogue vendors logs".split()
        return {f"new-{name}": reverse(name, args=["new-place"]) for name in names}


def cookie(username: str) -> str:
    """A session of that person, who has just given the password."""
    from crossdock.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    client.post(reverse("account_reauthenticate"), {"password": "pw"}, headers={"host": "localhost"})
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    seed = Seed(datetime.now(UTC))
    told = {
        "cookie": settings.SESSION_COOKIE_NAME,
        "people": {"nobody": ""} | {name: cookie(name) for name in ("owner", "newcomer", "vendor")},
        "screens": {
            **{name: ["owner", path] for name, path in seed.fill().items()},
            **{name: ["vendor", path] for name, path in seed.vendors_side().items()},
            **{name: ["newcomer", path] for name, path in seed.fresh().items()},
            "log-in": ["nobody", reverse(settings.LOGIN_URL)],
            "forgotten-sent": ["nobody", reverse("account_reset_password_done")],
            "forgotten-over": ["nobody", reverse("account_reset_password_from_key", args=["1", "no-such-key"])],
            "forgotten": ["nobody", reverse("account_reset_password")],
        },
    }
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
