"""What several tables of GraphQL types share: parts of orders, ids and times, metafields, empty texts as null.

Not for any one type: see `show_*.py`.
"""

from collections.abc import Callable
from typing import Any

from crossdock_sandbox.shopify.graph import Context, MoneySet, Page, gid, page, when
from crossdock_sandbox.shopify.money import Bag
from crossdock_sandbox.shopify.rest_catalogue import app_id
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import Order
from crossdock_sandbox.shopify.state_catalogue import Metafield

Table = dict[str, Callable[[Any, dict[str, Any], Context], Any]]


class Of:
    """A part of an order together with the order, whose currencies it is shown in."""

    __slots__ = ("it", "order")

    def __init__(self, it: Any, order: Order) -> None:
        self.it, self.order = it, order

    @property
    def gql(self) -> str:
        return str(self.it.gql)


def bag_of(order: Order, bag: Bag) -> MoneySet:
    return MoneySet(bag, order.currencies)


def numbered(kind: str) -> Table:
    return {
        "id": lambda o, _a, _c: gid(kind, o.id),
        "legacyResourceId": lambda o, _a, _c: str(o.id),
        "createdAt": lambda o, _a, _c: when(o.created_at),
        "updatedAt": lambda o, _a, _c: when(o.updated_at),
    }


def metafields(owner: Any, args: dict[str, Any], _ctx: Context) -> Page:
    rows: list[Metafield] = owner.metafields
    if args.get("namespace"):
        rows = [one for one in rows if one.namespace == _space(args["namespace"], _ctx)]
    if args.get("keys"):
        rows = [one for one in rows if one.key in args["keys"] or f"{one.namespace}.{one.key}" in args["keys"]]
    return page(rows, args, lambda one: one.id)


def metafield(owner: Any, args: dict[str, Any], ctx: Context) -> Metafield | None:
    space = _space(args.get("namespace"), ctx)
    return next((one for one in owner.metafields if one.namespace == space and one.key == args["key"]), None)


def _space(given: str | None, ctx: Context) -> str:
    return namespace(ctx.shop, given)


def namespace(shop: Shop, given: str | None) -> str:
    """`$app` and no namespace at all mean the app's own (FACTS section 6)."""
    if not given or given == "$app":
        return f"app--{app_id(shop)}"
    return f"app--{app_id(shop)}--{given[5:]}" if given.startswith("$app:") else given


def first(rows: list[Any], args: dict[str, Any]) -> list[Any]:
    return rows if args.get("first") is None else rows[: args["first"]]


def or_none(name: str) -> Callable[[Any, Any, Any], Any]:
    return lambda o, _a, _c: getattr(o, name) or None
