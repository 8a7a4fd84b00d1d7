"""Lists find their rows by an index, whatever is asked for: no page reads a table that grows from end to end. Plans
are looked at with sequential scans forbidden, so that it does not matter how few rows a test has.

Not here: how long pages take (bench/pages.py), how many statements they take (test_pages.py).
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.db import connection, transaction

from tests.web.places import World

pytestmark = pytest.mark.django_db

GROWS = {
    "activity", "call_log", "level", "link_suggestion", "listing", "merchant_order", "parcel", "sold_line",
    "store_product", "store_variant", "variant_link", "vendor_order",
}  # fmt: skip
LISTS = {
    "dashboard": ({}, {"span": "month"}),
    "orders": ({}, {"q": "1001"}, {"show": "failed"}, {"vendor": "1"}),
    "listings": (
        *({"tab": tab} for tab in ("to_approve", "live", "coming", "problems", "not_offered", "ended")),
        {"tab": "live", "q": "stool"},
    ),
    "matching": ({},),
    "links": ({}, {"q": "stool"}, {"q": "SKU-501-0"}),
    "stock": ({}, {"q": "stool"}, {"q": "SKU-501-0"}, {"show": "waiting"}),
    "vendors": ({}, {"q": "oak"}),
    "catalogue": ({},),
    "logs": ({}, {"q": "1001"}, {"kind": "level"}),
    "vendor_home": ({},),
    "vendor_orders": ({}, {"show": "waiting"}),
    "vendor_products": ({}, {"show": "not_offered"}, {"q": "stool"}),
    "vendor_history": ({},),
    "vendor_logs": ({},),
}


def test_no_list_reads_a_growing_table_whole() -> None:
    world, found = World(), set()
    for name, queries in LISTS.items():
        client = world.client("vendor" if name.startswith("vendor_") else "owner")
        for query in queries:
            said: list[tuple[Any, Any]] = []

            def keep(execute: Any, sql: str, params: Any, *more: Any, said: list[tuple[Any, Any]] = said) -> Any:
                said.append((sql, params))
                return execute(sql, params, *more)

            with connection.execute_wrapper(keep):
                assert client.get(world.address(name), query).status_code == 200
            found |= {(name, *query.values(), *whole) for sql, params in said for whole in _read_whole(sql, params)}
    assert not found


def _read_whole(sql: Any, params: Any) -> list[tuple[str, str]]:
    """The tables that a statement (words, or psycopg's SQL) reads so, and the statement."""
    text = re.sub(r"(?m)^--.*$", "", sql if isinstance(sql, str) else sql.as_string()).strip()
    if not text.startswith(("SELECT", "WITH", "(")):
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", params)
        plan = cursor.fetchone()[0]
    nodes = _nodes((msgspec.json.decode(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    scans = [node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"]
    return [(table, " ".join(text.split())) for table in scans if table in GROWS]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", []):
        yield from _nodes(each)
