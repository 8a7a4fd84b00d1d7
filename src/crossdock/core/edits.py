"""What an edit of the merchant's order changes in a vendor order that was sent, and the fingerprints that tell whether
to look at all.

Not here: item-level edits; they are found against the sent lines (vendor_order.plan_parts, ItemsEdited).
"""

from hashlib import blake2b
from typing import TypeVar

from msgspec import msgpack
from msgspec.structs import replace

from crossdock.core.orders import Metafield, Order
from crossdock.core.vendor_order import OrderChanges, VendorOrderDraft

DIGEST_BYTES = 16

T = TypeVar("T")

# In a fingerprint an amount is a plain number, so that "42.5" and "42.50" (Shopify writes both: PITFALLS 15) are one.
_encode = msgpack.Encoder(decimal_format="number").encode


def changes(sent: VendorOrderDraft, wanted: VendorOrderDraft) -> OrderChanges | None:
    """The order-level fields that differ, with their wanted values; None when nothing does.

    An address that vanished stays (no store takes an order's address away), and so does a metafield: platforms merge
    them, and a webhook that does not carry them looks the same as one that lost them.
    """
    differing = OrderChanges(
        email=_new(sent.contact.email, wanted.contact.email),
        phone=_new(sent.contact.phone, wanted.contact.phone),
        note=_new(sent.note, wanted.note),
        tags=_new(sent.tags, wanted.tags),
        attributes=_new(sent.attributes, wanted.attributes),
        metafields=_new_metafields(sent.metafields, wanted.metafields),
        shipping_address=_new(sent.shipping_address, wanted.shipping_address),
        buyer_accepts_marketing=_new(sent.buyer_accepts_marketing, wanted.buyer_accepts_marketing),
    )
    return None if differing == _NOTHING else differing


_NOTHING = OrderChanges()


def merged(sent: VendorOrderDraft, wanted: VendorOrderDraft) -> VendorOrderDraft:
    """What the store has been told once `changes` went through: `wanted`, with what stays of `sent`."""
    fields = {(field.namespace, field.key): field for field in (*sent.metafields, *wanted.metafields)}
    return replace(
        wanted,
        metafields=tuple(fields[key] for key in sorted(fields)),
        shipping_address=wanted.shipping_address or sent.shipping_address,
    )


def digest(draft: VendorOrderDraft) -> bytes:
    """A fingerprint of the fields that `changes` compares: 16 bytes, the same on every machine."""
    level = (
        draft.contact.email,
        draft.contact.phone,
        draft.note,
        draft.tags,
        draft.attributes,
        draft.metafields,
        draft.shipping_address,
        draft.buyer_accepts_marketing,
    )
    return blake2b(_encode(level), digest_size=DIGEST_BYTES).digest()


def order_digest(order: Order) -> bytes:
    """A fingerprint of everything that routing, decisions and drafts depend on: 16 bytes. When the order was touched,
    was closed, or what the buyer saw in another currency, is none of it."""
    still = replace(order, updated_at=order.placed_at, closed_at=None, presentment_currency="", presentment_total=None)
    return blake2b(_encode(still), digest_size=DIGEST_BYTES).digest()


def _new(sent: T, wanted: T) -> T | None:
    return None if sent == wanted else wanted


def _new_metafields(sent: tuple[Metafield, ...], wanted: tuple[Metafield, ...]) -> tuple[Metafield, ...] | None:
    return tuple(field for field in wanted if field not in sent) or None
