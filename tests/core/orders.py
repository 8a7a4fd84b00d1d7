"""Orders to try the rules on: one ordinary order by hand, and any order at all for Hypothesis.

Not here: rows or stores.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.core.money import Money, exponent
from crossdock.core.orders import Address, Attribute, Contact, FinancialStatus, Order, OrderLine, ShippingLine, TaxLine
from crossdock.core.routing import Candidate, Found, Link, full_title

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
VENDORS = (1, 2, 3)
NAMES = {"Ateljé Å": 1, "שלום": 2, "🧦 Sock & Co": 3}
TITLES = ("Shirt", "Shirt", "قميص كتان", "🧦 socks", "Gift card")
CURRENCIES = ("EUR", "JPY", "KWD")


def money(amount: str | int | Decimal, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def line(id: str, price: str = "10.00", quantity: int = 1, *, currency: str = "EUR", **more: Any) -> OrderLine:
    given = {
        "title": f"Thing {id}",
        "variant_id": f"v{id}",
        "discount": money("0", currency),
        "ordered_quantity": quantity,
    }
    return OrderLine(id=id, quantity=quantity, unit_price=money(price, currency), **(given | more))


def ship(
    price: str, discount: str = "0", *, title: str = "Standard", currency: str = "EUR", **more: Any
) -> ShippingLine:
    return ShippingLine(title, money(price, currency), money(discount, currency), **more)


def order(*lines: OrderLine, **more: Any) -> Order:
    """An ordinary paid order; its total is what its parts cost unless given."""
    given: dict[str, Any] = {
        "id": "77",
        "name": "#1001",
        "placed_at": NOW,
        "updated_at": NOW,
        "currency": "EUR",
        "total": money("0"),
        "financial_status": FinancialStatus.PAID,
        "contact": Contact("Ada", "Lovelace", "Ada@Example.com", "+46 70 123 45 67"),
        "shipping_address": Address("Ada", "Lovelace", address1="Storgatan 1", city="Umeå", phone="070-123 45 67"),
        "billing_address": Address("Ada", "Lovelace", company="Lovelace AB", phone="+46701234567"),
        "tags": ("web",),
    }
    made = Order(lines=lines, **(given | more))
    return made if "total" in more else replace(made, total=cost(made))


def cost(made: Order) -> Money:
    """The order's total counted the plain way, as a shopper would; the tests' own witness."""
    total = Decimal(0)
    for item in made.lines:
        total += item.unit_price.amount * item.quantity - item.discount.amount
        total += sum((tax.amount.amount for tax in item.tax_lines), Decimal(0)) * (not made.taxes_included)
    for shipping in made.shipping_lines:
        total += shipping.price.amount - shipping.discount.amount
        total += sum((tax.amount.amount for tax in shipping.tax_lines), Decimal(0)) * (not made.taxes_included)
    for extra in (made.tip, made.duties):
        total += extra.amount if extra else Decimal(0)
    return Money(total, made.currency)


@st.composite
def amounts(draw: st.DrawFn, currency: str, most: int = 100_000) -> Money:
    """An amount in whole minor units; zero is as likely as it is in shops."""
    units = draw(st.one_of(st.just(0), st.integers(0, most)))
    return Money(Decimal(units).scaleb(-exponent(currency)), currency)


@st.composite
def taxes(draw: st.DrawFn, currency: str) -> tuple[TaxLine, ...]:
    titles = draw(st.sampled_from(((), ("VAT",), ("State", "City"))))
    return tuple(TaxLine(title, Decimal("0.25"), draw(amounts(currency, 2_000))) for title in titles)


@st.composite
def order_lines(draw: st.DrawFn, number: int, currency: str) -> OrderLine:
    quantity = draw(st.integers(0, 4))
    price = draw(amounts(currency))
    most = int((price.amount * quantity).scaleb(exponent(currency)))
    gift_card = draw(st.booleans()) and draw(st.booleans())
    return OrderLine(
        id=f"L{number}",
        title=draw(st.sampled_from(TITLES)),
        variant_title=draw(st.sampled_from(("", "Default Title", "M", "大"))),
        quantity=quantity,
        ordered_quantity=quantity,
        unit_price=price,
        discount=draw(amounts(currency, most)),
        sku=draw(st.sampled_from(("", "S1", "S2", "S3"))),
        vendor_name=draw(st.sampled_from(("", "Nike", *NAMES))),
        variant_id=draw(st.sampled_from(("", "100", "101", "102", "103"))),
        tax_lines=draw(taxes(currency)) if quantity else (),
        requires_shipping=not gift_card and draw(st.booleans()),
        gift_card=gift_card,
        properties=draw(st.sampled_from(((), (Attribute("engraving", "💍"),)))),
    )


@st.composite
def shipping_lines(draw: st.DrawFn, currency: str) -> tuple[ShippingLine, ...]:
    lines = []
    for title in draw(st.sampled_from(((), ("Standard",), ("Standard", "Standard"), ("Post", "Express", "Ⅲ")))):
        price = draw(amounts(currency, 5_000))
        discount = draw(amounts(currency, int(price.amount.scaleb(exponent(currency)))))
        lines.append(ShippingLine(title, price, discount, tax_lines=draw(taxes(currency))))
    return tuple(lines)


@st.composite
def orders(draw: st.DrawFn, currency: str = "", taxes_included: bool | None = None, most_lines: int = 7) -> Order:
    """Any order whose total is what its parts cost."""
    currency = currency or draw(st.sampled_from(CURRENCIES))
    made = order(
        *(draw(order_lines(number, currency)) for number in range(draw(st.integers(0, most_lines)))),
        currency=currency,
        total=Money.zero(currency),
        shipping_lines=draw(shipping_lines(currency)),
        taxes_included=draw(st.booleans()) if taxes_included is None else taxes_included,
        tip=draw(st.none() | amounts(currency, 500)),
        duties=draw(st.none() | amounts(currency, 500)),
        financial_status=draw(st.sampled_from(FinancialStatus)),
    )
    return replace(made, total=cost(made))


links = st.dictionaries(
    st.sampled_from(("100", "101", "102", "103")),
    st.builds(Link, st.sampled_from(VENDORS), st.just("p"), st.sampled_from(("va", "vb", "vc"))),
)

_candidates = st.lists(
    st.builds(Candidate, st.sampled_from(VENDORS), st.just("p"), st.sampled_from(("va", "vb", "vc"))),
    unique=True,
    max_size=3,
).map(tuple)

finds = st.builds(
    Found,
    by_sku=st.dictionaries(st.sampled_from(("S1", "S2", "S3")), _candidates),
    by_title=st.dictionaries(
        st.sampled_from(sorted({full_title(title, variant) for title in TITLES for variant in ("", "M", "大")})),
        _candidates,
    ),
    vendors_by_name=st.sampled_from(({}, NAMES)),
)
