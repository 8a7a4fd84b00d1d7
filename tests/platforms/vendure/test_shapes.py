"""Notes, prices and pages of our own making, without a server. Not here: what Vendure makes of them (test_orders)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from crossdock.connector.errors import Rejected
from crossdock.core.money import Money
from crossdock.core.orders import Attribute, Contact, FinancialStatus, ShippingLine, TaxLine
from crossdock.core.vendor_order import DraftLine, OrderChanges, VendorOrderDraft
from crossdock.platforms.vendure import drafts, notes, pages, words
from crossdock.platforms.vendure.platform import PLATFORM

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def usd(amount: str | Decimal) -> Money:
    return Money(Decimal(amount), "USD")


def draft(*lines: DraftLine, total: str = "20.00", **more: Any) -> VendorOrderDraft:
    told: dict[str, Any] = {"contact": Contact("Ada", "Lovelace", "ada@example.com", "+1"), "note": "ring\ntwice"}
    return VendorOrderDraft("cd-7-1-1-1", "#1001", NOW, "USD", usd(total), lines, FinancialStatus.PAID, **(told | more))


def line(variant_id: str = "5", **more: Any) -> DraftLine:
    told: dict[str, Any] = {"unit_price": usd("10"), "discount": usd("0"), "variant_id": variant_id}
    return DraftLine("l1", "Mug", 2, **(told | more))


def test_a_note_tells_what_an_order_has_no_field_for() -> None:
    engraved = line(properties=(Attribute("engraving", "A. L."), Attribute("_app", "x")))
    said = notes.written(draft(engraved, tags=("gift", "late"), attributes=(Attribute("wrap", "red"),)), {"11": [1, 2]})
    assert said.split("\n") == [
        "Crossdock: cd-7-1-1-1",
        "Marketplace order: #1001",
        "E-mail: ada@example.com",
        "Phone: +1",
        "Note: ring",
        "  twice",
        "Tags: gift, late",
        "Details: wrap: red",
        "  For Mug: engraving: A. L.",
        "Items put together: 11 = 1 + 2",
    ]
    assert notes.shared(said) == {"11": [1, 2]}
    assert notes.ours({"note": said}) == said
    assert notes.ours({"note": "called the buyer"}) == ""


def test_an_edit_of_a_note_leaves_the_rest() -> None:
    engraved = line(properties=(Attribute("engraving", "A. L."),))
    said = notes.written(draft(engraved, attributes=(Attribute("wrap", "red"),)), {})
    after = notes.edited(said, OrderChanges(email="g@example.com", note="", attributes=(Attribute("wrap", "blue"),)))
    fields = notes.read(after)
    assert (fields["E-mail"], fields["Phone"], "Note" in fields) == ("g@example.com", "+1", False)
    assert fields["Details"] == "wrap: blue\nFor Mug: engraving: A. L."
    assert notes.edited(after, OrderChanges(email="g@example.com")) == after


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), min_size=1).filter(
    lambda text: "\n  " not in text and not text.startswith("  ")
)


@given(TEXTS, st.lists(st.integers(1, 9), min_size=2, max_size=4))
def test_what_a_note_was_given_is_read_again(text: str, parts: list[int]) -> None:
    said = notes.written(draft(line(), note=text), {"11": parts})
    assert notes.shared(said) == {"11": parts}
    assert notes.read(notes.edited(said, OrderChanges(phone="2")))[notes.TITLE] == "cd-7-1-1-1"


@given(
    asked=st.integers(0, 100_000),
    post=st.decimals(0, 50, places=2),
    tax=st.decimals(0, 5, places=2),
    custom=st.decimals(0, 99, places=2),
)
def test_surcharges_end_at_the_total(asked: int, post: Decimal, tax: Decimal, custom: Decimal) -> None:
    """Whatever the store itself asks."""
    total = Decimal("20") + post + tax + custom
    taxed = line(tax_lines=(TaxLine("VAT", Decimal("0.2"), usd(tax)),))
    wrap = DraftLine("l2", "Wrap", 1, usd(custom), usd("0"))
    made = draft(taxed, wrap, total=str(total), shipping_lines=(ShippingLine("Post", usd(post), usd("0")),))
    rows = drafts.surcharges(made, asked)
    assert asked + sum(row["price"] for row in rows) == drafts.minor(made.total)
    named = [row["description"] for row in rows if row["description"] != words.DIFFERENCE]
    assert named == ["1 x Wrap", "Post"]


def test_our_customers_are_told_apart() -> None:
    assert drafts.email_of("cd-7-A/1-1") == "cd-7-a%2f1-1@orders.crossdock.invalid"
    assert drafts.reference_of(drafts.email_of("cd-7-a/1-1")) == "cd-7-a/1-1"
    assert drafts.reference_of("ada@example.com") == ""


class Row(Struct):
    id: str
    created_at: datetime


async def test_a_list_misses_nothing_though_many_share_a_moment() -> None:
    rows = [Row(str(n), NOW + timedelta(seconds=n // 7)) for n in range(60)]

    async def read(options: dict[str, Any]) -> list[Row]:
        conditions = options["filter"]["_and"]
        after = datetime.fromisoformat(conditions[0]["createdAt"]["after"])
        seen = {id for one in conditions for id in one.get("id", {}).get("notIn", ())}
        left = [row for row in rows if row.created_at > after and row.id not in seen]
        return left[: options["take"]]

    found: list[str] = []
    cursor = ""
    for turn in range(100):
        page = await pages.after(cursor, "createdAt", 5, (), read)
        found += [row.id for row in page.items]
        cursor = page.cursor
        if turn == 3:
            del rows[0]  # rows that go take no others with them
        if not cursor:
            break
    assert sorted(found, key=int) == [str(n) for n in range(60)]


@pytest.mark.parametrize("cursor", ["nonsense", '{"at": 5}', "[1]"])
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    with pytest.raises(Rejected) as caught:
        pages.opened(cursor)
    assert caught.value.code == "cursor"


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("shop.example", "shop.example"),
        ("https://Shop.example/admin-api", "shop.example"),
        ("shop.example:3000/admin/login", "shop.example:3000"),
        ("https://example.org/store/dashboard", "example.org/store"),
        ("127.0.0.1:3000", "127.0.0.1:3000"),
        ("localhost:3000", "localhost:3000"),
    ],
)
def test_addresses_are_understood(typed: str, domain: str) -> None:
    assert PLATFORM.store_domain(typed) == domain
