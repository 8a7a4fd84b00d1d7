"""Rules about ending up where nothing is left to do: a listing that follows its vendor, parcels carried over.

Plans are core's; what is read after they were carried out must plan nothing. Vendor orders: edits.py. Not here: the
engine's way of carrying plans out (sync/).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from crossdock.connector.contract import FulfillmentRequest, Role
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import CURRENCY, Desk
from crossdock.connector.testing.listings import carried_out
from crossdock.connector.testing.parcels import OTHER, ROUTING, TRACKING
from crossdock.connector.testing.rules import expect, only, rule, same
from crossdock.core.catalog import Option, Product, ProductStatus, Variant
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.listing import ListingAction
from crossdock.core.listing_answer import answered
from crossdock.core.listing_case import Link, ListingCase
from crossdock.core.listing_plan import plan_listing
from crossdock.core.listing_policy import ListingPolicy, NewStatus
from crossdock.core.listing_shape import Limits
from crossdock.core.listing_written import Written
from crossdock.core.plan import CancelFulfillment, CreateFulfillment, ParcelSeen, UpdateTracking, plan_parcels

POLICY = ListingPolicy(new_status=NewStatus.AS_VENDOR, price_factor=Decimal("1.1"))


class Listing:
    """One listing in a merchant's store, and what is remembered of it."""

    def __init__(self, desk: Desk, place: str, vendor: Product) -> None:
        self.desk, self.place, self.vendor = desk, place, vendor
        self.product_id = ""
        self.links: dict[str, Link] = {}
        self.written, self.taken = Written(), tuple[str, ...]()

    async def round(self) -> tuple[ListingAction, ...]:
        """Plan, read if the plan wants it, carry out, remember; what was done."""
        case = self._case(None)
        plan = plan_listing(case)
        if plan.needs_read:
            case = self._case(await self._read())
            plan = plan_listing(case)
        self.taken = plan.taken
        self._join(plan.links)
        for merchant_id in plan.parted:
            self.links[merchant_id] = replace(self.links[merchant_id], ended=True)
        self.written = plan.written
        for action in plan.actions:
            made = await carried_out(self.desk, action)
            self.product_id = self.product_id or made.id
            answer = answered(case, self.written, action, await self._read())
            self.written = answer.written
            self._join(answer.links)
        return plan.actions

    def _join(self, links: Sequence[tuple[str, str]]) -> None:
        for vendor_id, merchant_id in links:
            self.links[merchant_id] = Link(vendor_id, merchant_id)

    async def _read(self) -> Product:
        await self.desk.bench.pass_time(2)
        return only("products read", await self.desk.client.read_products([self.product_id]))

    def _case(self, merchant: Product | None) -> ListingCase:
        told = self.desk.bench.platform.capabilities
        return ListingCase(
            reference="cd-7-1-1",
            vendor=self.vendor,
            policy=POLICY,
            currency=CURRENCY,
            merchant_product_id=self.product_id,
            merchant=merchant,
            links=tuple(self.links.values()),
            written=self.written,
            taken=self.taken,
            limits=Limits(told.most_variants, told.most_options),
            location_id=self.place,
        )

    async def settled(self, what: str) -> None:
        """A round that does something, and one that has nothing left to do, even with the product read anew."""
        expect(await self.round(), f"{what}: nothing was planned")
        left = plan_listing(self._case(await self._read()))
        same(f"{what}: what a second plan would do", (left.needs_read, left.actions), (False, ()))
        same(f"{what}: what became the merchant's", left.taken, ())


@rule("write_listings", role=Role.MERCHANT)
async def a_listing_that_follows_its_vendor_settles(bench: Bench) -> None:
    """Made, then after each change of the vendor's product made equal: texts, prices, codes, variants that come, go and
    are named anew, on sale and off. What is read afterwards plans nothing, and nothing counts as edited by the
    merchant."""
    desk = await Desk.open(bench, Role.MERCHANT)
    place = (await desk.client.check()).default_location_id
    small, large = _variant("v1", "S", "5.00"), _variant("v2", "L", "6.10")
    listing = Listing(desk, place, _vendor(desk, small, large))
    await listing.settled("a new listing")
    steps: dict[str, dict[str, Any]] = {
        "another title": {"title": "Dish & “Plate”", "html": "<p>For <b>rice</b></p>"},
        "other prices": {"variants": (replace(small, price=Decimal("5.55")), replace(large, compare_at=Decimal(9)))},
        "codes": {"variants": (replace(small, barcode="5901234123457", grams=Decimal(250)), large)},
        "tags": {"tags": ("clay", "blue glaze"), "product_type": "Bowls"},
        "a new variant": {"variants": (small, large, _variant("v3", "M", "5.80"))},
        "a variant less": {"variants": (small, large)},
        "a value named anew": {"variants": (replace(small, options=("Small",)), large)},
        "off sale": {"status": ProductStatus.DRAFT},
        "on sale again": {"status": ProductStatus.ACTIVE},
    }
    for what, changed in steps.items():
        told = replace(listing.vendor, **changed)
        values = tuple(one.options[0] for one in told.variants)
        listing.vendor = replace(told, options=(Option("Size", values),))
        await listing.settled(what)


def _variant(id: str, size: str, price: str) -> Variant:
    return Variant(id, "p1", options=(size,), sku=f"SKU-{id}", price=Decimal(price), available=3)


def _vendor(desk: Desk, *variants: Variant) -> Product:
    return Product(
        "p1",
        "Bowl",
        desk.now,
        vendor_name="Clay & Co",
        html="<p>For soup</p>",
        tags=("clay",),
        options=(Option("Size", tuple(one.options[0] for one in variants)),),
        variants=variants,
    )


@rule("write_fulfillments", role=Role.MERCHANT, acts=("place_order",))
async def parcels_that_were_carried_over_settle(bench: Bench) -> None:
    """Written, given other tracking, taken back: after each step what is read plans nothing more."""
    desk = await Desk.open(bench, Role.MERCHANT)
    made = await desk.shopped()
    await bench.pass_time(ROUTING)
    order_id, lines = made["order_id"], ((made["line_ids"][0], 2),)
    parcel = ParcelSeen(parcel="p1", state="ready", status=FulfillmentStatus.SUCCESS, lines=lines, tracking=TRACKING)
    create = only("steps planned", plan_parcels(order_id, [parcel]).actions)
    expect(isinstance(create, CreateFulfillment), f"planned {create}")
    written = await desk.client.create_fulfillment(FulfillmentRequest(order_id, lines, TRACKING))
    parcel = replace(parcel, state="linked", merchant_id=written.id, sent_tracking=await _tracking(desk, order_id))
    same("what a second plan would do", plan_parcels(order_id, [parcel]).actions, ())
    told = bench.platform.capabilities
    if told.edit_tracking.can != "no":
        parcel = replace(parcel, tracking=OTHER)
        update = only("steps planned", plan_parcels(order_id, [parcel]).actions)
        expect(isinstance(update, UpdateTracking), f"planned {update}")
        await desk.client.update_tracking(written.id, OTHER)
        parcel = replace(parcel, sent_tracking=await _tracking(desk, order_id))
        same("what a plan would do after other tracking", plan_parcels(order_id, [parcel]).actions, ())
    if told.cancel_fulfillment.can != "no":
        parcel = replace(parcel, status=FulfillmentStatus.CANCELLED)
        cancel = only("steps planned", plan_parcels(order_id, [parcel]).actions)
        expect(isinstance(cancel, CancelFulfillment), f"planned {cancel}")
        await desk.client.cancel_fulfillment(written.id)
        same("parcels that stand", await _standing(desk, order_id), 0)


async def _tracking(desk: Desk, order_id: str) -> Tracking:
    read = only("parcels read", await desk.client.read_fulfillments(order_id))
    return read.tracking


async def _standing(desk: Desk, order_id: str) -> int:
    read = await desk.client.read_fulfillments(order_id)
    return len([one for one in read if one.status is FulfillmentStatus.SUCCESS])
