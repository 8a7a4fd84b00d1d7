"""Rows for tests: a small marketplace, made directly. Not here: operations, which these tests are about."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.db.models import QuerySet

from crossdock.core.catalog import Option, Product, Variant
from crossdock.core.decision import PushFacts, decide
from crossdock.core.money import Money
from crossdock.core.orders import Address, Contact, FinancialStatus, Order, OrderLine
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.models import (
    Call,
    Level,
    Listing,
    Marketplace,
    MerchantOrder,
    Parcel,
    Store,
    StoreProduct,
    StoreVariant,
    Sweep,
    VariantLink,
    Vendor,
    VendorOrder,
)
from crossdock.models.seal import Ring
from crossdock.operations.people import create_marketplace
from crossdock.operations.vendors import add_vendor

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_count = itertools.count(1)


def later(**parts: float) -> datetime:
    return NOW + timedelta(**parts)


def marketplace(slug: str = "harbour") -> Marketplace:
    return create_marketplace(name=slug.title(), slug=slug, now=NOW)


def vendor(place: Marketplace, name: str = "Oak & Iron") -> Vendor:
    return add_vendor(marketplace=place, name=name, now=NOW)


def store(place: Marketplace, owner: Vendor | None = None, **values: Any) -> Store:
    number = next(_count)
    defaults: dict[str, Any] = {
        "marketplace": place,
        "vendor": owner,
        "platform": "shopify",
        "domain": f"shop-{number}.myshopify.com",
        "base_url": f"https://shop-{number}.myshopify.com",
        "currency": "EUR",
        "state": Store.State.CONNECTED,
        "state_at": NOW,
        "sealed": Ring.from_settings().seal(b"{}"),
        "hook_key": f"hook-{number}",
        "created_at": NOW,
    }
    made = Store.objects.create(**(defaults | values))
    Sweep.objects.create(store=made, kind="vendor_orders" if owner else "orders", since=NOW)
    return made


def call(of: Store, **values: Any) -> Call:
    defaults: dict[str, Any] = {
        "marketplace_id": of.marketplace_id, "store_id": of.pk, "at": NOW, "came": False, "call": "create_order",
        "method": "POST", "path": "/orders", "status": 200, "outcome": "done", "words": "", "took": 120,
        "kind": "sweep", "ref": None, "remote_id": "", "sent_size": 12, "got_size": 10,
        "sent": '{"sku":"OAK"}', "got": '{"id":1}',
    }  # fmt: skip
    return Call.objects.create(**(defaults | values))


def core_order(number: int, *, quantity: int = 2) -> Order:
    line = OrderLine(
        id=f"{number}01", title="Oak stool", quantity=quantity, ordered_quantity=quantity,
        unit_price=Money(Decimal("20.00"), "EUR"), discount=Money.zero("EUR"),
    )  # fmt: skip
    return Order(
        id=str(number), name=f"#{number}", placed_at=NOW, updated_at=NOW, currency="EUR",
        total=Money(Decimal("40.00"), "EUR"), lines=(line,), financial_status=FinancialStatus.PENDING,
        contact=Contact(first_name="Ada", last_name="Lind", email="ada@example.com"),
        shipping_address=Address(first_name="Ada", last_name="Lind", city="Malmö", country_code="SE"),
    )  # fmt: skip


def order(shop: Store, number: int | None = None, **values: Any) -> MerchantOrder:
    number = number or 1000 + next(_count)
    seen = core_order(number)
    defaults: dict[str, Any] = {
        "marketplace": shop.marketplace,
        "store": shop,
        "remote_id": seen.id,
        "name": seen.name,
        "version": 1,
        "sealed": Ring.from_settings().seal(msgspec.json.encode(seen)),
        "placed_at": NOW,
        "financial_status": "pending",
        "total": Decimal("40.00"),
        "currency": "EUR",
        "seen_at": NOW,
    }
    return MerchantOrder.objects.create(**(defaults | values))


def trace(**facts: Any) -> tuple[str, str, list[dict[str, Any]]]:
    """State, reason and trace as core decides on a paid, linked order of a connected vendor, but for `facts`."""
    usual: dict[str, Any] = {
        "add_on_active": True, "order_sync": True, "vendor_has_store": True, "store_state": "connected",
        "cancelled": False, "paid_only": True, "financial_status": FinancialStatus.PAID, "paid": True,
        "push_unsynced": False, "lines_linked": 1, "lines_unlinked": 0, "total": Decimal("40.00"), "quantity": 2,
    }  # fmt: skip
    decision = decide(PushFacts(**(usual | facts)))
    kind = type(decision).__name__
    state = {"Push": "ready", "Hold": "held", "Manual": "manual"}[kind]
    return state, getattr(decision, "reason", ""), msgspec.to_builtins(decision.trace)


UNPAID: dict[str, Any] = {"financial_status": FinancialStatus.PENDING, "paid": False}


def vendor_order(
    of: MerchantOrder, owner: Vendor, *, facts: dict[str, Any] | None = None, **values: Any
) -> VendorOrder:
    state, reason, seen = trace(**(facts or {}))
    line = DraftLine(
        line_id=f"{of.remote_id}01", title="Oak stool", quantity=2,
        unit_price=Money(Decimal("20.00"), "EUR"), discount=Money.zero("EUR"),
    )  # fmt: skip
    part = values.get("part", 1)
    reference = f"cd-{of.marketplace_id}-{of.remote_id}-{owner.pk}-{part}"
    draft = VendorOrderDraft(
        reference=reference, order_name=of.name, placed_at=NOW, currency="EUR", total=Money(Decimal("40.00"), "EUR"),
        lines=(line,), financial_status=FinancialStatus.PENDING, contact=Contact(first_name="Ada", last_name="Lind"),
    )  # fmt: skip
    defaults: dict[str, Any] = {
        "marketplace": of.marketplace, "order": of, "vendor": owner, "store": owner.stores.first(), "part": part,
        "reference": reference, "state": state, "reason": reason, "trace": seen,
        "sealed": Ring.from_settings().seal(msgspec.json.encode(draft)),
        "total": Decimal("40.00"), "currency": "EUR", "quantity": 2, "created_at": NOW,
    }  # fmt: skip
    return VendorOrder.objects.create(**(defaults | values))


def parcel(of: VendorOrder, **values: Any) -> Parcel:
    """A parcel that was written by hand."""
    defaults: dict[str, Any] = {
        "vendor_order": of, "order": of.order, "remote_id": "hand:1", "status": "success", "shipped_at": NOW,
        "lines": [[f"{of.order.remote_id}01", 1]], "state": "ready",
    }  # fmt: skip
    return Parcel.objects.create(**(defaults | values))


def product(shop: Store, number: int, *, title: str = "", variants: int = 1, **values: Any) -> StoreProduct:
    """A product of a store with its variants, as last read; ten of each are available."""
    at, title = values.pop("seen_at", NOW), title or f"Stool {number}"
    options = (Option("Size", tuple(f"S{each}" for each in range(variants))),) if variants > 1 else ()
    whole = Product(id=f"{number}", title=title, updated_at=NOW, options=options)
    rows_of_it = [
        Variant(
            id=f"{number}{each:02}", product_id=f"{number}", options=(f"S{each}",) if options else (),
            sku=f"SKU-{number}-{each}", price=Decimal("20.00"), item_id=f"9{number}{each:02}", available=10,
        )
        for each in range(variants)
    ]  # fmt: skip
    for one in rows_of_it:
        StoreVariant.objects.create(
            store=shop, marketplace_id=shop.marketplace_id, product_id=whole.id, variant_id=one.id, sku=one.sku,
            title=f"{title} - {one.title}" if one.title else title, item_id=one.item_id, available=10, level_at=NOW,
            data=msgspec.json.encode(one), seen_at=at,
        )  # fmt: skip
    defaults: dict[str, Any] = {
        "store": shop, "marketplace_id": shop.marketplace_id, "product_id": whole.id, "title": title,
        "status": "active", "data": msgspec.json.encode(whole), "seen_at": at,
    }  # fmt: skip
    return StoreProduct.objects.create(**(defaults | values))


def listing(of: StoreProduct, *, merchant: Store | None = None, **values: Any) -> Listing:
    """A live listing of a product (with `merchant`: its product, links and levels too)."""
    there = f"7{of.product_id}"
    defaults: dict[str, Any] = {
        "marketplace_id": of.marketplace_id, "vendor_id": of.store.vendor_id, "store": of.store,
        "product_id": of.product_id, "origin": "added", "state": "live", "merchant_product_id": there,
        "reference": f"ref-{of.pk}", "created_at": NOW, "live_at": NOW, "wanted": 1, "done": 1,
    }  # fmt: skip
    made = Listing.objects.create(**(defaults | values))
    if merchant is not None:
        theirs = product(merchant, int(there), title=of.title, variants=_variants_of(of).count())
        for one, ours in zip(_variants_of(of), _variants_of(theirs), strict=True):
            _linked(made, one, ours)
    return made


def _variants_of(of: StoreProduct) -> QuerySet[StoreVariant]:
    return StoreVariant.objects.filter(store=of.store, product_id=of.product_id).order_by("variant_id")


def _linked(of: Listing, theirs: StoreVariant, ours: StoreVariant) -> Level:
    link = VariantLink.objects.create(
        marketplace_id=of.marketplace_id, vendor_id=of.vendor_id, listing=of, made_by="listing", made_at=NOW,
        merchant_product_id=ours.product_id, merchant_variant_id=ours.variant_id,
        vendor_product_id=theirs.product_id, vendor_variant_id=theirs.variant_id,
    )  # fmt: skip
    return Level.objects.create(
        link=link, marketplace_id=of.marketplace_id, vendor_id=of.vendor_id, store=theirs.store, item_id=ours.item_id,
        vendor_variant_id=theirs.variant_id, merchant_variant_id=ours.variant_id, location_id="1",
        merchant_available=10, merchant_at=NOW, target=10, wanted=1, done=1,
    )  # fmt: skip
