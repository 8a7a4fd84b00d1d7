"""What rules work with: an open store with its goods, clients for it, drafts of orders, and whole readings.

Not here: expectations (the rules).
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from crossdock.connector.contract import CataloguePage, Connection, Role, StoreClient
from crossdock.connector.http import Http
from crossdock.connector.testing.bench import Bench, Made
from crossdock.connector.testing.mishaps import Mishaps
from crossdock.connector.testing.rules import Broken, expect, only
from crossdock.core.catalog import Product, Variant
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.money import Money
from crossdock.core.orders import Address, Contact, FinancialStatus, Order
from crossdock.core.vendor_order import DraftLine, RemoteVendorOrder, VendorOrderDraft

CURRENCY = "USD"
MUG = {
    "title": "Mug",
    "html": "<p>For tea</p>",
    "options": ["Colour"],
    "variants": [
        {"sku": "MUG-R", "price": "10.00", "options": ["Red"], "inventory": 500, "barcode": "4006381333931"},
        {"sku": "MUG-B", "price": "9.00", "options": ["Blue"], "inventory": 7},
    ],
}
TEE = {"title": "Tee", "variants": [{"sku": "TEE", "price": "20.00", "inventory": 400}]}
MOST_PAGES = 500
ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address1": "1 High St",
    "city": "Albany",
    "province_code": "NY",
    "country_code": "US",
    "zip": "12207",
    "phone": "+15185550100",
}


def usd(amount: str | Decimal) -> Money:
    return Money(Decimal(amount), CURRENCY)


class Desk:
    """One open store. `client` speaks through `wire`, on which requests can go wrong."""

    def __init__(self, bench: Bench, store: Made) -> None:
        self.bench, self.store = bench, store
        self.wire = Mishaps(bench.http)
        self.client = self.speak(self.wire)
        self._drafts = 0

    @classmethod
    async def open(cls, bench: Bench, role: Role, *products: dict[str, Any], time_zone: str = "") -> "Desk":
        """A store with these products, MUG and TEE when none are given, ready to be worked with."""
        desk = cls(bench, await bench.open_store(role, products or (MUG, TEE), time_zone=time_zone))
        await desk.client.ensure_subscriptions(bench.hook_address(desk.store))
        return desk

    def speak(self, http: Http | None = None, connection: Connection | None = None) -> StoreClient:
        """Another client, as another process has one."""
        through = http or Mishaps(self.bench.http)
        return self.bench.platform.client(connection or self.store.connection, through, now=self.bench.clock)

    @property
    def now(self) -> datetime:
        return self.bench.clock()

    async def act(self, name: str, **given: Any) -> dict[str, Any]:
        return await self.bench.act(self.store, name, **given)

    def variant(self, sku: str) -> str:
        return self.store.goods[sku].variant_id

    def product(self, sku: str) -> str:
        return self.store.goods[sku].product_id

    def absent(self, id: str) -> str:
        """An id like this one that nothing here has: where ids are counted, the next one is somebody's."""
        taken = {id, *(one.product_id for one in self.store.goods.values())}
        taken |= {one.variant_id for one in self.store.goods.values()}
        return next(other for digit in "123456789" if (other := id[:-1] + digit) not in taken)

    async def stock(self, sku: str) -> int:
        return await self.bench.stock(self.store, self.variant(sku))

    async def item(self, sku: str) -> tuple[str, str]:
        """What its stock is kept under, and the location where it is."""
        product = only("products read", await self.client.read_products([self.product(sku)]))
        variant = only("variants of that SKU", [one for one in product.variants if one.id == self.variant(sku)])
        item_id = variant.item_id or variant.id
        levels = await self.client.read_levels([item_id])
        expect(levels, f"read_levels: nothing of {sku}, whose stock is counted")
        return item_id, levels[0].location_id

    # -- orders --

    def line(self, sku: str = "MUG-R", quantity: int = 2, price: str = "10.00", **changed: Any) -> DraftLine:
        self._drafts += 1
        goods = self.store.goods[sku]
        made = DraftLine(
            line_id=f"l{self._drafts}",
            title=goods.title,
            quantity=quantity,
            unit_price=usd(price),
            discount=usd("0"),
            product_id=goods.product_id,
            variant_id=goods.variant_id,
            sku=sku,
        )
        return replace(made, **changed)

    def draft(self, *lines: DraftLine, **changed: Any) -> VendorOrderDraft:
        """A paid order of two red mugs, or of `lines`, with a reference of its own and the total that they make."""
        self._drafts += 1
        goods = lines or (self.line(),)
        total = sum((one.unit_price.amount * one.quantity - one.discount.amount for one in goods), Decimal(0))
        made = VendorOrderDraft(
            reference=f"cd-7-{self._drafts}-1-1",
            order_name=f"#{1000 + self._drafts}",
            placed_at=self.now - timedelta(minutes=1),
            currency=CURRENCY,
            total=usd(total),
            lines=goods,
            financial_status=FinancialStatus.PAID,
            contact=Contact("Ada", "Lovelace", "ada@example.com", "+15185550100"),
            shipping_address=Address(**ADDRESS, province="New York", country="United States"),
        )
        return replace(made, **changed)

    async def placed(self, *lines: DraftLine, **changed: Any) -> RemoteVendorOrder:
        return await self.client.create_order(self.draft(*lines, **changed))

    async def shopped(self, sku: str = "MUG-R", quantity: int = 2, **changed: Any) -> dict[str, Any]:
        """A shopper's order in a merchant's store."""
        given = {
            "lines": [{"variant_id": self.variant(sku), "quantity": quantity, "price": "10.00"}],
            "shipping": [{"title": "Post", "price": "5.00"}],
            "customer": {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": ""},
            "shipping_address": ADDRESS,
            "billing_address": ADDRESS,
            "paid": True,
        }
        made = await self.act("place_order", **(given | changed))
        await self.bench.pass_time(5)
        return made

    # -- whole readings --

    async def changed_ours(self, since: datetime) -> list[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
        return await _whole(lambda cursor: self.client.changed_vendor_orders(since, cursor))

    async def changed_orders(self, since: datetime) -> list[Order]:
        return await _whole(lambda cursor: self.client.changed_orders(since, cursor))

    async def changed_products(self, since: datetime) -> list[Product]:
        return await _whole(lambda cursor: self.client.changed_products(since, cursor))

    async def catalogue(self, *, anew: bool = False) -> tuple[list[Product], list[Variant], list[CataloguePage]]:
        """Everything that a pass brings: products, variants apart or inside, and its pages. `anew`: another client for
        every page, as if each were read by another process."""
        pages: list[CataloguePage] = []
        cursor = ""
        while len(pages) < MOST_PAGES:
            client = self.speak() if anew else self.client
            page = await client.catalogue(cursor)
            pages.append(page)
            if page.wait > 0:
                await self.bench.pass_time(page.wait)
            cursor = page.cursor
            if not cursor:
                products = [one for each in pages for one in each.products]
                inside = [one for product in products for one in product.variants]
                return products, [*inside, *(one for each in pages for one in each.variants)], pages
        raise Broken(f"catalogue: no end after {MOST_PAGES} pages")


async def _whole(read: Any) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        page = await read(cursor)
        found += page.items
        cursor = page.cursor
        if not cursor:
            return found
    raise Broken(f"no end after {MOST_PAGES} pages")
