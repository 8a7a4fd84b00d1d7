"""Products of a shop in memory, as far as writing listings wants: SKUs unique, trash included, batches row by row.

Not a WooCommerce, and not here: any test.
"""

import html
import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from crossdock.connector.http import Request, Response
from tests.platforms.woocommerce.recorded import query, reply

STAMP = "2026-11-22T00:00:00"


class Bench:
    """`Http`. `lose` names calls ("POST products") whose answer is lost after they were done, each once."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.terms: dict[str, list[dict[str, Any]]] = {"tags": [], "categories": []}
        self.lose: list[str] = []
        self.requests: list[Request] = []
        self.next = 100

    async def send(self, request: Request) -> Response:
        self.requests.append(request)
        path = urlsplit(request.url).path.removeprefix("/wp-json/wc/v3/")
        body = msgspec.json.decode(request.body) if request.body else {}
        answer = self._answer(request, path, body)
        call = f"{request.method} {re.sub(r'[0-9]+', 'n', path)}"
        if call in self.lose and answer.status < 400:
            self.lose.remove(call)
            return Response(502, {}, b"<html>")
        return answer

    def _answer(self, request: Request, path: str, body: dict[str, Any]) -> Response:
        if path.startswith("settings/"):
            return reply(200, {"value": "kg"})
        if found := re.fullmatch(r"products/(tags|categories)", path):
            return self._terms(request, found[1], body)
        if found := re.fullmatch(r"products/(\d+)/variations(/batch)?", path):
            return self._variations(request, int(found[1]), body, batch=bool(found[2]))
        if found := re.fullmatch(r"products/(\d+)", path):
            return self._one(request, int(found[1]), body)
        if request.method == "POST":
            return self._made(body | {"type": body.get("type", "simple")})
        return reply(200, [self.show(id) for id in self._listed(query(request))])

    def _listed(self, asked: dict[str, str]) -> list[int]:
        ids = [id for id, row in self.rows.items() if row["status"] != "trash"]
        if "sku" in asked:
            return [id for id in ids if self.rows[id].get("sku", "").casefold() == asked["sku"].casefold()]
        ids = [id for id in ids if not self.rows[id].get("parent_id")]
        if "include" in asked:
            return [id for id in ids if str(id) in asked["include"].split(",")]
        return sorted(ids, reverse=asked.get("order") == "desc")[: int(asked.get("per_page", "10"))]

    def _one(self, request: Request, id: int, body: dict[str, Any]) -> Response:
        if id not in self.rows:
            return missing(404 if request.method == "GET" else 400)
        if request.method == "DELETE":
            assert query(request)["force"] == "true"
            shown = self.show(id)
            del self.rows[id]
            return reply(200, shown)
        if request.method == "PUT" and (taken := self._taken(body.get("sku"), id)):
            return taken
        if request.method == "PUT":
            self._set(id, body)
        return reply(200, self.show(id))

    def _variations(self, request: Request, parent: int, body: dict[str, Any], *, batch: bool) -> Response:
        if parent not in self.rows:
            return missing(404)
        mine = [id for id, row in self.rows.items() if row.get("parent_id") == parent]
        if not batch:
            return reply(200, [self.show(id) for id in mine], x_wp_total=str(len(mine)))
        told: dict[str, list[Any]] = {}
        for each in body.get("create", []):
            made = self._made(each | {"type": "variation", "parent_id": parent})
            told.setdefault("create", []).append(row_of(made))
        for each in body.get("update", []):
            taken = self._taken(each.get("sku"), each["id"])
            if each["id"] in mine and not taken:
                self._set(each["id"], each)
            row = {"id": each["id"], **msgspec.json.decode(taken.body)} if taken else self.show(each["id"])
            told.setdefault("update", []).append(failed(row) if taken else row)
        for id in body.get("delete", []):
            told.setdefault("delete", []).append(self.show(id))
            self.rows.pop(id)
        return reply(200, told)

    def _made(self, body: dict[str, Any]) -> Response:
        taken = self._taken(body.get("sku"), 0)
        if taken:
            return taken
        self.next += 1
        self.rows[self.next] = {"id": self.next, "status": "publish"}
        self._set(self.next, body)
        return reply(201, self.show(self.next))

    def _taken(self, sku: str | None, id: int) -> Response | None:
        for other, row in self.rows.items():
            if sku and other != id and row.get("sku", "").casefold() == sku.casefold():
                if row["status"] == "trash":
                    words = f"The product with SKU ({sku}) you are trying to insert is already present"
                    return reply(400, {"code": "woocommerce_rest_product_not_created", "message": words})
                data = {"status": 400, "resource_id": other}
                return reply(
                    400, {"code": "product_invalid_sku", "message": "Invalid or duplicated SKU.", "data": data}
                )
        return None

    def _set(self, id: int, body: dict[str, Any]) -> None:
        row = self.rows[id]
        details = {each["key"]: each for each in [*row.get("meta_data", []), *body.get("meta_data", [])]}
        images = []
        for each in body.get("images", row.get("images", [])):
            self.next += 1
            known = {one["id"]: one for one in row.get("images", [])}
            images.append(known[each["id"]] if "id" in each else {"id": self.next, **each})
        for price in ("regular_price", "sale_price", "weight"):
            assert isinstance(body.get(price, ""), str)
        if body.get("manage_stock") is not True and not row.get("manage_stock"):
            body = {name: value for name, value in body.items() if name != "stock_quantity"}
        self.rows[id] = row | body | {"meta_data": list(details.values()), "images": images}

    def show(self, id: int) -> dict[str, Any]:
        row = self.rows[id]
        sale, regular = row.get("sale_price", ""), row.get("regular_price", "")
        shown = row | {
            "name": html.escape(row.get("name", "")),
            "date_modified_gmt": STAMP,
            "price": sale or regular,
            "on_sale": bool(sale),
        }
        for kind in ("tags", "categories"):
            names = {term["id"]: term["name"] for term in self.terms[kind]}
            shown[kind] = [{"id": each["id"], "name": names[each["id"]]} for each in row.get(kind, [])]
        return shown

    def _terms(self, request: Request, kind: str, body: dict[str, Any]) -> Response:
        rows = self.terms[kind]
        if request.method == "GET":
            return reply(200, [row for row in rows if query(request)["search"].casefold() in row["name"].casefold()])
        rows.append({"id": len(rows) + 1, "name": html.escape(body["name"])})
        return reply(201, rows[-1])


def failed(problem: dict[str, Any]) -> dict[str, Any]:
    return {"id": problem.get("id", 0), "error": problem}


def row_of(answer: Response) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(answer.body)
    return told if answer.status < 400 else failed(told)


def missing(status: int) -> Response:
    return reply(status, {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."})
