"""What only Vendure's orders do, against a real server. Not here: what every platform must do (tests/contract)."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from crossdock.connector.contract import Connection
from crossdock.connector.errors import AuthFailed, OutcomeUnknown, Rejected, Unavailable, Unsupported
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.connector.testing.desk import Desk, usd
from crossdock.core.orders import Address, FinancialStatus, ShippingLine
from crossdock.core.vendor_order import OrderChanges, VendorOrderDraft
from crossdock.platforms.vendure import auth, documents, orders, placing
from crossdock.platforms.vendure.catalog import PERMISSIONS
from crossdock.platforms.vendure.connecting import CONNECTING, KEY, LOGIN
from tests.platforms.vendure.admin import Admin
from tests.platforms.vendure.bench import VendureBench
from tests.stores.vendure_server import NAME, PASSWORD

WHOLE = """query($id:ID!){order(id:$id){
    state couponCodes totalWithTax surcharges{description priceWithTax}
    shippingLines{discountedPriceWithTax} shippingAddress{fullName city} customer{firstName emailAddress}
    payments{method transactionId amount state} lines{id quantity linePriceWithTax}
    history{items{type isPublic data}}}}"""


async def whole(desk: Desk, order_id: str) -> dict[str, Any]:
    """An order as the vendor sees it."""
    row: dict[str, Any] = (await admin(desk).ask(WHOLE, id=order_id))["order"]
    return row


def admin(desk: Desk) -> Any:
    return desk.bench._stores[desk.store.name].admin


def notes_of(row: dict[str, Any]) -> list[str]:
    return [one["data"]["note"] for one in row["history"]["items"] if one["type"] == "ORDER_NOTE"]


async def test_the_vendor_sees_the_marketplaces_price_and_the_buyers_name(desk: Desk) -> None:
    draft = desk.draft(desk.line("MUG-R", 2, "10.00"), total=usd("20.00"), note="ring twice")
    made = await desk.client.create_order(draft)
    row = await whole(desk, made.id)
    assert (row["state"], row["totalWithTax"], row["couponCodes"]) == ("PaymentSettled", 2000, [])
    assert row["lines"][0]["linePriceWithTax"] == 2400  # the store adds taxes to its price
    assert row["surcharges"] == [{"description": "Difference to the marketplace's price", "priceWithTax": -400}]
    assert row["payments"] == [
        {"method": "Marketplace", "transactionId": draft.reference, "amount": 2000, "state": "Settled"}
    ]
    assert row["customer"] == {"firstName": "Ada", "emailAddress": f"{draft.reference}@orders.crossdock.invalid"}
    (note,) = notes_of(row)
    assert "E-mail: ada@example.com\n" in note
    assert "Note: ring twice" in note
    assert [one["isPublic"] for one in row["history"]["items"] if one["type"] == "ORDER_NOTE"] == [False]


async def test_an_edit_rewrites_the_note_and_moves_the_parcel(desk: Desk) -> None:
    made = await desk.placed()
    moved = Address("Grace", "Hopper", address1="2 Low St", city="Buffalo", zip="14201", country_code="US")
    await desk.client.update_order(made.id, OrderChanges(email="grace@example.com", shipping_address=moved))
    row = await whole(desk, made.id)
    (note,) = notes_of(row)
    assert "E-mail: grace@example.com\n" in note
    assert row["shippingAddress"] == {"fullName": "Grace Hopper", "city": "Buffalo"}
    assert (row["state"], row["totalWithTax"]) == ("PaymentSettled", 2000)


async def test_an_unpaid_order_takes_stock_and_is_not_changed(desk: Desk) -> None:
    made = await desk.placed(financial_status=FinancialStatus.PENDING)
    assert (await whole(desk, made.id))["state"] == "ArrangingAdditionalPayment"
    assert (await whole(desk, made.id))["payments"] == []
    assert await desk.stock("MUG-R") == 498
    with pytest.raises(Unsupported) as caught:
        await desk.client.update_order(made.id, OrderChanges(shipping_address=Address("A", country_code="US")))
    assert "payment" in caught.value.words
    assert (await desk.client.mark_paid(made.id)).financial_status.paid
    assert (await whole(desk, made.id))["state"] == "PaymentSettled"


async def test_what_costs_nothing_is_paid(desk: Desk) -> None:
    since = desk.now - timedelta(minutes=5)
    made = await desk.placed(desk.line("MUG-R", 1, "0.00"))
    row = await whole(desk, made.id)
    assert (row["state"], row["totalWithTax"]) == ("PaymentSettled", 0)
    assert made.financial_status.paid
    assert [order.id for order, _ in await desk.changed_ours(since)] == [made.id]


async def test_lines_of_one_variant_are_dealt_out_again(desk: Desk) -> None:
    """Vendure makes one line of both; its parcels are the marketplace's lines again."""
    made = await desk.placed(desk.line("MUG-R", 1), desk.line("MUG-R", 2))
    (line,) = (await whole(desk, made.id))["lines"]
    assert (line["quantity"], [theirs for _, theirs in made.line_ids]) == (3, [f"{line['id']}.1", f"{line['id']}.2"])
    for quantity in (2, 1):
        await desk.act("fulfill_order", order_id=made.id, lines=[{"line_id": line["id"], "quantity": quantity}])
    parcels = await desk.client.read_fulfillments(made.id)
    dealt = [[(one.line_id.rpartition(".")[2], one.quantity) for one in parcel.lines] for parcel in parcels]
    assert dealt == [[("1", 1), ("2", 1)], [("2", 1)]]


async def test_a_second_parcel_is_listed_though_the_order_says_it_did_not_change(desk: Desk) -> None:
    """`updatedAt` stays; the history tells."""
    made = await desk.placed(desk.line("MUG-R", 3))
    line = (await whole(desk, made.id))["lines"][0]["id"]
    for number in ("N1", "N2"):
        await desk.bench.pass_time(3600)
        since = desk.now - timedelta(seconds=2)
        await desk.act(
            "fulfill_order",
            order_id=made.id,
            lines=[{"line_id": line, "quantity": 1}],
            tracking={"company": "DHL", "numbers": [number]},
        )
        listed = [parcels for order, parcels in await desk.changed_ours(since) if order.id == made.id]
        assert [one.tracking.numbers for one in listed[-1]][-1] == (number,)
        assert listed[-1][-1].tracking.company == "DHL"


async def test_many_pages_miss_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them placed within a moment or two."""
    since = desk.now - timedelta(minutes=1)
    made = [(await desk.placed(desk.line(quantity=1))).id for _ in range(7)]
    monkeypatch.setattr(orders, "PAGE", 2)
    assert sorted({order.id for order, _ in await desk.changed_ours(since)}, key=int) == made


async def test_what_is_refused_leaves_no_draft(desk: Desk) -> None:
    nowhere = replace(desk.draft().shipping_address or Address(), country_code="FR")
    refusals = {
        "INSUFFICIENT_STOCK_ERROR": desk.draft(desk.line("MUG-B", 8, "9.00")),
        "USER_INPUT_ERROR": desk.draft(shipping_address=nowhere),
        "no_products": desk.draft(desk.line(product_id="", variant_id="")),
        "currency": replace(desk.draft(), currency="EUR"),
    }
    for code, draft in refusals.items():
        with pytest.raises(Rejected) as caught:
            await desk.client.create_order(draft)
        assert (caught.value.code, bool(caught.value.words)) == (code, True)
    left = await admin(desk).ask("{orders{totalItems}}")
    assert left["orders"]["totalItems"] == 0
    assert await desk.stock("MUG-B") == 7


async def test_an_order_is_found_though_its_customer_was_deleted(desk: Desk) -> None:
    made = await desk.placed()
    (customer,) = (await admin(desk).ask("{customers{items{id}}}"))["customers"]["items"]
    await admin(desk).ask("mutation($id:ID!){deleteCustomer(id:$id){result}}", id=customer["id"])
    found = await desk.client.find_order(made.reference)
    assert found is not None
    assert found.id == made.id


class Dying:
    """`Http` on which a call that writes never arrives."""

    def __init__(self, http: Any, call: str) -> None:
        self.http, self.call = http, call

    async def send(self, request: Request) -> Response:
        if request.call == self.call and b"mutation" in request.body:
            raise NoAnswer("the server died")
        answer: Response = await self.http.send(request)
        return answer


@pytest.mark.parametrize("until", ["opened", "priced"])
@pytest.mark.parametrize("paid", [FinancialStatus.PAID, FinancialStatus.PENDING])
async def test_a_server_that_dies_while_it_places_leaves_what_the_next_attempt_finishes(
    desk: Desk, until: str, paid: FinancialStatus
) -> None:
    draft = desk.draft(financial_status=paid)
    with pytest.raises(OutcomeUnknown):
        await _cut(desk, draft, until)
    assert await desk.stock("MUG-R") == 498
    assert await desk.client.find_order(draft.reference) is None
    made = await desk.client.create_order(draft)
    assert (made.total, made.financial_status.paid) == (draft.total, paid is FinancialStatus.PAID)
    (seen,) = await desk.bench.orders(desk.store, draft.reference)
    assert (seen.id, await desk.stock("MUG-R")) == (made.id, 498)


async def _cut(desk: Desk, draft: VendorOrderDraft, until: str) -> None:
    """Only the steps of placing before `until` arrive."""
    api = desk.client.api
    true = documents.steps

    def cut(*parts: tuple[str, ...]) -> str:
        chosen = [step for part in parts for step in part]
        return true(tuple(chosen[: next(n for n, step in enumerate(chosen) if step.startswith(until))]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "steps", cut)
        await placing.create(api, draft)


async def test_a_draft_that_was_left_is_thrown_away(desk: Desk) -> None:
    draft = desk.draft()
    with pytest.raises(Unavailable):
        await desk.speak(Dying(desk.bench.http, "fillDraftOrder")).create_order(draft)
    with pytest.raises(OutcomeUnknown):
        await desk.speak(Dying(desk.bench.http, "createOrder")).create_order(draft)
    assert await desk.client.find_order(draft.reference) is None
    made = await desk.client.create_order(draft)
    rows = (await admin(desk).ask("{orders{items{id state}}}"))["orders"]["items"]
    assert rows == [{"id": made.id, "state": "PaymentSettled"}]


async def test_the_coupon_is_made_once_and_nobody_can_guess_it(desk: Desk) -> None:
    async def promotions() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await admin(desk).ask("{promotions{items{id enabled couponCode}}}"))[
            "promotions"
        ]["items"]
        return found

    assert (await desk.client.ensure_subscriptions("https://hub.test")).changed == ()
    (made,) = await promotions()
    assert len(made["couponCode"].removeprefix("CROSSDOCK-")) == 32
    await desk.client.remove_subscriptions()
    assert [one["enabled"] for one in await promotions()] == [False]
    await desk.client.create_order(desk.draft())  # put in force again by itself
    assert await promotions() == [made]
    assert (await desk.client.ensure_subscriptions("https://hub.test")).changed == ()


async def test_shipping_is_what_the_marketplace_took_for_it(desk: Desk) -> None:
    """By the store's own method, which asks nothing then."""
    post = ShippingLine("Post", usd("7.00"), usd("0"))
    made = await desk.placed(desk.line("TEE", 1, "24.00"), shipping_lines=(post,), total=usd("31.00"))
    row = await whole(desk, made.id)
    assert (row["totalWithTax"], row["lines"][0]["linePriceWithTax"]) == (3100, 2400)
    assert row["shippingLines"] == [{"discountedPriceWithTax": 0}]
    assert row["surcharges"] == [{"description": "Post", "priceWithTax": 700}]


async def test_every_way_to_connect_gives_credentials_that_work(bench: VendureBench, desk: Desk) -> None:
    """For the channel that they are of; the password is not kept."""
    given = await auth.log_in(bench.http, bench.server.url, name=f"{desk.store.name}@staff.test", password="pass word")
    assert (given["channel"], "password" in given) == (desk.store.connection.credentials["channel"], False)
    assert (await connected(desk, given).check()).name == desk.store.name
    with pytest.raises(AuthFailed):
        await auth.log_in(bench.http, bench.server.url, name=NAME, password=f"not {PASSWORD}")
    with pytest.raises(AuthFailed):
        await auth.with_key(bench.http, bench.server.url, key="no:key", channel=desk.store.name)
    assert [way.name for way in CONNECTING.ways] == [KEY.name, LOGIN.name]


def connected(desk: Desk, credentials: dict[str, Any]) -> Any:
    kept: Connection = desk.store.connection
    return desk.speak(connection=Connection(kept.store_id, kept.role, kept.domain, kept.base_url, credentials))


async def test_an_api_key_is_of_its_channel(bench: VendureBench, desk: Desk) -> None:
    channel = desk.store.connection.credentials["channel"]
    role = await role_of(desk, "CreateApiKey", *PERMISSIONS)
    staff = Admin(bench.http, bench.server.url)
    staff.channel = channel
    await staff.log_in(f"{desk.store.name}@staff.test", "pass word")
    document = """mutation($role:ID!){createApiKey(input:{
        roleIds:[$role],translations:[{languageCode:en,name:"k"}]}){apiKey}}"""
    key = (await staff.ask(document, role=role))["createApiKey"]["apiKey"]
    given = await auth.with_key(bench.http, bench.server.url, key=key, channel=channel)
    info = await connected(desk, given).check()
    assert (info.name, info.missing_scopes) == (desk.store.name, ())
    assert (await connected(desk, given).create_order(desk.draft())).total == usd("20.00")
    await role_of(desk, "ReadOrder", "ReadProduct", "ReadPromotion")
    info = await connected(desk, given).check()
    assert info.scopes == ("ReadOrder", "ReadProduct", "ReadPromotion")
    with pytest.raises(AuthFailed):
        await auth.with_key(bench.http, bench.server.url, key=key, channel="nowhere")


async def role_of(desk: Desk, *permissions: str) -> str:
    """The role of the store's staff, which may do so much from now on."""
    document = "query($code:String!){roles(options:{filter:{code:{eq:$code}}}){items{id}}}"
    (role,) = (await admin(desk).ask(document, code=desk.store.name))["roles"]["items"]
    document = f"mutation($id:ID!){{updateRole(input:{{id:$id,permissions:[{' '.join(permissions)}]}}){{id}}}}"
    await admin(desk).ask(document, id=role["id"])
    return str(role["id"])


async def test_a_role_that_is_allowed_too_little_is_told_by_name(desk: Desk) -> None:
    await role_of(desk, "ReadOrder", "ReadCatalog")
    info = await desk.client.check()
    assert "CreateOrder" in info.missing_scopes
    assert {"ReadOrder", "ReadProduct"} <= set(info.scopes)
