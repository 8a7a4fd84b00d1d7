"""New listings put on the online store, where the store lets us: Shopify puts what an app makes on no sales channel.

Not here: their status (listing_inputs.py). What cannot be published is left to a person; the listing itself is there.
"""

import structlog
from msgspec import Struct

from crossdock.connector.errors import AuthFailed
from crossdock.platforms.shopify import wire
from crossdock.platforms.shopify.client import LISTINGS, Graph
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import gid
from crossdock.platforms.shopify.scopes import PUBLISHING

ONLINE_STORE = "Online Store"

log = structlog.get_logger(__name__)


class _Scopes(Struct, rename="camel"):
    current_app_installation: wire.Installation


class _Catalog(Struct):
    title: str = ""


class _Publication(Struct):
    id: str
    catalog: _Catalog | None = None


class _Nodes(Struct):
    nodes: list[_Publication]


class _Publications(Struct):
    publications: _Nodes


class _Payload(Struct, rename="camel"):
    user_errors: list[wire.UserError]


class _Published(Struct, rename="camel"):
    publishable_publish: _Payload


async def publish(graph: Graph, product_id: str) -> None:
    """Does nothing without the right to, or without an online store. Repeatable."""
    if graph.state.publication is None:
        graph.state.publication = await _online_store(graph)
    if not graph.state.publication:
        return
    given = {"id": gid("Product", product_id), "on": [{"publicationId": graph.state.publication}]}
    answer = await graph.call(document("Publish"), given, _Published, priority=LISTINGS)
    if answer.publishable_publish.user_errors:
        words = answer.publishable_publish.user_errors[0].message
        log.warning("a new product is on no sales channel", domain=graph.connection.domain, words=words)


async def _online_store(graph: Graph) -> str:
    """Its publication; empty when there is none for us."""
    granted = await graph.call(document("InstalledScopes"), {}, _Scopes, priority=LISTINGS)
    if PUBLISHING not in {scope.handle for scope in granted.current_app_installation.access_scopes}:
        return ""
    try:
        answer = await graph.call(document("Publications"), {}, _Publications, priority=LISTINGS)
    except AuthFailed as error:
        if error.status != 200:
            raise
        return ""
    found = [each.id for each in answer.publications.nodes if each.catalog and each.catalog.title == ONLINE_STORE]
    return found[0] if found else ""
