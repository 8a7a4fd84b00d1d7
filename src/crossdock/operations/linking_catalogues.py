"""Catalogues as matching wants them: read page by page from what is kept of two stores, and what is decided already.

Not here: matching (core/matching.py), or keeping what it finds (linking.py).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
from django.db import connection
from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.core.catalog import Option, Product, Variant
from crossdock.core.matching import Known
from crossdock.models import LinkSuggestion, Listing, Marketplace, Store, VariantLink, Vendor
from crossdock.operations.choosing import NoVendorStore
from crossdock.operations.record import Refused

PAGE = 1000
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
PRODUCTS = """
SELECT p.id, p.product_id, p.data, p.title FROM store_product p
WHERE p.store_id = %(store)s AND p.id > %(after)s AND p.gone_at IS NULL
  AND (%(ids)s::text[] IS NULL OR p.product_id = ANY(%(ids)s::text[]))
ORDER BY p.id LIMIT %(page)s
"""
VARIANTS = """
SELECT v.product_id, v.variant_id, v.data, v.sku, v.barcode FROM store_variant v
WHERE v.store_id = %(store)s AND v.product_id = ANY(%(ids)s::text[]) AND v.gone_at IS NULL ORDER BY v.product_id, v.id
"""
ARCHIVED = """
SELECT v.variant_id FROM store_variant v JOIN store_product p ON p.store_id = v.store_id AND p.product_id = v.product_id
WHERE p.store_id = %s AND p.status = 'archived' AND p.gone_at IS NULL
"""


class NoMerchantStore(Refused):
    """The merchant's own store is not connected."""

    code = "no_merchant_store"


class CatalogueNotRead(Refused):
    """One of the stores' catalogues was not read to its end yet: a number that seems to be the only one may not be."""

    code = "catalogue_not_read"


class _Product(Struct):
    """As much of a kept product as matching needs; the rest of its JSON is skipped."""

    title: str = ""
    vendor_name: str = ""
    options: tuple[Option, ...] = ()


class _Variant(Struct):
    options: tuple[str, ...] = ()
    sku: str = ""
    barcode: str = ""
    price: Decimal | None = None


_product = msgspec.json.Decoder(_Product).decode
_variant = msgspec.json.Decoder(_Variant).decode


def stores_of(vendor: Vendor) -> tuple[Store, Store]:
    """The vendor's store and the merchant's. Raises NoVendorStore, NoMerchantStore, CatalogueNotRead."""
    theirs = Store.objects.filter(vendor=vendor).first()
    if theirs is None:
        raise NoVendorStore(_("%(vendor)s has not connected a store.") % {"vendor": vendor.name}, field="vendor")
    ours = merchant_store(vendor.marketplace_id)
    for store in (theirs, ours):
        if store.catalogue_at is None:
            raise CatalogueNotRead(
                _("The catalogue of %(store)s is not read yet.") % {"store": store.domain}, field="vendor"
            )
    return theirs, ours


def merchant_store(marketplace: Marketplace | int) -> Store:
    found = Store.objects.filter(marketplace=marketplace, vendor=None).first()
    if found is None:
        raise NoMerchantStore(_("The marketplace's own store is not connected."))
    return found


def products_of(store: Store, ids: Sequence[str] | None = None) -> Iterator[Product]:
    """The store's products with their variants as last read, `PAGE` at a time; those of `ids`, if given."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(PRODUCTS, {"store": store.pk, "after": after, "ids": _list(ids), "page": PAGE})
            rows = cursor.fetchall()
            if not rows:
                return
            variants = _variants(cursor, store, [row[1] for row in rows])
        after = rows[-1][0]
        for _id, product_id, data, title in rows:
            yield _made(product_id, bytes(data), title, variants.get(product_id, []))


def _variants(cursor: object, store: Store, ids: list[str]) -> dict[str, list[Variant]]:
    cursor.execute(VARIANTS, {"store": store.pk, "ids": ids})  # type: ignore[attr-defined]  # Django's cursor
    found: dict[str, list[Variant]] = {}
    for product_id, variant_id, data, sku, barcode in cursor.fetchall():  # type: ignore[attr-defined]  # as above
        kept = _variant(bytes(data)) if data is not None else _Variant(sku=sku, barcode=barcode)
        found.setdefault(product_id, []).append(
            Variant(
                id=variant_id,
                product_id=product_id,
                options=kept.options,
                sku=kept.sku,
                barcode=kept.barcode,
                price=kept.price,
            )
        )
    return found


def _made(product_id: str, data: bytes, title: str, variants: list[Variant]) -> Product:
    kept = _product(data) if data else _Product()
    return Product(
        id=product_id,
        title=kept.title or title,
        updated_at=_UNDATED,
        vendor_name=kept.vendor_name,
        options=kept.options,
        variants=tuple(variants),
    )


def known(vendor: Vendor, theirs: Store, ours: Store) -> Known:
    """What is linked, listed or refused. Archived products are counted, not paired."""
    links = VariantLink.objects.filter(marketplace=vendor.marketplace_id, ended_at=None)
    listed = Listing.objects.filter(store=theirs, state=Listing.State.LIVE).exclude(merchant_product_id="")
    refused = LinkSuggestion.objects.filter(store=theirs, state=LinkSuggestion.State.REFUSED)
    return Known(
        vendor_variants=_archived(theirs).union(
            links.filter(vendor=vendor).values_list("vendor_variant_id", flat=True)
        ),
        merchant_variants=_archived(ours).union(links.values_list("merchant_variant_id", flat=True)),
        products=dict(listed.values_list("product_id", "merchant_product_id")),
        refused=frozenset(refused.values_list("vendor_variant_id", "merchant_variant_id")),
    )


def _archived(store: Store) -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(ARCHIVED, [store.pk])
        return frozenset(row[0] for row in cursor.fetchall())


def _list(ids: Sequence[str] | None) -> list[str] | None:
    return None if ids is None else list(ids)
