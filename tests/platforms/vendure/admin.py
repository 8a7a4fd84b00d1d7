"""The Admin API and the Shop API as people's browsers use them, for tests. Not here: the connector's own calls."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crossdock.connector.http import Http, Request

SHOPPER = {
    "fullName": "Bea Buyer", "streetLine1": "2 Low St", "city": "Buffalo", "postalCode": "14201", "countryCode": "US",
}  # fmt: skip


class Refused(AssertionError):
    """The server did not do what a test asked for."""


class Admin:
    """One person at the admin's pages."""

    path = "/admin-api"

    def __init__(self, http: Http, url: str) -> None:
        self.http, self.url = http, url
        self.token = self.channel = ""

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """The data. Raises Refused for GraphQL's errors."""
        headers = {"content-type": "application/json"}
        headers |= {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"vendure-token": self.channel} if self.channel else {}
        body = json.dumps({"query": document, "variables": {**(variables or {}), **more}}).encode()
        answer = await self.http.send(Request("POST", self.url + self.path, headers, body, 120.0))
        said = json.loads(answer.body)
        if said.get("errors"):
            raise Refused(f"{said['errors'][0]['message']}: {document[:200]}")
        self.token = answer.headers.get("vendure-auth-token") or self.token
        data: dict[str, Any] = said["data"]
        return data

    async def log_in(self, name: str, password: str) -> str:
        document = "mutation($n:String!,$p:String!){login(username:$n,password:$p){... on ErrorResult{message}}}"
        await self.ask(document, n=name, p=password)
        return self.token


class Shop(Admin):
    """One shopper."""

    path = "/shop-api"

    def __init__(self, http: Http, url: str, channel: str) -> None:
        super().__init__(http, url)
        self.channel = channel

    async def buy(self, items: Sequence[tuple[str, int]]) -> dict[str, Any]:
        for variant_id, quantity in items:
            await self._step(
                "addItemToOrder(productVariantId:$id,quantity:$q)", "$id:ID!,$q:Int!", id=variant_id, q=quantity
            )
        customer = {"firstName": "Bea", "lastName": "Buyer", "emailAddress": "bea@buyer.test"}
        await self._step("setCustomerForOrder(input:$i)", "$i:CreateCustomerInput!", i=customer)
        await self._step("setOrderShippingAddress(input:$i)", "$i:CreateAddressInput!", i=SHOPPER)
        methods = (await self.ask("{eligibleShippingMethods{id code}}"))["eligibleShippingMethods"]
        await self._step("setOrderShippingMethod(shippingMethodId:$m)", "$m:[ID!]!", m=[methods[0]["id"]])
        await self._step('transitionOrderToState(state:"ArrangingPayment")', "")
        paid = await self._step(
            "addPaymentToOrder(input:$i)", "$i:PaymentInput!", i={"method": "dummy-payment", "metadata": {}}
        )
        return {"order_id": paid["id"], "line_ids": [one["id"] for one in paid["lines"]]}

    async def _step(self, field: str, variables: str, **given: Any) -> dict[str, Any]:
        head = f"mutation({variables})" if variables else "mutation"
        document = f"{head}{{step:{field}{{... on Order{{id state lines{{id}}}} ... on ErrorResult{{message}}}}}}"
        step: dict[str, Any] = (await self.ask(document, **given))["step"]
        if "message" in step:
            raise Refused(f"{field}: {step['message']}")
        return step


def cents(price: object) -> int:
    return int(Decimal(str(price)).scaleb(2))


def product_documents(row: Mapping[str, Any], slug: str) -> tuple[str, dict[str, Any]]:
    """A product and its option groups, in one mutation: `product`, `group0`, ..."""
    told = {"languageCode": "en", "name": row["title"], "slug": slug, "description": row.get("html", "")}
    given: dict[str, Any] = {"product": {"enabled": True, "translations": [told]}}
    variables, fields = ["$product:CreateProductInput!"], ["product:createProduct(input:$product){id}"]
    for n, name in enumerate(row.get("options", ())):
        values = list(dict.fromkeys(one["options"][n] for one in row["variants"]))
        given[f"group{n}"] = {
            "code": f"{slug}-{n}",
            "translations": [{"languageCode": "en", "name": name}],
            "options": [
                {"code": f"{slug}-{n}-{at}", "translations": [{"languageCode": "en", "name": value}]}
                for at, value in enumerate(values)
            ],
        }
        variables.append(f"$group{n}:CreateProductOptionGroupInput!")
        fields.append(f"group{n}:createProductOptionGroup(input:$group{n}){{id options{{id name}}}}")
    return f"mutation({','.join(variables)}){{{' '.join(fields)}}}", given
