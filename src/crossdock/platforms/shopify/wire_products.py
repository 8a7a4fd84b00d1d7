"""The shapes of GraphQL answers about products and stock, only the fields that queries/*.graphql ask for.

Small ones are no concern of the garbage collector (gc=False): they hold no cycles, and a bulk file has a million.
Not here: what they mean (mapping_products.py), or webhook bodies (bodies_products.py).
"""

from datetime import datetime
from decimal import Decimal
from functools import cache
from types import GenericAlias
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.platforms.shopify.wire import Id, PageInfo


class Option(Struct, gc=False):
    id: str
    name: str
    values: list[str] = []


class Image(Struct, gc=False):
    url: str = ""


class Medium(Struct, rename="camel", gc=False):
    id: str
    media_content_type: str = ""
    status: str = ""
    alt: str | None = None
    image: Image | None = None


class Weight(Struct, gc=False):
    unit: str
    value: Decimal


class Measurement(Struct, gc=False):
    weight: Weight | None = None


class Quantity(Struct, gc=False):
    quantity: int


class AtLocation(Struct, gc=False):
    quantities: list[Quantity] = []


class Item(Struct, gc=False):
    id: str
    tracked: bool = True
    measurement: Measurement | None = None


class Selected(Struct, gc=False):
    value: str


class Variant(Struct, rename="camel"):
    id: str
    price: Decimal
    inventory_item: Item
    selected_options: list[Selected] = []
    sku: str | None = None
    barcode: str | None = None
    compare_at_price: Decimal | None = None
    inventory_policy: str = "DENY"
    inventory_quantity: int | None = None


class Variants(Struct, rename="camel"):
    nodes: list[Variant]
    page_info: PageInfo


class Media(Struct, rename="camel"):
    nodes: list[Medium]
    page_info: PageInfo


class Product(Struct, rename="camel"):
    """`variants` None: not asked for."""

    id: str
    title: str
    updated_at: datetime
    handle: str = ""
    status: str = ""
    vendor: str = ""
    product_type: str = ""
    description_html: str = ""
    tags: list[str] = []
    options: list[Option] = []
    media: Media | None = None
    variants: Variants | None = None


class BulkLine(Struct, rename="camel", gc=False):
    """One line of a bulk file: a product, or a medium or variant of the last product above it, told apart by what they
    have; one flat shape decodes quickest."""

    id: str
    parent_id: str | None = msgspec.field(default=None, name="__parentId")
    # a variant's
    price: Decimal | None = None
    inventory_item: Item | None = None
    selected_options: list[Selected] = []
    sku: str | None = None
    barcode: str | None = None
    compare_at_price: Decimal | None = None
    inventory_policy: str = "DENY"
    inventory_quantity: int | None = None
    # a medium's
    media_content_type: str = ""
    alt: str | None = None
    image: Image | None = None
    # a product's
    title: str = ""
    updated_at: datetime | None = None
    handle: str = ""
    status: str = ""  # a medium's too
    vendor: str = ""
    product_type: str = ""
    description_html: str = ""
    tags: list[str] = []
    options: list[Option] = []


class StockLevel(Struct, rename="camel"):
    updated_at: datetime
    location: Id
    quantities: list[Quantity]


class StockLevels(Struct, rename="camel"):
    nodes: list[StockLevel]
    page_info: PageInfo


class ItemLevels(Struct, rename="camel"):
    """An answer to nodes(ids:): `id` empty for what is no item of the store."""

    id: str = ""
    inventory_levels: StockLevels | None = None


class Answers(Struct, frozen=True):
    """The types to decode answers with: a page of products, products by ids, further variants, a bulk file's line."""

    page: type[Any]
    nodes: type[Any]
    variants: type[Any]
    line: type[Any]


@cache
def answers(locations: int) -> Answers:
    """Those whose items have their stock at so many locations, as level0, level1, ..."""
    levels = [(f"level{index}", AtLocation | None, None) for index in range(locations)]
    item = _struct("Item", Item, *levels)
    variants = _struct("Variants", Variants, ("nodes", _list(_struct("Variant", Variant, ("inventory_item", item)))))
    product = _struct("Product", Product, ("variants", variants | None, None))
    page = _struct("Page", Struct, ("nodes", _list(product)), ("page_info", PageInfo))
    return Answers(
        page=_struct("Products", Struct, ("products", page)),
        nodes=_struct("Nodes", Struct, ("nodes", _list(product | None))),
        variants=_struct("More", Struct, ("product", _struct("Further", Struct, ("variants", variants)) | None, None)),
        line=_struct("Line", BulkLine, ("inventory_item", item | None, None)),
    )


def _list(of: Any) -> Any:
    return GenericAlias(list, (of,))


def _struct(name: str, base: type[Struct], *fields: Any) -> Any:
    return msgspec.defstruct(name, fields, bases=(base,), rename="camel", kw_only=True, gc=False)
