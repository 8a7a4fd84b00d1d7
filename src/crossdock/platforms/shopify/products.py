"""Products of one store: what changed, by their ids, by our reference; each whole, whatever paging that takes.

Not here: the whole catalogue (bulk.py), or writing (listings.py).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct

from crossdock.connector.contract import Page
from crossdock.connector.errors import Gone
from crossdock.core.catalog import Product, Variant
from crossdock.platforms.shopify import mapping_products as mapping
from crossdock.platforms.shopify import wire_products as wire
from crossdock.platforms.shopify.client import CATALOGUE, LISTINGS, Graph
from crossdock.platforms.shopify.documents import document, located
from crossdock.platforms.shopify.ids import gid, number
from crossdock.platforms.shopify.orders import changed_since
from crossdock.platforms.shopify.wire import Id, PageInfo

IDS_AT_ONCE = 20
T = TypeVar("T")


class _Media(Struct):
    media: wire.Media


class _MoreMedia(Struct):
    product: _Media | None = None


class _Found(Struct, rename="camel"):
    product_by_identifier: wire.Product | None = None


class _Ids(Struct, rename="camel"):
    nodes: list[Id]
    page_info: PageInfo


class _VariantIds(Struct):
    variants: _Ids


class _ProductIds(Struct):
    product: _VariantIds | None = None


async def changed(graph: Graph, since: datetime, cursor: str, locations: Sequence[str]) -> Page[Product]:
    answer = await graph.call(
        located("ChangedProducts", locations),
        changed_since(since, cursor),
        wire.answers(len(locations)).page,
        priority=CATALOGUE,
    )
    return await page(graph, answer.products, locations)


async def listed(graph: Graph, after: str, locations: Sequence[str]) -> Page[Product]:
    """A page of all products, whole."""
    shape = wire.answers(len(locations)).page
    answer = await graph.call(located("ListProducts", locations), {"after": after or None}, shape, priority=CATALOGUE)
    return await page(graph, answer.products, locations)


async def page(graph: Graph, of: Any, locations: Sequence[str]) -> Page[Product]:
    found = [await whole(graph, each, locations, priority=CATALOGUE) for each in of.nodes]
    info = of.page_info
    return Page(tuple(found), (info.end_cursor or "") if info.has_next_page else "")


async def read(
    graph: Graph, ids: Sequence[str], locations: Sequence[str] = (), *, priority: int = LISTINGS
) -> tuple[Product, ...]:
    """In the order of `ids`, without those that are not there."""
    found: list[Product] = []
    for some in _few(list(dict.fromkeys(ids))):
        given = {"ids": [gid("Product", each) for each in some]}
        shape = wire.answers(len(locations)).nodes
        answer = await graph.call(located("ReadProducts", locations), given, shape, priority=priority)
        found += [await whole(graph, each, locations, priority=priority) for each in answer.nodes if each is not None]
    return tuple(found)


async def read_one(graph: Graph, product_id: str) -> Product:
    found = await read(graph, [product_id])
    if not found:
        raise Gone(f"product {product_id} is not there", call="ReadProducts")
    return found[0]


async def find(graph: Graph, reference: str) -> Product | None:
    answer = await graph.call(document("FindProduct"), {"reference": reference}, _Found, priority=LISTINGS)
    of = answer.product_by_identifier
    return await whole(graph, of, (), priority=LISTINGS) if of else None


async def whole(graph: Graph, of: wire.Product, locations: Sequence[str] = (), *, priority: int = LISTINGS) -> Product:
    """`of` with what did not fit its page: further variants and media."""
    assert of.variants is not None  # noqa: S101  the document asks for them
    product_id = number(of.id)
    found = list(of.variants.nodes)
    info = of.variants.page_info
    while info.has_next_page:
        given = {"id": of.id, "after": info.end_cursor}
        shape = wire.answers(len(locations)).variants
        answer = await graph.call(located("ReadVariants", locations), given, shape, priority=priority)
        more = _there(answer.product, product_id).variants
        found += more.nodes
        info = more.page_info
    made = [mapping.variant(each, product_id, len(locations)) for each in found]
    return mapping.product(of, await all_media(graph, of, priority=priority), _each_once(made), whole=True)


async def all_media(graph: Graph, of: wire.Product, *, priority: int = LISTINGS) -> list[wire.Medium]:
    if of.media is None:
        return []
    found, info = list(of.media.nodes), of.media.page_info
    while info.has_next_page:
        given = {"id": of.id, "after": info.end_cursor}
        answer = await graph.call(document("ReadMedia"), given, _MoreMedia, priority=priority)
        more = _there(answer.product, number(of.id)).media
        found += more.nodes
        info = more.page_info
    return found


async def variant_ids(graph: Graph, product_id: str) -> frozenset[str]:
    """Every variant of a product, for comparing before a list is replaced."""
    found: set[str] = set()
    after: str | None = None
    while True:
        given = {"id": gid("Product", product_id), "after": after}
        answer = await graph.call(document("ProductVariantIds"), given, _ProductIds, priority=LISTINGS)
        variants = _there(answer.product, product_id).variants
        found |= {number(each.id) for each in variants.nodes}
        if not variants.page_info.has_next_page:
            return frozenset(found)
        after = variants.page_info.end_cursor


def _each_once(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """A variant that moved while we paged may come twice; the later reading stands."""
    return tuple({each.id: each for each in variants}.values())


def _few(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + IDS_AT_ONCE] for at in range(0, len(ids), IDS_AT_ONCE))


def _there(product: T | None, product_id: str) -> T:
    if product is None:
        raise Gone(f"product {product_id} is not there", call="ReadProducts")
    return product
