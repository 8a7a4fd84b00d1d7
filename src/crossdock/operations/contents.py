"""What a vendor order contains, as far as Why? tells it: lines and how each was found, and whose name the vendor got.

Sealed rows are opened here, but no buyer's data leaves: only products, and whether the contact is the buyer's.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from crossdock.core.vendor_order import VendorOrderDraft
from crossdock.models import MerchantOrder, VariantLink, VendorOrder
from crossdock.models.seal import SealError
from crossdock.operations.opened import open_draft, open_order


class Contact(StrEnum):
    """Whose name, e-mail and phone the vendor's order carries."""

    BUYER = "buyer"
    MERCHANT = "merchant"
    UNKNOWN = "unknown"


class LineFacts(Struct, frozen=True):
    """One line. `found`: "link" (made by `made_by`), "sku_or_title", or "" for a line without a product there."""

    title: str
    sku: str
    quantity: int
    variant_id: str
    found: str
    made_by: str


class Contents(Struct, frozen=True):
    lines: tuple[LineFacts, ...] = ()
    contact: str = Contact.UNKNOWN


def contents(*, order: MerchantOrder, rows: Iterable[VendorOrder]) -> dict[int, Contents]:
    """By vendor order. Empty for what cannot be opened any more (erased, or its key is lost)."""
    try:
        seen = open_order(order)
        drafts = {row.pk: (row, open_draft(row, sent=row.sealed_sent is not None)) for row in rows}
    except SealError:
        return {}
    links = _links(order, drafts.values())
    buyer = seen.contact if seen else None
    found: dict[int, Contents] = {}
    for pk, (row, draft) in drafts.items():
        if draft is not None:
            whose = Contact.UNKNOWN if buyer is None else Contact.BUYER if draft.contact == buyer else Contact.MERCHANT
            found[pk] = Contents(_lines(row.vendor_id, draft, links), whose)
    return found


Links = dict[tuple[int, str], str]


def _links(order: MerchantOrder, drafts: Iterable[tuple[VendorOrder, VendorOrderDraft | None]]) -> Links:
    variants = {line.variant_id for _, draft in drafts if draft for line in draft.lines if line.variant_id}
    rows = VariantLink.objects.filter(marketplace=order.marketplace_id, vendor_variant_id__in=variants)
    return {
        (vendor, variant): by for vendor, variant, by in rows.values_list("vendor_id", "vendor_variant_id", "made_by")
    }


def _lines(vendor_id: int, draft: VendorOrderDraft, links: Links) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts(
            title=line.title,
            sku=line.sku,
            quantity=line.quantity,
            variant_id=line.variant_id,
            found=_found(vendor_id, line.variant_id, links),
            made_by=links.get((vendor_id, line.variant_id), ""),
        )
        for line in draft.lines
    )


def _found(vendor_id: int, variant_id: str, links: Links) -> str:
    if not variant_id:
        return ""
    return "link" if (vendor_id, variant_id) in links else "sku_or_title"
