"""The whole catalogue as a file: begun, waited for, fetched in pieces, resumed anywhere; and pages in its place."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import CataloguePage
from crossdock.connector.errors import AuthFailed, Rejected, Unavailable
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.core.catalog import Media, Option, Product
from crossdock.platforms.shopify import bulk
from crossdock.platforms.shopify.store import ShopifyStore
from tests.platforms.shopify import catalogue as made
from tests.platforms.shopify.scripted import NOW, Script, data, failed, reply, store, user_error


def reading(body: bytes, *answers: Any) -> tuple[ShopifyStore, made.Files]:
    files = made.Files(Script(*(answers or (made.started(), made.state(url=made.URL, objectCount="9")))), body)
    return store(files), files


async def whole(client: ShopifyStore, cursor: str = "", **given: Any) -> tuple[list[Product], list[CataloguePage]]:
    found: list[Product] = []
    pages: list[CataloguePage] = []
    while True:
        page = await client.catalogue(cursor, **given)
        found += page.products
        pages.append(page)
        cursor = page.cursor
        if not cursor:
            return found, pages


def shop(count: int = 3, variants: int = 2) -> bytes:
    lines = []
    for number in range(count):
        lines.append(made.head(number, ("Size", [f"v{n}" for n in range(variants)])))
        lines.append(made.child(made.medium(1000 + number), number))
        lines += [made.child(made.variant(number * 100 + n, f"v{n}"), number) for n in range(variants)]
    return made.jsonl(*lines)


async def test_products_come_whole_with_media_and_variants() -> None:
    client, files = reading(shop())
    products, pages = await whole(client)
    assert [each.id for each in products] == ["0", "1", "2"]
    first = products[0]
    assert first.whole
    assert first.options == (Option("Size", ("v0", "v1"), "0"),)
    assert first.media == (Media("https://cdn.example/x.jpg?v=1", "1000"),)
    assert [(each.id, each.product_id, each.options, each.available) for each in products[1].variants] == [
        ("100", "1", ("v0",), 5),
        ("101", "1", ("v1",), 5),
    ]
    assert first.variants[0].grams == Decimal(500)
    assert first.variants[0].item_id == "90"
    assert pages[0].wait > 0
    assert {page.as_of for page in pages} == {NOW}
    assert pages[-1].done == pages[-1].total == 12
    assert len(files.gets) == 1


async def test_the_file_s_server_is_not_told_our_token() -> None:
    client, files = reading(shop())
    await whole(client)
    (get,) = files.gets
    assert get.url == made.URL
    assert set(get.headers) == {"range", "accept-encoding"}


@pytest.mark.parametrize("piece", [600, 1500, 4000])
async def test_pieces_are_cut_between_products_whatever_their_size(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", piece)
    body = shop(20, 3)
    at_once, _ = await whole(reading(body)[0])
    monkeypatch.setattr(bulk, "PIECE", 10**7)
    expected, _ = await whole(reading(body)[0])
    assert at_once == expected
    assert len(expected) == 20


async def test_any_cursor_goes_on_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", 2000)
    body = shop(10, 3)
    products, pages = await whole(reading(body)[0])
    after = len(pages[1].products) + len(pages[2].products)
    rest, _ = await whole(reading(body, made.state())[0], pages[2].cursor)
    assert rest == products[after:]
    assert 0 < len(rest) < 10


async def test_a_product_larger_than_a_piece_is_read_by_larger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", 512)
    body = made.jsonl(
        made.head(1, descriptionHtml="<p>" + '\\"__parentId\\"' * 500 + "</p>"),
        made.child(made.variant(11), 1),
        made.head(2),
        made.child(made.variant(21), 2),
    )
    products, _ = await whole(reading(body)[0])
    assert [(each.id, len(each.variants)) for each in products] == [("1", 1), ("2", 1)]
    monkeypatch.setattr(bulk, "LARGEST_PIECE", 1024)
    with pytest.raises(Unavailable, match="larger than can be read"):
        await whole(reading(body)[0])


async def test_stock_is_summed_over_the_locations_that_are_asked_for() -> None:
    item = {"id": "gid://shopify/InventoryItem/1", "tracked": True, "measurement": {"weight": None}}
    item |= {"level0": {"quantities": [{"quantity": 4}]}, "level1": None, "level2": {"quantities": [{"quantity": -1}]}}
    body = made.jsonl(made.head(1), made.child(made.variant(11, inventoryItem=item, inventoryQuantity=99), 1))
    client, files = reading(body)
    products, _ = await whole(client, locations=["5", "6", "7"])
    assert products[0].variants[0].available == 3
    assert products[0].variants[0].grams is None
    query = files.script.sent[0]["variables"]["query"]
    assert 'level2: inventoryLevel(locationId: "gid://shopify/Location/7")' in query


async def test_an_empty_catalogue_is_an_empty_answer() -> None:
    products, pages = await whole(reading(b"", made.started(), made.state())[0])
    assert products == []
    assert pages[-1] == CataloguePage("", NOW)


async def test_waiting_grows_and_is_bounded() -> None:
    client, _ = reading(b"", made.started(), *[made.state("RUNNING")] * 30, made.state())
    _, pages = await whole(client)
    waits = [page.wait for page in pages[:-1]]
    assert waits[0] == waits[1] == bulk.FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == bulk.LONGEST_WAIT


@pytest.mark.parametrize("status", ["FAILED", "CANCELED", "CANCELING", "EXPIRED"])
async def test_an_operation_that_ends_otherwise_lets_the_pass_begin_again(status: str) -> None:
    client, _ = reading(b"", made.started(), made.state(status, errorCode="TIMEOUT"))
    with pytest.raises(Rejected) as error:
        await whole(client)
    assert error.value.code == "cursor"


async def test_a_missing_right_is_said_as_such() -> None:
    client, _ = reading(b"", made.started(), made.state("FAILED", errorCode="ACCESS_DENIED"))
    with pytest.raises(AuthFailed, match="scope"):
        await whole(client)


@pytest.mark.parametrize("answer", [reply(403), reply(404), reply(410), reply(416)])
async def test_a_file_that_is_gone_lets_the_pass_begin_again(answer: Response) -> None:
    client, files = reading(shop())
    files.answer = lambda request: answer
    with pytest.raises(Rejected) as error:
        await whole(client)
    assert error.value.code == "cursor"


@pytest.mark.parametrize("cursor", ["{}", "nonsense", '{"as_of": 1}'])
async def test_a_cursor_that_is_none_of_ours_has_lapsed(cursor: str) -> None:
    with pytest.raises(Rejected) as error:
        await store(Script()).catalogue(cursor)
    assert error.value.code == "cursor"


async def test_a_download_that_breaks_off_is_asked_for_again_from_the_same_place() -> None:
    client, files = reading(shop())
    begun = (await client.catalogue()).cursor

    def broken(request: Request) -> Response:
        files.answer = files.ranged
        raise NoAnswer("connection lost")

    files.answer = broken
    with pytest.raises(Unavailable):
        await client.catalogue(begun)
    files.script.answers = [made.state(url=made.URL)]
    assert len((await client.catalogue(begun)).products) == 3


@pytest.mark.parametrize("status", [500, 503, 302])
async def test_a_file_server_in_trouble_is_unavailable(status: int) -> None:
    client, files = reading(shop())
    files.answer = lambda request: reply(status)
    with pytest.raises(Unavailable):
        await whole(client)


async def test_a_server_without_ranges_and_one_without_sizes_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", 2000)
    body = shop(10)
    client, files = reading(body)
    files.answer = lambda request: Response(200, {}, body)
    products, _ = await whole(client)
    assert len(products) == 10
    client, files = reading(body)
    files.answer = lambda request: Response(206, {}, files.ranged(request).body)
    assert (await whole(client))[0] == products


async def test_a_file_that_is_no_catalogue_is_not_believed() -> None:
    loose = made.jsonl(made.head(1), made.child(made.variant(11), 2))
    with pytest.raises(Rejected, match="grouped"):
        await whole(reading(loose)[0])
    with pytest.raises(Unavailable, match="not as expected"):
        await whole(reading(b'{"id": 1}\n')[0])


async def test_five_other_operations_are_waited_for_and_then_pages_do() -> None:
    busy = made.started(user_error("A bulk query operation is already in progress.", code="OPERATION_IN_PROGRESS"))
    listed = data(products={"nodes": [made.product(1)], "pageInfo": made.LAST})
    client, _ = reading(b"", *[busy] * (bulk.BUSY_TRIES + 1), listed)
    products, pages = await whole(client)
    assert len(pages) == bulk.BUSY_TRIES + 1
    assert {page.wait for page in pages[:-1]} == {bulk.BUSY_WAIT}
    assert [each.id for each in products] == ["1"]


async def test_without_the_right_to_bulk_operations_pages_do() -> None:
    denied = failed(
        "Access denied for bulkOperationRunQuery field.", "ACCESS_DENIED", data={"bulkOperationRunQuery": None}
    )
    first = data(products={"nodes": [made.product(1)], "pageInfo": {"hasNextPage": True, "endCursor": "c"}})
    last = data(products={"nodes": [made.product(2)], "pageInfo": made.LAST})
    client, files = reading(b"", denied, first, last)
    products, pages = await whole(client)
    assert [each.id for each in products] == ["1", "2"]
    assert all(each.whole for each in products)
    assert files.script.sent[-1]["variables"] == {"after": "c"}
    assert pages[0].done == 2


async def test_a_time_out_at_its_beginning_changed_nothing() -> None:
    with pytest.raises(Unavailable):
        await reading(b"", NoAnswer("time-out"))[0].catalogue()


async def test_an_unknown_medium_or_option_does_not_stop_the_reading() -> None:
    film = {"id": "gid://shopify/Video/3", "alt": "", "mediaContentType": "VIDEO"}
    body = made.jsonl(made.head(1, status="RESTING"), made.child(film, 1), made.child(made.variant(11), 1))
    products, _ = await whole(reading(body)[0])
    assert products[0].media == (Media("", "3", "", "video"),)
    assert msgspec.json.decode(msgspec.json.encode(products[0]), type=Product) == products[0]
