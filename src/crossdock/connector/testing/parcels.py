"""Rules about parcels: what the vendor ships is read, and written on the merchant's order once.

Not here: whose parcels go where (sync/kinds/fulfillment.py).
"""

from crossdock.connector.capabilities import Can
from crossdock.connector.contract import FulfillmentRequest, Role
from crossdock.connector.errors import OutcomeUnknown, Rejected
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.mishaps import Mishap
from crossdock.connector.testing.rules import expect, only, refused, rule, same
from crossdock.core.fulfillment import Fulfillment, FulfillmentStatus, Tracking

TRACKED = {"company": "UPS", "numbers": ["1Z999AA10123456784"], "urls": ["https://ups.example/1Z999AA10123456784"]}
TRACKING = Tracking("UPS", ("1Z999AA10123456784",), ("https://ups.example/1Z999AA10123456784",))
OTHER = Tracking("FedEx", ("770000000001",), ("https://fedex.example/770000000001",))
ROUTING = 30.0  # a platform may prepare for so long what a parcel is written against


@rule("create_order", "read_fulfillments", acts=("fulfill_order",))
async def what_the_vendor_ships_is_read(bench: Bench) -> None:
    """With its tracking number, the same by a direct read, with the order, and in the list of what changed."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    await bench.pass_time(ROUTING)
    same("parcels before", await desk.client.read_fulfillments(made.id), ())
    since = desk.now
    await desk.act("fulfill_order", order_id=made.id, tracking=TRACKED)
    await bench.pass_time(30)
    parcel = only("parcels read", await desk.client.read_fulfillments(made.id))
    same("its order", parcel.order_id, made.id)
    same("its state", parcel.status, FulfillmentStatus.SUCCESS)
    same("its numbers", parcel.tracking.numbers, TRACKING.numbers)
    _, with_order = await desk.client.read_vendor_order(made.id)
    same("the parcels read with the order", with_order, (parcel,))
    listed = [parcels for order, parcels in await desk.changed_ours(since) if order.id == made.id]
    same("the parcels listed", listed[-1:], [(parcel,)])
    if parcel.lines:
        theirs = dict(made.line_ids)
        expect({one.line_id for one in parcel.lines} <= set(theirs.values()), "a parcel names lines that are no lines")
        same("pieces in the parcel", sum(one.quantity for one in parcel.lines), 2)


@rule("create_order", "read_fulfillments", "partial_fulfillment", acts=("fulfill_order",))
async def parts_that_the_vendor_ships_are_read_apart(bench: Bench) -> None:
    """Two parcels of one order are two, each with its own number; where lines are told, each has its own."""
    desk = await Desk.open(bench, Role.VENDOR)
    lines = (desk.line("MUG-R", 1), desk.line("TEE", 1, "20.00"))
    made = await desk.placed(*lines)
    await bench.pass_time(ROUTING)
    theirs = dict(made.line_ids)
    numbers = []
    for number, line in enumerate(lines, 1):
        await desk.act(
            "fulfill_order",
            order_id=made.id,
            lines=[{"line_id": theirs[line.line_id], "quantity": 1}],
            tracking={"company": "UPS", "numbers": [f"N{number}"]},
        )
        await bench.pass_time(30)
        numbers.append(f"N{number}")
        parcels = await desk.client.read_fulfillments(made.id)
        found = sorted(each for one in parcels for each in one.tracking.numbers)
        whole = bench.platform.capabilities.partial_fulfillment.can is Can.YES
        same("numbers read", found, numbers if whole else found and [*found[:-1], numbers[-1]])
    told = [one.line_id for parcel in await desk.client.read_fulfillments(made.id) for one in parcel.lines]
    expect(not told or sorted(told) == sorted(theirs.values()), f"the parcels name lines {told}, the order {theirs}")


@rule("create_order", "read_fulfillments", "cancel_fulfillment", acts=("fulfill_order", "cancel_fulfillment"))
async def a_parcel_that_the_vendor_takes_back_is_no_longer_shipped(bench: Bench) -> None:
    """It is told as cancelled, or no longer told."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    await bench.pass_time(ROUTING)
    shipped = await desk.act("fulfill_order", order_id=made.id, tracking=TRACKED)
    await bench.pass_time(30)
    await desk.act("cancel_fulfillment", fulfillment_id=shipped["fulfillment_id"])
    await bench.pass_time(30)
    left = [one for one in await desk.client.read_fulfillments(made.id) if one.status is FulfillmentStatus.SUCCESS]
    same("parcels that are shipped", left, [])


# -- the merchant's store --


@rule("write_fulfillments", role=Role.MERCHANT, acts=("place_order",))
async def a_parcel_is_written_once_and_read_again(bench: Bench) -> None:
    """With its lines and tracking; not more than is left to ship."""
    desk = await Desk.open(bench, Role.MERCHANT)
    request = await _request(desk)
    written = await desk.client.create_fulfillment(request)
    same("its order", written.order_id, request.order_id)
    same("its state", written.status, FulfillmentStatus.SUCCESS)
    same("its lines", tuple((one.line_id, one.quantity) for one in written.lines), request.lines)
    same("its numbers", written.tracking.numbers, TRACKING.numbers)
    read = only("parcels read", await desk.client.read_fulfillments(request.order_id))
    same("the parcel, read", (read.id, read.lines, read.tracking), (written.id, written.lines, written.tracking))
    error = await refused(Rejected, "the same parcel again", desk.client.create_fulfillment(request))
    same("the code of the refusal", error.code, "quantity")
    same("parcels that stand", await _standing(desk, request.order_id), [written.id])
    expect((await bench.order(desk.store, request.order_id)).parcels <= 1, "two parcels in the store")


@rule("write_fulfillments", "partial_fulfillment", role=Role.MERCHANT, acts=("place_order",))
async def parcels_of_several_vendors_stand_side_by_side(bench: Bench) -> None:
    """One line each, then no more."""
    desk = await Desk.open(bench, Role.MERCHANT)
    lines = [{"variant_id": desk.variant(sku), "quantity": 2, "price": "10.00"} for sku in ("MUG-R", "TEE")]
    made = await desk.shopped(lines=lines)
    await bench.pass_time(ROUTING)
    written = []
    for number, line_id in enumerate(made["line_ids"], 1):
        for quantity in (1, 1):
            one = FulfillmentRequest(made["order_id"], ((line_id, quantity),), Tracking("UPS", (f"N{number}",)))
            written.append(await desk.client.create_fulfillment(one))
    same("parcels written", len({one.id for one in written}), 4)
    read = await desk.client.read_fulfillments(made["order_id"])
    same("parcels read", sorted(_of(one) for one in read), sorted(_of(one) for one in written))
    more = FulfillmentRequest(made["order_id"], ((made["line_ids"][0], 1),))
    error = await refused(Rejected, "one too many", desk.client.create_fulfillment(more))
    same("the code of one too many", error.code, "quantity")


def _of(parcel: Fulfillment) -> tuple[str, list[tuple[str, int]], tuple[str, ...]]:
    return parcel.id, sorted((one.line_id, one.quantity) for one in parcel.lines), parcel.tracking.numbers


@rule("write_fulfillments", "edit_tracking", role=Role.MERCHANT, acts=("place_order",))
async def tracking_is_replaced(bench: Bench) -> None:
    """Twice the same is once."""
    desk = await Desk.open(bench, Role.MERCHANT)
    request = await _request(desk)
    written = await desk.client.create_fulfillment(request)
    for _ in range(2):
        told = await desk.client.update_tracking(written.id, OTHER)
        same("the tracking answered", (told.id, told.tracking.numbers), (written.id, OTHER.numbers))
    read = only("parcels read", await desk.client.read_fulfillments(request.order_id))
    same("the tracking read", (read.tracking.company, read.tracking.numbers), (OTHER.company, OTHER.numbers))


@rule("write_fulfillments", "cancel_fulfillment", role=Role.MERCHANT, acts=("place_order",))
async def a_parcel_is_taken_back_and_written_anew(bench: Bench) -> None:
    """Taking back twice is once; what was in it can be shipped again."""
    desk = await Desk.open(bench, Role.MERCHANT)
    request = await _request(desk)
    written = await desk.client.create_fulfillment(request)
    for _ in range(2):
        await desk.client.cancel_fulfillment(written.id)
    await bench.pass_time(ROUTING)
    same("parcels that stand", await _standing(desk, request.order_id), [])
    anew = await desk.client.create_fulfillment(request)
    same("parcels that stand", await _standing(desk, request.order_id), [anew.id])


@rule("write_fulfillments", role=Role.MERCHANT, acts=("place_order",))
async def a_parcel_whose_answer_was_lost_is_seen_by_a_read(bench: Bench) -> None:
    """Whichever request of it fails: an unknown outcome is told as such, and a read tells what became of it."""
    desk = await Desk.open(bench, Role.MERCHANT)
    for mishap in (Mishap.LOST, Mishap.NEVER, Mishap.BROKEN):
        for at in range(1, 9):
            request = await _request(desk)
            desk.wire.begin(mishap, at)
            error: Exception | None = None
            try:
                await desk.client.create_fulfillment(request)
            except Exception as caught:  # noqa: BLE001 (which one it is, is what is looked at)
                error = caught
            struck = desk.wire.struck
            desk.wire.begin()
            if not struck:
                break
            await bench.pass_time(5)
            there = len(await _standing(desk, request.order_id))
            what = f"request {at} met {mishap}: {type(error).__name__}"
            stored = (await bench.order(desk.store, request.order_id)).parcels
            expect(stored <= there, f"{what}; {there} parcels read, {stored} in the store")
            expect(there <= 1, f"{what}; {there} parcels")
            expect(error is not None or there == 1, f"{what}; success, and no parcel")
            expect(there == 0 or isinstance(error, OutcomeUnknown | None), f"{what}, and the parcel is there")


async def _request(desk: Desk) -> FulfillmentRequest:
    made = await desk.shopped()
    await desk.bench.pass_time(ROUTING)
    return FulfillmentRequest(made["order_id"], ((made["line_ids"][0], 2),), TRACKING)


async def _standing(desk: Desk, order_id: str) -> list[str]:
    read = await desk.client.read_fulfillments(order_id)
    return [one.id for one in read if one.status is FulfillmentStatus.SUCCESS]
