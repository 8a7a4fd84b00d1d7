"""A transport that answers from a script, for the answers that a sandbox would only give by chance."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from crossdock.connector.contract import Connection, Role
from crossdock.connector.http import Request, Response
from crossdock.core.money import Money
from crossdock.core.orders import Contact, FinancialStatus
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.platforms.shopify.platform import PLATFORM
from crossdock.platforms.shopify.store import ShopifyStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DOMAIN = "acme.myshopify.com"


class Noon:
    """A `Clock` that stands still."""

    def __call__(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here should wait {seconds} s")


Answer = Response | Exception | dict[str, Any] | Callable[[dict[str, Any]], Any]


class Script:
    """`Http` that gives the next answer of `answers` to each request and keeps what was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The bodies sent so far, decoded."""
        return [msgspec.json.decode(request.body) for request in self.requests]

    async def send(self, request: Request) -> Response:
        self.requests.append(request)
        assert self.answers, f"nothing is scripted for {request.call}"
        answer = self.answers.pop(0)
        if callable(answer):
            answer = answer(msgspec.json.decode(request.body))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Response) else ok(answer)


def ok(body: dict[str, Any], **headers: str) -> Response:
    return reply(200, body, **headers)


def reply(status: int, body: Any = None, **headers: str) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, given, b"" if body is None else msgspec.json.encode(body))


def data(**fields: Any) -> dict[str, Any]:
    return {"data": fields, "extensions": cost()}


def failed(message: str, code: str, **more: Any) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}}], **more}


def cost(requested: float = 10, available: float = 1990, maximum: float = 2000, rate: float = 100) -> dict[str, Any]:
    status = {"maximumAvailable": maximum, "currentlyAvailable": available, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": requested, "throttleStatus": status}}


def store(script: Script, role: Role = Role.VENDOR, **credentials: str) -> ShopifyStore:
    connection = Connection(1, role, DOMAIN, f"https://{DOMAIN}", {"mode": "token", "access_token": "t", **credentials})
    return PLATFORM.client(connection, script, now=Noon())


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def draft(*lines: DraftLine, **changed: Any) -> VendorOrderDraft:
    given = {
        "reference": "cd-1-2-3-1",
        "order_name": "#1001",
        "placed_at": NOW,
        "currency": "USD",
        "total": usd("20.00"),
        "lines": lines or (line(),),
        "financial_status": FinancialStatus.PAID,
        "contact": Contact("Ada", "Lovelace", "ada@example.com", ""),
    }
    return VendorOrderDraft(**(given | changed))


def line(line_id: str = "11", **changed: Any) -> DraftLine:
    given = {
        "line_id": line_id,
        "title": "Mug",
        "quantity": 2,
        "unit_price": usd("10.00"),
        "discount": usd("0.00"),
        "variant_id": "77",
    }
    return DraftLine(**(given | changed))


def vendor_order(number: str = "501", total: str = "20.0", **changed: Any) -> dict[str, Any]:
    """An Order as the VendorOrder fragment asks for it."""
    given = {
        "id": f"gid://shopify/Order/{number}",
        "name": "#2001",
        "updatedAt": "2026-11-22T12:00:00Z",
        "cancelledAt": None,
        "closedAt": None,
        "displayFinancialStatus": "PAID",
        "totalPriceSet": {"shopMoney": {"amount": total, "currencyCode": "USD"}},
        "reference": {"value": "cd-1-2-3-1"},
        "lineItems": {
            "nodes": [
                {"id": "gid://shopify/LineItem/91", "customAttributes": [{"key": "_crossdock_line", "value": "11"}]}
            ],
            "pageInfo": {"hasNextPage": False, "endCursor": None},
        },
    }
    return given | changed


def created(order: dict[str, Any] | None = None, *errors: dict[str, Any]) -> dict[str, Any]:
    return data(orderCreate={"order": order, "userErrors": list(errors)})


def user_error(message: str, *field: str, code: str | None = None) -> dict[str, Any]:
    return {"message": message, "field": list(field) or None, **({"code": code} if code else {})}


async def sent_order(*lines: Any, **changed: Any) -> dict[str, Any]:
    script = Script(created(vendor_order()))
    await store(script).create_order(draft(*lines, **changed))
    order: dict[str, Any] = script.sent[0]["variables"]["order"]
    return order
