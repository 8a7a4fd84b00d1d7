"""Bulk queries: lines, counts, limits, the file and its ranges, faults on the way. Virtual time, but for the server."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from crossdock_sandbox.errors import Dropped
from tests.sandbox.bench import Bench
from tests.sandbox.served import served

RUN = """mutation($q: String!, $g: Boolean!) { bulkOperationRunQuery(query: $q, groupObjects: $g) {
    bulkOperation { id status } userErrors { field message code } } }"""
STATE = """query($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount fileSize url
    partialDataUrl completedAt type } }"""
PRODUCTS = """{ products { edges { node { id title media { edges { node { id ... on MediaImage { image { url } } } } }
    variants { edges { node { id sku inventoryItem { id inventoryLevel(locationId: "%s") {
        quantities(names: ["available"]) { quantity } } } } } } } } } }"""
TITLES = "{ products { edges { node { id title } } } }"


async def run(bench: Bench, query: str, grouped: bool = False) -> dict[str, Any]:
    data = await bench.get(RUN, q=query, g=grouped)
    assert data["bulkOperationRunQuery"]["userErrors"] == []
    assert data["bulkOperationRunQuery"]["bulkOperation"]["status"] == "CREATED"
    found: dict[str, Any] = data["bulkOperationRunQuery"]["bulkOperation"]
    return found


async def state(bench: Bench, operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await bench.get(STATE, id=operation["id"]))["bulkOperation"]
    return found


async def refused(bench: Bench, query: str) -> str:
    data = await bench.get(RUN, q=query, g=False)
    (error,) = data["bulkOperationRunQuery"]["userErrors"]
    assert error["code"] == "INVALID"
    return str(error["message"])


async def lines(bench: Bench, url: str) -> list[dict[str, Any]]:
    status, _, body = await bench.world.handle("GET", url, {})
    assert status == 200
    return [json.loads(line) for line in body.splitlines()]


async def test_children_come_after_their_parent_but_not_next_to_it(bench: Bench) -> None:
    made = await bench.open()
    await bench.op("edit_product", product_id=made["products"][0]["id"], set={"media": ["https://v.example/mug.jpg"]})
    query = PRODUCTS % f"gid://shopify/Location/{made['location_id']}"
    operation = await run(bench, query)
    assert (await state(bench, operation))["url"] is None
    await bench.wait(1)
    done = await state(bench, operation)
    assert (done["status"], done["objectCount"], done["rootObjectCount"]) == ("COMPLETED", "6", "2")
    rows = await lines(bench, done["url"])
    assert [row.get("title") for row in rows[:2]] == ["Mug", "Tee"]
    seen: set[str] = set()
    for row in rows:
        assert row.get("__parentId") is None or row["__parentId"] in seen
        seen.add(row["id"])
    mug = next(row for row in rows if row.get("sku") == "MUG")
    assert mug["inventoryItem"]["inventoryLevel"] == {"quantities": [{"quantity": 10}]}
    assert next(row for row in rows if "image" in row)["image"]["url"] == "https://v.example/mug.jpg"


async def test_grouped_children_follow_their_parent(bench: Bench) -> None:
    made = await bench.open()
    operation = await run(bench, PRODUCTS % f"gid://shopify/Location/{made['location_id']}", grouped=True)
    await bench.wait(1)
    rows = await lines(bench, (await state(bench, operation))["url"])
    parents = [row.get("__parentId") or row["id"] for row in rows]
    assert parents == sorted(parents, key=parents.index), "each parent's rows stand together"


async def test_an_empty_result_has_no_file(bench: Bench) -> None:
    await bench.open(products=[])
    operation = await run(bench, TITLES)
    await bench.wait(1)
    done = await state(bench, operation)
    assert (done["status"], done["objectCount"], done["url"], done["fileSize"]) == ("COMPLETED", "0", None, "0")


async def test_a_filter_narrows_the_roots(bench: Bench) -> None:
    await bench.open()
    operation = await run(bench, '{ products(query: "title:mug") { edges { node { id } } } }')
    await bench.wait(1)
    assert (await state(bench, operation))["rootObjectCount"] == "1"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ products { edges { node { nonsense } } } }", "Invalid bulk query"),
        ("{ shop { name } }", "at least one connection"),
        ("{ products { edges { node { id } } } orders { edges { node { id } } } }", "multiple root fields"),
        ("{ products { edges { node { title variants { edges { node { id } } } } } } }", "must select the 'id' field"),
        (
            """{ products { edges { node { id variants { edges { node { id inventoryItem { id }
            metafields { edges { node { id } } } } } } } } } }""",
            "nesting depth",
        ),
    ],
)
async def test_what_cannot_be_read_in_bulk(bench: Bench, query: str, words: str) -> None:
    await bench.open()
    assert words in await refused(bench, query)


async def test_five_at_a_time_and_one_can_be_cancelled(bench: Bench) -> None:
    await bench.open()
    running = [await run(bench, TITLES) for _ in range(5)]
    data = await bench.get(RUN, q=TITLES, g=False)
    assert data["bulkOperationRunQuery"]["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"
    cancel = "mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }"
    data = await bench.get(cancel, id=running[0]["id"])
    assert data["bulkOperationCancel"]["bulkOperation"]["status"] == "CANCELING"
    await bench.wait(1)
    states = [(await state(bench, one))["status"] for one in running]
    assert states == ["CANCELED", *["COMPLETED"] * 4]
    data = await bench.get(cancel, id=running[1]["id"])
    assert "when it is completed" in data["bulkOperationCancel"]["userErrors"][0]["message"]
    current = '{ currentBulkOperation { id } bulkOperations(first: 9, query: "status:canceled") { nodes { id } } }'
    found = await bench.get(current)
    assert found["currentBulkOperation"]["id"] == running[4]["id"]
    assert found["bulkOperations"]["nodes"] == [{"id": running[0]["id"]}]


async def test_without_the_scope_it_fails(bench: Bench) -> None:
    await bench.open(app={"scopes": ["write_orders"]})
    operation = await run(bench, TITLES)
    await bench.wait(1)
    done = await state(bench, operation)
    assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "ACCESS_DENIED", None)


async def test_its_end_is_told(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("BULK_OPERATIONS_FINISH")
    operation = await run(bench, TITLES)
    await bench.wait(1)
    (sent,) = bench.sent
    assert sent[1]["X-Shopify-Topic"] == "bulk_operations/finish"
    body = json.loads(sent[2])
    assert (body["admin_graphql_api_id"], body["status"]) == (operation["id"], "completed")


async def test_what_is_deleted_meanwhile_may_be_missing(bench: Bench) -> None:
    await bench.open(products=[])
    await bench.op("fill_catalogue", products=1200)
    operation = await run(bench, TITLES)
    await bench.wait(0.1)
    assert (await state(bench, operation))["status"] == "RUNNING"
    await bench.op("delete_product", product_id=str(next(reversed(bench.world.shops["harbour"].products))))
    await bench.wait(1)
    done = await state(bench, operation)
    assert done["status"] == "COMPLETED"
    assert int(done["objectCount"]) in (1199, 1200)


# -- the file --


async def test_the_file_is_served_in_ranges_for_seven_days(bench: Bench) -> None:
    await bench.open()
    operation = await run(bench, TITLES)
    await bench.wait(1)
    done = await state(bench, operation)
    url, size = done["url"], int(done["fileSize"])
    status, marks, whole = await bench.world.handle("GET", url, {})
    assert (status, len(whole), marks["Accept-Ranges"]) == (200, size, "bytes")
    status, marks, part = await bench.world.handle("GET", url, {"Range": "bytes=10-19"})
    assert (status, part, marks["Content-Range"]) == (206, whole[10:20], f"bytes 10-19/{size}")
    status, _, rest = await bench.world.handle("GET", url, {"Range": f"bytes={size - 5}-"})
    assert (status, rest) == (206, whole[-5:])
    status, _, _ = await bench.world.handle("GET", url, {"Range": f"bytes={size}-"})
    assert status == 416
    status, _, _ = await bench.world.handle("GET", url.replace(".jsonl", "0.jsonl"), {})
    assert status == 404
    await bench.wait(7 * 24 * 3600)
    assert (await bench.world.handle("GET", url, {}))[0] == 404
    assert (await state(bench, operation))["url"] is None


async def test_faults_of_the_file(bench: Bench) -> None:
    await bench.open()

    async def fault(kind: str, match: str) -> None:
        rule = {"where": "file", "kind": kind, "rate": 1, "match": match}
        await bench.world.control({"op": "faults", "rules": [rule]})

    await fault("fail", "finish")
    operation = await run(bench, TITLES)
    await bench.wait(1)
    done = await state(bench, operation)
    assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "INTERNAL_SERVER_ERROR", None)
    assert len(await lines(bench, done["partialDataUrl"])) == 2
    await bench.world.control({"op": "faults", "rules": []})
    operation = await run(bench, TITLES)
    await bench.wait(1)
    url = (await state(bench, operation))["url"]
    await fault("error_before", "download")
    assert (await bench.world.handle("GET", url, {}))[0] == 503
    await fault("drop", "download")
    with pytest.raises(Dropped):
        await bench.world.handle("GET", url, {})
    await bench.world.control({"op": "faults", "rules": []})
    assert len(await lines(bench, url)) == 2


def test_a_server_sends_the_file_in_pieces_and_cuts_it_half_way() -> None:
    with served() as sandbox:
        made = sandbox.op("create_store", store="big")
        sandbox.op("fill_catalogue", store="big", products=4000, variants=2)
        query = "{ products { edges { node { id title descriptionHtml } } } }"
        sandbox.graphql(made, RUN, q=query, g=False)
        url = _finished(sandbox, made)
        whole = _get(url)
        assert len(whole) > 1 << 19
        assert whole.count(b"\n") == 4000
        assert _get(url, Range="bytes=100-299") == whole[100:300]
        sandbox.op("faults", rules=[{"where": "file", "kind": "drop", "rate": 1}])
        with pytest.raises(http.client.IncompleteRead) as cut:
            _get(url)
        assert cut.value.partial == whole[: len(whole) // 2]


def _finished(sandbox: Any, made: dict[str, Any]) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = sandbox.graphql(made, "{ currentBulkOperation { status url } }")["data"]["currentBulkOperation"]
        if found["status"] == "COMPLETED":
            return str(found["url"])
        time.sleep(0.05)
    raise AssertionError("the bulk operation did not end")


def _get(url: str, **headers: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request("GET", parts.path, headers=headers)
        return connection.getresponse().read()
    finally:
        connection.close()
