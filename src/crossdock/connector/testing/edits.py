"""Rules about following a customer's order: edits of its fields, payment, cancellation, and ending up where nothing is
left to do. Not here: placing orders (orders.py).
"""

from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from crossdock.connector.capabilities import Can
from crossdock.connector.contract import CancelState, Role
from crossdock.connector.errors import Gone, Unsupported
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.rules import Broken, NotCovered, expect, only, refused, rule, same
from crossdock.core import edits, plan
from crossdock.core.decision import Push
from crossdock.core.orders import Address, Attribute, FinancialStatus, Metafield
from crossdock.core.plan import CancelOrder, MarkPaid, UpdateOrder, VendorOrderSeen, plan_vendor_order
from crossdock.core.vendor_order import OrderChanges, VendorOrderDraft

MOVED = Address("Grace", "Hopper", "", "2 Low St", "", "Buffalo", "New York", "NY", "United States", "US", "14201",
                "+17165550101")  # fmt: skip
CHANGES = {
    "edit_email": OrderChanges(email="grace@example.com"),
    "edit_phone": OrderChanges(phone="+17165550101"),
    "edit_note": OrderChanges(note="ring twice ☎"),
    "edit_tags": OrderChanges(tags=("gift", "late")),
    "edit_attributes": OrderChanges(attributes=(Attribute("wrapping", "red"),)),
    "edit_metafields": OrderChanges(metafields=(Metafield("custom", "lane", "single_line_text_field", "7"),)),
    "edit_shipping_address": OrderChanges(shipping_address=MOVED),
    "edit_marketing_consent": OrderChanges(buyer_accepts_marketing=True),
}
CANCEL_TRIES = 10


@rule("create_order")
async def edits_go_through_or_are_said_not_to(bench: Bench) -> None:
    """Each order-level field: where it is declared as possible it is set, twice the same; where not it is
    Unsupported, in words, and says what happens instead."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    for name, changes in CHANGES.items():
        if getattr(bench.platform.capabilities, name).can is Can.NO:
            error = await refused(Unsupported, name, desk.client.update_order(made.id, changes))
            expect(error.words, f"{name}: Unsupported without words")
            continue
        for _ in range(2):
            told = await desk.client.update_order(made.id, changes)
            found = (told.id, told.reference, told.total)
            same(f"{name}: the order answered", found, (made.id, made.reference, made.total))
    same("orders in the store", len(await bench.orders(desk.store, made.reference)), 1)
    same("stock after edits", await desk.stock("MUG-R"), 498)


@rule("create_order", "edit_note")
async def edits_are_sent_to_nobody(bench: Bench) -> None:
    """An edit e-mails no buyer, and one of an order that is not there is Gone."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    await desk.client.update_order(made.id, CHANGES["edit_note"])
    seen = only("orders in the store", await bench.orders(desk.store, made.reference))
    same("mails to the buyer", seen.mails or 0, 0)
    await refused(Gone, "update_order", desk.client.update_order(desk.absent(made.id), CHANGES["edit_note"]))


@rule("create_order", "mark_paid")
async def an_order_is_marked_paid_once(bench: Bench) -> None:
    """An unpaid order becomes paid; saying so again is a success and changes nothing."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed(financial_status=FinancialStatus.PENDING)
    for _ in range(2):
        told = await desk.client.mark_paid(made.id)
        expect(told.financial_status.paid, f"after mark_paid it is {told.financial_status}")
    read, _ = await desk.client.read_vendor_order(made.id)
    expect(read.financial_status.paid, f"after mark_paid it reads as {read.financial_status}")
    same("the total", read.total, made.total)
    same("stock", await desk.stock("MUG-R"), 498)


@rule("create_order", "cancel_order")
async def an_order_is_cancelled_once_and_gives_its_stock_back(bench: Bench) -> None:
    """Asked for, asked after until done, and asked for again: cancelled once, stock back once, no mail."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    await _cancel(desk, made.id)
    await _cancel(desk, made.id)
    await bench.pass_time(30)
    read, _ = await desk.client.read_vendor_order(made.id)
    expect(read.cancelled_at, "a cancelled order reads as if it were not")
    seen = only("orders in the store", await bench.orders(desk.store, made.reference))
    same("cancelled in the store", seen.cancelled, True)
    same("mails to the buyer", seen.mails or 0, 0)
    same("stock", await desk.stock("MUG-R"), 500)


async def _cancel(desk: Desk, remote_id: str) -> None:
    job = ""
    for _ in range(CANCEL_TRIES):
        outcome = await desk.client.cancel_order(remote_id, reason="other", job=job)
        if outcome.state is CancelState.DONE:
            return
        job = outcome.job
        await desk.bench.pass_time(5)
    raise Broken("a cancellation stays pending")


@rule("create_order", acts=("cancel_order",))
async def cancelling_what_the_vendor_cancelled_is_done(bench: Bench) -> None:
    """Also where no app may cancel."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    await desk.act("cancel_order", order_id=made.id)
    await bench.pass_time(5)
    outcome = await desk.client.cancel_order(made.id, reason="other")
    same("the outcome", outcome.state, CancelState.DONE)


@rule("create_order")
async def what_it_cannot_do_it_says(bench: Bench) -> None:
    """What is declared as "no" about vendor orders is Unsupported, names what is done instead, and changes nothing."""
    told = bench.platform.capabilities
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed(financial_status=FinancialStatus.PENDING)
    asked: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
        "cancel_order": lambda: desk.client.cancel_order(made.id, reason="other"),
        "mark_paid": lambda: desk.client.mark_paid(made.id),
    }
    cannot = [name for name in asked if getattr(told, name).can is Can.NO]
    if not cannot:
        raise NotCovered(f"{bench.platform.title} can do all of {', '.join(asked)}")
    for name in cannot:
        error = await refused(Unsupported, name, asked[name]())
        expect(error.words and error.instead, f"{name}: Unsupported without words, or without what is done instead")
    seen = only("orders in the store", await bench.orders(desk.store, made.reference))
    same("cancelled in the store", seen.cancelled, False)
    same("stock", await desk.stock("MUG-R"), 498)


@rule("create_order")
async def after_our_changes_nothing_is_left_to_change(bench: Bench) -> None:
    """A vendor order that was adjusted by a plan, read again, plans nothing: payment, then fields, then
    cancellation. What the platform cannot take is said once and is not planned again."""
    desk = await Desk.open(bench, Role.VENDOR)
    sent = desk.draft(financial_status=FinancialStatus.PENDING)
    made = await desk.client.create_order(sent)
    wanted = replace(
        sent,
        financial_status=FinancialStatus.PAID,
        contact=replace(sent.contact, email="grace@example.com", phone="+17165550101"),
        note="ring twice",
        tags=("gift",),
        attributes=(Attribute("wrapping", "red"),),
        shipping_address=MOVED,
    )
    paid_by_us = bench.platform.capabilities.mark_paid.can is not Can.NO
    for wants_cancel in (False, True):
        seen = await _seen(desk, made.id, sent)
        actions = plan_vendor_order(PUSH, wanted, seen, wants_cancel=wants_cancel).actions
        expect(actions, "the first plan is empty")
        undone = [action for action in actions if not await _carry_out(desk, action)]
        sent = edits.merged(sent, wanted)
        await bench.pass_time(10)
        seen = await _seen(desk, made.id, sent)
        left = plan_vendor_order(PUSH, wanted, seen, wants_cancel=wants_cancel).actions
        lasting = [action for action in left if type(action) not in {type(one) for one in undone}]
        same("what a second plan would do", lasting, [])
        expect(paid_by_us or seen.paid is False, "nobody marked it as paid, and it is")


PUSH = Push(())


async def _seen(desk: Desk, remote_id: str, sent: VendorOrderDraft) -> VendorOrderSeen:
    """What the engine knows once it has read the order."""
    remote, _ = await desk.client.read_vendor_order(remote_id)
    return VendorOrderSeen(
        state="linked",
        remote_id=remote_id,
        sent=sent,
        paid=remote.financial_status.paid,
        cancelled=remote.cancelled_at is not None,
    )


async def _carry_out(desk: Desk, action: plan.Action) -> bool:
    """False when the platform says that it cannot."""
    try:
        match action:
            case UpdateOrder(remote_id, changes):
                await desk.client.update_order(remote_id, changes)
            case MarkPaid(remote_id):
                await desk.client.mark_paid(remote_id)
            case CancelOrder(remote_id):
                await _cancel(desk, remote_id)
            case _:
                raise Broken(f"unexpected: {action}")
    except Unsupported as error:
        expect(error.words, "Unsupported without words")
        return False
    return True
