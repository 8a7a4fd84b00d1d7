"""The WooCommerce sandbox against answers of a real shop: every recorded request is asked again in the same state, and
every field that differs is a finding. What may differ is listed, with its reason. Nothing recorded is kept here.
"""

import base64
import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from crossdock_sandbox.woocommerce import auth, catalogue
from crossdock_sandbox.woocommerce.state import Attribute, Image, Meta, Product, Term
from tests.sandbox.woo_bench import WooBench

Json = dict[str, Any]
ROOT = "https://harbour.woocommerce.example"
THEIRS = re.compile(r"https?://127\.0\.0\.1:1808[12]")
PUT_20 = ("PUT", "products/57", {"stock_quantity": 20})
# In the order in which they were recorded. A tuple is a step that was made but not written down.
STORY: list[Any] = [
    *(f"products/{name}" for name in (
        "simple_create simple_get simple_from_sample_get external_get grouped_get variable_get variations_list"
        " variation_get variation_get_as_product variation_stock_put stock_put variable_create variations_batch_create"
        " variable_created_get stock_inventory_delta stock_negative unmanaged_stock_put list_page1 list_page2"
        " list_beyond list_oauth_link_header filter_sku filter_modified_after_gmt filter_modified_after_z"
        " filter_modified_after_z_and_flag filter_modified_after_exact").split()),
    PUT_20,
    *(f"products/{name}" for name in "batch_mixed batch_too_large batch_over_fields".split()),
    ("POST", "products", {"name": "Trash me", "sku": "HUB-TRASH", "regular_price": "1"}),
    "products/delete_trash", "products/get_trashed", "errors/sku_of_trashed_product", "products/delete_force",
    *(f"orders/{name}" for name in (
        "create_paid get product_after_order find_by_created_via find_by_meta_ignored find_by_search_transaction_id"
        " create_same_again update_tracking_meta note_create notes_list update_completed refund_line_restock"
        " product_after_refund get_after_partial_refund refund_rest_amount get_after_full_refund refunds_list"
        " create_pending update_processing update_line_quantity").split()),
    "orders/update_cancelled", "orders/create_oversell", "orders/product_after_oversell",
    *(f"orders/create_{name}" for name in (
        "unknown_product unknown_sku price_override third_price virtual_paid checkout_draft").split()),
    "orders/list_page", "orders/list_status_counts", PUT_20,
    ("POST", "orders", {"status": "processing", "line_items": [{"product_id": 57, "quantity": 1}]}),
    "orders/delete_trash", "orders/get_trashed", "orders/product_after_trash", "orders/batch_create",
    *(f"errors/{name}" for name in (
        "400_duplicate_sku 400_duplicate_gtin 400_wrong_type 400_stock_fraction 400_bad_json 400_per_page"
        " 400_put_unknown_product 404_get_unknown_product 404_get_unknown_order 400_put_unknown_order 404_no_route"
        " 404_variation_wrong_parent 404_put_variation_as_product").split()),
    *(f"errors/{name}" for name in (
        "400_order_bad_coupon 400_order_line_without_product 400_order_bad_email 400_order_bad_status"
        " 400_order_line_unknown_id 400_order_with_id 500_refund_too_much 500_refund_gateway 500_order_quantity_zero"
        " 401_no_auth 401_bad_secret 401_bad_key 401_basic_over_http 401_oauth_bad_signature 401_read_only_key"
        " 401_oauth_nonce_reused 503_maintenance 500_database_down").split()),
    "webhooks/create", "webhooks/create_bad_topic", "webhooks/create_bad_url", "webhooks/list", "webhooks/get_disabled",
    "webhooks/reactivate", "index",
]  # fmt: skip
ANY = ".*"
# (file, field, reason): what may differ.
MAY_DIFFER = [
    (ANY, r"header (Date|Server|Transfer-Encoding|Connection)", "the web server's"),
    (ANY, r".*related_ids.*", "chosen by chance on the real thing"),
    (ANY, r".*meta_data\[\d+\]\.id|.*images?(\[\d+\])?\.date_.*", "counted along with what the samples left"),
    (ANY, r".*order_key|.*payment_url", "random"),
    ("products/get_trashed|products/delete_force", r"meta_data\[1\]\.value", "the second when it was thrown away"),
    ("orders/note_create|orders/notes_list", r".*\bid|.*href|header Location", "counted along with a blog's comments"),
    ("orders/list_page", r"\[[12]\].*", "orders of one second are in the database's own order"),
    ("products/list_oauth_link_header", r"\[\d\]\.id|header Link",
     "equal dates are in the database's own order; signatures and nonces differ"),
    ("errors/500_order_quantity_zero", r"data\.error\..*", "the crash names files and lines"),
    (r"errors/50\d_(maintenance|database_down)", r"body", "long pages; status and headers are compared"),
]  # fmt: skip


def recorded(shared: Path, name: str) -> Json:
    found: Json = json.loads((shared / "platforms" / "woocommerce" / "recorded" / f"{name}.json").read_text())
    return found


class Replay:
    """A shop as the recorded one was, and the walk through the story."""

    def __init__(self, bench: WooBench, shared: Path) -> None:
        self.bench, self.shared = bench, shared
        self.findings: list[str] = []
        self.nonce = 0

    async def furnish(self) -> None:
        """The sample catalogue: what was recorded of it, from the recordings, the rest bare."""
        self.bench.at = self.time("products/simple_create")
        await self.bench.begin(products=[], name="Lab merchant", site={"queue_delay": 0})
        shop = self.bench.shop
        shop.keys["ck_reader"] = type(next(iter(shop.keys.values())))("ck_reader", "cs_reader", "read")
        shop.terms["attributes"] = {1: Term(1, "Color", "color")}
        known = {name: recorded(self.shared, f"products/{name}")["response"]["body"] for name in
                 ("variable_get", "simple_from_sample_get", "external_get", "grouped_get")}  # fmt: skip
        bodies = {body["id"]: body for body in known.values()}
        listed = [row for name in ("list_page1", "list_page2") for row in
                  recorded(self.shared, f"products/{name}")["response"]["body"]]  # fmt: skip
        rows = {row["id"]: row for row in listed}
        album = recorded(self.shared, "orders/create_virtual_paid")["response"]["body"]["line_items"][0]
        rows[22] = {
            "sku": album["sku"],
            "name": album["name"],
            "virtual": True,
            "regular_price": "15",
            "image": album["image"],
        }
        prices = {12: ("45", ""), 13: ("18", ""), 14: ("20", "18")}
        for number in (*range(10, 25), 31, 32, 33):
            self.put(
                number,
                bodies.get(number)
                or {
                    **dict(zip(("regular_price", "sale_price"), prices.get(number, ("10", "")), strict=True)),
                    **rows.get(number, {}),
                },
            )
        for body in recorded(self.shared, "products/variations_list")["response"]["body"]:
            self.vary(body)
        parent = shop.products[11]
        parent.variations.sort(key=lambda one: known["variable_get"]["variations"].index(one.id))

    def put(self, number: int, body: Json) -> None:
        shop = self.bench.shop
        at = self.when(body.get("date_created_gmt", "2026-11-21T23:58:38"))
        it = Product(number, body.get("type", "simple"), body.get("name", f"Sample {number}"), body.get("slug", ""), at,
                     self.when(body.get("date_modified_gmt", "2026-11-21T23:58:40")))  # fmt: skip
        shop.products[number] = it
        self.fill(it, body)
        for row in body.get("categories", [{"id": 16, "name": "Clothing", "slug": "clothing"}]):
            shop.terms["categories"][row["id"]] = Term(row["id"], row["name"], row["slug"])
        catalogue.set_categories(shop, it, [row["id"] for row in body.get("categories", [{"id": 16}])])
        it.attributes = [Attribute(row["id"], row["name"], row["options"], row["variation"], row["visible"],
                                   row["position"]) for row in body.get("attributes", [])]  # fmt: skip

    def vary(self, body: Json) -> None:
        it = Product(body["id"], "variation", "", f"hoodie-{'-'.join(body['name'].lower().split(', '))}",
                     self.when(body["date_created_gmt"]), self.when(body["date_modified_gmt"]))  # fmt: skip
        it.parent = self.bench.shop.products[11]
        it.parent.variations.append(it)
        self.bench.shop.products[it.id] = it
        self.fill(it, body)
        it.choices = [(row["name"], row["option"]) for row in body["attributes"]]
        it.plain["tax_class"] = body["tax_class"]

    def fill(self, it: Product, body: Json) -> None:
        shop = self.bench.shop
        if body.get("sku"):
            catalogue.set_sku(shop, it, body["sku"])
        it.regular, it.sale = body.get("regular_price", body.get("price", "")), body.get("sale_price", "")
        it.virtual = it.downloadable = body.get("virtual", False)
        for name in ("featured", "external_url", "button_text", "grouped_products", "menu_order"):
            if name in body:
                it.plain[name] = body[name]
        for name in ("description", "short_description"):  # kept as they were written, shown in paragraphs
            it.plain[name] = body.get(name, "").removeprefix("<p>").removesuffix("</p>\n")
        it.stock_status = body.get("stock_status", "instock")
        images = body.get("images") or [body[name] for name in ("image",) if body.get("image")]
        it.images = [self.image(row) for row in images]
        it.meta = [Meta(row["id"], row["key"], row["value"]) for row in body.get("meta_data", [])]

    def image(self, row: Json) -> Image:
        src = re.sub(r"^.*/wp-content/uploads/", "", row["src"])
        at = self.when(row.get("date_created_gmt", "2026-11-21T23:58:40"))
        return Image(int(row["id"]), src, row.get("name", ""), row.get("alt", ""), at)

    @staticmethod
    def when(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}+00:00")

    def time(self, name: str) -> datetime:
        return parsedate_to_datetime(recorded(self.shared, name)["response"]["headers"]["Date"])

    async def walk(self) -> None:
        for step in STORY:
            if isinstance(step, tuple):
                status, body = await self.bench.call(*step)
                assert status in (200, 201), body
            else:
                await self.step(step)

    async def step(self, name: str) -> None:
        sample = recorded(self.shared, name)
        request, response = sample["request"], sample["response"]
        self.bench.at = max(self.bench.at, self.moment(request, response))
        self.prepare(name, request, response)
        for _ in range(2 if name == "errors/401_oauth_nonce_reused" else 1):
            answer = await self.ask(name.removeprefix("errors/"), request)
        self.after(name)
        for words in self.differences(name, response, answer):
            self.findings.append(f"{name}: {words}")

    def moment(self, request: Json, response: Json) -> datetime:
        """When a write happened, by its own word where it has one: answers are dated when they are done."""
        if request["method"] == "GET":
            return self.bench.at
        body = response["body"]
        rows = [body, *(body.get("create", [])[:1] if isinstance(body, dict) else [])]
        for row in rows if request["method"] != "DELETE" else []:
            for key in ("date_modified_gmt", "date_created_gmt"):
                if isinstance(row, dict) and row.get(key):
                    return self.when(row[key])
        return parsedate_to_datetime(response["headers"]["Date"])

    def prepare(self, name: str, request: Json, response: Json) -> None:
        """Ids as they were: other things of the real shop count along with these."""
        shop, body = self.bench.shop, response["body"]
        shop.site.maintenance = name == "errors/503_maintenance"
        if name == "errors/500_database_down":
            self.bench.world.faults.set(1, [{"where": "call", "kind": "database", "rate": 1}])
        if name == "errors/sku_of_trashed_product":
            shop.ids["posts"] = 64
        if name == "errors/400_order_bad_coupon":
            shop.ids["posts"] = body["data"]["new_draft_order_id"] - 1
        if request["method"] == "POST" and response["status"] == 201 and isinstance(body.get("id"), int):
            table = "webhooks" if name.startswith("webhooks/") else "notes" if "note" in name else "posts"
            shop.ids[table] = body["id"] - 1
        if name in ("products/batch_mixed", "orders/batch_create"):
            shop.ids["posts"] = body["create"][0]["id"] - 1
        if name == "products/delete_trash":
            shop.ids["posts"] = 64
        if name == "orders/create_unknown_product":
            shop.ids["posts"] = 71
        if name == "webhooks/list":
            self.more_hooks(body)
        if name in ("webhooks/get_disabled", "webhooks/reactivate"):
            one = shop.webhooks[1]
            one.failures, one.status = 6, "disabled"
            one.modified_at = self.when(body["date_modified_gmt"])

    def more_hooks(self, body: list[Json]) -> None:
        """The twelve that were there, of which the list shows three."""
        shop = self.bench.shop
        first = shop.webhooks[1]
        shown = {row["id"]: row for row in body}
        for number in range(2, 13):
            row = shown.get(number, {"topic": "coupon.updated", "name": "x", "delivery_url": ""})
            at = first.created_at
            shop.webhooks[number] = type(first)(number, row["name"], row["topic"], row["delivery_url"], "s", at, at)
        shop.webhooks = {number: shop.webhooks[number] for number in (12, 2, 3, 1, *range(4, 12))}

    def after(self, name: str) -> None:
        self.bench.shop.site.maintenance = False
        self.bench.world.faults.set(1, [])

    async def ask(self, name: str, request: Json) -> tuple[int, dict[str, str], bytes]:
        how = str(request.get("auth") or "")
        root = ROOT.replace("https", "http") if "plain http" in how else ROOT
        query, headers = {**(request.get("query") or {})}, self.keys(name, request)
        body = request.get("body")
        sent = body.encode() if isinstance(body, str) else body
        if "OAuth" in how:
            query |= self.sign(name, request, root, query)
        return await self.bench.raw(request["method"], request["path"], sent, headers, root=root, **query)

    def keys(self, name: str, request: Json) -> dict[str, str]:
        made = self.bench.made
        key, secret = made["consumer_key"], made["consumer_secret"]
        if name == "401_bad_secret":
            secret = "wrong"
        if name == "401_bad_key":
            key = "ck_unknown"
        if name == "401_read_only_key":
            key, secret = "ck_reader", "cs_reader"
        if request.get("auth") in (None, "none") or "OAuth" in request["auth"]:
            return {}
        return {"Authorization": f"Basic {base64.b64encode(f'{key}:{secret}'.encode()).decode()}"}

    def sign(self, name: str, request: Json, root: str, query: Json) -> Json:
        nonce = "again" if "nonce" in request["auth"] else str(self.nonce)
        self.nonce += 1
        given = {key: str(value) for key, value in query.items()} | {
            "oauth_consumer_key": self.bench.made["consumer_key"], "oauth_nonce": nonce,
            "oauth_timestamp": str(int(self.bench.at.timestamp())), "oauth_signature_method": "HMAC-SHA256",
        }  # fmt: skip
        made = auth.signature(self.bench.made["consumer_secret"], request["method"], root + request["path"], given)
        if name == "401_oauth_bad_signature":
            made = "wrong"
        return {key: value for key, value in given.items() if key.startswith("oauth_")} | {"oauth_signature": made}

    # -- comparing --

    def differences(self, name: str, theirs: Json, ours: tuple[int, dict[str, str], bytes]) -> Iterator[str]:
        allowed = [re.compile(field) for file, field, _ in MAY_DIFFER if re.fullmatch(file, name)]
        for field, words in self.every(theirs, ours):
            if not any(one.fullmatch(field) for one in allowed):
                yield f"{field} {words}"

    def every(self, theirs: Json, ours: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, str]]:
        status, headers, text = ours
        if status != theirs["status"]:
            yield "status", f"is {status}, was {theirs['status']}: {text[:200]!r}"
        wanted = {key: self.plain(value) for key, value in theirs["headers"].items()}
        for key in sorted({*wanted, *headers}):
            if wanted.get(key) != headers.get(key):
                yield f"header {key}", f"is {headers.get(key)!r}, was {wanted.get(key)!r}"
        if isinstance(theirs["body"], str):
            if text.decode() != theirs["body"]:
                yield "body", "differs"
            return
        yield from compare("", json.loads(self.plain(json.dumps(theirs["body"]))), json.loads(text))

    @staticmethod
    def plain(text: str) -> str:
        return THEIRS.sub(lambda found: ROOT if found[0].startswith("https") else ROOT.replace("https", "http"), text)


def compare(path: str, theirs: Any, ours: Any) -> Iterator[tuple[str, str]]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted({*theirs, *ours}):
            inside = f"{path}.{key}" if path else key
            if key not in ours:
                yield inside, f"is missing, was {theirs[key]!r}"
            elif key not in theirs:
                yield inside, f"was not there, is {ours[key]!r}"
            else:
                yield from compare(inside, theirs[key], ours[key])
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            yield path, f"has {len(ours)} rows, had {len(theirs)}: {ours!r:.300}"
        for place, (one, other) in enumerate(zip(theirs, ours, strict=False)):
            yield from compare(f"{path}[{place}]", one, other)
    elif theirs != ours or type(theirs) is not type(ours):
        yield path, f"is {ours!r}, was {theirs!r}"


async def test_every_recorded_request_is_answered_as_the_real_shop_did(shared: Path) -> None:
    replay = Replay(WooBench(), shared)
    await replay.furnish()
    await replay.walk()
    assert not replay.findings, "\n".join(replay.findings)


# Asked elsewhere or not at all, and why.
ELSEWHERE = {
    "orders/created_with_tax": "another shop, with taxes on: test_woocommerce_orders.py",
    "orders/storefront_get": "no request made it, a shopper did: test_woocommerce_orders.py",
}


def test_no_recording_is_left_out(shared: Path) -> None:
    root = shared / "platforms" / "woocommerce" / "recorded"
    names = {str(path.relative_to(root)).removesuffix(".json") for path in root.rglob("*.json")}
    asked = {name for name in names if "request" in recorded(shared, name) and not name.startswith("schema/")}
    asked |= {name for name in names if name.startswith("orders/")}
    assert asked - set(ELSEWHERE) == {step for step in STORY if isinstance(step, str)}
