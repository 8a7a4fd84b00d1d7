"""Listings and search: `orders(query:)`, `products(query:)` and their like, over indexes that lag behind the truth.

Unknown filters are ignored with a warning, that is, they match everything (FACTS section 2).
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from crossdock_sandbox.changelog import ChangeLog
from crossdock_sandbox.shopify.graph import (
    Args,
    Context,
    Page,
    decode_cursor,
    encode_cursor,
    moment,
    page,
    size_of,
)  # fmt: skip
from crossdock_sandbox.shopify.state import Order
from crossdock_sandbox.shopify.state_catalogue import Product, Variant
from crossdock_sandbox.shopify.sums import financial_status, fulfillment_status

Test = Callable[[Any], bool]
_TERM = re.compile(
    r"""(?P<neg>-|NOT\s+)?(?P<field>\w+):(?P<op>>=|<=|>|<|=)?(?:"(?P<dq>[^"]*)"|'(?P<sq>[^']*)'|(?P<raw>[^\s()]+))"""
)


def terms(query: str | None) -> list[tuple[str, str, str, bool]]:
    """(field, comparison, value, negated) of each term; words without a field are left to whoever wants them."""
    found = []
    for one in _TERM.finditer(query or ""):
        value = next(part for part in (one["dq"], one["sq"], one["raw"]) if part is not None)
        found.append((one["field"], one["op"] or "=", value, bool(one["neg"])))
    return found


def _warn(ctx: Context, query: str, field: str) -> None:
    ctx.warnings.append(
        {"path": ["orders"], "query": query, "warnings": [
            {"field": field, "message": "Invalid search field for this query.", "code": "invalid_field"}]}
    )  # fmt: skip


# -- orders --


def orders(ctx: Context, args: Args) -> Page:
    found = terms(args.get("query"))
    if (
        args.get("sortKey") == "UPDATED_AT"
        and not args.get("reverse")
        and not args.get("last")
        and not args.get("before")
    ):
        return _by_change(ctx, args, found, ctx.shop.changes, _finder(ctx), _tests(ctx, args, found))
    rows = [one for one in ctx.shop.orders.values() if _visible(ctx, one)]
    for test in _tests(ctx, args, found):
        rows = [one for one in rows if test(one)]
    key = _SORTS.get(args.get("sortKey") or "", _SORTS["PROCESSED_AT"])
    rows.sort(key=key)
    return page(rows, args, lambda one: one.id)


_SORTS: dict[str, Callable[[Order], Any]] = {
    "PROCESSED_AT": lambda one: (one.processed_at, one.id),
    "CREATED_AT": lambda one: (one.created_at, one.id),
    "UPDATED_AT": lambda one: (one.updated_at, one.id),
    "ID": lambda one: one.id,
    "ORDER_NUMBER": lambda one: one.number,
}


def _visible(ctx: Context, order: Order) -> bool:
    now = ctx.world.now()
    return order.created_at <= now - ctx.world.listing_lag and not too_old(ctx, order, now)


def too_old(ctx: Context, order: Order, now: datetime) -> bool:
    """Only the last 60 days without read_all_orders; older ones read as not found (FACTS section 7)."""
    return not ctx.shop.read_all_orders and now - order.created_at > timedelta(days=60)


def _finder(ctx: Context) -> Callable[[int], Order | None]:
    now = ctx.world.now()

    def find(order_id: int) -> Order | None:
        order = ctx.shop.orders.get(order_id)
        return None if order is None or too_old(ctx, order, now) else order

    return find


def _by_change(
    ctx: Context, args: Args, found: list[tuple[str, str, str, bool]], log: ChangeLog,
    find: Callable[[int], Any], tests: list[Test],
) -> Page:  # fmt: skip
    """In the order of the lagging index, continued by value, so a page never repeats what has not changed."""
    size, _ = size_of(args)
    now = ctx.world.now()
    after: tuple[datetime, int] | None = None
    start: datetime | None = None
    if args.get("after"):
        last_id, last_value = decode_cursor(args["after"])
        after = (moment(last_value), last_id)
        start = after[0]
    lower = [_moment(v) for f, op, v, neg in found if f == "updated_at" and op in (">", ">=") and not neg]
    if start is None:
        start = max((at for at in lower if at is not None), default=None)
    rows: list[tuple[Any, datetime]] = []
    more = False
    for at, number, _ in log.between(start, now - ctx.world.listing_lag):
        if after is not None and (at, number) <= after:
            continue
        thing = find(number)
        if thing is None or not all(test(thing) for test in tests):
            continue
        if len(rows) == size:
            more = True
            break
        rows.append((thing, at))
    times = {thing.id: at for thing, at in rows}
    return Page([thing for thing, _ in rows], lambda one: encode_cursor(one.id, times[one.id].isoformat()), more,
                after is not None)  # fmt: skip


def _tests(ctx: Context, args: Args, found: list[tuple[str, str, str, bool]]) -> list[Test]:
    tests: list[Test] = []
    for field, op, value, negated in found:
        test = _order_test(ctx, field, op, value)
        if test is None:
            _warn(ctx, args.get("query") or "", field)
        elif negated:
            tests.append(_not(test))
        else:
            tests.append(test)
    return tests


def _not(test: Test) -> Test:
    return lambda one: not test(one)


def _order_test(ctx: Context, field: str, op: str, value: str) -> Test | None:
    if field in ("updated_at", "created_at", "processed_at"):
        return _time_test(field, op, value)
    low = value.lower()
    if field in ("tag", "source_identifier", "name"):
        return lambda one: _searched(ctx, one, field, value)
    plain: dict[str, Test] = {
        "id": lambda one: str(one.id) == value.rsplit("/", 1)[-1],
        "email": lambda one: one.email.lower() == low,
        "financial_status": lambda one: (financial_status(one) or "").lower() == low,
        "fulfillment_status": lambda one: _fulfillment_word(one, low),
        "status": lambda one: _status(one, low),
        "test": lambda one: one.test is (low == "true"),
        "po_number": lambda one: one.po_number == value,
        "source_name": lambda one: (one.source_name or "web") == value,
        "cart_token": lambda one: False,
    }
    return plain.get(field)


def _status(one: Order, word: str) -> bool:
    if word == "open":
        return one.closed_at is None and one.cancelled_at is None
    if word == "closed":
        return one.closed_at is not None
    return one.cancelled_at is not None if word == "cancelled" else True


def _fulfillment_word(one: Order, word: str) -> bool:
    status = fulfillment_status(one)
    return {"shipped": status == "FULFILLED", "fulfilled": status == "FULFILLED",
            "partial": status == "PARTIALLY_FULFILLED", "unshipped": status == "UNFULFILLED",
            "unfulfilled": status != "FULFILLED"}.get(word, True)  # fmt: skip


def _moment(value: str) -> datetime | None:
    try:
        return moment(value)
    except ValueError:
        return None


def _time_test(field: str, op: str, value: str) -> Test:
    wanted = _moment(value)
    if wanted is None:
        return lambda one: False

    def test(one: Any) -> bool:
        at = getattr(one, field).replace(microsecond=0)
        if op == ">=":
            return bool(at >= wanted)
        if op == ">":
            return bool(at > wanted)
        if op == "<=":
            return bool(at <= wanted)
        return bool(at < wanted) if op == "<" else bool(at == wanted)

    return test


def _searched(ctx: Context, order: Order, field: str, value: str) -> bool:
    """As the index had it `search_lag` ago: what was just written is not found, what was just removed still is."""
    horizon = ctx.world.now() - ctx.world.search_lag
    known = [entry for entry in order.searched if entry[0] <= horizon]
    if not known:
        return False
    _, source, name, tags = known[-1]
    if field == "tag":
        low = value.lower()
        return any(tag.lower() == low for tag in tags)
    if field == "name":
        return name.lstrip("#") == value.lstrip("#")
    return source == value


# -- catalogue --


def products(ctx: Context, args: Args) -> Page:
    tests = catalogue_tests(ctx, args)
    if args.get("sortKey") == "UPDATED_AT" and not (args.get("reverse") or args.get("last") or args.get("before")):
        find = ctx.shop.shown_products.get
        return _by_change(ctx, args, terms(args.get("query")), ctx.shop.product_changes, find, tests)
    rows: list[Product] = list(ctx.shop.shown_products.values())
    rows = [one for one in rows if all(test(one) for test in tests)]
    key: dict[str, Callable[[Product], Any]] = {
        "TITLE": lambda one: (one.title, one.id), "UPDATED_AT": lambda one: (one.updated_at, one.id),
        "CREATED_AT": lambda one: (one.created_at, one.id), "VENDOR": lambda one: (one.vendor, one.id),
    }  # fmt: skip
    rows.sort(key=key.get(args.get("sortKey") or "", lambda one: one.id))
    return page(rows, args, lambda one: one.id)


def variants(ctx: Context, args: Args) -> Page:
    """Sorted by id unless asked otherwise; ids only grow, so paging is stable."""
    rows: list[Variant] = list(ctx.shop.shown_variants.values())
    tests = catalogue_tests(ctx, args)
    if tests:
        rows = [one for one in rows if all(test(one) for test in tests)]
    return page(rows, args, lambda one: one.id)


def catalogue_tests(ctx: Context, args: Args) -> list[Test]:
    """Of products and variants alike."""
    tests: list[Test] = []
    for field, op, value, negated in terms(args.get("query")):
        test = _product_test(field, op, value)
        if test is None:
            _warn(ctx, args.get("query") or "", field)
            continue
        tests.append(_not(test) if negated else test)
    return tests


def _product(one: Any) -> Product:
    """Of a product or of one of its variants."""
    found: Product = one.product if isinstance(one, Variant) else one
    return found


def _product_test(field: str, op: str, value: str) -> Test | None:
    if field in ("updated_at", "created_at"):
        return _time_test(field, op, value)
    plain: dict[str, Test] = {
        "sku": lambda one: any(each.sku == value for each in (one.variants if isinstance(one, Product) else (one,))),
        "id": lambda one: str(one.id) == value.rsplit("/", 1)[-1],
        "title": lambda one: value.lower() in _product(one).title.lower(),
        "vendor": lambda one: _product(one).vendor.lower() == value.lower(),
        "handle": lambda one: _product(one).handle == value,
        "status": lambda one: _product(one).status.lower() == value.lower(),
        "tag": lambda one: value.lower() in (tag.lower() for tag in _product(one).tags),
        "product_id": lambda one: str(_product(one).id) == value,
        "barcode": lambda one: isinstance(one, Variant) and one.barcode == value,
    }
    return plain.get(field)
