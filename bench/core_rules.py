"""CPU of the pure rules for one order: routing, decision and drafts. Run: python bench/core_rules.py

Not here: the floor and the whole order's life (they need a database and stores).
"""

import timeit
from datetime import UTC, datetime
from decimal import Decimal

from crossdock.core import decision, edits, routing, vendor_order
from crossdock.core.money import Money
from crossdock.core.orders import Address, Contact, FinancialStatus, Order, OrderLine, ShippingLine, TaxLine

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = decision.Policy()
OVERRIDE = decision.Policy(override_customer=True, merchant_name="Market", merchant_email="hello@market.example")
CONNECTED = "connected"


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def order(lines: int) -> Order:
    return Order(
        id="5001",
        name="#1001",
        placed_at=NOW,
        updated_at=NOW,
        currency="EUR",
        total=eur("12.50") * lines + eur("6.20"),
        lines=tuple(
            OrderLine(
                id=str(number),
                title="Linen shirt",
                variant_title="L",
                quantity=1,
                ordered_quantity=1,
                unit_price=eur("12.50"),
                discount=eur("0.00"),
                sku=f"SHIRT-{number}",
                product_id="7",
                variant_id=str(1000 + number),
                tax_lines=(TaxLine("VAT", Decimal("0.25"), eur("2.50")),),
            )
            for number in range(lines)
        ),
        financial_status=FinancialStatus.PAID,
        contact=Contact("Ada", "Lovelace", "ada@example.com", "+46 70 123 45 67"),
        shipping_address=Address(
            "Ada", "Lovelace", address1="Storgatan 1", city="Umeå", zip="90325", country_code="SE"
        ),
        shipping_lines=(
            ShippingLine("Standard", eur("6.20"), eur("0.00"), "std", (TaxLine("VAT", Decimal("0.25"), eur("1.24")),)),
        ),
        taxes_included=True,
        note="Leave it at the door",
        tags=("first", "web"),
    )


def push(placed: Order, links: dict[str, routing.Link], policy: decision.Policy) -> vendor_order.Drafts:
    """One order through all rules, as the drain does it."""
    assigned = routing.split(placed, links, routing.Found())
    plan = vendor_order.plan_parts(placed, assigned, (), lambda vendor_id: policy.push_unsynced)
    made = vendor_order.drafts(placed, plan, 1, lambda vendor_id: policy)
    for part in plan.parts:
        draft = made.by_part[part.vendor_id, part.part]
        decision.decide(
            decision.PushFacts(
                add_on_active=True,
                order_sync=policy.order_sync,
                vendor_has_store=True,
                store_state=CONNECTED,
                cancelled=False,
                paid_only=policy.paid_only,
                financial_status=placed.financial_status,
                paid=placed.paid,
                push_unsynced=policy.push_unsynced,
                lines_linked=len(part.lines),
                lines_unlinked=0,
                total=draft.total.amount,
                quantity=sum(line.quantity for line in draft.lines),
            )
        )
        edits.digest(draft)
    return made


def measure(name: str, lines: int, vendors: int, policy: decision.Policy = POLICY) -> None:
    placed = order(lines)
    links = {str(1000 + number): routing.Link(number % vendors, "70", str(2000 + number)) for number in range(lines)}
    times = 2000 // lines + 1
    best = min(timeit.repeat(lambda: push(placed, links, policy), number=times, repeat=5)) / times
    print(f"{name:<42} {best * 1e6:9.1f} us")


def main() -> None:
    measure("1 line, 1 vendor", 1, 1)
    measure("2 lines, 1 vendor", 2, 1)
    measure("2 lines, 2 vendors", 2, 2)
    measure("2 lines, 2 vendors, override", 2, 2, OVERRIDE)
    measure("500 lines, 20 vendors", 500, 20)
    placed = order(2)
    best = min(timeit.repeat(lambda: edits.order_digest(placed), number=2000, repeat=5)) / 2000
    print(f"{'order_digest, 2 lines':<42} {best * 1e6:9.1f} us")


if __name__ == "__main__":
    main()
