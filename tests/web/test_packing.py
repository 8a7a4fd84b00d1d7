"""Packing slips: for the vendor what it was told and no sooner, for the merchant too; every letter has a font.

Not here: who else may ask for one (test_permissions.py).
"""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crossdock.core.money import Money
from crossdock.core.orders import Address, Attribute, Contact, FinancialStatus
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.models import VendorOrder
from crossdock.models.seal import Ring
from crossdock.web.packing.letters import CHINESE, JAPANESE, KOREAN, breaks_anywhere, marked
from crossdock.web.packing.slip import lines_of, packing_slip
from tests.operations import rows
from tests.web.places import World

LINES = (("1", "Oak stool, oiled <b> & more", 3), ("2", "한옥 소반, 옻칠 마감", 2), ("3", "手作りの湯呑み", 1))


def draft(name: str = "#1001", country: str = "SE") -> VendorOrderDraft:
    return VendorOrderDraft(
        reference="cd-x", order_name=name, placed_at=datetime(2026, 11, 20, tzinfo=UTC), currency="EUR",
        total=Money(Decimal("60.00"), "EUR"), financial_status=FinancialStatus.PAID,
        lines=tuple(
            DraftLine(
                line_id=number, title=title, quantity=count, unit_price=Money(Decimal(10), "EUR"),
                discount=Money.zero("EUR"), properties=(Attribute("Engraving", "Zoë"), Attribute("_app", "hidden")),
            )
            for number, title, count in LINES
        ),
        contact=Contact(last_name="Harbour Market"), note="문 앞에 두세요.",
        shipping_address=Address(first_name="Ada", last_name="Lind", city="Malmö", zip="211 20", country_code=country),
    )  # fmt: skip


def printed(of: VendorOrderDraft, left: dict[str, int], vendor: str = "Oak & Iron") -> bytes:
    return packing_slip(of, vendor=vendor, marketplace="Harbour", left=left)


def ready(world: World, state: str = "manual") -> VendorOrder:
    sealed = Ring.from_settings().seal(msgspec.json.encode(draft()))
    return rows.vendor_order(rows.order(world.shop), world.vendor, state=state, sealed=sealed, quantity=6)


@pytest.mark.django_db
def test_a_vendor_prints_what_it_was_told_and_only_what_is_left() -> None:
    world = World()
    row = ready(world)
    rows.parcel(row, lines=[["1", 1], ["3", 1]])
    answer = world.client("vendor").get(
        reverse("vendor_packing_slip", args=[world.place.slug, world.vendor.pk, row.pk])
    )
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="packing-slip-1001.pdf"'
    assert "no-store" in answer["Cache-Control"]
    wanted = packing_slip(draft(), vendor=world.vendor.name, marketplace=world.place.name, left={"1": 2, "2": 2})
    assert answer.content == wanted


@pytest.mark.django_db
def test_before_the_order_is_the_vendors_only_the_merchant_prints() -> None:
    world = World()
    row = ready(world, "held")
    address = reverse("vendor_packing_slip", args=[world.place.slug, world.vendor.pk, row.pk])
    told = world.client("vendor").get(address, follow=True).content.decode()
    assert "as soon as the order is yours to ship" in told
    made = world.client("reader").get(reverse("packing_slip", args=[world.place.slug, row.pk]))
    assert made.content.startswith(b"%PDF-")


@pytest.mark.django_db
def test_what_was_erased_is_not_printed() -> None:
    world = World()
    row = rows.vendor_order(rows.order(world.shop), world.vendor, state="closed", sealed=None)
    for who, name, side in (("vendor", "vendor_packing_slip", [world.vendor.pk]), ("owner", "packing_slip", [])):
        answer = world.client(who).get(reverse(name, args=[world.place.slug, *side, row.pk]), follow=True)
        assert "What was in this order was erased." in answer.content.decode()


def test_the_same_order_prints_the_same_and_long_ones_go_on() -> None:
    assert printed(draft(), {}) == printed(draft(), {})
    assert printed(draft(), {}) != printed(draft(), {"1": 1})
    many = msgspec.structs.replace(draft(), lines=draft().lines * 30)
    assert printed(many, {}).count(b"/Type /Page\n") > 2


def test_it_is_printed_in_the_readers_language_and_for_the_readers_day() -> None:
    plain = printed(draft(), {})
    with translation.override("ko"):
        assert printed(draft(), {}) != plain
    with timezone.override(ZoneInfo("America/New_York")):  # the day before, there
        assert printed(draft(), {}) != plain
    with timezone.override(ZoneInfo("Europe/Stockholm")):  # the same day
        assert printed(draft(), {}) == plain


def test_paper_is_that_of_the_country() -> None:
    assert b"[ 0 0 612 792 ]" in printed(draft(country="US"), {})
    assert b"[ 0 0 595.2756 841.8898 ]" in printed(draft(country="SE"), {})


def test_every_stretch_has_a_font_that_knows_its_letters() -> None:
    assert marked("Żółć & <i>") == "Żółć &amp; &lt;i&gt;"
    assert marked("Ada\n문 앞") == f'Ada<br/><font name="{KOREAN}">문</font> <font name="{KOREAN}">앞</font>'
    assert JAPANESE in marked("手作り")
    assert CHINESE in marked("手工")
    assert KOREAN in marked("Ваза")
    assert breaks_anywhere("手作り")
    assert not breaks_anywhere("한옥 소반")


def test_an_address_has_no_empty_lines() -> None:
    assert lines_of(Address(first_name="Ada", city="Malmö", country_code="SE")) == ["Ada", "Malmö", "SE"]
