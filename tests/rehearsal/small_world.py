"""A tiny market whose stores are in perfect order, as plain dumps that a test may then spoil.

Not here: the spoiling (test_audit.py). Every amount is written out or added up here, apart from the audit's own rules.
"""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import msgspec

from crossdock_sandbox.audit.audit import audit
from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.audit.findings import Verdict
from crossdock_sandbox.audit.told import Told
from crossdock_sandbox.traffic.ledger import Built, Ids, Ledger, PlayedOrder, PlayedParcel
from crossdock_sandbox.traffic.plan import Found, Market, Offer, Shop, Terms

MERCHANT = "market"
NOTHING = Told()
MERCHANTS_OWN = {"name": "The Market", "email": "desk@market.example", "phone": "+46812345678"}
BUYER = {"first_name": "Zoë 🌻", "last_name": "Ferreira", "email": "zoe@buyer.example", "phone": "+5511987654321"}
HOME = {
    "first_name": "Zoë 🌻",
    "last_name": "Ferreira",
    "company": "",
    "address1": "Rua das Flores, 1",
    "address2": "",
    "city": "São Paulo",
    "province_code": "SP",
    "country_code": "BR",
    "zip": "01001-000",
    "phone": "+5511987654321",
}
OFFERS = {
    "lamp": ("north", Found.LINK),
    "vase": ("north", Found.LINK),
    "rug": ("north", Found.VENDOR_NAME),
    "tea": ("south", Found.LINK),
    "cup": ("south", Found.SKU),
    "gift": ("south", Found.NOBODY),
}
# order -> (lines: (offer, quantity, price, discount)), shipping, paid, cancelled)
ORDERS: dict[str, tuple[list[tuple[str, int, str, str]], str, bool, bool]] = {
    "1001": ([("lamp", 2, "30.00", "0.00"), ("tea", 1, "40.00", "0.00")], "10.00", True, False),
    "1002": ([("vase", 1, "20.00", "2.00"), ("rug", 1, "80.00", "0.00")], "10.00", True, False),
    "1003": ([("lamp", 1, "30.00", "0.00")], "5.00", False, False),
    "1004": ([("tea", 3, "40.00", "0.00")], "5.00", True, True),
    "1005": ([("cup", 1, "12.34", "0.00"), ("gift", 1, "50.00", "0.00")], "7.77", True, False),
}
# What each vendor gets of the shipping of an order, by hand: 10.00 over 60:40, 10.00 over 18:80, 7.77 over 12.34:50.
SHIPPING = {
    ("1001", "north"): "6.00",
    ("1001", "south"): "4.00",
    ("1002", "north", "linked"): "1.84",
    ("1002", "north"): "10.00",
    ("1003", "north"): "5.00",
    ("1004", "south"): "5.00",
    ("1005", "south"): "1.54",
}


class World:
    """`stores` are dumps by name, free to be changed. `terms` decide what is out."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.built = _built()
        self.ledger = Ledger(terms=terms)
        self.stores: dict[str, dict[str, Any]] = {
            name: {"name": name, "orders": []} for name in (MERCHANT, "north", "south")
        }
        for key in ORDERS:
            self._place(key)
            for shop in ("north", "south"):
                self._push(key, shop)

    def verdict(
        self, *, unsure: tuple[str, ...] = (), unsure_parcels: tuple[str, ...] = (), told: Told = NOTHING
    ) -> Verdict:
        stores = [msgspec.convert(deepcopy(store), DumpedStore, strict=False) for store in self.stores.values()]
        return audit(self.built, self.ledger, stores, unsure=unsure, unsure_parcels=unsure_parcels, told=told)

    def order(self, store: str, key: str) -> dict[str, Any]:
        """The merchant's order, or the vendor order made of it, of that name."""
        return next(order for order in self.stores[store]["orders"] if order["name"] == f"#{key}")

    def ship(self, key: str, shop: str, *, quantity: int | None = None, number: int = 1) -> None:
        """A vendor's parcel of the first line, rightly carried to the merchant's order."""
        vendor_order, order = self.order(shop, key), self.order(MERCHANT, key)
        line = vendor_order["lines"][0]
        place = next(at for at, each in enumerate(ORDERS[key][0]) if OFFERS[each[0]][0] == shop)
        pieces = quantity or line["quantity"]
        tracking = {"company": "Correios", "numbers": [f"BR{number}"], "urls": [f"https://track.example/BR{number}"]}
        for target, line_id, name in (
            (vendor_order, line["id"], f"v{key}{shop}{number}"),
            (order, order["lines"][place]["id"], f"m{key}{shop}{number}"),
        ):
            target["fulfillments"].append(
                {
                    "id": name,
                    "status": "success",
                    "lines": [{"line_id": line_id, "quantity": pieces}],
                    "tracking": deepcopy(tracking),
                }
            )
        parcel = PlayedParcel(shop=shop, number=number, fulfillment_id=f"v{key}{shop}{number}")
        self.ledger.orders[key].parcels.append(parcel)

    def _place(self, key: str) -> None:
        lines, shipping, paid, cancelled = ORDERS[key]
        self.stores[MERCHANT]["orders"].append(
            _order(
                key,
                [
                    _line(f"{key}-{at}", f"Listed {offer}", "", line)
                    for at, line in enumerate(lines)
                    for offer in line[:1]
                ],
                shipping,
                paid=paid,
                cancelled=cancelled,
            )
        )
        self.ledger.orders[key] = PlayedOrder(
            key=key,
            order_id=key,
            name=f"#{key}",
            offers={f"{key}-{at}": line[0] for at, line in enumerate(lines)},
            paid=paid,
            cancelled=cancelled,
            paid_first=paid,
        )

    def _push(self, key: str, shop: str) -> None:
        lines, _, paid, cancelled = ORDERS[key]
        mine = [line for line in lines if OFFERS[line[0]][0] == shop]
        out = [line for line in mine if self.terms.goes_out(OFFERS[line[0]][1])]
        if not out or (self.terms.paid_only and not paid):
            return
        part = (key, shop) if out == mine or (key, shop) != ("1002", "north") else (key, shop, "linked")
        made = [_vendor_line(f"{shop}-{key}-{at}", line) for at, line in enumerate(out)]
        order = _order(key, made, SHIPPING[part], paid=paid, cancelled=cancelled)
        order |= {"id": f"{shop}-{key}", "reference": f"cd-1-{key}-{7 if shop == 'north' else 8}-1"}
        order["tags"] = [*order["tags"], "Crossdock"]
        order["metafields"].append({"namespace": "app", "key": "ref", "type": "id", "value": order["reference"]})
        if self.terms.override:
            self._overridden(order)
        self.stores[shop]["orders"].append(order)

    def _overridden(self, order: dict[str, Any]) -> None:
        contact = self.terms.contact
        order |= {"email": contact["email"], "phone": contact["phone"], "attributes": []}
        order["customer"] = {"first_name": "", "last_name": contact["name"], "email": contact["email"]}
        order["shipping_address"]["phone"] = contact["phone"]
        order["billing_address"] |= {"first_name": "", "last_name": contact["name"], "phone": contact["phone"]}


def _built() -> Built:
    offers = {
        key: Offer(
            key=key,
            shop=shop,
            title=f"Own {key}",
            sku=f"SKU-{key}",
            price="1.00",
            listing_title=f"Listed {key}",
            listing_sku="",
            listing_vendor=shop,
            found=found,
        )
        for key, (shop, found) in OFFERS.items()
    }
    shops = tuple(
        Shop(key=name, name=name, email="", offers=tuple(offer for offer in offers.values() if offer.shop == name))
        for name in ("north", "south")
    )
    market = Market(merchant=MERCHANT, name="The Market", currency="BRL", shops=shops)
    listings = {key: Ids(product=f"lp-{key}", variant=f"lv-{key}") for key in offers}
    goods = {key: Ids(product=f"p-{key}", variant=f"v-{key}") for key in offers}
    return Built(market=market, stores={}, listings=listings, goods=goods)


def _order(key: str, lines: list[dict[str, Any]], shipping: str, *, paid: bool, cancelled: bool) -> dict[str, Any]:
    goods = sum((Decimal(line["price"]) * line["quantity"] - Decimal(line["discount"]) for line in lines), Decimal(0))
    return {
        "id": key,
        "name": f"#{key}",
        "currency": "BRL",
        "created_at": "2026-01-01T00:00:00Z",
        "reference": None,
        "cancelled_at": "2026-01-02T00:00:00Z" if cancelled else None,
        "financial_status": "paid" if paid else "pending",
        "email": BUYER["email"],
        "phone": BUYER["phone"],
        "note": "Ring twice",
        "tags": ["vip"],
        "attributes": [{"name": "Call", "value": "tel. 11 98765-4321"}],
        "metafields": [{"namespace": "custom", "key": "gift", "type": "single_line_text_field", "value": "yes"}],
        "customer": dict(BUYER),
        "shipping_address": dict(HOME),
        "billing_address": dict(HOME),
        "taxes_included": False,
        "lines": lines,
        "shipping": [{"title": "Frete", "price": shipping, "discount": "0.00", "taxes": []}],
        "total": str(goods + Decimal(shipping)),
        "transactions": [],
        "fulfillments": [],
    }


def _line(line_id: str, title: str, variant: str, line: tuple[str, int, str, str]) -> dict[str, Any]:
    offer, quantity, price, discount = line
    return {
        "id": line_id,
        "title": title,
        "variant_id": variant or f"lv-{offer}",
        "quantity": quantity,
        "price": price,
        "discount": discount,
        "taxes": [],
    }


def _vendor_line(line_id: str, line: tuple[str, int, str, str]) -> dict[str, Any]:
    made = _line(line_id, f"Own {line[0]}", f"v-{line[0]}", line)
    if OFFERS[line[0]][1] is Found.VENDOR_NAME:
        made |= {"variant_id": None, "title": f"Listed {line[0]}"}
    return made
