"""Listings: what a merchant's product should be, given the vendor's, and which steps make it so.

Not here: carrying the steps out (sync/kinds/listing.py, platforms), stock (stock.py), or which pairs are the same thing
(matching.py).
"""

from decimal import Decimal

from msgspec import Struct

from crossdock.core.catalog import Media, ProductStatus


class DesiredVariant(Struct, frozen=True, omit_defaults=True):
    """A variant as it should be at the merchant. `id` is the merchant's variant, empty = to be made;
    `vendor_variant_id` says which of the vendor's it is. None = leave as it is (on creation: the platform's
    default)."""

    vendor_variant_id: str
    id: str = ""
    options: tuple[str, ...] = ()
    sku: str | None = None
    barcode: str | None = None
    price: Decimal | None = None
    compare_at: Decimal | None = None
    clear_compare_at: bool = False
    grams: Decimal | None = None
    tracked: bool | None = None
    oversell: bool | None = None


class DesiredProduct(Struct, frozen=True, omit_defaults=True):
    """Product fields as they should be. None = leave as it is. `html` is safe already. `media` are those to be there,
    as the vendor's addresses; one with an `id` is the merchant's own of that id, there already and not sent again."""

    title: str | None = None
    html: str | None = None
    product_type: str | None = None
    vendor_name: str | None = None
    status: ProductStatus | None = None
    tags: tuple[str, ...] | None = None
    media: tuple[Media, ...] | None = None


class CreateProduct(Struct, frozen=True, tag="create_product"):
    """Make the product, once for `reference`. `options` are names with all their values. `fresh`: the reference was
    never sent, so there is hardly one that has it; it must be made once all the same."""

    reference: str
    product: DesiredProduct
    options: tuple[tuple[str, tuple[str, ...]], ...]
    variants: tuple[DesiredVariant, ...]
    location_id: str = ""
    fresh: bool = False


class UpdateProduct(Struct, frozen=True, tag="update_product"):
    """Set the given product fields, nothing else."""

    product_id: str
    product: DesiredProduct


class UpdateVariants(Struct, frozen=True, tag="update_variants"):
    """Set the given fields of variants that are there (each has an `id`); their options stay."""

    product_id: str
    variants: tuple[DesiredVariant, ...]


class AddVariants(Struct, frozen=True, tag="add_variants"):
    """Variants to be made; options of the product stay as they are but for new values."""

    product_id: str
    variants: tuple[DesiredVariant, ...]
    location_id: str = ""


class RemoveVariants(Struct, frozen=True, tag="remove_variants"):
    product_id: str
    variant_ids: tuple[str, ...]


class SetOptions(Struct, frozen=True, tag="set_options"):
    """Options and every variant's values at once: renamed, reordered, split or merged. `variants` name **all**
    variants that are to stay, with their ids, those that only the merchant has too, and new ones without; `keep` are
    the ids that were there when this was planned. The connector reads them again and refuses (Rejected
    code="lost_variants") to delete one that is in neither `variants` nor `remove`."""

    product_id: str
    options: tuple[tuple[str, tuple[str, ...]], ...]
    variants: tuple[DesiredVariant, ...]
    remove: tuple[str, ...] = ()


class EndListing(Struct, frozen=True, tag="end_listing"):
    """Take the product off sale: to draft, or away."""

    product_id: str
    delete: bool = False


ListingAction = CreateProduct | UpdateProduct | UpdateVariants | AddVariants | RemoveVariants | SetOptions | EndListing
