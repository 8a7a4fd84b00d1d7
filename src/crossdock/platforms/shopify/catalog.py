"""The connection test: who the store is, what we may do there, where it keeps stock.

Not here: the catalogue (bulk.py, products.py) or stock (inventory.py).
"""

from msgspec import Struct

from crossdock.connector.contract import Role, StoreInfo
from crossdock.core.catalog import Location
from crossdock.platforms.shopify import wire
from crossdock.platforms.shopify.client import Graph
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import number
from crossdock.platforms.shopify.scopes import granted, missing


class _Plan(Struct, rename="camel"):
    public_display_name: str = ""


class _Shop(Struct, rename="camel"):
    id: str
    name: str
    myshopify_domain: str
    currency_code: str
    iana_timezone: str = ""
    plan: _Plan | None = None


class _Check(Struct, rename="camel"):
    shop: _Shop
    current_app_installation: wire.Installation


class _Place(Struct, rename="camel"):
    id: str
    name: str = ""
    is_active: bool = True


class _Places(Struct, rename="camel"):
    nodes: list[_Place]
    page_info: wire.PageInfo


class _Locations(Struct):
    locations: _Places
    location: wire.Id | None = None


async def check(graph: Graph, role: Role) -> StoreInfo:
    answer = await graph.call(document("Check"), {}, _Check)
    handles = sorted(scope.handle for scope in answer.current_app_installation.access_scopes)
    default, places = await _locations(graph) if "read_locations" in granted(handles) else ("", ())
    return StoreInfo(
        id=number(answer.shop.id),
        name=answer.shop.name,
        domain=answer.shop.myshopify_domain,
        currency=answer.shop.currency_code,
        time_zone=answer.shop.iana_timezone,
        scopes=tuple(handles),
        missing_scopes=missing(role, handles),
        plan=answer.shop.plan.public_display_name if answer.shop.plan else "",
        default_location_id=default,
        locations=places,
    )


async def _locations(graph: Graph) -> tuple[str, tuple[Location, ...]]:
    """The one that is used where none is named, and all."""
    found: list[Location] = []
    after: str | None = None
    while True:
        answer = await graph.call(document("Locations"), {"after": after}, _Locations)
        found += [Location(number(each.id), each.name, each.is_active) for each in answer.locations.nodes]
        if not answer.locations.page_info.has_next_page:
            return number(answer.location.id) if answer.location else "", tuple(found)
        after = answer.locations.page_info.end_cursor
