"""What a vendor's store offers, as far as orders need it: variants by id, SKU and exact title.

Not here: listings, stock and field policy (listing.py, stock.py), which later grow beside this.
"""

from msgspec import Struct


class RemoteVariant(Struct, frozen=True, omit_defaults=True):
    """One sellable variant of a store. `title` is the product's; `variant_title` empty for a single-variant product."""

    product_id: str
    variant_id: str
    title: str
    variant_title: str = ""
    sku: str = ""
    barcode: str = ""
    vendor_name: str = ""
