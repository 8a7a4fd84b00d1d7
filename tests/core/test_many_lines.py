"""A vendor's lines that its platform does not take in one order: cut into numbered parts, nothing lost, no cent."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crossdock.core.decision import Policy
from crossdock.core.orders import Order
from crossdock.core.routing import Found, Link, split
from crossdock.core.vendor_order import Drafts, ExistingPart, PartPlan, drafts, plan_parts
from tests.core.orders import line, order, ship

POLICY = Policy(push_unsynced=False)


def large(count: int, *, shipping: str = "7.00") -> Order:
    lines = [line(str(number), price="1.10") for number in range(count)]
    return order(*lines, shipping_lines=(ship(shipping),))


def plan(placed: Order, vendors: dict[str, int], most: int | None, existing: tuple[ExistingPart, ...] = ()) -> PartPlan:
    links = {variant: Link(vendor, "p", f"t-{variant}") for variant, vendor in vendors.items()}
    routing = split(placed, links, Found(vendors_by_name={"Anna": 1, "Bo": 2}))
    return plan_parts(placed, routing, existing, lambda vendor_id: False, None, lambda vendor_id: most)


def drafted(placed: Order, made: PartPlan, existing: tuple[ExistingPart, ...] = ()) -> Drafts:
    return drafts(placed, made, 9, lambda vendor_id: POLICY, existing)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 3), st.integers(0, 999))
def test_parts_are_full_numbered_on_and_sum_to_the_order(count: int, most: int, vendors: int, shipping: int) -> None:
    placed = large(count, shipping=str(Decimal(shipping) / 100))
    made = plan(placed, {f"v{number}": 1 + number % vendors for number in range(count)}, most)
    ids = [each.line.id for part in made.parts for each in part.lines]
    assert Counter(ids) == Counter(each.id for each in placed.lines)
    for vendor in range(1, vendors + 1):
        own = [part for part in made.parts if part.vendor_id == vendor]
        assert [part.part for part in own] == list(range(1, len(own) + 1))
        assert all(len(part.lines) == most for part in own[:-1])
        assert all(0 < len(part.lines) <= most for part in own)
    whole = drafted(placed, made)
    assert sum((draft.total for draft in whole.by_part.values()), whole.share.total) == placed.total


def test_without_a_limit_a_vendor_has_one_part() -> None:
    made = plan(large(500), {f"v{number}": 1 for number in range(500)}, None)
    assert [(part.part, len(part.lines)) for part in made.parts] == [(1, 500)]


@given(st.sets(st.integers(1, 3)))
def test_a_part_that_was_sent_stays_whatever_was_sent_first(sent: set[int]) -> None:
    placed = large(11)
    vendors = {f"v{number}": 1 for number in range(11)}
    first = drafted(placed, plan(placed, vendors, 4))
    rows = tuple(
        ExistingPart(vendor, part, part in sent, draft.lines, draft.shipping_lines)
        for (vendor, part), draft in first.by_part.items()
    )
    again = drafted(placed, plan(placed, vendors, 4, rows), rows)
    assert {key: draft.lines for key, draft in again.by_part.items()} == {
        key: draft.lines for key, draft in first.by_part.items()
    }
    assert sum((draft.total for draft in again.by_part.values()), again.share.total) == placed.total
    for vendor, part in first.by_part:
        if part in sent:
            assert again.by_part[vendor, part].shipping_lines == first.by_part[vendor, part].shipping_lines


def test_lines_that_wait_are_cut_as_well_and_numbered_after_those_that_go() -> None:
    placed = order(*[line(str(number), vendor_name="Anna") for number in range(7)], shipping_lines=())
    made = plan(placed, {"v0": 1, "v1": 1, "v2": 1}, 2)
    assert [(part.part, part.waiting, len(part.lines)) for part in made.parts] == [
        (1, False, 2),
        (2, False, 1),
        (3, True, 2),
        (4, True, 2),
    ]
