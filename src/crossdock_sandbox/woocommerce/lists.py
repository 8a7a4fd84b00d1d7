"""Lists: times that bound them, order, pages, and the headers that tell of the pages.

Not for which things are in a list (`products.py`, `orders.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote_plus

from crossdock_sandbox.woocommerce import params
from crossdock_sandbox.woocommerce.call import Call, Reply, only
from crossdock_sandbox.woocommerce.errors import RestError, invalid
from crossdock_sandbox.woocommerce.table import Kept, Table

Json = dict[str, Any]
T = TypeVar("T", bound=Kept)
_TIMES = {"after": ("created_at", 1), "before": ("created_at", -1), "modified_after": ("modified_at", 1),
          "modified_before": ("modified_at", -1)}  # fmt: skip


def checked(call: Call, orders: Sequence[str]) -> None:
    """The parameters that all lists have. Unknown ones are ignored (FACTS, Lists)."""
    params.check(call.query, {**params.LIST, "orderby": tuple(orders)})
    problems: dict[str, params.Problem] = {}
    for name in _TIMES:
        if name in call.query and _moment(call, name) is None:
            problems[name] = ("rest_invalid_date", "Invalid date.", None)
    if problems:
        raise invalid(problems)


def candidates(call: Call, table: Table[T]) -> list[T]:
    """Of all things, in the order of creation, no more than what can pass the tests that all lists have."""
    if call.query.get("include"):
        return table.of(params.numbers(call.query["include"], "include"))
    bound = _moment(call, "modified_after") if "modified_after" in call.query else None
    return list(table.values()) if bound is None else table.since(bound)


def passing(rows: Iterable[T], tests: Iterable[Callable[[T], bool]]) -> list[T]:
    found = list(rows)
    for test in tests:
        found = [one for one in found if test(one)]
    return found


def tests(call: Call) -> list[Callable[[Any], bool]]:
    """`include`, `exclude`, and the times that bound a list."""
    found = [_in_time(call)] if any(name in call.query for name in _TIMES) else []
    if call.query.get("include") or call.query.get("exclude"):
        found.append(_chosen(call))
    return found


def _in_time(call: Call) -> Callable[[Any], bool]:
    """Whole seconds, bounds exclusive; without a flag a bare time is the site's, with `dates_are_gmt` GMT; `Z` together
    with the flag is shifted by the site's offset, as on the real thing (FACTS, Lists)."""
    bounds = [(field, sign, _moment(call, name)) for name, (field, sign) in _TIMES.items() if name in call.query]

    def test(thing: Any) -> bool:
        for field, sign, bound in bounds:
            at = getattr(thing, field).replace(microsecond=0)
            if bound is None or (at <= bound if sign > 0 else at >= bound):
                return False
        return True

    return test


def _moment(call: Call, name: str) -> datetime | None:
    text = str(call.query[name]).replace(" ", "+")
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    zone = call.shop.zone
    local = given.replace(tzinfo=zone) if given.tzinfo is None else given.astimezone(zone)
    if call.flag("dates_are_gmt"):
        return local.replace(tzinfo=UTC)
    return local.astimezone(UTC)


def page(
    call: Call, rows: list[Any], show: Callable[[Any], Json], sorts: dict[str, Callable[[Any], Any]],
    *, defaults: Json | None = None,
) -> Reply:  # fmt: skip
    """`rows` are in the order of creation. `defaults`: parameters that the Link header names though they were not
    sent."""
    rows = _sorted(call, rows, sorts)
    size, number = int(call.query.get("per_page", 10)), int(call.query.get("page", 1))
    start = int(call.query["offset"]) if "offset" in call.query else (number - 1) * size
    total, pages = len(rows), -(-len(rows) // size)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    if link := _link(call, number, pages, defaults or {}):
        headers["Link"] = link
    fields = str(call.query.get("_fields", ""))
    shown = [show(one) for one in rows[start : start + size]]
    return Reply([only(one, fields) for one in shown] if fields else shown, headers=headers)


def _sorted(call: Call, rows: list[Any], sorts: dict[str, Callable[[Any], Any]]) -> list[Any]:
    name = str(call.query.get("orderby", "date"))
    down = str(call.query.get("order", "desc")) == "desc"
    if name == "include" and "include" in call.query:
        wanted = {number: place for place, number in enumerate(params.numbers(call.query["include"], "include"))}
        return sorted(rows, key=lambda one: wanted.get(one.id, 0))
    return sorted(rows, key=sorts.get(name, sorts["date"]), reverse=down)


def _chosen(call: Call) -> Callable[[Any], bool]:
    """`include`, `exclude`."""
    include = set(params.numbers(call.query["include"], "include")) if call.query.get("include") else None
    exclude = set(params.numbers(call.query.get("exclude", ""), "exclude"))
    return lambda one: (include is None or one.id in include) and one.id not in exclude


def _link(call: Call, number: int, pages: int, defaults: Json) -> str:
    """The request's own query comes back in it, secrets included (FACTS, Reaching the API)."""
    found = []
    if number > 1:
        found.append(f'<{_address(call, min(number - 1, max(pages, 1)), defaults)}>; rel="prev"')
    if number < pages:
        found.append(f'<{_address(call, number + 1, defaults)}>; rel="next"')
    return ", ".join(found)


def _address(call: Call, number: int, defaults: Json) -> str:
    query: Json = {**call.query, **{name: value for name, value in defaults.items() if name not in call.query}}
    query["page"] = number
    pairs = []
    for name, value in query.items():
        if isinstance(value, list):
            pairs += [(f"{name}[{place}]", each) for place, each in enumerate(value)]
        else:
            pairs.append((name, value))
    return f"{call.api}/{call.resource}?" + "&".join(f"{quote_plus(n)}={quote_plus(str(v))}" for n, v in pairs)


def batch(
    call: Call, create: Callable[[Call], Reply], update: Callable[[Call], Reply], delete: Callable[[Call], Reply],
    check: dict[str, Any],
) -> Reply:  # fmt: skip
    """At most 100 in all; always 200, errors inside (FACTS, Lists)."""
    asked = {name: call.body.get(name) or [] for name in ("create", "update", "delete") if name in call.body}
    if sum(len(rows) for rows in asked.values()) > 100:
        words = "Unable to accept more than 100 items for this request."
        raise RestError("woocommerce_rest_request_entity_too_large", words, 413)
    made: Json = {}
    for name, rows in asked.items():
        made[name] = []
        for row in rows:
            number = row if name == "delete" else row.get("id")
            made[name].append(_one(call, {"create": create, "update": update, "delete": delete}[name], name, number,
                                   {} if name == "delete" else row, check))  # fmt: skip
    return Reply(only(made, str(call.query["_fields"])) if "_fields" in call.query else made)


def _one(call: Call, act: Callable[[Call], Reply], name: str, number: Any, row: Json, check: dict[str, Any]) -> Json:
    body = {key: value for key, value in row.items() if key != "id"}
    ids = call.ids if name == "create" else (*call.ids, int(number or 0))
    inside = call.inside(body, *ids)
    inside.query = {"force": "true"} if name == "delete" else {}
    try:
        params.check(body, check)
        found: Json = act(inside).body
    except RestError as error:
        return {"id": 0 if name == "create" else number, "error": error.shape()}
    return found
