"""An edit changes what it changes, once, and a fingerprint moves exactly when it must."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from crossdock.core.edits import DIGEST_BYTES, changes, digest, merged, order_digest
from crossdock.core.money import Money
from crossdock.core.orders import Address, Attribute, Contact, FinancialStatus, Metafield, Order
from crossdock.core.vendor_order import OrderChanges, VendorOrderDraft
from tests.core.orders import NOW, line, money, order, orders

SENT = VendorOrderDraft(
    reference="cd-1-2-3-1",
    order_name="#1",
    placed_at=NOW,
    currency="EUR",
    total=money("10.00"),
    lines=(),
    financial_status=FinancialStatus.PENDING,
    contact=Contact("Ada", "L", "ada@example.com", "+46701234567"),
    shipping_address=Address("Ada", "L", city="Umeå"),
    note="old",
    tags=("Crossdock", "web"),
    attributes=(Attribute("gift", "yes"),),
    metafields=(Metafield("custom", "a", "t", "1"),),
)
MORE = Metafield("custom", "b", "t", "2")

EDITS: list[tuple[dict[str, Any], OrderChanges]] = [
    ({"contact": replace(SENT.contact, email="new@example.com")}, OrderChanges(email="new@example.com")),
    ({"contact": replace(SENT.contact, phone="")}, OrderChanges(phone="")),
    ({"note": ""}, OrderChanges(note="")),
    ({"tags": ("Crossdock",)}, OrderChanges(tags=("Crossdock",))),
    ({"attributes": ()}, OrderChanges(attributes=())),
    ({"metafields": (*SENT.metafields, MORE)}, OrderChanges(metafields=(MORE,))),
    ({"shipping_address": Address(city="Luleå")}, OrderChanges(shipping_address=Address(city="Luleå"))),
    ({"buyer_accepts_marketing": True}, OrderChanges(buyer_accepts_marketing=True)),
]


@pytest.mark.parametrize(("edit", "expected"), EDITS)
def test_only_what_differs_is_told(edit: dict[str, Any], expected: OrderChanges) -> None:
    wanted = replace(SENT, **edit)
    assert changes(SENT, wanted) == expected
    assert digest(wanted) != digest(SENT)
    assert changes(merged(SENT, wanted), wanted) is None


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {"total": money("11")},
        {"financial_status": FinancialStatus.PAID},
        {"contact": replace(SENT.contact, first_name="A.")},
        {"billing_address": Address(city="Kiruna")},
    ],
)
def test_what_no_store_can_be_told_later_is_no_edit(edit: dict[str, Any]) -> None:
    wanted = replace(SENT, **edit)
    assert changes(SENT, wanted) is None
    assert digest(wanted) == digest(SENT)


@pytest.mark.parametrize("edit", [{"metafields": ()}, {"shipping_address": None}])
def test_what_a_webhook_left_out_is_not_taken_away(edit: dict[str, Any]) -> None:
    wanted = replace(SENT, **edit)
    assert changes(SENT, wanted) is None
    assert digest(merged(SENT, wanted)) == digest(SENT)


def test_a_fingerprint_is_the_same_everywhere() -> None:
    assert len(digest(SENT)) == DIGEST_BYTES
    assert digest(SENT).hex() == "aa33b17299b1dd6439cdb88cbb515ecc"


@given(orders())
def test_an_order_touched_or_closed_is_the_same_order(placed: Order) -> None:
    touched = replace(placed, updated_at=NOW + timedelta(days=1), closed_at=NOW, presentment_currency="SEK")
    assert order_digest(touched) == order_digest(placed)


@pytest.mark.parametrize(
    "edit",
    [
        {"financial_status": FinancialStatus.PENDING},
        {"cancelled_at": NOW},
        {"note": "new"},
        {"total": money("10.01")},
        {"lines": (line("1", quantity=2),)},
        {"lines": (line("1", sku="A"),)},
        {"contact": Contact(email="else@example.com")},
        {"shipping_address": None},
    ],
)
def test_what_a_draft_depends_on_moves_the_fingerprint(edit: dict[str, Any]) -> None:
    placed = order(line("1"), total=money("10.00"))
    assert order_digest(replace(placed, **edit)) != order_digest(placed)


def test_two_spellings_of_one_amount_are_one() -> None:
    short = order(line("1", "42.5"), total=Money(Decimal("42.5"), "EUR"))
    long = order(line("1", "42.50"), total=Money(Decimal("42.50"), "EUR"))
    assert order_digest(short) == order_digest(long)
