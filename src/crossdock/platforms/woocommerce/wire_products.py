"""Answers about products, variations and their stock as WooCommerce words them, only the fields that are read.

Not here: what the fields mean (mapping_products.py).
"""

from typing import Any

from msgspec import Struct

from crossdock.platforms.woocommerce.wire import Figure, Meta, Text


class Term(Struct):
    id: int = 0
    name: Text = ""


class Image(Struct):
    id: int | str = 0
    src: Text = ""
    alt: Text = ""


class Attribute(Struct):
    """Of a product: a name and all its values; of a variation: a name and its `option` (left out = any)."""

    id: int = 0
    name: Text = ""
    slug: Text = ""
    variation: bool = False
    visible: bool = True
    options: list[str] = []
    option: Figure = None


class Stock(Struct):
    """`manage_stock` of a variation may be the word "parent": `stock_quantity` is the parent's then."""

    id: int
    manage_stock: bool | str = False
    stock_quantity: int | float | None = None
    stock_status: Text = "instock"
    status: str = "publish"
    date_modified_gmt: Text = None

    @property
    def available(self) -> int | None:
        return None if self.stock_quantity is None else int(self.stock_quantity)


class Sellable(Stock):
    """What products and variations share."""

    sku: Figure = ""
    global_unique_id: Figure = ""
    price: Figure = ""
    regular_price: Figure = ""
    sale_price: Figure = ""
    on_sale: bool = False
    backorders: Text = "no"
    weight: Figure = ""
    attributes: list[Attribute] = []
    meta_data: list[Meta] = []
    parent_id: int = 0
    type: str = "simple"


class Variation(Sellable):
    pass


class Product(Sellable):
    name: Text = ""
    slug: Text = ""
    description: Text = ""
    categories: list[Term] = []
    tags: list[Term] = []
    brands: list[Term] = []
    images: list[Image] = []
    variations: list[int] = []

    def meta(self, key: str) -> Any:
        return next((each.value for each in self.meta_data if each.key == key), None)

    @property
    def variable(self) -> bool:
        """Plugins add kinds of their own: "variable-subscription"."""
        return self.type.startswith("variable")


class Failure(Struct):
    code: str = ""
    message: str = ""
    data: Any = None


class Row(Struct):
    """One row of a batch's answer: a failed one has `error` (FACTS, Lists and filters)."""

    id: int = 0
    error: Failure | None = None
