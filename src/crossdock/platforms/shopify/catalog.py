"""The connection test and the catalogue of one store.

Not here: listings, stock (inventory.py) or orders.
"""

from msgspec import Struct

from crossdock.connector.contract import Page, Role, StoreInfo
from crossdock.core.catalog import RemoteVariant
from crossdock.platforms.shopify import wire
from crossdock.platforms.shopify.client import Graph
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import number
from crossdock.platforms.shopify.mapping import variant_title
from crossdock.platforms.shopify.scopes import missing


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


class _Product(Struct, rename="camel"):
    id: str
    title: str
    vendor: str = ""
    has_only_default_variant: bool = False


class _Variant(Struct):
    id: str
    title: str
    product: _Product
    sku: str | None = None
    barcode: str | None = None


class _Variants(Struct, rename="camel"):
    nodes: list[_Variant]
    page_info: wire.PageInfo


class _ProductVariants(Struct, rename="camel"):
    product_variants: _Variants


async def check(graph: Graph, role: Role) -> StoreInfo:
    answer = await graph.call(document("Check"), {}, _Check)
    handles = sorted(scope.handle for scope in answer.current_app_installation.access_scopes)
    return StoreInfo(
        id=number(answer.shop.id),
        name=answer.shop.name,
        domain=answer.shop.myshopify_domain,
        currency=answer.shop.currency_code,
        time_zone=answer.shop.iana_timezone,
        scopes=tuple(handles),
        missing_scopes=missing(role, handles),
        plan=answer.shop.plan.public_display_name if answer.shop.plan else "",
    )


async def list_variants(graph: Graph, cursor: str) -> Page[RemoteVariant]:
    answer = await graph.call(document("ListVariants"), {"after": cursor or None}, _ProductVariants)
    page = answer.product_variants.page_info
    return Page(
        tuple(map(_variant, answer.product_variants.nodes)), (page.end_cursor or "") if page.has_next_page else ""
    )


def _variant(of: _Variant) -> RemoteVariant:
    return RemoteVariant(
        product_id=number(of.product.id),
        variant_id=number(of.id),
        title=of.product.title,
        variant_title="" if of.product.has_only_default_variant else variant_title(of.title),
        sku=of.sku or "",
        barcode=of.barcode or "",
        vendor_name=of.product.vendor,
    )
