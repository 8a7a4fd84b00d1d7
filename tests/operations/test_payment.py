"""Counting an order as paid by hand, and taking that back. Not here: what the engine does with it (tests/sync)."""

import pytest
from typer.testing import CliRunner

from crossdock.cli import app
from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Remark, Rule
from crossdock.models import Activity, Attention, DirtyKey, MerchantOrder, VendorOrder
from crossdock.operations.payment import NotMarkedPaid, OrderOver, PaidAlready, SentAlready, mark_paid, take_back_paid
from crossdock.operations.preview import facts_of, policies
from crossdock.operations.privacy import erase_buyer
from tests.operations import rows

pytestmark = pytest.mark.django_db
BY = {"now": rows.NOW, "who": "owner"}


@pytest.fixture
def waiting() -> VendorOrder:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    rows.store(place, vendor)
    return rows.vendor_order(rows.order(rows.store(place)), vendor, facts=rows.UNPAID)


def test_an_order_is_marked_once_and_routed_again(waiting: VendorOrder) -> None:
    mark_paid(order=waiting.order, note="  paid  at the\n fair ", **BY)
    row = MerchantOrder.objects.get(pk=waiting.order_id)
    assert (row.marked_paid_at, row.marked_paid_by, row.marked_paid_note) == (rows.NOW, "owner", "paid at the fair")
    assert row.financial_status == "pending"
    assert list(DirtyKey.objects.values_list("kind", "ref")) == [("order", row.pk)]
    with pytest.raises(PaidAlready):
        mark_paid(order=row, **BY)
    assert Activity.objects.filter(what="order.marked_paid", order_id=row.pk).count() == 1


def test_what_its_store_says_is_paid_is_not_marked(waiting: VendorOrder) -> None:
    MerchantOrder.objects.update(financial_status="partially_refunded")
    with pytest.raises(PaidAlready):
        mark_paid(order=waiting.order, **BY)


@pytest.mark.parametrize("over", ["cancelled_at", "gone_at", "erased_at"])
def test_an_order_that_is_over_is_not_marked(waiting: VendorOrder, over: str) -> None:
    MerchantOrder.objects.update(**{over: rows.NOW})
    with pytest.raises(OrderOver):
        mark_paid(order=waiting.order, **BY)


def test_a_mark_is_taken_back_and_what_was_about_to_go_waits(waiting: VendorOrder) -> None:
    mark_paid(order=waiting.order, note="cash", **BY)
    VendorOrder.objects.update(state="rejected", reason="rejected_by_store", words="no")
    need = Attention.objects.create(
        marketplace=waiting.marketplace, order=waiting.order, vendor_order=waiting, reason="rejected_by_store",
        opened_at=rows.NOW,
    )  # fmt: skip
    take_back_paid(order=waiting.order, **BY)
    row, part = MerchantOrder.objects.get(), VendorOrder.objects.get()
    assert (row.marked_paid_at, row.marked_paid_by, row.marked_paid_note) == (None, "", "")
    assert (part.state, part.reason, part.words) == ("held", "not_paid", "")
    assert Attention.objects.get(pk=need.pk).closed_at == rows.NOW
    with pytest.raises(NotMarkedPaid):
        take_back_paid(order=row, **BY)


@pytest.mark.parametrize("state", ["sending", "linked", "closed", "unknown"])
def test_a_mark_stays_once_a_part_was_sent(waiting: VendorOrder, state: str) -> None:
    mark_paid(order=waiting.order, **BY)
    VendorOrder.objects.update(state=state)
    with pytest.raises(SentAlready):
        take_back_paid(order=waiting.order, **BY)
    assert MerchantOrder.objects.get().marked_paid_at == rows.NOW


def test_the_command_finds_the_order_and_says_what_it_did(waiting: VendorOrder) -> None:
    terminal, name = CliRunner(), waiting.order.name

    def said(*words: str, code: int = 0) -> str:
        done = terminal.invoke(app, ["mark-paid", *words])
        assert done.exit_code == code, done.output
        return done.output

    assert "counts as paid" in said(name, "--note", "bank transfer")
    assert "bank transfer" in terminal.invoke(app, ["why", name]).output
    assert "counts as paid already" in said(name, code=1)
    assert '"counts_as_paid":false' in said(name, "--take-back", "--json")
    assert "Nobody marked" in said(name, "--take-back", code=1)
    assert "nothing is called" in said("#404", code=1)


def test_the_note_goes_with_the_buyer(waiting: VendorOrder) -> None:
    mark_paid(order=waiting.order, note="Ada paid at the fair", **BY)
    erase_buyer(order=waiting.order, unfinished=True, **BY)
    row = MerchantOrder.objects.get()
    assert (row.marked_paid_note, row.marked_paid_by) == ("", "owner")


def test_a_preview_of_other_rules_knows_the_mark() -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    rows.store(place, vendor)
    marked = rows.UNPAID | {"marked_paid_by": "owner", "marked_paid_at": rows.NOW}
    row = rows.vendor_order(rows.order(rows.store(place)), vendor, facts=marked)
    assert row.state == "ready"
    seen = {fact["rule"]: fact for fact in row.trace}
    assert seen[Remark.MARKED_PAID]["seen"] == {"by": "owner", "at": rows.NOW.isoformat()}
    assert seen[Rule.PAID]["seen"] == {"status": FinancialStatus.PENDING, "required": True}
    facts = facts_of(row, policies(marketplace=place)[None])
    assert (facts.paid, facts.marked_paid_by, facts.marked_paid_at) == (False, "owner", rows.NOW)
