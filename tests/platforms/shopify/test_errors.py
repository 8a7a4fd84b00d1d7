"""Every answer a store may give, and which of the seven errors it is."""

from typing import Any

import pytest

from crossdock.connector.errors import (
    AuthFailed,
    ConnectorError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from crossdock.connector.http import NoAnswer, NotSent
from tests.platforms.shopify.scripted import (
    Script,
    cost,
    created,
    data,
    draft,
    failed,
    ok,
    reply,
    store,
    user_error,
    vendor_order,
)

UNAUTHORISED = {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
INTERNAL = failed("Internal error", "INTERNAL_SERVER_ERROR", data=None)
ERRORS: list[tuple[Any, type[ConnectorError], type[ConnectorError]]] = [
    # what comes back, on a write, on a read
    (NotSent("refused"), Unavailable, Unavailable),
    (NoAnswer("time-out"), OutcomeUnknown, Unavailable),
    (reply(401, UNAUTHORISED), AuthFailed, AuthFailed),
    (reply(403, {"errors": "Non-expiring access tokens are no longer accepted"}), AuthFailed, AuthFailed),
    (reply(402, {"errors": "Unavailable Shop"}), Unavailable, Unavailable),
    (reply(404, {"errors": "Not Found"}), AuthFailed, AuthFailed),
    (reply(423, {"errors": "locked"}), Unavailable, Unavailable),
    (reply(429, retry_after="3.0"), RateLimited, RateLimited),
    (reply(430), Unavailable, Unavailable),
    (reply(301, location="https://elsewhere.example"), Unavailable, Unavailable),
    (reply(500), OutcomeUnknown, Unavailable),
    (reply(502), OutcomeUnknown, Unavailable),
    (reply(503), OutcomeUnknown, Unavailable),
    (reply(400, {"errors": "bad"}), Rejected, Rejected),
    (ok(failed("Throttled", "THROTTLED", extensions=cost(available=2))), RateLimited, RateLimited),
    (ok(failed("Query cost is 1752", "MAX_COST_EXCEEDED")), Rejected, Rejected),
    (ok(failed("Access denied for x field", "ACCESS_DENIED", data={"orderCreate": None})), AuthFailed, AuthFailed),
    (ok(failed("invalid id", "RESOURCE_NOT_FOUND", data=None)), Rejected, Gone),
    (ok(failed("Variable $input", "INVALID_VARIABLE")), Rejected, Rejected),
    (ok(failed("Field 'x' doesn't exist", "undefinedField")), Rejected, Rejected),
    (ok(failed("The input array size of 251", "MAX_INPUT_SIZE_EXCEEDED")), Rejected, Rejected),
    (ok(INTERNAL), OutcomeUnknown, Unavailable),
    (ok(failed("Something new", "BRAND_NEW", data=None)), OutcomeUnknown, Unavailable),
    (ok({"data": None}), OutcomeUnknown, Unavailable),
    (ok({"data": {"orderCreate": {"order": 7}, "orderByIdentifier": 7}}), OutcomeUnknown, Unavailable),
    (reply(200, "not an object"), OutcomeUnknown, Unavailable),
    (reply(200), OutcomeUnknown, Unavailable),
]


@pytest.mark.parametrize(("answer", "on_write", "on_read"), ERRORS)
async def test_the_table(answer: Any, on_write: type[ConnectorError], on_read: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as write:
        await store(Script(answer)).create_order(draft())
    assert type(write.value) is on_write
    with pytest.raises(ConnectorError) as read:
        await store(Script(answer)).find_order("cd-1-2-3-1")
    assert type(read.value) is on_read


async def test_a_write_that_was_done_but_whose_result_may_not_be_read_is_not_called_undone() -> None:
    answer = failed(
        "Access denied for customer field", "ACCESS_DENIED", data={"orderCreate": {"order": None, "userErrors": []}}
    )
    with pytest.raises(OutcomeUnknown):
        await store(Script(ok(answer))).create_order(draft())


async def test_a_throttle_says_how_long() -> None:
    with pytest.raises(RateLimited) as error:
        await store(Script(failed("Throttled", "THROTTLED", extensions=cost(requested=250, available=50)))).find_order(
            "r"
        )
    assert error.value.retry_after == pytest.approx(2.0)


@pytest.mark.parametrize(("header", "seconds"), [("3.0", 3.0), ("", 2.0), ("soon", 2.0)])
async def test_a_429_says_how_long(header: str, seconds: float) -> None:
    with pytest.raises(RateLimited) as error:
        await store(Script(reply(429, retry_after=header))).find_order("r")
    assert error.value.retry_after == seconds


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (user_error("Order Line items is invalid", "order"), Rejected, ""),
        (user_error("No inventory", "order", code="INVENTORY_CLAIM_FAILED"), Rejected, "INVENTORY_CLAIM_FAILED"),
        (user_error("Too many attempts. Please try again later."), RateLimited, None),
        (user_error("Shop is dormant", code="SHOP_DORMANT"), Unavailable, None),
        (user_error("Value must be unique", "order", "metafields", "0", "value"), Rejected, "reference_taken"),
        (user_error("Variant does not exist", "order", "lineItems"), Rejected, "not_found"),
    ],
)
async def test_user_errors(said: dict[str, Any], kind: type[ConnectorError], code: str | None) -> None:
    with pytest.raises(kind) as error:
        await store(Script(created(None, said))).create_order(draft())
    assert said["message"] in error.value.words
    if code is not None:
        assert isinstance(error.value, Rejected)
        assert error.value.code == code


async def test_errors_name_the_call_and_the_store_s_request_but_never_the_token() -> None:
    script = Script(reply(500, {"errors": "x"}, x_request_id="req-1"))
    with pytest.raises(OutcomeUnknown) as error:
        await store(script, access_token="shpat_secret").create_order(draft())
    assert (error.value.call, error.value.status, error.value.request_id) == ("CreateOrder", 500, "req-1")
    assert "shpat_secret" not in repr(error.value)
    assert script.requests[0].headers["x-shopify-access-token"] == "shpat_secret"


async def test_neither_an_order_nor_an_error_is_an_unknown_outcome() -> None:
    with pytest.raises(OutcomeUnknown):
        await store(Script(created(None))).create_order(draft())


async def test_the_answer_pairs_our_lines_and_carries_the_store_s_total() -> None:
    made = await store(Script(created(vendor_order(total="19.5")))).create_order(draft())
    assert made.id == "501"
    assert made.line_ids == (("11", "91"),)
    assert made.total is not None
    assert str(made.total.amount) == "19.5"


async def test_lines_past_the_first_page_are_paired_too_and_a_failed_read_of_them_leaves_the_outcome_open() -> None:
    page = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "c"}}
    more = data(order={"lineItems": vendor_order()["lineItems"]})
    made = await store(Script(created(vendor_order(lineItems=page)), more)).create_order(draft())
    assert made.line_ids == (("11", "91"),)
    with pytest.raises(OutcomeUnknown):
        await store(Script(created(vendor_order(lineItems=page)), reply(503))).create_order(draft())
