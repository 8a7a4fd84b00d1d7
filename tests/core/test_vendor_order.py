"""All vendor orders and the merchant's share are the customer's order: no line lost, no line twice, no cent."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.core.decision import Policy
from crossdock.core.money import Money
from crossdock.core.orders import Attribute, FinancialStatus, Metafield, Order, TaxLine
from crossdock.core.routing import Found, Link, split
from crossdock.core.vendor_order import (
    Drafts,
    ExistingPart,
    ItemsEdited,
    LineEdit,
    MerchantShare,
    OwnLine,
    PartPlan,
    VendorOrderDraft,
    Why,
    drafts,
    plan_parts,
    reference,
)
from tests.core.orders import NOW, cost, finds, line, links, money, order, orders, ship

OPEN = Policy(push_unsynced=True)
LINKED_ONLY = Policy(push_unsynced=False)
MERCHANT = Policy(
    push_unsynced=True,
    override_customer=True,
    merchant_name="Nordic Market",
    merchant_email="orders@market.example",
    merchant_phone="+46 8 000 00",
)
Placed = tuple[PartPlan, Drafts]


def place(
    placed: Order,
    links: dict[str, Link],
    found: Found | None = None,
    *,
    policy: Policy = OPEN,
    existing: tuple[ExistingPart, ...] = (),
    share: MerchantShare | None = None,
) -> Placed:
    routing = split(placed, links, found or Found())
    plan = plan_parts(placed, routing, existing, lambda vendor_id: policy.push_unsynced, share)
    return plan, drafts(placed, plan, 9, lambda vendor_id: policy, existing)


def existing(made: Placed, sent: Callable[[tuple[int, int]], bool] = lambda key: True) -> tuple[ExistingPart, ...]:
    """The parts of `made` as rows; `sent` says which ones left."""
    return tuple(
        ExistingPart(*key, sent(key), draft.lines, draft.shipping_lines) for key, draft in made[1].by_part.items()
    )


def linked(**vendors: int) -> dict[str, Link]:
    """`linked(v1=7)`: the merchant's variant v1 is vendor 7's."""
    return {variant: Link(vendor, f"p-{variant}", f"theirs-{variant}") for variant, vendor in vendors.items()}


def whole(made: Drafts) -> Decimal:
    return sum((draft.total.amount for draft in made.by_part.values()), made.share.total.amount)


def counted(draft: VendorOrderDraft) -> Money:
    """A draft's total, counted from its own lines by the tests' witness."""
    return cost(
        order(
            *draft.lines,
            currency=draft.currency,
            shipping_lines=draft.shipping_lines,
            taxes_included=draft.taxes_included,
        )
    )  # type: ignore[arg-type]  # a draft line costs as an order line does


# -- any order --


@given(orders(), links, finds, st.booleans(), st.booleans())
def test_vendor_orders_and_the_share_are_the_customers_order(
    placed: Order, links: dict[str, Link], found: Found, unsynced: bool, override: bool
) -> None:
    policy = replace(MERCHANT, push_unsynced=unsynced, override_customer=override)
    _, made = place(placed, links, found, policy=policy)
    share = made.share
    assert whole(made) == placed.total.amount
    assert not share.unexplained
    assert share.total == share.items + share.shipping + share.tip + share.duties + share.edited
    assert all(draft.total == counted(draft) for draft in made.by_part.values())


@given(orders(), links, finds, st.booleans())
def test_no_line_lost_no_line_twice(placed: Order, links: dict[str, Link], found: Found, unsynced: bool) -> None:
    plan, made = place(placed, links, found, policy=replace(OPEN, push_unsynced=unsynced))
    ids = [one.line_id for draft in made.by_part.values() for one in draft.lines]
    ids += [one.line_id for one in made.share.lines]
    assert Counter(ids) == Counter(one.id for one in placed.lines if one.quantity)
    assert all(part.lines for part in plan.parts)


@given(orders(), links, finds)
def test_shipping_shares_are_whole_units_never_negative_and_all_there(
    placed: Order, links: dict[str, Link], found: Found
) -> None:
    _, made = place(placed, links, found)
    lines = [one for draft in made.by_part.values() for one in draft.shipping_lines]
    for one in lines:
        assert one.price.amount >= one.discount.amount >= 0
        assert one.price == one.price.rounded()
        assert one.discount == one.discount.rounded()
    assert made.share.shipping.amount >= 0


@given(orders(), links, finds, st.integers(-5_000, 5_000).filter(bool))
def test_a_total_that_disagrees_with_its_lines_is_said(
    placed: Order, links: dict[str, Link], found: Found, off: int
) -> None:
    odd = replace(placed, total=placed.total + Money(Decimal(off), placed.currency))
    _, made = place(odd, links, found)
    assert whole(made) == odd.total.amount
    assert made.share.unexplained == Money(Decimal(off), placed.currency)


@given(orders(), links, finds, st.data())
def test_what_was_sent_never_changes(placed: Order, links: dict[str, Link], found: Found, data: st.DataObject) -> None:
    first = place(placed, links, found, policy=LINKED_ONLY)
    assume(first[1].by_part)
    sent = data.draw(st.sets(st.sampled_from(sorted(first[1].by_part)), min_size=1))
    all_linked = {str(variant): Link(2, "p", "va") for variant in range(100, 104)} | links
    rows = existing(first, lambda key: key in sent)
    plan, second = place(placed, all_linked, found, policy=OPEN, existing=rows, share=first[1].share)
    assert {key: second.by_part[key] for key in sent} == {key: first[1].by_part[key] for key in sent}
    assert whole(second) == placed.total.amount
    assert not second.share.unexplained
    assert not second.share.edited
    assert not plan.edited
    lines = [one.line_id for draft in second.by_part.values() for one in draft.lines]
    assert len(lines) == len(set(lines))
    assert {one.line_id for one in second.share.lines} | set(lines) == {one.id for one in placed.lines if one.quantity}


@given(orders(), links, finds, st.data())
def test_whatever_an_edit_does_the_sums_hold_and_a_person_is_told(
    placed: Order, links: dict[str, Link], found: Found, data: st.DataObject
) -> None:
    first = place(placed, links, found)
    later = data.draw(orders(placed.currency, placed.taxes_included))
    plan, second = place(later, links, found, existing=existing(first), share=first[1].share)
    assert whole(second) == later.total.amount
    assert not second.share.unexplained
    now = {one.id: one.quantity for one in later.lines}
    for key, draft in first[1].by_part.items():
        changed = {LineEdit(one.line_id, one.quantity, now.get(one.line_id, 0)) for one in draft.lines}
        changed = {one for one in changed if one.was != one.now}
        told = {one for edit in plan.edited if (edit.vendor_id, edit.part) == key for one in edit.changes if one.was}
        assert told == changed
        assert second.by_part[key].lines == draft.lines


@given(orders(), links, finds)
def test_planning_again_plans_the_same(placed: Order, links: dict[str, Link], found: Found) -> None:
    first = place(placed, links, found, policy=LINKED_ONLY)
    again = place(
        placed, links, found, policy=LINKED_ONLY, existing=existing(first, lambda key: False), share=first[1].share
    )
    assert again == first


# -- the parts of one vendor --


def test_lines_that_wait_are_a_part_of_their_own_and_go_out_once_linked() -> None:
    placed = order(line("1"), line("2"), shipping_lines=(ship("5.00"),))
    by_title = Found(by_title={"Thing 2": (Link(1, "p", "x"),)})
    plan, made = first = place(placed, linked(v1=1), by_title, policy=LINKED_ONLY)
    assert [(part.part, part.waiting, len(part.lines)) for part in plan.parts] == [(1, False, 1), (2, True, 1)]
    assert made.by_part[1, 1].shipping_lines[0].price == money("2.50")

    rows = existing(first, lambda key: key == (1, 1))
    plan, second = place(placed, linked(v1=1, v2=1), policy=LINKED_ONLY, existing=rows, share=made.share)
    assert [(part.part, part.frozen, part.waiting) for part in plan.parts] == [(1, True, False), (2, False, False)]
    assert second.by_part[1, 2].lines[0].variant_id == "theirs-v2"
    assert second.by_part[1, 2].shipping_lines[0].price == money("2.50")
    assert (plan.edited, plan.missing) == ((), ())


def test_of_what_waited_only_what_is_linked_goes() -> None:
    placed = order(line("1"), line("2"), line("3"))
    named = {"vendor_name": "Bod"}
    placed = replace(placed, lines=(line("1"), line("2", **named), line("3", **named)))
    found = Found(vendors_by_name={"Bod": 1})
    first = place(placed, linked(v1=1), found, policy=LINKED_ONLY)
    rows = existing(first, lambda key: key == (1, 1))
    plan, _ = place(placed, linked(v1=1, v3=1), found, policy=LINKED_ONLY, existing=rows)
    assert [(part.part, part.waiting, [one.line.id for one in part.lines]) for part in plan.parts] == [
        (1, False, ["1"]),
        (2, False, ["3"]),
        (3, True, ["2"]),
    ]


def test_with_unsynced_lines_allowed_a_vendor_gets_one_order() -> None:
    placed = order(line("1"), line("2", vendor_name="Bod", variant_id=""))
    plan, made = place(placed, linked(v1=1), Found(vendors_by_name={"Bod": 1}), policy=OPEN)
    assert len(plan.parts) == 1
    assert [one.variant_id for one in made.by_part[1, 1].lines] == ["theirs-v1", ""]


def test_a_line_nobody_was_found_for_goes_out_when_it_is_linked_later() -> None:
    placed = order(line("1"), line("2"))
    plan, made = first = place(placed, linked(v1=1))
    assert plan.missing == ("2",)
    assert made.share.lines == (OwnLine("2", Why.UNASSIGNED),)
    plan, second = place(placed, linked(v1=1, v2=1), existing=existing(first), share=made.share)
    assert (plan.edited, plan.missing) == ((), ())
    assert set(second.by_part) == {(1, 1), (1, 2)}


def test_a_link_changed_after_sending_moves_nothing() -> None:
    placed = order(line("1"))
    first = place(placed, linked(v1=1))
    plan, made = place(placed, linked(v1=2), existing=existing(first))
    assert set(made.by_part) == {(1, 1)}
    assert made.by_part == first[1].by_part
    assert plan.edited == ()


def test_an_order_whose_vendor_vanished_keeps_its_lines_with_the_merchant() -> None:
    plan, made = place(order(line("1", vendor_name="Gone")), {})
    assert (plan.parts, plan.missing) == ((), ("1",))
    assert made.share.items == money("10.00")


# -- edits of items --


def test_changed_removed_and_added_items_are_for_a_person() -> None:
    first = place(order(line("1", quantity=2), line("2"), line("3")), linked(v1=1, v2=1, v3=1))
    later = order(line("1", quantity=3), line("2", quantity=0), line("3"), line("4"))
    plan, made = place(later, linked(v1=1, v2=1, v3=1, v4=1), existing=existing(first), share=first[1].share)
    assert plan.edited == (ItemsEdited(1, 1, (LineEdit("1", 2, 3), LineEdit("2", 1, 0), LineEdit("4", 0, 1))),)
    assert made.by_part == first[1].by_part
    assert made.share.lines == (OwnLine("4", Why.EDITED),)
    assert made.share.edited == money("10.00")  # one more of 1, none of 2, one of 4
    again, _ = place(later, linked(v1=1, v2=1, v3=1, v4=1), existing=existing(first), share=made.share)
    assert again == plan


def test_an_added_line_of_a_vendor_that_was_sent_nothing_is_an_ordinary_part() -> None:
    first = place(order(line("1")), linked(v1=1, v2=2))
    plan, made = place(order(line("1"), line("2")), linked(v1=1, v2=2), existing=existing(first))
    assert (plan.edited, set(made.by_part)) == ((), {(1, 1), (2, 1)})


def test_items_edited_before_sending_are_simply_the_order() -> None:
    first = place(order(line("1", quantity=2)), linked(v1=1))
    rows = existing(first, lambda key: False)
    plan, made = place(order(line("1", quantity=5), line("2")), linked(v1=1, v2=1), existing=rows)
    assert plan.edited == ()
    assert made.by_part[1, 1].total == money("60.00")


def test_a_cancelled_order_keeps_its_parts_and_is_no_edit() -> None:
    placed = order(line("1", quantity=2), line("2"), shipping_lines=(ship("5.00"),))
    first = place(placed, linked(v1=1, v2=2))
    emptied = order(line("1", quantity=0), line("2", quantity=0), cancelled_at=NOW, total=money("0"))
    plan, made = place(emptied, linked(v1=1, v2=2), existing=existing(first, lambda key: key == (1, 1)))
    assert plan.edited == ()
    assert {key: draft.lines for key, draft in made.by_part.items()} == {
        key: draft.lines for key, draft in first[1].by_part.items()
    }
    assert whole(made) == 0


# -- what an order contains --


def test_a_draft_carries_the_order_and_nothing_of_the_payment_method() -> None:
    vat = TaxLine("VAT", Decimal("0.25"), money("5.00"))
    placed = order(
        line("1", "10.00", 2, discount=money("1.50"), sku="A", tax_lines=(vat,), variant_title="L"),
        shipping_lines=(ship("5.00", code="std"),),
        note="Leave it at the door",
        attributes=(Attribute("gift", "yes"),),
        metafields=(Metafield("custom", "b", "t", "2"), Metafield("custom", "a", "t", "1")),
        transaction_ids=("31",),
        financial_status=FinancialStatus.PENDING,
    )
    draft = place(placed, linked(v1=1))[1].by_part[1, 1]
    assert draft.reference == "cd-9-77-1-1" == reference(9, "77", 1, 1)
    assert draft.total == money("28.50")
    assert draft.lines[0].title == "Thing 1 - L"
    assert draft.lines[0].discount == money("1.50")
    assert draft.lines[0].tax_lines == (vat,)
    assert draft.tags == ("Crossdock", "web")
    assert [field.key for field in draft.metafields] == ["a", "b"]
    assert (draft.contact, draft.note, draft.transaction_ids) == (placed.contact, placed.note, ("31",))
    assert draft.financial_status is FinancialStatus.PENDING
    assert not [name for name in VendorOrderDraft.__struct_fields__ if "payment" in name or "card" in name]


def test_shipping_follows_the_value_of_what_is_shipped() -> None:
    placed = order(
        line("1", "30.00"),
        line("2", "10.00"),
        line("3", "99.00", requires_shipping=False),
        shipping_lines=(ship("6.01", "2.00", title="Post"),),
    )
    made = place(placed, linked(v1=1, v2=2, v3=3))[1]
    assert [one.price - one.discount for one in made.by_part[1, 1].shipping_lines] == [money("3.01")]
    assert [one.price - one.discount for one in made.by_part[2, 1].shipping_lines] == [money("1.00")]
    assert made.by_part[3, 1].shipping_lines == ()
    assert not made.share.shipping


def test_the_merchants_own_goods_bear_their_part_of_shipping() -> None:
    placed = order(line("1", "10.00"), line("2", "30.00"), shipping_lines=(ship("8.00"),))
    made = place(placed, linked(v1=1))[1]
    assert made.by_part[1, 1].shipping_lines[0].price == money("2.00")
    assert made.share.shipping == money("6.00")


def test_free_goods_share_shipping_by_pieces() -> None:
    placed = order(line("1", "0", 3), line("2", "0"), shipping_lines=(ship("4.00"),))
    made = place(placed, linked(v1=1, v2=2))[1]
    assert made.by_part[1, 1].shipping_lines[0].price == money("3.00")
    assert made.by_part[2, 1].shipping_lines[0].price == money("1.00")


def test_shipping_of_an_order_that_ships_nothing_is_the_merchants() -> None:
    placed = order(line("1", requires_shipping=False), shipping_lines=(ship("4.00"),))
    made = place(placed, linked(v1=1))[1]
    assert (made.by_part[1, 1].shipping_lines, made.share.shipping) == ((), money("4.00"))


def test_free_shipping_stays_free_and_named_for_every_vendor() -> None:
    placed = order(line("1"), line("2"), line("3"), shipping_lines=(ship("7.00", "7.00", title="Express"),))
    made = place(placed, linked(v1=1, v2=2, v3=3))[1]
    for draft in made.by_part.values():
        (one,) = draft.shipping_lines
        assert (one.title, one.price - one.discount) == ("Express", money("0"))


def test_no_share_of_shipping_is_discounted_below_zero() -> None:
    """Largest remainders of 0.11 and of 0.10 over 6 : 6 : 2 are 5, 5, 1 and 4, 4, 2: apart they would leave -0.01."""
    placed = order(line("1", "6"), line("2", "6"), line("3", "2"), shipping_lines=(ship("0.11", "0.10"),))
    made = place(placed, linked(v1=1, v2=2, v3=3))[1]
    lines = [one for draft in made.by_part.values() for one in draft.shipping_lines]
    assert sorted((one.price - one.discount).amount for one in lines) == [0, 0, Decimal("0.01")]


def test_shipping_taken_away_after_a_part_was_sent_is_borne_by_the_merchant() -> None:
    placed = order(line("1"), line("2"), shipping_lines=(ship("6.00"),))
    first = place(placed, linked(v1=1, v2=2))
    cheaper = order(line("1"), line("2"), shipping_lines=(ship("1.00"),))
    made = place(cheaper, linked(v1=1, v2=2), existing=existing(first, lambda key: key == (1, 1)))[1]
    assert made.by_part[1, 1].shipping_lines[0].price == money("3.00")
    assert made.by_part[2, 1].shipping_lines[0].price == money("0")
    assert made.share.shipping == money("-2.00")
    assert whole(made) == cheaper.total.amount


@pytest.mark.parametrize(
    ("currency", "price", "shares"), [("JPY", "100", ("34", "33", "33")), ("KWD", "1.000", ("0.334", "0.333", "0.333"))]
)
def test_currencies_without_and_with_three_decimals(currency: str, price: str, shares: tuple[str, ...]) -> None:
    placed = order(
        *(line(str(number), "7", currency=currency) for number in (1, 2, 3)),
        currency=currency,
        shipping_lines=(ship(price, currency=currency),),
    )
    made = place(placed, linked(v1=1, v2=2, v3=3))[1]
    assert tuple(str(draft.shipping_lines[0].price.amount) for draft in made.by_part.values()) == shares


def test_tips_duties_and_gift_cards_are_the_merchants() -> None:
    card = line("2", "50.00", gift_card=True, requires_shipping=False)
    placed = order(line("1"), card, tip=money("3.00"), duties=money("1.25"))
    plan, made = place(placed, linked(v1=1))
    share = made.share
    assert (share.tip, share.duties, share.items) == (money("3.00"), money("1.25"), money("50.00"))
    assert share.lines == (OwnLine("2", Why.GIFT_CARD),)
    assert plan.missing == ()


def test_a_long_order_with_doubled_titles() -> None:
    lines = [line(str(number), "1.99", title="Sock 🧦 جورب", variant_id=f"v{number}") for number in range(500)]
    placed = order(*lines, shipping_lines=(ship("49.99"),))
    made = place(placed, {f"v{number}": Link(number % 7, "p", str(number)) for number in range(450)})[1]
    assert whole(made) == placed.total.amount
    assert sum(len(draft.lines) for draft in made.by_part.values()) + len(made.share.lines) == 500
    assert not made.share.unexplained


# -- the customer override --


def test_override_puts_the_merchant_in_the_buyers_place_but_not_on_the_parcel() -> None:
    placed = order(line("1"), buyer_accepts_marketing=True)
    draft = place(placed, linked(v1=1), policy=MERCHANT)[1].by_part[1, 1]
    contact = draft.contact
    assert (contact.last_name, contact.email, contact.phone) == (
        "Nordic Market",
        MERCHANT.merchant_email,
        "+46 8 000 00",
    )
    assert draft.shipping_address is not None
    assert draft.billing_address is not None
    assert (draft.shipping_address.first_name, draft.shipping_address.address1) == ("Ada", "Storgatan 1")
    assert draft.shipping_address.phone == MERCHANT.merchant_phone
    assert (draft.billing_address.last_name, draft.billing_address.company) == ("Nordic Market", "")
    assert not draft.buyer_accepts_marketing


@pytest.mark.parametrize(
    "text", ["mail ADA@example.com!", "ring +46701234567", "070-123 45 67", "(0046) 70 123 45 67 please"]
)
def test_override_leaves_out_text_that_gives_the_buyer_away(text: str) -> None:
    hiding: dict[str, Any] = {
        "note": text,
        "attributes": (Attribute("call", text), Attribute(text, "x"), Attribute("gift", "yes")),
        "tags": (text, "web"),
        "metafields": (Metafield("custom", "a", "t", text), Metafield("custom", "b", "t", "ok")),
    }
    placed = order(line("1", properties=(Attribute("to", text), Attribute("size", "L"))), **hiding)
    draft = place(placed, linked(v1=1), policy=MERCHANT)[1].by_part[1, 1]
    assert (draft.note, draft.attributes, draft.tags) == ("", (Attribute("gift", "yes"),), ("Crossdock", "web"))
    assert [field.key for field in draft.metafields] == ["b"]
    assert draft.lines[0].properties == (Attribute("size", "L"),)


@pytest.mark.parametrize(
    ("known", "text"), [("+46 70 123 45 67", "070-1234567"), ("070-1234567", "+46 (0)70 123 45 67")]
)
def test_override_knows_a_number_in_national_and_international_spelling(known: str, text: str) -> None:
    placed = order(line("1"), note=text, contact=replace(order().contact, phone=known))
    placed = replace(placed, shipping_address=None, billing_address=None)
    assert place(placed, linked(v1=1), policy=MERCHANT)[1].by_part[1, 1].note == ""


def test_each_vendor_has_its_own_override() -> None:
    placed = order(line("1"), line("2"), line("3"))
    policies = {1: OPEN, 2: MERCHANT, 3: replace(MERCHANT, merchant_email="b2b@market.example")}
    plan = plan_parts(placed, split(placed, linked(v1=1, v2=2, v3=3), Found()), (), lambda vendor_id: True)
    made = drafts(placed, plan, 9, policies.__getitem__)
    emails = {vendor_id: draft.contact.email for (vendor_id, _), draft in made.by_part.items()}
    assert emails == {1: "Ada@Example.com", 2: "orders@market.example", 3: "b2b@market.example"}


def test_without_override_the_text_goes_along() -> None:
    placed = order(line("1"), note="mail ada@example.com")
    assert place(placed, linked(v1=1))[1].by_part[1, 1].note == placed.note


def test_override_with_nothing_to_hide_keeps_the_note() -> None:
    bare = order(line("1"), note="Order 12345678 🎁", contact=replace(order().contact, email="", phone=""))
    bare = replace(bare, shipping_address=None, billing_address=None)
    assert place(bare, linked(v1=1), policy=MERCHANT)[1].by_part[1, 1].note == bare.note
