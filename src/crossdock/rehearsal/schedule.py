"""Turns Olist orders into happenings in true time order: bought, paid, edited, cancelled, handed over, delivered.

The files' own times rule. What they lack is drawn by seed and order id: edits, second parcels, mended tracking, parcels
taken back, discounts, taxes, tips, a second currency. Not here: playing it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from crossdock.rehearsal.market import offer_key, shop_key
from crossdock.rehearsal.olist import Header, Item
from crossdock.rehearsal.people import address, made_up
from crossdock_sandbox.traffic.plan import (
    Authorize,
    Cancel,
    Correct,
    Deliver,
    Edit,
    HandOver,
    Happening,
    Line,
    Pay,
    Place,
    Recall,
    Share,
)

CENT = Decimal("0.01")
AT_ONCE = timedelta(hours=1)  # a card approved within the hour of purchase was, to the shopper, paid at the till
AT_LEAST = timedelta(minutes=1)  # nothing is shipped sooner after it was bought
CANCELLED = {"canceled": "customer", "unavailable": "inventory"}
EDITED = 0.15
EDITED_AGAIN = 0.03
TWO_PARCELS = 0.06
MENDED = 0.05
TAKEN_BACK = 0.02
DISCOUNTED = 0.05
FREE_SHIPPING = 0.02
FREE_LINE = 0.003
TAXED = 0.03
TAX_INCLUDED = 0.03
TIPPED = 0.01
OTHER_CURRENCY = 0.02
TELLING = 0.1
CARRIERS = ("Correios", "Jadlog", "Total Express", "Loggi 📦")


def happenings(orders: Sequence[Header], *, seed: int) -> list[Happening]:
    """Everything that happens to `orders`, by time; what shares a moment stays in its order's own order."""
    found: list[Happening] = []
    for order in orders:
        found.extend(_life(order, seed))
    return sorted(found, key=lambda happening: happening.at)


def _life(order: Header, seed: int) -> Iterator[Happening]:
    random = Random(f"{seed}:order:{order.id}")
    buyer = made_up(order.buyer.id if order.buyer else order.id, seed)
    yield _place(order, buyer, random)
    yield from _payment(order)
    cancelled = order.status in CANCELLED
    if cancelled:
        paid_at = max(order.purchased_at, order.approved_at or order.purchased_at)
        at = paid_at + timedelta(minutes=random.randrange(5, 3 * 24 * 60))
        yield Cancel(at=at, order=order.id, reason=CANCELLED[order.status])
    else:
        yield from _edits(order, buyer, random)
        yield from _shipping(order, random)


def _place(order: Header, buyer: dict[str, str], random: Random) -> Place:
    home = address(buyer, **_where(order, random), random=random)
    included = random.random() < TAX_INCLUDED
    taxed = included or random.random() < TAXED
    rest: dict[str, Any] = {
        "customer": buyer,
        "shipping_address": home,
        "billing_address": home if random.random() < 0.8 else address(buyer, **_where(order, random), random=random),
        "shipping": _freight(order.items, random),
        "note": random.choice(("", "", "", "Deixar na portaria 🙏", "شكرا", "Ligar antes")),
        "tags": random.choice(([], [], ["app"], ["vip", "newsletter"])),
        "attributes": random.choice(([], [], [{"name": "Presente", "value": "Sim 🎁"}], _telling(buyer, random))),
        "gateway": (order.payment_types or ("credit_card",))[0],
        "processed_at": order.purchased_at.isoformat(),
        "taxes_included": included,
        "accepts_marketing": random.random() < 0.2,
    }
    if random.random() < TIPPED:
        rest["tip"] = "5.00"
    if random.random() < OTHER_CURRENCY:
        rest["presentment"] = {"currency": "USD", "rate": "0.25"}
    lines = tuple(_lines(order.items, taxed, included, random))
    return Place(at=order.purchased_at, order=order.id, lines=lines, paid=_paid_at_once(order), rest=rest)


def _telling(buyer: dict[str, str], random: Random) -> list[dict[str, str]]:
    """Now and then free text gives the buyer away."""
    return [{"name": "Contato", "value": f"Avisar {buyer['email']}"}] if random.random() < TELLING else []


def _where(order: Header, random: Random) -> dict[str, str]:
    if order.buyer is None:
        return {"zip_code": "01001", "city": "São Paulo", "state": "SP"}
    return {"zip_code": order.buyer.zip, "city": order.buyer.city, "state": order.buyer.state}


def _lines(items: Sequence[Item], taxed: bool, included: bool, random: Random) -> Iterator[Line]:
    """Repeated items of one price are one line with a quantity, as they were in the cart."""
    quantities: dict[tuple[str, Decimal], int] = {}
    for item in items:
        quantities[offer_key(item), item.price] = quantities.get((offer_key(item), item.price), 0) + 1
    discounted = random.random() < DISCOUNTED
    for (offer, price), quantity in quantities.items():
        price = Decimal(0) if random.random() < FREE_LINE else price
        discount = _cents(price * quantity / 10) if discounted else Decimal(0)
        net = price * quantity - discount
        tax = net - net / Decimal("1.18") if included else net * Decimal("0.07")
        taxes = ({"title": "ICMS", "rate": "0.18" if included else "0.07", "price": f"{_cents(tax):.2f}"},)
        yield Line(
            offer=offer,
            quantity=quantity,
            price=f"{price:.2f}",
            discount=f"{discount:.2f}",
            tax=taxes if taxed and net else (),
        )


def _freight(items: Sequence[Item], random: Random) -> list[dict[str, str]]:
    """One shipping line, or now and then one for each seller; free on occasion."""
    by_seller: dict[str, Decimal] = {}
    one = random.random() < 0.5
    for item in items:
        seller = "" if one else item.seller_id
        by_seller[seller] = by_seller.get(seller, Decimal(0)) + item.freight
    free = random.random() < FREE_SHIPPING
    return [
        {
            "title": f"Frete {seller[:6]}".strip(),
            "code": "standard",
            "price": f"{price:.2f}",
            "discount": f"{price:.2f}" if free else "0.00",
        }
        for seller, price in by_seller.items()
    ]


def _paid_at_once(order: Header) -> bool:
    """Boletos never: they are paid at a bank later."""
    boleto = "boleto" in order.payment_types
    return order.approved_at is not None and not boleto and order.approved_at - order.purchased_at <= AT_ONCE


def _payment(order: Header) -> Iterator[Happening]:
    if _paid_at_once(order) or order.approved_at is None:
        return
    if "credit_card" in order.payment_types:
        yield Authorize(at=order.purchased_at + timedelta(seconds=1), order=order.id)
    yield Pay(at=max(order.approved_at, order.purchased_at + timedelta(seconds=2)), order=order.id)


def _edits(order: Header, buyer: dict[str, str], random: Random) -> Iterator[Happening]:
    draw = random.random()
    last = order.delivered_at or order.purchased_at + timedelta(days=5)
    span = max(60, int((last - order.purchased_at).total_seconds()))
    for number in range((draw < EDITED) + (draw < EDITED_AGAIN)):
        at = order.purchased_at + timedelta(seconds=random.randrange(30, span + 30))
        yield Edit(at=at, order=order.id, fields=_edited_fields(order, buyer, number, random))


def _edited_fields(order: Header, buyer: dict[str, str], number: int, random: Random) -> dict[str, Any]:
    moved = address(buyer, **_where(order, random), random=random) | {"address2": f"Mudou-se {number}"}
    return random.choice(
        (
            {"note": f"Nota mudada {number} ✏️"},
            {"tags": ["edited", f"round-{number}"]},
            {"shipping_address": moved},
            {"email": f"new-{number}-{order.id[:10]}@example.com"},
            {"phone": f"+551198{random.randrange(10**6, 10**7)}"},
            {"metafields": [_metafield("prioridade", f"{number} ⚡")]},
            {"attributes": [{"name": "Entrega", "value": f"Tarde {number}"}], "note": "Entregar à tarde"},
        )
    )


def _metafield(key: str, value: str) -> dict[str, str]:
    return {"namespace": "custom", "key": key, "type": "single_line_text_field", "value": value}


def _shipping(order: Header, random: Random) -> Iterator[Happening]:
    if order.carrier_at is None:
        return
    for index, seller_id in enumerate(dict.fromkeys(item.seller_id for item in order.items)):
        # The files know one hand-over for each order; a second seller is a little later. Some are before the purchase.
        at = max(order.carrier_at, order.purchased_at + AT_LEAST) + timedelta(hours=index * random.randrange(1, 30))
        yield from _parcels(order, shop_key(seller_id), at, random)


def _parcels(order: Header, shop: str, at: datetime, random: Random) -> Iterator[Happening]:
    draw = random.random()
    first = HandOver(at, order.id, shop, 1, Share.LEFT, _tracking(random))
    parcels = [first]
    if draw < TWO_PARCELS:
        later = at + timedelta(hours=random.randrange(1, 48))
        parcels = [
            HandOver(at, order.id, shop, 1, Share.HALF, _tracking(random)),
            HandOver(later, order.id, shop, 2, Share.LEFT, _tracking(random)),
        ]
    elif draw < TWO_PARCELS + TAKEN_BACK:
        yield Recall(at + timedelta(hours=2), order.id, shop, 1)
        parcels.append(HandOver(at + timedelta(hours=5), order.id, shop, 2, Share.LEFT, _tracking(random)))
    elif draw < TWO_PARCELS + TAKEN_BACK + MENDED:
        yield Correct(at + timedelta(hours=random.randrange(1, 20)), order.id, shop, 1, _tracking(random))
    yield from parcels
    if order.delivered_at is not None:
        last = parcels[-1]
        yield Deliver(max(order.delivered_at, last.at), order.id, shop, last.parcel)


def _tracking(random: Random) -> dict[str, Any]:
    number = f"BR{random.randrange(10**9):09d}X"
    url = f"https://rastreio.example.com/{number}"
    return {"company": random.choice(CARRIERS), "numbers": [number], "urls": [url]}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
