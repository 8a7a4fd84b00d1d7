"""A bench over a real Vendure server: each store is a channel of it, with goods, stock and an administrator of its own.

What people do goes by the APIs that the admin's and the shop's pages use. Not here: the server (tests/stores).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crossdock.connector.contract import Connection, Platform, Role, Webhook
from crossdock.connector.http import Http, PyreqwestHttp, Request, Response
from crossdock.connector.testing import Goods, Made, Seen
from crossdock.platforms.vendure import catalog
from tests.platforms.vendure.admin import Admin, Shop, cents, product_documents
from tests.stores.vendure_server import NAME, PASSWORD, Server, server

PERMISSIONS = " ".join(catalog.PERMISSIONS)
CANNOT = {
    "outage": "a real server is not down on demand",
    "throttle": "Vendure asks for no pause",
    "update_tracking": "Vendure changes no number of a parcel that is there",
}
ACTS = frozenset(
    "place_order cancel_order fulfill_order cancel_fulfillment edit_product add_product delete_product edit_variant "
    "set_stock revoke_token".split()
)


class Ahead:
    """A `Clock` that is ahead of the machine's as the server's is. Sleeping moves both."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._server.offset)

    async def sleep(self, seconds: float) -> None:
        self._server.offset += seconds


class Told:
    """`Http` that tells the server what time it is."""

    def __init__(self, http: Http, server: Server) -> None:
        self._http, self._server = http, server

    async def send(self, request: Request) -> Response:
        headers = {**request.headers, "x-clock-offset": str(self._server.offset)}
        return await self._http.send(Request(request.method, request.url, headers, request.body, 120.0, request.call))


class VendureBench:
    """See `crossdock.connector.testing.Bench`."""

    acts = ACTS
    cannot: Mapping[str, str] = CANNOT
    patience = 12

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.server = server()
        self.clock = Ahead(self.server)
        self.http = Told(PyreqwestHttp(allow_private=True), self.server)
        self._stores: dict[str, Store] = {}

    async def open_store(
        self, role: Role, products: Sequence[Mapping[str, Any]], *, time_zone: str = "", told: bool = False
    ) -> Made:
        self.server.stores += 1
        name = f"store-{self.server.stores}"
        store = await Store.open(name, Admin(self.http, self.server.url), list(products))
        self._stores[name] = store
        credentials = {"mode": "session", "access_token": store.token, "channel": store.channel}
        domain = self.server.url.removeprefix("http://")
        return Made(name, Connection(self.server.stores, role, domain, self.server.url, credentials), store.goods)

    async def act(self, store: Made, name: str, **given: Any) -> dict[str, Any]:
        made: dict[str, Any] = await getattr(self._stores[store.name], name)(**given)
        return made

    async def orders(self, store: Made, reference: str) -> Sequence[Seen]:
        """Those that were placed: a draft sells nothing."""
        return [seen(row) for row in await self._stores[store.name].orders_of(reference)]

    async def order(self, store: Made, order_id: str) -> Seen:
        return seen(await self._stores[store.name].order(order_id))

    async def stock(self, store: Made, variant_id: str) -> int:
        on_hand, allocated = await self._stores[store.name].stock(variant_id)
        return on_hand - allocated

    async def pass_time(self, seconds: float) -> None:
        await self.clock.sleep(seconds)

    def delivered(self, store: Made) -> Sequence[Webhook]:
        return ()

    def hook_address(self, store: Made) -> str:
        return f"https://hub.example/hooks/{self.platform.name}/{store.name}"


def seen(row: dict[str, Any]) -> Seen:
    gone = [one for one in row["fulfillments"] or () if one["state"] in ("Shipped", "Delivered")]
    total = Decimal(row["totalWithTax"]).scaleb(-2)
    return Seen(row["id"], total, row["state"] == "Cancelled", len(gone), len(mails(row)))


def mails(row: dict[str, Any]) -> list[str]:
    """To whom Vendure would write, of those that somebody reads: the customer of an order is told of it."""
    email = row["customer"]["emailAddress"]
    return [] if email.endswith(".invalid") else [email]


class Store:
    """A channel, and what people do in it."""

    def __init__(self, name: str, admin: Admin) -> None:
        self.name, self.admin = name, admin
        self.channel = f"token-{name}"
        self.token = self.place = ""
        self.goods: dict[str, Goods] = {}
        self.staff: Any = None
        self._made = 0

    @classmethod
    async def open(cls, name: str, admin: Admin, products: list[Mapping[str, Any]], currency: str = "USD") -> "Store":
        store = cls(name, admin)
        await admin.log_in(NAME, PASSWORD)
        await store._channel(currency)
        await store._staff()
        if products:
            await store._add(products)
        return store

    async def _channel(self, currency: str) -> None:
        fields = {
            "code": self.name, "token": self.channel, "defaultLanguageCode": "en", "pricesIncludeTax": False,
            "defaultCurrencyCode": currency, "availableCurrencyCodes": [currency], "defaultTaxZoneId": "1",
            "defaultShippingZoneId": "1",
        }  # fmt: skip
        made = await self.admin.ask(
            "mutation($input:CreateChannelInput!){createChannel(input:$input){... on Channel{id}}}", input=fields
        )
        self.channel_id = made["createChannel"]["id"]
        await self.admin.ask(
            """mutation($channel:ID!){
              assignShippingMethodsToChannel(input:{channelId:$channel,shippingMethodIds:["1"]}){id}
              assignPaymentMethodsToChannel(input:{channelId:$channel,paymentMethodIds:["1"]}){id} }""",
            channel=self.channel_id,
        )
        self.admin.channel = self.channel
        made = await self.admin.ask("mutation($n:String!){createStockLocation(input:{name:$n}){id}}", n=self.name)
        self.place = made["createStockLocation"]["id"]

    async def _staff(self) -> None:
        """An administrator who may do what the connector asks for, in this channel alone."""
        made = await self.admin.ask(
            f"""mutation($code:String!,$channel:ID!){{ createRole(input:{{code:$code,description:$code,
            channelIds:[$channel],permissions:[{PERMISSIONS}]}}){{id}} }}""",
            code=self.name,
            channel=self.channel_id,
        )
        email = f"{self.name}@staff.test"
        await self.admin.ask(
            """mutation($email:String!,$role:ID!){ createAdministrator(input:{firstName:"A",lastName:"B",
            emailAddress:$email,password:"pass word",roleIds:[$role]}){id} }""",
            email=email,
            role=made["createRole"]["id"],
        )
        staff = Admin(self.admin.http, self.admin.url)
        self.token = await staff.log_in(email, "pass word")
        self.staff = staff

    async def _add(self, products: Sequence[Mapping[str, Any]]) -> list[str]:
        """All of them in few calls."""
        ids: list[str] = []
        variants: list[dict[str, Any]] = []
        for row in products:
            self._made += 1
            made = await self.admin.ask(*product_documents(row, f"{self.name}-{self._made}"))
            product_id = made["product"]["id"]
            values = {
                option["name"]: option["id"]
                for name, group in made.items() if name.startswith("group") for option in group["options"]
            }  # fmt: skip
            for name, group in made.items():
                if name.startswith("group"):
                    await self.admin.ask(
                        "mutation($p:ID!,$g:ID!){addOptionGroupToProduct(productId:$p,optionGroupId:$g){id}}",
                        p=product_id, g=group["id"],
                    )  # fmt: skip
            for one in row["variants"]:
                chosen = [values[value] for value in one.get("options", ())]
                variants.append(self._variant(product_id, str(row["title"]), one, chosen))
            ids.append(product_id)
        made = await self.admin.ask(
            "mutation($i:[CreateProductVariantInput!]!){createProductVariants(input:$i){id sku productId}}",
            i=variants,
        )
        titles = dict(zip(ids, (str(row["title"]) for row in products), strict=True))
        for one in made["createProductVariants"]:
            self.goods[one["sku"]] = Goods(one["productId"], one["id"], one["sku"], titles[one["productId"]])
        return ids

    def _variant(self, product_id: str, title: str, one: Mapping[str, Any], chosen: list[str]) -> dict[str, Any]:
        level = {"stockLocationId": self.place, "stockOnHand": one.get("inventory", 0)}
        return {
            "productId": product_id, "sku": one["sku"], "price": cents(one["price"]), "optionIds": chosen,
            "translations": [{"languageCode": "en", "name": title}], "stockLevels": [level], "trackInventory": "TRUE",
        }  # fmt: skip

    # -- looking --

    async def order(self, order_id: str) -> dict[str, Any]:
        found = await self.admin.ask(f"query($id:ID!){{order(id:$id){{{ORDER}}}}}", id=order_id)
        row: dict[str, Any] = found["order"]
        return row

    async def orders_of(self, reference: str) -> list[dict[str, Any]]:
        email = f"{reference}@orders.crossdock.invalid"
        found = await self.admin.ask(
            f"""query($email:String!){{customers(options:{{filter:{{emailAddress:{{eq:$email}}}}}}){{
            items{{orders{{items{{orderPlacedAt {ORDER}}}}}}}}}}}""",
            email=email,
        )
        rows = [row for one in found["customers"]["items"] for row in one["orders"]["items"]]
        return [row for row in rows if row["orderPlacedAt"]]

    async def stock(self, variant_id: str) -> tuple[int, int]:
        found = await self.admin.ask(
            "query($id:ID!){productVariant(id:$id){stockLevels{stockOnHand stockAllocated}}}", id=variant_id
        )
        (level,) = found["productVariant"]["stockLevels"]
        return level["stockOnHand"], level["stockAllocated"]

    # -- doing --

    async def place_order(self, *, lines: Sequence[Mapping[str, Any]], **_: Any) -> dict[str, Any]:
        """By a shopper, who pays at once."""
        shop = Shop(self.admin.http, self.admin.url, self.channel)
        return await shop.buy([(str(line["variant_id"]), int(line["quantity"])) for line in lines])

    async def cancel_order(self, *, order_id: str, **_: Any) -> dict[str, Any]:
        await self.admin.ask(
            'mutation($id:ID!){cancelOrder(input:{orderId:$id,cancelShipping:true,reason:"sold out"}){'
            "... on ErrorResult{message}}}",
            id=order_id,
        )
        return {}

    async def fulfill_order(
        self, *, order_id: str, lines: Sequence[Mapping[str, Any]] = (), tracking: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Put together, then sent."""
        row = await self.order(order_id)
        every = [(one["id"], one["quantity"]) for one in row["lines"]]
        rows = [(one["line_id"], one["quantity"]) for one in lines] or every
        told = tracking or {}
        arguments = [
            {"name": "method", "value": str(told.get("company", ""))},
            {"name": "trackingCode", "value": str((told.get("numbers") or [""])[0])},
        ]
        made = await self.admin.ask(
            """mutation($lines:[OrderLineInput!]!,$arguments:[ConfigArgInput!]!){ made:addFulfillmentToOrder(input:{
            lines:$lines,handler:{code:"manual-fulfillment",arguments:$arguments}}){
            ... on Fulfillment{id} ... on ErrorResult{message} } }""",
            lines=[{"orderLineId": id, "quantity": quantity} for id, quantity in rows],
            arguments=arguments,
        )
        await self._parcel(made["made"]["id"], "Shipped")
        return {"fulfillment_id": made["made"]["id"]}

    async def cancel_fulfillment(self, *, fulfillment_id: str) -> dict[str, Any]:
        return await self._parcel(fulfillment_id, "Cancelled")

    async def _parcel(self, id: str, state: str) -> dict[str, Any]:
        made = await self.admin.ask(
            """mutation($id:ID!,$state:String!){ moved:transitionFulfillmentToState(id:$id,state:$state){
            ... on Fulfillment{id state} ... on ErrorResult{message} } }""",
            id=id,
            state=state,
        )
        assert made["moved"].get("state") == state, made
        return {}

    async def add_product(self, *, product: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": (await self._add([product]))[0]}

    async def edit_product(self, *, product_id: str, set: Mapping[str, Any]) -> dict[str, Any]:
        names = {"title": "name", "html": "description"}
        told = {"languageCode": "en", **{names[name]: value for name, value in set.items() if name in names}}
        fields: dict[str, Any] = {"id": product_id, "translations": [told]}
        fields |= {"enabled": set["status"] == "active"} if "status" in set else {}
        await self.admin.ask("mutation($i:UpdateProductInput!){updateProduct(input:$i){id}}", i=fields)
        return {}

    async def delete_product(self, *, product_id: str) -> dict[str, Any]:
        await self.admin.ask("mutation($id:ID!){deleteProduct(id:$id){result}}", id=product_id)
        return {}

    async def edit_variant(self, *, variant_id: str, set: Mapping[str, Any]) -> dict[str, Any]:
        fields = {"id": variant_id, **set, **({"price": cents(set["price"])} if "price" in set else {})}
        return await self._variants(fields)

    async def set_stock(self, *, variant_id: str, available: int) -> dict[str, Any]:
        _, allocated = await self.stock(variant_id)
        level = {"stockLocationId": self.place, "stockOnHand": available + allocated}
        return await self._variants({"id": variant_id, "stockLevels": [level]})

    async def _variants(self, fields: dict[str, Any]) -> dict[str, Any]:
        document = "mutation($i:[UpdateProductVariantInput!]!){updateProductVariants(input:$i){id}}"
        await self.admin.ask(document, i=[fields])
        return {}

    async def revoke_token(self) -> dict[str, Any]:
        await self.staff.ask("mutation{logout{success}}")
        return {}


ORDER = "id state totalWithTax customer{emailAddress} lines{id quantity} fulfillments{id state}"
