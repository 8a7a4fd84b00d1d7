"""Products, variants and files as Shopify answers them, for scripts."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from crossdock.connector.http import Request, Response
from tests.platforms.shopify.scripted import data, reply

URL = "https://storage.example/bulk.jsonl?signature=x"
LAST: dict[str, Any] = {"hasNextPage": False, "endCursor": None}


def variant(number: int | str = 77, *values: str, **changed: Any) -> dict[str, Any]:
    """A ProductVariant as the VariantFields fragment asks for it."""
    given = {
        "id": f"gid://shopify/ProductVariant/{number}",
        "sku": f"S-{number}",
        "barcode": None,
        "price": "10.0",
        "compareAtPrice": None,
        "inventoryPolicy": "DENY",
        "inventoryQuantity": 5,
        "selectedOptions": [{"value": value} for value in values or ("Default Title",)],
        "inventoryItem": {
            "id": f"gid://shopify/InventoryItem/9{number}",
            "tracked": True,
            "measurement": {"weight": {"unit": "KILOGRAMS", "value": 0.5}},
        },
    }
    return given | changed


def head(number: int | str = 7, *options: tuple[str, Sequence[str]], **changed: Any) -> dict[str, Any]:
    """A Product as the ProductFields fragment asks for it."""
    rows = [
        {"id": f"gid://shopify/ProductOption/{index}", "name": name, "values": list(values)}
        for index, (name, values) in enumerate(options or (("Title", ("Default Title",)),))
    ]
    given = {
        "id": f"gid://shopify/Product/{number}",
        "title": "Mug",
        "handle": "mug",
        "status": "ACTIVE",
        "vendor": "Acme",
        "productType": "",
        "descriptionHtml": "<p>A mug</p>",
        "tags": ["b", "A"],
        "updatedAt": "2026-11-22T12:00:00Z",
        "options": rows,
    }
    return given | changed


def product(number: int | str = 7, *variants: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A Product as the WholeProduct fragment asks for it."""
    given = {
        "media": {"nodes": [], "pageInfo": LAST},
        "variants": {"nodes": list(variants or (variant(),)), "pageInfo": LAST},
    }
    return head(number) | given | changed


def medium(number: int = 31, url: str = "https://cdn.example/x.jpg?v=1", **changed: Any) -> dict[str, Any]:
    given = {"id": f"gid://shopify/MediaImage/{number}", "alt": None, "mediaContentType": "IMAGE"}
    return given | {"image": {"url": url} if url else None} | changed


def child(of: dict[str, Any], parent: int | str = 7) -> dict[str, Any]:
    return of | {"__parentId": f"gid://shopify/Product/{parent}"}


def jsonl(*lines: dict[str, Any]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def started(*errors: dict[str, Any]) -> dict[str, Any]:
    operation = None if errors else {"id": "gid://shopify/BulkOperation/5", "status": "CREATED"}
    return data(bulkOperationRunQuery={"bulkOperation": operation, "userErrors": list(errors)})


def state(status: str = "COMPLETED", **changed: Any) -> dict[str, Any]:
    given = {"id": "gid://shopify/BulkOperation/5", "status": status, "errorCode": None, "objectCount": "0"}
    return data(bulkOperation=given | {"fileSize": None, "url": None} | changed)


class Files:
    """`Http` that gives calls to the store to a script and serves one file, in ranges."""

    def __init__(self, script: Any, body: bytes) -> None:
        self.script = script
        self.body = body
        self.gets: list[Request] = []
        self.answer: Callable[[Request], Response] = self.ranged

    async def send(self, request: Request) -> Response:
        if request.method != "GET":
            answer: Response = await self.script.send(request)
            return answer
        self.gets.append(request)
        return self.answer(request)

    def ranged(self, request: Request) -> Response:
        first, last = map(int, request.headers["range"].removeprefix("bytes=").split("-"))
        if first >= len(self.body):
            return reply(416)
        piece = self.body[first : last + 1]
        told = f"bytes {first}-{first + len(piece) - 1}/{len(self.body)}"
        return Response(206, {"content-range": told}, piece)
