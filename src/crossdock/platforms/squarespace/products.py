"""The catalogue of one site: the whole, what may have changed, products by their ids.

Not here: stock by itself (inventory.py). Only physical products are read: no other can be ordered by an app.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from crossdock.connector.contract import CataloguePage, Page
from crossdock.connector.errors import Gone, Rejected
from crossdock.core.catalog import Product
from crossdock.platforms.squarespace import mapping, wire
from crossdock.platforms.squarespace import mapping_products as shapes
from crossdock.platforms.squarespace.client import CATALOGUE, Api, path
from crossdock.platforms.squarespace.words import PHYSICAL

PRODUCTS_PATH, SOME_PATH = "/v2/commerce/products", "/v2/commerce/products/{}"
IDS_AT_ONCE = 50
CLOCKS_DIFFER = timedelta(minutes=1)
MOST_ROUNDS = 5  # of a catalogue that changes faster than it is read


class Place(Struct, frozen=True):
    """How far a whole pass has come. `since`: of the window that is read again after the rest, in rounds."""

    as_of: datetime
    began_at: datetime  # this round of it
    done: int = 0
    at: str = ""
    since: datetime | None = None
    pages: int = 0
    rounds: int = 0


async def catalogue(api: Api, cursor: str) -> CataloguePage:
    """Fifty products a page with all their variants. A list goes on moving while it is paged (FACTS section 3): what
    changed meanwhile may have moved from what is still to be read to what was read, so that it is read again, until
    one page holds all of that."""
    place = _opened(cursor) if cursor else Place(api.now(), api.now())
    products, after = await _page(api, place.since, place.at)
    done = place.done + (len(products) if place.since is None else 0)
    following = _following(api, place, after, done)
    return CataloguePage(
        cursor=msgspec.json.encode(following).decode() if following else "",
        as_of=place.as_of,
        products=tuple(products),
        done=done,
    )


def _following(api: Api, place: Place, after: str, done: int) -> Place | None:
    """Where to go on: the next page, the window of what changed since the pass began, or nowhere."""
    if after:
        return msgspec.structs.replace(place, at=after, done=done, pages=place.pages + 1)
    if place.pages == 0 or place.rounds == MOST_ROUNDS:
        return None  # one page is of one moment
    since = place.began_at - CLOCKS_DIFFER
    return Place(place.as_of, api.now(), done, "", since, rounds=place.rounds + 1)


async def changed(api: Api, since: datetime, cursor: str) -> Page[Product]:
    """All products, whenever they changed: whether a change of stock alone moves a product's modifiedOn is not known
    (FACTS section 5), nothing else tells of it, and a page of products holds more stock than a page of stock."""
    products, after = await _page(api, None, cursor)
    return Page(tuple(products), after)


async def read(api: Api, ids: Sequence[str]) -> tuple[Product, ...]:
    """In any order, without those that are not there: one that is unknown refuses the whole call, so that it is cut in
    halves."""
    wanted = list(dict.fromkeys(ids))
    found: list[wire.Product] = []
    for at in range(0, len(wanted), IDS_AT_ONCE):
        found += await _some(api, wanted[at : at + IDS_AT_ONCE])
    return tuple([shapes.product(each) for each in found if each.type == PHYSICAL])


async def _some(api: Api, ids: list[str]) -> list[wire.Product]:
    try:
        where = path(SOME_PATH, ",".join(ids))
        return (await api.get("getSpecificProducts", where, wire.Products, priority=CATALOGUE)).products
    except (Gone, Rejected) as error:
        if isinstance(error, Rejected) and error.status != 400:
            raise
        if len(ids) == 1:
            return []
        half = len(ids) // 2
        return await _some(api, ids[:half]) + await _some(api, ids[half:])


async def _page(api: Api, since: datetime | None, cursor: str) -> tuple[list[Product], str]:
    query = {"cursor": cursor} if cursor else {"type": PHYSICAL}
    if since is not None and not cursor:
        query["modifiedAfter"] = mapping.stamp(since)
    try:
        answer = await api.get("getProducts", PRODUCTS_PATH, wire.Products, query, priority=CATALOGUE)
    except Rejected as error:
        if cursor and error.status == 400:
            raise Rejected(error.words, code="cursor", call=error.call, status=error.status) from None
        raise
    page = answer.pagination
    found = [shapes.product(each) for each in answer.products if each.type == PHYSICAL]
    return found, (page.next_page_cursor or "") if page.has_next_page else ""


def _opened(cursor: str) -> Place:
    try:
        return msgspec.json.decode(cursor, type=Place)
    except msgspec.MsgspecError:
        raise Rejected("the place in the catalogue is not known any more", code="cursor", call="getProducts") from None
