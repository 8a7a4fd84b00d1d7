"""The catalogue of one store: the whole, what may have changed, products by their ids.

Not here: stock by itself (inventory.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.connector.contract import CataloguePage, Page
from crossdock.connector.errors import Rejected
from crossdock.core.catalog import Product
from crossdock.platforms.vendure import documents, pages, wire
from crossdock.platforms.vendure import mapping_products as shapes
from crossdock.platforms.vendure.client import Api

PAGE = 50
IDS_AT_ONCE = 50


class Pass(Struct, frozen=True):
    """How far a whole pass has come. `at` is a cursor of pages.py."""

    as_of: datetime
    done: int = 0
    at: str = ""


async def catalogue(api: Api, cursor: str, locations: Sequence[str]) -> CataloguePage:
    """Disabled products too, by when they were made, which never changes."""
    place = _opened(cursor) if cursor else Pass(api.now())
    page = await _page(api, place.at, locations)
    done = place.done + len(page.items)
    following = Pass(place.as_of, done, page.cursor)
    onward = msgspec.json.encode(following).decode() if page.cursor else ""
    return CataloguePage(onward, place.as_of, page.items, done=done)


async def changed(api: Api, cursor: str, locations: Sequence[str]) -> Page[Product]:
    """All products, whenever they changed: neither a price nor stock moves a product's `updatedAt`, and the stock of a
    variant cannot be asked for by when it changed."""
    return await _page(api, cursor, locations)


async def read(api: Api, ids: Sequence[str], locations: Sequence[str]) -> tuple[Product, ...]:
    wanted = list(dict.fromkeys(ids))
    found: list[Product] = []
    for at in range(0, len(wanted), IDS_AT_ONCE):
        some = wanted[at : at + IDS_AT_ONCE]
        options = {"filter": {"id": {"in": some}}, "take": len(some)}
        rows = await _list(api, options)
        found += [shapes.product(each, rows.global_settings, locations) for each in rows.products.items]
    return tuple([each for each in found if each.id in wanted])


async def _page(api: Api, cursor: str, locations: Sequence[str]) -> Page[Product]:
    settings: list[wire.Settings] = []

    async def listed(options: dict[str, Any]) -> list[wire.Product]:
        rows = await _list(api, options)
        settings.append(rows.global_settings)
        return rows.products.items

    page = await pages.after(cursor, "createdAt", PAGE, (), listed)
    return Page(tuple([shapes.product(each, settings[0], locations) for each in page.items]), page.cursor)


async def _list(api: Api, options: dict[str, Any]) -> wire.Products:
    return await api.read("getProducts", documents.LIST_PRODUCTS, wire.Products, options=options)


def _opened(cursor: str) -> Pass:
    try:
        return msgspec.json.decode(cursor, type=Pass)
    except msgspec.MsgspecError:
        raise Rejected("the place in the catalogue is not known any more", code="cursor", call="getProducts") from None
