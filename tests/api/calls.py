"""A marketplace (tests/web/places.py) with tokens for its API, and calls as they hold them.

Not here: what any answer says.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from crossdock.models import Marketplace, Vendor
from crossdock.operations.tokens import SCOPES, VENDOR_SCOPES, make_token
from tests.operations import rows
from tests.web.places import World

ROOT = "/api/v1"


def token(place: Marketplace, *, vendor: Vendor | None = None, **values: Any) -> str:
    wanted = {"scopes": VENDOR_SCOPES if vendor else SCOPES, "name": "tests", "who": "owner", "now": datetime.now(UTC)}
    _, secret = make_token(marketplace=place, vendor=vendor, **(wanted | values))
    return secret


class Calls:
    """What one holder of a token asks."""

    def __init__(self, secret: str) -> None:
        self._client = Client(raise_request_exception=True)
        self._secret = secret

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(f"{ROOT}{path}", query, headers=self._headers())

    def send(self, path: str, body: Any = None, *, method: str = "POST", key: str = "") -> Any:
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        data = b"" if body is None else json.dumps(body).encode()
        return self._client.generic(method, f"{ROOT}{path}", data, content_type="application/json", headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._secret}"} if self._secret else {}


class ApiWorld(World):
    """With the order's listing, webhook and change, and the numbers that addresses hold."""

    def __init__(self) -> None:
        super().__init__()
        self.by_hand = rows.vendor_order(rows.order(self.shop), self.vendor, state="manual")
        self.parcel = rows.parcel(self.by_hand)
        self.calls = Calls(token(self.place))
        self.vendors_calls = Calls(token(self.place, vendor=self.vendor))

    def numbers(self) -> dict[str, Any]:
        return {
            "order_id": self.order.pk,
            "vendor_order_id": self.held.pk,
            "parcel_id": self.parcel.pk,
            "item_id": self.need.pk,
            "listing_id": self.listing.pk,
            "link_id": self.level.pk,
            "vendor_id": self.vendor.pk,
            "store_id": self.vendor_store.pk,
            "change_id": self.change.pk,
            "kind": "orders",
            "name": "auto_variants",
            "line_id": self.call.pk,
            "request_id": self.request.pk,
            "webhook_id": self.endpoint.pk,
            "delivery_id": self.message.pk,
        }

    def fill(self, path: str) -> str:
        numbers = self.numbers()
        return re.sub(r"{(\w+)}", lambda found: str(numbers[found[1]]), path.removeprefix(ROOT))
