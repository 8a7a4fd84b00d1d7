"""The whole catalogue: read by Shopify in the background into a file, which is fetched in pieces of some megabytes.

A cursor is all there is to know, so that any process goes on where another stopped. Where bulk operations are not to be
had, pages take their place. Not here: what a line means (mapping_products.py).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.connector.contract import CataloguePage
from crossdock.connector.errors import AuthFailed, OutcomeUnknown, Rejected, Unavailable
from crossdock.connector.http import NoAnswer, NotSent, Request, Response
from crossdock.core.catalog import Product, Variant
from crossdock.platforms.shopify import mapping_products as mapping
from crossdock.platforms.shopify import products, wire
from crossdock.platforms.shopify import wire_products as shapes
from crossdock.platforms.shopify.client import CATALOGUE, Graph, refuse
from crossdock.platforms.shopify.documents import bulk_text, document, located
from crossdock.platforms.shopify.ids import gid, number

PIECE = 4 * 1024 * 1024
LARGEST_PIECE = 28 * 1024 * 1024  # below what the transport takes in one answer; no product comes near it
FIRST_WAIT, LONGEST_WAIT, GROWTH = 1.0, 10.0, 1.3
BUSY_WAIT = 15.0
BUSY_TRIES = 40  # ten minutes of five other operations: pages instead
DOWNLOAD_SECONDS = 120.0


class Cursor(Struct, omit_defaults=True):
    """Where the reading is: not begun (`tries`), being prepared (`operation`, asked after `polls` times), a file read
    up to byte `at`, or pages up to `after`. `locations` cannot change on the way."""

    as_of: datetime
    locations: tuple[str, ...] = ()
    tries: int = 0
    operation: str = ""
    polls: int = 0
    url: str = ""
    at: int = 0
    size: int = 0
    done: int = 0
    total: int = 0
    pages: bool = False
    after: str = ""


class _Operation(Struct, rename="camel"):
    id: str
    status: str
    error_code: str | None = None
    object_count: str = "0"
    file_size: str | None = None
    url: str | None = None


class _Payload(Struct, rename="camel"):
    user_errors: list[wire.UserError]
    bulk_operation: _Operation | None = None


class _Run(Struct, rename="camel"):
    bulk_operation_run_query: _Payload


class _State(Struct, rename="camel"):
    bulk_operation: _Operation | None = None


async def catalogue(graph: Graph, cursor: str, locations: Sequence[str]) -> CataloguePage:
    """The next page; see the contract. Rejected(code="cursor") where the file or the operation is no longer there."""
    place = _opened(cursor) if cursor else Cursor(graph.now(), tuple(locations))
    if place.pages:
        return await _paged(graph, place)
    if place.url:
        return await _piece(graph, place)
    return await (_poll if place.operation else _begin)(graph, place)


async def _begin(graph: Graph, place: Cursor) -> CataloguePage:
    located("ListProducts", place.locations)  # refuses what cannot be asked for
    given = {"query": bulk_text(place.locations)}
    try:
        answer = (await graph.call(document("RunBulk"), given, _Run, priority=CATALOGUE)).bulk_operation_run_query
    except AuthFailed as error:
        if error.status != 200:
            raise
        return await _paged(graph, _changed(place, pages=True))  # no right to bulk operations, or to this one
    except OutcomeUnknown as error:  # at worst one reads for nobody; it changes nothing
        raise Unavailable(error.words, call=error.call, status=error.status, request_id=error.request_id) from None
    if any(each.code in ("OPERATION_IN_PROGRESS", "LIMIT_REACHED") for each in answer.user_errors):
        if place.tries >= BUSY_TRIES:
            return await _paged(graph, _changed(place, pages=True))
        return _waiting(_changed(place, tries=place.tries + 1), BUSY_WAIT)
    refuse("RunBulk", answer.user_errors)
    if answer.bulk_operation is None:
        raise Unavailable("the store named neither an operation nor an error", call="RunBulk")
    return _waiting(_changed(place, operation=number(answer.bulk_operation.id)), FIRST_WAIT)


async def _poll(graph: Graph, place: Cursor) -> CataloguePage:
    given = {"id": gid("BulkOperation", place.operation)}
    state = (await graph.call(document("BulkState"), given, _State, priority=CATALOGUE)).bulk_operation
    if state is None:
        raise _lapsed("the operation is not there any more")
    if state.status in ("CREATED", "RUNNING"):
        wait = min(FIRST_WAIT * GROWTH**place.polls, LONGEST_WAIT)
        return _waiting(_changed(place, polls=min(place.polls + 1, 100)), wait)
    if state.error_code == "ACCESS_DENIED":
        raise AuthFailed("the store refused to read its catalogue in bulk: a scope is missing", call="BulkState")
    if state.status != "COMPLETED":
        raise _lapsed(f"the operation ended as {state.status.lower()} {(state.error_code or '').lower()}".strip())
    total = int(state.object_count)
    if not state.url:  # nothing was found
        return CataloguePage("", place.as_of)
    return await _piece(graph, _changed(place, url=state.url, size=int(state.file_size or 0), total=total))


async def _piece(graph: Graph, place: Cursor) -> CataloguePage:
    """The products that are whole in the next piece of the file; its last one may go on after it."""
    body, ended = await _fetched(graph, place)
    read = body if ended else body[: _last_product(body)]
    lines = _decoded(read, len(place.locations))
    done = place.done + len(lines)
    after = "" if ended else _closed(_changed(place, at=place.at + len(read), done=done))
    found = tuple(_products(lines, len(place.locations)))
    return CataloguePage(after, place.as_of, products=found, done=done, total=max(place.total, done))


async def _paged(graph: Graph, place: Cursor) -> CataloguePage:
    page = await products.listed(graph, place.after, place.locations)
    done = place.done + sum(1 + len(each.variants) for each in page.items)
    after = _closed(_changed(place, after=page.cursor, done=done)) if page.cursor else ""
    return CataloguePage(after, place.as_of, products=page.items, done=done)


# -- the file --


async def _fetched(graph: Graph, place: Cursor) -> tuple[bytes, bool]:
    """A piece in which a second product begins, or the rest of the file (True)."""
    wanted = PIECE
    while True:
        body, size = _body(await _range(graph, place.url, place.at, wanted), place, wanted)
        if place.at + len(body) >= size:
            return body, True
        if _last_product(body):
            return body, False
        if wanted >= LARGEST_PIECE:
            raise Unavailable("a product of the file is larger than can be read", call="BulkFile")
        wanted = min(wanted * 2, LARGEST_PIECE)


async def _range(graph: Graph, url: str, at: int, wanted: int) -> Response:
    """The file lies with Shopify's storage, not with the store: no token goes there."""
    headers = {"range": f"bytes={at}-{at + wanted - 1}", "accept-encoding": "identity"}
    try:
        return await graph.http.send(Request("GET", url, headers, b"", DOWNLOAD_SECONDS, "BulkFile"))
    except (NotSent, NoAnswer) as error:
        raise Unavailable(f"the file did not come: {error}", call="BulkFile") from None


def _body(response: Response, place: Cursor, wanted: int) -> tuple[bytes, int]:
    """The bytes from `place` on, and the file's size."""
    body = response.body
    if response.status == 206:
        told = response.headers.get("content-range", "").rpartition("/")[2]
        if told.isdecimal():
            return body, int(told)
        return body, place.size or place.at + len(body) + (len(body) >= wanted)
    if response.status == 200:  # a server that knows no ranges sends all
        return body[place.at :], len(body)
    if response.status in (400, 401, 403, 404, 410, 416):
        raise _lapsed(f"the file is not to be had any more ({response.status})")
    raise Unavailable(f"the file's server answered {response.status}", call="BulkFile", status=response.status)


_CHILD = b'"__parentId"'


def _last_product(body: bytes) -> int:
    """Where the last line that is a product begins; 0 when there is none but the first."""
    end = body.rfind(b"\n")
    while end > 0:
        begin = body.rfind(b"\n", 0, end) + 1
        if body.find(_CHILD, begin, end) < 0:
            return begin
        end = begin - 1
    return 0


def _decoded(body: bytes, locations: int) -> list[Any]:
    try:
        return _decoder(locations).decode_lines(body)
    except msgspec.MsgspecError as error:
        raise Unavailable(f"the file is not as expected: {error}", call="BulkFile") from None


@cache
def _decoder(locations: int) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shapes.answers(locations).line)


def _products(lines: Sequence[Any], locations: int) -> Iterator[Product]:
    """Each product with the lines below it that are its own."""
    head: Any = None
    media: list[Any] = []
    variants: list[Variant] = []
    for line in lines:
        if line.parent_id is None:
            if head is not None:
                yield mapping.product(head, media, variants, whole=True)
            head, media, variants = line, [], []
            product_id = number(line.id)
        elif head is None or line.parent_id != head.id:
            raise _lapsed("the file is not grouped by product")
        elif line.inventory_item is not None:
            variants.append(mapping.variant(line, product_id, locations))
        else:
            media.append(line)
    if head is not None:
        yield mapping.product(head, media, variants, whole=True)


# -- cursors --


def _waiting(place: Cursor, wait: float) -> CataloguePage:
    return CataloguePage(_closed(place), place.as_of, wait=wait)


def _changed(place: Cursor, **fields: Any) -> Cursor:
    return msgspec.structs.replace(place, **fields)


def _closed(place: Cursor) -> str:
    return msgspec.json.encode(place).decode()


def _opened(cursor: str) -> Cursor:
    try:
        return msgspec.json.decode(cursor, type=Cursor)
    except msgspec.MsgspecError:
        raise _lapsed("the cursor is not one of ours") from None


def _lapsed(words: str) -> Rejected:
    return Rejected(words, code="cursor", call="BulkFile")
