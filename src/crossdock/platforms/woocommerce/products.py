"""Products of one store: the whole catalogue, what changed, single ones, one by our reference. Always whole.

A variation that changes moves its parent's time of change (recorded variation_stock_put, then list_page1), so the list
of products tells of variations too. Not here: writing (listings.py), stock alone (stock.py).
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from crossdock.connector.contract import CataloguePage, Page
from crossdock.connector.errors import Gone
from crossdock.core.catalog import Product
from crossdock.platforms.woocommerce import mapping_products as mapping
from crossdock.platforms.woocommerce import pages, settings
from crossdock.platforms.woocommerce import wire_products as wire
from crossdock.platforms.woocommerce.client import CATALOGUE, LISTINGS, Rest
from crossdock.platforms.woocommerce.pages import Place

PAGE = 25  # each may be variable, and is a further call then
AT_ONCE = 100  # variations a call
TRASH = "trash"


async def catalogue(rest: Rest, cursor: str) -> CataloguePage:
    """By id, so that what changes meanwhile stays where it is."""
    at = pages.place(cursor) or Place(began=int(rest.now().timestamp()))
    rows, behind = await pages.by_id(rest, "products", (), at, size=PAGE, call="catalogue", priority=CATALOGUE)
    found = await _whole(rest, _decoded(rows), CATALOGUE)
    done = behind.seen if behind else at.seen + len(found)
    began_at = datetime.fromtimestamp(at.began, UTC)
    return CataloguePage(pages.written(behind), began_at, products=tuple(found), done=done)


async def changed(rest: Rest, since: datetime, cursor: str) -> Page[Product]:
    at = pages.place(cursor) or pages.beginning(since, rest.now())
    rows, behind = await pages.changed(rest, "products", (), at, size=PAGE, call="changed_products", priority=CATALOGUE)
    return Page(tuple(await _whole(rest, _decoded(rows), CATALOGUE)), pages.written(behind))


async def read(rest: Rest, ids: Sequence[str]) -> tuple[Product, ...]:
    found: list[Product] = []
    wanted = [id for id in dict.fromkeys(ids) if id.isdecimal()]
    for at in range(0, len(wanted), AT_ONCE):
        query = [("include", ",".join(wanted[at : at + AT_ONCE])), ("per_page", str(AT_ONCE))]
        page = await rest.page("products", query, call="read_products", priority=LISTINGS)
        found += await _whole(rest, _decoded(page.rows), LISTINGS)
    return tuple(found)


async def one(rest: Rest, product_id: str) -> Product:
    """Raises Gone when it is not there, or in the trash."""
    product = await raw(rest, product_id)
    return (await _whole(rest, [product], LISTINGS, sold=False))[0]


async def raw(rest: Rest, product_id: str) -> wire.Product:
    if not product_id.isdecimal():
        raise Gone(f"{product_id!r} is no product's number", call="read_product")
    product = await rest.get(f"products/{product_id}", wire.Product, call="read_product", priority=LISTINGS)
    if product.status == TRASH or product.type == "variation":
        raise Gone(f"product {product_id} is not there", call="read_product")
    return product


async def by_sku(rest: Rest, sku: str) -> list[wire.Product]:
    """Exact, without regard to case; variations too (FACTS, Lists and filters). A comma would be a list."""
    if not sku or "," in sku:
        return []
    return await rest.get("products", list[wire.Product], [("sku", sku)], call="find_product", priority=LISTINGS)


async def newest(rest: Rest) -> list[wire.Product]:
    """The products made last, for one that cannot be found by a SKU."""
    query = [("orderby", "id"), ("order", "desc"), ("per_page", "100")]
    return await rest.get("products", list[wire.Product], query, call="find_product", priority=LISTINGS)


async def variations(rest: Rest, product_id: str | int, priority: int = LISTINGS) -> list[wire.Variation]:
    """All of them, by id."""
    found: list[wire.Variation] = []
    at: Place | None = Place()
    while at is not None:
        rows, at = await pages.by_id(
            rest,
            f"products/{product_id}/variations",
            (),
            at,
            size=AT_ONCE,
            call="read_variations",
            priority=priority,
        )
        known = {each.id for each in found}
        made = [msgspec.json.decode(row, type=wire.Variation) for row in rows]
        found += [each for each in made if each.id not in known]
    return found


async def _whole(rest: Rest, found: Iterable[wire.Product], priority: int, *, sold: bool = True) -> list[Product]:
    """With their variations; what cannot be ordered is left out."""
    how = await settings.reading(rest)
    wanted = [each for each in found if not (sold and each.type in mapping.NOT_SOLD)]
    asking = [_with_variations(rest, each, how, priority) for each in wanted]
    made: list[Product] = []
    for each in await asyncio.gather(*asking, return_exceptions=True):  # all are ended before one is raised
        if isinstance(each, BaseException):
            raise each
        if each is not None:
            made.append(each)
    return made


async def _with_variations(rest: Rest, of: wire.Product, how: mapping.Reading, priority: int) -> Product | None:
    if not of.variable:
        return mapping.product(of, (), how)
    try:
        return mapping.product(of, await variations(rest, of.id, priority), how)
    except Gone:
        return None


def _decoded(rows: Iterable[bytes]) -> list[wire.Product]:
    return [msgspec.json.decode(row, type=wire.Product) for row in rows]
