"""Linking by hand: a person searches the merchant's products, sees both products' variants, and says which is which.

Not here: suggestions (linking.py), files (linking_csv.py).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from msgspec import Struct

from crossdock.core.catalog import Product
from crossdock.core.matching import pair_up
from crossdock.models import Marketplace, Store, StoreVariant, VariantLink, Vendor
from crossdock.operations.linking import MappedOtherwise, NoSuchProduct
from crossdock.operations.linking_catalogues import known, merchant_store, products_of, stores_of
from crossdock.operations.linking_rows import Pair, link
from crossdock.operations.record import Refused
from crossdock.operations.searching import MOST

# By words of the title, or by any number of the product or of one of its variants.
SEARCH = """
WITH worded AS MATERIALIZED (
    SELECT p.id FROM store_product p WHERE p.store_id = %(store)s AND title_words(p.title) @@ title_query(%(text)s)
), named AS (
    (SELECT id FROM worded LIMIT %(most)s)
    UNION SELECT p.id FROM store_product p WHERE p.store_id = %(store)s AND p.product_id = %(text)s
    UNION SELECT p.id FROM store_variant v
    JOIN store_product p ON p.store_id = v.store_id AND p.product_id = v.product_id
    WHERE v.store_id = %(store)s AND v.gone_at IS NULL AND (
        v.variant_id = %(text)s OR (v.marketplace_id = %(marketplace)s AND v.sku = %(text)s AND v.sku <> '')
        OR (v.marketplace_id = %(marketplace)s AND v.barcode = %(text)s AND v.barcode <> ''))
)
SELECT p.product_id, p.title, p.status,
       (SELECT count(*) FROM store_variant v
        WHERE v.store_id = p.store_id AND v.product_id = p.product_id AND v.gone_at IS NULL),
       COALESCE((SELECT min(d.name) FROM variant_link k JOIN vendor d ON d.id = k.vendor_id
                 WHERE k.marketplace_id = p.marketplace_id AND k.merchant_product_id = p.product_id
                 AND k.ended_at IS NULL), '')
FROM named JOIN store_product p ON p.id = named.id
WHERE p.gone_at IS NULL
ORDER BY p.title, p.product_id LIMIT %(limit)s
"""


class FoundProduct(Struct, frozen=True):
    """A product of the merchant's; `vendor` has variants linked to it ("" = nobody has)."""

    product_id: str
    title: str
    status: str
    variants: int
    vendor: str


class Choice(Struct, frozen=True):
    """A variant to be paired, as its store has it. `linked_to`: its twin already, "" = none."""

    variant_id: str
    title: str
    sku: str
    linked_to: str = ""


class Pairing(Struct, frozen=True):
    """Two products side by side. `proposed`: the merchant's variant by the vendor's, as numbers and options say."""

    product_id: str
    title: str
    merchant_product_id: str
    merchant_title: str
    theirs: tuple[Choice, ...]
    ours: tuple[Choice, ...]
    proposed: dict[str, str]


class NoSuchVariant(Refused):
    """A store has no such variant, or it is gone."""

    code = "no_such_variant"


def search_products(*, marketplace: Marketplace, text: str, limit: int = 20) -> list[FoundProduct]:
    """The merchant's products that `text` names. Raises NoMerchantStore."""
    text = text.strip()
    if not text:
        return []
    store = merchant_store(marketplace)
    values = {"store": store.pk, "marketplace": marketplace.pk, "text": text, "most": MOST, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, values)
        return [FoundProduct(*row) for row in cursor.fetchall()]


def read_pairing(*, vendor: Vendor, product_id: str, merchant_product_id: str = "") -> Pairing:
    """The vendor's product, and the merchant's where one is chosen. Raises NoVendorStore, NoMerchantStore,
    CatalogueNotRead, NoSuchProduct."""
    theirs, ours = stores_of(vendor)
    mine = _product(theirs, product_id)
    other = _product(ours, merchant_product_id) if merchant_product_id else None
    twins, owned = _linked(vendor, mine, other)
    proposed: dict[str, str] = {}
    if other is not None:
        decided = msgspec.structs.replace(known(vendor, theirs, ours), refused=frozenset())
        proposed = {pair.vendor_variant_id: pair.merchant_variant_id for pair in pair_up(mine, other, decided)}
    return Pairing(
        product_id=mine.id,
        title=mine.title,
        merchant_product_id=other.id if other else "",
        merchant_title=other.title if other else "",
        theirs=_choices(mine, twins),
        ours=_choices(other, owned) if other else (),
        proposed=proposed,
    )


@transaction.atomic
def link_by_hand(
    *, vendor: Vendor, pairs: Sequence[tuple[str, str]], now: datetime, who: str, made_by: str = "mapped"
) -> int:
    """Link the vendor's variants to the merchant's as a person says. Returns how many. Raises NoVendorStore,
    NoMerchantStore, CatalogueNotRead, NoSuchVariant, MappedOtherwise."""
    theirs, ours = stores_of(vendor)
    products = _products(theirs, [one for one, _ in pairs]), _products(ours, [one for _, one in pairs])
    _check_free(vendor, pairs)
    wanted = [
        Pair(vendor.pk, theirs.pk, products[0][mine], mine, products[1][other], other)
        for mine, other in dict(pairs).items()
    ]
    if link(marketplace=vendor.marketplace, pairs=wanted, made_by=made_by, now=now, who=who):
        raise MappedOtherwise("the product is being made at the merchant this moment", field="product")
    return len(wanted)


def _check_free(vendor: Vendor, pairs: Sequence[tuple[str, str]]) -> None:
    """Each variant once, and none that is linked otherwise."""
    if len({other for _, other in pairs}) < len(pairs) or len(dict(pairs)) < len(pairs):
        raise MappedOtherwise("a variant is named twice", field="pairs")
    links = VariantLink.objects.filter(marketplace=vendor.marketplace_id, ended_at=None)
    asked = dict(pairs)
    for mine, other, owner in links.filter(merchant_variant_id__in=asked.values()).values_list(
        "vendor_variant_id", "merchant_variant_id", "vendor_id"
    ):
        if owner != vendor.pk or asked.get(mine) != other:
            raise MappedOtherwise(f"{other} is linked already", field="pairs")
    for mine, other in links.filter(vendor=vendor, vendor_variant_id__in=asked).values_list(
        "vendor_variant_id", "merchant_variant_id"
    ):
        if asked[mine] != other:
            raise MappedOtherwise(f"{mine} is linked already", field="pairs")


def _product(store: Store, product_id: str) -> Product:
    found = next(products_of(store, [product_id]), None)
    if found is None:
        raise NoSuchProduct(f"no such product: {product_id}", field="product")
    return found


def _products(store: Store, variant_ids: Sequence[str]) -> dict[str, str]:
    rows = StoreVariant.objects.filter(store=store, variant_id__in=list(variant_ids), gone_at=None)
    found = dict(rows.values_list("variant_id", "product_id"))
    missing = sorted(set(variant_ids) - found.keys())
    if missing or not variant_ids:
        raise NoSuchVariant(f"no such variant: {', '.join(missing) or 'none was named'}", field="pairs")
    return found


def _linked(vendor: Vendor, mine: Product, other: Product | None) -> tuple[dict[str, str], dict[str, str]]:
    """The twin of each of the vendor's variants, and of each of the merchant's."""
    links = VariantLink.objects.filter(marketplace=vendor.marketplace_id, ended_at=None)
    theirs = links.filter(vendor=vendor, vendor_product_id=mine.id)
    ours = links.filter(merchant_product_id=other.id) if other else links.none()
    return (
        dict(theirs.values_list("vendor_variant_id", "merchant_variant_id")),
        dict(ours.values_list("merchant_variant_id", "vendor_variant_id")),
    )


def _choices(product: Product, twins: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(one.id, one.title, one.sku, twins.get(one.id, "")) for one in product.variants)
