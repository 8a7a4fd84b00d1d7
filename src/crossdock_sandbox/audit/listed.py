"""Once all is quiet: every linked listing at the merchant against the vendor's product, by the rules of the rehearsal.

Written apart from the hub's rules, on purpose. Not here: stock (levels.py), or links that nothing asked for.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from crossdock_sandbox.audit.dumps import DumpedProduct, DumpedStore, DumpedVariant
from crossdock_sandbox.traffic.ledger import Built, Ids
from crossdock_sandbox.traffic.plan import Found, Offer

CENT = Decimal("0.01")
NO_TITLE = {"", "Default Title"}  # of the only variant of a product without options, here and there


class WrongListing(Struct, frozen=True):
    shop: str
    offer: str
    what: str


def wrong_listings(built: Built, stores: Iterable[DumpedStore], *, factor: Decimal = Decimal(1)) -> list[WrongListing]:
    """Title, type, tags, SKU, barcode, options and price (times `factor`, to the cent) of all linked offers."""
    by_name = {store.name: store for store in stores}
    merchant = _Shelf(by_name[built.market.merchant])
    found: list[WrongListing] = []
    for shop in built.market.shops:
        vendor = _Shelf(by_name[shop.key])
        for offer in shop.offers:
            if offer.found is Found.LINK:
                found += (
                    WrongListing(shop.key, offer.key, words) for words in _offer(built, offer, merchant, vendor, factor)
                )
    return found


class _Shelf:
    def __init__(self, store: DumpedStore) -> None:
        self.products = {product.id: product for product in store.products}
        self.variants = {variant.id: variant for product in store.products for variant in product.variants}

    def get(self, ids: Ids | None) -> tuple[DumpedProduct, DumpedVariant] | None:
        if ids is None or ids.product not in self.products or ids.variant not in self.variants:
            return None
        return self.products[ids.product], self.variants[ids.variant]


def _offer(built: Built, offer: Offer, merchant: _Shelf, vendor: _Shelf, factor: Decimal) -> Iterator[str]:
    theirs, ours = vendor.get(built.goods[offer.key]), merchant.get(built.listings.get(offer.key))
    if theirs is None:
        yield "is no longer at the vendor's"
    elif ours is None:
        yield "is not at the merchant's"
    else:
        yield from _product(ours[0], theirs[0])
        yield from _variant(ours[1], theirs[1], factor)


def _product(has: DumpedProduct, wanted: DumpedProduct) -> Iterator[str]:
    if has.title != wanted.title:
        yield f"title is {has.title!r}, the vendor's {wanted.title!r}"
    if (has.product_type or "") != (wanted.product_type or ""):
        yield f"type is {has.product_type!r}, the vendor's {wanted.product_type!r}"
    missing = {_folded(tag) for tag in wanted.tags} - {_folded(tag) for tag in has.tags}
    if missing:
        yield f"lacks the tags {sorted(missing)}"


def _variant(has: DumpedVariant, wanted: DumpedVariant, factor: Decimal) -> Iterator[str]:
    if has.title != wanted.title and {has.title, wanted.title} - NO_TITLE:
        yield f"variant is {has.title!r}, the vendor's {wanted.title!r}"
    if (has.sku or "") != (wanted.sku or ""):
        yield f"SKU is {has.sku!r}, the vendor's {wanted.sku!r}"
    if (has.barcode or "") != (wanted.barcode or ""):
        yield f"barcode is {has.barcode!r}, the vendor's {wanted.barcode!r}"
    price = (wanted.price * factor).quantize(CENT, ROUND_HALF_UP)
    if has.price != price:
        yield f"price is {has.price}, by the rule {price}"


def _folded(tag: str) -> str:
    return unicodedata.normalize("NFC", tag).casefold()
